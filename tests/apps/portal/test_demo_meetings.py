"""The meetings of the demo before they are held: their words, their moments, and how many come and ask."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

import pytest

from huiyin.apps.portal.demo.hours import daytime_between
from huiyin.apps.portal.demo.matters import Matter, matters
from huiyin.apps.portal.demo.meetings.plans import (
    FOLDER,
    LIVE,
    OVER,
    RECORDED,
    MeetingPlan,
    moments_of,
    plans,
)
from huiyin.apps.portal.demo.phrases import Teller
from huiyin.apps.portal.demo.reports.calendar import halves
from huiyin.apps.portal.demo.reports.stories import stories
from huiyin.domain.clocks import BEIJING
from huiyin.domain.meeting_phases import Phase
from huiyin.language.masking import mask

NOW = datetime(2026, 11, 20, 15, 10, tzinfo=BEIJING)
EACH = pytest.mark.parametrize("plan", plans(), ids=lambda plan: plan.key)
MINUTE = timedelta(minutes=1)


def told(name: str) -> dict[str, list[dict[str, str]]]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def phrases() -> Iterator[str]:
    for words in told("spoken").values():
        yield from map(str, words)
    for rows in told("questions").values():
        yield from (row[name] for row in rows for name in ("text", "answer", "note") if name in row)
    for plan in plans():
        yield from (plan.title, plan.venue, plan.reason, plan.no_sitting_reason, plan.supervision, plan.help)
        yield from (plan.words, plan.deputy_words, *(str(row[0]) for row in plan.results))


def test_what_is_said_at_meetings_is_whole_and_holds_nothing_personal() -> None:
    for pattern in phrases():
        for seed in range(4):
            teller = Teller(Random(seed), slots={"d9": "12月3日", "b": "6号楼"})
            words = teller.say(pattern)
            assert not re.search(r"[\[\]{}|@]", words), words
            assert mask(words) == words


def test_every_matter_has_a_spoken_answer_of_its_own() -> None:
    known = told("spoken")
    assert {matter.code for matter in matters() if matter.in_estates and not matter.plain} <= set(known)


@pytest.mark.parametrize(
    "matter", [m for m in matters() if m.in_estates and not m.plain], ids=lambda m: m.code
)
def test_the_spoken_answer_is_about_the_side_that_was_asked_about(matter: Matter) -> None:
    known = told("spoken")[matter.code]
    sides = {side for words in matter.open for side in re.findall(r"^@([a-z]+) ", words)}
    for side in "".join(sides) or [""]:
        assert Teller(Random(1), facet=side).fitting(known), side


def test_who_asks_about_a_leaking_garage_is_not_told_about_parking_spaces() -> None:
    teller = Teller(Random(1), facet="e")
    assert [words[:6] for words in teller.fitting(told("spoken")["parking_mess"])] == ["@e 地库渗"]


def test_the_twelve_meetings_show_every_phase() -> None:
    assert len(plans()) == 12
    assert {plan.stage for plan in plans()} == set(Phase)
    assert sum(plan.stage == Phase.QUESTIONS for plan in plans()) == 1
    assert sum(len(plan.estates) > 1 for plan in plans()) == 1
    assert sum(plan.first_thing for plan in plans()) == 1


@EACH
def test_a_meeting_hears_a_report_of_its_half_year_and_is_of_a_believable_size(plan: MeetingPlan) -> None:
    for code in plan.estates:
        assert any(story.half == plan.half for story in stories()[code])
    for sitting in filter(None, (plan.first, plan.second)):
        if plan.stage in OVER | LIVE and not plan.no_sitting_reason:
            assert 45 <= sitting.homes <= sitting.people <= 140
            assert 10 <= sitting.questions <= 40


@EACH
@pytest.mark.parametrize("hours", [0, 9, 16])
def test_its_moments_follow_each_other_and_none_lies_ahead_of_now(plan: MeetingPlan, hours: int) -> None:
    now = NOW.replace(hour=0) + timedelta(hours=hours)
    half = halves(now.date())[plan.half]
    moments = moments_of(plan, half, now)
    last = half.approved_at if plan.stage != Phase.DRAFT else half.submitted_at
    assert last < moments.planned_on or plan.stage == Phase.DRAFT
    assert moments.planned_on < moments.announced_at < moments.sittings[0].planned_at
    at = moments.announced_at
    for sat in moments.sittings:
        assert sat.planned_at > at
        assert sat.planned_at.date() - moments.announced_at.date() >= timedelta(days=7)
        at = sat.planned_at
        for moment in (sat.opened_at, *(moment for pair in sat.floor for moment in pair), sat.ended_at):
            if moment is not None:
                assert at <= moment <= now
                at = moment
    if plan.stage in RECORDED:
        assert moments.closed_at < now


def is_daytime(at: datetime) -> bool:
    return 8 <= at.hour < 22


@EACH
@pytest.mark.parametrize(("hour", "minute"), [(2, 0), (23, 50), (0, 20)])
def test_loaded_at_night_no_meeting_was_called_for_the_night(
    plan: MeetingPlan, hour: int, minute: int
) -> None:
    now = NOW.replace(hour=hour, minute=minute)
    moments = moments_of(plan, halves(now.date())[plan.half], now)
    assert is_daytime(moments.planned_on)
    assert is_daytime(moments.announced_at)
    for sat in moments.sittings:
        assert sat.planned_at.minute in (0, 30)
        if plan.stage in LIVE:
            assert timedelta(0) < now - sat.planned_at < timedelta(hours=7)
            assert sat.phase_at(now) == plan.stage
        else:
            assert sat.ended_at is None or is_daytime(sat.ended_at)
        assert is_daytime(sat.planned_at)
    if plan.stage in (Phase.POSTPONED, Phase.CANCELLED):
        assert moments.put_off_at is not None
        assert is_daytime(moments.put_off_at)
        assert moments.announced_at < moments.put_off_at < now


@pytest.mark.parametrize(("hour", "minute"), [(2, 0), (23, 50), (0, 20)])
def test_questions_in_advance_come_by_day_after_the_notice(hour: int, minute: int) -> None:
    announced, latest = NOW - timedelta(days=4), NOW.replace(hour=hour, minute=minute)
    asked = [daytime_between(Random(seed), announced, latest) for seed in range(100)]
    assert all(is_daytime(at) and announced < at <= latest for at in asked)
    assert len(set(asked)) > 90, "not all in the last minute"


def test_the_floor_of_the_live_meeting_has_been_open_for_18_minutes() -> None:
    (live,) = (plan for plan in plans() if plan.stage == Phase.QUESTIONS)
    (sat,) = moments_of(live, halves(NOW.date())[live.half], NOW).sittings
    assert sat.floor == ((NOW - 18 * MINUTE, None),)
    assert sat.phase_at(NOW) == Phase.QUESTIONS
    assert sat.phase_at(NOW - 19 * MINUTE) == Phase.REPORTING
    assert sat.phase_at(sat.planned_at - MINUTE) == Phase.ANNOUNCED
