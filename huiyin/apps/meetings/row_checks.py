"""Comparing meetings with their events: locked minutes, questions that vanished, and ratings that do not add up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.utils.translation import gettext as _

from huiyin.apps.audit.comparing import Difference
from huiyin.apps.audit.models import Event
from huiyin.apps.meetings.models import Meeting, Minutes, Question
from huiyin.apps.meetings.rating_sums import scores_of, turnout_of
from huiyin.apps.meetings.services.minutes import hash_of

TOLD = (
    "meetings.question_asked",
    "meetings.question_recorded",
    "meetings.minutes_locked",
    "meetings.minutes_redacted",
    "meetings.ratings_counted",
)


def differences(stream: str) -> Iterator[Difference]:
    """Of one meeting, or of all in the order of their keys."""
    meetings = Meeting.objects.order_by("pk")
    if stream:
        _, _, pk = stream.partition("meeting/")
        meetings = meetings.filter(pk=int(pk)) if pk.isdecimal() else meetings.none()
    for meeting in meetings.select_related("minutes"):
        events = list(Event.objects.filter(stream=meeting.stream, kind__in=TOLD).order_by("number"))
        by_kind: defaultdict[str, list[Event]] = defaultdict(list)
        for event in events:
            by_kind[event.kind.removeprefix("meetings.")].append(event)
        for number, what in (
            *_minutes_differ(meeting, by_kind["minutes_locked"], by_kind["minutes_redacted"]),
            *_questions_differ(meeting, by_kind["question_asked"], by_kind["question_recorded"]),
            *_ratings_differ(meeting, by_kind["ratings_counted"]),
        ):
            yield Difference(meeting.stream, number, what)


def _minutes_differ(
    meeting: Meeting, locked: list[Event], redacted: list[Event]
) -> Iterator[tuple[int, str]]:
    """The hash of the lock stays; of what a redaction left the last event says it."""
    minutes: Minutes | None = getattr(meeting, "minutes", None)
    if not locked:
        if minutes is not None and minutes.locked_at is not None:
            yield 1, _("没有锁定会议记录的记录")
        return
    event = locked[-1]
    if minutes is None or minutes.locked_at is None:
        yield event.number, _("锁定的会议记录不见了")
    elif minutes.sha256 != event.public.get("sha256") or minutes.redacted_sha256 != (
        redacted[-1].public.get("redacted_sha256") if redacted else ""
    ):
        yield event.number, _("会议记录的校验码")
    elif minutes.hash_of_content != hash_of(minutes.content):
        yield (redacted or locked)[-1].number, _("会议记录")


def _questions_differ(
    meeting: Meeting, asked: list[Event], recorded: list[Event]
) -> Iterator[tuple[int, str]]:
    rows = {
        number: (outcome, case or "")
        for number, outcome, case in Question.objects.filter(meeting=meeting).values_list(
            "number", "outcome", "case__number"
        )
    }
    for event in asked:
        if event.public["question"] not in rows:
            yield event.number, _("第 %(n)s 问不见了") % {"n": event.public["question"]}
    told = {event.public["question"]: event for event in recorded}
    for number, standing in sorted(rows.items()):
        said = told.get(number)
        if standing != ((said.public["outcome"], said.public["case"]) if said else ("", "")):
            yield (said.number if said else 1), _("第 %(n)s 问的去向") % {"n": number}


def _ratings_differ(meeting: Meeting, counted: list[Event]) -> Iterator[tuple[int, str]]:
    """Each household that rated gave one score to each question; what was told when the time was over stays so."""
    turnout, scores = turnout_of(meeting), scores_of(meeting)
    told = counted[-1] if counted else None
    at = told.number if told else 1
    if (told is None) != (meeting.ratings_counted_at is None):
        yield at, _("评议的统计")
    casts = {estate_id: sum(by_building.values()) for estate_id, by_building in turnout.items()}
    are_even = all(
        sum(counts) == casts.get(estate_id, 0)
        for estate_id, by_question in scores.items()
        for counts in by_question.values()
    )
    said = told.public["estates"] if told else {}
    heard = dict(meeting.estates.values_list("estate__code", "estate_id")) if said else {}
    if any(each["households"] != casts.get(heard.get(code), 0) for code, each in said.items()):
        yield at, _("评议的户数")
    if not are_even or any(
        "scores" in each and each["scores"] != scores.get(heard.get(code)) for code, each in said.items()
    ):
        yield at, _("评议的分数")
