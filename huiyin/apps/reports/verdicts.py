"""The numbers of a report held against what the system counted: live until it is presented, then as frozen (ADR 0019).

Reading alone; services/verdicts.py writes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext

from huiyin.apps.reports.contents import Content, number
from huiyin.apps.reports.in_words import with_unit
from huiyin.apps.reports.models import FINEST, Claim, ClaimVerdict, Report
from huiyin.apps.reports.policies import rules_of
from huiyin.apps.upkeep.facts import FactBook
from huiyin.domain.claim_verdicts import (
    ClaimedNumber,
    Judgement,
    Verdict,
    explains,
    missing_briefly,
    missing_words,
    verdict,
)
from huiyin.domain.facts import Fact, Lack
from huiyin.domain.metric_frequencies import Period
from huiyin.domain.months import last_of_month
from huiyin.domain.report_conditions import Deviating
from huiyin.web.chips import Chip, look_of


@dataclass(frozen=True)
class Deviation:
    """What an explanation is of: what the report says, and what was counted."""

    claimed: Decimal
    counted: Decimal

    @property
    def mark(self) -> str:
        """As the form of a number carries it: which deviation was shown there."""
        return f"{number(self.claimed)}/{number(self.counted)}"


@dataclass(frozen=True)
class Judged:
    """One number with its verdict, live or frozen; `unit` and `source` say what was counted, and where."""

    claim: Claim
    judgement: Judgement
    unit: str = ""
    source: str = ""
    fingerprint: str = ""

    @property
    def verdict(self) -> Verdict:
        return self.judgement.verdict

    @property
    def deviates(self) -> bool:
        return self.verdict is Verdict.DEVIATES

    @property
    def deviation(self) -> Deviation | None:
        """Both numbers where they deviate, to the places that are kept of them."""
        counted = self.judgement.counted
        if not self.deviates or counted is None:
            return None
        return Deviation(self.judgement.claimed, counted.quantize(FINEST))

    @property
    def is_explained(self) -> bool:
        """Whether its explanation was saved beside these two numbers: beside others it may speak of anything else."""
        claim, deviation = self.claim, self.deviation
        if deviation is None or not explains(claim.explanation):
            return False
        is_of_any = claim.explained_claimed is None
        of = (claim.explained_claimed, claim.explained_counted)
        return is_of_any or of == (deviation.claimed, deviation.counted)

    @property
    def look(self) -> Chip:
        return look_of(f"verdict.{self.verdict}")

    @property
    def said(self) -> str:
        """96 次."""
        return with_unit(self.judgement.claimed, self.claim.unit)

    @property
    def counted(self) -> str:
        """88 次; empty where nothing was counted."""
        return "" if self.judgement.counted is None else with_unit(self.judgement.counted, self.unit)

    @property
    def brief(self) -> str:
        """What follows the verdict in the middle of a sentence: both numbers, or what is missing."""
        if self.deviates:
            return gettext("报告 %(said)s，记录 %(counted)s") % {"said": self.said, "counted": self.counted}
        if self.verdict is Verdict.UNCHECKABLE:
            return missing_briefly(self.judgement.missing)
        return ""

    @property
    def missing(self) -> list[str]:
        """Which data is missing, each in words."""
        return [missing_words(each) for each in self.judgement.missing]

    @property
    def days_to_record(self) -> Period | None:
        """Where records would have to be looked for: the months without one, else the days of the number."""
        months = [
            month for each in self.judgement.missing if each.what is Lack.MONTHS for month in each.months
        ]
        if months:
            return Period(months[0], last_of_month(months[-1]))
        return days_of(self.claim)

    @property
    def told_apart(self) -> str:
        """Both numbers where there are two: 报告 96 次，保养记录 88 次. Empty where nothing was counted."""
        if not self.counted:
            return ""
        words = {"said": self.said, "source": gettext(self.source), "counted": self.counted}
        return gettext("报告 %(said)s，%(source)s %(counted)s") % words

    def is_told_otherwise_by(self, later: Judged) -> bool:
        """Whether records that changed since say something else of the number."""
        return (self.judgement, self.unit) != (later.judgement, later.unit)


@dataclass(frozen=True)
class Verdicts:
    """Of all numbers of one revision, by their number."""

    judged: dict[int, Judged] = field(default_factory=dict)
    as_of: datetime | None = None
    tolerance_percent: int = 0
    is_frozen: bool = False

    def of(self, claim_number: int) -> Judged | None:
        return self.judged.get(claim_number)

    @cached_property
    def counts(self) -> list[tuple[Chip, int]]:
        """Each verdict with how many numbers have it, those that none has left out."""
        found = Counter(each.verdict for each in self.judged.values())
        return [(look_of(f"verdict.{each}"), found[each]) for each in Verdict if found[each]]

    @cached_property
    def deviating(self) -> list[Judged]:
        return [each for each in self.judged.values() if each.deviates]

    @cached_property
    def for_conditions(self) -> tuple[Deviating, ...]:
        """What submitting asks (domain/report_conditions.py)."""
        return tuple(
            Deviating(
                number=each.claim.number,
                name=each.claim.name,
                section=each.claim.section,
                said=each.said,
                counted=each.counted,
                source=gettext(each.source),
                is_explained=each.is_explained,
                has_older_words=bool(each.claim.explanation),
            )
            for each in self.deviating
        )


def verdicts_of(report: Report, content: Content, *, now: datetime) -> Verdicts:
    """What pages show of a revision: as frozen, one query; else live. Load `engagement` with the report."""
    return frozen_verdicts(content.claims) or live_verdicts(report, content, now=now)


def frozen_verdicts(claims: Iterable[Claim]) -> Verdicts | None:
    """As they stood when the report was presented; None where it was not."""
    known = {each.pk: each for each in claims}
    rows = list(
        ClaimVerdict.objects.filter(claim__in=known).select_related("sheet").order_by("claim__number")
    )
    if not rows:
        return None
    judged = [
        Judged(known[row.claim_id], row.judgement, row.unit, row.source, row.fingerprint) for row in rows
    ]
    sheet = rows[0].sheet
    return Verdicts(
        {each.claim.number: each for each in judged}, sheet.judged_at, sheet.tolerance_percent, is_frozen=True
    )


def live_verdict(report: Report, claim: Claim, *, now: datetime) -> Judged:
    """Of one number, saved or not yet, as of this moment."""
    book = FactBook(report.engagement, within=Period(report.period_from, report.period_to), now=now)
    return _judged(claim, book, rules_of(report).verdict_tolerance)


def live_verdicts(report: Report, content: Content, *, now: datetime) -> Verdicts:
    """As of this moment, from one book of facts: the records of the whole period are read once."""
    whole = Period(report.period_from, report.period_to)
    book = FactBook(report.engagement, within=whole, now=now)
    rules = rules_of(report)
    judged = {each.number: _judged(each, book, rules.verdict_tolerance) for each in content.claims}
    return Verdicts(judged, now, rules.verdict_tolerance_percent)


def changed_since(frozen: Verdicts, live: Verdicts) -> dict[int, Judged]:
    """By number what the records say now, where they say something else than when it was frozen: for the desk."""
    pairs = ((each, live.of(number)) for number, each in frozen.judged.items())
    return {
        each.claim.number: later
        for each, later in pairs
        if later is not None and each.is_told_otherwise_by(later)
    }


def days_of(claim: Claim) -> Period | None:
    if claim.period_from is None or claim.period_to is None:
        return None
    return Period(claim.period_from, claim.period_to)


def _judged(claim: Claim, book: FactBook, tolerance: Decimal) -> Judged:
    period = days_of(claim)
    fact: Fact | None = book.of(claim.metric, period, claim.unit) if claim.metric and period else None
    judgement = verdict(ClaimedNumber(claim.metric, claim.value, claim.unit, period), fact, tolerance)
    if fact is None:
        return Judged(claim, judgement)
    return Judged(claim, judgement, fact.unit, fact.source, fact.fingerprint)
