"""A day or a moment as people type it: 2026-6-18, 2026年6月18日 下午3点, 20260618, 2026/06/18 15:00:00."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

_DAY = r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
_CLOCK = (
    r"(?:(凌晨|早上|上午|中午|下午|晚上)\s*)?(\d{1,2})\s*[:时点]\s*(?:(\d{1,2})\s*分?)?"
    r"(?:\s*:?\s*(\d{1,2})(?:\.\d+)?\s*秒?)?(?:\s*([AaPp])[Mm])?"
)
_MOMENT = re.compile(rf"{_DAY}(?:[\sT]*(?:周.|星期.)?[\sT]*{_CLOCK})?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:()\s*(\d{2}):?(\d{2}):?(\d{2})?)?()")


class NoSuchMoment(ValueError):
    """It is written like a day and a time, but there is none such."""


def read_moment(text: str) -> dt.datetime | None:
    """None if it is not written like one; a day is its first minute. Without a zone: the clock of whoever typed it."""
    text = unicodedata.normalize("NFKC", text).strip()
    match = _COMPACT.fullmatch(text) or _MOMENT.fullmatch(text)
    if match is None:
        return None
    year, month, day, half, hour, minute, second, half_behind = match.groups()
    half = half or {"A": "上午", "P": "下午"}.get((half_behind or "").upper())
    at = int(hour or 0)
    if (half in ("下午", "晚上") and at < 12) or (half == "中午" and at < 3):
        at += 12
    elif half in ("上午", "早上", "凌晨") and at == 12:
        at = 0  # as spreadsheets in Chinese write half past midnight: 上午12:30
    elif half == "晚上" and at == 12:
        at = 24
    is_end_of_day = at == 24 and (half == "晚上" or not (int(minute or 0) or int(second or 0)))
    try:
        on = dt.date(int(year), int(month), int(day))
        begun = dt.datetime.combine(
            on, dt.time(0 if is_end_of_day else at, int(minute or 0), int(second or 0))
        )
        return begun + dt.timedelta(days=is_end_of_day)
    except (ValueError, OverflowError) as error:
        raise NoSuchMoment(text) from error
