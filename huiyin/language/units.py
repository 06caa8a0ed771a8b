"""Numbers with their units in folded text: 96 次, 三十余户, 2.35 元/㎡·月, 98%."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from huiyin.language.dates import TimeMention
from huiyin.language.numerals import NUMBER, number_at


class Dimension(StrEnum):
    COUNT = "count"
    MONEY = "money"
    AREA = "area"
    VOLUME = "volume"
    LENGTH = "length"
    WEIGHT = "weight"
    SHARE = "share"
    TIME = "time"
    OTHER = "other"


_UNITS: dict[Dimension, str] = {
    Dimension.SHARE: "% ‰ 个百分点 个点",
    Dimension.MONEY: "元 块钱 角 人民币",
    Dimension.AREA: "平方公里 平方千米 平方米 平方 平米 ㎡ m² m2 亩 公顷",
    Dimension.VOLUME: "立方米 立方 m³ m3 毫升 升",
    Dimension.WEIGHT: "千克 公斤 吨 市斤 斤 kg 克",
    Dimension.LENGTH: "公里 千米 厘米 毫米 米 km cm mm",
    Dimension.TIME: "个工作日 工作日 小时 分钟 个月 个季度 个学期 星期 周 天 年 秒",
    Dimension.COUNT: (
        "人次 户次 车次 场次 件次 台次 班次 批次 余处 多处 户业主 名业主 车位 个 名 位 人 户 家 台 部 辆 架 条 件 "
        "起 次 遍 回 趟 处 栋 幢 座 间 套 块 张 份 根 盏 只 支 棵 株 场 期 批 项 宗 例 篇 组 对 册 本 封 道 扇 门 口 "
        "眼 面 片 层 所 单元 桶 车 车辆 盘 袋 箱 瓶 罐 顶 把 副 枚 颗 粒 路 班 轮 票 岗"
    ),
    Dimension.OTHER: "千瓦时 千瓦 kWh kW kV KV 千伏 伏 安 ℃ 摄氏度 度 分贝 兆 倍 万伏 dB",
}
_DIMENSION_OF = {unit: dimension for dimension, units in _UNITS.items() for unit in units.split()}
_UNIT = "|".join(re.escape(unit) for unit in sorted(_DIMENSION_OF, key=len, reverse=True))
_PER_UNIT = "(?:个)?(?:㎡|m²|m2|平方米|平米|月|年|天|日|次|户|人|车|小时|吨|度|立方米|方|辆|部)"
_PER = rf"(?:[/每／]{_PER_UNIT}(?:[/每／·.*]{_PER_UNIT})?)"
_AFTER_NUMBER = re.compile(rf"\s*(?P<unit>{_UNIT})(?P<per>{_PER})?")
_FIRSTS = frozenset({" ", *(unit[0] for unit in _DIMENSION_OF)})
_COUNTS_NOTHING = re.compile(
    r"一(?:个(?:小区|单位|地方|人|方面|问题|家|月)?|些|定|直|起|同|致|般|下|样|切|律|经|旦|方面|边|面|系列|位|名|次性|条龙|次)"
)


_PART_OF_A_WORD_AFTER = frozenset("统万第唯专某每这那同任")


class Quantity(NamedTuple):
    """text[start:end]; `unit` as written, `per` what it is counted by (/㎡·月), `is_about` for 余, 多, 约."""

    start: int
    end: int
    value: Decimal
    unit: str
    dimension: Dimension
    per: str = ""
    is_about: bool = False


class BareNumber(NamedTuple):
    """A figure without a unit at text[start:end]."""

    start: int
    end: int
    value: Decimal


def dimension_of(unit: str) -> Dimension:
    """What a unit measures; COUNT for words that are none."""
    return _DIMENSION_OF.get(unit, Dimension.COUNT)


def find_quantities(text: str, times: Sequence[TimeMention] = ()) -> tuple[list[Quantity], list[BareNumber]]:
    """Numbers with a unit, and figures without one; what belongs to a mention of time is neither."""
    quantities: list[Quantity] = []
    bare: list[BareNumber] = []
    at, count = 0, len(times)
    for match in NUMBER.finditer(text):
        start, end = match.span()
        while at < count and times[at].end <= start:
            at += 1
        if at < count and times[at].start <= start:
            continue
        unit = _AFTER_NUMBER.match(text, end) if text[end : end + 1] in _FIRSTS else None
        if unit is None:
            if match["figures"]:
                number = number_at(match)
                if number:
                    bare.append(BareNumber(start, end, number.value))
            continue
        if _is_a_word(text, match):
            continue
        number = number_at(match)
        if number is None:
            continue
        quantities.append(
            Quantity(
                start,
                unit.end(),
                number.value,
                unit["unit"],
                dimension_of(unit["unit"]),
                unit["per"] or "",
                number.is_about,
            )
        )
    return quantities, bare


def _is_a_word(text: str, match: re.Match[str]) -> bool:
    """一个, 一位, 统一户名: numerals that count nothing."""
    if match["figures"]:
        return False
    if match["chinese"] == "一" and _COUNTS_NOTHING.match(text, match.start()):
        return True
    return text[max(0, match.start() - 1) : match.start()] in _PART_OF_A_WORD_AFTER
