"""What the report meeting commands, inside its own transaction: announced, back again, presented, published."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from huiyin.apps.reports.models import Report
from huiyin.apps.reports.permissions import check_commands_meetings
from huiyin.apps.reports.services.verdicts import freeze_verdicts
from huiyin.apps.reports.services.witness import locked_report, witness_report
from huiyin.domain.access import Actor
from huiyin.domain.report_workflow import target_of
from huiyin.web.now import now as clock


@transaction.atomic
def announce(report: Report, *, by: Actor, now: datetime | None = None) -> Report:
    """approved → announced, with the meeting notice: public from now on. A postponed meeting keeps it so."""
    return _moved(report, "announce", "announced_at", "report_announced", by, now)


@transaction.atomic
def withdraw_announcement(report: Report, *, by: Actor, now: datetime | None = None) -> Report:
    """announced → approved: the meeting is cancelled."""
    now = now or clock()
    report = locked_report(report)
    by = check_commands_meetings(by, report)
    report.status = target_of("withdraw", report.status)
    report.announced_at = None
    report.save(update_fields=["status", "announced_at"])
    witness_report(report, "announcement_withdrawn", by=by, now=now)
    return report


@transaction.atomic
def begin_presenting(report: Report, *, by: Actor, now: datetime | None = None) -> Report:
    """The company stands up before the residents: from now on the verdicts on its numbers stand (domain.md §3).

    Once for a report, in however many sittings it is heard; it counts as presented when the meeting is closed.
    """
    now = now or clock()
    report = locked_report(report)
    by = check_commands_meetings(by, report)
    freeze_verdicts(report, by=by, now=now)
    return report


@transaction.atomic
def present(report: Report, *, by: Actor, now: datetime | None = None) -> Report:
    """announced → presented: reported in person to the residents, with the verdicts as they stood then."""
    now = now or clock()
    presented = _moved(report, "present", "presented_at", "report_presented", by, now)
    freeze_verdicts(presented, by=by, now=now)
    return presented


@transaction.atomic
def publish(report: Report, *, by: Actor, now: datetime | None = None) -> Report:
    """presented → published, when the minutes lock."""
    return _moved(report, "publish", "published_at", "report_published", by, now)


def _moved(report: Report, command: str, moment: str, kind: str, by: Actor, now: datetime | None) -> Report:
    now = now or clock()
    report = locked_report(report)
    by = check_commands_meetings(by, report)
    report.status = target_of(command, report.status)
    setattr(report, moment, now)
    report.save(update_fields=["status", moment])
    witness_report(report, kind, by=by, now=now)
    return report
