"""Figures and Chinese numerals in folded text: where they stand and what they are worth."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

_FORMS_OF_DIGITS = ("零〇", "一壹", "二两贰俩", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
_DIGITS = {char: value for value, chars in enumerate(_FORMS_OF_DIGITS) for char in chars}
_AS_FIGURES = str.maketrans({char: str(value) for char, value in _DIGITS.items()})
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000}
_FIGURES = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_SCALE = r"[十百千]?[万亿]|[百千]"
_SCALE_APART = r"(?<=\d) [十百千]?[万亿]"
"""53.5 万元: official style sets a space between a figure and Chinese."""
CHINESE = "[零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟]"
LONGEST = 24
"""Characters of a number; what is longer is none."""
NUMBER = re.compile(
    rf"(?=\d|{CHINESE})"  # asked first, this makes the rest cheap
    rf"(?:(?P<figures>{_FIGURES})(?P<figures_more>[余多几])?(?P<scale>{_SCALE}|{_SCALE_APART})?(?P<more>[余多几])?"
    rf"|(?P<chinese>{CHINESE}+)(?P<chinese_more>[余多几])?(?P<chinese_scale>[万亿])?(?P<half>半)?)"
)


class Number(NamedTuple):
    """text[start:end] is worth `value`; `is_about` for 余, 多, 约, 近."""

    start: int
    end: int
    value: Decimal
    is_about: bool = False


def chinese_value(written: str) -> Decimal | None:
    """一百零五 → 105, 二〇一九 → 2019, 两万三 → 23000; None where it is not well formed."""
    if not written or len(written) > LONGEST:
        return None
    figures = written.translate(_AS_FIGURES)
    if figures.isdecimal():
        return Decimal(figures)
    total = section = digit = 0
    last_unit = 0
    for char in written:
        if char in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[char]
            if digit == 0:
                last_unit = 0
        elif char in _SMALL:
            section += (digit or 1) * _SMALL[char]
            digit, last_unit = 0, _SMALL[char]
        else:
            section += digit
            total = (total + section) * _LARGE[char] if char == "亿" else total + section * _LARGE[char]
            if not total:
                return None
            section = digit = 0
            last_unit = _LARGE[char]
    if digit and last_unit > 10:  # 一百五 says 150
        digit *= last_unit // 10
    return Decimal(total + section + digit)


def whole_number(written: str | None) -> int | None:
    """十二 and 12 → 12; None where nothing is written or it is not well formed."""
    if not written:
        return None
    value = int(written) if written.isdecimal() else chinese_value(written)
    return None if value is None else int(value)


def number_at(match: re.Match[str]) -> Number | None:
    """The number of one match of NUMBER."""
    figures, figures_more, scale, more, chinese, chinese_more, chinese_scale, half = match.groups()
    if figures:
        if len(figures) > LONGEST:
            return None
        value = Decimal(figures.replace(",", ""))
        for char in (scale or "").lstrip():
            value *= _SMALL.get(char) or _LARGE[char]
        about = bool(more or figures_more)
    else:
        worth = chinese_value(chinese)
        if worth is None:
            return None
        value = worth * _LARGE[chinese_scale] if chinese_scale else worth
        if half:
            value += Decimal("0.5")
        about = bool(chinese_more)
    before = match.string[max(0, match.start() - 2) : match.start()]
    return Number(*match.span(), value, about or before.endswith(("约", "近", "超过", "逾")))


def find_numbers(text: str) -> list[Number]:
    """Every number of a folded text, in order; ordinals and parts of words (统一, 万一) are still among them."""
    found = (number_at(match) for match in NUMBER.finditer(text))
    return [each for each in found if each]
