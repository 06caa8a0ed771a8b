"""Maintenance records behind the demo's reports: most numbers are borne out, a few are not, some cannot be checked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from huiyin.apps.places.models import Engagement
from huiyin.apps.portal.demo.hours import at_time
from huiyin.apps.portal.demo.reports.facts import Figure
from huiyin.apps.upkeep.drafts import RecordDraft, Rules
from huiyin.apps.upkeep.services.bulk import ToldByFile, import_records
from huiyin.domain.access import Actor
from huiyin.domain.facts import months_of
from huiyin.domain.metric_frequencies import Period, due_count
from huiyin.domain.months import last_of_month
from huiyin.domain.policy_metrics import Every, Metric, Per

# Numbers of which a manager likes to say more than was written down.
BOASTED = ("E01", "C01", "F02", "E14", "C03", "W06", "F07", "O02")
RECORDED_SHARE = (0.72, 0.88)
DEVIATING_SHARE = {"weak": 0.9, "plain": 0.35}
# What small teams keep on paper alone, or begin to write down late.
ON_PAPER_SHARE, GAP_SHARE = 0.08, 0.06
_MOST_SINGLE = 2
_PLACES = {
    "E01": "全部电梯",
    "E06": "二次供水水箱",
    "E14": "地下水泵房和配电室",
    "F03": "全部单元",
    "W01": "各垃圾桶站",
    "W06": "各垃圾桶站",
    "S10": "楼道和消防通道",
}


@dataclass
class Kept:
    """What the records of one report say otherwise than it does, by the code of the metric."""

    deviating: dict[str, int] = field(default_factory=dict)
    """How much the records bear out."""
    on_paper: set[str] = field(default_factory=set)
    """Of which there is no record."""
    with_gaps: set[str] = field(default_factory=set)
    """Of which a month has none."""


class RecordKeeper:
    """Writes down an engagement's months, each two days after it ended, as a table the manager brought."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.rules = Rules(now)

    def keep(
        self, engagement: Engagement, period: Period, figures: list[Figure], *, manner: str, by: Actor
    ) -> Kept:
        """The records behind the figures of a report of this period."""
        rng = Random(f"{engagement.estate.code}/{period.from_on}/records")
        counted = [each for each in figures if self._is_recorded(each)]
        kept = Kept()
        boasted = [each for each in counted if each.code in BOASTED and each.value >= 10]
        share = DEVIATING_SHARE.get(manner, DEVIATING_SHARE["plain"])
        if boasted and rng.random() < share:
            figure = rng.choice(boasted)
            kept.deviating[figure.code] = int(float(figure.value) * rng.uniform(*RECORDED_SHARE))
        drafts: list[RecordDraft] = []
        for figure in counted:
            if figure.code not in kept.deviating and rng.random() < ON_PAPER_SHARE:
                kept.on_paper.add(figure.code)
                continue
            amount = kept.deviating.get(figure.code, int(figure.value))
            told = list(self._spread(figure.code, figure.unit, amount, period, rng))
            if figure.code not in kept.deviating and len(told) > 6 and rng.random() < GAP_SHARE:
                month = _month(rng.choice(told))
                told = [each for each in told if _month(each) != month]
                kept.with_gaps.add(figure.code)
            drafts += told
        self._write(engagement, drafts, by)
        return kept

    def go_on(self, engagement: Engagement, since: date, *, care: float, by: Actor) -> None:
        """What was done since the last report, up to today; where less care is taken the last month lacks some."""
        rng = Random(f"{engagement.estate.code}/{since}/records")
        drafts: list[RecordDraft] = []
        for month in months_of(Period(since, self.now.date() - timedelta(days=3))):
            is_over = month.to_on == last_of_month(month.from_on)
            for metric in self.rules.metrics.values():
                lifts = engagement.estate.lift_count if metric.per is Per.LIFT else None
                due = due_count(metric, engagement.service_level, month, lifts)
                if not due or metric.per not in (Per.ESTATE, Per.LIFT):
                    continue
                if not is_over and rng.random() > care:
                    continue
                drafts += self._spread(metric.code, metric.units[0], due, month, rng)
        self._write(engagement, drafts, by)

    def _is_recorded(self, figure: Figure) -> bool:
        metric = self.rules.metrics.get(figure.code)
        return metric is not None and figure.unit in metric.units and figure.numerator is None

    def _spread(
        self, code: str, unit: str, amount: int, period: Period, rng: Random
    ) -> Iterator[RecordDraft]:
        """An amount over the months of a period: few times on their days, many as the sum of a month."""
        months = months_of(period)
        shares = _shares(amount, [month.days for month in months])
        for month, share in zip(months, shares, strict=True):
            if share == 0:
                continue
            rounds = self._rounds(self.rules.metrics[code], month)
            if share <= _MOST_SINGLE or (rounds and share % rounds == 0):
                yield from self._on_days(code, unit, share, min(rounds or share, share), month, rng)
            else:
                yield self._record(code, unit, share, month.from_on, month.to_on)

    def _rounds(self, metric: Metric, month: Period) -> int:
        """How often in a month somebody goes round all lifts; 0 for what is no round."""
        frequency = metric.usual_at(None)
        if metric.per is not Per.LIFT or frequency is None or frequency.unit is not Every.DAYS:
            return 0
        return month.days // frequency.every

    def _on_days(
        self, code: str, unit: str, amount: int, times: int, month: Period, rng: Random
    ) -> Iterator[RecordDraft]:
        length = month.days // times
        for turn in range(times):
            day = month.from_on + timedelta(days=turn * length + rng.randrange(length))
            yield self._record(code, unit, amount // times, day, None)

    def _record(self, code: str, unit: str, amount: int, first: date, last: date | None) -> RecordDraft:
        return RecordDraft(
            metric=code,
            count=Decimal(amount),
            done_from=first,
            done_to=last,
            unit=unit,
            place=_PLACES.get(code, ""),
        )

    def _write(self, engagement: Engagement, drafts: list[RecordDraft], by: Actor) -> None:
        by_month: dict[date, list[RecordDraft]] = defaultdict(list)
        for draft in drafts:
            by_month[_month(draft)].append(draft)
        for month, told in sorted(by_month.items()):
            at = min(at_time(last_of_month(month) + timedelta(days=2), 9, 20), self.now)
            rows = [
                ToldByFile(f"{engagement.pk}:{month:%y%m}-{number:03d}", draft)
                for number, draft in enumerate(told, start=1)
            ]
            import_records(engagement=engagement, rows=rows, by=by, now=at)


def _month(draft: RecordDraft) -> date:
    assert draft.done_from is not None
    return draft.done_from.replace(day=1)


def _shares(amount: int, days: list[int]) -> list[int]:
    """Whole shares of an amount by the lengths of months; they add up to it."""
    total, given, shares = sum(days), 0, []
    passed = 0
    for length in days:
        passed += length
        upto = amount * passed // total
        shares.append(upto - given)
        given = upto
    return shares
