"""A demand list from its first day to the day it is handed to the company (domain.md §3)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from huiyin.apps.audit.selectors import history_of
from huiyin.apps.ledger.services import topics
from huiyin.apps.people.services import erase_person, export_person
from huiyin.apps.places.services import end_engagement
from huiyin.apps.reports import selectors
from huiyin.apps.reports.demand_page import DemandWork
from huiyin.apps.reports.models import Demand, DemandList, DemandVoice, DemandVoicePrivate
from huiyin.apps.reports.personal import remove_old_words
from huiyin.apps.reports.services import demands, voices
from huiyin.apps.reports.voices import Count, by_weight, counts_of
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.web.idempotency import WELL_FORMED
from tests import given
from tests.given_reports import COLLECTING, JANUARY, a_demand_list, a_line
from tests.people import Cast

TEXT = "地下车库漏水，车顶都滴白了。"


def speak(cast: Cast, demand_list: DemandList, name: str = "resident", **changes: object) -> DemandVoice:
    return voices.add_voice(
        demand_list,
        by=cast.actor(name),
        **{"source": "qr", "text": TEXT, "now": COLLECTING, **changes},  # type: ignore[arg-type]
    )


def an_open_list(cast: Cast) -> DemandList:
    return demands.open_demand_list(
        estate=cast.estate, by=cast.by_secretary, begins_on=JANUARY, now=COLLECTING
    )


def test_a_list_begins_with_the_topics_of_the_ledger_and_everybody_behind_their_cases(cast: Cast) -> None:
    topic = topics.open_topic(by=cast.by_secretary, estate=cast.estate, title="楼道照明", now=COLLECTING)
    before = COLLECTING - timedelta(days=20)
    cases = [
        given.a_registered_case(cast, now=before, person=each) for each in (cast.resident, cast.neighbour)
    ]
    old = given.a_registered_case(cast, now=COLLECTING - timedelta(days=300))
    topics.put_in_topic([*cases, old], topic=topic, by=cast.by_secretary, now=COLLECTING)
    (line,) = an_open_list(cast).demands.all()
    assert (line.title, line.case_count) == ("楼道照明", 2)
    assert {voice.household_id for voice in line.voices.all()} == {
        each.askers.get().household_id for each in cases
    }
    assert not [voice for voice in line.voices.all() if WELL_FORMED.fullmatch(voice.idempotency_key)], (
        "nobody can send such a key beforehand and keep the list from being opened"
    )
    # Two households by their heaviest source, and two cases.
    assert counts_of(line.demand_list)[line.pk].weight == 2 * 3 + 2


def test_the_first_period_is_chosen_by_the_secretary_and_the_next_follows_it(cast: Cast) -> None:
    by = cast.by_secretary
    with pytest.raises(RuleBroken, match="从哪个月开始"):
        demands.open_demand_list(estate=cast.estate, by=by, now=COLLECTING)
    first = an_open_list(cast)
    assert (first.period_from, first.period_to) == (JANUARY, date(2026, 6, 30))
    assert first.collects_until == date(2026, 6, 22)
    with pytest.raises(RuleBroken, match="还有一份诉求清单在收集"):
        demands.open_demand_list(estate=cast.estate, by=by, now=COLLECTING + timedelta(days=60))
    demands.confirm(first, by=by, now=COLLECTING)
    with pytest.raises(RuleBroken, match="还没有开始"):
        demands.open_demand_list(estate=cast.estate, by=by, now=COLLECTING)
    second = demands.open_demand_list(estate=cast.estate, by=by, now=COLLECTING + timedelta(days=60))
    assert (second.period_from, second.period_to) == (date(2026, 7, 1), date(2026, 12, 31))


@pytest.mark.parametrize("name", ["manager", "community_worker", "street_officer", "stranger", "resident"])
def test_only_the_secretary_of_the_place_opens_a_list(cast: Cast, name: str) -> None:
    with pytest.raises(NotPermitted):
        demands.open_demand_list(estate=cast.estate, by=cast.actor(name), begins_on=JANUARY, now=COLLECTING)


def test_a_voice_is_masked_and_the_words_as_written_are_kept_apart(cast: Cast) -> None:
    voice = speak(
        cast, an_open_list(cast), text="车库漏水，请打 13912345678 找我。", building="6号楼2单元302"
    )
    assert "13912345678" not in voice.text
    assert "302" not in voice.building
    assert "13912345678" in voice.private.text
    assert voice.household_id is not None
    event = history_of(voice.demand.demand_list.stream)[-1]
    assert event.actor_label == "居民"
    assert "13912345678" not in str(event.public) + str(event.secret.texts)


def test_a_building_told_by_its_number_is_read_as_a_building(cast: Cast) -> None:
    assert speak(cast, an_open_list(cast), building="6").building == "6号楼"


def test_a_voice_sent_twice_from_a_dead_network_counts_once(cast: Cast) -> None:
    demand_list = an_open_list(cast)
    first, second = (speak(cast, demand_list, idempotency_key="phone-1") for _ in range(2))
    assert first == second
    assert DemandVoice.objects.count() == 1


def test_the_same_here_needs_no_words_and_joins_the_line(cast: Cast) -> None:
    demand_list = an_open_list(cast)
    line = speak(cast, demand_list).demand
    joined = speak(cast, demand_list, "neighbour", demand=line, text="")
    assert joined.demand == line
    assert joined.text == line.title
    count = counts_of(demand_list)[line.pk]
    assert (count.voice_count, count.household_count) == (2, 2)


def test_a_household_that_speaks_by_paper_and_by_phone_counts_once(cast: Cast) -> None:
    demand_list = an_open_list(cast)
    line = speak(cast, demand_list).demand
    speak(cast, demand_list, demand=line)
    count = counts_of(demand_list)[line.pk]
    assert (count.voice_count, count.household_count, count.weight) == (2, 1, 2)


def test_only_verified_households_count_as_such_and_others_as_voices(cast: Cast) -> None:
    demand_list = an_open_list(cast)
    line = speak(cast, demand_list, "stranger").demand
    speak(cast, demand_list, "operator", demand=line)
    speak(cast, demand_list, "community_worker", source="paper", demand=line)
    count = counts_of(demand_list)[line.pk]
    assert (count.voice_count, count.household_count, count.weight) == (3, 0, 7)


def test_who_was_verified_after_speaking_counts_for_the_home_when_the_list_is_confirmed(cast: Cast) -> None:
    demand_list = an_open_list(cast)
    line = speak(cast, demand_list).demand
    asked_before = speak(cast, demand_list, demand=line)
    DemandVoice.objects.filter(pk=asked_before.pk).update(household=None, source="topic")
    demands.confirm(demand_list, by=cast.by_secretary, now=COLLECTING)
    line.refresh_from_db()
    assert (line.household_count, line.voice_count, line.weight) == (1, 2, 3)


@pytest.mark.parametrize("name", ["manager", "technician", "company_admin"])
def test_the_company_does_not_speak_for_the_residents_it_serves(cast: Cast, name: str) -> None:
    with pytest.raises(RuleBroken, match="不能替居民提诉求"):
        speak(cast, an_open_list(cast), name)
    assert not Demand.objects.exists()


def test_a_confirmed_list_keeps_its_order_and_counts_when_somebody_is_forgotten(cast: Cast) -> None:
    demand_list = a_demand_list(cast)
    speak(cast, demand_list, "community_worker", source="visit", demand=a_line(demand_list), text="")
    demands.confirm(demand_list, by=cast.by_secretary, now=COLLECTING)

    def shown() -> list[tuple[int, Count]]:
        demand_list.refresh_from_db()
        return [(row.demand.pk, row.count) for row in DemandWork(demand_list, cast.by_secretary).standing]

    before = shown()
    assert [count.household_count for _line, count in before] == [1, 1]
    DemandVoice.objects.filter(source="visit").delete()
    erase_person(person=cast.resident, by=cast.by_resident)
    assert shown() == before


def test_paper_and_visits_are_typed_in_by_the_community_also_after_the_last_day(cast: Cast) -> None:
    demand_list = an_open_list(cast)
    late = COLLECTING + timedelta(days=30)
    voice = speak(cast, demand_list, "community_worker", source="paper", now=late)
    assert voice.entered_by_label == "社区工作者 白露"
    assert voice.person is None
    with pytest.raises(RuleBroken, match="截止收集"):
        speak(cast, demand_list, now=late)


@pytest.mark.parametrize(
    ("name", "source"), [("resident", "paper"), ("manager", "visit"), ("anonymous", "qr")]
)
def test_nobody_speaks_in_anothers_place(cast: Cast, name: str, source: str) -> None:
    with pytest.raises(NotPermitted):
        speak(cast, an_open_list(cast), name, source=source)


def test_a_person_adds_at_most_ten_voices_a_day(cast: Cast) -> None:
    demand_list = an_open_list(cast)
    line = speak(cast, demand_list).demand
    for _ in range(9):
        speak(cast, demand_list, demand=line, text="")
    with pytest.raises(RuleBroken, match="今天已经提了 10 条"):
        speak(cast, demand_list, demand=line, text="")
    assert speak(cast, demand_list, now=COLLECTING + timedelta(days=1)).demand != line


def test_a_line_that_nobody_has_read_is_not_offered_to_others(cast: Cast) -> None:
    demand_list = an_open_list(cast)
    line = speak(cast, demand_list).demand
    assert list(selectors.demands_to_join(demand_list)) == []
    demands.word_demand(line, by=cast.by_secretary, title="地下车库漏水", category="leak", now=COLLECTING)
    assert [each.title for each in selectors.demands_to_join(demand_list)] == ["地下车库漏水"]


def test_merged_lines_count_for_the_one_they_were_merged_into(cast: Cast) -> None:
    demand_list = an_open_list(cast)
    first, second, third = (
        speak(cast, demand_list, name).demand for name in ("resident", "neighbour", "operator")
    )
    demands.merge_demands(third, into=second, by=cast.by_secretary, now=COLLECTING)
    demands.merge_demands(second, into=first, by=cast.by_secretary, now=COLLECTING)
    assert {pk: count.voice_count for pk, count in counts_of(demand_list).items()} == {first.pk: 3}
    # A voice for a merged line is one for the line that stands.
    assert speak(cast, demand_list, demand=third, text="").demand == first
    demands.unmerge_demand(second, by=cast.by_secretary, now=COLLECTING)
    assert {pk: count.voice_count for pk, count in counts_of(demand_list).items()} == {
        first.pk: 3,
        second.pk: 1,
    }


def test_a_line_is_set_aside_for_a_public_reason_only_and_can_come_back(cast: Cast) -> None:
    demand_list = an_open_list(cast)
    line = speak(cast, demand_list).demand
    with pytest.raises(RuleBroken, match="选一个理由"):
        demands.set_aside(line, by=cast.by_secretary, reason_code="no_such", now=COLLECTING)
    with pytest.raises(RuleBroken, match="另写一句说明"):
        demands.set_aside(line, by=cast.by_secretary, reason_code="not_property_service", now=COLLECTING)
    demands.set_aside(
        line, by=cast.by_secretary, reason_code="not_property_service", words="属于供电公司。", now=COLLECTING
    )
    with pytest.raises(RuleBroken, match="没有列入清单"):
        speak(cast, demand_list, demand=line)
    demands.take_up_again(line, by=cast.by_secretary, now=COLLECTING)
    assert Demand.objects.get().stands


def test_confirming_ranks_by_weight_and_makes_the_counts_public(cast: Cast) -> None:
    demand_list = a_demand_list(cast)
    heavy = a_line(demand_list, 1)
    speak(cast, demand_list, "community_worker", source="visit", demand=heavy, text="")
    assert list(selectors.demands_public(demand_list)) == []
    confirmed = demands.confirm(demand_list, by=cast.by_secretary, now=COLLECTING)
    lines = list(selectors.demands_public(confirmed))
    assert [(line.rank, line.pk == heavy.pk, line.weight, line.household_count) for line in lines] == [
        (1, True, 5, 1),
        (2, False, 2, 1),
    ]
    with pytest.raises(RuleBroken, match="不能再改"):
        speak(cast, confirmed)
    with pytest.raises(RuleBroken, match="不能再改"):
        demands.merge_demands(lines[0], into=lines[1], by=cast.by_secretary, now=COLLECTING)


def test_a_confirmed_list_is_handed_to_the_company_that_serves(cast: Cast) -> None:
    demand_list = a_demand_list(cast)
    with pytest.raises(RuleBroken, match="先确认清单"):
        demands.send(demand_list, by=cast.by_secretary, now=COLLECTING)
    demands.confirm(demand_list, by=cast.by_secretary, now=COLLECTING)
    assert not selectors.demand_lists_for_desk(cast.by_manager).exists()
    sent = demands.send(demand_list, by=cast.by_secretary, now=COLLECTING)
    assert sent.sent_to == cast.engagement
    assert selectors.demand_lists_for_desk(cast.by_manager).get() == sent
    assert not selectors.demand_lists_for_desk(cast.by_stranger).exists()


def test_a_list_is_not_handed_to_nobody(cast: Cast) -> None:
    demand_list = a_demand_list(cast, status="confirmed")
    end_engagement(engagement=cast.engagement, ends_on=date(2026, 5, 1), by=cast.by_district_officer)
    with pytest.raises(RuleBroken, match="没有物业企业"):
        demands.send(demand_list, by=cast.by_secretary, now=COLLECTING)


def test_what_cannot_wait_becomes_a_case_of_whoever_spoke_first(cast: Cast) -> None:
    line = a_line(a_demand_list(cast, status="sent"))
    case = demands.register_demand_case(line, by=cast.by_secretary, now=COLLECTING)
    assert (case.source, case.origin_key) == ("demand_list", f"reports.demand:{line.pk}")
    assert case.askers.get().person == cast.resident
    assert history_of(case.stream)[0].actor_label == "社区书记 何知夏"
    with pytest.raises(RuleBroken, match="已经登记"):
        demands.register_demand_case(line, by=cast.by_secretary, now=COLLECTING)


def test_demands_do_not_become_cases_by_themselves(cast: Cast) -> None:
    demand_list = a_demand_list(cast, status="sent")
    assert not demand_list.demands.filter(case__isnull=False).exists()


def test_a_person_takes_its_voices_along_and_is_forgotten(cast: Cast) -> None:
    demand_list = a_demand_list(cast)
    speak(cast, demand_list, text="车库漏水，请打 13912345678 找我。", nickname="槐花")
    told = export_person(person=cast.resident, by=cast.by_resident)["sections"]["reports"]
    assert [each["text_as_written"] for each in told["data"]][-1].startswith("车库漏水，请打 139")
    erase_person(person=cast.resident, by=cast.by_resident)
    assert not DemandVoice.objects.filter(person=cast.resident).exists()
    assert not DemandVoicePrivate.objects.exists()
    assert counts_of(demand_list)[a_line(demand_list).pk].voice_count == 1
    spoken = [event for event in history_of(demand_list.stream) if event.kind == "reports.voice_added"]
    # The neighbour's is still there.
    assert sum(bool(event.secret.texts) for event in spoken) == 1


def test_a_year_after_the_list_was_handed_over_words_as_written_and_households_are_gone(cast: Cast) -> None:
    demand_list = an_open_list(cast)
    line = speak(cast, demand_list, text="车库漏水，请打 13912345678 找我。", nickname="槐花").demand
    demands.confirm(demand_list, by=cast.by_secretary, now=COLLECTING)
    demands.send(demand_list, by=cast.by_secretary, now=COLLECTING)
    assert remove_old_words(COLLECTING + timedelta(days=364)) == 0
    assert remove_old_words(COLLECTING + timedelta(days=366)) == 1
    assert remove_old_words(COLLECTING + timedelta(days=367)) == 0
    voice = line.voices.get()
    assert (voice.person, voice.household, voice.nickname) == (None, None, "")
    assert not DemandVoicePrivate.objects.exists()
    assert selectors.demands_public(DemandList.objects.get()).get().household_count == 1


WORDS = ("voice", "new", "merge", "unmerge", "aside", "back")
ACTIONS = st.lists(st.tuples(st.sampled_from(WORDS), st.integers(0, 4), st.integers(0, 4)), max_size=8)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@hypothesis_given(actions=ACTIONS)
def test_in_any_order_of_merging_no_voice_is_lost_and_each_belongs_to_one_line(
    cast: Cast, actions: list[tuple[str, int, int]]
) -> None:
    with transaction.atomic():
        _play(cast, actions)
        transaction.set_rollback(True)


def _play(cast: Cast, actions: list[tuple[str, int, int]]) -> None:
    demand_list = an_open_list(cast)
    by = cast.by_secretary
    spoken = 0
    for name in ("resident", "neighbour", "operator"):
        speak(cast, demand_list, name)
        spoken += 1
    for action, one, other in actions:
        lines = list(demand_list.demands.order_by("pk"))
        line, into = lines[one % len(lines)], lines[other % len(lines)]
        try:
            if action in ("voice", "new"):
                target = line if action == "voice" else None
                speak(cast, demand_list, "community_worker", source="visit", demand=target)
                spoken += 1
            elif action == "merge":
                demands.merge_demands(line, into=into, by=by, now=COLLECTING)
            elif action == "unmerge":
                demands.unmerge_demand(line, by=by, now=COLLECTING)
            elif action == "aside":
                demands.set_aside(line, by=by, reason_code="done_already", now=COLLECTING)
            else:
                demands.take_up_again(line, by=by, now=COLLECTING)
        except RuleBroken:
            pass
    counts = counts_of(demand_list)
    assert sum(count.voice_count for count in counts.values()) == spoken == DemandVoice.objects.count()
    # No chain of merges: a line counts for itself or for one that is not merged.
    assert not Demand.objects.filter(merged_into__merged_into__isnull=False).exists()
    standing = by_weight(demand_list.demands.all(), counts)
    assert {line.demand.pk for line in standing} <= set(counts)


def test_words_of_a_list_that_was_never_handed_over_do_not_stay_longer(cast: Cast) -> None:
    demand_list = an_open_list(cast)
    speak(cast, demand_list, text="车库漏水，请打 13912345678 找我。")
    last_day = datetime.combine(demand_list.collects_until, COLLECTING.timetz())
    assert remove_old_words(last_day + timedelta(days=365)) == 0
    assert remove_old_words(last_day + timedelta(days=366)) == 1
    assert not DemandVoicePrivate.objects.exists()


def test_words_of_a_list_that_was_only_confirmed_count_from_then(cast: Cast) -> None:
    demand_list = an_open_list(cast)
    speak(cast, demand_list, text="车库漏水，请打 13912345678 找我。")
    demands.confirm(demand_list, by=cast.by_secretary, now=COLLECTING)
    assert remove_old_words(COLLECTING + timedelta(days=364)) == 0
    assert remove_old_words(COLLECTING + timedelta(days=366)) == 1
