"""The meeting as it runs: the report, the floor and its certified clock, the end, and a further sitting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from huiyin.apps.meetings import limits
from huiyin.apps.meetings.clock import goes_on_until, intervals_of
from huiyin.apps.meetings.models import FloorInterval, Meeting, MeetingEstate, Sitting, SittingReporter
from huiyin.apps.meetings.permissions import check_decide, check_run, signing
from huiyin.apps.meetings.services.notices import notice_for
from huiyin.apps.meetings.services.outcome import forget_outcome, put_outcome
from huiyin.apps.meetings.services.steps import beat, held, locked, move, sitting_of, witness
from huiyin.apps.people.selectors import secretary_of
from huiyin.apps.reports.services import lifecycle
from huiyin.domain.access import SYSTEM, Actor
from huiyin.domain.canonical import instant
from huiyin.domain.errors import RuleBroken
from huiyin.domain.meeting_rules import MeetingOutcome
from huiyin.domain.question_clock import open_time
from huiyin.domain.report_workflow import ReportStatus
from huiyin.language.masking import mask
from huiyin.web.now import now as clock


@dataclass(frozen=True)
class Absence:
    """The project manager does not report in person: who does instead, and why, in public."""

    label: str
    reason_code: str
    note: str = ""


@transaction.atomic
def open_reporting(
    meeting: Meeting,
    *,
    by: Actor,
    absences: Mapping[int, Absence] | None = None,
    now: datetime | None = None,
) -> Meeting:
    """announced → reporting, on the day. The project manager reports in person, or a named deputy with a reason.

    `absences` by estate id.
    """
    now = now or clock()
    meeting = locked(meeting)
    check_run(by, meeting)
    move(meeting, "open_reporting")
    if limits.day_of(now) < limits.day_of(meeting.planned_at):
        raise RuleBroken("还没到公告的日子，不能提前开始。", code="meeting.too_early")
    if limits.day_of(now) > limits.day_of(meeting.planned_at):
        raise RuleBroken(
            "公告的日子已经过了。请先延期，定下新的时间，再公告一次。", code="meeting.day_is_over"
        )
    sitting = sitting_of(meeting)
    if meeting.deputy_id is None and not meeting.deputy_reason:
        chair = secretary_of(meeting.area, limits.day_of(now))
        meeting.chair_label = chair.label[:80] if chair else meeting.chair_label
    meeting.save(update_fields=["phase", "chair_label"])
    sitting.opened_at = now
    sitting.chair_label, sitting.deputy_reason = meeting.chair_label, meeting.deputy_reason
    sitting.save(update_fields=["opened_at", "chair_label", "deputy_reason"])
    texts: dict[str, str] = {"chair": meeting.chair_label}
    deputies = []
    for heard in meeting.estates.select_related("estate", "report__engagement").order_by("estate_id"):
        _put_reporter(heard, (absences or {}).get(heard.estate_id), now)
        texts[f"reporter_{heard.estate_id}"] = heard.reporter_label
        SittingReporter.objects.create(
            sitting=sitting, estate=heard.estate, label=heard.reporter_label, reason=heard.reporter_reason
        )
        if heard.report is not None and heard.report.status == ReportStatus.ANNOUNCED:
            lifecycle.begin_presenting(heard.report, by=SYSTEM, now=now)
        if heard.is_reporter_deputy:
            deputies.append(heard.estate.code)
            texts[f"reporter_reason_{heard.estate_id}"] = heard.reporter_reason
    beat(meeting.pk)
    witness(
        meeting,
        "reporting_opened",
        by=signing(by, meeting),
        now=now,
        public={"sitting": sitting.ordinal, "reported_by_deputy": deputies},
        texts=texts,
    )
    return meeting


def _put_reporter(heard: MeetingEstate, absence: Absence | None, now: datetime) -> None:
    if absence is None:
        name = heard.report.engagement.manager_name if heard.report else ""
        heard.reporter_label, heard.is_reporter_deputy, heard.reporter_reason = (
            f"项目负责人 {name}".strip(),
            False,
            "",
        )
    else:
        if not absence.label.strip():
            raise RuleBroken("请写明由谁代为报告。", code="reporter.no_name", field="label")
        heard.reporter_label, heard.is_reporter_deputy = mask(absence.label.strip())[:80], True
        heard.reporter_reason = limits.public_reason("deputy", absence.reason_code, absence.note, now)[:200]
    heard.save(update_fields=["reporter_label", "is_reporter_deputy", "reporter_reason"])


@transaction.atomic
def open_questions(meeting: Meeting, *, by: Actor, now: datetime | None = None) -> Meeting:
    """reporting → questions: the floor is open, the clock runs, silence counts too."""
    return _open_floor(meeting, "open_questions", "questions_opened", by=by, now=now or clock())


@transaction.atomic
def resume(meeting: Meeting, *, by: Actor, now: datetime | None = None) -> Meeting:
    """paused → questions: the clock goes on."""
    return _open_floor(meeting, "resume", "questions_resumed", by=by, now=now or clock())


def _open_floor(meeting: Meeting, command: str, kind: str, *, by: Actor, now: datetime) -> Meeting:
    meeting = locked(meeting)
    check_run(by, meeting)
    move(meeting, command)
    sitting = sitting_of(meeting)
    _close_floor(sitting, now)
    FloorInterval.objects.create(sitting=sitting, opened_at=now)
    meeting.save(update_fields=["phase"])
    beat(meeting.pk)
    _witness_clock(meeting, kind, by=by, now=now)
    return meeting


@transaction.atomic
def pause(
    meeting: Meeting, *, by: Actor, since: datetime | None = None, now: datetime | None = None
) -> Meeting:
    """questions → paused: the clock stands.

    `since` says that the floor was shut earlier than anybody could press the button (power cut, dead network): it
    only ever shortens the clock.
    """
    now = now or clock()
    meeting = locked(meeting)
    check_run(by, meeting)
    move(meeting, "pause")
    shut_at = min(since or now, now)
    sitting = sitting_of(meeting)
    running = sitting.intervals.filter(closed_at=None).first()
    if running is not None and shut_at < running.opened_at:
        raise RuleBroken("不能早于这一段提问开始的时间。", code="pause.before_it_opened", field="since")
    _close_floor(sitting, shut_at)
    meeting.save(update_fields=["phase"])
    beat(meeting.pk)
    _witness_clock(meeting, "questions_paused", by=by, now=now, shut_at=shut_at)
    return meeting


@transaction.atomic
def end_questions(meeting: Meeting, *, by: Actor, reason: str = "", now: datetime | None = None) -> Meeting:
    """questions or paused → closed. What falls short of the policy is said with its reason, in public."""
    now = now or clock()
    meeting = held(meeting)  # first: a check-in that is just being written is waited for, and counted
    check_run(by, meeting)
    move(meeting, "end_questions")
    sitting = sitting_of(meeting)
    _close_floor(sitting, now)
    sitting.ended_at = now
    sitting.save(update_fields=["ended_at"])
    meeting.ended_at = now
    meeting.current_question = meeting.current_since = None
    _put_outcome(meeting, reason, now)
    meeting.save()
    _witness_clock(
        meeting,
        "questions_ended",
        by=by,
        now=now,
        outcome=str(meeting.outcome),
        households=meeting.household_count,
        texts={"reason": meeting.outcome_reason},
    )
    return meeting


@transaction.atomic
def go_on(meeting: Meeting, *, by: Actor, now: datetime | None = None) -> Meeting:
    """closed → questions: the end was pressed by mistake, or somebody still wants to ask.

    Only for some minutes (policy) and at the same sitting. What was found at the end is forgotten, the event of it
    stays; the floor opens a new interval, so the time in between is not on the clock.
    """
    now = now or clock()
    meeting = held(meeting)
    check_run(by, meeting)
    until = goes_on_until(meeting, now)
    move(meeting, "go_on")
    if until is None:
        raise RuleBroken(
            "结束提问后 %(minutes)s 分钟内才能续开。要接着问，请再开一次。",
            code="go_on.too_late",
            minutes=limits.policy_of(meeting).floor.go_on_within_minutes,
        )
    sitting = sitting_of(meeting)
    sitting.ended_at = None
    sitting.save(update_fields=["ended_at"])
    FloorInterval.objects.create(sitting=sitting, opened_at=now)
    forget_outcome(meeting)
    meeting.save()
    _witness_clock(meeting, "questions_gone_on", by=by, now=now)
    return meeting


@transaction.atomic
def add_sitting(
    meeting: Meeting,
    *,
    by: Actor,
    planned_at: datetime,
    venue: str,
    short_notice_reason: str = "",
    now: datetime | None = None,
) -> Meeting:
    """closed → announced: the same meeting comes together once more, the clock continues.

    With this its notice is given: fewer days than the policy asks for need a public reason, as for the first sitting.
    """
    now = now or clock()
    meeting = locked(meeting)
    by = check_decide(by, meeting)
    move(meeting, "add_sitting")
    if planned_at <= now:
        raise RuleBroken("开始时间要晚于现在。", code="meeting.in_the_past", field="planned_at")
    meeting.venue = limits.own_words(venue, field="venue", sentence="请写开会的地点。")[:120]
    meeting.planned_at = planned_at
    notice = notice_for(
        planned_at,
        short_reason=short_notice_reason,
        wanted_days=limits.policy_of(meeting).notice.days,
        now=now,
    )
    forget_outcome(meeting)
    meeting.save()
    sitting = Sitting(
        meeting=meeting,
        ordinal=meeting.sittings.count() + 1,
        planned_at=planned_at,
        venue=meeting.venue,
    )
    notice.put_on(sitting)
    sitting.save(force_insert=True)
    beat(meeting.pk)
    witness(
        meeting,
        "sitting_added",
        by=by,
        now=now,
        public={
            "sitting": sitting.ordinal,
            "planned_at": instant(planned_at),
            "notice_days": notice.days,
        },
        texts={"venue": meeting.venue, "short_notice_reason": notice.short_reason},
    )
    return meeting


@transaction.atomic
def drop_sitting(meeting: Meeting, *, by: Actor, reason: str, now: datetime | None = None) -> Meeting:
    """announced → closed: the further sitting does not take place; the meeting stands as it stood.

    It ended when the sitting before ended: a sitting that is planned and dropped moves no day.
    """
    now = now or clock()
    meeting = held(meeting)
    by = check_decide(by, meeting)
    sitting = sitting_of(meeting)
    if sitting.ordinal == 1:
        raise RuleBroken("这场报告会还没有开过。不开的话，请延期或取消。", code="sitting.first")
    move(meeting, "drop_sitting")
    sitting.ended_at = now
    sitting.save(update_fields=["ended_at"])
    took_place = meeting.sittings.filter(opened_at__isnull=False)
    meeting.ended_at = took_place.order_by("-ordinal").values_list("ended_at", flat=True)[0]
    _put_outcome(meeting, reason, now, is_dropped=True)
    meeting.save()
    witness(
        meeting,
        "sitting_dropped",
        by=by,
        now=now,
        public={"sitting": sitting.ordinal, "outcome": str(meeting.outcome)},
        texts={"reason": meeting.outcome_reason},
    )
    return meeting


def _close_floor(sitting: Sitting, at: datetime) -> None:
    """Whatever interval still runs ends here: also one that a crash left open."""
    for running in sitting.intervals.filter(closed_at=None):
        running.closed_at = max(running.opened_at, at)
        running.save(update_fields=["closed_at"])


def _put_outcome(meeting: Meeting, reason: str, now: datetime, *, is_dropped: bool = False) -> None:
    found = put_outcome(meeting, now)
    is_asked_for = is_dropped or found.outcome is not MeetingOutcome.COMPLIANT
    meeting.outcome_reason = mask(reason.strip())[:300] if is_asked_for else ""
    if meeting.outcome_reason or not is_asked_for:
        return
    if is_dropped:
        sentence = "请写明为什么不再续开，这个原因会公开。"
    elif not found.is_long_enough:
        sentence = "提问开放了 %(open)s 分钟，不足 %(minutes)s 分钟。现在结束要写明原因，原因会公开。"
    else:
        sentence = (
            "到场 %(households)s 户，不足 %(wanted)s 户。请写明原因，原因会公开，并在 %(days)s 天内再开一次。"
        )
    raise RuleBroken(
        sentence,
        code="end.needs_reason",
        field="reason",
        open=int(found.open_for.total_seconds()) // 60,
        minutes=found.question_minutes,
        households=found.households,
        wanted=found.min_households,
        days=limits.policy_of(meeting).floor.new_sitting_within_days,
    )


def _witness_clock(
    meeting: Meeting,
    kind: str,
    *,
    by: Actor,
    now: datetime,
    shut_at: datetime | None = None,
    texts: Mapping[str, str] | None = None,
    **public: object,
) -> None:
    """Every step of the clock says how long the floor has been open so far."""
    witness(
        meeting,
        kind,
        by=signing(by, meeting),
        now=now,
        public={
            "open_seconds": int(open_time(intervals_of(meeting), now=now).total_seconds()),
            **({"shut_at": instant(shut_at)} if shut_at is not None else {}),
            **public,
        },
        texts=texts,
    )
