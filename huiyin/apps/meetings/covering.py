"""What is covered in a report goes from the meetings that heard it and from the agendas that name its promises.

A meeting is where a report is quoted: in questions, answers, notes, results, corrections, and so in the minutes. What
became a case is covered in the ledger, whose history says so; locked minutes keep the hash of the lock beside the new.
The secretary covers there as well what only the meeting or the forum said, such as a name in a correction.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model, Q, QuerySet

from huiyin.apps.audit.models import EventSecret
from huiyin.apps.audit.services import erase_words, record
from huiyin.apps.ledger.models import Case
from huiyin.apps.meetings.models import (
    AgendaItem,
    ConsultationResult,
    Forum,
    ForumItem,
    Meeting,
    Minutes,
    MinutesCorrection,
    Question,
    RaisedDifficulty,
    Sitting,
    SupervisionNote,
)
from huiyin.apps.meetings.permissions import check_decide, check_hold_forum
from huiyin.apps.meetings.redaction import keep_redacted
from huiyin.apps.meetings.services.steps import held, witness
from huiyin.apps.reports.covered_words import COVERED, Changed, Covering, Texts, cover_rows, save_rows
from huiyin.apps.reports.models import Report
from huiyin.apps.reports.promises import promises_told_in
from huiyin.apps.reports.services.wording import covering_of
from huiyin.domain.access import Actor
from huiyin.domain.canonical import JSON
from huiyin.domain.errors import RuleBroken
from huiyin.web.now import now as clock

TEXTS: Texts = {
    Meeting: (
        "venue_reason",
        "deputy_reason",
        "notice_short_reason",
        "public_reason",
        "outcome_reason",
        "no_sitting_reason",
    ),
    Sitting: ("deputy_reason",),
    AgendaItem: ("title",),
    Question: ("text", "building", "spoken_answer", "hidden_reason", "rejected_note", "rejected_reason"),
    SupervisionNote: ("text",),
    ConsultationResult: ("text", "owner"),
    MinutesCorrection: ("text", "reason"),
    Forum: ("summary",),
    ForumItem: ("title", "statement"),
}
"""The free texts of each row; who chaired, reported and came is said by their offices and stays."""
IN_MINUTES: dict[str, tuple[str, ...]] = {
    "questions": ("text", "building", "answer", "hidden_reason", "rejected_reason"),
    "difficulties": ("title",),
    "notes": ("text",),
    "results": ("text", "owner"),
    "corrections": ("text", "reason"),
    "sittings": ("deputy_reason",),
}
"""The same texts as minutes_content.py calls them, line by line."""
OF_THE_MEETING = (
    "venue_reason",
    "deputy_reason",
    "notice_short_reason",
    "outcome_reason",
    "no_sitting_reason",
)


def cover_where_heard(report: Report, covering: Covering) -> None:
    """Cases first, then each meeting, then the forums: in the order in which they are locked elsewhere."""
    meetings = list(Meeting.objects.filter(estates__report=report).order_by("pk"))
    for case in _cases_of(meetings, covering.words):
        covering.over_case(case)
    for meeting in meetings:
        _cover_meeting(held(meeting), covering, because={"report": report.pk})
    named = ForumItem.objects.filter(commitment__in=promises_told_in(report))
    for forum in Forum.objects.filter(pk__in=named.values("forum")).order_by("pk"):
        _cover_forum(forum, named, covering)


@transaction.atomic
def cover_at_meeting(
    meeting: Meeting,
    *,
    words: str,
    reason: str,
    by: Actor,
    replacement: str = COVERED,
    now: datetime | None = None,
) -> Meeting:
    """The secretary covers words wherever this meeting says them, in its cases and locked minutes as well.

    Raises NotPermitted and RuleBroken.
    """
    signed = check_decide(by, meeting)
    covering = covering_of(words, replacement, reason, by=signed, now=now or clock())
    in_cases = [covering.over_case(case) for case in _cases_of([meeting], covering.words)]
    meeting = held(meeting)
    is_found = _cover_meeting(meeting, covering, because={"words": "covered"})
    if not (is_found or any(in_cases)):
        raise _not_found()
    witness(meeting, "words_covered", by=covering.by, now=covering.now, texts={"reason": covering.reason})
    return meeting


@transaction.atomic
def cover_at_forum(
    forum: Forum,
    *,
    words: str,
    reason: str,
    by: Actor,
    replacement: str = COVERED,
    now: datetime | None = None,
) -> Forum:
    """The same in the statements, the titles and the summary of a forum, also one that is closed."""
    signed = check_hold_forum(by, forum)
    covering = covering_of(words, replacement, reason, by=signed, now=now or clock())
    if not _cover_forum(forum, forum.items.all(), covering):
        raise _not_found()
    record(
        kind="meetings.words_covered",
        stream=forum.stream,
        by=covering.by,
        now=covering.now,
        public={},
        texts={"reason": covering.reason},
    )
    return forum


def coverings_of(stream: str) -> list[tuple[datetime, str]]:
    """When words of this meeting or forum were covered, and why: public. One query."""
    told = EventSecret.objects.filter(event__stream=stream, event__kind="meetings.words_covered")
    rows = told.order_by("event__number").values_list("event__occurred_at", "texts")
    return [(at, texts.get("reason", "")) for at, texts in rows]


def _cases_of(meetings: list[Meeting], words: str) -> list[Case]:
    """What came of questions that say the words, and difficulties that do."""
    said = Q(*((f"{name}__contains", words) for name in TEXTS[Question]), _connector=Q.OR)
    asked = Question.objects.filter(said, meeting__in=meetings)
    raised = RaisedDifficulty.objects.filter(meeting__in=meetings, case__title__contains=words)
    cases = Case.objects.filter(Q(pk__in=asked.values("case")) | Q(pk__in=raised.values("case")))
    return list(cases.order_by("pk"))


def _cover_meeting(meeting: Meeting, covering: Covering, *, because: dict[str, JSON]) -> bool:
    """Rows, events and minutes of a meeting that is held; whether any of them said the words."""
    changed: Changed = {}
    cover_rows(_rows_of(meeting), TEXTS, covering, changed)
    save_rows(changed)
    erase_words([meeting.stream], covering.words, by=covering.by, now=covering.now)
    minutes = Minutes.objects.select_for_update(no_key=True).filter(meeting=meeting).first()
    is_in_minutes = minutes is not None and _cover_content(minutes.content, covering)
    if minutes is not None and is_in_minutes:
        keep_redacted(meeting, minutes, by=covering.by, now=covering.now, because=because)
    return bool(changed) or is_in_minutes


def _rows_of(meeting: Meeting) -> Iterator[Model]:
    yield meeting
    yield from meeting.sittings.all()
    yield from meeting.agenda.all()
    yield from Question.objects.filter(meeting=meeting).order_by("number")
    yield from meeting.supervision_notes.all()
    yield from meeting.results.all()
    yield from MinutesCorrection.objects.filter(minutes__meeting=meeting)


def _cover_content(content: dict[str, Any], covering: Covering) -> bool:
    """In the minutes as they are kept; whether they said the words."""
    lines = [(line, names) for part, names in IN_MINUTES.items() for line in content.get(part, ())]
    found = False
    for line, names in (*lines, (content["meeting"], OF_THE_MEETING)):
        for name in names:
            if covering.words in line[name]:
                line[name], found = covering.over(line[name]), True
    agenda = [covering.over(title) for title in content["agenda"]]
    if agenda != content["agenda"]:
        content["agenda"], found = agenda, True
    return found


def _cover_forum(forum: Forum, named: QuerySet[ForumItem], covering: Covering) -> bool:
    """These lines with what was said on them, and the summary; whether any of them said the words."""
    forum = Forum.objects.select_for_update(of=("self",), no_key=True).get(pk=forum.pk)
    changed: Changed = {}
    cover_rows((forum, *named.filter(forum=forum)), TEXTS, covering, changed)
    save_rows(changed)
    if changed:
        erase_words([forum.stream], covering.words, by=covering.by, now=covering.now)
    return bool(changed)


def _not_found() -> RuleBroken:
    return RuleBroken("没有找到这些字，请照页面上的写法填。", code="redact.not_found", field="words")
