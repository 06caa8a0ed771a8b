"""Who may do what to demand lists and reports (domain.md §2 and §3); the same rule draws the button."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db.models import Q

from huiyin.apps.ledger.permissions import acts_as_secretary, may_enter_for_others, signing_as_secretary
from huiyin.apps.places.models import Engagement, Estate
from huiyin.apps.places.selectors import (
    current_engagement,
    inside_q,
    scope_of_engagement,
    scope_of_estate,
    served_q,
)
from huiyin.apps.reports.models import Commitment, HandOver, Report
from huiyin.domain.access import COMPANY_ROLES, SYSTEM, Actor, Role
from huiyin.domain.demands import DemandListStatus
from huiyin.domain.errors import NotPermitted

COMPANY_WRITERS = (Role.MANAGER, Role.COMPANY_ADMIN)
AREA_READERS = (
    Role.COMMUNITY_WORKER,
    Role.SECRETARY,
    Role.STREET_OFFICER,
    Role.DISTRICT_OFFICER,
    Role.AUDITOR,
)


def placed_q(actor: Actor) -> Q:
    """Rows with an `estate` that lies in the actor's area: community, street, district, auditor."""
    return inside_q(actor.scopes(*AREA_READERS), path="estate__area__path", estate_id="estate_id")


def reports_q(actor: Actor) -> Q:
    """The reports an actor sees at the desk: of its area, or of its own company. Another company sees none."""
    written = served_q(
        actor.scopes(*COMPANY_WRITERS), company_id="engagement__company_id", engagement_id="engagement_id"
    )
    return placed_q(actor) | written


def demand_lists_q(actor: Actor) -> Q:
    """The lists of its area; for a company those that were sent to it, or that its report is written for."""
    scopes = actor.scopes(*COMPANY_WRITERS)
    received = served_q(scopes, company_id="sent_to__company_id", engagement_id="sent_to_id")
    written = Report.objects.filter(
        served_q(scopes, company_id="engagement__company_id", engagement_id="engagement_id")
    )
    received |= Q(pk__in=written.values("demand_list_id"))
    return placed_q(actor) | (received & Q(status=DemandListStatus.SENT))


def hand_overs_q(actor: Actor) -> Q:
    """Both companies see the list, and the area."""
    scopes = actor.scopes(*COMPANY_WRITERS)
    leaving = served_q(scopes, company_id="leaving__company_id", engagement_id="leaving_id")
    coming = served_q(scopes, company_id="coming__company_id", engagement_id="coming_id")
    return placed_q(actor) | leaving | coming


def writes_for(by: Actor, engagement: Engagement) -> bool:
    """The manager of the engagement or the administrator of its company."""
    scope = scope_of_engagement(engagement)
    return any(by.holds(role, scope) for role in COMPANY_WRITERS)


def is_writer(by: Actor, report: Report) -> bool:
    return writes_for(by, report.engagement)


def is_secretary_of(by: Actor, estate: Estate) -> bool:
    """The secretary of the estate's community, or the street officer while there is none (代)."""
    return acts_as_secretary(by, scope_of_estate(estate), estate.area_id)


def is_reviewer(by: Actor, report: Report) -> bool:
    return is_secretary_of(by, report.estate)


def may_type_in(by: Actor, estate: Estate) -> bool:
    """Writes down what was said on a visit, on paper, by phone."""
    return may_enter_for_others(by, scope_of_estate(estate))


def may_speak(by: Actor) -> bool:
    """Anybody signed in: an account has a verified phone."""
    return by.key.startswith("person:")


def is_of_the_company(by: Actor, estate: Estate, on: date) -> bool:
    """Works for whoever serves the estate on that day: residents speak to the company, it does not speak for them."""
    engagement = current_engagement(estate, on)
    if engagement is None:
        return False
    return any(by.holds(role, scope_of_engagement(engagement)) for role in COMPANY_ROLES)


def may_open(by: Actor, engagement: Engagement) -> bool:
    return writes_for(by, engagement) or is_secretary_of(by, engagement.estate)


def who_keeps(commitment: Commitment) -> Engagement:
    """The successor that took it on, else the company that made it."""
    return commitment.taken_by or commitment.report.engagement


def keeps(by: Actor, commitment: Commitment) -> bool:
    """Of the company that has to keep it, under whichever of its contracts at the estate."""
    company = who_keeps(commitment).company_id
    contracts = Engagement.objects.filter(estate=commitment.report.estate_id, company=company)
    return any(writes_for(by, each) for each in contracts)


def commands_meetings(by: Actor, report: Report) -> bool:
    """The meeting's own commands: whoever chairs it, or the system in a meeting's transaction."""
    return by.key == SYSTEM.key or is_reviewer(by, report)


def is_of_leaving(by: Actor, hand_over: HandOver) -> bool:
    return writes_for(by, hand_over.leaving)


def is_of_coming(by: Actor, hand_over: HandOver) -> bool:
    return writes_for(by, hand_over.coming)


def check_writer(by: Actor, report: Report) -> None:
    _check(is_writer, by, report, "只有写这份报告的物业企业可以这样做。")


def check_reviewer(by: Actor, report: Report) -> Actor:
    """Raise NotPermitted, or return who signs: the secretary, or the street officer as acting one."""
    _check(is_reviewer, by, report, "只有这个社区的书记可以审定报告。")
    return signing_as_secretary(by, scope_of_estate(report.estate))


def check_secretary_of(by: Actor, estate: Estate) -> Actor:
    """Raise NotPermitted, or return who signs: the secretary, or the street officer as acting one."""
    _check(is_secretary_of, by, estate, "只有这个社区的书记可以这样做。")
    return signing_as_secretary(by, scope_of_estate(estate))


def check_may_type_in(by: Actor, estate: Estate) -> None:
    _check(may_type_in, by, estate, "只有这个社区的工作人员可以代为登记。")


def check_may_speak(by: Actor) -> None:
    if not may_speak(by):
        raise NotPermitted("请先用手机号登录，再提交。", code="reports.may_speak")


def check_keeps(by: Actor, commitment: Commitment) -> None:
    _check(keeps, by, commitment, "只有作出承诺或接下承诺的物业企业可以这样做。")


def check_may_open(by: Actor, engagement: Engagement) -> None:
    _check(may_open, by, engagement, "只有服务这个小区的物业企业或社区书记可以开始写报告。")


def check_commands_meetings(by: Actor, report: Report) -> Actor:
    """Raise NotPermitted, or return who signs."""
    _check(commands_meetings, by, report, "报告由报告会公告、报告和公布。")
    return by if by.key == SYSTEM.key else signing_as_secretary(by, scope_of_estate(report.estate))


def _check(rule: Callable[..., bool], by: Actor, row: object, sentence: str) -> None:
    if not rule(by, row):
        raise NotPermitted(sentence, code=f"reports.{rule.__name__}")
