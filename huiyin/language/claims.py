"""Numbers claimed in running text, tied to the metrics of a catalogue: value, unit, period, what it is counted of.

A number claims something where a metric is named before it in its line, or after it in its clause, and the unit is
one of the metric's. What is planned, owed, asked for, quoted from residents or told for each single thing claims
nothing.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Protocol

from huiyin.language.claim_periods import Period, find_periods
from huiyin.language.dates import TimeKind, find_times
from huiyin.language.enclosed import Range, Ranges, find_quotes, find_titles
from huiyin.language.normalise import fold
from huiyin.language.numerals import NUMBER, number_at
from huiyin.language.sentences import Kind, Part, on_boundaries, split_sentences
from huiyin.language.units import Quantity, dimension_of, find_quantities

_WORDS = Path(__file__).parent / "data" / "claims" / "metrics.toml"
_ANYTHING = "[^,。;!?|\n]{0,8}?"


class MetricWords(Protocol):
    """A metric of the catalogue, as huiyin.domain.policy_metrics has it."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def units(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class FoundClaim:
    """text[start:end] says the number; `value` is in `unit`, a unit of the metric, whatever was written."""

    metric: str
    value: Decimal
    unit: str
    period: Period
    written_period: str
    """As written; empty where the text names none and the period is the report's."""
    denominator: Decimal | None
    """Of a share: the whole. Of a count: how many lifts it is counted for, if the sentence says so."""
    denominator_label: str
    numerator: Decimal | None
    start: int
    end: int
    confidence: float
    is_about: bool = False


# As written → unit of a catalogue, and how many of these it is.
_SAME_UNIT: dict[str, dict[str, int | Decimal]] = {
    "次": dict.fromkeys(("次", "遍", "趟", "回", "场", "场次", "轮", "起", "班次"), 1),
    "台": dict.fromkeys(("台", "部", "架"), 1),
    "件": dict.fromkeys(("件", "单", "起", "宗", "项", "条", "件次"), 1),
    "具次": dict.fromkeys(("具次", "具"), 1),
    "个次": dict.fromkeys(("个次", "个"), 1),
    "人": dict.fromkeys(("人", "名", "位", "人次", "名业主"), 1),
    "人次": dict.fromkeys(("人次", "人", "名", "名业主"), 1),
    "人时": dict.fromkeys(("人时", "小时"), 1),
    "小时": {"小时": 1},
    "分钟": {"分钟": 1},
    "天": {"天": 1, "日": 1},
    "kg": {"kg": 1, "公斤": 1, "千克": 1, "吨": 1000, "斤": Decimal("0.5")},
    "元": {"元": 1, "万元": 10_000, "亿元": 100_000_000},
    "m²": dict.fromkeys(("m²", "㎡", "平方米", "平米", "平方", "m2"), 1),
    "株": dict.fromkeys(("株", "棵"), 1),
    "处": dict.fromkeys(("处", "堆", "个"), 1),
    "起": dict.fromkeys(("起", "次", "辆", "件", "例", "人次"), 1),
    "个": dict.fromkeys(("个", "只", "台"), 1),
    "户": dict.fromkeys(("户", "家", "户业主"), 1),
    "笔": dict.fromkeys(("笔", "项"), 1),
    "车次": dict.fromkeys(("车次", "车", "趟"), 1),
    "场": dict.fromkeys(("场", "场次", "次", "期"), 1),
    "%": {"%": 1},
}  # fmt: skip
_MORE_UNITS = re.compile(r"\s*[余多]?(?P<unit>具次|个次|人时|具|单|笔|万元|亿元|件|户|人|次|起|处|台)")
_ABOUT_BEFORE = re.compile(r"(?:约|近|超过|逾)\s*$")
_FIGURE_BEFORE = re.compile(r"\d\s+$")
_FIGURES_AND_TIME = re.compile(r"\s*(?P<unit>小时|分钟|天)")

_CLAUSE_END = re.compile(r"[,;:!?|()。]|、(?=[\u4e00-\u9fff]{2,12}\d)")
_NOT_YET = re.compile(
    r"计划|拟(?!定)|将(?!近)|力争|争取|预计|承诺|目标|打算|准备|下一?(?:季度|步|年|月|阶段)|明年|来年|(?<![响供对反相适])应(?=当|该|维|清|检|每|不|由|在|达|组织|开展)|须|必须|需要|不应|(?:合同|标准|规定|规范|办法|条例)要求|要求(?:物业|每|不)|"
    r"[底日月末年](?:之|以)?前(?:完成|做|清|建|再|更换|安装)|合同约定|按合同|按规定|建议|希望|如果|假如|若|可以|请(?:您|居民|业主|大家|各位)|拨打"
)
_BUT_NOW = re.compile(r"实际|已经?|目前|现(?:已|在)|完成了|做到了")
_OWED = re.compile(
    r"(?:不低于|不少于|不超过|至少|不足|低于|达不到|少于|不得少于|同比增加|同比减少|同比|增加|减少|少|下降|提高|增长|超过)了?\s*$"
)
_FOR_EACH = re.compile(
    r"(?:每\S{0,3}?|各\S{0,4}?|平均每\S|[日月年人户次]均|每(?:部|户|人|次|月|天|周|季度|台|栋)|"
    r"每\s*[\d一二两三四半]{0,3}\s*个?(?:小时|天|日|周|月|季度|年)\S{0,4})\s*(?:约|维保|打药|清洗|进行|开展)?\s*$"
)
_STILL_THERE = re.compile(r"(?:仍有|还有|尚有|剩余?|还剩)\s*$")
_RATE_AFTER = re.compile(
    r"\s*(?:(?:有人|专人|不间断)?(?:值守|接听|在岗|服务|开放|值班)|不间断|内到|以内|之内|前)"
)
_CHANGED_TO = re.compile(r"(?:增加|提高|上升|增至|升|下降|降|减少|减)(?:到|至|为)")
_SAID_BY_OTHERS_BEFORE = re.compile(r"(?:反映|说|称|投诉|问|表示|提出|认为|抱怨)[的为是:,]{0,2}$")
_LONG_QUOTE = 14
_OF_WHICH = re.compile(r"其中")
_ITS_OWN = re.compile(r"上报|办结|完成|办理|劝离")
_LEFT_OUT = re.compile(r"(?:少|漏|未|没有?|欠)(?:按时)?(?:清洗|清掏|维保|保养|检查|做|开展|进行|检测)")
_LIGHT = re.compile(
    r"全年|累计|共计|总计|合计|共|实际|完成|目前|已经?|参加|参与|参观|居民|业主|住户|群众|平均|时间|时长|分别|其中|答|约|近|为|了|的|由|到|至|提高|达|高于|低于|"
    r"覆盖率?|收入|支出|结余|上报|办结|响应率|解决率|满意率|收缴率|及时率|到场|救援|人员|维保人员|物业|我们|用时|公示|每次|各|次均|年初|年末|期末|占|涉及|"
    r"城管|综合|执法|队|部门|处理|受理|使用|金额|款项|第|本|期|在|于|也|还|又|同时|并|和|及|[上下]半年|[一二三四]?季度|\d+|[年月日号]|\s|[(（“”\"]"
)
_LONGEST_LIGHT = 3
_ANSWER_CARRIED = re.compile(r"^(?:答|共|总共|全年|累计|合计|实际)")
_SHARE_OF = re.compile(
    r"应收?\s*(?P<whole>[\d,.]+)\s*(?P<of>户|元|万元|件|单)?[^。;]{0,4}?(?:实收?|已收|收缴)\s*(?P<part>[\d,.]+)"
    r"|(?P<whole2>[\d,]+)\s*(?P<of2>件|单|户|次)[中里][^。;,]{0,4}?(?P<part2>[\d,]+)\s*(?:件|单|户|次)"
)
_LIFTS = re.compile(r"(?P<count>\d{1,4})\s*[部台]\s*电梯|电梯\s*(?P<count2>\d{1,4})\s*[部台]")
_SURE, _INHERITED, _AFTER, _ABOUT = 0.95, 0.8, 0.85, 0.1
_LONGEST_AFTER = 14
_FAR = 80
"""Characters around a number that are looked at in its clause; twice as many for what it is counted of."""
_MOST_ANCHORS = 40
"""Names of metrics before and after a number that are weighed."""


@dataclass(frozen=True)
class _Anchor:
    start: int
    end: int
    metric: MetricWords


def find_claims(text: str, metrics: Iterable[MetricWords], *, report: Period) -> list[FoundClaim]:
    """In the order they stand; linear in the text, never raises."""
    folded = fold(text)
    named = tuple((metric, _named_by(metric.code, metric.name)) for metric in metrics)
    found: list[FoundClaim] = []
    for line in _lines(folded.text):
        found += _claims_of_line(folded.text, line, named, report)
    placed = []
    for claim in found:
        start, end = on_boundaries(text, *folded.span(claim.start, claim.end))
        placed.append(replace(claim, start=start, end=end))
    return placed


@cache
def _shipped_words() -> dict[str, str]:
    with _WORDS.open("rb") as file:
        return tomllib.load(file)


@lru_cache(maxsize=512)
def _named_by(code: str, name: str) -> re.Pattern[str]:
    words = _shipped_words().get(code)
    ways = [way.replace("…", _ANYTHING) for way in words.split()] if words else [re.escape(fold(name).text)]
    return re.compile("|".join(ways))


def _lines(text: str) -> Iterator[list[Part]]:
    """The parts of each line; the cells of a row as one part."""
    line: list[Part] = []
    for part in split_sentences(text):
        if line and "\n" in text[line[-1].end : part.start]:
            yield line
            line = []
        if line and part.kind is Kind.CELL:
            line[-1] = Part(line[-1].start, part.end, Kind.CELL)
        else:
            line.append(part)
    if line:
        yield line


def _claims_of_line(
    text: str, line: Sequence[Part], named: Sequence[tuple[MetricWords, re.Pattern[str]]], report: Period
) -> Iterator[FoundClaim]:
    first, last = line[0].start, line[-1].end
    if not NUMBER.search(text, first, last):
        return
    whole = text[first:last]
    quantities = _quantities(whole)
    if not quantities:
        return
    periods = find_periods(whole, report)
    period_ends = [each.end for each in periods]
    aside = Ranges(
        find_titles(whole), (quote for quote in find_quotes(whole) if _is_somebody_elses(whole, quote))
    )
    carried: _Anchor | None = None
    for part in line:
        start, end = part.start - first, part.end - first
        here = [each for each in quantities if start <= each.start < end]
        anchors = _anchors(whole, start, end, named, aside)
        ends = [match.start() for match in _CLAUSE_END.finditer(whole, start, end)]
        may_carry = carried is not None and _ANSWER_CARRIED.match(whole[start:end]) is not None
        for quantity in here:
            if aside.holds(quantity.start):
                continue
            at = bisect_right(ends, quantity.start)
            clause = Range(
                max(ends[at - 1] + 1 if at else start, quantity.start - _FAR),
                min(ends[at] if at < len(ends) else end, quantity.end + _FAR),
            )
            if _claims_nothing(whole, start, clause, quantity):
                continue
            chosen = _chosen(whole, clause, quantity, anchors)
            if chosen is None and may_carry and carried is not None and _unit_of(carried.metric, quantity):
                chosen = carried, _INHERITED
            if chosen is None:
                continue
            anchor, confidence = chosen
            carried = anchor
            nearest = bisect_right(period_ends, quantity.start) - 1
            mention = periods[nearest] if nearest >= 0 else None
            if mention and _CHANGED_TO.search(whole, max(mention.end, quantity.start - _FAR), quantity.start):
                mention = None
            unit = _unit_of(anchor.metric, quantity)
            assert unit is not None
            part_of, whole_of, label = _counted_of(
                whole,
                max(start, quantity.start - 2 * _FAR),
                min(end, quantity.end + 2 * _FAR),
                anchor.metric,
                unit,
            )
            yield FoundClaim(
                metric=anchor.metric.code,
                value=quantity.value * _SAME_UNIT.get(unit, {}).get(quantity.unit, 1),
                unit=unit,
                period=mention.period if mention else report,
                written_period=whole[mention.start : mention.end] if mention else "",
                denominator=whole_of,
                denominator_label=label,
                numerator=part_of,
                start=first + quantity.start,
                end=first + quantity.end,
                confidence=round(confidence - (_ABOUT if quantity.is_about else 0), 2),
                is_about=quantity.is_about,
            )
        if anchors:
            carried = anchors[-1]


def _quantities(text: str) -> list[Quantity]:
    """With the units only a catalogue has, and with lengths of time."""
    times = [time for time in find_times(text) if time.kind is not TimeKind.DURATION]
    quantities, bare = find_quantities(text, times)
    found = []
    for each in quantities:
        if (
            _FIGURE_BEFORE.search(text, max(0, each.start - 3), each.start)
            and not text[each.start].isdecimal()
        ):
            continue  # 4 百余: the figure before it belongs to it
        more = each.unit == "个" and text.startswith("次", each.end)
        found.append(each._replace(unit="个次", end=each.end + 1) if more else each)
    for number in bare:
        unit = _MORE_UNITS.match(text, number.end)
        if unit:
            found.append(
                Quantity(number.start, unit.end(), number.value, unit["unit"], dimension_of(unit["unit"]))
            )
    taken = Ranges(((each.start, each.end) for each in found), ((time.start, time.end) for time in times))
    for match in NUMBER.finditer(text):
        unit, number_found = _FIGURES_AND_TIME.match(text, match.end()), number_at(match)
        if unit and number_found and not taken.holds(match.start()):
            span = match.start(), unit.end()
            found.append(Quantity(*span, number_found.value, unit["unit"], dimension_of(unit["unit"])))
    found = [
        each._replace(
            is_about=each.is_about
            or _ABOUT_BEFORE.search(text, max(0, each.start - 4), each.start) is not None
        )
        for each in found
    ]
    return sorted(found, key=lambda each: each.start)


def _anchors(
    text: str, start: int, end: int, named: Sequence[tuple[MetricWords, re.Pattern[str]]], aside: Ranges
) -> list[_Anchor]:
    found = [
        _Anchor(*match.span(), metric)
        for metric, pattern in named
        for match in pattern.finditer(text, start, end)
        if not aside.holds(match.start())
    ]
    return sorted(found, key=lambda each: (each.end, each.start))


def _chosen(
    text: str, clause: Range, quantity: Quantity, anchors: Sequence[_Anchor]
) -> tuple[_Anchor, float] | None:
    at = bisect_right(anchors, quantity.start, key=lambda each: each.end)
    weighed = anchors[max(0, at - _MOST_ANCHORS) : at + _MOST_ANCHORS]
    fitting = [each for each in weighed if _unit_of(each.metric, quantity)]
    before = [each for each in fitting if each.end <= quantity.start]
    near = [each for each in before if each.end > clause[0]]
    if near:
        return _nearest(near), _SURE
    after = [
        each
        for each in fitting
        if (each.start >= quantity.end and each.start <= min(clause[1], quantity.end + _LONGEST_AFTER))
        or each.start < quantity.start < each.end <= clause[1]
    ]
    if after:
        return min(after, key=lambda each: (each.start, each.start - each.end)), _AFTER
    if before and len(_LIGHT.sub("", text[clause[0] : quantity.start])) <= _LONGEST_LIGHT:
        return _nearest(before), _INHERITED
    return None


def _nearest(anchors: Sequence[_Anchor]) -> _Anchor:
    """The one that ends last; of these the longest."""
    return max(anchors, key=lambda each: (each.end, each.end - each.start))


def _unit_of(metric: MetricWords, quantity: Quantity) -> str | None:
    """The unit of the metric that is meant, None where none is."""
    if quantity.per:
        return None
    if quantity.unit in metric.units:
        return quantity.unit
    return next((unit for unit in metric.units if quantity.unit in _SAME_UNIT.get(unit, {})), None)


def _claims_nothing(text: str, start: int, clause: Range, quantity: Quantity) -> bool:
    before = text[clause[0] : quantity.start]
    not_yet = [match.end() for match in _NOT_YET.finditer(before)]
    if not_yet and not _BUT_NOW.search(before, not_yet[-1]):
        return True
    if (
        text.startswith(("如果", "假如", "若"), start)
        or _LEFT_OUT.search(before)
        or _OWED.search(before)
        or _STILL_THERE.search(before)
    ):
        return True
    if _FOR_EACH.search(before) and quantity.unit not in ("天", "分钟"):
        return True
    if _RATE_AFTER.match(text, quantity.end) and quantity.unit in ("小时", "分钟"):
        return quantity.unit == "小时" or not text.startswith("到场", quantity.end)
    return _OF_WHICH.search(before) is not None and not _ITS_OWN.search(before)


def _is_somebody_elses(text: str, quote: Range) -> bool:
    start, end = quote
    return (
        end - start > _LONG_QUOTE or _SAID_BY_OTHERS_BEFORE.search(text, max(0, start - 8), start) is not None
    )


def _counted_of(
    text: str, start: int, end: int, metric: MetricWords, unit: str
) -> tuple[Decimal | None, Decimal | None, str]:
    """Part and whole of a share, or the lifts a count is of, with what they are."""
    if unit == "%":
        share = _SHARE_OF.search(text, start, end)
        if share:
            whole, part = share["whole"] or share["whole2"], share["part"] or share["part2"]
            return _decimal(part), _decimal(whole), share["of"] or share["of2"] or ""
    elif metric.code.startswith("E0"):
        lifts = _LIFTS.search(text, start, end)
        if lifts:
            return None, _decimal(lifts["count"] or lifts["count2"]), "部电梯"
    return None, None, ""


def _decimal(written: str) -> Decimal | None:
    digits = written.replace(",", "").rstrip(".")
    return Decimal(digits) if re.fullmatch(r"\d{1,15}(?:\.\d{1,4})?", digits) else None
