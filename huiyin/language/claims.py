"""Numbers claimed in running text, tied to the metrics of a catalogue: value, unit, period, what it is counted of.

A number claims something where a metric is named before it in its line, or after it in its clause, and the unit is
one of the metric's. What is planned, owed, asked for, quoted from residents or told for each single thing claims
nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Protocol

from huiyin.language.claim_periods import Period, find_periods
from huiyin.language.dates import TimeKind, find_times
from huiyin.language.enclosed import Range, Ranges, find_quotes, find_titles
from huiyin.language.normalise import fold
from huiyin.language.numerals import NUMBER, number_at
from huiyin.language.sentences import Kind, Part, on_boundaries, split_sentences
from huiyin.language.units import Quantity, dimension_of, find_quantities
from huiyin.language.wordlists import patterns, word_lists

_METRICS, _WORDS = "claims/metrics.toml", "claims/words.toml"


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
    "元": {"元": 1},
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
_MORE_UNITS = re.compile(r"\s*[余多]?(?P<unit>具次|个次|人时|具|单|笔|件|户|人|次|起|处|台)")
_JOINED = ("个次", "人时")
"""Units of a catalogue that begin like a common one: 360 个次."""
_ABOUT_BEFORE = re.compile(r"(?:约|近|超过|逾)\s*$")
_FIGURE_BEFORE = re.compile(r"\d\s+$")
_FIGURES_AND_TIME = re.compile(r"\s*(?P<unit>小时|分钟|天)")

_CLAUSE_END = re.compile(r"[,;:!?|()。]|、(?=[\u4e00-\u9fff]{2,12}\d)")
_LONG_QUOTE = 14
_LONGEST_LIGHT = 1
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


def _words(name: str) -> re.Pattern[str]:
    return patterns(_WORDS)[name]


@lru_cache(maxsize=512)
def _named_by(code: str, name: str) -> re.Pattern[str]:
    listed = word_lists(_METRICS).get(code)
    return listed.pattern if listed else re.compile(re.escape(fold(name).text))


def _lines(text: str) -> Iterator[list[Part]]:
    """The parts of each line; the cells of a row as one part."""
    line: list[Part] = []
    for part in split_sentences(text):
        if part.kind is Kind.QUOTE:
            continue
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
    quantity_starts = [each.start for each in quantities]
    aside = Ranges(
        find_titles(whole), (quote for quote in find_quotes(whole) if _is_somebody_elses(whole, quote))
    )
    carried: _Anchor | None = None
    for part in line:
        start, end = part.start - first, part.end - first
        here = quantities[bisect_left(quantity_starts, start) : bisect_left(quantity_starts, end)]
        anchors = _anchors(whole, start, end, named, aside)
        ends = [match.start() for match in _CLAUSE_END.finditer(whole, start, end)]
        may_carry = carried is not None and _words("carried").match(whole[start:end]) is not None
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
            if mention and _words("changed_to").search(
                whole, max(mention.end, quantity.start - _FAR), quantity.start
            ):
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
        joined = next((unit for unit in _JOINED if text.startswith(unit, each.end - 1)), None)
        found.append(each._replace(unit=joined, end=each.end + 1) if joined else each)
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
    found = [each._replace(is_about=each.is_about or _is_about(text, each)) for each in found]
    return sorted(found, key=lambda each: each.start)


def _is_about(text: str, quantity: Quantity) -> bool:
    return (
        _ABOUT_BEFORE.search(text, max(0, quantity.start - 4), quantity.start) is not None
        or _words("about_after").match(text, quantity.end) is not None
    )


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
    if before:
        nearest = _nearest(before)
        between = _words("light").sub("", text[clause[0] : quantity.start])
        if len(between) <= _LONGEST_LIGHT or _is_of(nearest.metric, between):
            return nearest, _INHERITED
    return None


def _is_of(metric: MetricWords, between: str) -> bool:
    """Words of the same deed again, as in 水箱清洗 2 次，5 月清洗 1 次; 跳泵 is no 巡视."""
    return between in _named_by(metric.code, metric.name).pattern


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
    not_yet = [match.end() for match in _words("not_yet").finditer(before)]
    if not_yet and not _words("but_now").search(before, not_yet[-1]):
        return True
    if (
        text.startswith(("如果", "假如", "若"), start)
        or _words("left_out").search(before)
        or _words("owed").search(before)
        or _words("spent").search(before)
        or _words("still_there").search(before)
        or (quantity.unit == "个" and _words("of_places").match(text, quantity.end))
    ):
        return True
    if _words("for_each").search(before) and quantity.unit not in ("天", "分钟"):
        return True
    if _words("rate_after").match(text, quantity.end) and quantity.unit in ("小时", "分钟"):
        return quantity.unit == "小时" or not text.startswith("到场", quantity.end)
    return _words("of_which").search(before) is not None and not _words("its_own").search(before)


def _is_somebody_elses(text: str, quote: Range) -> bool:
    start, end = quote
    return (
        end - start > _LONG_QUOTE or _words("said_before").search(text, max(0, start - 8), start) is not None
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
