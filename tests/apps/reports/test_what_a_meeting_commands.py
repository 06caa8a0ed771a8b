"""Announced, withdrawn, presented, published: commanded by the meeting, public from the notice on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries

from huiyin.apps.audit.selectors import history_of
from huiyin.apps.reports import selectors
from huiyin.apps.reports.models import Report
from huiyin.apps.reports.services import lifecycle
from huiyin.domain.access import SYSTEM
from huiyin.domain.errors import NotPermitted, RuleBroken
from tests import given_reports as given
from tests.given_reports import WRITING

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", ["draft", "submitted", "returned", "approved"])
def test_nothing_is_public_before_the_notice(status: str) -> None:
    cast, report = given.a_cast_with_report(status)
    assert not selectors.reports_public().exists()
    assert selectors.report_public(report.pk) is None
    assert list(selectors.commitments_public(cast.estate)) == []


def test_with_the_notice_the_report_is_public_and_a_cancelled_meeting_takes_it_back() -> None:
    cast, report = given.a_cast_with_report("approved")
    announced = lifecycle.announce(report, by=cast.by_secretary, now=WRITING)
    assert announced.announced_at == WRITING
    assert list(selectors.reports_public()) == [report]
    withdrawn = lifecycle.withdraw_announcement(report, by=cast.by_secretary, now=WRITING)
    assert (withdrawn.status, withdrawn.announced_at) == ("approved", None)
    assert not selectors.reports_public().exists()
    assert lifecycle.announce(report, by=SYSTEM, now=WRITING).status == "announced"


def test_a_report_is_presented_and_published_in_this_order() -> None:
    cast, report = given.a_cast_with_report("announced")
    with pytest.raises(RuleBroken, match="已公告，等报告会"):
        lifecycle.publish(report, by=cast.by_secretary, now=WRITING)
    presented = lifecycle.present(report, by=cast.by_secretary, now=WRITING)
    with pytest.raises(RuleBroken, match="已当面报告"):
        lifecycle.withdraw_announcement(report, by=cast.by_secretary, now=WRITING)
    published = lifecycle.publish(report, by=cast.by_secretary, now=WRITING)
    assert (presented.presented_at, published.published_at, published.status) == (
        WRITING,
        WRITING,
        "published",
    )
    assert [event.kind for event in history_of(report.stream)][-4:] == [
        "reports.report_announced",
        "reports.report_presented",
        "reports.verdicts_frozen",
        "reports.report_published",
    ]


COMMANDS: list[Callable[..., Report]] = [lifecycle.announce, lifecycle.withdraw_announcement]


@pytest.mark.parametrize(
    "name", ["manager", "company_admin", "community_worker", "stranger", "street_officer"]
)
def test_the_company_does_not_announce_itself(name: str) -> None:
    cast, report = given.a_cast_with_report("approved")
    for command in COMMANDS:
        with pytest.raises(NotPermitted):
            command(report, by=cast.actor(name), now=WRITING)


def test_who_sees_a_report_that_is_not_public() -> None:
    cast, report = given.a_cast_with_report("submitted")
    seen = {
        name: selectors.reports_for_desk(cast.actor(name)).filter(pk=report.pk).exists()
        for name in (
            *("manager", "company_admin", "community_worker", "secretary", "street_officer"),
            *("district_officer", "auditor", "technician", "stranger", "resident", "operator", "anonymous"),
        )
    }
    assert [name for name, sees in seen.items() if sees] == [
        "manager",
        "company_admin",
        "community_worker",
        "secretary",
        "street_officer",
        "district_officer",
        "auditor",
    ]


def test_a_public_report_costs_three_queries_and_its_content_thirteen(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    from huiyin.apps.reports.contents import content_of

    _cast, report = given.a_cast_with_report("published")
    with django_assert_num_queries(3):
        shown = selectors.report_public(report.pk)
        assert shown is not None
        assert shown.report.engagement.company.name == "青禾物业服务有限公司"
    with django_assert_num_queries(13):
        assert len(content_of(shown.revision).claims) == 3
