"""Before anybody comes: the plan, the notice, a deputy, a postponement, a cancellation, the first thing of a term."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client

from huiyin.apps.audit.models import Event
from huiyin.apps.meetings import selectors
from huiyin.apps.meetings.models import Meeting, Question
from huiyin.apps.meetings.services import announce, moderate, plan, run, terms
from huiyin.apps.places.models import Engagement
from huiyin.apps.reports.models import Report
from huiyin.domain.errors import NotPermitted, RuleBroken
from tests.apps.meetings.at_pages import as_
from tests.given_meetings import (
    CLOSING,
    LIFT,
    NOTICE,
    PLANNING,
    START,
    a_held_question,
    a_meeting,
    a_question,
)
from tests.people import Cast

pytestmark = pytest.mark.django_db
InPhase = Callable[..., tuple[Cast, Meeting]]
DAY = timedelta(days=1)


def planned(cast: Cast, **changes: object) -> Meeting:
    said = {
        "area": cast.community,
        "estates": [cast.estate],
        "title": "工作报告会",
        "planned_at": START,
        "venue": "中心花园",
        "by": cast.actor("secretary"),
        "now": PLANNING,
    }
    return plan.plan_meeting(**{**said, **changes})


def test_a_draft_is_seen_at_the_desk_alone(in_phase: InPhase) -> None:
    cast, meeting = in_phase("draft")
    assert not selectors.meetings_public().exists()
    for who in ("secretary", "community_worker", "street_officer", "manager", "auditor"):
        assert selectors.meetings_for_desk(cast.actor(who)).get() == meeting, who
    for who in ("stranger", "resident", "technician"):
        assert not selectors.meetings_for_desk(cast.actor(who)).exists(), who


def test_a_company_that_has_left_sees_no_meeting_of_its_successor(in_phase: InPhase) -> None:
    cast, meeting = in_phase("draft")
    mine = selectors.meetings_for_desk(cast.actor("manager")).filter(pk=meeting.pk)
    assert mine.exists()
    Engagement.objects.filter(pk=cast.engagement.pk).update(ends_on=cast.engagement.starts_on)
    assert not selectors.meetings_for_desk(cast.actor("manager")).filter(pk=meeting.pk).exists()


def test_one_meeting_may_be_for_several_estates_of_one_community_only(cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="同一个社区"):
        planned(cast, estates=[cast.estate, cast.other_estate])
    with pytest.raises(RuleBroken, match="至少选一个小区"):
        planned(cast, estates=[])


@pytest.mark.parametrize("phase", ["draft", "announced", "questions"])
def test_a_second_meeting_for_an_estate_is_planned_on_purpose_only(phase: str, in_phase: InPhase) -> None:
    cast, _meeting = in_phase(phase)
    with pytest.raises(RuleBroken, match="“云杉里小区上半年工作报告会”（7月11日）还没有开完"):
        planned(cast)
    assert planned(cast, is_further=True).phase == "draft"


@pytest.mark.parametrize("phase", ["minutes_open", "cancelled"])
def test_what_is_over_or_cancelled_stands_in_no_new_meetings_way(phase: str, in_phase: InPhase) -> None:
    cast, _over = in_phase(phase)
    assert planned(cast, now=CLOSING, planned_at=CLOSING + 30 * DAY).phase == "draft"


def test_the_meeting_is_in_the_estate_or_says_why_not(cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="应开在小区里"):
        planned(cast, is_outside=True)
    assert planned(cast, is_outside=True, venue_reason="花园正在翻修。").venue_reason == "花园正在翻修。"


def test_without_an_approved_report_there_is_no_notice(cast: Cast) -> None:
    meeting = planned(cast)
    with pytest.raises(RuleBroken, match="云杉里没有等着报告会的工作报告"):
        announce.announce(meeting, by=cast.actor("secretary"), now=NOTICE)


def test_the_notice_makes_meeting_and_report_public(in_phase: InPhase) -> None:
    _cast, meeting = in_phase("announced")
    assert selectors.meetings_public().get() == meeting
    assert meeting.notice_days == 9
    assert meeting.estates.get().report.status == "announced"


def test_six_days_of_notice_are_one_too_few_and_show_with_their_reason(cast: Cast) -> None:
    meeting = a_meeting(cast)
    late = START - 6 * DAY
    with pytest.raises(RuleBroken, match="要提前 7 天公告，现在只提前了 6 天") as refused:
        announce.announce(meeting, by=cast.actor("secretary"), now=late)
    assert refused.value.field == "short_notice_reason"
    announced = announce.announce(
        meeting, by=cast.actor("secretary"), short_notice_reason="台风后重新排期。", now=late
    )
    assert (announced.notice_days, announced.notice_short_reason) == (6, "台风后重新排期。")


def test_a_postponed_meeting_keeps_its_report_and_its_questions(in_phase: InPhase) -> None:
    cast, meeting = in_phase("announced")
    by = cast.actor("secretary")
    question = a_question(cast, meeting, now=NOTICE + DAY)
    meeting = announce.postpone(meeting, by=by, reason_code="weather", now=NOTICE + 2 * DAY)
    assert meeting.estates.get().report.status == "announced"
    plan.change_plan(
        meeting,
        title=meeting.title,
        planned_at=START + 7 * DAY,
        venue=meeting.venue,
        by=by,
        now=NOTICE + 2 * DAY,
    )
    again = announce.announce(meeting, by=by, now=NOTICE + 3 * DAY)
    assert (again.phase, again.public_reason) == ("announced", "")
    assert again.sittings.get().planned_at == START + 7 * DAY
    assert again.questions.get() == question


def test_a_cancelled_meeting_gives_the_report_back_and_drops_no_question(in_phase: InPhase) -> None:
    cast, meeting = in_phase("announced")
    question = a_question(cast, meeting, text=LIFT, now=NOTICE + DAY)
    announce.cancel(meeting, by=cast.actor("secretary"), reason_code="company_changes", now=NOTICE + 2 * DAY)
    assert Report.objects.get().status == "approved"
    question.refresh_from_db()
    assert question.outcome == "case"
    assert question.case.text == LIFT
    assert question.case.source == "meeting"


def test_a_postponed_meeting_with_a_held_question_can_still_be_cancelled(in_phase: InPhase) -> None:
    cast, meeting = in_phase("announced")
    by, doors = cast.actor("secretary"), START - timedelta(minutes=20)
    question = a_held_question(cast, meeting, now=doors)
    meeting = announce.postpone(meeting, by=by, reason_code="weather", now=doors)
    with pytest.raises(RuleBroken, match="放行或不展示"):
        announce.cancel(meeting, by=by, reason_code="company_changes", now=doors)
    page = as_(cast, "secretary").get(f"/desk/meetings/{meeting.pk}").text
    assert f"/desk/meetings/{meeting.pk}/console" in page
    moderate.hide(question, by=by, reason_code="insult", now=doors)
    cancelled = announce.cancel(meeting, by=by, reason_code="company_changes", now=doors)
    assert (cancelled.phase, Question.objects.get().outcome) == ("cancelled", "case")


def test_the_notice_of_a_further_sitting_is_as_long_or_says_why_not(in_phase: InPhase) -> None:
    cast, meeting = in_phase("closed")
    by, soon = cast.actor("secretary"), CLOSING + 3 * DAY
    said = {"by": by, "planned_at": soon, "venue": "活动室", "now": CLOSING}
    with pytest.raises(RuleBroken, match="现在只提前了 3 天") as refused:
        run.add_sitting(meeting, **said)
    assert refused.value.field == "short_notice_reason"
    meeting = run.add_sitting(meeting, **said, short_notice_reason="大家要求早点再开。")
    told = meeting.sittings.get(ordinal=2)
    assert (told.announced_at, told.notice_days) == (CLOSING, 3)
    assert meeting.notice_days == 9  # of the first sitting
    page = Client().get(f"/meetings/{meeting.pk}").text
    assert "7月2日，提前 9 天" in re.sub("<[^>]+>", "", page)
    assert "第 2 次：7月11日，提前 3 天" in re.sub("<[^>]+>", "", page)
    assert "大家要求早点再开。" in page
    meeting = announce.postpone(meeting, by=by, reason_code="weather", now=CLOSING + DAY)
    plan.change_plan(
        meeting, title=meeting.title, planned_at=soon + 9 * DAY, venue="活动室", by=by, now=CLOSING + DAY
    )
    again = announce.announce(meeting, by=by, now=CLOSING + DAY)
    told.refresh_from_db()
    assert (again.notice_days, told.notice_days, told.notice_short_reason) == (9, 11, "")


def test_a_reason_that_wants_words_is_not_enough_alone(in_phase: InPhase) -> None:
    cast, meeting = in_phase("announced")
    with pytest.raises(RuleBroken, match="还要写明具体情况"):
        announce.postpone(meeting, by=cast.actor("secretary"), reason_code="emergency", now=NOTICE)


def test_a_deputy_with_an_account_runs_the_meeting_and_decides_nothing_else(in_phase: InPhase) -> None:
    cast, meeting = in_phase("announced")
    meeting = plan.name_deputy(
        meeting,
        by=cast.actor("secretary"),
        label="社区副书记 白露",
        reason_code="ill",
        person_id=cast.community_worker.pk,
        now=NOTICE,
    )
    deputy = cast.actor("community_worker")
    opened = run.open_reporting(meeting, by=deputy, now=START)
    assert (opened.chair_label, opened.deputy_reason) == ("社区副书记 白露", "本人生病，不能到场。")
    with pytest.raises(NotPermitted):
        announce.postpone(meeting, by=deputy, reason_code="weather", now=START)


@pytest.mark.parametrize("who", ["manager", "technician", "resident"])
def test_only_staff_of_the_place_stand_in_for_the_secretary(in_phase: InPhase, who: str) -> None:
    cast, meeting = in_phase("announced")
    said = {"by": cast.actor("secretary"), "label": "副书记", "reason_code": "ill", "now": NOTICE}
    with pytest.raises(RuleBroken, match="要是本社区或本街镇的工作人员"):
        plan.name_deputy(meeting, person_id=getattr(cast, who).pk, **said)
    named = plan.name_deputy(meeting, person_id=cast.street_officer.pk, **said)
    assert named.deputy_id == cast.street_officer.pk


def a_deputy(cast: Cast, meeting: Meeting) -> Meeting:
    return plan.name_deputy(
        meeting,
        by=cast.actor("secretary"),
        label="社区副书记 白露",
        reason_code="ill",
        person_id=cast.community_worker.pk,
        now=NOTICE,
    )


def test_a_deputy_who_is_not_needed_after_all_is_unnamed(in_phase: InPhase) -> None:
    cast, meeting = in_phase("announced")
    secretary = cast.actor("secretary")
    with pytest.raises(RuleBroken, match="没有指定代为主持的人"):
        plan.unname_deputy(meeting, by=secretary, now=NOTICE)
    meeting = plan.unname_deputy(a_deputy(cast, meeting), by=secretary, now=NOTICE)
    assert (meeting.deputy, meeting.deputy_reason) == (None, "")
    assert meeting.chair_label.endswith("何知夏")
    assert Event.objects.filter(stream=meeting.stream).latest("number").kind == "meetings.deputy_unnamed"
    with pytest.raises(NotPermitted):
        run.open_reporting(meeting, by=cast.actor("community_worker"), now=START)


def test_a_deputy_unnamed_after_opening_stays_named_as_chair_and_runs_nothing_more(in_phase: InPhase) -> None:
    cast, meeting = in_phase("announced")
    deputy = cast.actor("community_worker")
    meeting = run.open_reporting(a_deputy(cast, meeting), by=deputy, now=START)
    meeting = plan.unname_deputy(meeting, by=cast.actor("secretary"), now=START)
    assert (meeting.chair_label, meeting.deputy) == ("社区副书记 白露", None)
    assert meeting.deputy_reason == "本人生病，不能到场。"
    with pytest.raises(NotPermitted):
        run.open_questions(meeting, by=deputy, now=START)


def test_the_street_stands_in_where_there_is_no_secretary(in_phase: InPhase) -> None:
    from huiyin.apps.people.models import RoleAssignment

    cast, meeting = in_phase("announced")
    RoleAssignment.objects.filter(person=cast.secretary).update(revoked_at=PLANNING - DAY)
    announce.postpone(meeting, by=cast.actor("street_officer"), reason_code="weather", now=NOTICE)
    event = Event.objects.filter(stream=meeting.stream).latest("number")
    assert event.actor_label == "街镇干部 顾长河（代社区书记）"


def test_nobody_reports_before_the_day(in_phase: InPhase) -> None:
    cast, meeting = in_phase("announced")
    with pytest.raises(RuleBroken, match="还没到公告的日子"):
        run.open_reporting(meeting, by=cast.actor("secretary"), now=START - DAY)


def test_who_reports_instead_of_the_manager_is_named_with_the_reason(in_phase: InPhase) -> None:
    cast, meeting = in_phase("announced")
    absence = run.Absence("副经理 段立新", "called_away", "到市里开会。")
    run.open_reporting(meeting, by=cast.actor("secretary"), absences={cast.estate.pk: absence}, now=START)
    heard = meeting.estates.get()
    assert heard.is_reporter_deputy
    assert (heard.reporter_label, heard.reporter_reason) == (
        "副经理 段立新",
        "本人有公务，不能到场。到市里开会。",
    )


# --- the first thing --------------------------------------------------------------------------------------


def test_a_new_term_owes_its_first_meeting_within_sixty_days(in_phase: InPhase) -> None:
    cast, meeting = in_phase("closed")
    term = terms.start_term(
        area=cast.community, starts_on=date(2026, 4, 1), by=cast.actor("street_officer"), now=PLANNING
    )
    assert selectors.laggards(CLOSING - 42 * DAY) == []
    (late,) = selectors.laggards(CLOSING)
    assert (late.term, late.due_on, late.days_late) == (term, date(2026, 5, 31), 41)
    assert selectors.laggards(CLOSING, cast.actor("stranger")) == []
    from huiyin.apps.meetings.services.close import close_meeting

    close_meeting(meeting, by=cast.actor("secretary"), now=CLOSING)
    assert selectors.laggards(CLOSING + DAY) == []


def test_a_term_ends_where_the_next_begins(cast: Cast) -> None:
    by = cast.actor("street_officer")
    first = terms.start_term(area=cast.community, starts_on=date(2021, 1, 1), by=by, now=PLANNING)
    terms.start_term(area=cast.community, starts_on=date(2026, 1, 1), by=by, now=PLANNING)
    first.refresh_from_db()
    assert first.ends_on == date(2025, 12, 31)
    with pytest.raises(RuleBroken, match="晚于上一届"):
        terms.start_term(area=cast.community, starts_on=date(2020, 1, 1), by=by, now=PLANNING)
    with pytest.raises(NotPermitted):
        terms.start_term(
            area=cast.community, starts_on=date(2027, 1, 1), by=cast.actor("manager"), now=PLANNING
        )
