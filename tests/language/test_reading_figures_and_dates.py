"""Sentences, numerals, dates and units, as the checks and the claims read them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from huiyin.language.dates import TimeKind, find_times
from huiyin.language.normalise import fold
from huiyin.language.numerals import chinese_value
from huiyin.language.sentences import Kind, split_sentences
from huiyin.language.units import Dimension, find_quantities


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("十", 10),
        ("二十三", 23),
        ("一百零五", 105),
        ("两万三", 23_000),
        ("二〇二六", 2026),
        ("一百五", 150),
        ("三千二百", 3200),
    ],
)
def test_a_chinese_numeral_has_its_value(written: str, value: int) -> None:
    assert chinese_value(written) == value


@pytest.mark.parametrize(
    ("text", "kind", "first", "last"),
    [
        ("2026年3月至6月", TimeKind.PERIOD, dt.date(2026, 3, 1), dt.date(2026, 6, 30)),
        ("2026年上半年", TimeKind.PERIOD, dt.date(2026, 1, 1), dt.date(2026, 6, 30)),
        ("2026年第三季度", TimeKind.PERIOD, dt.date(2026, 7, 1), dt.date(2026, 9, 30)),
        ("2026年10月12日", TimeKind.DATE, dt.date(2026, 10, 12), dt.date(2026, 10, 12)),
        ("2026-02-30", TimeKind.DATE, None, None),
        ("2026年10月底前", TimeKind.DEADLINE, dt.date(2026, 10, 1), dt.date(2026, 10, 31)),
        ("七个工作日内", TimeKind.DEADLINE, None, None),
        ("每15天一次", TimeKind.FREQUENCY, None, None),
        ("24小时", TimeKind.DURATION, None, None),
    ],
)
def test_a_mention_of_time_is_found_whole(
    text: str, kind: TimeKind, first: dt.date | None, last: dt.date | None
) -> None:
    (found,) = find_times(text)
    assert (text[found.start : found.end], found.kind, found.first, found.last) == (text, kind, first, last)


@pytest.mark.parametrize("text", ["3号楼", "10号线", "2单元", "近期", "适时"])
def test_houses_lines_and_vague_times_are_no_dates(text: str) -> None:
    assert find_times(text) == []


@pytest.mark.parametrize(
    ("text", "value", "unit", "dimension"),
    [
        ("96 次", "96", "次", Dimension.COUNT),
        ("三十余户", "30", "户", Dimension.COUNT),
        ("1,432起", "1432", "起", Dimension.COUNT),
        ("2.1万元", "21000", "元", Dimension.MONEY),
        ("53.5 万元", "535000", "元", Dimension.MONEY),
        ("1.2 亿元", "120000000", "元", Dimension.MONEY),
        ("1.2 万盏", "12000", "盏", Dimension.COUNT),
        ("10 千瓦", "10", "千瓦", Dimension.OTHER),
        ("98.5%", "98.5", "%", Dimension.SHARE),
        ("２４０平方米", "240", "平方米", Dimension.AREA),
    ],
)
def test_a_number_belongs_to_its_unit(text: str, value: str, unit: str, dimension: Dimension) -> None:
    (found,), bare = find_quantities(fold(text).text)
    assert (found.value, found.unit, found.dimension, bare) == (Decimal(value), unit, dimension, [])


def test_a_price_keeps_what_it_is_counted_by() -> None:
    (price,), _ = find_quantities("2.35 元/㎡·月")
    assert (price.value, price.unit, price.per) == (Decimal("2.35"), "元", "/㎡·月")


@pytest.mark.parametrize("text", ["统一管理", "一些居民", "万一停电", "一个单位"])
def test_numerals_inside_words_count_nothing(text: str) -> None:
    assert find_quantities(text) == ([], [])


def test_a_report_is_cut_into_headings_items_cells_and_sentences() -> None:
    text = "# 工作报告\n一、服务履约\n1. 维保 96 次，及时。更换 2 台\n| 项目 | 次数 |\n|---|---|\n完成了。正在办；"
    parts = [(part.kind, text[part.start : part.end]) for part in split_sentences(text)]
    assert parts == [
        (Kind.HEADING, "工作报告"),
        (Kind.HEADING, "一、服务履约"),
        (Kind.ITEM, "维保 96 次，及时。"),
        (Kind.ITEM, "更换 2 台"),
        (Kind.CELL, "项目"),
        (Kind.CELL, "次数"),
        (Kind.SENTENCE, "完成了。"),
        (Kind.SENTENCE, "正在办；"),
    ]


def test_a_sentence_goes_on_after_a_quotation_in_its_middle() -> None:
    text = "业主说“垃圾清得不勤。味道大。”的问题已经解决。下一句。"
    assert [text[part.start : part.end] for part in split_sentences(text)] == [text[:-4], "下一句。"]
