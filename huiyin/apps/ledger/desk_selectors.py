"""The ledger as the desk reads it: whose duty a case is, filters with names, honest counts of what waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from huiyin.apps.ledger import limits
from huiyin.apps.ledger.models import (
    Bulletin,
    Case,
    Escalation,
    Extension,
    GiveUpProposal,
    LeadProposal,
    Objection,
    Pause,
    SavedFilter,
)
from huiyin.apps.ledger.models.cases import LeadKind
from huiyin.apps.ledger.permissions import AREA_ROLES, COMPANY_ROLES
from huiyin.apps.ledger.selectors import ORDERS, STATES, CaseFilter, steps_of_round
from huiyin.apps.people.selectors import areas_without, vacancies
from huiyin.apps.places.models import Area
from huiyin.apps.places.selectors import inside_q
from huiyin.domain.access import Actor, Role
from huiyin.domain.case_workflow import OPEN, OWING_A_REPLY, Status

AREA_LEADS = (Role.SECRETARY, Role.STREET_OFFICER)
COMPANY_LEADS = (Role.MANAGER, Role.COMPANY_ADMIN)
HAS_DATES = sorted(OWING_A_REPLY - {Status.REGISTERED})
MAY_CHANGE_LEAD = sorted({Status.ASSIGNED, Status.IN_PROGRESS})


@dataclass(frozen=True)
class Duties:
    """Where somebody decides or works, as path prefixes. `vacant`: communities the street acts for (代)."""

    secretary: tuple[str, ...] = ()
    street: tuple[str, ...] = ()
    district: tuple[str, ...] = ()
    company: tuple[str, ...] = ()
    vacant: tuple[Area, ...] = ()

    @property
    def acts_as_secretary(self) -> tuple[str, ...]:
        return (*self.secretary, *(area.path for area in self.vacant))

    def decides(self, place_path: str) -> bool:
        """`decided_by` for one case in hand."""
        return place_path.startswith(self.acts_as_secretary) or place_path in self.street

    @property
    def decides_somewhere(self) -> bool:
        return bool(self.acts_as_secretary or self.street)

    @property
    def own_areas(self) -> tuple[str, ...]:
        """Areas whose own cases this actor works on when the area itself leads."""
        return (*self.acts_as_secretary, *self.street)


def sees_ledger(actor: Actor) -> bool:
    """Everybody with a case of theirs to see; the operator has none."""
    return bool(actor.scopes(*AREA_ROLES, *COMPANY_ROLES))


def duties_of(actor: Actor) -> Duties:
    """One query, and only for a street officer: which communities have no secretary."""

    def paths(*roles: Role) -> tuple[str, ...]:
        return tuple(scope.path for scope in actor.scopes(*roles))

    street = paths(Role.STREET_OFFICER)
    vacant = [area for area in vacancies(actor) if area.path.startswith(street)] if street else []
    return Duties(
        secretary=paths(Role.SECRETARY),
        street=street,
        district=paths(Role.DISTRICT_OFFICER),
        company=paths(*COMPANY_LEADS),
        vacant=tuple(vacant),
    )


# --- what waits for whom ----------------------------------------------------------------------------------


def below(paths: tuple[str, ...], field: str = "place_path") -> Q:
    found = Q(pk__in=[])
    for path in paths:
        found |= Q(**{f"{field}__startswith": path})
    return found


def decided_by(duties: Duties) -> Q:
    """Cases this actor decides as their secretary (`permissions.is_secretary`).

    Secretaries hold communities, so what belongs to a street itself and to none of them is its officer's.
    """
    return below(duties.acts_as_secretary) | Q(place_path__in=duties.street)


PLACE_LEADS = Q(lead_kind=LeadKind.DEPARTMENT) | Q(lead_kind=LeadKind.AREA, lead_area=F("area"))
"""`permissions.place_leads`."""


def spoken_for(actor: Actor) -> Q:
    """Cases whose askers this actor speaks for (`permissions.may_answer_for_askers`)."""

    def inside(role: Role) -> Q:
        return below(tuple(scope.path for scope in actor.scopes(role)))

    above = actor.scopes(Role.STREET_OFFICER, Role.DISTRICT_OFFICER)
    has_no_worker = Q(area__in=areas_without(Role.COMMUNITY_WORKER, above) if above else ())
    of_community, area_leads = Q(area__level=Area.Level.COMMUNITY), Q(lead_kind=LeadKind.AREA)
    street = (PLACE_LEADS & of_community) | (~PLACE_LEADS & has_no_worker & ~area_leads)
    district = (PLACE_LEADS & ~of_community) | (~PLACE_LEADS & has_no_worker & area_leads)
    return (
        (inside(Role.COMMUNITY_WORKER) & ~PLACE_LEADS)
        | (inside(Role.STREET_OFFICER) & street)
        | (inside(Role.DISTRICT_OFFICER) & district)
    )


def _extension_asked(duties: Duties, now: datetime) -> Q:
    """Asked extensions that this actor approves: the first by the secretary, the second by the street (policy)."""
    found = Q(pk__in=[])
    for ordinal, approver in enumerate(limits.deadlines(now).values.extensions.approvers, start=1):
        asked = Extension.objects.filter(case=OuterRef("pk"), state=Extension.State.ASKED, ordinal=ordinal)
        theirs = decided_by(duties) if approver is Role.SECRETARY else below(duties.street)
        found |= theirs & Q(Exists(asked))
    return found & Q(status__in=HAS_DATES)


def _lead_to_decide(duties: Duties, now: datetime) -> Q:
    late = Q(state=LeadProposal.State.PROPOSED, accept_until__lt=now)
    asked = LeadProposal.objects.filter(late | Q(state=LeadProposal.State.TO_DECIDE), case=OuterRef("pk"))
    return decided_by(duties) & Q(status__in=MAY_CHANGE_LEAD) & Q(Exists(asked))


def _lead_to_accept(duties: Duties, now: datetime) -> Q:
    mine = Q(pk__in=[])
    for path in duties.company:
        mine |= Q(lead_path__startswith=path)
    mine |= Q(lead_kind=LeadKind.AREA, lead_path__in=duties.own_areas)
    asked = LeadProposal.objects.filter(
        mine, case=OuterRef("pk"), state=LeadProposal.State.PROPOSED, accept_until__gte=now
    )
    return Q(status__in=MAY_CHANGE_LEAD) & Q(Exists(asked))


def _give_up_proposed(duties: Duties, now: datetime) -> Q:
    """Not while the asker is asked for more: it can be agreed to once the case is in progress again (the workflow)."""
    asked = GiveUpProposal.objects.filter(case=OuterRef("pk"), state=GiveUpProposal.State.PROPOSED)
    return decided_by(duties) & Q(status=Status.IN_PROGRESS) & Q(Exists(asked))


def _objections(duties: Duties, now: datetime) -> Q:
    raised = Objection.objects.filter(case=OuterRef("pk"), state=Objection.State.RAISED)
    refused = Q(status__in=[Status.REJECTED, Status.NOT_SOLVABLE])
    return below(duties.street) & refused & Q(Exists(raised))


def _asker_added(duties: Duties, now: datetime) -> Q:
    """The asker was asked, the clock runs again, and nobody has replied since."""
    resumed = Pause.objects.filter(
        case=OuterRef("pk"),
        resumed_at__gt=Coalesce(OuterRef("last_replied_at"), OuterRef("registered_at")),
        resumed_at__lt=F("ends_at"),
    )
    return _mine_to_do(duties) & Q(status=Status.IN_PROGRESS) & Q(Exists(resumed))


def _mine_to_do(duties: Duties) -> Q:
    """Cases this actor leads: its company's, its own area's, and those of departments without an account."""
    found = below(duties.company, "lead_path")
    found |= Q(lead_kind=LeadKind.AREA, lead_path__in=duties.own_areas)
    return found | (Q(lead_kind=LeadKind.DEPARTMENT) & decided_by(duties))


def _to_do(duties: Duties, now: datetime) -> Q:
    return _mine_to_do(duties) & Q(status__in=[Status.ASSIGNED, Status.IN_PROGRESS, Status.REOPENED])


def _to_assign(duties: Duties, now: datetime) -> Q:
    return decided_by(duties) & Q(status=Status.REGISTERED)


def _reopening_to_decide(duties: Duties, now: datetime) -> Q:
    return decided_by(duties) & Q(status=Status.REOPEN_REQUESTED)


def escalated(rung: str) -> Callable[[Duties, datetime], Q]:
    """Still owing a reply after the ladder reached this rung in the present round."""

    def condition(duties: Duties, now: datetime) -> Q:
        return Q(status__in=sorted(OWING_A_REPLY)) & Q(Exists(steps_of_round().filter(rung=rung)))

    return condition


def _waiting(duties: Duties, now: datetime) -> Q:
    found = Q(pk__in=[])
    for condition in (*DECISIONS.values(), _to_do):
        found |= condition(duties, now)
    return found


def _due_today(duties: Duties, now: datetime) -> Q:
    # A limit in hours that ends in the coming night is today's work; one in days ends at midnight.
    until = max(limits.end_of(limits.day_of(now)), now + COMING_NIGHT)
    return Q(status__in=sorted(OWING_A_REPLY), due_at__gte=now, due_at__lte=until)


def _overdue(duties: Duties, now: datetime) -> Q:
    return Q(status__in=sorted(OWING_A_REPLY), due_at__lt=now)


COMING_NIGHT = timedelta(hours=12)
Condition = Callable[[Duties, datetime], Q]
DECISIONS: dict[str, Condition] = {
    "to_assign": _to_assign,
    "extension_asked": _extension_asked,
    "lead_to_decide": _lead_to_decide,
    "lead_to_accept": _lead_to_accept,
    "give_up_proposed": _give_up_proposed,
    "reopening_to_decide": _reopening_to_decide,
    "objections": _objections,
}
"""What nobody but this actor can move on, in the order in which it is shown."""

DESK_STATES: dict[str, tuple[str, Condition]] = {
    "waiting": ("等我处理的", _waiting),
    "overdue": ("已逾期的", _overdue),
    "due_today": ("今天到期的", _due_today),
    "to_assign": ("等我分派的", _to_assign),
    "extension_asked": ("等我批改期的", _extension_asked),
    "lead_to_decide": ("等我定主办的", _lead_to_decide),
    "lead_to_accept": ("等我方接不接的", _lead_to_accept),
    "give_up_proposed": ("提出解决不了的", _give_up_proposed),
    "reopening_to_decide": ("又说没办好、等我定的", _reopening_to_decide),
    "objections": ("有异议的", _objections),
    "asker_added": ("提问人补充了的", _asker_added),
    "at_street": ("上报到街镇的", escalated(Escalation.Rung.STREET)),
    "at_district": ("上报到区的", escalated(Escalation.Rung.DISTRICT)),
}
ALL = "all"
DESK_ORDERS = {"due": ORDERS["due"], "me_too": ORDERS["me_too"], "new": ORDERS[""]}
STATE_LABELS: dict[str, str] = {
    **{key: label for key, (label, _) in STATES.items()},
    **{key: label for key, (label, _) in DESK_STATES.items()},
}
BUILT_IN = ("open", "overdue", "due_today", "waiting", "replied", "not_solved")
"""The filters every desk has."""
COUNTED_BESIDE = ("open", "overdue", "due_today", "replied", "not_solved")
"""Those whose counts stand beside any list. What waits for me asks a dozen things of each case: /desk counts it."""
COUNTED = sorted({*OPEN, Status.REJECTED, Status.NOT_SOLVABLE})
"""Every state of the desk asks for one of these itself, so that counting may leave the long settled rest unread."""


def condition_of(state: str, duties: Duties, now: datetime) -> Q:
    if state in DESK_STATES:
        return DESK_STATES[state][1](duties, now)
    return STATES[state][1](now)


@dataclass(frozen=True)
class DeskFilter(CaseFilter):
    """The public filter with the desk's own states; without a state the open cases, `all` for every one."""

    state: str = "open"
    order: str = "due"

    def desk_condition(self, duties: Duties, now: datetime) -> Q:
        rest = replace(self, state="").condition(now)
        return condition_of(self.state, duties, now) & rest if self.state in STATE_LABELS else rest

    def read(self, cases: QuerySet[Case], duties: Duties, now: datetime) -> QuerySet[Case]:
        return cases.filter(self.desk_condition(duties, now)).order_by(*DESK_ORDERS[self.order])

    @property
    def is_only_a_state(self) -> bool:
        """No other condition: then the count of the built-in filter is this list's length."""
        return self == DeskFilter(state=self.state, order=self.order)


def counts(
    cases: QuerySet[Case],
    duties: Duties,
    now: datetime,
    states: tuple[str, ...] = BUILT_IN,
    *,
    listed: DeskFilter | None = None,
) -> dict[str, int]:
    """How many cases stand in each of these states, and "listed" how many a filter finds: one query."""
    wanted = {f"n_{state}": Count("pk", filter=condition_of(state, duties, now)) for state in states}
    if listed is None:
        cases = cases.filter(status__in=COUNTED)
    else:
        wanted["n_listed"] = Count("pk", filter=listed.desk_condition(duties, now))
    row = cases.order_by().aggregate(**wanted)
    return {name.removeprefix("n_"): count for name, count in row.items()}


def saved_filters(person_id: int) -> QuerySet[SavedFilter]:
    return SavedFilter.objects.filter(person_id=person_id)


def bulletins_for_desk(actor: Actor) -> QuerySet[Bulletin]:
    """Bulletins of the estates inside the actor's areas, owed ones first."""
    return (
        Bulletin.objects.filter(
            inside_q(actor.scopes(*AREA_ROLES), path="estate__area__path", estate_id="estate_id")
        )
        .select_related("estate__area")
        .order_by(F("issued_at").desc(nulls_first=True), "due_at", "estate__sort_key", "id")
    )
