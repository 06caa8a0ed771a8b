"""Demands on the pages: a resident by the QR, the community worker for others, the secretary who orders and sends."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from huiyin.apps.ledger.models import Case
from huiyin.apps.people.selectors import memberships_of
from huiyin.apps.reports.models import Demand, DemandList, DemandVoice
from huiyin.apps.reports.services import demands, voices
from huiyin.domain.access import Actor
from huiyin.domain.clocks import due_day
from huiyin.web.now import now as clock
from tests.counting import queries_of
from tests.people import Cast, sign_in

SAID = "东门没有坡道，轮椅上不去。"
PAGE = "/estates/yunshanli/demands"
BEIJING = ZoneInfo("Asia/Shanghai")
KEY = "0123456789abcdef-first"


@pytest.fixture
def collecting(cast: Cast) -> DemandList:
    """Open today: a clock that a test sets makes the whole cast anew."""
    first_of_month = due_day(clock()).replace(day=1)
    return demands.open_demand_list(estate=cast.estate, by=cast.by_secretary, begins_on=first_of_month)


def command(client: Client, demand_list: DemandList, name: str, **data: Any) -> Any:
    return client.post(f"/desk/demands/{demand_list.pk}/{name}", data)


def test_where_nothing_is_collected_the_page_says_what_to_do_instead(cast: Cast, client: Client) -> None:
    page = client.get(PAGE).text
    assert "还没有收集过" in page
    assert "<textarea" not in page
    assert client.post(PAGE, {"text": SAID}).status_code == 409


def test_a_visitors_words_wait_until_after_signing_in(
    cast: Cast, client: Client, collecting: DemandList
) -> None:
    answer = client.post(PAGE, {"text": SAID, "building": "6号楼"})
    assert answer.headers["Location"].startswith("/sign-in?next=")
    assert not DemandVoice.objects.exists()
    sign_in(client, cast.resident)
    page = client.get(f"{PAGE}?draft=1").text
    assert f"{SAID}</textarea>" in page
    assert "您写的都在" in page


def test_a_demand_is_kept_once_masked_and_not_shown_before_it_is_confirmed(
    cast: Cast, client: Client, collecting: DemandList
) -> None:
    sign_in(client, cast.resident)
    for _ in range(2):
        answer = client.post(PAGE, {"text": f"{SAID}电话13912345678", "idempotency_key": KEY}, follow=True)
        assert "记下了，谢谢。" in answer.text
    voice = DemandVoice.objects.get()
    assert "13912345678" not in voice.text
    assert voice.household_id is not None
    assert "东门没有坡道" not in Client().get(PAGE).text


def test_the_same_as_a_line_that_stands_needs_no_words(cast: Cast, collecting: DemandList) -> None:
    worker = sign_in(Client(), cast.community_worker)
    command(worker, collecting, "type-in", source="visit", text=SAID, building="3号楼")
    line = Demand.objects.get()
    resident = sign_in(Client(), cast.resident)
    assert line.title in resident.get(PAGE).text
    resident.post(PAGE, {"demand": line.pk})
    assert line.voices.count() == 2
    assert "请写清楚是什么事，或者在上面选一条一样的。" in resident.post(PAGE, {"demand": ""}).text


def test_what_was_typed_wrong_comes_back(cast: Cast, collecting: DemandList) -> None:
    worker = sign_in(Client(), cast.community_worker)
    answer = command(worker, collecting, "type-in", source="", text=SAID)
    assert answer.status_code == 422
    assert f"{SAID}</textarea>" in answer.text
    tomorrow = command(
        worker,
        collecting,
        "type-in",
        source="phone",
        text=SAID,
        said_on=str(due_day(clock()) + timedelta(days=1)),
    )
    assert "这一天还没有到。" in tomorrow.text


def test_the_secretary_words_merges_sets_aside_and_takes_up_again(cast: Cast, collecting: DemandList) -> None:
    by: Actor = cast.by_community_worker
    first, second, third = (
        voices.add_voice(collecting, by=by, source="visit", text=text).demand
        for text in (SAID, "东门台阶太高，老人摔过。", "快递柜占了消防通道。")
    )
    secretary = sign_in(Client(), cast.secretary)
    opened = secretary.get(f"/desk/demands/{collecting.pk}?line={first.pk}").text
    assert "改写成一句话" in opened
    command(secretary, collecting, "word", demand=first.pk, title="东门没有坡道")
    command(secretary, collecting, "merge", demand=second.pk, into=first.pk)
    assert (
        "这个理由要另写一句说明。"
        in command(secretary, collecting, "set-aside", demand=third.pk, reason="not_property_service").text
    )
    command(secretary, collecting, "set-aside", demand=third.pk, reason="done_already")
    page = secretary.get(f"/desk/demands/{collecting.pk}").text
    assert "东门没有坡道" in page
    assert "并入：东门台阶太高，老人摔过" in page
    assert "说过 2 次" in page
    assert "2 户" not in page
    assert "这件事已经办好，提出的人也认可。" in page
    command(secretary, collecting, "unmerge", demand=second.pk)
    command(secretary, collecting, "take-up", demand=third.pk)
    assert Demand.objects.filter(merged_into=None, set_aside_reason="").count() == 3


def test_what_cannot_wait_becomes_a_case_that_leads_back_here(cast: Cast, collecting: DemandList) -> None:
    voices.add_voice(collecting, by=cast.by_resident, source="qr", text=SAID)
    line = Demand.objects.get()
    secretary = sign_in(Client(), cast.secretary)
    command(secretary, collecting, "register", demand=line.pk)
    case = Case.objects.get()
    assert f'href="/demands/{line.pk}"' in Client().get(f"/cases/{case.number}").text
    assert Client().get(f"/demands/{line.pk}").headers["Location"] == PAGE


def test_confirmed_it_is_public_in_order_with_counts_and_without_voices(
    cast: Cast, client: Client, collecting: DemandList
) -> None:
    voices.add_voice(collecting, by=cast.by_resident, source="qr", text=SAID, nickname="槐花")
    secretary = sign_in(Client(), cast.secretary)
    assert command(secretary, collecting, "send").status_code == 422
    assert "清单已确认并公开" in secretary.post(f"/desk/demands/{collecting.pk}/confirm", follow=True).text
    page = client.get(PAGE).text
    assert "东门没有坡道" in page
    assert "1 户，说过 1 次" in page
    assert "槐花" not in page
    manager = sign_in(Client(), cast.manager)
    assert manager.get(f"/desk/demands/{collecting.pk}").status_code == 404
    command(secretary, collecting, "send")
    assert "东门没有坡道" in manager.get(f"/desk/demands/{collecting.pk}").text
    assert "青禾物业服务有限公司" in client.get(PAGE).text


def test_the_sheet_for_the_doors_leads_to_the_collection_page(cast: Cast, collecting: DemandList) -> None:
    page = sign_in(Client(), cast.community_worker).get(f"/desk/demands/{collecting.pk}/print").text
    assert "http://testserver/estates/yunshanli/demands" in page
    assert "<svg" in page
    assert f'datetime="{collecting.collects_until}"' in page


def test_the_desk_lists_every_demand_list_of_the_area(cast: Cast, collecting: DemandList) -> None:
    page = sign_in(Client(), cast.secretary).get("/desk/demands").text
    assert f'href="/desk/demands/{collecting.pk}"' in page
    assert "还没有诉求清单" not in page


def test_after_the_last_day_nothing_more_is_taken(
    cast: Cast, collecting: DemandList, monkeypatch: pytest.MonkeyPatch
) -> None:
    after = datetime.combine(collecting.collects_until + timedelta(days=1), time(9), BEIJING)
    monkeypatch.setenv("HUIYIN_NOW", after.isoformat())
    resident = sign_in(Client(), cast.resident)
    assert "<textarea" not in resident.get(PAGE).text
    assert resident.post(PAGE, {"text": SAID}).status_code == 409


def test_the_pages_of_a_list_cost_the_same_however_long_it_is(
    cast: Cast, client: Client, collecting: DemandList
) -> None:
    by = cast.by_community_worker
    secretary = sign_in(Client(), cast.secretary)
    desk = f"/desk/demands/{collecting.pk}"
    counts = []
    for numbers in (range(1), range(1, 25)):
        for number in numbers:
            voices.add_voice(collecting, by=by, source="visit", text=f"第 {number} 件：{SAID}")
        secretary.get("/desk/demands")
        counts.append([queries_of(lambda page=page: secretary.get(page)) for page in (desk, "/desk/demands")])
    few, many = counts
    assert few == many
    assert few[0] <= 11
    assert few[1] <= 6
    demands.confirm(collecting, by=cast.by_secretary)
    assert queries_of(lambda: client.get(PAGE)) <= 6


def test_the_company_reads_what_was_said_and_where_but_not_by_whom(
    cast: Cast, collecting: DemandList
) -> None:
    voices.add_voice(
        collecting, by=cast.by_resident, source="qr", text=SAID, building="3号楼", nickname="槐花"
    )
    told = {"source": "paper", "text": "楼道灯坏了半个月。", "nickname": "老周"}
    voices.add_voice(collecting, by=cast.by_community_worker, **told)
    demands.confirm(collecting, by=cast.by_secretary)
    demands.send(collecting, by=cast.by_secretary)
    page = f"/desk/demands/{collecting.pk}"
    of_company = sign_in(Client(), cast.manager).get(page).text
    of_community = sign_in(Client(), cast.secretary).get(page).text
    for who in ("槐花", "老周", "白露"):
        assert who not in of_company
        assert who in of_community
    for what in (SAID, "3号楼", "楼道灯坏了半个月"):
        assert what in of_company


def test_confirming_before_the_announced_day_says_so_and_leaves_no_dead_end_behind_the_poster(
    cast: Cast, client: Client, collecting: DemandList
) -> None:
    voices.add_voice(collecting, by=cast.by_resident, source="qr", text=SAID)
    secretary = sign_in(Client(), cast.secretary)
    desk = f"/desk/demands/{collecting.pk}"
    days = (collecting.collects_until - due_day(clock())).days
    page = secretary.get(desk).text
    assert f"还有 {days} 天。现在确认就提前截止" in page
    assert "确定，提前截止并公开清单" in page
    command(secretary, collecting, "confirm")
    assert "原定收集到" in secretary.get(desk).text
    scanned = client.get(PAGE).text
    assert "这一期的收集已经截止" in scanned
    assert 'href="/ask?estate=yunshanli"' in scanned


def test_on_the_last_day_the_list_is_simply_confirmed(cast: Cast, collecting: DemandList) -> None:
    DemandList.objects.filter(pk=collecting.pk).update(collects_until=due_day(clock()))
    page = sign_in(Client(), cast.secretary).get(f"/desk/demands/{collecting.pk}").text
    assert "确定，公开清单" in page
    assert "提前截止" not in page


def test_who_spoke_reads_what_was_recorded_and_nobody_else_does(cast: Cast, collecting: DemandList) -> None:
    resident, neighbour = sign_in(Client(), cast.resident), sign_in(Client(), cast.neighbour)
    home = memberships_of(cast.resident).get().building
    assert f'name="building" value="{home}"' in resident.get(PAGE).text
    resident.post(PAGE, {"text": f"{SAID}电话13912345678"})
    page = resident.get(PAGE).text
    said = page[page.index("您提过的") :]
    assert SAID in said
    assert "13912345678" not in page
    assert "个人信息已遮盖" in said
    assert "您提过的" not in neighbour.get(PAGE).text
    assert "您提过的" not in Client().get(PAGE).text
