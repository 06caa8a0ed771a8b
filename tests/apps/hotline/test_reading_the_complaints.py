"""From the numbers down to the masked complaints, as far as one may see them."""

from __future__ import annotations

import pytest
from django.test import Client

from huiyin.apps.hotline.addresses import token_of
from huiyin.apps.ledger.models import Case
from tests.counting import queries_of
from tests.given_hotline import a_row, an_import
from tests.given_topics import some_topics, told
from tests.people import Cast, sign_in

PAGE = "/desk/hotline/estates/yunshanli/complaints"
QUERIES = 8
LIFT = "云杉里物业不修电梯"


@pytest.fixture
def secretary(client: Client, cast: Cast) -> Client:
    return sign_in(client, cast.secretary)


def stored(cast: Cast, count: int = 3) -> None:
    rows = [
        a_row(at, f"{LIFT}，第{at}次", at=f"2026-05-{at % 28 + 1:02d} 08:00:00", 是否解决="否")
        for at in range(1, count + 1)
    ]
    rows.append(a_row(90, "云杉里门口修路", at="2026-05-30 08:00:00", 紧急程度="紧急"))
    rows.append(a_row(91, f"{LIFT}，六月又停了", at="2026-06-02 08:00:00"))
    rows.append(a_row(92, "北桥苑物业不扫楼道", at="2026-06-02 08:00:00"))
    an_import(cast.by_street_officer, rows)


def numbers(client: Client, query: str = "") -> list[str]:
    return [each.number for each, _case in client.get(f"{PAGE}{query}").context["rows"]]


def test_a_month_is_read_the_newest_first(secretary: Client, cast: Cast) -> None:
    stored(cast)
    assert numbers(secretary) == ["R0091"]
    assert numbers(secretary, "?month=2026-05") == ["R0090", "R0003", "R0002", "R0001"]
    assert numbers(secretary, "?month=2026-05&kind=property") == ["R0003", "R0002", "R0001"]
    assert numbers(secretary, "?month=1999-01") == ["R0091"]
    page = secretary.get(f"{PAGE}?month=2026-05").text
    assert "没解决" in page
    assert "不是物业服务类" in page
    assert "R0092" not in page


def test_the_complaints_of_a_topic_lie_in_several_months(secretary: Client, cast: Cast) -> None:
    stored(cast)
    (topic,) = some_topics(told(cast, "R0001", "R0003", "R0091", first_on="2026-05-02", last_on="2026-06-02"))
    assert numbers(secretary, f"?topic={topic.pk}") == ["R0091", "R0003", "R0001"]
    assert "电梯经常停运" in secretary.get(f"{PAGE}?topic={topic.pk}").text
    other = "/desk/hotline/estates/beiqiaoyuan/complaints"
    assert sign_in(Client(), cast.stranger).get(f"{other}?topic={topic.pk}").status_code == 404


def test_a_page_costs_the_same_queries_for_few_and_many(secretary: Client, cast: Cast) -> None:
    stored(cast, 2)
    secretary.get(PAGE)
    few = queries_of(lambda: secretary.get(f"{PAGE}?month=2026-05"))
    stored(cast, 30)
    many = queries_of(lambda: secretary.get(f"{PAGE}?month=2026-05"))
    assert few == many <= QUERIES
    page = secretary.get(f"{PAGE}?month=2026-05")
    assert (len(page.context["rows"]), page.context["page"].total) == (20, 31)


def test_without_complaints_the_page_says_what_to_do(secretary: Client) -> None:
    assert "没有这样的诉求" in secretary.get(PAGE).text


def test_a_complaint_becomes_a_case_from_its_row(secretary: Client, cast: Cast) -> None:
    stored(cast)
    assert "登记到台账" in secretary.get(f"{PAGE}?month=2026-05").text
    worker = sign_in(Client(), cast.community_worker).get(f"{PAGE}?month=2026-05").text
    assert "登记到台账" not in worker
    asked = f"/desk/hotline/complaints/register?complaint={token_of('2026-05', 'R0002')}"
    secretary.post(asked, secretary.get(asked).context["form"].initial)
    rows = {each.number: case for each, case in secretary.get(f"{PAGE}?month=2026-05").context["rows"]}
    assert rows["R0002"] == Case.objects.get().number
    assert rows["R0001"] is None
