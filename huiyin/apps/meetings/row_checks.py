"""Comparing meetings with their events: locked minutes, what pages show beside them, questions and ratings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from huiyin.apps.audit.comparing import Difference
from huiyin.apps.audit.models import Event
from huiyin.apps.meetings.minutes_content import content_of, correction_of
from huiyin.apps.meetings.models import Meeting, Minutes, Question, RatingCast, RatingTally
from huiyin.apps.meetings.services.minutes import hash_of

TOLD = (
    "meetings.question_asked",
    "meetings.question_recorded",
    "meetings.minutes_locked",
    "meetings.household_rated",
)

STAND_STILL = {
    "clock": "提问时钟",
    "sittings": "开会的时间和地点",
    "questions": "提问",
    "notes": "监督意见",
    "results": "协商成果",
    "corrections": "更正",
}
"""What pages and the certificate read from rows of their own, which a lock is to hold as well."""


def differences(stream: str) -> Iterator[Difference]:
    """Of one meeting, or of all in the order of their keys."""
    meetings = Meeting.objects.order_by("pk")
    if stream:
        pk = stream.partition("meeting/")[2]
        meetings = meetings.filter(pk=int(pk)) if pk.isdecimal() else meetings.none()
    for meeting in meetings.select_related("minutes", "area"):
        events = list(Event.objects.filter(stream=meeting.stream, kind__in=TOLD).order_by("number"))
        by_kind: defaultdict[str, list[Event]] = defaultdict(list)
        for event in events:
            by_kind[event.kind.removeprefix("meetings.")].append(event)
        for number, what in (
            *_minutes_differ(meeting, by_kind["minutes_locked"]),
            *_questions_differ(meeting, by_kind["question_asked"], by_kind["question_recorded"]),
            *_ratings_differ(meeting, by_kind["household_rated"]),
        ):
            yield Difference(meeting.stream, number, what)
    begun = Event.objects.filter(kind="meetings.meeting_planned", number=1)
    begun = begun.filter(stream=stream) if stream else begun
    known = {f"meeting/{pk}" for pk in Meeting.objects.values_list("pk", flat=True)}
    for name in begun.order_by("stream").values_list("stream", flat=True):
        if name not in known:
            yield Difference(name, 1, _("这场报告会不在了"))


def _minutes_differ(meeting: Meeting, locked: list[Event]) -> Iterator[tuple[int, str]]:
    minutes: Minutes | None = getattr(meeting, "minutes", None)
    if not locked:
        if minutes is not None and minutes.locked_at is not None:
            yield 1, _("没有锁定会议记录的记录")
        return
    event = locked[-1]
    if minutes is None or minutes.locked_at is None:
        yield event.number, _("锁定的会议记录不见了")
    elif not minutes.sha256 == event.public.get("sha256") == hash_of(minutes.content):
        yield event.number, _("会议记录")
    else:
        yield from ((event.number, what) for what in _changed_since(meeting, minutes))


def _changed_since(meeting: Meeting, minutes: Minutes) -> Iterator[str]:
    """What the rows would say in minutes of today: the certificate and the pages are drawn from them."""
    rows = content_of(meeting) | {"corrections": [correction_of(each) for each in minutes.corrections.all()]}
    for name, label in STAND_STILL.items():
        if rows[name] != minutes.content[name]:
            yield _("锁定以后改过的%(what)s") % {"what": _(label)}


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


def _ratings_differ(meeting: Meeting, rated: list[Event]) -> Iterator[tuple[int, str]]:
    """Each household that rated gave one score to each question: the sums must say the same."""
    casts = dict(
        RatingCast.objects.filter(meeting=meeting)
        .order_by()
        .values_list("household__estate__code")
        .annotate(Count("pk"))
    )
    told: defaultdict[str, int] = defaultdict(int)
    for event in rated:
        told[str(event.public["estate"])] += 1
    last = rated[-1].number if rated else 1
    if casts != dict(told):
        yield last, _("评议的户数")
    sums = (
        RatingTally.objects.filter(meeting=meeting)
        .order_by()
        .values_list("estate__code", "question")
        .annotate(total=Sum("count"))
    )
    if any(total != casts.get(estate, 0) for estate, _question, total in sums):
        yield last, _("评议的分数")
