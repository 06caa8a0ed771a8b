"""An estate's public page: its property complaints for each 1,000 households in twelve months."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from huiyin.apps.hotline.mirroring import total_up
from huiyin.apps.hotline.trends import public_trend
from huiyin.apps.places.models import Estate
from huiyin.domain.months import months_later
from tests.given_counts import JUNE, more_estates, some_complaints
from tests.people import Cast

TODAY = date(2026, 7, 15)


@pytest.fixture(autouse=True)
def _in_july(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYIN_NOW", "2026-07-15T10:00:00+08:00")


def test_a_page_tells_the_last_month_that_is_over_and_its_year(client: Client, cast: Cast) -> None:
    some_complaints(cast.estate, 21)
    some_complaints(cast.estate, 4, category="停车")
    some_complaints(cast.estate, 7, about=False, category="市政")
    some_complaints(cast.estate, 10, month=date(2025, 7, 1))
    some_complaints(cast.estate, 99, month=date(2025, 6, 1))
    some_complaints(cast.estate, 50, month=date(2026, 7, 1))
    some_complaints(cast.other_estate, 3)
    page = client.get("/estates/yunshanli").text
    assert "2026年6月物业诉求 25 件，合每千户 59.5 件，全区是 44.4 件。有数据的 2 个月一共 35 件。" in page
    assert "户数或件数少" not in page
    assert "2026年6月物业诉求 3 件，合每千户 14.3 件" in client.get("/estates/beiqiaoyuan").text
    assert "户数或件数少" in client.get("/estates/beiqiaoyuan").text


def test_the_months_stand_in_order_and_those_of_which_others_complained_are_zero(
    client: Client, cast: Cast
) -> None:
    some_complaints(cast.estate, 21, month=JUNE)
    for back in range(1, 12):
        some_complaints(cast.other_estate, 2, month=months_later(JUNE, -back))
    trend = public_trend(cast.estate, TODAY)
    assert trend is not None
    assert [each.month for each in trend.months][::11] == [date(2025, 7, 1), JUNE]
    assert (trend.months[0].count, trend.months[0].per_thousand) == (0, Decimal("0.0"))
    assert (trend.now.count, trend.now.per_thousand) == (21, Decimal("50.0"))
    assert "十二个月一共 21 件。" in client.get("/estates/yunshanli").text


def test_a_month_of_which_nothing_was_brought_is_a_gap_and_no_nought(client: Client, cast: Cast) -> None:
    some_complaints(cast.estate, 21, month=JUNE)
    some_complaints(cast.estate, 6, month=date(2026, 4, 1))
    some_complaints(cast.estate, 7, month=date(2026, 3, 1))
    trend = public_trend(cast.estate, TODAY)
    assert trend is not None
    assert (trend.held_count, trend.in_year) == (3, 34)
    assert [path.count("L") for path in trend.chart.main.path.split("M")[1:]] == [1, 0]
    page = client.get("/estates/yunshanli").text
    assert "有数据的 3 个月一共 34 件。" in page
    assert page.count("没有数据") == 9


def test_a_month_of_a_few_days_is_not_told_as_one(cast: Cast) -> None:
    some_complaints(cast.estate, 21, month=JUNE)
    some_complaints(cast.estate, 6, month=date(2026, 5, 1))
    total_up(JUNE, days=("2026-06-01", "2026-06-05"))
    trend = public_trend(cast.estate, TODAY)
    assert trend is not None
    assert (str(trend.period), trend.now.count) == ("2026-05", 6)


def test_an_earlier_month_of_a_few_days_is_a_gap_and_counts_nowhere(cast: Cast) -> None:
    some_complaints(cast.estate, 21, month=JUNE)
    some_complaints(cast.estate, 20, month=date(2026, 4, 1))
    total_up(date(2026, 4, 1), days=("2026-04-01", "2026-04-05"))
    trend = public_trend(cast.estate, TODAY)
    assert trend is not None
    assert (trend.held_count, trend.in_year) == (1, 21)
    assert [(each.month.month, each.count) for each in trend.months if each.is_held] == [(6, 21)]


def test_where_no_month_is_whole_nothing_is_said_in_public(client: Client, cast: Cast) -> None:
    some_complaints(cast.estate, 21, month=JUNE)
    total_up(JUNE, days=("2026-06-01", "2026-06-05"))
    assert public_trend(cast.estate, TODAY) is None
    assert "12345 热线诉求趋势" not in client.get("/estates/yunshanli").text


def test_five_estates_of_a_kind_are_measured_by_each_other(cast: Cast) -> None:
    """Else by the district; of those whose households nobody knows nothing is counted."""
    for estate in more_estates(cast, 5):
        some_complaints(estate, 6)
    some_complaints(cast.estate, 21)
    Estate.objects.filter(slug="n4").update(household_count=0)
    alike = public_trend(cast.estate, TODAY)
    assert alike is not None
    assert (alike.peers, alike.now.of_peers) == ("同类小区", Decimal("24.6"))
    Estate.objects.filter(slug="yunshanli").update(kind="old")
    alone = public_trend(Estate.objects.get(slug="yunshanli"), TODAY)
    assert alone is not None
    assert (alone.peers, alone.now.of_peers) == ("全区", Decimal("24.6"))


def test_few_households_are_marked_and_the_sentence_stays_in_large_type(client: Client, cast: Cast) -> None:
    """300 households weigh as much as the value of all (policy)."""
    some_complaints(cast.estate, 30)
    Estate.objects.filter(pk=cast.estate.pk).update(household_count=240)
    small = public_trend(Estate.objects.get(pk=cast.estate.pk), TODAY)
    assert small is not None
    assert small.is_small
    client.cookies["hy_mode"] = "elder"
    page = client.get("/estates/yunshanli").text
    assert "样本少" in page
    section = page[page.index('<section class="hy-sec" aria-labelledby="hl">') :]
    assert section.index("2026年6月物业诉求 30 件") < section.index('<div class="hy-less"><svg')


def test_without_complaints_or_households_nothing_is_said(client: Client, cast: Cast) -> None:
    assert public_trend(cast.estate, TODAY) is None
    some_complaints(cast.estate, 21)
    Estate.objects.filter(pk=cast.other_estate.pk).update(household_count=0)
    assert "12345 热线诉求趋势" not in client.get("/estates/beiqiaoyuan").text
    assert "12345 热线诉求趋势" in client.get("/estates/yunshanli").text
