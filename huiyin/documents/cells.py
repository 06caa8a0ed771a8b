"""What a table cell may hold, and the reversible guard against formulas hidden in text."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal, InvalidOperation

Cell = str | dt.datetime | dt.date | dt.time

# OWASP "CSV injection": a spreadsheet runs what begins with one of these; East Asian editions also
# take the full-width forms. A leading apostrophe stops them all, also after "save as CSV".
_TRIGGERS = "=+\\-@\t\r\n＝＋－＠"
_NEEDS_GUARD = re.compile(f"'*[{_TRIGGERS}]")
_HAS_GUARD = re.compile(f"'+[{_TRIGGERS}]")

_INTEGER = re.compile(r"-?\d+")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?%?")


def guard(text: str) -> str:
    """Text that no spreadsheet runs as a formula. `unguard(guard(x)) == x` for every x."""
    return "'" + text if _NEEDS_GUARD.match(text) else text


def unguard(text: str) -> str:
    """Undo `guard`: one apostrophe goes if what follows it (after further ones) is a trigger."""
    return text[1:] if _HAS_GUARD.match(text) else text


def is_blank(cell: Cell) -> bool:
    return isinstance(cell, str) and not cell.strip()


def looks_like_a_number(text: str) -> bool:
    return _NUMBER.fullmatch(text.strip().replace(",", "")) is not None


def number_text(raw: str) -> str:
    """The number as a person wrote it: 110106001000 and not 1.10106e11, 2.35 and not 2.3500000000000001."""
    if _INTEGER.fullmatch(raw):
        return raw
    try:
        short = repr(float(raw))
        text = format(Decimal(short), "f")
    except (ValueError, InvalidOperation, OverflowError):
        return raw
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def decimal_text(value: Decimal) -> str:
    """All its digits, and none that says nothing: 12345678901234567 and not 12345678901234567.00."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def cell_text(cell: Cell) -> str:
    """A cell as text: dates in ISO form, with a space before the time."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ")
    return cell.isoformat()


def to_json(cell: Cell) -> str | dict[str, str]:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, dt.datetime):
        return {"datetime": cell.isoformat()}
    return {"date" if isinstance(cell, dt.date) else "time": cell.isoformat()}


def from_json(value: str | dict[str, str]) -> Cell:
    if isinstance(value, str):
        return value
    ((kind, text),) = value.items()
    if kind == "datetime":
        return dt.datetime.fromisoformat(text)
    return dt.date.fromisoformat(text) if kind == "date" else dt.time.fromisoformat(text)


def header_key(text: str) -> str:
    """A header for comparing: full width folded, case, spaces, punctuation and bracketed remarks dropped."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    bare = re.sub(r"[(\[【〔].*?[)\]】〕]", "", folded)
    kept = re.sub(r"[\W_]+", "", bare)
    return kept or re.sub(r"[\W_]+", "", folded)
