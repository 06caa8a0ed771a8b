"""What the meetings keep about a person, and how long the names on the attendance lists stay (domain.md §9)."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db.models import Q

from huiyin.apps.audit.models import Event
from huiyin.apps.audit.services import erase_parts
from huiyin.apps.meetings import limits
from huiyin.apps.meetings.models import (
    CheckIn,
    CheckInPrivate,
    Meeting,
    MinutesCorrection,
    Question,
    QuestionPrivate,
    Support,
)
from huiyin.apps.meetings.services.letters import remove_old_letters
from huiyin.apps.meetings.services.steps import beat
from huiyin.apps.people.models import Person
from huiyin.apps.people.personal_data import Json, Section
from huiyin.apps.people.retention import Rule
from huiyin.domain.access import SYSTEM, Actor

BATCH = 200


def export_meetings(person: Person) -> Json:
    """Every meeting the person came to, asked at or supported a question at, and what of its minutes to correct."""
    questions = Question.objects.filter(private__person=person).select_related("private", "meeting", "case")
    came = CheckIn.objects.filter(person=person).select_related("sitting__meeting", "private")
    supports = Support.objects.filter(person=person).select_related("question__meeting")
    corrections = MinutesCorrection.objects.filter(check_in__person=person)
    return {
        "questions": [
            {
                "meeting": each.meeting.title,
                "number": each.number,
                "asked_at": each.asked_at.isoformat(),
                "text": each.text,
                "text_as_written": each.private.text or each.text,
                "building": each.building,
                "nickname": each.nickname,
                "status": each.status,
                "hidden_reason": each.hidden_reason,
                "rejected_reason": each.rejected_reason,
                "case": each.case.number if each.case else None,
            }
            for each in questions.order_by("asked_at")
        ],
        "check_ins": [
            {
                "meeting": each.sitting.meeting.title,
                "came_at": each.came_at.isoformat(),
                "left_at": each.left_at.isoformat() if each.left_at else None,
                "building": each.building,
                "room": private.room if (private := getattr(each, "private", None)) else "",
            }
            for each in came.order_by("came_at")
        ],
        "supports": [
            {
                "meeting": each.question.meeting.title,
                "number": each.question.number,
                "at": each.supported_at.isoformat(),
            }
            for each in supports.order_by("supported_at")
        ],
        "corrections": [
            {
                "meeting": each.minutes.meeting.title,
                "number": each.question_number,
                "at": each.proposed_at.isoformat(),
                "text": each.text,
                "state": each.state,
                "reason": each.reason,
            }
            for each in corrections.select_related("minutes__meeting").order_by("proposed_at")
        ],
    }


def erase_meetings(person: Person, by: Actor, now: datetime) -> int:
    """Forget who asked, came and supported; the masked question stays as a matter of the estate, the counts stay."""
    questions = list(
        Question.objects.filter(private__person=person).values_list("pk", "meeting_id", "number")
    )
    for meeting_id in sorted({meeting_id for _, meeting_id, _ in questions}):
        beat(meeting_id)  # a running meeting shows the nickname (ADR 0014)
    Question.objects.filter(pk__in=[pk for pk, _, _ in questions]).update(nickname="")
    touched = QuestionPrivate.objects.filter(person=person).update(
        person=None, household=None, check_in=None, text="", name="", phone=""
    )
    parts: dict[int, tuple[str, ...]] = {}
    for _, meeting_id, number in questions:
        asked = Event.objects.filter(
            stream=f"meeting/{meeting_id}", kind="meetings.question_asked", public__question=number
        )
        parts |= dict.fromkeys(asked.values_list("pk", flat=True), ("private", "text.nickname"))
    came = list(CheckIn.objects.filter(person=person).select_related("sitting"))
    for row in came:
        row.home_key = _unlinked(row)
        row.person, row.household, row.nonce_hash = None, None, None
        row.save(update_fields=["home_key", "person", "household", "nonce_hash"])
    CheckInPrivate.objects.filter(check_in__in=came).delete()
    erase_parts(parts, by=SYSTEM, now=now, reason="person_erased")
    touched += Support.objects.filter(person=person).update(person=None, household=None)
    Meeting.objects.filter(deputy=person).update(deputy=None)
    return touched + len(came)


def _unlinked(row: CheckIn) -> str:
    """A mark that still counts this household once and leads to no door; none where others of it came too."""
    if not row.home_key:
        return ""
    others = CheckIn.objects.filter(sitting__meeting_id=row.sitting.meeting_id, home_key=row.home_key)
    return "" if others.exclude(pk=row.pk).exists() else secrets.token_hex(32)


def remove_old_lists(now: datetime) -> int:
    """Names and rooms on the lists, and contacts in the events, some time after a meeting is over (policy).

    Over is also what nobody closed, from its last end or its planned day: names are not kept because work was left.
    """
    before = now - timedelta(days=limits.policy(now).minutes.keep_lists_days)
    is_ended = Q(ended_at=None) | Q(ended_at__lt=before)
    is_left = Q(closed_at=None, planned_at__lt=before) & is_ended
    over = Meeting.objects.filter(Q(closed_at__lt=before) | is_left)
    lists = CheckInPrivate.objects.filter(check_in__sitting__meeting__in=over)
    ids = list(lists.values_list("pk", flat=True)[:BATCH])
    CheckInPrivate.objects.filter(pk__in=ids).delete()
    streams = [f"meeting/{pk}" for pk in over.values_list("pk", flat=True)]
    asked = Event.objects.filter(stream__in=streams, kind="meetings.question_asked")
    kept = asked.exclude(secret__private={}).order_by("pk")
    parts = dict.fromkeys(kept.values_list("pk", flat=True)[:BATCH], ("private",))
    erase_parts(parts, by=SYSTEM, now=now, reason="retention")
    return len(ids) + len(parts)


SECTION = Section("meetings", "报告会上的提问和签到", export_meetings, erase_meetings)
LETTERS = Rule("meetings.letters", "印好的评议信文件", 7, remove_old_letters, source="本区规定")
RETENTION = Rule(
    "meetings.lists", "报告会签到名单上的姓名和房号", 90, remove_old_lists, source="domain.md §9；本区规定"
)
