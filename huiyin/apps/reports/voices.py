"""Counting the voices behind the lines of a demand list: a merged line's voices count where it was merged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from huiyin.apps.people.selectors import verified_households
from huiyin.apps.reports.models import Demand, DemandList, DemandVoice
from huiyin.apps.reports.policies import rules_of
from huiyin.domain.demands import Speaker, VoiceSource, speaking_count, weight_of


@dataclass(frozen=True)
class Count:
    """What stands behind one line: every voice, the verified households among them, the cases of its topics."""

    voice_count: int
    household_count: int
    case_count: int
    weight: int


@dataclass(frozen=True)
class CountedDemand:
    demand: Demand
    count: Count


def counts_of(demand_list: DemandList) -> dict[int, Count]:
    """By the key of each line that is not merged; three queries however many there are.

    Who has been verified since speaking counts for the home: the same person may have asked in the ledger before.
    """
    rules = rules_of(demand_list).demands
    home: dict[int, int] = {}
    cases: defaultdict[int, int] = defaultdict(int)
    lines = Demand.objects.filter(demand_list=demand_list).order_by()
    for pk, merged_into, case_count in lines.values_list("pk", "merged_into_id", "case_count"):
        home[pk] = merged_into or pk
        cases[home[pk]] += case_count
    speakers: defaultdict[int, list[Speaker]] = defaultdict(list)
    voices = DemandVoice.objects.filter(demand__demand_list=demand_list).order_by()
    told = list(voices.values_list("demand_id", "source", "household_id", "person_id"))
    households = verified_households(
        {person for *_others, household, person in told if person and not household}, demand_list.estate_id
    )
    for line, source, household, person in told:
        speaker = Speaker(VoiceSource(source), household or households.get(person), person)
        speakers[home[line]].append(speaker)
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


def ranked(demands: Iterable[Demand], counts: dict[int, Count]) -> list[CountedDemand]:
    """The lines of a confirmed list as they were counted then, whoever was forgotten since."""
    lines = [each for each in demands if each.rank is not None]
    return [
        CountedDemand(
            line,
            Count(
                voice_count=line.voice_count or 0,
                household_count=line.household_count or 0,
                case_count=counts[line.pk].case_count,
                weight=line.weight or 0,
            ),
        )
        for line in sorted(lines, key=lambda line: line.rank or 0)
    ]


def by_weight(demands: Iterable[Demand], counts: dict[int, Count]) -> list[CountedDemand]:
    """The lines that stand, heaviest first; among equals the one more households speak for, then the older."""
    lines = [CountedDemand(demand, counts[demand.pk]) for demand in demands if demand.stands]
    return sorted(lines, key=lambda line: (-line.count.weight, -line.count.household_count, line.demand.pk))
