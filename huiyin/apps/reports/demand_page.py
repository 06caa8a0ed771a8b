"""One demand list at the desk: its lines by weight, the voices behind them, and who may do what."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from huiyin.apps.ledger.limits import categories
from huiyin.apps.reports.models import Demand, DemandList, DemandVoice
from huiyin.apps.reports.permissions import COMPANY_WRITERS, is_secretary_of, may_type_in
from huiyin.apps.reports.policies import rules_of
from huiyin.apps.reports.voices import Count, by_weight, counts_of, ranked
from huiyin.domain.access import Actor
from huiyin.domain.clocks import due_day
from huiyin.domain.demands import DemandListStatus
from huiyin.domain.policy_reports import ReportsPolicy
from huiyin.web.now import now as clock

VOICES_SHOWN = 5


@dataclass(frozen=True)
class Line:
    """A line that stands, with what is behind it; merged lines with their voices are in `merged`."""

    demand: Demand
    count: Count
    voices: list[DemandVoice]
    merged: list[Demand]

    @property
    def further_voices(self) -> int:
        return max(self.count.voice_count - len(self.voices), 0)


class DemandWork:
    """A list as one person at the desk sees it: the community every line, the company what was sent to it."""

    def __init__(self, demand_list: DemandList, by: Actor) -> None:
        self.list, self.by = demand_list, by

    @cached_property
    def decides(self) -> bool:
        return is_secretary_of(self.by, self.list.estate)

    @cached_property
    def types_in(self) -> bool:
        return may_type_in(self.by, self.list.estate)

    @property
    def may_decide(self) -> bool:
        return self.decides and self.list.is_open

    @property
    def may_type_in(self) -> bool:
        return self.types_in and self.list.is_open

    @property
    def may_send(self) -> bool:
        return self.decides and self.list.status == DemandListStatus.CONFIRMED

    @property
    def days_left(self) -> int:
        """Of the collecting that was announced: counted from today, of a confirmed list from the day it closed."""
        closed_on = due_day(self.list.confirmed_at or clock())
        return max((self.list.collects_until - closed_on).days, 0)

    @property
    def tells_who(self) -> bool:
        """What somebody is called is for the community; the company sees what was said and where."""
        return not self.by.scopes(*COMPANY_WRITERS)

    @cached_property
    def rules(self) -> ReportsPolicy:
        return rules_of(self.list)

    @cached_property
    def categories(self) -> list[tuple[str, str]]:
        return [(each.code, each.label) for each in categories(clock()).categories]

    @cached_property
    def demands(self) -> list[Demand]:
        return list(self.list.demands.select_related("topic", "case", "merged_into").order_by("rank", "pk"))

    @cached_property
    def standing(self) -> list[Line]:
        """Heaviest first; once confirmed in the rank that was fixed then."""
        voices: defaultdict[int, list[DemandVoice]] = defaultdict(list)
        home = {each.pk: each.merged_into_id or each.pk for each in self.demands}
        newest = Window(RowNumber(), partition_by="demand_id", order_by=[F("said_at").desc(), F("pk").asc()])
        shown = DemandVoice.objects.filter(demand__demand_list=self.list).annotate(place=newest)
        for voice in shown.filter(place__lte=VOICES_SHOWN).order_by("-said_at", "pk"):
            voices[home[voice.demand_id]].append(voice)
        merged: defaultdict[int, list[Demand]] = defaultdict(list)
        for each in self.demands:
            if each.merged_into_id:
                merged[each.merged_into_id].append(each)
        count_lines = by_weight if self.list.is_open else ranked
        rows = count_lines(self.demands, counts_of(self.list))
        return [
            Line(row.demand, row.count, voices[row.demand.pk][:VOICES_SHOWN], merged[row.demand.pk])
            for row in rows
        ]

    @property
    def aside(self) -> list[Demand]:
        return [each for each in self.demands if each.set_aside_reason]

    def demand(self, pk: int) -> Demand | None:
        return next((each for each in self.demands if each.pk == pk), None)
