"""A contract ends in mid-period: what its company was still writing is cut to the days it served (domain.md §3)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from huiyin.apps.places.models import Engagement
from huiyin.apps.reports.contents import content_of
from huiyin.apps.reports.models import Claim, Report
from huiyin.apps.reports.services.due_counts import count_due
from huiyin.apps.reports.services.witness import locked_reports, unfinished, witness_report
from huiyin.domain.access import Actor
from huiyin.domain.canonical import canonical
from huiyin.domain.errors import RuleBroken
from huiyin.domain.report_workflow import WRITABLE


@transaction.atomic
def cut_reports(engagement: Engagement, by: Actor, now: datetime) -> None:
    """Called by places when the last day of service is known; whoever may say that day needs no right to reports.

    A report of days the company never served is taken away, with its words kept in the event. What was handed in
    stands as it is: the day is refused until the community has given the report back.
    """
    last_day = engagement.ends_on
    assert last_day is not None
    past = Report.objects.filter(engagement=engagement, period_to__gt=last_day)
    for report in locked_reports(past | Report.objects.filter(previous__in=past.values("pk"))):
        if (
            report.engagement_id != engagement.pk
        ):  # its predecessor's report may be taken away: it loses `previous`
            continue
        if report.status not in WRITABLE:
            raise RuleBroken(
                "这家企业已经交来 %(first)s 至 %(last)s 的报告，最后服务日不能早于 %(last)s。"
                "报告还没有审定的，请社区先退回。",
                code="engagement.has_reported",
                field="ends_on",
                first=report.period_from,
                last=report.period_to,
            )
        if report.period_from > last_day:
            _take_away(report, by, now)
        else:
            _cut(report, last_day, by, now)


def _cut(report: Report, last_day: date, by: Actor, now: datetime) -> None:
    revision = unfinished(report)
    report.period_to = last_day
    report.save(update_fields=["period_to"])
    claims = [each for each in revision.claims.all() if each.period_to and each.period_to > last_day]
    for claim in claims:
        if claim.period_from and claim.period_from > last_day:
            # A number of days that were not served: the company says anew of which days it is.
            claim.period_from = claim.period_to = None
        else:
            claim.period_to = last_day
    Claim.objects.bulk_update(claims, ["period_from", "period_to"])
    count_due(report, revision)
    witness_report(
        report,
        "report_cut",
        by=by,
        now=now,
        public={"period_from": report.period_from.isoformat(), "period_to": last_day.isoformat()},
    )


def _take_away(report: Report, by: Actor, now: datetime) -> None:
    words = canonical(content_of(unfinished(report)).plain).decode()
    witness_report(report, "report_removed", by=by, now=now, texts={"content": words})
    report.following.update(previous=report.previous_id)
    report.revisions.all().delete()
    report.delete()
