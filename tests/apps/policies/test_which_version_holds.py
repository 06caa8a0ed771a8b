"""The version in force on a day, without asking the database twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from huiyin.apps.policies.models import PolicyVersion
from huiyin.apps.policies.selectors import PolicyMissing, calendar, policy_on
from huiyin.apps.policies.services import adopt_policy
from tests.apps.policies.given import a_file, in_days, today
from tests.people import a_cast

pytestmark = pytest.mark.django_db


def test_days_before_the_first_version_are_judged_by_the_first_one() -> None:
    assert policy_on("deadlines", date(2018, 11, 15)).version == "deadlines@2026-01-01"


def test_a_known_version_costs_no_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    policy_on("deadlines", today())
    policy_on("reasons", today())
    with django_assert_num_queries(0):
        for _ in range(3):
            policy_on("deadlines", today())
            policy_on("reasons", today() - timedelta(days=400))


def test_another_process_learns_of_a_new_version_by_the_day_it_takes_effect(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    policy_on("deadlines", today())
    with monkeypatch.context() as elsewhere:  # adopted by another process: this one is not told
        elsewhere.setattr("huiyin.apps.policies.services.forget", lambda: None)
        adopt_policy(text=a_file(effective_from=in_days(1)), by=a_cast().by_district_officer)
    assert policy_on("deadlines", today()).version == "deadlines@2026-01-01"
    assert policy_on("deadlines", in_days(1)).version == f"deadlines@{in_days(1)}"


def test_a_policy_never_adopted_is_told_with_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PolicyVersion.objects, "order_by", lambda *fields: PolicyVersion.objects.none())
    with pytest.raises(PolicyMissing, match="load-policies"):
        policy_on("deadlines", today())


def test_the_calendar_knows_the_announced_years_and_the_table_of_the_policy() -> None:
    known = calendar()
    assert known.announced_through >= date(2026, 12, 31)
    assert known.is_working_day(date(2026, 2, 14))
    assert not known.is_working_day(date(2035, 6, 10))
    assert not known.is_working_day(date(2031, 1, 23))


def test_a_year_announced_after_the_package_was_made_can_be_adopted(monkeypatch: pytest.MonkeyPatch) -> None:
    announced = """
[[values.announced]]
year = 2027
document = "国务院办公厅关于2027年部分节假日安排的通知"
holidays = [2027-01-01]
workdays = [2027-02-13]
"""
    text = a_file("holidays", effective_from=in_days(1)) + announced
    adopt_policy(text=text, by=a_cast().by_district_officer)
    monkeypatch.setattr("huiyin.apps.policies.selectors.due_day", lambda moment: in_days(1))
    assert calendar().is_working_day(date(2027, 2, 13))
    assert calendar().announced_through >= date(2027, 12, 31)
