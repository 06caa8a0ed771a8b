"""What the ledger keeps about a person: exported, erased, and removed a year after a case is closed (domain.md §9)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet

from huiyin.apps.audit.models import Event
from huiyin.apps.audit.services import erase_parts, erase_texts
from huiyin.apps.ledger.case_text import joined, pieces_of
from huiyin.apps.ledger.models import (
    AnswerGiven,
    Asker,
    AskerContact,
    AskerMessageCode,
    Case,
    CasePrivate,
    Objection,
    SavedFilter,
    Urge,
)
from huiyin.apps.ledger.models.askers import Part
from huiyin.apps.ledger.services.register import search_vector
from huiyin.apps.ledger.services.transition import locked
from huiyin.apps.ledger.timeline import Tells, kinds_telling, texts_shown
from huiyin.apps.people.models import Person
from huiyin.apps.people.personal_data import Json, Section
from huiyin.apps.people.retention import Rule
from huiyin.apps.policies.retention import keep_days
from huiyin.domain.access import SYSTEM, Actor
from huiyin.domain.case_workflow import SETTLED, Status

FORGOTTEN = "已按本人要求删除"
BATCH = 500

Spoken = TypeVar("Spoken", AnswerGiven, Objection, Urge)


def export_cases(person: Person) -> Json:
    """Every case the person asked or joined, with all the person said there; and the filters kept at the desk.

    The words as written are the original asker's: who joined gets the public ones.
    """
    askers = list(
        Asker.objects.filter(person=person)
        .select_related("case__private", "case__merged_into", "contact", "household")
        .order_by("-case__registered_at", "-case_id")
    )
    answers = by_asker(AnswerGiven.objects.filter(asker__in=askers).order_by("answered_at", "pk"))
    objections = by_asker(Objection.objects.filter(asker__in=askers).order_by("raised_at", "pk"))
    urges = by_asker(Urge.objects.filter(asker__in=askers).order_by("urged_at", "pk"))
    added = _export_additions(person)
    return {
        "cases": [
            {
                **_asked(asker),
                "answers": [_answer(each) for each in answers.get(asker.pk, [])],
                "objections": [_objection(each) for each in objections.get(asker.pk, [])],
                "urged_at": [each.urged_at.isoformat() for each in urges.get(asker.pk, [])],
                "additions": [
                    addition
                    for stream in dict.fromkeys((asker.case.stream, _home(asker).stream))
                    for addition in added.get(stream, ())
                ],
            }
            for asker in askers
        ],
        "saved_filters": list(SavedFilter.objects.filter(person=person).values("name", "query")),
    }


def _home(asker: Asker) -> Case:
    return asker.case.merged_into or asker.case


def _asked(asker: Asker) -> dict[str, object]:
    case = asker.case
    is_mine = asker.part == Part.ORIGINAL
    private = getattr(case, "private", None) if is_mine else None
    contact = getattr(asker, "contact", None)
    return {
        "number": case.number,
        "part": asker.part,
        "joined_at": asker.joined_at.isoformat(),
        "registered_at": case.registered_at.isoformat(),
        "merged_into": case.merged_into.number if case.merged_into else None,
        "title": case.title,
        "text": case.text,
        "text_as_written": private.text if private else case.text,
        "address_as_written": private.address if private else case.building,
        "nickname": case.nickname if is_mine else "",
        "household": str(asker.household) if asker.household else None,
        "channel": asker.channel,
        "contact": {"name": contact.name, "phone": contact.phone, "note": contact.note} if contact else None,
        "status": case.status,
    }


def _export_additions(person: Person) -> dict[str, list[dict[str, object]]]:
    """By stream, as they read now."""
    mine = additions_of(person)
    told: dict[str, list[dict[str, object]]] = {}
    for stream, events in _events_of(mine).items():
        shown = texts_shown(events)
        told[stream] = [
            {"text": shown[event.number]["addition"], "at": event.occurred_at.isoformat()}
            for event in events
            if event.number in mine[stream] and "addition" in shown[event.number]
        ]
    return told


def _answer(given: AnswerGiven) -> dict[str, object]:
    return {
        "answer": given.answer,
        "comment": given.comment,
        "how": given.by,
        "record_note": given.record_note,
        "at": given.answered_at.isoformat(),
    }


def _objection(objection: Objection) -> dict[str, object]:
    return {
        "text": objection.text,
        "at": objection.raised_at.isoformat(),
        "state": objection.state,
        "outcome_reason": objection.outcome_reason,
    }


def by_asker(rows: Iterable[Spoken]) -> dict[int, list[Spoken]]:
    found: dict[int, list[Spoken]] = {}
    for row in rows:
        found.setdefault(row.asker_id, []).append(row)
    return found


def erase_cases(person: Person, by: Actor, now: datetime) -> int:
    """Forget who asked, and what the person said afterwards: answers, objections, additions.

    The masked question stays as a matter of the estate; nothing leads back to the person, and no neighbour's word
    goes with it.
    """
    lock_cases_of(person)
    askers = Asker.objects.filter(person=person)
    originals = Case.objects.filter(askers__person=person, askers__part=Part.ORIGINAL)
    AskerContact.objects.filter(asker__in=askers).delete()
    AskerMessageCode.objects.filter(asker__in=askers).delete()
    AnswerGiven.objects.filter(asker__in=askers).exclude(comment="").update(comment="")
    AnswerGiven.objects.filter(asker__in=askers).exclude(record_note="").update(record_note=FORGOTTEN)
    Objection.objects.filter(asker__in=askers).exclude(text="").update(text="")
    CasePrivate.objects.filter(case__in=originals).delete()
    SavedFilter.objects.filter(person=person).delete()
    originals.update(nickname="")
    registered = Q(kind__in=kinds_telling(Tells.CASE), stream__in=streams_of(originals))
    # Where an asker of a merged case or a neighbour spoke, it stands in the stream of the original.
    spoken = Q(
        kind__in=kinds_telling(Tells.ASKER, Tells.NEW_WORDS),
        stream__in=streams_of(cases_spoken_on(person)),
        public__asker__in=list(askers.values_list("pk", flat=True)),
    )
    event_ids = list(Event.objects.filter(registered | spoken).values_list("pk", flat=True))
    event_ids += forget_additions(person)
    if event_ids:
        erase_texts(by=SYSTEM, now=now, reason="person_erased", event_ids=event_ids)
    return askers.update(person=None, household=None)


def streams_of(cases: QuerySet[Case]) -> list[str]:
    return [f"case/{number}" for number in cases.order_by().values_list("number", flat=True).distinct()]


def cases_spoken_on(person: Person) -> QuerySet[Case]:
    """The cases on which the person may have spoken: asked, joined, or merged into."""
    return Case.objects.filter(Q(askers__person=person) | Q(merged_cases__askers__person=person))


def lock_cases_of(person: Person) -> None:
    """Whoever changes a case, its askers or their messages locks it first: so does forgetting the person."""
    mine = Case.objects.filter(pk__in=cases_spoken_on(person).values("pk")).order_by("pk")
    list(mine.select_for_update(no_key=True).values_list("pk"))


def additions_of(person: Person) -> dict[str, set[int]]:
    """By stream the numbers of the events in which the person added something when the lead asked.

    Where nobody else waits, also what was entered for the person.
    """
    others = Asker.objects.filter(Q(case=OuterRef("pk")) | Q(case__merged_into=OuterRef("pk"))).exclude(
        person=person
    )
    alone = cases_spoken_on(person).exclude(Exists(others))
    told = Event.objects.filter(
        Q(actor_key=person.key) | Q(stream__in=streams_of(alone)),
        kind__in=kinds_telling(Tells.ADDITION),
        stream__in=streams_of(cases_spoken_on(person)),
        digests__has_key="text.addition",
    )
    numbers: dict[str, set[int]] = {}
    for stream, number in told.order_by("stream", "number").values_list("stream", "number"):
        numbers.setdefault(stream, set()).add(number)
    return numbers


def _events_of(streams: Iterable[str]) -> dict[str, list[Any]]:
    read = ("pk", "stream", "number", "kind", "occurred_at", "public", "digests", "secret__texts")
    events = Event.objects.filter(stream__in=list(streams)).order_by("stream", "number")
    found: dict[str, list[Any]] = {}
    for event in events.values_list(*read, named=True):
        found.setdefault(event.stream, []).append(event)
    return found


def forget_additions(person: Person) -> list[int]:
    """Take the person's additions out of the texts of the cases.

    Returns the events that told them, and those that hold what was put in their place.
    """
    gone: list[int] = []
    for stream, numbers in additions_of(person).items():
        case = locked(Case.objects.get(number=stream.removeprefix("case/")))
        events = _events_of([stream])[stream]
        pieces = pieces_of(case.text, events, texts_shown(events))
        case.text = joined(piece for piece in pieces if piece.number not in numbers)
        case.search = search_vector(case)
        case.save(update_fields=["text", "search"])
        gone += [
            event.pk for event in events if event.number in numbers or event.public.get("addition") in numbers
        ]
    return gone


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
    """Contact data and unmasked words of cases closed a year ago; the public words and what vouches for them stay."""
    numbers = list(contacts_past_keeping(now).distinct().values_list("number", flat=True)[:BATCH])
    cases = Case.objects.filter(number__in=numbers)
    AskerContact.objects.filter(asker__case__in=cases).delete()
    AskerMessageCode.objects.filter(asker__case__in=cases).delete()
    CasePrivate.objects.filter(case__in=cases).delete()
    registered = Event.objects.filter(
        kind__in=kinds_telling(Tells.CASE), stream__in=[f"case/{each}" for each in numbers]
    )
    parts = dict.fromkeys(registered.values_list("pk", flat=True), ("private",))
    erase_parts(parts, by=SYSTEM, now=now, reason="retention")
    return len(numbers)


SECTION = Section("ledger", "台账里的事项", export_cases, erase_cases)
RETENTION = Rule(
    "ledger.contacts", "提问人的联系方式和原话", 365, remove_old_contacts, source="domain.md §9；本区规定"
)
