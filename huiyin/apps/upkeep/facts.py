"""The facts of an engagement: its records added up, and what the system counts by itself, by the code of the metric.

`facts_of` answers for one number, a `FactBook` for all numbers of a report. An app above declares what it can count
in `AppConfig.ready()` (mechanism 4): `facts.register("S08", label="业主座谈会", answer=…)`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from huiyin.apps.places.models import Engagement
from huiyin.apps.policies.selectors import policy_on
from huiyin.apps.upkeep.selectors import records_in
from huiyin.domain.clocks import due_day
from huiyin.domain.facts import Entry, Fact, counted, months_expected
from huiyin.domain.metric_frequencies import Period
from huiyin.domain.policy_metrics import Metric
from huiyin.web.now import now as clock

UPKEEP_RECORDS, RECORDS = "保养记录", "记录"
"""Of what is usual so and so often, and of all else: nobody calls a ticket of the hotline maintenance."""
Answer = Callable[[Engagement, Period, datetime], Fact | None]
"""Of an engagement and a period, as it stands at a moment; None where the system has nothing to count."""


@dataclass(frozen=True)
class _Source:
    label: str
    answer: Answer


_sources: dict[str, _Source] = {}


def register(metric: str, *, label: str, answer: Answer) -> None:
    """Declare that the system counts this metric by itself: nobody keeps records of it. A second call replaces it."""
    _sources[metric] = _Source(label, answer)


def forget(metric: str) -> None:
    """Take a declaration away again: for tests that make one of their own."""
    _sources.pop(metric, None)


def counted_here() -> frozenset[str]:
    """The codes of the metrics the system counts by itself."""
    return frozenset(_sources)


def facts_of(
    engagement: Engagement, *, metric: str, period: Period, unit: str = "", now: datetime | None = None
) -> Fact | None:
    """What the system knows of a metric in a period: one query. None where it has nothing.

    `unit` chooses among the units of a metric (次 or 人 of a drill); where nothing is recorded in it the fact comes
    in another one, so that a verdict can say so.
    """
    return FactBook(engagement, now=now).of(metric, period, unit)


class FactBook:
    """All facts of one engagement as of one moment; records are read once for each period asked, whatever the metrics.

    `within` reads them once for whatever lies in it, e.g. for every number of a report. Load `estate` with the
    engagement.
    """

    def __init__(
        self, engagement: Engagement, *, within: Period | None = None, now: datetime | None = None
    ) -> None:
        self.engagement, self.within = engagement, within
        self.now = now or clock()
        self.catalogue = policy_on("metrics", due_day(self.now)).values
        self._records: dict[Period, dict[str, list[Entry]]] = {}
        self._answers: dict[tuple[str, Period], Fact | None] = {}

    def of(self, metric: str, period: Period, unit: str = "") -> Fact | None:
        try:
            known = self.catalogue.metric(metric)
        except KeyError:
            return None
        if metric in _sources:
            return self._counted_here(metric, period)
        return self._of_records(known, period, unit)

    def entries(self, period: Period) -> dict[str, list[Entry]]:
        """By metric, the records that count and have a day in the period, or in what is read at once with it."""
        if (
            self.within is not None
            and self.within.from_on <= period.from_on <= period.to_on <= self.within.to_on
        ):
            period = self.within
        if period not in self._records:
            found: defaultdict[str, list[Entry]] = defaultdict(list)
            for metric, entry in records_in(self.engagement, period):
                found[metric].append(entry)
            self._records[period] = dict(found)
        return self._records[period]

    def _counted_here(self, metric: str, period: Period) -> Fact | None:
        key = (metric, period)
        if key not in self._answers:
            source = _sources[metric]
            fact = source.answer(self.engagement, period, self.now)
            self._answers[key] = replace(fact, source=source.label) if fact else None
        return self._answers[key]

    def _of_records(self, metric: Metric, period: Period, unit: str) -> Fact | None:
        entries = self.entries(period).get(metric.code, [])
        expected = self._expected(metric, period)
        source = UPKEEP_RECORDS if metric.usual else RECORDS
        for each in dict.fromkeys([unit or metric.units[0], *metric.units]):
            fact = counted(metric.code, each, period, entries, expected=expected, source=source)
            if fact is not None:
                return fact
        return None

    def _expected(self, metric: Metric, period: Period) -> tuple[date, ...]:
        """Of the months the engagement served."""
        engagement = self.engagement
        served = Period(
            max(period.from_on, engagement.starts_on), min(period.to_on, engagement.ends_on or period.to_on)
        )
        return months_expected(metric, engagement.service_level, served, due_day(self.now))
