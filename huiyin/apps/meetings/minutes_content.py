"""The minutes as plain data: what happened, taken from the rows, nothing written by hand and nothing personal.

Shape: {"meeting": {…}, "sittings": […], "clock": {"open_seconds", "spans"}, "attendance": {…}, "estates": […],
"team": […], "agenda": […], "questions": […], "balance": {…}, "difficulties": […], "notes": […], "results": […]}; in
locked minutes also "corrections". Only what `domain.canonical` can hash: texts, integers, lists, dicts.
"""

from __future__ import annotations

from huiyin.apps.meetings.attendance import attendance_of
from huiyin.apps.meetings.balance import balance_of
from huiyin.apps.meetings.clock import spans_of
from huiyin.apps.meetings.models import Meeting, MinutesCorrection, Question, Sitting
from huiyin.domain.canonical import JSON, instant


def content_of(meeting: Meeting) -> dict[str, JSON]:
    """Of a meeting at which each question of a resident has its outcome."""
    closed_at = meeting.closed_at
    assert closed_at is not None
    came = attendance_of(meeting)
    counted = balance_of(meeting)
    return {
        "meeting": {
            "title": meeting.title,
            "area": meeting.area.name,
            "chair": meeting.chair_label,
            "deputy_reason": meeting.deputy_reason,
            "announced_at": instant(meeting.announced_at) if meeting.announced_at else "",
            "notice_days": meeting.notice_days,
            "notice_short_reason": meeting.notice_short_reason,
            "venue_reason": meeting.venue_reason,
            "policy": meeting.policy_version,
            "outcome": meeting.outcome,
            "outcome_reason": meeting.outcome_reason,
            "no_sitting_reason": meeting.no_sitting_reason,
        },
        "sittings": [
            {
                "ordinal": each.ordinal,
                "venue": each.venue,
                **_notice(each),
                "opened_at": instant(each.opened_at),
                "ended_at": instant(each.ended_at) if each.ended_at else "",
                "chair": each.chair_label,
                "deputy_reason": each.deputy_reason,
                "reporters": [
                    {"estate": told.estate.name, "reporter": told.label, "reason": told.reason}
                    for told in each.reporters.all()
                ],
            }
            for each in meeting.sittings.prefetch_related("reporters__estate")
            if each.opened_at is not None
        ],
        "clock": {
            "open_seconds": meeting.open_seconds,
            "spans": [
                [instant(span.opened_at), instant(span.closed_at)] for span in spans_of(meeting, closed_at)
            ],
        },
        "attendance": {
            "people": came.people,
            "households": came.households,
            "by_way": dict[str, JSON](came.by_way),
            "by_building": [[building, count] for building, count in came.by_building],
        },
        "estates": [
            {
                "code": each.estate.code,
                "name": each.estate.name,
                "company": each.report.engagement.company.name if each.report else "",
                "report": each.report_id,
                "reporter": each.reporter_label,
                "reporter_reason": each.reporter_reason,
            }
            for each in meeting.estates.select_related("estate", "report__engagement__company")
        ],
        "team": [
            {"name": each.name, "duty": each.duty, "is_present": each.is_present, "estate": each.estate.code}
            for each in meeting.team.select_related("estate")
        ],
        "agenda": [each.title for each in meeting.agenda.all()],
        "questions": [_question(each) for each in _questions(meeting)],
        "balance": {
            "asked": counted.asked,
            "cases": counted.cases,
            "answered": counted.answered,
            "hidden": counted.hidden,
            "merged": counted.merged,
            "rejected": counted.rejected,
            "to_residents": counted.to_residents,
        },
        "difficulties": [
            {"case": each.case.number, "title": each.case.title}
            for each in meeting.difficulties.select_related("case")
        ],
        "notes": [
            {"text": each.text, "author": each.author_label, "at": instant(each.noted_at)}
            for each in meeting.supervision_notes.all()
        ],
        "results": [
            {
                "text": each.text,
                "owner": each.owner,
                "due_on": each.due_on.isoformat() if each.due_on else "",
                "estate": each.estate.code if each.estate else "",
            }
            for each in meeting.results.select_related("estate")
        ],
    }


def _notice(sitting: Sitting) -> dict[str, JSON]:
    """Of a further sitting; that of the first is the meeting's."""
    if sitting.announced_at is None:
        return {}
    return {
        "announced_at": instant(sitting.announced_at),
        "notice_days": sitting.notice_days,
        "notice_short_reason": sitting.notice_short_reason,
    }


def correction_of(row: MinutesCorrection) -> dict[str, JSON]:
    return {
        "question": row.question_number,
        "proposer": row.proposer_label,
        "text": row.text,
        "state": row.state,
        "reason": row.reason,
        "decided_by": row.decided_by_label,
    }


def _questions(meeting: Meeting) -> list[Question]:
    return list(
        Question.objects.filter(meeting=meeting)
        .select_related("estate", "case", "merged_into", "merged_into_case")
        .order_by("number")
    )


def _question(question: Question) -> dict[str, JSON]:
    """A hidden one is listed with its reason and without its words."""
    into = question.merged_into.number if question.merged_into else None
    into_case = question.merged_into_case.number if question.merged_into_case else ""
    return {
        "number": question.number,
        "estate": question.estate.code,
        "direction": question.direction,
        "way": question.way,
        "in_advance": question.is_in_advance,
        "text": question.text if question.is_public else "",
        "building": question.building if question.is_public else "",
        "status": question.status,
        "hidden_reason": question.hidden_reason,
        "rejected_reason": question.rejected_reason,
        "answer": question.spoken_answer,
        "answered_by": question.answered_by_label,
        "merged_into": into,
        "merged_into_case": into_case,
        "supports": question.support_count,
        "outcome": question.outcome,
        "case": question.case.number if question.case else "",
    }
