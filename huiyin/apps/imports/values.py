"""From a cell as it stands in a file to a value a kind can use; each misfit has a sentence."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone

from huiyin.apps.imports.kinds import Field, Reason, Values
from huiyin.documents.cells import Cell, cell_text, header_key
from huiyin.documents.moments import NoSuchMoment, read_moment

_YES = frozenset({"是", "有", "对", "真", "y", "yes", "true", "1", "√", "✓"})
_NO = frozenset({"否", "无", "没有", "不", "假", "n", "no", "false", "0", "×"})


def values_of(fields: tuple[Field, ...], cells: dict[str, Cell]) -> tuple[Values, list[Reason]]:
    """Every field's value (None where empty or not mapped), and what is wrong with the cells."""
    values: Values = {}
    reasons: list[Reason] = []
    for field in fields:
        cell = cells.get(field.key, "")
        values[field.key] = None
        try:
            values[field.key] = value_of(field, cell)
        except ValueError as misfit:
            reasons.append((field.key, str(misfit)))
            continue
        if field.required and values[field.key] is None:
            reasons.append((field.key, "不能为空。"))
    return values, reasons


def value_of(field: Field, cell: Cell) -> Any:
    """Raises ValueError with the sentence for the person."""
    text = cell_text(cell).replace("\r\n", "\n").replace("\0", "").strip()
    if not text:
        return None
    folded = unicodedata.normalize("NFKC", text).strip()
    match field.kind:
        case "text":
            value: Any = text
        case "code":
            value = re.sub(r"\s+", "", folded)
        case "integer":
            value = _integer(folded)
        case "decimal":
            value = _decimal(folded)
        case "date":
            value = _moment(cell, folded).date()
        case "datetime":
            value = timezone.make_aware(_moment(cell, folded))
        case "yes_no":
            value = _yes_no(folded)
        case "choice":
            value = _choice(field, folded)
    if field.max_length and isinstance(value, str) and len(value) > field.max_length:
        raise ValueError(f"超过 {field.max_length} 字，现有 {len(value)} 字。")
    return value


def _integer(text: str) -> int:
    bare = text.replace(",", "").replace(" ", "")
    if not re.fullmatch(r"[+-]?\d{1,18}(\.0+)?", bare):
        raise ValueError(f"“{_short(text)}”不是整数。")
    return int(bare.split(".")[0])


def _decimal(text: str) -> Decimal:
    try:
        value = Decimal(text.replace(",", "").replace(" ", ""))
    except InvalidOperation:
        raise ValueError(f"“{_short(text)}”不是数字。") from None
    if not value.is_finite():
        raise ValueError(f"“{_short(text)}”不是数字。")
    return value


def _moment(cell: Cell, text: str) -> dt.datetime:
    if isinstance(cell, dt.datetime):
        return cell
    if isinstance(cell, dt.date):
        return dt.datetime.combine(cell, dt.time())
    try:
        moment = read_moment(text)
    except NoSuchMoment:
        raise ValueError(f"“{_short(text)}”不是一个真实的日期时间。") from None
    if moment is None:
        raise ValueError(f"“{_short(text)}”看不出日期，请写成 2026-06-18 或 2026年6月18日。")
    return moment


def _yes_no(text: str) -> bool:
    word = text.casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError(f"“{_short(text)}”请写“是”或“否”。")


def _choice(field: Field, text: str) -> str:
    words = {header_key(word): key for word, key in field.choice_aliases.items()}
    words |= {header_key(label): key for key, label in field.choices.items()}
    words |= {header_key(key): key for key in field.choices}
    if found := words.get(header_key(text)):
        return found
    raise ValueError(f"“{_short(text)}”不在可选范围：{'、'.join(field.choices.values())}。")


def _short(text: str) -> str:
    return text if len(text) <= 20 else f"{text[:20]}…"
