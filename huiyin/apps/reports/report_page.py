"""Everything a page shows of one revision of a report, read with a number of queries that does not grow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from django.db.models import prefetch_related_objects
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from huiyin.apps.reports.body import Block, blocks_of
from huiyin.apps.reports.contents import Content, content_of
from huiyin.apps.reports.drawn import claim_html, finding_marks
from huiyin.apps.reports.findings import Findings, ReportFinding, apart
from huiyin.apps.reports.in_words import numeral
from huiyin.apps.reports.models import (
    Account,
    AccountLine,
    Claim,
    Commitment,
    CommitmentAccount,
    Demand,
    Excuse,
    FindingExcuse,
    Report,
    ReportPhoto,
    Revision,
    TopicAnswer,
)
from huiyin.apps.reports.policies import metrics_of, rules_of
from huiyin.apps.reports.readiness import counted_for_all_days
from huiyin.apps.reports.silence import Topic, Topics, topics_of
from huiyin.apps.reports.verdicts import Verdicts, verdicts_of
from huiyin.domain.clocks import due_day
from huiyin.domain.policy_reports import Holds, SectionRule
from huiyin.domain.report_parts import (
    ACCOUNT_LABELS,
    COMMITMENT_STATE_LABELS,
    GOING_ON,
    AccountKind,
    Became,
    CommitmentState,
    ExcuseFor,
    Side,
)
from huiyin.web.now import now as clock

MOST_PROMISES = 6
"""Of a digest, on the page and on paper."""


@dataclass(frozen=True)
class ShownBlock:
    """A paragraph with what stands below it: its photos, and what the company explains about its numbers."""

    block: Block
    photos: list[ReportPhoto]
    explained: list[Claim]
    findings: list[ReportFinding]
    """What the check of words says of it, where that is shown."""

    @property
    def has_words(self) -> bool:
        """A paragraph that only places photos says nothing more than their captions right below."""
        return not (self.block.only_places_photos and len(self.photos) == len(self.block.photos))


@dataclass(frozen=True)
class ShownSection:
    rule: SectionRule
    position: int
    blocks: list[ShownBlock]
    claims: list[Claim]
    """All of the section, placed in its text or not."""
    loose_photos: list[ReportPhoto]
    """Those no text names; they stand at the end."""
    told: str
    """What is in it, for the contents: 12 个数据."""
    kept: list[FindingExcuse]
    """Sentences the check would stop, which stand for a public reason."""
    findings_beside: list[ReportFinding]
    """What the check says of the texts beside its own."""

    @property
    def numeral(self) -> str:
        return numeral(self.position)

    @property
    def holds_accounts(self) -> bool:
        return self.rule.holds is Holds.ACCOUNTS

    @property
    def holds_demands(self) -> bool:
        return self.rule.holds is Holds.DEMANDS

    @property
    def holds_commitments(self) -> bool:
        return self.rule.holds is Holds.COMMITMENTS


@dataclass(frozen=True)
class Book:
    """One account with its lines by side and its sums as they are and as they were stated."""

    account: Account
    income: list[AccountLine]
    expense: list[AccountLine]

    @property
    def income_sum(self) -> Decimal:
        return sum((line.amount for line in self.income), Decimal(0))

    @property
    def expense_sum(self) -> Decimal:
        return sum((line.amount for line in self.expense), Decimal(0))


@dataclass(frozen=True)
class Asked:
    """A line of the demand list with the company's own words to it, and what the whole report says of it.

    `topic` is None for a line that was left out of the list after it was answered.
    """

    demand: Demand
    answer: TopicAnswer | None
    topic: Topic | None = None

    @property
    def is_answered(self) -> bool:
        return self.topic is not None and self.topic.is_answered


@dataclass(frozen=True)
class ReportPage:
    report: Report
    revision: Revision
    sections: list[ShownSection]
    claims: list[Claim]
    photos: list[ReportPhoto]
    books: list[Book]
    commitments: list[Commitment]
    accounts_of_last: list[CommitmentAccount]
    asked: list[Asked]
    """Every demand of the list in its rank, answered or not."""
    of_all_days: frozenset[int]
    """The numbers beside which the usual count of the whole period stands, though they are of a part of it."""
    verdicts: Verdicts
    excuse_rows: list[tuple[str, str]]
    """What is missing and the company's public words for it."""

    @property
    def title(self) -> str:
        return title_of(self.report)

    @cached_property
    def answered_count(self) -> int:
        return sum(1 for each in self.asked if each.is_answered)

    @property
    def is_held_against(self) -> bool:
        """A topic is pointed at or not answered: readers are told how that was found."""
        return any(
            each.topic is not None and (each.topic.is_only_pointed_at or not each.topic.is_answered)
            for each in self.asked
        )

    @cached_property
    def open_commitments(self) -> list[Commitment]:
        return [each for each in self.commitments if each.state == CommitmentState.OPEN]

    @property
    def first_commitments(self) -> list[Commitment]:
        """Those a digest has room for."""
        return self.open_commitments[:MOST_PROMISES]

    @property
    def further_commitments(self) -> str:
        """What a digest leaves out of its promises: 其余承诺：在做 3 项，已兑现 1 项，不再做 1 项，见全文。"""
        first = {each.pk for each in self.first_commitments}
        left = Counter(each.state for each in self.commitments if each.pk not in first)
        parts = [
            gettext("%(state)s %(n)s 项") % {"state": gettext(label), "n": left[state]}
            for state, label in COMMITMENT_STATE_LABELS.items()
            if left[state]
        ]
        return gettext("其余承诺：%(parts)s，见全文。") % {"parts": "，".join(parts)} if parts else ""

    @property
    def is_judged_when_heard(self) -> bool:
        """Its verdicts were frozen as it was heard; those of a correction, or of before they were kept, are later."""
        heard, judged = self.report.presented_at, self.verdicts.as_of
        return heard is None or judged is None or judged <= heard

    @cached_property
    def carried(self) -> list[CommitmentAccount]:
        """Of earlier promises those that were not done when this report was approved, and go on."""
        return [each for each in self.accounts_of_last if self._goes_on(each)]

    def _goes_on(self, told: CommitmentAccount) -> bool:
        if told.became != Became.LATE:
            return told.became in GOING_ON
        approved_at, settled_on = self.revision.approved_at, told.commitment.settled_on
        return settled_on is None or (approved_at is not None and settled_on > due_day(approved_at))

    @cached_property
    def next_due(self) -> date | None:
        return min((each.due_on for each in self.open_commitments if each.due_on), default=None)

    @cached_property
    def due_claims(self) -> list[Claim]:
        """The numbers beside which a usual frequency stands."""
        return [claim for claim in self.claims if claim.due_count is not None]

    @cached_property
    def short_claims(self) -> list[Claim]:
        return [claim for claim in self.due_claims if claim.gap]

    @cached_property
    def evidenced_count(self) -> int:
        return sum(1 for claim in self.claims if claim.shown_evidence)


@dataclass
class _Placed:
    """The rows of a revision by number, as the drawing of its texts looks them up; each stands below a block once."""

    claims: dict[int, Claim]
    photos: dict[int, ReportPhoto]
    of_all_days: frozenset[int]
    verdicts: Verdicts
    seen_claims: set[int] = field(default_factory=set)
    seen_photos: set[int] = field(default_factory=set)

    def draw_claim(self, number: int) -> SafeString | str:
        claim = self.claims.get(number)
        if claim is None:
            return ""
        return claim_html(claim, self.verdicts.of(number), of_all_days=number in self.of_all_days)

    def draw_photo(self, number: int) -> SafeString | str:
        if number not in self.photos:
            return ""
        return format_html('<a href="#photo-{}">{} {}</a>', number, gettext("图"), number)

    def claims_below(self, block: Block) -> list[Claim]:
        return [self.claims[number] for number in _new(block.claims, self.seen_claims)]

    def photos_below(self, block: Block) -> list[ReportPhoto]:
        return [self.photos[number] for number in _new(block.photos, self.seen_photos)]

    def loose_photos(self, section: str) -> list[ReportPhoto]:
        own = [photo.number for photo in self.photos.values() if photo.section == section]
        return [self.photos[number] for number in _new(own, self.seen_photos)]


def _new(numbers: Iterable[int], seen: set[int]) -> list[int]:
    new = [number for number in numbers if number not in seen]
    seen.update(new)
    return new


def title_of(report: Report) -> str:
    """2026年1月至6月工作报告; with both years where the period lies in two."""
    first, last = report.period_from, report.period_to
    words = {"from_year": first.year, "from_month": first.month, "to_year": last.year, "to_month": last.month}
    if first.year == last.year:
        return gettext("%(from_year)s年%(from_month)s月至%(to_month)s月工作报告") % words
    return gettext("%(from_year)s年%(from_month)s月至%(to_year)s年%(to_month)s月工作报告") % words


def report_page(
    report: Report,
    revision: Revision,
    content: Content | None = None,
    *,
    topics: Topics | None = None,
    verdicts: Verdicts | None = None,
    found: Findings | None = None,
    now: datetime | None = None,
) -> ReportPage:
    """`report` with its estate, area, engagement and company loaded; its own rules say which sections there are.

    `topics` and `verdicts` where they are known already; `found` is marked in the texts, for who looks at a report
    before everybody does.
    """
    content = content or content_of(revision)
    topics = topics or topics_of(report, content)
    verdicts = verdicts or verdicts_of(report, content, now=now or clock())
    prefetch_related_objects(content.claims, "evidence__evidence__renditions")
    prefetch_related_objects(content.photos, "evidence__renditions", "before__renditions")
    prefetch_related_objects(content.commitment_accounts, "commitment__moves")
    placed = _Placed(
        {each.number: each for each in content.claims},
        {each.number: each for each in content.photos},
        counted_for_all_days(report, content.claims),
        verdicts,
    )
    bodies = {each.code: each.body for each in content.sections}
    sections = [
        _section(rule, position, bodies.get(rule.code, ""), placed, content, found)
        for position, rule in enumerate(rules_of(report).sections, start=1)
    ]
    asked, commitments = _asked(topics, content.topic_answers), content.commitments
    return ReportPage(
        report=report,
        revision=revision,
        sections=[replace(each, told=_told(each, asked, len(commitments))) for each in sections],
        claims=content.claims,
        photos=content.photos,
        books=[_book(account) for account in content.accounts],
        commitments=commitments,
        accounts_of_last=content.commitment_accounts,
        asked=asked,
        of_all_days=placed.of_all_days,
        verdicts=verdicts,
        excuse_rows=[(_missing(excuse, report, placed), excuse.words) for excuse in content.excuses],
    )


def _asked(topics: Topics, answers: Iterable[TopicAnswer]) -> list[Asked]:
    """The ranked lines; an answer to one that was left out of the list comes last."""
    asked = [Asked(topic.demand, topic.worded, topic) for topic in topics.rows]
    ranked = {each.demand.pk for each in asked}
    return asked + [Asked(each.demand, each) for each in answers if each.demand_id not in ranked]


def answered_words(answered: int, asked: int) -> str:
    """回应 5 件诉求; where some are left out, of how many."""
    if answered == asked:
        return gettext("回应 %(n)s 件诉求") % {"n": answered}
    return gettext("%(all)s 件诉求里回应 %(n)s 件") % {"all": asked, "n": answered}


def _told(section: ShownSection, asked: list[Asked], commitment_count: int) -> str:
    parts = []
    if section.claims:
        parts.append(gettext("%(n)s 个数据") % {"n": len(section.claims)})
    if section.holds_demands and asked:
        parts.append(answered_words(sum(1 for each in asked if each.is_answered), len(asked)))
    if section.holds_commitments and commitment_count:
        parts.append(gettext("%(n)s 项承诺") % {"n": commitment_count})
    return "，".join(parts)


def _missing(excuse: Excuse, report: Report, placed: _Placed) -> str:
    """What an excuse stands in for, in words: the metric's name, the number, the book."""
    label = excuse.get_missing_display()
    if excuse.missing == ExcuseFor.METRIC:
        try:
            return f"{label}：{metrics_of(report).metric(excuse.key).name}"
        except KeyError:
            return f"{label}：{excuse.key}"
    if excuse.missing == ExcuseFor.ACCOUNT:
        return f"{label}：{ACCOUNT_LABELS[AccountKind(excuse.key)]}"
    claim = placed.claims.get(int(excuse.key)) if excuse.key.isdigit() else None
    return f"{label}：{claim.name}" if claim is not None else label


def _section(
    rule: SectionRule, position: int, body: str, placed: _Placed, content: Content, found: Findings | None
) -> ShownSection:
    rows = found.of_section(rule.code) if found else []
    marked = apart(row for row in rows if row.is_in_body)
    first_mark = {row.same: at for at, row in reversed(list(enumerate(marked)))}
    blocks = [
        ShownBlock(
            block,
            placed.photos_below(block),
            [claim for claim in placed.claims_below(block) if claim.explanation],
            [marked[at] for at in block.marks if first_mark[marked[at].same] == at],
        )
        for block in blocks_of(
            body,
            claim=placed.draw_claim,
            photo=placed.draw_photo,
            pieces=[(row.start, row.end) for row in marked],
            mark=lambda number: finding_marks(marked[number]),
        )
    ]
    return ShownSection(
        rule,
        position,
        blocks,
        [claim for claim in placed.claims.values() if claim.section == rule.code],
        placed.loose_photos(rule.code),
        told="",
        kept=[each for each in content.finding_excuses if each.section == rule.code],
        findings_beside=[row for row in rows if not (row.is_in_body or row.is_hint or row.is_again)],
    )


def _book(account: Account) -> Book:
    lines: Sequence[AccountLine] = list(account.lines.all())
    return Book(
        account,
        [line for line in lines if line.side == Side.INCOME],
        [line for line in lines if line.side == Side.EXPENSE],
    )
