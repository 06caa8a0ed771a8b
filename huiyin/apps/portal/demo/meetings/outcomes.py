"""After a meeting: its questions point to their cases, the minutes are drafted, corrected and locked."""

from __future__ import annotations

from datetime import datetime, timedelta

from huiyin.apps.audit.bulk import EventDraft, record_many
from huiyin.apps.ledger.models import Case
from huiyin.apps.meetings import limits
from huiyin.apps.meetings.balance import balance_of
from huiyin.apps.meetings.minutes_content import content_of
from huiyin.apps.meetings.models import Meeting, Minutes, Question, RaisedDifficulty
from huiyin.apps.meetings.services.minutes import lock_minutes, propose_correction
from huiyin.apps.meetings.services.steps import locked, move, witness
from huiyin.apps.portal.demo.meetings.gatherings import Gathering
from huiyin.apps.portal.demo.meetings.plans import MINUTE
from huiyin.apps.portal.demo.residents import Resident
from huiyin.apps.reports.services import lifecycle
from huiyin.domain.access import Actor
from huiyin.domain.canonical import instant
from huiyin.domain.question_workflow import Direction, outcome_of
from huiyin.domain.report_workflow import ReportStatus


def close(meeting: Meeting, gathering: Gathering, cases: dict[str, Case], *, now: datetime) -> Meeting:
    """What `close_meeting` does, with cases that the bulk path has written already."""
    by = gathering.secretary
    if gathering.difficulty:
        _note_difficulty(meeting, cases[gathering.difficulty], by=gathering.managers[gathering.estates[0].pk])
    meeting = locked(meeting)
    move(meeting, "close")
    meeting.closed_at = now
    meeting.no_sitting_reason = gathering.plan.no_sitting_reason
    meeting.save()
    record_many(_recorded(meeting, gathering, cases, by=by, now=now))
    for heard in meeting.estates.select_related("report").order_by("estate_id"):
        if heard.report is not None and heard.report.status == ReportStatus.ANNOUNCED:
            lifecycle.present(heard.report, by=by, now=now)
    days = limits.policy_of(meeting).minutes.correction_days
    minutes = Minutes.objects.create(
        meeting=meeting,
        content=content_of(meeting),
        opened_at=now,
        corrections_until=limits.end_of(limits.day_of(now) + timedelta(days=days)),
    )
    balance = balance_of(meeting)
    witness(
        meeting,
        "meeting_closed",
        by=by,
        now=now,
        public={
            "asked": balance.asked,
            "cases": balance.cases,
            "merged": balance.merged,
            "rejected": balance.rejected,
            "outcome": str(meeting.outcome),
            "open_seconds": meeting.open_seconds,
            "households": meeting.household_count,
            "corrections_until": instant(minutes.corrections_until),
        },
        texts={"no_sitting_reason": meeting.no_sitting_reason},
    )
    return meeting


def _note_difficulty(meeting: Meeting, case: Case, *, by: Actor) -> None:
    RaisedDifficulty.objects.create(meeting=meeting, case=case)
    meeting.refresh_from_db()
    witness(meeting, "difficulty_raised", by=by, now=case.registered_at, public={"case": case.number})


def _recorded(
    meeting: Meeting, gathering: Gathering, cases: dict[str, Case], *, by: Actor, now: datetime
) -> list[EventDraft]:
    """What residents asked; what the company asked them has no outcome and stands beside the balance."""
    rows = list(meeting.questions.filter(direction=Direction.TO_COMPANY).order_by("number"))
    drafts = []
    for row in rows:
        case = cases[f"{gathering.plan.key}/{row.number}"]
        row.case, row.outcome = case, outcome_of(row.status)
        row.support_count = row.supports.count()
        drafts.append(
            EventDraft(
                kind="meetings.question_recorded",
                stream=meeting.stream,
                by=by,
                now=now,
                public={
                    "phase": str(meeting.phase),
                    "question": row.number,
                    "outcome": str(row.outcome),
                    "case": case.number,
                },
            )
        )
    Question.objects.bulk_update(rows, ["case", "outcome", "support_count"])
    return drafts


def locks_at(meeting: Meeting) -> datetime:
    """A few minutes after the correction window, by the hourly task."""
    return Minutes.objects.get(meeting=meeting).corrections_until + 6 * MINUTE


def ask_to_correct(
    meeting: Meeting, gathering: Gathering, residents: dict[int, list[Resident]], *, at: datetime
) -> None:
    """Somebody who was there reads the minutes on the next morning and finds something wrong."""
    number, text = gathering.plan.correction
    known = {each.person.pk: each for each in residents[gathering.estates[0].pk]}
    present = meeting.sittings.get().check_ins.filter(person__in=known).order_by("came_at").first()
    assert present is not None
    propose_correction(
        meeting.minutes,
        by=known[present.person_id or 0].actor,
        text=text,
        question_number=min(number, len(gathering.asked)),
        now=at,
    )


def lock(meeting: Meeting, *, at: datetime) -> None:
    lock_minutes(Minutes.objects.select_related("meeting").get(meeting=meeting), now=at)
