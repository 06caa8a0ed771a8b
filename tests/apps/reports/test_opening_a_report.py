"""Which days a report is about, who opens it, and what stands in it from the start."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from huiyin.apps.places.services import end_engagement
from huiyin.apps.reports.models import Report
from huiyin.apps.reports.services import opening
from huiyin.domain.errors import NotPermitted, RuleBroken
from tests.given_reports import END_OF_JUNE, JANUARY, WRITING, a_demand_list, a_draft, a_report
from tests.people import Cast


def open_it(cast: Cast, name: str = "manager", **changes: object) -> Report:
    return opening.open_report(
        engagement=cast.engagement,
        by=cast.actor(name),
        **{"now": WRITING, **changes},  # type: ignore[arg-type]
    )


def test_a_report_follows_the_demand_list_and_knows_it(cast: Cast) -> None:
    demand_list = a_demand_list(cast, status="sent")
    report = open_it(cast)
    assert (report.period_from, report.period_to) == (JANUARY, END_OF_JUNE)
    assert report.demand_list == demand_list
    assert [each.code for each in report.revisions.get().sections.all()] == [
        "service",
        "accounts",
        "demands",
        "waste",
        "difficulties",
        "plans",
    ]


def test_a_list_sent_later_is_given_to_the_report_that_is_being_written(cast: Cast) -> None:
    from huiyin.apps.reports.services import demands

    demand_list = a_demand_list(cast, status="confirmed")
    report = open_it(cast)
    assert report.demand_list is None
    demands.send(demand_list, by=cast.by_secretary, now=WRITING)
    report.refresh_from_db()
    assert report.demand_list == demand_list


def test_without_a_list_the_secretary_chooses_the_month_of_the_first_report(cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="这是第一份报告"):
        open_it(cast)
    with pytest.raises(NotPermitted, match="由社区书记选定"):
        open_it(cast, begins_on=date(2026, 2, 1))
    report = open_it(cast, "secretary", begins_on=date(2026, 2, 1))
    assert (report.period_from, report.period_to) == (date(2026, 2, 1), date(2026, 7, 31))


def test_the_next_report_begins_where_the_last_one_ended(cast: Cast) -> None:
    report = a_report(cast, status="submitted")
    with pytest.raises(RuleBroken, match="还没有开始"):
        open_it(cast, now=WRITING - timedelta(days=1))
    following = open_it(cast)
    assert (following.period_from, following.period_to) == (date(2026, 7, 1), date(2026, 12, 31))
    assert following.previous == report


def test_a_second_report_is_not_begun_while_one_is_a_draft(cast: Cast) -> None:
    a_draft(cast)
    with pytest.raises(RuleBroken, match="先写完那一份"):
        open_it(cast, now=WRITING + timedelta(days=200))


def test_a_company_that_leaves_in_mid_period_reports_its_part(cast: Cast) -> None:
    end_engagement(engagement=cast.engagement, ends_on=date(2026, 3, 31), by=cast.by_district_officer)
    report = open_it(cast, "secretary", begins_on=JANUARY)
    assert (report.period_from, report.period_to) == (JANUARY, date(2026, 3, 31))


@pytest.mark.parametrize("name", ["technician", "community_worker", "stranger", "resident", "auditor"])
def test_only_the_company_and_the_secretary_open_a_report(cast: Cast, name: str) -> None:
    a_demand_list(cast, status="sent")
    with pytest.raises(NotPermitted):
        open_it(cast, name)
