"""Opening a report: for the days of the period in which its company serves."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from huiyin.apps.places.models import Engagement
from huiyin.apps.reports.models import DemandList, Report, Revision, Section
from huiyin.apps.reports.permissions import check_may_open, is_secretary_of
from huiyin.apps.reports.policies import metrics_on, rules_on
from huiyin.apps.reports.selectors import sent_list
from huiyin.apps.reports.services.witness import witness_report
from huiyin.domain.access import Actor
from huiyin.domain.clocks import due_day
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.domain.metric_frequencies import Period
from huiyin.domain.report_periods import check_begins_a_month, cut, whole_period
from huiyin.domain.report_workflow import WRITABLE
from huiyin.web.now import now as clock


@transaction.atomic
def open_report(
    *, engagement: Engagement, by: Actor, begins_on: date | None = None, now: datetime | None = None
) -> Report:
    """The next report of this company at this estate, with its empty sections.

    It begins where the company's last one ended. The first one follows the estate's demand list; where there is none
    yet the secretary chooses the month. A company that comes or goes in mid-period reports its part alone.
    """
    now = now or clock()
    check_may_open(by, engagement)
    # The estate is locked: two who press the button at once open one report.
    locked = Engagement.objects.select_for_update(of=("estate",), no_key=True)
    engagement = locked.select_related("estate__area", "company").get(pk=engagement.pk)
    policy, metrics = rules_on(now), metrics_on(now)
    last = Report.objects.filter(engagement=engagement).order_by("-period_to").first()
    if last is not None and last.status in WRITABLE:
        raise RuleBroken("上一份报告还没有提交，先写完那一份。", code="report.one_is_open")
    period = _period(engagement, last, by, begins_on, policy.values.period_months)
    if period.from_on > due_day(now):
        raise RuleBroken("这个报告期还没有开始。", code="period.not_begun", field="begins_on")
    taken = Report.objects.filter(
        estate=engagement.estate, period_from__lte=period.to_on, period_to__gte=period.from_on
    )
    if taken.exists():
        raise RuleBroken("这段日子已经有一份报告。", code="report.period_taken")
    report = Report.objects.create(
        engagement=engagement,
        estate=engagement.estate,
        demand_list=sent_list(engagement.estate, period.from_on, period.to_on),
        previous=Report.objects.filter(estate=engagement.estate, period_to__lt=period.from_on)
        .order_by("-period_to")
        .first(),
        period_from=period.from_on,
        period_to=period.to_on,
        policy_version=policy.version,
        metrics_version=metrics.version,
        opened_at=now,
    )
    # A company that left may write its part after its successor has begun.
    Report.objects.filter(
        estate=report.estate, previous=report.previous_id, period_from__gt=report.period_to
    ).update(previous=report)
    revision = Revision.objects.create(report=report, number=1, opened_at=now)
    Section.objects.bulk_create(
        Section(revision=revision, code=each.code, position=position)
        for position, each in enumerate(policy.values.sections, start=1)
    )
    witness_report(
        report,
        "report_opened",
        by=by,
        now=now,
        public={
            "estate": report.estate.code,
            "company": engagement.company.credit_code,
            "engagement": engagement.pk,
            "period_from": period.from_on.isoformat(),
            "period_to": period.to_on.isoformat(),
            "policy": policy.version,
            "metrics": metrics.version,
            "demand_list": report.demand_list_id or 0,
        },
        begins_stream=True,
    )
    return report


def _lists_of(engagement: Engagement) -> QuerySet[DemandList]:
    return DemandList.objects.filter(estate=engagement.estate).order_by("-period_from")


def _period(
    engagement: Engagement, last: Report | None, by: Actor, begins_on: date | None, months: int
) -> Period:
    if last is not None:
        begins = last.period_to + timedelta(days=1)
    elif begins_on is not None:
        if not is_secretary_of(by, engagement.estate):
            raise NotPermitted("第一份报告从哪个月开始，由社区书记选定。", code="reports.first_period")
        check_begins_a_month(begins_on)
        begins = begins_on
    else:
        begins = _begin_of_first(engagement)
    covering = _lists_of(engagement).filter(period_from__lte=begins, period_to__gte=begins).first()
    whole = whole_period(begins, months) if covering is None else Period(begins, covering.period_to)
    return cut(whole, engagement.starts_on, engagement.ends_on)


def _begin_of_first(engagement: Engagement) -> date:
    """Where the newest demand list begins, or this company's service if that is later."""
    lists = _lists_of(engagement).filter(period_to__gte=engagement.starts_on)
    if engagement.ends_on is not None:
        lists = lists.filter(period_from__lte=engagement.ends_on)
    newest = lists.first()
    if newest is None:
        raise RuleBroken(
            "这是第一份报告。请社区书记先开核心诉求清单，或者选定报告期从哪个月开始。",
            code="period.first",
            field="begins_on",
        )
    return max(newest.period_from, engagement.starts_on)
