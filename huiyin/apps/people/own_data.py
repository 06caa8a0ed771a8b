"""What this app itself keeps about a person, and for how long."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session

from huiyin.apps.people.actors import scopes_of_assignment
from huiyin.apps.people.models import (
    Consent,
    Contact,
    ContactOpening,
    HouseholdMembership,
    OutboxMessage,
    Person,
)
from huiyin.apps.people.personal_data import Section
from huiyin.apps.people.retention import Rule
from huiyin.apps.people.sign_in_limits import guarded_names
from huiyin.domain.access import Actor

# At least six months (Cybersecurity Law Art. 23); kept a little longer, then removed.
ACCESS_LOG_DAYS = 200
OUTBOX_DAYS = 7


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def export_account(person: Person) -> dict[str, object]:
    contact = Contact.objects.filter(person=person).first()
    return {
        "key": person.key,
        "display_name": person.display_name,
        "nickname": person.nickname,
        "joined_at": _iso(person.joined_at),
        "last_sign_in": _iso(person.last_login),
        "phone": contact.phone if contact else None,
        "phone_verified_at": _iso(contact.verified_at) if contact else None,
    }


def erase_account(person: Person, by: Actor, now: datetime) -> int:
    """Contact and second factor go; the tombstone itself is left by `services.erase_person`."""
    contact = Contact.objects.filter(person=person).first()
    removed = 0
    if contact is not None:
        OutboxMessage.objects.filter(phone=contact.phone).delete()
        AccessAttempt.objects.filter(username__in=guarded_names(contact.phone)).delete()
        contact.delete()
        removed += 1
    factors: int = Authenticator.objects.filter(user=person).delete()[0]
    return removed + factors


def export_homes(person: Person) -> list[object]:
    return [
        {
            "estate": membership.estate.name,
            "building": membership.building,
            "unit": membership.unit,
            "room": membership.room,
            "claimed_at": _iso(membership.claimed_at),
            "verified_at": _iso(membership.verified_at),
            "ended_at": _iso(membership.ended_at),
        }
        for membership in HouseholdMembership.objects.filter(person=person).select_related("estate")
    ]


def erase_homes(person: Person, by: Actor, now: datetime) -> int:
    return HouseholdMembership.objects.filter(person=person).delete()[0]


def export_consents(person: Person) -> list[object]:
    return [
        {
            "purpose": consent.purpose,
            "version": consent.version,
            "given_at": _iso(consent.given_at),
            "withdrawn_at": _iso(consent.withdrawn_at),
        }
        for consent in Consent.objects.filter(person=person)
    ]


def erase_consents(person: Person, by: Actor, now: datetime) -> int:
    return Consent.objects.filter(person=person).delete()[0]


def export_roles(person: Person) -> list[object]:
    return [
        {
            "role": assignment.role,
            "scope": [scope.path for scope in scopes_of_assignment(assignment)],
            "starts_on": str(assignment.starts_on),
            "ends_on": str(assignment.ends_on) if assignment.ends_on else None,
        }
        for assignment in person.roles.select_related("area", "estate__area", "engagement", "company")
    ]


def erase_roles(person: Person, by: Actor, now: datetime) -> int:
    """Who held an office when is a public fact and stays, without the name."""
    return 0


def export_openings(person: Person) -> list[object]:
    return [
        {"by": opening.opened_by_label, "reason": opening.reason, "at": _iso(opening.opened_at)}
        for opening in ContactOpening.objects.filter(person=person)
    ]


def erase_openings(person: Person, by: Actor, now: datetime) -> int:
    """The log of openings is evidence against those who opened; it loses the free text."""
    return ContactOpening.objects.filter(person=person).update(reason="—")


SECTIONS = [
    Section("people.account", "账号", export_account, erase_account),
    Section("people.homes", "住址", export_homes, erase_homes),
    Section("people.consents", "同意记录", export_consents, erase_consents),
    Section("people.roles", "担任的角色", export_roles, erase_roles),
    Section("people.openings", "谁看过我的电话", export_openings, erase_openings),
]


def remove_access_logs(now: datetime) -> int:
    before = now - timedelta(days=ACCESS_LOG_DAYS)
    return sum(
        model.objects.filter(attempt_time__lt=before).delete()[0]
        for model in (AccessLog, AccessAttempt, AccessFailureLog)
    )


def remove_ended_sessions(now: datetime) -> int:
    return Session.objects.filter(expire_date__lt=now).delete()[0]


def remove_outbox(now: datetime) -> int:
    return OutboxMessage.objects.filter(written_at__lt=now - timedelta(days=OUTBOX_DAYS)).delete()[0]


RULES = [
    Rule(
        "people.access_log",
        "登录记录",
        ACCESS_LOG_DAYS,
        remove_access_logs,
        "《网络安全法》第二十三条：不少于六个月",
    ),
    Rule("people.sessions", "过期的登录状态", 0, remove_ended_sessions),
    Rule("people.outbox", "演示收件页", OUTBOX_DAYS, remove_outbox),
]
