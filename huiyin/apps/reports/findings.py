"""What the check of words says of a report: in which text, where, what a better sentence looks like, what is excused.

Pure reading: from the content of a revision, or from a text that is still being typed, to what a page shows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from huiyin.apps.reports.contents import Content
from huiyin.apps.reports.models import Claim, Commitment, Excuse, FindingExcuse, Report
from huiyin.apps.reports.policies import check_policy_of, metrics_of, rules_of
from huiyin.apps.reports.read_texts import ReadText, read_after, read_text, values_of
from huiyin.domain.finding_keys import FindingKey
from huiyin.domain.policy_reports import Holds, ReportsPolicy, SectionRule
from huiyin.domain.report_conditions import Blocked
from huiyin.domain.report_parts import ExcuseFor
from huiyin.language import CheckPolicy, Finding, Severity, check
from huiyin.language.rewording import BLANK, pattern_for

LEFT_BLANK = "R-BLANK-01"
LONGEST_WORDS = 120
_OF_FIGURES = ("number_without_unit", "number_without_period")


@dataclass(frozen=True)
class CheckedText:
    """One text of a report. `place` is empty for the body of a section, else the anchor of the row it belongs to."""

    section: str
    place: str
    label: str
    read: ReadText
    stands_fast: bool = False
    """A promise that was approved: nobody may change its words, so nothing is asked of them."""


@dataclass(frozen=True)
class ReportFinding:
    """A finding in one text of a report; offsets are of what was written."""

    text: CheckedText
    finding: Finding
    number: int
    """Counted in its section, from 1; the same wherever its words stand again."""
    start: int
    end: int
    clause: tuple[int, int]
    """What a pattern replaces: the whole clause around it."""
    key: FindingKey
    excuse: FindingExcuse | None = None
    is_again: bool = False
    """Its words stand in the sentence, or the sentence in the text, a second time: one finding in another place."""

    @property
    def section(self) -> str:
        return self.text.section

    @property
    def same(self) -> tuple[FindingKey, Severity]:
        """Two places with this in common are one finding: one reason lets the sentence stand, and so both."""
        return self.key, self.finding.severity

    @property
    def anchor(self) -> str:
        """Of its own kind beside the body: while that is typed anew, its findings are counted without these."""
        return f"finding-{self.section}-{'' if self.is_in_body else 'beside-'}{self.number}"

    @property
    def look(self) -> str:
        """The name of its chip (looks.py)."""
        return f"finding.{self.finding.severity}"

    @property
    def is_in_body(self) -> bool:
        return not self.text.place

    @property
    def is_hint(self) -> bool:
        return self.finding.severity == Severity.HINT

    @property
    def is_blocked(self) -> bool:
        return self.finding.severity == Severity.ERROR and self.excuse is None and not self.is_again

    @property
    def may_be_excused(self) -> bool:
        return self.finding.severity == Severity.ERROR and self.finding.rule_id != LEFT_BLANK

    @property
    def pattern(self) -> str:
        """A sentence to fill in, for the whole clause; empty where none is about the same matter."""
        written = self.text.read.written
        clause = written[slice(*self.clause)]
        return pattern_for(self.finding.rule_id, clause, written[self.start : self.end])


@dataclass(frozen=True)
class Findings:
    """Those of one revision, and the public reasons whose sentences still stand."""

    rows: tuple[ReportFinding, ...]
    """Place by place: a finding whose words stand twice has two, of which the second `is_again`."""
    excuses: tuple[FindingExcuse, ...]

    def of_section(self, code: str) -> list[ReportFinding]:
        return [each for each in self.rows if each.section == code]

    def excuses_of(self, code: str) -> list[FindingExcuse]:
        return [each for each in self.excuses if each.section == code]

    @property
    def counts(self) -> Counter[str]:
        """By section how many there are to look at, hints left out."""
        return Counter(each.section for each in self.rows if is_told(each))


def is_told(row: ReportFinding) -> bool:
    """Whether it is counted: a hint is not, nor what stands for a public reason, nor another place of the same."""
    return not row.is_hint and row.excuse is None and not row.is_again


def apart(rows: Iterable[ReportFinding]) -> list[ReportFinding]:
    """Those of one text that are marked in it, in order: no hint, and none over another."""
    marked: list[ReportFinding] = []
    for row in sorted(rows, key=lambda each: (each.start, each.end)):
        if not row.is_hint and row.end > row.start and (not marked or row.start >= marked[-1].end):
            marked.append(row)
    return marked


def findings_of(report: Report, content: Content) -> Findings:
    """Everything the check says of a revision, in the order of its sections."""
    texts = texts_of(report, content)
    return found_in(texts, rules_of(report), content.finding_excuses)


def found_in(
    texts: Sequence[CheckedText], rules: ReportsPolicy, excuses: Iterable[FindingExcuse]
) -> Findings:
    """The findings of these texts, each with its public reason where one was given."""
    given = {each.key: each for each in excuses}
    policy = check_policy_of(rules)
    numbers: Counter[str] = Counter()
    first: dict[tuple[FindingKey, Severity], int] = {}
    rows = []
    for text in texts:
        for finding in [] if text.stands_fast else said_of(text.read, policy):
            row = _row(text, finding, numbers[text.section] + 1, given)
            if row.same in first:
                row = replace(row, number=first[row.same], is_again=True)
            else:
                first[row.same] = row.number
                numbers[text.section] += 1
            rows.append(row)
    return Findings(tuple(rows), tuple(each for each in given.values() if _stands(each, texts)))


def blocked_in(found: Findings) -> tuple[Blocked, ...]:
    """What stands in the way of submitting (domain/report_conditions.py)."""
    return tuple(
        Blocked(
            section=row.section,
            words=row.key.words,
            rule=row.finding.rule_id,
            anchor=row.anchor,
            may_be_excused=row.may_be_excused,
        )
        for row in found.rows
        if row.is_blocked
    )


def gone_in(report: Report, content: Content) -> list[FindingExcuse]:
    """The reasons whose sentences were changed since: nobody needs them any more."""
    texts = texts_of(report, content)
    return [each for each in content.finding_excuses if not _stands(each, texts)]


def texts_of(report: Report, content: Content) -> list[CheckedText]:
    """Every text a company writes: the sections, then what stands beside them, each with its section."""
    rules = rules_of(report)
    bodies = {each.code: each.body for each in content.sections}
    reader = _Reader(content.claims, [each.number for each in content.photos])
    texts = [
        CheckedText(each.code, "", each.label, reader.read(bodies.get(each.code, "")))
        for each in rules.sections
    ]
    texts += (
        CheckedText(each.section, f"claim-{each.number}", _("数据 %(n)s 的说明") % {"n": each.number}, read)
        for each in content.claims
        if (read := _plain(each.explanation))
    )
    texts += _beside(report, rules, content)
    order = {each.code: at for at, each in enumerate(rules.sections)}
    return sorted(texts, key=lambda each: order.get(each.section, len(order)))


def body_text(rule: SectionRule, body: str, claims: Iterable[Claim], photos: Iterable[int]) -> CheckedText:
    """The body of one section as it is being typed."""
    return CheckedText(rule.code, "", rule.label, _Reader(claims, photos).read(body))


class _Reader:
    """Reads the texts of one revision with the numbers and photos it has."""

    def __init__(self, claims: Iterable[Claim], photos: Iterable[int]) -> None:
        self.values, self.photos = values_of(claims), frozenset(photos)

    def read(self, written: str) -> ReadText:
        return read_text(written, values=self.values, photos=self.photos)


def _beside(report: Report, rules: ReportsPolicy, content: Content) -> Iterator[CheckedText]:
    plans = rules.section_holding(Holds.COMMITMENTS).code
    demands = rules.section_holding(Holds.DEMANDS).code
    for answer in content.topic_answers:
        label = _("对“%(title)s”的回应") % {"title": answer.demand.title}
        yield CheckedText(demands, f"demand-{answer.demand_id}", label, _plain(answer.words))
    for promise in content.commitments:
        label = _("承诺 %(n)s") % {"n": promise.number}
        stands_fast = promise.promised_at is not None
        yield CheckedText(plans, f"commitment-{promise.number}", label, _of_promise(promise), stands_fast)
    for told in content.commitment_accounts:
        label = _("上期承诺“%(title)s”的结果") % {"title": told.commitment.title}
        yield CheckedText(plans, f"last-commitment-{told.commitment_id}", label, _plain(told.words))
    for excuse in content.excuses:
        section, place = _place_of(excuse, report, rules, content)
        label = _("%(what)s的公开说明") % {"what": excuse.get_missing_display()}
        yield CheckedText(section, place, label, _plain(excuse.words))


def _plain(written: str) -> ReadText:
    return read_text(written, values={}, photos=())


def _of_promise(promise: Commitment) -> ReadText:
    """What is done and aimed at, after the date and the owner that have fields of their own."""
    when = promise.first_due_on
    parts = [f"{when.year}年{when.month}月{when.day}日前" if when else ""]
    parts.append(f"由{promise.owner}负责" if promise.owner else "")
    prefix = "".join(f"{part}，" for part in parts if part)
    words = [each.rstrip("。；，") for each in (promise.title, promise.measure, promise.target) if each]
    return read_after(prefix, "，".join(words) + "。")


def _place_of(excuse: Excuse, report: Report, rules: ReportsPolicy, content: Content) -> tuple[str, str]:
    """The section in which an excuse is written, and the anchor of what is missing there.

    The catalogue may name a section that a version of the policy does not have.
    """
    first, *_others = codes = [each.code for each in rules.sections]
    if excuse.missing == ExcuseFor.ACCOUNT:
        return rules.section_holding(Holds.ACCOUNTS).code, f"account-{excuse.key}"
    if excuse.missing == ExcuseFor.METRIC:
        sections = {each.code: each.section for each in metrics_of(report).metrics}
        named = sections.get(excuse.key, first)
        return named if named in codes else first, f"metric-{excuse.key}"
    by_number = {str(each.number): each.section for each in content.claims}
    return by_number.get(excuse.key, first), f"claim-{excuse.key}"


def said_of(read: ReadText, policy: CheckPolicy) -> Iterator[Finding]:
    """What the check says, without what a placed number answers by itself; then the blanks nobody filled in."""
    for finding in check(read.text, policy=policy):
        if finding.label in _OF_FIGURES and read.is_placed(finding.start, finding.end):
            continue
        if read.span(finding.start, finding.end) != (0, 0):
            yield finding
    for sentence in read.sentences:
        at = read.text.find(BLANK, sentence.start, sentence.end)
        if at >= 0:
            yield Finding(
                LEFT_BLANK,
                "blank",
                at,
                at + 1,
                Severity.ERROR,
                _("“＿”是句式里留的空，还没有填。"),
                _("填上自己的日期、数量和负责人；用不着的字删去。"),
            )


def _row(
    text: CheckedText, finding: Finding, number: int, given: Mapping[FindingKey, FindingExcuse]
) -> ReportFinding:
    read = text.read
    sentence = read.sentence_at(finding.start)
    words = read.text[finding.start : finding.end][:LONGEST_WORDS]
    key = FindingKey(text.section, text.place, finding.rule_id, words, sentence.words)
    return ReportFinding(
        text,
        finding,
        number,
        *read.span(finding.start, finding.end),
        clause=read.span(*read.clause_around(finding.start, finding.end)),
        key=key,
        excuse=given.get(key),
    )


def _stands(excuse: FindingExcuse, texts: Iterable[CheckedText]) -> bool:
    """Whether its sentence is still there, as a reader meets it."""
    return any(
        sentence.words == excuse.sentence
        for text in texts
        if (text.section, text.place) == (excuse.section, excuse.place)
        for sentence in text.read.sentences
    )
