"""Counting the voices behind the lines of a demand list: a merged line's voices count where it was merged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from huiyin.apps.reports.models import Demand, DemandList, DemandVoice
from huiyin.apps.reports.policies import rules_of
from huiyin.domain.demands import Speaker, VoiceSource, speaking_count, weight_of


@dataclass(frozen=True)
class Count:
    """What stands behind one line: every voice, the households that speak, the cases of its topics."""

    voice_count: int
    household_count: int
    case_count: int
    weight: int


@dataclass(frozen=True)
class CountedDemand:
    demand: Demand
    count: Count


def counts_of(demand_list: DemandList) -> dict[int, Count]:
    """By the key of each line that is not merged; two queries however many there are."""
    rules = rules_of(demand_list).demands
    home: dict[int, int] = {}
    cases: defaultdict[int, int] = defaultdict(int)
    lines = Demand.objects.filter(demand_list=demand_list).order_by()
    for pk, merged_into, case_count in lines.values_list("pk", "merged_into_id", "case_count"):
        home[pk] = merged_into or pk
        cases[home[pk]] += case_count
    speakers: defaultdict[int, list[Speaker]] = defaultdict(list)
    voices = DemandVoice.objects.filter(demand__demand_list=demand_list).order_by()
    for line, source, household, person in voices.values_list(
        "demand_id", "source", "household_id", "person_id"
    ):
        speakers[home[line]].append(Speaker(VoiceSource(source), household, person))
    return {
        pk: Count(
            voice_count=len(speakers[pk]),
            household_count=speaking_count(speakers[pk]),
            case_count=cases[pk],
            weight=weight_of(
                speakers[pk],
                weights=rules.weight_by_source,
                case_count=cases[pk],
                case_weight=rules.case_weight,
            ),
        )
        for pk in set(home.values())
    }


def by_weight(demands: Iterable[Demand], counts: dict[int, Count]) -> list[CountedDemand]:
    """The lines that stand, heaviest first; among equals the one more households speak for, then the older."""
    lines = [CountedDemand(demand, counts[demand.pk]) for demand in demands if demand.stands]
    return sorted(lines, key=lambda line: (-line.count.weight, -line.count.household_count, line.demand.pk))
