"""My work today: each role's piles hold what waits for it, with honest counts and a verb, at a constant cost."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from huiyin.apps.ledger.desk_selectors import duties_of
from huiyin.apps.ledger.limits import day_of
from huiyin.apps.ledger.models import Bulletin, Case
from huiyin.apps.ledger.selectors import cases_for_desk
from huiyin.apps.ledger.services import askers, assign, escalate, extension, giving_up, lead
from huiyin.apps.people.models import RoleAssignment
from huiyin.apps.people.services import claim_household, revoke_role
from huiyin.apps.portal.selectors.boards import board_of
from huiyin.apps.portal.selectors.desk import Board, Pile, page_of
from huiyin.domain.access import STAFF_ROLES
from huiyin.web.now import now
from tests import given, given_hotline, given_reports
from tests.people import Cast, sign_in

MOST_QUERIES = 23
ROLES = sorted(role.value for role in STAFF_ROLES)


def piles_of(cast: Cast, role: str) -> dict[str, Pile]:
    board: Board = board_of(cast.actor(role), now())
    return {pile.key: pile for pile in board.piles}


def days_ago(days: int) -> datetime:
    return now() - timedelta(days=days)


def titles(pile: Pile) -> list[str]:
    return [line.act for line in pile.lines]


def test_the_secretary_sees_what_is_overdue_due_today_and_undecided(cast: Cast) -> None:
    late = given.a_case(cast, status="in_progress", now=days_ago(40))
    today = given.a_case(cast, status="in_progress", now=days_ago(2))
    Case.objects.filter(pk=today.pk).update(due_at=now() + timedelta(seconds=1))
    given.a_registered_case(cast, now=days_ago(1))
    piles = piles_of(cast, "secretary")
    assert (piles["overdue"].count, piles["due_today"].count, piles["waiting"].count) == (1, 1, 1)
    assert late.number in piles["overdue"].lines[0].meta
    assert "逾期 10 天" in piles["overdue"].lines[0].meta
    assert "物业没有答复" in piles["overdue"].lines[0].meta
    assert titles(piles["waiting"]) == ["分派"]


def test_a_limit_of_hours_that_ends_in_the_coming_night_is_today_s_work_and_says_when(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    evening = datetime(2026, 6, 10, 23, 53, tzinfo=given.BEIJING)
    case = given.a_case(cast, status="in_progress", now=evening - timedelta(hours=1))
    tomorrow = given.a_case(cast, status="in_progress", now=evening - timedelta(hours=1))
    Case.objects.filter(pk=case.pk).update(due_at=datetime(2026, 6, 11, 1, 53, tzinfo=given.BEIJING))
    end_of_tomorrow = datetime(2026, 6, 11, 23, 59, 59, 999999, tzinfo=given.BEIJING)
    Case.objects.filter(pk=tomorrow.pk).update(due_at=end_of_tomorrow)
    monkeypatch.setenv("HUIYIN_NOW", evening.isoformat())
    pile = piles_of(cast, "secretary")["due_today"]
    assert pile.count == 1
    assert f"{case.number}，{cast.estate.name}，凌晨 1:53到期" in pile.lines[0].meta
    page = sign_in(client, cast.secretary).get(page_of(case)).text
    assert "6月11日 凌晨 1:53</time>" in page
    assert "6月11日</time>" in client.get(page_of(tomorrow)).text


def test_several_unassigned_cases_are_one_line_and_the_rest_is_counted(cast: Cast) -> None:
    for _ in range(3):
        given.a_registered_case(cast, now=days_ago(1))
    due = datetime(2026, 6, 5, 23, 59, tzinfo=given.BEIJING)
    Bulletin.objects.create(estate=cast.estate, month=date(2026, 5, 1), due_at=due)
    for _ in range(5):
        case = given.a_case(cast, status="in_progress", now=days_ago(3))
        giving_up.propose_giving_up(
            case, by=cast.by_manager, reason="归供电。", responsible_instead="供电公司"
        )
    waiting = piles_of(cast, "secretary")["waiting"]
    assert waiting.count == 3 + 1 + 5
    assert titles(waiting) == ["一起分派", "核对后发布", *["定能不能解决"] * 3]
    assert waiting.rest == 2


def test_every_decision_waits_for_whoever_takes_it(cast: Cast) -> None:
    asked = given.a_case(cast, status="in_progress", now=days_ago(5))
    later = day_of(asked.due_at) + timedelta(days=9)
    extension.ask_extension(asked, by=cast.by_manager, due_on=later, reason="等配件。")
    assert titles(piles_of(cast, "secretary")["waiting"]) == ["批改期"]
    assert not piles_of(cast, "street_officer")["waiting"].count
    extension.decide_extension(asked.extensions.get(), by=cast.by_secretary, approve=True)
    asked.refresh_from_db()
    extension.ask_extension(asked, by=cast.by_manager, due_on=later + timedelta(days=3), reason="再等。")
    assert not piles_of(cast, "secretary")["waiting"].count
    assert titles(piles_of(cast, "street_officer")["waiting"]) == ["批改期"]
    refused = given.a_case(cast, status="rejected", now=days_ago(3))
    askers.object_to_outcome(given.original_asker(refused), by=cast.by_resident, text="不同意。")
    assert titles(piles_of(cast, "street_officer")["waiting"]) == ["批改期", "答复异议"]


def test_the_company_sees_its_own_work_and_what_is_offered_to_it(cast: Cast) -> None:
    given.a_case(cast, status="assigned", now=days_ago(3))
    given.a_case(cast, status="reopened", now=days_ago(20))
    offered = given.a_case(cast, status="registered", now=days_ago(2))
    assign.assign(
        offered, by=cast.by_secretary, case_list="short_term", lead=assign.Lead.of_area(cast.community)
    )
    lead.propose_lead(
        offered, by=cast.by_secretary, lead=assign.Lead.company(cast.engagement), reason="归物业。"
    )
    given.a_registered_case(cast, now=days_ago(1))
    for role in ("manager", "company_admin"):
        waiting = piles_of(cast, role)["waiting"]
        assert waiting.count == 3
        assert titles(waiting) == ["接或不接", "再办", "开始办理"]


def test_the_lines_lead_to_pages_that_hold_as_many_as_they_say(client: Client, cast: Cast) -> None:
    for days, status in enumerate(("registered", "assigned", "in_progress", "reopened", "reopen_requested")):
        given.a_case(cast, status=status, now=days_ago(45 - days))
    escalate.tend()
    for role in ("secretary", "street_officer", "district_officer", "manager", "technician"):
        sign_in(client, getattr(cast, role))
        for pile in client.get("/desk").context["board"].piles:
            if pile.rest_url.startswith("/desk/cases"):
                assert client.get(pile.rest_url).context["page"].total == pile.count, (role, pile.key)
            for line in pile.lines:
                assert client.get(line.url).status_code == 200


def test_the_ladder_shows_at_each_rung(cast: Cast) -> None:
    given.a_case(cast, status="in_progress", now=days_ago(45))
    assert not piles_of(cast, "street_officer")["at_street"].count
    escalate.tend()
    assert piles_of(cast, "street_officer")["at_street"].count == 1
    assert piles_of(cast, "district_officer")["at_district"].count == 1


def test_without_a_secretary_the_street_decides_and_sees_the_vacancy(cast: Cast) -> None:
    case = given.a_registered_case(cast, now=days_ago(1))
    office = RoleAssignment.objects.get(person=cast.secretary)
    revoke_role(assignment=office, by=cast.by_street_officer)
    RoleAssignment.objects.filter(pk=office.pk).update(revoked_at=days_ago(2))
    piles = piles_of(cast, "street_officer")
    assert [line.title for line in piles["vacancies"].lines] == ["云杉里社区"]
    assert titles(piles["waiting"]) == ["分派"]
    assert duties_of(cast.by_street_officer).acts_as_secretary == (cast.community.path,)
    assert list(cases_for_desk(cast.by_street_officer)) == [case]


def test_the_community_worker_s_round(cast: Cast) -> None:
    claim_household(person=cast.neighbour, estate=cast.estate, building="9", room="1", by=cast.by_neighbour)
    piles = piles_of(cast, "community_worker")
    assert list(piles) == ["slips", "calls", "households"]
    assert piles["households"].count == 1
    assert titles(piles["households"]) == ["核实"]


@pytest.mark.parametrize(
    ("status", "role", "act"),
    [
        ("draft", "manager", "接着写"),
        ("returned", "manager", "看退回理由，去改"),
        ("returned", "company_admin", "看退回理由，去改"),
        ("submitted", "secretary", "去审定"),
    ],
)
def test_a_report_waits_for_whom_it_is_with(cast: Cast, status: str, role: str, act: str) -> None:
    report = given_reports.a_report(cast, status=status)
    pile = piles_of(cast, role)["reports"]
    assert (pile.count, titles(pile)) == (1, [act])
    assert pile.lines[0].url == f"/desk/reports/{report.pk}"


@pytest.mark.parametrize(("status", "role"), [("submitted", "manager"), ("returned", "secretary")])
def test_a_report_that_is_with_the_other_side_is_no_work(cast: Cast, status: str, role: str) -> None:
    given_reports.a_report(cast, status=status)
    assert "reports" not in piles_of(cast, role)


def test_what_the_hotline_leaves_open_waits_for_who_brings_complaints(
    client: Client, cast: Cast, settings: LazySettings, tmp_path: Path
) -> None:
    settings.HOTLINE_FOLDER = tmp_path / "hotline"
    guess, unknown = "云衫里小区的物业不修电梯，老人上不了楼", "明珠花园物业不扫楼道"
    given_hotline.an_import(
        cast.by_secretary, [given_hotline.a_row(1, guess), given_hotline.a_row(2, unknown)]
    )
    given_hotline.a_check(cast.by_secretary)
    for role in ("secretary", "street_officer", "district_officer"):
        acts = titles(piles_of(cast, role)["hotline"])
        assert acts == [*(["看结果，存入"] if role == "secretary" else []), "核对归属", "认领"]
    assert "hotline" not in piles_of(cast, "manager")
    page = sign_in(client, cast.secretary).get("/desk").text
    assert "核对 1 种拿不准的归属" in page
    assert 'href="/desk/hotline/names"' in page


def test_the_operator_sees_no_person_and_no_case(client: Client, cast: Cast) -> None:
    case = given.a_case(cast, status="in_progress", now=days_ago(45))
    page = sign_in(client, cast.operator).get("/desk").content.decode()
    assert "后台任务" in page
    assert case.number not in page
    assert "云杉里" not in page.replace("云杉区", "")


def test_the_auditor_finds_the_ways_into_the_records(client: Client, cast: Cast) -> None:
    page = sign_in(client, cast.auditor).get("/desk").content.decode()
    for url in ("/verify", "/desk/people/openings", "/desk/cases"):
        assert f'href="{url}"' in page


@pytest.mark.parametrize("role", ROLES)
def test_more_cases_cost_no_more_queries(
    client: Client, cast: Cast, django_assert_max_num_queries: Any, role: str
) -> None:
    sign_in(client, getattr(cast, role))
    client.get("/desk")
    counted = []
    for _ in range(2):
        for days in (1, 20, 45):
            given.a_case(cast, status="in_progress", now=days_ago(days))
            given.a_registered_case(cast, now=days_ago(days))
        escalate.tend()
        client.get("/desk")
        with django_assert_max_num_queries(MOST_QUERIES) as queries:
            assert client.get("/desk").status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]
