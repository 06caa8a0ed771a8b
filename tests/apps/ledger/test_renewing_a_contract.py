"""A company whose contract is renewed goes on with what it had not done: by itself, and told case by case."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from huiyin.apps.audit.models import Event
from huiyin.apps.audit.verification import Counts, problems
from huiyin.apps.ledger import limits
from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.row_checks import differences
from huiyin.apps.ledger.services import lead
from huiyin.apps.ledger.services.renewals import follow_renewals
from huiyin.apps.people.selectors import actor_of
from huiyin.apps.people.services import grant_role
from huiyin.apps.places.models import Company, Engagement
from huiyin.apps.places.selectors import scope_of_engagement
from huiyin.apps.places.services import end_engagement, register_company, start_engagement
from huiyin.domain.access import SYSTEM, Role
from huiyin.domain.errors import NotPermitted
from tests import given
from tests.people import Cast, a_credit_code, a_person

DAY = timedelta(days=1)
LAST = given.A_MONDAY + 9 * DAY
"""The last day of the old contract."""
FIRST = LAST + DAY


def renewed(cast: Cast, *, company: Company | None = None, after: timedelta = DAY) -> Engagement:
    by, last_day = cast.by_district_officer, limits.day_of(LAST)
    if cast.engagement.ends_on is None:
        end_engagement(engagement=cast.engagement, ends_on=last_day, by=by, now=LAST)
    return start_engagement(
        company=company or cast.company,
        estate=cast.estate,
        starts_on=last_day + after,
        manager_name="骆新",
        by=by,
        now=LAST,
    )


def test_open_cases_go_on_under_the_new_contract_and_each_says_so(cast: Cast, client: Client) -> None:
    case, done = given.a_case(cast, status="in_progress"), given.a_case(cast, status="confirmed")
    due_at = case.due_at
    new = renewed(cast)
    assert follow_renewals(now=LAST) == 0, "the old one still holds on its last day"
    assert follow_renewals(now=FIRST) == 1
    assert follow_renewals(now=FIRST) == 0
    case.refresh_from_db()
    done.refresh_from_db()
    assert (case.lead_engagement, case.due_at, done.lead_engagement) == (new, due_at, cast.engagement)
    event = Event.objects.filter(stream=case.stream).latest("number")
    assert event.kind == "ledger.lead_renewed"
    assert event.public["lead_path"] == scope_of_engagement(new).path == case.lead_path
    page = client.get(f"/cases/{case.number}").text
    assert f"物业合同续签，仍由{case.lead_label}主办，期限不变" in page
    assert list(differences(case.stream)) == []
    assert list(problems(Counts())) == []


def test_the_manager_under_the_new_contract_works_on_it_and_the_one_before_no_more(cast: Cast) -> None:
    case = given.a_case(cast, status="assigned")
    person = a_person(70, name="骆新")
    grant_role(
        person=person,
        role=Role.MANAGER,
        place=renewed(cast),
        starts_on=limits.day_of(FIRST),
        by=SYSTEM,
        now=LAST,
    )
    follow_renewals(now=FIRST)
    with pytest.raises(NotPermitted):
        lead.start(case, by=cast.by_manager, now=FIRST)
    assert lead.start(case, by=actor_of(person), now=FIRST).status == "in_progress"


def test_what_comes_back_later_goes_on_there_too(cast: Cast) -> None:
    case = given.a_case(cast, status="replied")
    Case.objects.filter(pk=case.pk).update(status="unconfirmed")
    new = renewed(cast)
    assert follow_renewals(now=FIRST) == 0
    Case.objects.filter(pk=case.pk).update(status="reopened")
    assert follow_renewals(now=FIRST + DAY) == 1
    case.refresh_from_db()
    assert case.lead_engagement == new


def test_another_company_takes_nothing_over_by_itself(cast: Cast) -> None:
    case = given.a_case(cast, status="in_progress")
    other = register_company(
        name="正源物业服务有限公司", credit_code=a_credit_code(2), by=cast.by_district_officer, now=LAST
    )
    between = renewed(cast, company=other)
    assert follow_renewals(now=FIRST) == 0
    end_engagement(
        engagement=between,
        ends_on=limits.day_of(FIRST + 5 * DAY),
        by=cast.by_district_officer,
        now=FIRST,
    )
    renewed(cast, after=8 * DAY)  # the first company is back: what it left was the other's to take over
    assert follow_renewals(now=FIRST + 20 * DAY) == 0
    case.refresh_from_db()
    assert case.lead_engagement == cast.engagement
