"""What is redacted in the ledger goes from meetings too: from questions, minutes, forums, and from the events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q

from huiyin.apps.audit.models import EventSecret
from huiyin.apps.audit.services import erase_parts
from huiyin.apps.ledger.models import Case
from huiyin.apps.meetings.models import ForumItem, Meeting, Minutes, Question
from huiyin.apps.meetings.services.minutes import hash_of
from huiyin.apps.meetings.services.steps import held, witness
from huiyin.domain.access import SYSTEM, Actor
from huiyin.domain.canonical import JSON
from huiyin.web.now import now as clock

LONGEST_TITLE = 120
COPIED = {"text": None, "building": 40, "nickname": 20, "spoken_answer": None, "rejected_reason": 300}
"""Columns of a question that its case repeats, and how much they hold."""
IN_MINUTES = ("text", "building", "answer", "rejected_reason")
"""What minutes_content.py calls them."""


def replace_in_agendas(case: Case, old: str, new: str) -> None:
    """The title of a case or of one of its milestones, on every agenda; in the transaction of the redaction."""
    repeated = ForumItem.objects.filter(Q(case=case) | Q(milestone__case=case), title=old[:LONGEST_TITLE])
    repeated.update(title=new[:LONGEST_TITLE])


def replace_at_meetings(case: Case, old: str, new: str) -> None:
    """In the transaction of the redaction, whose event in the history of the case says who did it and why."""
    now = clock()
    question = Question.objects.filter(case=case).first()
    with_minutes = _meetings_telling(case, question)
    told_at = {*with_minutes, *([question.meeting_id] if question else [])}
    # First, and like everybody else meeting before pulse: who locks the minutes at this moment is waited for.
    meetings = {pk: held(Meeting(pk=pk)) for pk in sorted(told_at)}
    if question is not None:
        question.refresh_from_db()
        _replace_in_question(question, old, new, now)
    for meeting_id in with_minutes:
        _replace_in_minutes(meetings[meeting_id], case, old, new, now)


def _replace_in_question(question: Question, old: str, new: str, now: datetime) -> None:
    changed = [name for name in COPIED if getattr(question, name) == old]
    for name in changed:
        setattr(question, name, new[: COPIED[name]])
    if not changed:
        return
    question.save(update_fields=changed)
    told = EventSecret.objects.filter(
        event__stream=f"meeting/{question.meeting_id}", event__public__question=question.number
    )
    parts = {
        secret.event_id: [f"text.{name}" for name, text in secret.texts.items() if text == old]
        for secret in told
    }
    erase_parts(parts, by=SYSTEM, now=now, reason="text_redacted")


def _meetings_telling(case: Case, question: Question | None) -> list[int]:
    """Meetings with minutes, where the case was a question or was raised as a difficulty.

    They are closed: nobody who holds them waits for a case.
    """
    told = Q(meeting__difficulties__case=case)
    if question is not None:
        told |= Q(meeting=question.meeting_id)
    return sorted(set(Minutes.objects.filter(told).values_list("meeting_id", flat=True)))


def _replace_in_minutes(meeting: Meeting, case: Case, old: str, new: str, now: datetime) -> None:
    """Also where they are locked: then an event sets the hash of what is left beside that of the lock."""
    minutes = Minutes.objects.select_for_update(no_key=True).get(meeting=meeting)
    found = list(_lines_with(minutes.content, case.number, old))
    if not found:
        return
    for line, name in found:
        line[name] = new
    keep_redacted(meeting, minutes, by=SYSTEM, now=now, because={"case": case.number})


def keep_redacted(
    meeting: Meeting, minutes: Minutes, *, by: Actor, now: datetime, because: dict[str, JSON]
) -> None:
    """Save minutes whose content has new words; `because` names the case or the report that was redacted."""
    if minutes.locked_at is not None:
        minutes.redacted_at, minutes.redacted_sha256 = now, hash_of(minutes.content)
        hashes = {"sha256": minutes.sha256, "redacted_sha256": minutes.redacted_sha256}
        witness(meeting, "minutes_redacted", by=by, now=now, public={**because, **hashes})
    minutes.save(update_fields=["content", "redacted_at", "redacted_sha256"])


def _lines_with(content: dict[str, Any], number: str, words: str) -> Iterator[tuple[dict[str, Any], str]]:
    """(line, name) of what the minutes say in these words of this case."""
    for lines, names in ((content["questions"], IN_MINUTES), (content["difficulties"], ("title",))):
        for line in lines:
            if line["case"] == number:
                yield from ((line, name) for name in names if line[name] == words)
