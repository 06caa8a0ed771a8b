"""Who may do what at a meeting and a forum (domain.md §2, §4); one rule draws the button and runs the command."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet

from huiyin.apps.ledger.permissions import acts_as_secretary, is_lead, signing_as_secretary
from huiyin.apps.meetings.models import Forum, ForumItem, Meeting, MeetingEstate
from huiyin.apps.people.actors import on_date, person_id_of
from huiyin.apps.people.models import Person, RoleAssignment
from huiyin.apps.places.models import Area, Engagement, Estate
from huiyin.apps.places.selectors import (
    current_engagement,
    engagements_on,
    inside_q,
    scope_of_area,
    scope_of_engagement,
    served_q,
)
from huiyin.domain.access import Actor, Role
from huiyin.domain.clocks import due_day
from huiyin.domain.errors import NotPermitted
from huiyin.domain.meeting_phases import HELD
from huiyin.web.now import now as clock

COMPANY_ROLES = (Role.MANAGER, Role.COMPANY_ADMIN)
AREA_ROLES = (
    Role.COMMUNITY_WORKER,
    Role.SECRETARY,
    Role.STREET_OFFICER,
    Role.DISTRICT_OFFICER,
    Role.AUDITOR,
)
SEES = (*AREA_ROLES, *COMPANY_ROLES)
HELPER_ROLES = (Role.COMMUNITY_WORKER, Role.STREET_OFFICER)

Thing = TypeVar("Thing")


def sees_meetings(by: Actor) -> bool:
    return any(by.holds(role) for role in SEES)


def scope_q(by: Actor) -> Q:
    """The meetings an actor sees at the desk: by place, or because the own company reports there."""
    scopes = by.scopes(*COMPANY_ROLES)
    own = served_q(scopes, company_id="company_id", engagement_id="pk")
    reporting = Engagement.objects.filter(own).values("pk")
    serving_now = engagements_on(due_day(clock())).filter(own).values("estate_id")
    heard = MeetingEstate.objects.filter(
        Q(report__engagement__in=reporting) | Q(report=None, estate_id__in=serving_now),
        meeting=OuterRef("pk"),
    )
    seen = inside_q(by.scopes(*AREA_ROLES), path="area__path", estate_id="estates__estate_id")
    return seen | Q(Exists(heard)) if scopes else seen


def forum_scope_q(by: Actor) -> Q:
    """By place; a company where it serves now, and elsewhere where an item of the agenda is its own."""
    seen = inside_q(by.scopes(*AREA_ROLES), path="estate__area__path", estate_id="estate_id")
    scopes = by.scopes(*COMPANY_ROLES)
    if not scopes:
        return seen
    own = served_q(scopes, company_id="company_id", engagement_id="pk")
    serving = engagements_on(due_day(clock())).filter(own)
    engaged = Engagement.objects.filter(own).values("pk")
    items = ForumItem.objects.filter(forum=OuterRef("pk")).filter(
        Q(commitment__report__engagement__in=engaged) | Q(case__lead_engagement__in=engaged)
    )
    return seen | Q(estate_id__in=serving.values("estate_id")) | Q(Exists(items))


def can_plan(by: Actor, area: Area) -> bool:
    """The secretary of the community, or the street officer (代) while there is none."""
    return acts_as_secretary(by, scope_of_area(area), area.pk)


def can_decide(by: Actor, meeting: Meeting) -> bool:
    return acts_as_secretary(by, meeting.scope, meeting.area_id)


def can_run(by: Actor, meeting: Meeting) -> bool:
    """The chair: the secretary, or the deputy named for this meeting."""
    return is_deputy(by, meeting) or can_decide(by, meeting)


def is_deputy(by: Actor, meeting: Meeting) -> bool:
    """Named for this meeting, until its questions have their outcomes, and still of the staff that may be named."""
    is_named = meeting.deputy_id is not None and person_id_of(by) == meeting.deputy_id
    is_of_the_place = any(by.holds(role, meeting.scope) for role in HELPER_ROLES)
    return is_named and is_of_the_place and meeting.phase not in HELD


def helpers_of(area: Area, day: date) -> QuerySet[Person]:
    """Staff of the community and of its street who may stand in for the secretary."""
    around = [area.path] + ([area.parent.path] if area.parent else [])
    held = RoleAssignment.objects.filter(on_date(day), role__in=HELPER_ROLES, area__path__in=around)
    return Person.objects.filter(pk__in=held.values("person_id"), is_active=True).order_by("display_name")


def can_assist(by: Actor, meeting: Meeting) -> bool:
    """Types, shows and writes down; decides nothing: the chair and the community workers."""
    return by.holds(Role.COMMUNITY_WORKER, meeting.scope) or can_run(by, meeting)


def can_read_record(by: Actor, meeting: Meeting) -> bool:
    """The console and who came: who works there, and the auditor, who reads everything and does nothing."""
    return by.holds(Role.AUDITOR, meeting.scope) or can_assist(by, meeting)


def can_read_letters(by: Actor, meeting: Meeting) -> bool:
    """How many letters were printed, and when: who decides, and the auditor."""
    return by.holds(Role.AUDITOR, meeting.scope) or can_decide(by, meeting)


def can_supervise(by: Actor, meeting: Meeting) -> bool:
    return by.holds(Role.STREET_OFFICER, meeting.scope) or by.holds(Role.DISTRICT_OFFICER, meeting.scope)


def serving(estate: Estate) -> Engagement | None:
    return current_engagement(estate, due_day(clock()))


def can_speak_for_company(by: Actor, engagement: Engagement | None) -> bool:
    """The project manager or the administrator of the company that reports."""
    return engagement is not None and any(
        by.holds(role, scope_of_engagement(engagement)) for role in COMPANY_ROLES
    )


def can_hold_forum(by: Actor, forum: Forum) -> bool:
    return acts_as_secretary(by, forum.scope, forum.estate.area_id)


def can_enter_at_forum(by: Actor, forum: Forum) -> bool:
    return by.holds(Role.COMMUNITY_WORKER, forum.scope) or can_hold_forum(by, forum)


def can_state(by: Actor, item: ForumItem) -> bool:
    """Who leads the case says where it stands; of a commitment the company that made it; or the secretary for them."""
    if can_hold_forum(by, item.forum):
        return True
    if item.case is not None:
        return is_lead(by, item.case)
    return item.commitment is not None and can_speak_for_company(by, item.commitment.report.engagement)


def _check(rule: Callable[[Actor, Thing], bool], sentence: str) -> Callable[[Actor, Thing], None]:
    def check(by: Actor, thing: Thing) -> None:
        if not rule(by, thing):
            raise NotPermitted(sentence, code=f"meetings.{rule.__name__}")

    return check


check_plan = _check(can_plan, "只有这个社区的书记可以安排报告会。")
_check_decide = _check(can_decide, "只有这个社区的书记可以这样做。")
check_run = _check(can_run, "只有主持人可以这样做。")
check_assist = _check(can_assist, "只有这个社区的工作人员可以这样做。")
check_supervise = _check(can_supervise, "监督意见由街镇或区里的干部记录。")
check_speak_for_company = _check(can_speak_for_company, "只有作报告的物业企业可以这样做。")
_check_hold_forum = _check(can_hold_forum, "只有这个社区的书记可以这样做。")
check_enter_at_forum = _check(can_enter_at_forum, "只有这个社区的工作人员可以这样做。")
check_state = _check(can_state, "说明由办理单位来写，社区书记可以代录。")


def check_decide(by: Actor, meeting: Meeting) -> Actor:
    """Raise NotPermitted, or return who signs: the secretary, or the street officer as acting one."""
    _check_decide(by, meeting)
    return signing_as_secretary(by, meeting.scope)


def signing(by: Actor, meeting: Meeting) -> Actor:
    """Who signs what the chair does: a deputy as himself, a street officer as acting secretary."""
    return signing_as_secretary(by, meeting.scope) if can_decide(by, meeting) else by


def check_hold_forum(by: Actor, forum: Forum) -> Actor:
    _check_hold_forum(by, forum)
    return signing_as_secretary(by, forum.scope)
