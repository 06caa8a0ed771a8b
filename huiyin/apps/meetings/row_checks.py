"""Comparing meetings and forums with their events: phase, clock, outcome, minutes, questions, ratings, agendas."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from huiyin.apps.audit.comparing import Difference
from huiyin.apps.audit.models import Event
from huiyin.apps.meetings.minutes_content import content_of, correction_of
from huiyin.apps.meetings.models import FloorInterval, Forum, Meeting, Minutes, Question
from huiyin.apps.meetings.rating_sums import scores_of, turnout_of
from huiyin.apps.meetings.services.minutes import hash_of
from huiyin.domain.canonical import instant

OPENS = ("meetings.questions_opened", "meetings.questions_resumed", "meetings.questions_gone_on")
SHUTS = ("meetings.questions_paused", "meetings.questions_ended")
MOVES = (
    *OPENS,
    *SHUTS,
    "meetings.meeting_planned",
    "meetings.meeting_announced",
    "meetings.meeting_postponed",
    "meetings.meeting_cancelled",
    "meetings.reporting_opened",
    "meetings.sitting_added",
    "meetings.sitting_dropped",
    "meetings.meeting_closed",
    "meetings.minutes_locked",
)
"""The steps along the phases; each says the phase it led to."""
TOLD = (
    *MOVES,
    "meetings.outcome_measured_again",
    "meetings.question_asked",
    "meetings.question_recorded",
    "meetings.minutes_redacted",
    "meetings.ratings_counted",
)

STAND_STILL = {
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
            *_phase_differs(meeting, [each for each in events if each.kind in MOVES]),
            *_clock_differs(meeting, [each for each in events if each.kind in (*OPENS, *SHUTS)]),
            *_outcome_differs(meeting, [each for each in events if "outcome" in each.public]),
            *_minutes_differ(meeting, by_kind["minutes_locked"], by_kind["minutes_redacted"]),
            *_questions_differ(meeting, by_kind["question_asked"], by_kind["question_recorded"]),
            *_ratings_differ(meeting, by_kind["ratings_counted"]),
        ):
            yield Difference(meeting.stream, number, what)
    begun = Event.objects.filter(kind="meetings.meeting_planned", number=1)
    begun = begun.filter(stream=stream) if stream else begun
    known = {f"meeting/{pk}" for pk in Meeting.objects.values_list("pk", flat=True)}
    for name in begun.order_by("stream").values_list("stream", flat=True):
        if name not in known:
            yield Difference(name, 1, _("这场报告会不在了"))


def _phase_differs(meeting: Meeting, moves: list[Event]) -> Iterator[tuple[int, str]]:
    if not moves:
        yield 1, _("没有这场报告会的记录")
    elif moves[-1].public["phase"] != meeting.phase:
        yield moves[-1].number, _("阶段")


def _clock_differs(meeting: Meeting, steps: list[Event]) -> Iterator[tuple[int, str]]:
    """Each interval of the open floor as the events tell it: from an opening to the next step that shut it."""
    told: list[tuple[int, datetime, datetime | None]] = []
    for event in steps:
        at = (
            datetime.fromisoformat(event.public["shut_at"])
            if "shut_at" in event.public
            else event.occurred_at
        )
        if told and told[-1][2] is None:
            number, opened_at, _running = told.pop()
            told.append((number, opened_at, max(opened_at, at)))
        if event.kind in OPENS:
            told.append((event.number, event.occurred_at, None))
    rows = FloorInterval.objects.filter(sitting__meeting=meeting).order_by("opened_at", "id")
    shown = list(rows.values_list("opened_at", "closed_at"))
    for ordinal, (number, *interval) in enumerate(told):
        if ordinal >= len(shown) or tuple(interval) != shown[ordinal]:
            yield number, _("提问开放的第 %(n)s 段") % {"n": ordinal + 1}
            return
    if len(shown) > len(told):
        yield (
            (steps[-1].number if steps else 1),
            _("提问开放的时段多了 %(n)s 段") % {"n": len(shown) - len(told)},
        )


def _outcome_differs(meeting: Meeting, judged: list[Event]) -> Iterator[tuple[int, str]]:
    """What the meeting was found to be; the closing also says by how much time and how many households."""
    judged = [each for each in judged if each.kind != "meetings.question_recorded"]
    if not meeting.outcome or not judged:
        return
    if judged[-1].public["outcome"] != meeting.outcome:
        yield judged[-1].number, _("结论")
    for event in judged:
        if event.kind == "meetings.meeting_closed" and (meeting.open_seconds, meeting.household_count) != (
            event.public["open_seconds"],
            event.public["households"],
        ):
            yield event.number, _("提问时长或到场户数")


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
    left = redacted[-1].public.get("redacted_sha256") if redacted else ""
    if minutes is None or minutes.locked_at is None:
        yield event.number, _("锁定的会议记录不见了")
    elif (minutes.sha256, minutes.redacted_sha256) != (event.public.get("sha256"), left) or (
        minutes.hash_of_content != hash_of(minutes.content)
    ):
        yield (redacted or locked)[-1].number, _("会议记录")
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
    yield from _cases_differ(meeting, told)
    for number, standing in sorted(rows.items()):
        said = told.get(number)
        if standing != ((said.public["outcome"], said.public["case"]) if said else ("", "")):
            yield (said.number if said else 1), _("第 %(n)s 问的去向") % {"n": number}


def _cases_differ(meeting: Meeting, told: dict[int, Event]) -> Iterator[tuple[int, str]]:
    """The ledger names the question each case came from, whichever question a case was given to afterwards."""
    rows = Question.objects.filter(meeting=meeting, case__isnull=False).order_by("number")
    for pk, number, origin in rows.values_list("pk", "number", "case__origin_key"):
        if origin != f"meetings.question:{pk}":
            event = told.get(number)
            yield (event.number if event else 1), _("第 %(n)s 问和它的台账事项") % {"n": number}


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
    if any(each["households"] != casts.get(heard.get(code, 0), 0) for code, each in said.items()):
        yield at, _("评议的户数")
    if not are_even or any(
        "scores" in each and each["scores"] != scores.get(heard.get(code, 0)) for code, each in said.items()
    ):
        yield at, _("评议的分数")


def forum_differences(stream: str) -> Iterator[Difference]:
    """Of one forum, or of all in the order of their keys; then forums that were removed."""
    forums = Forum.objects.order_by("pk")
    told = Event.objects.filter(stream__startswith="forum/", kind__startswith="meetings.")
    if stream:
        pk = stream.partition("forum/")[2]
        forums = forums.filter(pk=int(pk)) if pk.isdecimal() else forums.none()
        told = told.filter(stream=stream)
    by_stream: defaultdict[str, list[Event]] = defaultdict(list)
    for event in told.select_related("secret").order_by("stream", "number"):
        by_stream[event.stream].append(event)
    for forum in forums.prefetch_related("items", "matters__case"):
        for number, what in _forum_differs(forum, by_stream.pop(forum.stream, [])):
            yield Difference(forum.stream, number, what)
    for name in by_stream:
        yield Difference(name, 1, _("这次座谈会不在了"))


def _forum_differs(forum: Forum, events: list[Event]) -> Iterator[tuple[int, str]]:
    if not events:
        yield 0, _("没有这次座谈会的记录")
        return
    last = events[-1].number
    by_kind: defaultdict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_kind[event.kind.removeprefix("meetings.forum_").removeprefix("meetings.")].append(event)
    fell_due = by_kind["fell_due"][0].public
    if (forum.quarter.isoformat(), forum.due_on.isoformat()) != (fell_due["quarter"], fell_due["due_on"]):
        yield 1, _("座谈会的季度或期限")
    yield from _plan_differs(forum, by_kind["planned"], last)
    added: Counter[str] = Counter()
    for event in by_kind["agenda_extended"]:
        added.update(event.public["added"])
    if Counter(item.kind for item in forum.items.all()) != added:
        yield last, _("座谈会的议程")
    stated = {event.public["item"]: event for event in by_kind["item_stated"]}
    for item in forum.items.all():
        said = stated.pop(item.pk, None)
        if bool(item.statement) != (said is not None) or (
            said is not None and _says_otherwise(said, "statement", item.statement)
        ):
            yield said.number if said else last, _("座谈会上的一项说明")
    for event in stated.values():
        yield event.number, _("座谈会上的一项说明不见了")
    brought = Counter(event.public["case"] for event in by_kind["matter_brought"])
    if Counter(matter.case.number for matter in forum.matters.all()) != brought:
        yield last, _("座谈会上新提的事项")
    yield from _closing_differs(forum, by_kind["closed"], last)


def _plan_differs(forum: Forum, planned: list[Event], last: int) -> Iterator[tuple[int, str]]:
    event = planned[-1] if planned else None
    told = event.public["planned_at"] if event else None
    shown = instant(forum.planned_at) if forum.planned_at else None
    if told != shown or (event is not None and _says_otherwise(event, "venue", forum.venue)):
        yield event.number if event else last, _("座谈会的时间或地点")


def _closing_differs(forum: Forum, closed: list[Event], last: int) -> Iterator[tuple[int, str]]:
    event = closed[-1] if closed else None
    told = (event.public["held_on"], event.public["attendees"]) if event else None
    held_on = forum.held_on.isoformat() if forum.held_on else ""
    shown = (held_on, forum.attendee_count) if forum.closed_at else None
    if told != shown or (event is not None and _says_otherwise(event, "summary", forum.summary)):
        yield event.number if event else last, _("座谈会的结束")


def _says_otherwise(event: Event, name: str, words: str) -> bool:
    """Whether the event still holds these words, and they are others."""
    secret = getattr(event, "secret", None)
    return secret is not None and secret.texts.get(name, words) != words
