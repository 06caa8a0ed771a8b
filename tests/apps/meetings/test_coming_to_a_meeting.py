"""At the door: the code on the wall, the list, the paper sheet; households are counted, nobody is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from huiyin.apps.audit.models import Event
from huiyin.apps.meetings import selectors
from huiyin.apps.meetings.attendance import attendance_of
from huiyin.apps.meetings.models import Meeting
from huiyin.apps.meetings.services import attend, plan, run
from huiyin.domain.errors import NotPermitted, RuleBroken
from tests.given_meetings import END, LOCKING, MINUTE, START, a_phone_comes
from tests.people import Cast

pytestmark = pytest.mark.django_db
InPhase = Callable[..., tuple[Cast, Meeting]]


def by_list(cast: Cast, meeting: Meeting, **said: object) -> object:
    usual = {"by": cast.actor("community_worker"), "estate": cast.estate, "building": "3", "now": START}
    return attend.check_in_by_list(meeting, **{**usual, **said})


def test_a_phone_scans_the_wall_and_is_in(in_phase: InPhase) -> None:
    cast, meeting = in_phase("reporting", households=0)
    row = a_phone_comes(cast, meeting)
    assert (row.building, row.way, row.household) == ("7", "code", None)
    assert row.private.room == "402"
    assert selectors.check_in_of(meeting, nonce="a phone's own nonce") == row
    assert selectors.check_in_of(meeting, nonce="another phone's nonce") is None


def test_the_same_phone_again_is_the_same_check_in_even_when_the_code_is_over(in_phase: InPhase) -> None:
    cast, meeting = in_phase("reporting", households=0)
    row = a_phone_comes(cast, meeting)
    again = attend.check_in_by_code(
        meeting,
        code="OLDOLD22",
        nonce="a phone's own nonce",
        estate=cast.estate,
        now=START + 5 * MINUTE,
    )
    assert again == row
    assert attendance_of(meeting).people == 1


def test_a_code_that_was_sent_on_is_over_in_a_minute(in_phase: InPhase) -> None:
    cast, meeting = in_phase("reporting", households=0)
    code = attend.wall_code(meeting, START).code
    with pytest.raises(RuleBroken, match="签到码已经换了"):
        attend.check_in_by_code(
            meeting, code=code, nonce="somebody at home", estate=cast.estate, now=START + MINUTE
        )
    assert attendance_of(meeting).people == 0


def test_the_doors_open_an_hour_before(in_phase: InPhase) -> None:
    cast, meeting = in_phase("announced")
    with pytest.raises(RuleBroken, match="会前 60 分钟开始签到"):
        a_phone_comes(cast, meeting, now=START - 61 * MINUTE)
    assert a_phone_comes(cast, meeting, now=START - 60 * MINUTE).pk


def test_an_account_needs_to_type_nothing_and_checks_in_once(in_phase: InPhase) -> None:
    cast, meeting = in_phase("reporting", households=0)
    row = a_phone_comes(cast, meeting, building="", unit="", room="", person_id=cast.resident.pk)
    assert (row.building, row.household.room) == ("6", "302")
    other_phone = a_phone_comes(
        cast, meeting, nonce="the tablet of the same person", person_id=cast.resident.pk
    )
    assert other_phone == row


def test_a_household_is_one_however_it_came_and_was_written(in_phase: InPhase) -> None:
    cast, meeting = in_phase("reporting", households=0)
    a_phone_comes(cast, meeting, building="6号楼", unit="2单元", room="302")
    by_list(cast, meeting, building="６", unit="2", room="302室", way="paper", name="槐花")
    a_phone_comes(cast, meeting, nonce="the resident's own phone", person_id=cast.resident.pk)
    by_list(cast, meeting, building="3", room="501")
    by_list(cast, meeting, building="3")
    came = attendance_of(meeting)
    assert (came.people, came.households) == (5, 2)
    assert came.by_way == {"code": 2, "paper": 1, "list": 2}


def test_who_leaves_out_the_unit_is_found_among_the_known_households(in_phase: InPhase) -> None:
    cast, meeting = in_phase("reporting", households=0)
    a_phone_comes(cast, meeting, building="6", unit="", room="302")
    by_list(cast, meeting, building="六号楼", unit="02", room="302室", way="paper")
    by_list(cast, meeting, building="6", room="2-302", way="paper")
    assert attendance_of(meeting).households == 1


def test_paper_may_be_typed_in_when_the_questions_are_over_and_the_list_may_not(in_phase: InPhase) -> None:
    cast, meeting = in_phase("closed")
    with pytest.raises(RuleBroken):
        by_list(cast, meeting, now=END + MINUTE)
    assert by_list(cast, meeting, way="paper", came_at=START, now=END + MINUTE).came_at == START


def test_nobody_has_signed_a_sheet_before_the_doors_were_open(in_phase: InPhase) -> None:
    cast, meeting = in_phase("announced")
    with pytest.raises(RuleBroken, match="会前 60 分钟开始签到"):
        by_list(cast, meeting, way="paper", now=START - timedelta(minutes=61))
    assert by_list(cast, meeting, way="paper", now=START).sitting.ordinal == 1


def test_a_sheet_typed_in_while_a_further_sitting_is_planned_is_of_the_one_before(in_phase: InPhase) -> None:
    cast, meeting = in_phase("closed")
    by, week = cast.actor("secretary"), timedelta(days=7)
    run.add_sitting(meeting, by=by, planned_at=START + week, venue="社区会议室", now=END)
    assert by_list(cast, meeting, way="paper", came_at=START, now=END + MINUTE).sitting.ordinal == 1


def test_once_the_questions_have_their_outcomes_nobody_is_added(in_phase: InPhase) -> None:
    cast, meeting = in_phase("minutes_open")
    with pytest.raises(RuleBroken, match="这个阶段不能补录签到"):
        by_list(cast, meeting, way="paper", came_at=START, now=LOCKING)


def test_a_paper_sheet_typed_in_later_counts_equally(in_phase: InPhase) -> None:
    cast, meeting = in_phase("questions", households=9)
    run.end_questions(meeting, by=cast.actor("secretary"), reason="来的人少。", now=END)
    by_list(cast, meeting, way="paper", building="9", room="101", came_at=START, now=END + MINUTE)
    meeting.refresh_from_db()
    assert (meeting.household_count, meeting.outcome, meeting.outcome_reason) == (10, "compliant", "")


def test_nothing_public_names_who_came(in_phase: InPhase) -> None:
    cast, meeting = in_phase("reporting", households=0)
    by_list(cast, meeting, name="周有福", unit="2", room="502")
    event = Event.objects.filter(stream=meeting.stream, kind="meetings.somebody_came").get()
    said = f"{event.public} {event.secret.texts}"
    assert "周有福" not in said
    assert "502" not in said


def test_who_leaves_is_noted_once(in_phase: InPhase) -> None:
    cast, meeting = in_phase("reporting", households=0)
    came = a_phone_comes(cast, meeting)
    left = attend.leave(came, now=START + 20 * MINUTE)
    again = attend.leave(came, now=START + 30 * MINUTE)
    assert left.left_at == again.left_at == START + 20 * MINUTE


def test_only_the_community_keeps_the_list(in_phase: InPhase) -> None:
    cast, meeting = in_phase("reporting", households=0)
    for who in ("manager", "resident", "stranger", "auditor"):
        with pytest.raises(NotPermitted):
            by_list(cast, meeting, by=cast.actor(who))


def test_the_companys_team_is_recorded_with_who_did_not_come(in_phase: InPhase) -> None:
    cast, meeting = in_phase("reporting", households=0)
    members = [
        attend.Member("梁小禾", "项目负责人", is_reporter=True),
        attend.Member("段立新", "工程主管", is_present=False),
    ]
    said = {"by": cast.actor("community_worker"), "estate": cast.estate, "now": START + timedelta(minutes=1)}
    attend.record_team(meeting, members=members, **said)
    attend.record_team(meeting, members=members, **said)
    assert [(each.name, each.is_present) for each in meeting.team.all()] == [
        ("梁小禾", True),
        ("段立新", False),
    ]
    event = Event.objects.filter(stream=meeting.stream, kind="meetings.team_recorded").latest("number")
    assert event.public["reporter_present"] is True
    assert "梁小禾" not in str(event.public)


def test_a_phone_number_typed_beside_a_name_of_the_team_is_masked(in_phase: InPhase) -> None:
    cast, meeting = in_phase("reporting", households=0)
    attend.record_team(
        meeting,
        members=[attend.Member("段立新 13812345678", "住 3号楼2单元501，工程主管")],
        by=cast.actor("community_worker"),
        estate=cast.estate,
        now=START,
    )
    told = meeting.team.get()
    assert (told.name, told.duty) == ("段立新 〔手机号〕", "住 3号楼〔房号〕，工程主管")


def test_a_phone_number_beside_who_stands_in_is_masked(in_phase: InPhase) -> None:
    cast, meeting = in_phase("announced")
    by, absence = cast.actor("secretary"), run.Absence("副经理 段立新 13812345678", "ill")
    meeting = plan.name_deputy(meeting, by=by, label="副书记 13812345678", reason_code="ill", now=START)
    meeting = run.open_reporting(meeting, by=by, absences={cast.estate.pk: absence}, now=START)
    assert meeting.chair_label == "副书记 〔手机号〕"
    assert meeting.estates.get().reporter_label == "副经理 段立新 〔手机号〕"
