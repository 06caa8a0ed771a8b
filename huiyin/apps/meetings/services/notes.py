"""What is recorded beside the questions: supervision by street or district, and what was agreed on."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from huiyin.apps.meetings import limits
from huiyin.apps.meetings.models import ConsultationResult, Meeting, SupervisionNote
from huiyin.apps.meetings.permissions import check_run, check_supervise, signing
from huiyin.apps.meetings.services.steps import beat, heard_at, read, witness
from huiyin.apps.places.models import Estate
from huiyin.domain.access import Actor
from huiyin.domain.meeting_phases import Activity, check_open
from huiyin.language.masking import mask
from huiyin.web.now import now as clock


@transaction.atomic
def add_supervision_note(
    meeting: Meeting,
    *,
    by: Actor,
    text: str,
    idempotency_key: str | None = None,
    now: datetime | None = None,
) -> SupervisionNote:
    """The street or the district says what it observed; it stands in the minutes. The same key is the same note."""
    now = now or clock()
    check_supervise(by, meeting)
    beat(meeting.pk)
    if idempotency_key and (
        made := meeting.supervision_notes.filter(idempotency_key=idempotency_key).first()
    ):
        return made
    meeting = read(meeting.pk)
    check_open(Activity.NOTE, meeting.phase)
    note = SupervisionNote.objects.create(
        meeting=meeting,
        text=limits.own_words(text, field="text", sentence="请写监督意见。"),
        author_key=by.key,
        author_label=by.label[:80],
        noted_at=now,
        idempotency_key=idempotency_key or None,
    )
    witness(meeting, "supervision_noted", by=by, now=now, texts={"text": note.text})
    return note


@transaction.atomic
def add_result(
    meeting: Meeting,
    *,
    by: Actor,
    text: str,
    estate: Estate | None = None,
    owner: str = "",
    due_on: date | None = None,
    idempotency_key: str | None = None,
    now: datetime | None = None,
) -> ConsultationResult:
    """协商成果: what those present agreed on, who sees to it, until when. The same key is the same result."""
    now = now or clock()
    check_run(by, meeting)
    beat(meeting.pk)
    if idempotency_key and (made := meeting.results.filter(idempotency_key=idempotency_key).first()):
        return made
    meeting = read(meeting.pk)
    check_open(Activity.NOTE, meeting.phase)
    if estate is not None:
        heard_at(meeting, estate)
    by = signing(by, meeting)
    result = ConsultationResult.objects.create(
        meeting=meeting,
        estate=estate,
        text=limits.own_words(text, field="text", sentence="请写商量出的结果。"),
        owner=mask(owner.strip())[:80],
        due_on=due_on,
        author_label=by.label[:80],
        recorded_at=now,
        idempotency_key=idempotency_key or None,
    )
    witness(
        meeting,
        "result_recorded",
        by=by,
        now=now,
        public={"due_on": due_on.isoformat() if due_on else ""},
        texts={"text": result.text, "owner": result.owner},
    )
    return result
