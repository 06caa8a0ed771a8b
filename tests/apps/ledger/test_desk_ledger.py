"""The ledger at the desk: filters and their honest counts, many at once, print, the same queries at any size."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.apps.ledger.desk_selectors import BUILT_IN, STATE_LABELS, condition_of, counts, duties_of
from huiyin.apps.ledger.models import Case, LeadProposal, SavedFilter, Topic
from huiyin.apps.ledger.selectors import cases_for_desk
from huiyin.apps.ledger.services import assign, lead
from huiyin.web.now import now
from tests import given
from tests.people import Cast, sign_in

MOST_QUERIES = 8


@pytest.fixture
def secretary(client: Client, cast: Cast) -> Client:
    return sign_in(client, cast.secretary)


def many(cast: Cast, count: int, *, start: int = 0) -> None:
    """Rows only: what a table of this length costs to show."""
    first = given.a_case(cast, status="assigned", now=now() - timedelta(days=3))
    fields = {f.attname: getattr(first, f.attname) for f in Case._meta.concrete_fields if f.name != "id"}
    Case.objects.bulk_create(
        Case(**{**fields, "number": f"26-9{n:06d}", "idempotency_key": None, "file_key": None})
        for n in range(start, start + count)
    )


@pytest.mark.parametrize("who", ["secretary", "street_officer", "manager", "district_officer"])
@pytest.mark.parametrize("query", ["", "?state=waiting", "?state=all&list=short_term&q=楼道灯&order=me_too"])
def test_the_table_takes_at_most_eight_queries(
    client: Client,
    cast: Cast,
    django_assert_max_num_queries: Any,
    who: str,
    query: str,
) -> None:
    many(cast, 60)
    sign_in(client, getattr(cast, who))
    client.get("/desk/cases")
    with django_assert_max_num_queries(MOST_QUERIES):
        assert client.get(f"/desk/cases{query}").status_code == 200


def test_a_hundred_and_ten_thousand_rows_cost_the_same_queries(
    secretary: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    many(cast, 100)
    secretary.get("/desk/cases")
    with django_assert_num_queries(MOST_QUERIES - 1) as few:
        secretary.get("/desk/cases")
    many(cast, 9_900, start=100)
    with django_assert_num_queries(len(few)):
        page = secretary.get("/desk/cases").context["page"]
    assert len(page) == 50
    assert page.total == 10_002


def test_without_a_word_the_open_cases_stand_there_by_due_date(secretary: Client, cast: Cast) -> None:
    late = given.a_case(cast, status="in_progress", now=now() - timedelta(days=50))
    fresh = given.a_registered_case(cast, now=now() - timedelta(hours=2))
    given.a_case(cast, status="withdrawn", now=now() - timedelta(days=1))
    answer = secretary.get("/desk/cases")
    assert [row.pk for row in answer.context["page"]] == [late.pk, fresh.pk]
    assert "逾期 20 天" in answer.content.decode()


def test_every_named_state_counts_what_it_shows(secretary: Client, cast: Cast) -> None:
    for days, status in enumerate(
        ("registered", "assigned", "in_progress", "replied", "reopened", "rejected")
    ):
        given.a_case(cast, status=status, now=now() - timedelta(days=40 - 8 * days))
    duties, mine = duties_of(cast.by_secretary), cases_for_desk(cast.by_secretary)
    counted = counts(mine, duties, now(), tuple(BUILT_IN))
    for state in STATE_LABELS:
        shown = secretary.get(f"/desk/cases?state={state}").context["page"].total
        assert shown == mine.filter(condition_of(state, duties, now())).count()
        assert counted.get(state, shown) == shown
    assert counted["open"] == 5


def test_counts_stand_beside_any_list_but_what_waits_for_me_is_counted_where_it_is_shown(
    secretary: Client, cast: Cast
) -> None:
    given.a_registered_case(cast, now=now() - timedelta(hours=2))
    chips = {key: count for key, _, count in secretary.get("/desk/cases?list=long_term").context["built_in"]}
    assert chips == {"open": 1, "overdue": 0, "due_today": 0, "waiting": None, "replied": 0, "not_solved": 0}
    chips = {key: count for key, _, count in secretary.get("/desk/cases?state=waiting").context["built_in"]}
    assert chips["waiting"] == 1


def test_a_case_with_several_past_proposals_stands_in_the_company_s_list_once(cast: Cast) -> None:
    case = given.a_case(cast, status="assigned")
    for _ in range(2):
        proposal = lead.propose_lead(
            case, by=cast.by_manager, lead=assign.Lead.department("区供电公司"), reason="归供电。"
        )
        lead.decide_lead(proposal, by=cast.by_secretary, accept=False)
    assert LeadProposal.objects.count() == 2
    assert list(cases_for_desk(cast.by_manager)) == [case]


def test_a_number_leads_straight_to_the_case(secretary: Client, cast: Cast) -> None:
    case = given.a_registered_case(cast)
    assert (
        secretary.get("/desk/cases", {"q": case.number.replace("-", "")}).url == f"/desk/cases/{case.number}"
    )


def test_a_filter_is_kept_under_a_name_and_dropped_again(secretary: Client, cast: Cast) -> None:
    secretary.post("/desk/cases/filters", {"name": " 短期 ", "query": "state=open&list=short_term&page=3"})
    kept = SavedFilter.objects.get(person=cast.secretary)
    assert kept.name == "短期"
    assert kept.query == "state=open&list=short_term&order=due"
    assert "删掉常用筛选“短期”" in secretary.get(f"/desk/cases?{kept.query}").content.decode()
    secretary.post(f"/desk/cases/filters/{kept.pk}/delete")
    assert not SavedFilter.objects.exists()


def test_nobody_deletes_another_one_s_filter(client: Client, cast: Cast) -> None:
    kept = SavedFilter.objects.create(person=cast.manager, name="我的", query="state=open")
    sign_in(client, cast.secretary).post(f"/desk/cases/filters/{kept.pk}/delete")
    assert SavedFilter.objects.filter(pk=kept.pk).exists()


def test_chosen_cases_are_seen_once_more_and_then_assigned(secretary: Client, cast: Cast) -> None:
    first, second = given.a_registered_case(cast, now=now()), given.a_registered_case(cast, now=now())
    chosen = {"act": "assign", "case": [first.pk, second.pk]}
    seen = secretary.post("/desk/cases/bulk", chosen)
    assert seen.status_code == 200
    assert first.number in seen.content.decode()
    done = secretary.post(
        "/desk/cases/bulk", {**chosen, "confirm": "1", "case_list": "immediate"}, follow=True
    )
    assert "2 件都办好了" in done.content.decode()
    assert set(Case.objects.values_list("status", "case_list")) == {("assigned", "immediate")}
    assert {case.lead_label for case in Case.objects.all()} == {"青禾物业服务有限公司 云杉里项目部"}


def test_the_filter_is_kept_while_many_are_changed(secretary: Client, cast: Cast) -> None:
    case = given.a_registered_case(cast, now=now())
    listed = "estate=yunshanli&state=to_assign&order=due"
    page = secretary.get("/desk/cases?state=to_assign&estate=yunshanli").content.decode()
    assert f'name="query" value="{html.escape(listed)}"' in page
    told = {"act": "assign", "case": [case.pk], "query": listed}
    seen = secretary.post("/desk/cases/bulk", told).content.decode()
    assert seen.count(f'href="/desk/cases?{html.escape(listed)}"') == 2
    assert f'name="query" value="{html.escape(listed)}"' in seen
    none = secretary.post("/desk/cases/bulk", {"act": "assign", "query": listed})
    assert none.headers["Location"] == f"/desk/cases?{listed}"
    done = secretary.post("/desk/cases/bulk", {**told, "confirm": "1", "case_list": "immediate"})
    assert done.headers["Location"] == f"/desk/cases?{listed}"
    foreign = secretary.post("/desk/cases/bulk", {"act": "assign", "query": "//evil.example?state=nonsense"})
    assert foreign.headers["Location"] == "/desk/cases?state=open&order=due"


def test_what_cannot_be_assigned_is_named_with_its_reason(secretary: Client, cast: Cast) -> None:
    fresh, assigned = given.a_registered_case(cast, now=now()), given.a_case(cast, status="assigned")
    told = {"act": "assign", "case": [fresh.pk, assigned.pk], "confirm": "1", "case_list": "short_term"}
    page = secretary.post("/desk/cases/bulk", told).content.decode()
    assert "办好 1 件，1 件没有办" in page
    assert "现在是“已分派”" in page


def test_a_list_is_changed_for_several_with_one_public_reason(secretary: Client, cast: Cast) -> None:
    case = given.a_case(cast, status="in_progress", now=now())
    told = {"act": "list", "case": [case.pk], "confirm": "1", "case_list": "immediate"}
    assert secretary.post("/desk/cases/bulk", told).status_code == 422
    secretary.post("/desk/cases/bulk", {**told, "reason": "有老人摔倒的危险。"})
    assert Case.objects.get().case_list == "immediate"


def test_several_go_into_a_new_topic_but_not_from_two_estates(secretary: Client, cast: Cast) -> None:
    case = given.a_registered_case(cast)
    beside = given.a_registered_case(cast)
    Case.objects.filter(pk=beside.pk).update(estate=None)
    told = {"act": "topic", "confirm": "1", "title": "楼道照明", "topic": ""}
    refused = secretary.post("/desk/cases/bulk", {**told, "case": [case.pk, beside.pk]})
    assert refused.status_code == 422
    assert "同一个小区" in refused.content.decode()
    secretary.post("/desk/cases/bulk", {**told, "case": [case.pk]})
    assert list(Topic.objects.get().cases.all()) == [case]


def test_cases_of_another_place_cannot_be_chosen(client: Client, cast: Cast) -> None:
    case = given.a_registered_case(cast)
    told = {"act": "assign", "case": [case.pk], "confirm": "1", "case_list": "short_term"}
    sign_in(client, cast.stranger).post("/desk/cases/bulk", told)
    assert Case.objects.get().status == "registered"


def test_the_print_holds_what_the_filter_shows(secretary: Client, cast: Cast) -> None:
    shown = given.a_registered_case(cast, now=now())
    hidden = given.a_case(cast, status="withdrawn", now=now())
    page = secretary.get("/desk/cases/print?state=open").content.decode()
    assert shown.number in page
    assert hidden.number not in page


def test_every_heading_orders_the_table_the_files_and_the_print(secretary: Client, cast: Cast) -> None:
    older = given.a_registered_case(cast, now=now() - timedelta(days=9))
    newer = given.a_registered_case(cast, now=now() - timedelta(days=2))
    page = secretary.get("/desk/cases?state=open&list=short_term").content.decode()
    links = [html.unescape(link) for link in re.findall(r'<th scope="col"[^>]*><a href="([^"]*)"', page)]
    assert len(links) == 3
    for link in links:
        assert "list=short_term" in link
        assert secretary.get(link).status_code == 200
    newest = secretary.get("/desk/cases?order=new").context["page"]
    assert [row.number for row in newest] == [newer.number, older.number]
    for query in ("order=new", "order=nonsense", "order="):
        for path in ("", "/print", "/export.csv", "/export.xlsx"):
            answer = secretary.get(f"/desk/cases{path}?{query}")
            assert answer.status_code == 200
            assert answer.getvalue()


def test_htmx_gets_only_the_table(secretary: Client, cast: Cast) -> None:
    given.a_registered_case(cast, now=now())
    part = secretary.get("/desk/cases", headers={"hx-request": "true"}).content.decode()
    assert "<html" not in part
    assert "hy-table" in part
