"""The public notice of a meeting, and what may become of it before anybody comes: postponed, or cancelled."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from huiyin.apps.meetings import limits
from huiyin.apps.meetings.models import Meeting, MeetingEstate, Sitting
from huiyin.apps.meetings.permissions import check_decide
from huiyin.apps.meetings.services.close import settle_questions
from huiyin.apps.meetings.services.notices import notice_for
from huiyin.apps.meetings.services.steps import beat, locked, move, witness
from huiyin.apps.reports.models import Report
from huiyin.apps.reports.selectors import approved_reports
from huiyin.apps.reports.services import lifecycle
from huiyin.domain.access import Actor
from huiyin.domain.canonical import instant
from huiyin.domain.errors import RuleBroken
from huiyin.domain.report_workflow import ReportStatus
from huiyin.web.now import now as clock


@transaction.atomic
def announce(
    meeting: Meeting, *, by: Actor, short_notice_reason: str = "", now: datetime | None = None
) -> Meeting:
    """draft or postponed → announced: the notice and the reports are public, questions in advance are open.

    Each estate needs its approved report. Fewer days of notice than the policy asks for need a reason, and the
    shortfall shows.
    """
    now = now or clock()
    meeting = locked(meeting)
    by = check_decide(by, meeting)
    came_from = move(meeting, "announce")
    if meeting.planned_at <= now:
        raise RuleBroken("开始时间已经过了，请先改时间。", code="announce.in_the_past", field="planned_at")
    adopted = limits.adopted(now)
    notice = notice_for(
        meeting.planned_at,
        short_reason=short_notice_reason,
        wanted_days=adopted.values.notice.days,
        now=now,
    )
    sitting = _waiting_sitting(meeting)
    notice.put_on(meeting if sitting.ordinal == 1 else sitting)
    meeting.policy_version = adopted.version
    meeting.public_reason = ""
    meeting.save()
    _announce_reports(meeting, by=by, now=now)
    sitting.save()
    beat(meeting.pk)
    witness(
        meeting,
        "meeting_announced",
        by=by,
        now=now,
        public={
            "from": str(came_from),
            "planned_at": instant(meeting.planned_at),
            "notice_days": notice.days,
            "reports": {each.estate.code: f"{each.report_id}" for each in _heard(meeting)},
        },
        texts={
            "title": meeting.title,
            "venue": meeting.venue,
            "short_notice_reason": notice.short_reason,
        },
    )
    return meeting


@transaction.atomic
def postpone(
    meeting: Meeting, *, by: Actor, reason_code: str, note: str = "", now: datetime | None = None
) -> Meeting:
    """announced → postponed, with a public reason. The reports stay announced, questions in advance stay asked."""
    now = now or clock()
    meeting = locked(meeting)
    by = check_decide(by, meeting)
    move(meeting, "postpone")
    meeting.public_reason = limits.public_reason("postponing", reason_code, note, now)
    meeting.save(update_fields=["phase", "public_reason"])
    beat(meeting.pk)
    witness(
        meeting,
        "meeting_postponed",
        by=by,
        now=now,
        public={"reason_code": reason_code, "was_planned_at": instant(meeting.planned_at)},
        texts={"reason": meeting.public_reason},
    )
    return meeting


@transaction.atomic
def cancel(
    meeting: Meeting, *, by: Actor, reason_code: str, note: str = "", now: datetime | None = None
) -> Meeting:
    """draft, announced or postponed → cancelled, with a public reason.

    Announced reports return to approved. What residents asked in advance is not lost with the meeting: each question
    gets its one outcome now.
    """
    now = now or clock()
    meeting = locked(meeting)
    by = check_decide(by, meeting)
    move(meeting, "cancel")
    if meeting.sittings.filter(opened_at__isnull=False).exists():
        raise RuleBroken("已经开过一次的报告会不能取消，只能不再续开。", code="cancel.has_sat")
    meeting.public_reason = limits.public_reason("cancelling", reason_code, note, now)
    meeting.save(update_fields=["phase", "public_reason"])
    meeting.sittings.filter(ended_at=None).update(ended_at=now)
    beat(meeting.pk)
    counted = settle_questions(meeting, by=by, now=now)
    for heard in _heard(meeting):
        if heard.report is not None and heard.report.status == ReportStatus.ANNOUNCED:
            lifecycle.withdraw_announcement(heard.report, by=by, now=now)
    witness(
        meeting,
        "meeting_cancelled",
        by=by,
        now=now,
        public={"reason_code": reason_code, **counted},
        texts={"reason": meeting.public_reason},
    )
    return meeting


def _heard(meeting: Meeting) -> list[MeetingEstate]:
    """In the order of estates, in which the streams of their reports are written too."""
    return list(
        MeetingEstate.objects.filter(meeting=meeting).select_related("estate", "report").order_by("estate_id")
    )


def _announce_reports(meeting: Meeting, *, by: Actor, now: datetime) -> None:
    """The report each estate is to hear: the one announced before a postponement, else the latest approved one."""
    approved: dict[int, Report] = {}
    for report in approved_reports(meeting.area):
        known = approved.get(report.estate_id)
        if known is None or report.period_to > known.period_to:
            approved[report.estate_id] = report
    heard = _heard(meeting)
    lacking = [each.estate.name for each in heard if each.report is None and each.estate_id not in approved]
    if lacking:
        raise RuleBroken(
            "%(estates)s没有等着报告会的工作报告：还没有审定，或者已经排给别的报告会。",
            code="announce.no_report",
            estates="、".join(lacking),
        )
    for each in heard:
        if each.report is None:
            each.report = approved[each.estate_id]
            each.save(update_fields=["report"])
        if each.report.status == ReportStatus.APPROVED:
            lifecycle.announce(each.report, by=by, now=now)


def _waiting_sitting(meeting: Meeting) -> Sitting:
    """The first sitting, or the one that was postponed at its new time; unsaved."""
    waiting = meeting.sittings.filter(ended_at=None).first()
    if waiting is None:
        ordinal = meeting.sittings.count() + 1
        waiting = Sitting(meeting=meeting, ordinal=ordinal)
    waiting.planned_at, waiting.venue = meeting.planned_at, meeting.venue
    return waiting
