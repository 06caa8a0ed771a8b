"""Who may do what to a case (domain.md §2 and §5); the same rule draws the button and runs the command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from huiyin.apps.ledger.models import Asker, Case, LeadProposal
from huiyin.apps.ledger.models.cases import LeadKind
from huiyin.apps.people.actors import actor_of_key
from huiyin.apps.people.selectors import is_vacant, secretary_is_vacant
from huiyin.apps.places.models import Area
from huiyin.domain.access import ROLE_LABELS, SYSTEM, Actor, FixedActor, Role, Scope
from huiyin.domain.errors import NotPermitted

COMPANY_ROLES = (Role.MANAGER, Role.COMPANY_ADMIN, Role.TECHNICIAN)
AREA_ROLES = (
    Role.COMMUNITY_WORKER,
    Role.SECRETARY,
    Role.STREET_OFFICER,
    Role.DISTRICT_OFFICER,
    Role.AUDITOR,
)
ENTERING_ROLES = (Role.COMMUNITY_WORKER, Role.SECRETARY, Role.STREET_OFFICER)
IMPORTERS = (Role.SECRETARY, Role.STREET_OFFICER, Role.DISTRICT_OFFICER)


def scope_q(actor: Actor) -> Q:
    """The cases an actor sees at the desk: by place for the public side, by lead for the company's side."""
    seen = Q(pk__in=[])
    for scope in actor.scopes(*AREA_ROLES):
        seen |= Q(place_path__startswith=scope.path)
    for scope in actor.scopes(*COMPANY_ROLES):
        seen |= Q(lead_path__startswith=scope.path)
        # A subquery, not a join: a case with several past proposals must not stand in a list twice.
        offered = LeadProposal.objects.filter(
            lead_path__startswith=scope.path, state=LeadProposal.State.PROPOSED
        )
        seen |= Q(pk__in=offered.values("case_id"))
    return seen


def acts_as_secretary(by: Actor, scope: Scope, area_id: int, on: date | None = None) -> bool:
    """The secretary of the place, or the street officer (代) while the community has no active secretary."""
    if by.holds(Role.SECRETARY, scope):
        return True
    return by.holds(Role.STREET_OFFICER, scope) and secretary_is_vacant(area_id, on)


@dataclass(frozen=True)
class ActingSecretary:
    """A street officer who decides for a community without a secretary; what is signed says 代 (domain.md §2)."""

    officer: Actor

    @property
    def key(self) -> str:
        return self.officer.key

    @property
    def label(self) -> str:
        return _("%(officer)s（代社区书记）") % {"officer": self.officer.label}

    def holds(self, role: Role, scope: Scope | None = None) -> bool:
        return self.officer.holds(role, scope)

    def scopes(self, *roles: Role) -> tuple[Scope, ...]:
        return self.officer.scopes(*roles)


def signing_as_secretary(by: Actor, scope: Scope) -> Actor:
    """Who signs what the secretary of this place decides; ask `acts_as_secretary` first."""
    if isinstance(by, ActingSecretary) or by.holds(Role.SECRETARY, scope):
        return by
    if scope in by.scopes(Role.STREET_OFFICER):  # the street's own matter: nobody is stood in for
        return by
    return ActingSecretary(by)


def is_secretary(by: Actor, case: Case) -> bool:
    return acts_as_secretary(by, case.place_scope, case.area_id)


def is_street(by: Actor, case: Case) -> bool:
    return by.holds(Role.STREET_OFFICER, case.place_scope)


def is_lead(by: Actor, case: Case) -> bool:
    """On the lead's side and entitled to act: manager, company admin; for an area its secretary or officer."""
    if case.lead_kind == LeadKind.DEPARTMENT:
        return is_secretary(by, case)
    scope = case.lead_scope
    if holds_lead(by, case.lead_kind, scope):
        return True
    # A community that leads without a secretary: the street acts for it (代).
    return (
        case.lead_kind == LeadKind.AREA
        and scope is not None
        and case.lead_area_id is not None
        and acts_as_secretary(by, scope, case.lead_area_id)
    )


def holds_lead(by: Actor, lead_kind: str, scope: Scope | None) -> bool:
    """Of the lead itself: a street officer leads what the street leads, not what its communities lead."""
    if scope is None:
        return False
    if lead_kind == LeadKind.COMPANY:
        return by.holds(Role.MANAGER, scope) or by.holds(Role.COMPANY_ADMIN, scope)
    return by.holds(Role.SECRETARY, scope) or scope in by.scopes(Role.STREET_OFFICER)


def place_leads(case: Case) -> bool:
    """The community, or the street, of the place leads, or writes down what a department without an account does."""
    if case.lead_kind == LeadKind.DEPARTMENT:
        return True
    return case.lead_kind == LeadKind.AREA and case.lead_area_id == case.area_id


def is_on_leads_side(by: Actor, case: Case) -> bool:
    """Anybody who belongs to the lead: such a person never answers for the asker."""
    scope = case.lead_scope
    if case.lead_kind in (LeadKind.AREA, LeadKind.DEPARTMENT):
        # The street above a leading community may act in its place, yet does not belong to it: it answers for askers.
        home = scope.path if scope is not None else case.area.path
        own = by.scopes(Role.COMMUNITY_WORKER, Role.SECRETARY, Role.STREET_OFFICER)
        return any(each.path == home for each in own)
    return holds_lead(by, case.lead_kind, scope) or (scope is not None and by.holds(Role.TECHNICIAN, scope))


def led_from_home(by: Actor, case: Case) -> bool:
    """True for a resident who also works on the lead's side, whether or not the second factor was given today."""
    person = actor_of_key(by.key)
    return person is not None and is_on_leads_side(person, case)


def as_resident(by: Actor) -> Actor:
    """Somebody who asks, joins or answers does so as a resident: no office or name of theirs stands in public."""
    return FixedActor(by.key, ROLE_LABELS[Role.RESIDENT]) if by.key.startswith("person:") else by


def is_asker(by: Actor, asker: Asker) -> bool:
    return asker.person_id is not None and by.key == f"person:{asker.person_id}"


def has_no_worker(area_id: int) -> bool:
    return is_vacant(Role.COMMUNITY_WORKER, area_id)


def speaker_for_askers(case: Case, has_no_worker: Callable[[int], bool] = has_no_worker) -> Role:
    """The one office that speaks for the askers of a case: never of the lead's side (domain.md §5).

    The community worker; where the community itself leads, or has no worker, the street officer; where that would be
    the street's own matter or lead, the district officer.
    """
    if place_leads(case):
        is_of_community = case.area.level == Area.Level.COMMUNITY
        return Role.STREET_OFFICER if is_of_community else Role.DISTRICT_OFFICER
    if not has_no_worker(case.area_id):
        return Role.COMMUNITY_WORKER
    return Role.DISTRICT_OFFICER if case.lead_kind == LeadKind.AREA else Role.STREET_OFFICER


def may_answer_for_askers(
    by: Actor, case: Case, has_no_worker: Callable[[int], bool] = has_no_worker
) -> bool:
    """Holds the office that speaks for the askers of this case. `has_no_worker` may be known for many cases at once."""
    if is_on_leads_side(by, case):
        return False
    place = case.place_scope
    if by.holds(Role.COMMUNITY_WORKER, place):  # then there is one
        return not place_leads(case)
    may_speak = by.holds(Role.STREET_OFFICER, place) or by.holds(Role.DISTRICT_OFFICER, place)
    return may_speak and by.holds(speaker_for_askers(case, has_no_worker), place)


def may_enter_for_others(by: Actor, scope: Scope) -> bool:
    """Types in paper and phone entries: the community worker or the secretary of the place, or its street officer."""
    return any(by.holds(role, scope) for role in ENTERING_ROLES)


def may_import(by: Actor, scope: Scope | None = None) -> bool:
    """Brings an old ledger with its replies: the secretary and the officers of the place, or a command of the site."""
    return by.key == SYSTEM.key or any(by.holds(role, scope) for role in IMPORTERS)


def may_see_private(by: Actor, case: Case) -> bool:
    """The separate right to open contact data and the unmasked text: who must reach the asker or the place."""
    return is_lead(by, case) or may_enter_for_others(by, case.place_scope) or may_answer_for_askers(by, case)


def _check(rule: Callable[[Actor, Case], bool], sentence: str) -> Callable[[Actor, Case], None]:
    def check(by: Actor, case: Case) -> None:
        if not rule(by, case):
            raise NotPermitted(sentence, code=f"ledger.{rule.__name__}")

    return check


_check_is_secretary = _check(is_secretary, "只有这个社区的书记可以这样做。")
check_street = _check(is_street, "只有这个街镇的干部可以这样做。")
check_lead = _check(is_lead, "只有主办单位可以这样做。")
check_may_answer_for_askers = _check(
    may_answer_for_askers,
    "替提问人登记的是社区工作者；社区自己主办或没有工作者的由街镇来，街镇自己的事由区里来。主办单位的人不能登记。",
)
check_may_see_private = _check(may_see_private, "没有查看联系方式的权限。")


def check_secretary(by: Actor, case: Case) -> Actor:
    """Raise NotPermitted, or return who signs: the secretary, or the street officer as acting one."""
    _check_is_secretary(by, case)
    return signing_as_secretary(by, case.place_scope)
