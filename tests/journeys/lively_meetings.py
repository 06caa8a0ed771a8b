"""Two meetings for the pages: one whose minutes are open, one next door where people ask right now."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from huiyin.apps.meetings.models import Meeting
from huiyin.apps.meetings.services import attend, close, minutes, moderate, notes, plan, run
from huiyin.apps.meetings.services.attend import Member
from huiyin.apps.meetings.services.rate import issue_letters, rate
from huiyin.apps.people.selectors import actor_of
from huiyin.apps.people.services import grant_role
from huiyin.apps.places.models import Household
from huiyin.apps.places.services import EstateFacts, add_estate, start_engagement
from huiyin.domain.access import Role
from tests import given_meetings
from tests.given_meetings import CLOSING, END, FLOOR, MINUTE, PLANNING
from tests.people import BEGINNING, Cast

Paths = dict[str, list[str]]
RATINGS = 5
"""As many as it takes until scores are shown."""


def next_door(cast: Cast) -> Cast:
    """The same people at a second estate of the community, where 槐花 has a home too."""
    estate = add_estate(
        code="YSL02",
        slug="yunshanli-er",
        name="云杉里二区",
        area=cast.community,
        facts=EstateFacts(household_count=180, lift_count=2),
        by=cast.by_district_officer,
    )
    engagement = start_engagement(
        company=cast.company,
        estate=estate,
        starts_on=BEGINNING,
        service_level=3,
        manager_name="梁小禾",
        by=cast.by_district_officer,
    )
    grant_role(
        person=cast.manager,
        role=Role.MANAGER,
        place=engagement,
        starts_on=BEGINNING,
        by=actor_of(cast.company_admin),
    )
    return replace(cast, estate=estate, engagement=engagement)


def a_meeting_told(cast: Cast) -> tuple[Meeting, Paths]:
    """Every outcome, a supervision note, a result, a correction, scores of five households."""
    meeting = given_meetings.a_meeting(cast, phase="questions")
    given_meetings.everything_is_asked(cast, meeting)
    by, worker = cast.by_secretary, cast.by_community_worker
    members = [Member("梁小禾", "项目负责人", is_reporter=True), Member("段立新", "工程", is_present=False)]
    attend.record_team(meeting, by=worker, estate=cast.estate, members=members, now=FLOOR)
    notes.add_supervision_note(meeting, by=cast.by_street_officer, text="账目讲得清楚。", now=FLOOR)
    notes.add_result(
        meeting, by=by, text="充电桩先装二十个。", owner="青禾物业", due_on=date(2026, 9, 30), now=FLOOR
    )
    meeting = run.end_questions(meeting, by=by, now=END)
    meeting = close.close_meeting(meeting, by=by, now=CLOSING)
    minutes.propose_correction(meeting.minutes, by=cast.by_manager, text="工程主管到了。", now=CLOSING)
    homes = [
        Household.objects.create(estate=cast.estate, building="9", unit="1", room=f"{number}01")
        for number in range(1, RATINGS + 2)
    ]
    letters = issue_letters(meeting, by=by, estate=cast.estate, households=homes, now=CLOSING)
    for letter in letters[:RATINGS]:
        scores = dict.fromkeys(("understandable", "truthful", "answered", "service", "accounts"), 4)
        rate(meeting, scores=scores, token=letter.token, now=CLOSING)
    page, desk = f"/meetings/{meeting.pk}", f"/desk/meetings/{meeting.pk}"
    return meeting, {
        "meetings:minutes": [f"{page}/minutes"],
        "meetings:certificate": [f"{page}/certificate"],
        "meetings:rate": [f"{page}/rate"],
        "meetings:rate_by_letter": [f"/rate/{letters[0].token}", f"/rate/{letters[-1].token}"],
        "meetings:meeting": [page],
        "meetings:desk_meeting": [desk],
        "meetings:desk_letters": [f"{desk}/letters"],
    }


def a_meeting_live(cast: Cast) -> Paths:
    """People ask right now; one question is held, one answered on the screen, some dealt with."""
    meeting = given_meetings.a_meeting(cast, phase="questions")
    given_meetings.everything_is_asked(cast, meeting)
    plan.plan_meeting(
        area=cast.community,
        estates=[cast.estate],
        title="云杉里二区下半年工作报告会",
        planned_at=CLOSING.replace(year=2027, month=1),
        venue="二区广场",
        by=cast.by_secretary,
        is_further=True,
        now=PLANNING,
    )
    given_meetings.a_held_question(cast, meeting)
    current = given_meetings.a_question(
        cast, meeting, text="二区的大门什么时候修？", by=cast.by_neighbour, key="the gate is open"
    )
    moderate.make_current(current, by=cast.by_secretary, now=FLOOR + MINUTE)
    given_meetings.a_question(
        cast, meeting, text="路灯晚上九点就关，能不能改？", by=cast.by_neighbour, key="the street lamps"
    )
    page, desk = f"/meetings/{meeting.pk}", f"/desk/meetings/{meeting.pk}"
    draft = Meeting.objects.latest("pk")
    code = attend.wall_code(meeting, FLOOR + 12 * MINUTE).code
    return {
        "meetings:meeting": [page],
        "meetings:ask": [f"{page}/ask"],
        "meetings:screen": [f"{page}/screen"],
        "meetings:check_in": [f"{page}/check-in/{code}"],
        "meetings:desk_meeting": [desk, f"/desk/meetings/{draft.pk}"],
        "meetings:desk_console": [f"{desk}/console"],
        "meetings:desk_wall": [f"{desk}/wall"],
        "meetings:desk_attendance": [f"{desk}/attendance"],
    }
