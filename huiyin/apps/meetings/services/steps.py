"""What every write to a meeting shares: the row lock, the move along the phases, the pulse, the witness."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from huiyin.apps.audit.models import Event
from huiyin.apps.audit.services import record
from huiyin.apps.meetings.models import Meeting, MeetingEstate, Sitting
from huiyin.apps.places.models import Estate
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.domain.meeting_phases import Phase, target_of

_BEAT = "UPDATE meetings_pulse SET version = version + 1 WHERE meeting_id = %s"
_NEXT_NUMBER = (
    "UPDATE meetings_pulse SET version = version + 1, last_number = last_number + 1 "
    "WHERE meeting_id = %s RETURNING last_number"
)


def locked(meeting: Meeting) -> Meeting:
    """The meeting again, its row locked for this transaction: for whatever changes its phase or its plan."""
    return (
        Meeting.objects.select_for_update(of=("self",), no_key=True).select_related("area").get(pk=meeting.pk)
    )


def beat(meeting_id: int) -> None:
    """One more version for the live pages; held to the end of the transaction, so that writers follow each other."""
    with connection.cursor() as cursor:
        cursor.execute(_BEAT, [meeting_id])


def next_number(meeting_id: int) -> int:
    """The number of the next question, without a gap: a transaction that fails gives it back."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_NUMBER, [meeting_id])
        (number,) = cursor.fetchone()
    return int(number)


def held(meeting: Meeting) -> Meeting:
    """The meeting with row and pulse locked, in this order: for whatever decides on questions."""
    meeting = locked(meeting)
    beat(meeting.pk)
    return meeting


def read(meeting_id: int) -> Meeting:
    """The meeting as it stands now. Ask while holding the pulse: then no phase changes behind what is added."""
    return Meeting.objects.select_related("area").get(pk=meeting_id)


def move(meeting: Meeting, command: str) -> Phase:
    """Move along the table of phases. Returns the phase the meeting came from."""
    came_from = Phase(meeting.phase)
    meeting.phase = target_of(command, came_from)
    return came_from


def sitting_of(meeting: Meeting) -> Sitting:
    """The sitting that is planned or running; the latest one once all are over."""
    sitting = meeting.sittings.order_by("-ordinal").first()
    if sitting is None:
        raise RuleBroken("这场报告会还没有公告。", code="meeting.no_sitting")
    return sitting


def heard_at(meeting: Meeting, estate: Estate) -> MeetingEstate:
    """The estate's place at this meeting."""
    heard = (
        MeetingEstate.objects.select_related("estate__area", "report__engagement__company")
        .filter(meeting=meeting, estate=estate)
        .first()
    )
    if heard is None:
        raise RuleBroken("请选这场报告会的小区。", code="meeting.other_estate", field="estate")
    return heard


def witness(
    meeting: Meeting,
    kind: str,
    *,
    by: Actor,
    now: datetime,
    public: Mapping[str, Any] | None = None,
    texts: Mapping[str, str] | None = None,
    private: Mapping[str, Any] | None = None,
    begins_stream: bool = False,
) -> Event:
    """Record the event that witnesses a change; the phase as it stood is always in it."""
    return record(
        kind=f"meetings.{kind}",
        stream=meeting.stream,
        by=by,
        now=now,
        public={"phase": str(meeting.phase), **(public or {})},
        texts={name: text for name, text in (texts or {}).items() if text},
        private=dict(private or {}),
        begins_stream=begins_stream,
    )
