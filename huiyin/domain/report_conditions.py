"""What submitting a report needs (domain.md §3), as a table of named rules: it draws the ring and refuses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from huiyin.domain.account_sums import WrongSum
from huiyin.domain.report_parts import ACCOUNT_LABELS, AccountKind, ExcuseFor

LONGEST_QUOTED = 30
"""Characters of a sentence that a refusal repeats."""
MOST_SENTENCES = 5
"""Of a section that a refusal names one by one."""


@dataclass(frozen=True)
class ClaimFacts:
    number: int
    name: str
    section: str
    has_unit: bool
    has_period: bool
    has_evidence: bool


@dataclass(frozen=True)
class CommitmentFacts:
    number: int
    title: str
    has_measure: bool
    has_owner: bool
    has_due_date: bool


@dataclass(frozen=True)
class Unanswered:
    """A topic of the list that must be answered and is not (domain/silence.py); `why` it must be, in a few words."""

    rank: int
    title: str
    why: str
    is_mentioned: bool
    section: str
    """Where it would be answered."""
    anchor: str


@dataclass(frozen=True)
class Deviating:
    """A number the records do not bear out: what it says and what was counted, in words with their unit."""

    number: int
    name: str
    section: str
    said: str
    counted: str
    source: str
    """Where it was counted: 保养记录, 台账."""
    is_explained: bool
    has_older_words: bool = False
    """Not explained, but something was said of the number before these two were seen."""


@dataclass(frozen=True)
class Blocked:
    """A sentence the check stops: corrected, or let stand for a public reason (domain.md §3)."""

    section: str
    words: str
    rule: str
    anchor: str
    may_be_excused: bool = True


@dataclass(frozen=True)
class Facts:
    """What the rules look at; `excused` holds what a written public excuse stands in for, e.g. (METRIC, "E01")."""

    sections: Mapping[str, str]
    """Label by code, in the order of the report."""
    written: frozenset[str]
    """The sections that have words."""
    required_metrics: Mapping[str, str]
    """Name by code."""
    metric_sections: Mapping[str, str]
    reported_metrics: frozenset[str]
    claims: tuple[ClaimFacts, ...]
    commitments: tuple[CommitmentFacts, ...]
    last_commitments: Mapping[int, str]
    """Title by key, of the promises that have to be accounted for."""
    accounted: frozenset[int]
    required_accounts: tuple[AccountKind, ...]
    wrong_sums: Mapping[AccountKind, tuple[WrongSum, ...]]
    """For each account that is there."""
    accounts_section: str
    plans_section: str
    excused: frozenset[tuple[ExcuseFor, str]] = frozenset()
    conflicting: frozenset[str] = frozenset()
    """The sections with words of a second person that nobody has put together with the first one's."""
    dangling: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By section what its text places that is not there, as written: 【数据9】."""
    runs_until: date | None = None
    """The last day of the period, while the period is not over."""
    partly_reported: Mapping[str, int] = field(default_factory=dict)
    """Required metrics, by code, that only a number for a part of the period or of the units reports: which one."""
    unanswered: tuple[Unanswered, ...] = ()
    """What residents raised and the report may not be silent about."""
    deviating: tuple[Deviating, ...] = ()
    """The numbers that deviate from what the system counted (domain/claim_verdicts.py)."""
    blocked: tuple[Blocked, ...] = ()
    """The sentences stopped by the check that no public reason lets stand."""


@dataclass(frozen=True)
class Missing:
    """One thing that is missing: in which section ("" for the report itself), in a sentence.

    `excuse` where a public excuse may stand in.
    """

    section: str
    sentence: str
    anchor: str = ""
    """What the page scrolls to: "metric-E01", "claim-3", "account-common_revenue", "commitment-2"."""
    excuse: tuple[ExcuseFor, str] | None = None


@dataclass(frozen=True)
class Condition:
    code: str
    label: str
    check: Callable[[Facts], Iterator[Missing]] = field(repr=False)


@dataclass(frozen=True)
class Outcome:
    """One rule held against one report."""

    condition: Condition
    missing: tuple[Missing, ...]

    @property
    def is_met(self) -> bool:
        return not self.missing


def _period(facts: Facts) -> Iterator[Missing]:
    last = facts.runs_until
    if last is not None:
        yield Missing("", f"报告期到 {last.year}年{last.month}月{last.day}日才结束，过了这一天再提交。")


def _sections(facts: Facts) -> Iterator[Missing]:
    for code, label in facts.sections.items():
        if code not in facts.written:
            yield Missing(code, f"“{label}”还没有写。", f"section-{code}")
        if code in facts.conflicting:
            yield Missing(code, f"“{label}”两个人同时改过，还没有合成一份。", "conflicts")


def _required_metrics(facts: Facts) -> Iterator[Missing]:
    for code, name in facts.required_metrics.items():
        excuse = (ExcuseFor.METRIC, code)
        if code in facts.reported_metrics:
            continue
        section = facts.metric_sections[code]
        if code in facts.partly_reported:
            yield Missing(
                section,
                f"必报指标“{name}”（{code}）要按目录的单位、写明台套数、报整个报告期；"
                "只报一段日子的，在这个数据的说明里公开写明原因。",
                f"claim-{facts.partly_reported[code]}",
            )
        elif excuse not in facts.excused:
            yield Missing(
                section,
                f"缺少必报指标“{name}”（{code}）；确实没有的，公开写明原因。",
                f"metric-{code}",
                excuse,
            )


def _numbers(facts: Facts) -> Iterator[Missing]:
    for claim in facts.claims:
        excuse = (ExcuseFor.EVIDENCE, str(claim.number))
        anchor = f"claim-{claim.number}"
        if not claim.has_unit:
            yield Missing(claim.section, f"数据 {claim.number}“{claim.name}”没有单位。", anchor)
        if not claim.has_period:
            yield Missing(claim.section, f"数据 {claim.number}“{claim.name}”没有起止日期。", anchor)
        if not claim.has_evidence and excuse not in facts.excused:
            yield Missing(
                claim.section,
                f"数据 {claim.number}“{claim.name}”没有佐证；确实没有的，公开写明原因。",
                anchor,
                excuse,
            )


def _placed(facts: Facts) -> Iterator[Missing]:
    for code, places in facts.dangling.items():
        for place in places:
            yield Missing(
                code,
                f"“{facts.sections[code]}”的正文里写了{place}，可是没有这个编号；改成有的编号，或者删去。",
                f"section-{code}",
            )


def _commitments(facts: Facts) -> Iterator[Missing]:
    if not facts.commitments:
        yield Missing(facts.plans_section, "还没有写承诺，至少写一项。", "commitments")
    for each in facts.commitments:
        lacks = [
            word
            for word, is_there in (
                ("措施", each.has_measure),
                ("负责人", each.has_owner),
                ("期限", each.has_due_date),
            )
            if not is_there
        ]
        if lacks:
            sentence = f"承诺“{each.title}”没有写{'、'.join(lacks)}。"
            yield Missing(facts.plans_section, sentence, f"commitment-{each.number}")


def _last_commitments(facts: Facts) -> Iterator[Missing]:
    for key, title in facts.last_commitments.items():
        if key not in facts.accounted:
            yield Missing(facts.plans_section, f"上一期的承诺“{title}”没有交代。", f"last-commitment-{key}")


def _sums(facts: Facts) -> Iterator[Missing]:
    for kind in facts.required_accounts:
        excuse = (ExcuseFor.ACCOUNT, str(kind))
        if kind not in facts.wrong_sums and excuse not in facts.excused:
            yield Missing(
                facts.accounts_section,
                f"缺少“{ACCOUNT_LABELS[kind]}”的账；确实没有的，公开写明原因。",
                f"account-{kind}",
                excuse,
            )
    for kind, wrong in facts.wrong_sums.items():
        for each in wrong:
            yield Missing(
                facts.accounts_section, f"{ACCOUNT_LABELS[kind]}：{each.sentence}", f"account-{kind}"
            )


def _topics(facts: Facts) -> Iterator[Missing]:
    for each in facts.unanswered:
        lacks = (
            "报告只是提到，没有说做了什么、要做什么，或者为什么做不了"
            if each.is_mentioned
            else "报告没有回应"
        )
        sentence = f"居民提出的第 {each.rank} 件“{each.title}”，{lacks}（{each.why}）。"
        yield Missing(each.section, sentence, each.anchor)


def _deviations(facts: Facts) -> Iterator[Missing]:
    for each in facts.deviating:
        if not each.is_explained:
            to_do = (
                "写它的说明时，看到的还不是这两个数：改正这个数，或者照这两个数改写说明；说明仍然适用的，再保存一次。"
                if each.has_older_words
                else "改正这个数，或者在它的说明里公开写明为什么不一样。"
            )
            yield Missing(
                each.section,
                f"数据 {each.number}“{each.name}”写的是 {each.said}，{each.source}里是 {each.counted}；{to_do}",
                f"claim-{each.number}",
            )


def _blocked_words(facts: Facts) -> Iterator[Missing]:
    seen: Counter[str] = Counter()
    for each in facts.blocked:
        seen[each.section] += 1
        if seen[each.section] > MOST_SENTENCES:
            continue
        place, words = facts.sections[each.section], _cut(each.words)
        if each.may_be_excused:
            sentence = f"“{place}”里“{words}”必须改；确有依据要保留的，公开写明理由。"
        else:
            sentence = f"“{place}”里还有没填的空：“{words}”。"
        yield Missing(each.section, sentence, each.anchor)
    for section, count in seen.items():
        if count > MOST_SENTENCES:
            sentence = f"“{facts.sections[section]}”里另有 {count - MOST_SENTENCES} 处必须改。"
            yield Missing(section, sentence, f"section-{section}")


def _cut(words: str) -> str:
    return words if len(words) <= LONGEST_QUOTED else words[:LONGEST_QUOTED] + "…"


CONDITIONS: tuple[Condition, ...] = (
    Condition("PERIOD_OVER", "报告期已经结束", _period),
    Condition("SIX_SECTIONS", "每个部分都写了", _sections),
    Condition("REQUIRED_METRICS", "必报指标齐全", _required_metrics),
    Condition("NUMBERS_COMPLETE", "数字有单位、起止日期和佐证", _numbers),
    Condition("PLACED_THERE", "正文里放的数据和照片都有", _placed),
    Condition("COMMITMENTS_COMPLETE", "承诺写清措施、负责人和期限", _commitments),
    Condition("LAST_COMMITMENTS_ACCOUNTED", "上一期的承诺逐项交代", _last_commitments),
    Condition("SUMS_RIGHT", "账目齐全，算得对", _sums),
    Condition("TOPICS_ANSWERED", "居民集中提出的事都有回答", _topics),
    Condition("NO_DEVIATION_UNEXPLAINED", "与记录不符的数字已改正或说明", _deviations),
    Condition("NO_BLOCKED_WORDS", "没有“必须改”的语句", _blocked_words),
)


def outcomes(facts: Facts) -> tuple[Outcome, ...]:
    """Every rule with what it misses, in the order of the table."""
    return tuple(Outcome(condition, tuple(condition.check(facts))) for condition in CONDITIONS)
