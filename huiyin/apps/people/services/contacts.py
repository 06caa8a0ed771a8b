"""Opening contact data: only with a reason, and never without a line in the log."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as _

from huiyin.apps.audit.services import record
from huiyin.apps.people import permissions
from huiyin.apps.people.models import Contact, ContactOpening, Person
from huiyin.apps.people.selectors import homes_of
from huiyin.domain.access import Actor, Scope
from huiyin.domain.errors import RuleBroken
from huiyin.web.now import now as present


@transaction.atomic
def open_contact(*, person: Person, reason: str, by: Actor, now: datetime | None = None) -> str:
    """The phone number of somebody who lives in the actor's scope."""
    home = permissions.check_open_contact(by, homes_of(person))
    log_opening(subject=f"person/{person.pk}", person=person, scope=home, reason=reason, by=by, now=now)
    contact = Contact.objects.filter(person=person).first()
    if contact is None:
        raise RuleBroken(_("这个人没有留下电话。"), code="contact.none")
    return contact.phone


@transaction.atomic
def log_opening(
    *,
    subject: str,
    scope: Scope,
    reason: str,
    by: Actor,
    person: Person | None = None,
    now: datetime | None = None,
) -> ContactOpening:
    """Write down an opening that another app has allowed by its own rule; `subject` is a stream, e.g. case/26-…"""
    now = now or present()
    reason = " ".join(reason.split())
    if len(reason) < 2:
        raise RuleBroken(
            _("请写明为什么要看联系方式；本人能看到这条记录。"), code="contact.no_reason", field="reason"
        )
    opening = ContactOpening.objects.create(
        person=person,
        subject=subject,
        area_path=scope.path,
        opened_by_key=by.key,
        opened_by_label=by.label,
        reason=reason[:200],
        opened_at=now,
    )
    record(
        kind="people.contact_opened",
        stream=subject,
        by=by,
        now=now,
        public={},
        texts={"reason": opening.reason},
    )
    return opening
