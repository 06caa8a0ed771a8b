"""Giving and withdrawing consent, one purpose at a time (PIPL Art. 13–15)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as _

from huiyin.apps.audit.services import record
from huiyin.apps.people.models import Consent, Person
from huiyin.domain.access import Actor
from huiyin.domain.consent import PURPOSES, Purpose
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.web.now import now as present


@transaction.atomic
def give_consent(*, person: Person, purpose: str, by: Actor, now: datetime | None = None) -> Consent:
    """Consent to the purpose as it is worded today; an older wording is withdrawn in the same step."""
    _check_own(by, person)
    now = now or present()
    wording = _purpose(purpose)
    standing = Consent.objects.filter(person=person, purpose=purpose, withdrawn_at=None).first()
    if standing is not None and standing.version == wording.version:
        return standing
    if standing is not None:
        standing.withdrawn_at = now
        standing.save(update_fields=["withdrawn_at"])
    consent = Consent.objects.create(person=person, purpose=purpose, version=wording.version, given_at=now)
    _record("people.consent_given", consent, by, now)
    return consent


@transaction.atomic
def withdraw_consent(
    *, person: Person, purpose: str, by: Actor, now: datetime | None = None
) -> Consent | None:
    """Withdrawing is as easy as giving (PIPL Art. 15); what happened before stays lawful."""
    _check_own(by, person)
    now = now or present()
    if _purpose(purpose).is_necessary:
        raise RuleBroken(_("这一项是使用账号必需的。不再需要时，可以注销账号。"), code="consent.necessary")
    standing = Consent.objects.filter(person=person, purpose=purpose, withdrawn_at=None).first()
    if standing is not None:
        standing.withdrawn_at = now
        standing.save(update_fields=["withdrawn_at"])
        _record("people.consent_withdrawn", standing, by, now)
    return standing


def _purpose(code: str) -> Purpose:
    try:
        return PURPOSES[code]
    except KeyError:
        raise RuleBroken(_("没有这一项用途。"), code="consent.unknown") from None


def _check_own(by: Actor, person: Person) -> None:
    if by.key != person.key:
        raise NotPermitted(_("只有本人可以同意或撤回。"), code="consent.own")


def _record(kind: str, consent: Consent, by: Actor, now: datetime) -> None:
    record(
        kind=kind,
        stream=f"person/{consent.person_id}",
        by=by,
        now=now,
        public={"purpose": consent.purpose, "version": consent.version},
    )
