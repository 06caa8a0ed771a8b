"""What the ledger keeps about a person: exported, erased, and removed a year after a case is closed (domain.md §9)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from huiyin.apps.audit.models import Event
from huiyin.apps.audit.services import erase_texts
from huiyin.apps.ledger.models import (
    AnswerGiven,
    Asker,
    AskerContact,
    AskerMessageCode,
    Case,
    CasePrivate,
    SavedFilter,
)
from huiyin.apps.ledger.selectors import my_cases
from huiyin.apps.people.models import Person
from huiyin.apps.people.personal_data import Json, Section
from huiyin.apps.people.retention import Rule
from huiyin.apps.policies.retention import keep_days
from huiyin.domain.access import SYSTEM, Actor
from huiyin.domain.case_workflow import SETTLED, Status

PERSONAL_EVENTS = ("ledger.case_registered", "ledger.case_imported", "ledger.asker_answered")
SPOKEN_EVENTS = ("ledger.asker_answered", "ledger.objection_raised")
BATCH = 500


def export_cases(person: Person) -> Json:
    """Every case the person asked or joined, with the words as written and all answers given."""
    rows: list[object] = []
    for case in my_cases(person.pk).select_related("private"):
        private = getattr(case, "private", None)
        answers = AnswerGiven.objects.filter(asker__person=person, asker__case=case)
        rows.append(
            {
                "number": case.number,
                "registered_at": case.registered_at.isoformat(),
                "title": case.title,
                "text": case.text,
                "text_as_written": private.text if private else case.text,
                "address_as_written": private.address if private else case.building,
                "nickname": case.nickname,
                "status": case.status,
                "answers": [
                    {"answer": each.answer, "comment": each.comment, "at": each.answered_at.isoformat()}
                    for each in answers
                ],
            }
        )
    return rows


def erase_cases(person: Person, by: Actor, now: datetime) -> int:
    """Forget who asked: the masked public text stays as a matter of the estate, nothing leads back to the person."""
    askers = Asker.objects.filter(person=person)
    originals = Case.objects.filter(askers__person=person, askers__part="original")
    numbers = list(originals.values_list("number", flat=True))
    AskerContact.objects.filter(asker__in=askers).delete()
    AskerMessageCode.objects.filter(asker__in=askers).delete()
    AnswerGiven.objects.filter(asker__in=askers).exclude(comment="").update(comment="")
    CasePrivate.objects.filter(case__in=originals).delete()
    SavedFilter.objects.filter(person=person).delete()
    originals.update(nickname="")
    # Where an asker of a merged case or a neighbour spoke, it stands in the stream of the original.
    spoken_on = [f"case/{number}" for number in numbers_answered(person)]
    events = Event.objects.filter(
        Q(kind__in=PERSONAL_EVENTS, stream__in=[f"case/{number}" for number in numbers])
        | Q(
            kind__in=SPOKEN_EVENTS,
            stream__in=spoken_on,
            public__asker__in=list(askers.values_list("pk", flat=True)),
        )
    )
    if event_ids := list(events.values_list("pk", flat=True)):
        erase_texts(by=SYSTEM, now=now, reason="person_erased", event_ids=event_ids)
    return askers.update(person=None, household=None)


def numbers_answered(person: Person) -> list[str]:
    """Numbers of the cases on which the person may have spoken: asked, joined, or merged into."""
    own = Q(askers__person=person) | Q(merged_cases__askers__person=person)
    return list(Case.objects.filter(own).order_by().values_list("number", flat=True).distinct())


def contacts_past_keeping(now: datetime) -> QuerySet[Case]:
    """Cases closed longer ago than contact data is kept, which still have some.

    A merged case is closed when its original is: until then its askers wait for the same echo.
    """
    closed_before = now - timedelta(days=keep_days("case_contact", now))
    closed = Q(status__in=sorted(SETTLED - {Status.MERGED}), settled_at__lt=closed_before) | Q(
        status=Status.MERGED,
        merged_into__status__in=sorted(SETTLED),
        merged_into__settled_at__lt=closed_before,
    )
    return Case.objects.filter(closed).filter(Q(private__isnull=False) | Q(askers__contact__isnull=False))


def remove_old_contacts(now: datetime) -> int:
    """Contact data and unmasked words of cases closed a year ago; the public case and its chain stay."""
    numbers = list(contacts_past_keeping(now).distinct().values_list("number", flat=True)[:BATCH])
    cases = Case.objects.filter(number__in=numbers)
    AskerContact.objects.filter(asker__case__in=cases).delete()
    AskerMessageCode.objects.filter(asker__case__in=cases).delete()
    CasePrivate.objects.filter(case__in=cases).delete()
    events = Event.objects.filter(
        kind__in=PERSONAL_EVENTS, stream__in=[f"case/{number}" for number in numbers], secret__erased_at=None
    )
    ids = list(events.values_list("pk", flat=True))
    if ids:
        erase_texts(by=SYSTEM, now=now, reason="retention", event_ids=ids)
    return len(numbers)


SECTION = Section("ledger", "台账里的事项", export_cases, erase_cases)
RETENTION = Rule(
    "ledger.contacts", "提问人的联系方式和原话", 365, remove_old_contacts, source="domain.md §9；本区规定"
)
