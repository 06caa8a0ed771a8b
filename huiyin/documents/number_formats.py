"""What an Excel number means under its number format: a date, a time, a padded code or a plain number."""

from __future__ import annotations

import datetime as dt
import re
from typing import Literal

from huiyin.documents.cells import Cell, number_text

Meaning = (
    Literal["number", "date", "datetime", "time", "duration"] | int
)  # an int is the width of a padded code

# ECMA-376 part 1, 18.8.30; 27–36 and 50–58 are the East Asian built-in dates.
_BUILT_IN: dict[int, Meaning] = {
    **dict.fromkeys((14, 15, 16, 17, *range(27, 32), 36, 50, 51, 52, 53, 54, 57, 58), "date"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 47, 55, 56), "time"),
    22: "datetime",
    46: "duration",
}
# Spreadsheets know no time zones: these moments are naive on purpose.
_FIRST_1900 = dt.datetime.fromisoformat("1900-01-01")
_FIRST_1904 = dt.datetime.fromisoformat("1904-01-01")
_DAY = dt.timedelta(days=1)
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)


def meaning_of(format_id: int, code: str | None) -> Meaning:
    if code is None:
        return _BUILT_IN.get(format_id, "number")
    if re.fullmatch(r"0{2,20}", code):
        return len(code)
    bare = _LITERALS.sub("", code.split(";")[0]).lower()
    if re.search(r"\[[hms]+\]", bare):
        return "duration"
    if "general" in bare or re.search(r"[#0?]", re.sub(r"\.0+", "", bare)):
        return "number"
    has_time = bool(re.search(r"[hs]|am/pm|上午", bare))
    has_date = bool(re.search(r"[yd]|e", bare)) or ("m" in bare and not has_time)
    if has_date:
        return "datetime" if has_time else "date"
    return "time" if has_time else "number"


def value_of(raw: str, meaning: Meaning, *, since_1904: bool) -> Cell:
    if meaning == "number":
        return number_text(raw)
    try:
        serial = float(raw)
    except ValueError:
        return raw
    if isinstance(meaning, int):
        text = number_text(raw)
        return text.zfill(meaning) if text.isdigit() else text
    try:
        return _moment(serial, meaning, since_1904=since_1904)
    except (OverflowError, ValueError):
        return number_text(raw)


def _moment(serial: float, meaning: Meaning, *, since_1904: bool) -> Cell:
    span = dt.timedelta(milliseconds=round(serial * 86_400_000))
    if meaning == "duration":
        total = round(span.total_seconds())
        return f"{total // 3600}:{total % 3600 // 60:02d}:{total % 60:02d}"
    if meaning == "time" and 0 <= serial < 1:
        return (_FIRST_1900 + span).time()
    if since_1904:
        moment = _FIRST_1904 + span
    elif serial >= 61:
        moment = _FIRST_1900 - 2 * _DAY + span
    elif 1 <= serial < 60:  # Excel believes in 29 February 1900: serial 60
        moment = _FIRST_1900 - _DAY + span
    else:
        raise ValueError("no such day")
    if meaning == "date" and moment.time() == dt.time():
        return moment.date()
    return moment
