"""Dates, periods, deadlines and frequencies in folded text: where they stand and the days they cover, if they say."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from enum import StrEnum
from typing import NamedTuple

from huiyin.language.numerals import chinese_value
from huiyin.language.wordlists import word_lists


class TimeKind(StrEnum):
    DATE = "date"  # 2019年10月12日, 10月12日下午, 2019-10-12, 12日
    PERIOD = "period"  # 2026年上半年, 第三季度, 7月至9月, 本期, 去年
    DEADLINE = "deadline"  # 10月底前, 7个工作日内, 年内, 明天
    FREQUENCY = "frequency"  # 每周一次, 每15天, 每月
    DURATION = "duration"  # 24小时, 三个月


class TimeMention(NamedTuple):
    """text[start:end]; `first` and `last` are the days it covers, None where it names no year."""

    start: int
    end: int
    kind: TimeKind
    first: dt.date | None = None
    last: dt.date | None = None


_WORDS = word_lists("checks/times.toml")
_GAP = r"\s{0,9}"
"""Between the parts of a date. What may follow a date begins with white space, too: any amount here would be tried
with any amount there."""
_N = r"(?:\d{1,4}|[一二两三四五六七八九十百半几数]{1,4})"
_YEAR = (
    r"(?:(?P<y{0}>(?:19|20)\d\d|[一二][〇零九]?[〇零一二三四五六七八九]{{2,3}})\s*年(?:度)?"
    r"|(?:今|去|前|明|本|当|次|上一?)年(?:度)?)"
)
_MONTH = r"(?P<m{0}>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])\s*月(?:份)?"
_DAY = (
    r"(?P<d{0}>3[01]|[12]\d|0?[1-9]|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
    r"\s*(?:日|号(?![楼院门栋线机幢车厅文令桥地路]))"
)
_CLOCK = (
    rf"(?:\s*(?:{_WORDS['time_of_day'].source}))?"
    r"(?:\s*\d{1,2}(?:时|点|[::]\d\d)(?:\d{1,2}分|半)?)?"
)
_TEN_DAYS = r"[上中下]旬|月?[初中底末]"
_TO = r"\s*(?:至|到|—|–|-|~|～|、|和|及)+\s*"
_UNITS = rf"个?(?:{_WORDS['unit'].source})"


def _whole(number: str) -> str:
    """One date as precise as written; the group numbers end in `number`."""
    return (
        rf"(?:{_YEAR.format(number)}[的,]?{_GAP}(?:{_MONTH.format(number)}{_GAP}(?:{_DAY.format(number)}{_CLOCK}|{_TEN_DAYS})?"
        rf"|(?P<h{number}>[上下]半年)|第?(?P<q{number}>[一二三四1-4])季度|(?:年)?[初中底末])?)"
        rf"|(?:{_MONTH.format(number + 'b')}{_GAP}(?:{_DAY.format(number + 'b')}{_CLOCK}|{_TEN_DAYS})?)"
    )


_BEFORE = r"(?:\s*(?:之?前|以前|为止))"
# Where a mention may begin, asked first by its first character: that makes the long pattern cheap.
_WORDS_ALONE = f"{_WORDS['near_day'].source}|{_WORDS['named_deadline'].source}"
_FIRSTS = "".join(term[0] for name in ("near_day", "named_deadline") for term in _WORDS[name].terms)
_NUMERALS = "〇零一二两三四五六七八九十百半几数"
_AFTER_A_NUMBER = r"\s*[年月日号天周星季小分学个工自.\-/]"
_BEGINNING = (
    rf"(?=[\d{_NUMERALS}今去前明当次本上下第每全截在{_FIRSTS}])"
    rf"(?=\d{{1,4}}{_AFTER_A_NUMBER}|[{_NUMERALS}]{{1,5}}{_AFTER_A_NUMBER}|在[\d{_NUMERALS}]|[前当次全]年"
    rf"|[今去明本上下][一个半季学周星月年阶期]|第[一二三四1-4]季|每|截[至止]|{_WORDS_ALONE})"
)
_TIME = re.compile(
    _BEGINNING
    + rf"(?:(?P<iso>(?:19|20)\d\d(?P<sep>[-./])(?:1[0-2]|0?[1-9])(?P=sep)(?:3[01]|[12]\d|0?[1-9])(?!\d))"
    rf"|(?P<range>(?:{_whole('1')}){_TO}(?:(?:{_whole('2')})|{_DAY.format('3')}))"
    rf"|(?P<whole>(?:截[至止]到?)?(?:{_whole('4')})(?P<whole_before>{_BEFORE})?)"
    rf"|(?P<frequency>每隔?(?:{_N})?(?:个)?(?:工作日|自然日|日|天|周|星期|月|季度|季|半年|学期|年|小时|晚|早|班|次)(?:[一二三四五六日末](?![次遍回趟场])|度)?"
    rf"(?:不少于|至少|各|开展|进行|召开|组织)?(?:{_N}(?:[次遍回趟场]|至{_N}次|-{_N}次))?"
    rf"|一[周日天月年]{_N}[次遍回])"
    rf"|(?P<within>(?:在)?(?P<within_n>{_N})\s*{_UNITS}(?:之内|以内|内|之前|前(?!后)))"
    rf"|(?P<day>{_DAY.format('5')}{_CLOCK}(?P<day_before>{_BEFORE})?)"
    rf"|(?P<period>(?:本|上|下|今|去|明)(?:一个?|个)?(?:半年|季度|学期|周|星期|月|年度|阶段|期)(?:[一二三四五六日天])?(?P<period_end>[初中底末])?(?P<period_before>{_BEFORE})?|[上下]半年|第?[一二三四1-4]季度|(?P<year_end>{_WORDS['named_deadline'].source})|全年)"
    rf"|(?P<today>{_WORDS['near_day'].source})"
    rf"|(?P<duration>{_N}\s*{_UNITS}))"
)
_PARTS = {
    group: (f"y{group}", f"m{group}", f"m{group}b", f"d{group}", f"d{group}b", f"h{group}", f"q{group}")
    for group in "124"
}
_ALWAYS = {
    "frequency": TimeKind.FREQUENCY,
    "within": TimeKind.DEADLINE,
    "duration": TimeKind.DURATION,
}
_AHEAD = _WORDS["ahead"].pattern


def find_times(text: str) -> list[TimeMention]:
    """Every mention of time in a folded text, in order."""
    return [_mention(match) for match in _TIME.finditer(text)]


def _mention(match: re.Match[str]) -> TimeMention:
    start, end = match.span()
    kind = match.lastgroup
    first = last = None
    if kind == "whole":
        first, last = _covered(match, "4")
        if match["whole_before"]:
            found = TimeKind.DEADLINE
        else:
            found = TimeKind.DATE if match["d4"] or match["d4b"] else TimeKind.PERIOD
    elif kind == "range":
        first, _ = _covered(match, "1")
        _, last = _covered(match, "2", _number(match["y1"]), _number(match["m1"]) or _number(match["m1b"]))
        found = TimeKind.PERIOD
    elif kind == "iso":
        year, month, day = (int(part) for part in match["iso"].split(match["sep"]))
        first = last = _day(year, month, day)
        found = TimeKind.DATE
    elif kind == "day":
        found = TimeKind.DEADLINE if match["day_before"] else TimeKind.DATE
    elif kind == "period":
        is_end = match["period_before"] or match["year_end"]
        found = TimeKind.DEADLINE if is_end else TimeKind.PERIOD
    elif kind == "today":
        found = TimeKind.DEADLINE if _AHEAD.match(match["today"]) else TimeKind.DATE
    else:
        found = _ALWAYS[kind or ""]
    return TimeMention(start, end, found, first, last)


def _covered(
    match: re.Match[str], group: str, year: int | None = None, month: int | None = None
) -> tuple[dt.date | None, dt.date | None]:
    """First and last day of the parts named `group`; the year and month of the beginning hold for the end."""
    year_said, month_said, month_alone, day_said, day_alone, half, quarter_said = match.group(*_PARTS[group])
    year = _number(year_said) or year
    if not year or not 1900 <= year <= 2100:
        return None, None
    own_month = _number(month_said) or _number(month_alone)
    day = _number(day_said) or _number(day_alone)
    if group == "2" and match["d3"]:
        day = _number(match["d3"])
        own_month = own_month or month
    if own_month and day:
        return _day(year, own_month, day), _day(year, own_month, day)
    if own_month:
        return dt.date(year, own_month, 1), dt.date(year, own_month, monthrange(year, own_month)[1])
    if half:
        return (
            (dt.date(year, 1, 1), dt.date(year, 6, 30))
            if half[0] == "上"
            else (dt.date(year, 7, 1), dt.date(year, 12, 31))
        )
    if quarter := _number(quarter_said):
        last_month = quarter * 3
        return dt.date(year, last_month - 2, 1), dt.date(year, last_month, monthrange(year, last_month)[1])
    return dt.date(year, 1, 1), dt.date(year, 12, 31)


def _number(written: str | None) -> int | None:
    if not written:
        return None
    if written.isdecimal():
        return int(written)
    value = chinese_value(written)
    return None if value is None else int(value)


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
