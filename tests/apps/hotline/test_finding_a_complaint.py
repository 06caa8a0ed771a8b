"""One complaint by the number the hotline gave it, for whoever may read its words."""

from __future__ import annotations

import re

import pyarrow as pa
import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.analytics.numbers import keys_of
from huiyin.analytics.store import Store
from huiyin.apps.hotline.finding import key_of, month_with
from huiyin.apps.hotline.services import register_complaint
from tests.given_hotline import a_row, an_import
from tests.people import Cast, sign_in

FIND = "/desk/hotline/complaints/find"
ROWS = [
    a_row(1, "云杉里物业不修电梯"),
    a_row(2, "路灯不亮", at="2026-06-02 08:00:00"),
    a_row(3, "北桥苑物业不扫楼道", 区划代码="119901002"),
]


def shown(cast: Cast, name: str, number: str) -> str:
    return sign_in(Client(), getattr(cast, name)).post(FIND, {"number": number}).text


def test_it_is_shown_with_its_estate_and_the_case_it_became(cast: Cast) -> None:
    an_import(cast.by_district_officer, ROWS)
    assert "云杉里物业不修电梯" in shown(cast, "secretary", "r0001")
    page = shown(cast, "secretary", " R0001 ")
    assert "云杉里物业不修电梯" in page
    assert 'href="/desk/hotline/estates/yunshanli?period=2026-05"' in page
    assert "登记到台账" in page
    links = re.findall(r'href="(/desk/hotline/complaints/(?:register|correct)\?[^"]*)"', page)
    secretary = sign_in(Client(), cast.secretary)
    assert [secretary.get(link).context["complaint"].number for link in links] == ["R0001", "R0001"]
    assert "R0001" not in "".join(links)
    case = register_complaint(month="2026-05", number="R0001", by=cast.by_secretary)
    page = shown(cast, "secretary", "R0001")
    assert f'href="/desk/cases/{case.number}"' in page
    assert "登记到台账" not in page


@pytest.mark.parametrize(
    ("name", "number", "words"),
    [
        ("secretary", "R0002", ""),
        ("street_officer", "R0002", "路灯不亮"),
        ("district_officer", "R0002", "路灯不亮"),
        ("secretary", "R0003", ""),
        ("stranger", "R0003", "北桥苑物业不扫楼道"),
        ("auditor", "R0003", "北桥苑物业不扫楼道"),
        ("district_officer", "R9999", ""),
    ],
)
def test_what_lies_elsewhere_is_as_if_it_were_not_there(
    cast: Cast, name: str, number: str, words: str
) -> None:
    an_import(cast.by_district_officer, ROWS)
    page = shown(cast, name, number)
    assert (words in page) if words else ("没有找到这件诉求" in page)


def test_the_number_is_asked_for_and_never_stands_in_an_address(client: Client, cast: Cast) -> None:
    secretary = sign_in(client, cast.secretary)
    for tabs in ("/desk/hotline", "/desk/hotline/review", "/desk/hotline/imports"):
        assert 'href="/desk/hotline/complaints/find"' in secretary.get(tabs).text
    assert 'method="post"' in secretary.get(FIND).text
    empty = secretary.post(FIND, {"number": ""})
    assert (empty.status_code, "请写工单编号。" in empty.text) == (422, True)
    assert FIND not in sign_in(Client(), cast.manager).get("/desk/hotline").text


def test_the_month_is_found_by_the_keys_of_the_store(cast: Cast) -> None:
    an_import(cast.by_district_officer, ROWS)
    assert [month_with(number) for number in ("R0001", "R0002", "R0003", "R0004", "")] == [
        *("2026-05", "2026-06", "2026-05", None, None),
    ]


@settings(deadline=None, max_examples=50)  # the kernels are loaded with the first
@given(st.lists(st.text(max_size=64), max_size=8))
def test_a_key_is_the_one_the_kernels_make(numbers: list[str]) -> None:
    encodable = [each.encode("utf-8", "ignore").decode() for each in numbers]
    assert [key_of(each) for each in encodable] == keys_of(pa.array(encodable, pa.string())).tolist()


def test_no_complaint_is_read_to_find_the_month_of_one(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    an_import(cast.by_district_officer, ROWS)
    monkeypatch.setattr(Store, "table_of", None)
    assert [month_with(number) for number in ("R0001", "R0002", "R0009")] == ["2026-05", "2026-06", None]
