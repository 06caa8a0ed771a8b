"""Giving a role for a term and ending it."""

from __future__ import annotations

from datetime import date, datetime

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext_noop as _

from huiyin.apps.audit.services import record
from huiyin.apps.people import permissions
from huiyin.apps.people.actors import scopes_of_assignment
from huiyin.apps.people.models import Person, RoleAssignment
from huiyin.apps.people.selectors import standing_roles
from huiyin.apps.people.services.sessions import end_sessions
from huiyin.apps.places.models import Area, Company, Engagement, Estate
from huiyin.domain.access import Actor, Role, on_both_sides
from huiyin.domain.errors import RuleBroken
from huiyin.web.now import now as present

Place = Area | Company | Estate | Engagement

PLACE_OF_ROLE: dict[Role, tuple[type, str]] = {
    Role.TECHNICIAN: (Company, ""),
    Role.MANAGER: (Engagement, ""),
    Role.COMPANY_ADMIN: (Company, ""),
    Role.COMMUNITY_WORKER: (Area, Area.Level.COMMUNITY),
    Role.SECRETARY: (Area, Area.Level.COMMUNITY),
    Role.STREET_OFFICER: (Area, Area.Level.STREET),
    Role.DISTRICT_OFFICER: (Area, Area.Level.DISTRICT),
    Role.AUDITOR: (Area, ""),
    Role.OPERATOR: (Area, Area.Level.DISTRICT),
}


@transaction.atomic
def grant_role(
    *,
    person: Person,
    role: Role,
    place: Place,
    by: Actor,
    starts_on: date | None = None,
    ends_on: date | None = None,
    acting: bool = False,
    now: datetime | None = None,
) -> RoleAssignment:
    """Give a role at a place of its kind; the same role there twice at a time is refused."""
    now = now or present()
    starts_on = starts_on or now.date()
    assignment = RoleAssignment(
        person=person,
        role=role,
        starts_on=starts_on,
        ends_on=ends_on,
        acting=acting,
        granted_by_key=by.key,
        granted_at=now,
        **{type(place).__name__.lower(): place},
    )
    permissions.check_grant(by, role, next(iter(scopes_of_assignment(assignment))))
    _check_place(role, place)
    if not person.is_active:
        raise RuleBroken(_("这个账号已经注销。"), code="role.erased_person")
    if by.key == person.key:
        raise RuleBroken(_("不能给自己任命角色。"), code="role.own")
    if not person.display_name:
        raise RuleBroken(_("工作人员要有姓名，居民看得到由谁负责。"), code="role.nameless", field="name")
    if ends_on is not None and ends_on < starts_on:
        raise RuleBroken(_("结束日期不能早于开始日期。"), code="role.dates", field="ends_on")
    if on_both_sides(role, [held for held, _scope in standing_roles([person.pk], now.date())[person.pk]]):
        raise RuleBroken(
            _("这个账号已经在另一方任职：物业企业的角色和社区、街镇、区的角色不能由同一个人担任。"),
            code="role.other_side",
            field="role",
        )
    if _overlapping(assignment):
        raise RuleBroken(_("这个人在这段时间里已经有这个角色。"), code="role.held", field="role")
    assignment.save()
    _record("people.role_granted", assignment, by, now)
    return assignment


@transaction.atomic
def revoke_role(
    *, assignment: RoleAssignment, by: Actor, ends_on: date | None = None, now: datetime | None = None
) -> RoleAssignment:
    """End a role with the given last day, or at once if none is given or it has passed."""
    now = now or present()
    permissions.check_grant(by, Role(assignment.role), next(iter(scopes_of_assignment(assignment))))
    today = now.date()
    _check_not_over(assignment, today)
    if ends_on is None or ends_on < today:
        assignment.revoked_at = now
        ends_on = max(today, assignment.starts_on)
    assignment.ends_on = max(ends_on, assignment.starts_on)
    assignment.save(update_fields=["revoked_at", "ends_on"])
    _record("people.role_ended", assignment, by, now)
    return assignment


@transaction.atomic
def reset_second_factor(*, assignment: RoleAssignment, by: Actor, now: datetime | None = None) -> int:
    """For staff who lost their phone: whoever gives all their roles clears the factor; every session of theirs ends."""
    now = now or present()
    permissions.check_grant(by, Role(assignment.role), next(iter(scopes_of_assignment(assignment))))
    _check_not_over(assignment, now.date())
    person_id = assignment.person_id
    permissions.check_reset_second_factor(by, standing_roles([person_id], now.date())[person_id])
    removed: int = Authenticator.objects.filter(user=assignment.person).delete()[0]
    end_sessions(assignment.person, now)
    record(
        kind="people.second_factor_reset",
        stream=f"person/{assignment.person_id}",
        by=by,
        now=now,
        public={"removed": removed},
    )
    return removed


def _check_not_over(assignment: RoleAssignment, today: date) -> None:
    if assignment.is_over(today):
        raise RuleBroken(_("这个角色已经结束。"), code="role.ended")


def _check_place(role: Role, place: Place) -> None:
    kind, level = PLACE_OF_ROLE[role]
    if not isinstance(place, kind) or (level and getattr(place, "level", "") != level):
        raise RuleBroken(_("这个角色要放在对应的层级上。"), code="role.wrong_place", field="place")


def _overlapping(assignment: RoleAssignment) -> bool:
    same = RoleAssignment.objects.filter(
        revoked_at=None,
        person=assignment.person,
        role=assignment.role,
        area=assignment.area,
        company=assignment.company,
        estate=assignment.estate,
        engagement=assignment.engagement,
    )
    last = assignment.ends_on or date.max
    return any(
        other.starts_on <= last and (other.ends_on or date.max) >= assignment.starts_on for other in same
    )


def _record(kind: str, assignment: RoleAssignment, by: Actor, now: datetime) -> None:
    scope = next(iter(scopes_of_assignment(assignment)))
    record(
        kind=kind,
        stream=f"person/{assignment.person_id}",
        by=by,
        now=now,
        public={
            "role": str(assignment.role),
            "scope": scope.path,
            "starts_on": str(assignment.starts_on),
            "ends_on": str(assignment.ends_on) if assignment.ends_on else None,
            "acting": assignment.acting,
        },
    )
