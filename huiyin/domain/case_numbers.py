"""Public case numbers that can be read out on the phone: 26-0041-738 is year 26, case 4173 of it, check digit 8."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from huiyin.domain.errors import RuleBroken

LONGEST_SEQUENCE = 999_999

# Damm's algorithm (2004), table of the published quasigroup: finds every wrong digit and every swap of neighbours.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
# The check digit is that of "5" followed by the eight digits, so that nine zeros are no case number.
_BEGIN = _DAMM[0][5]

# As written, and as said on the phone, where 1 2 7 0 9 are told apart as 幺 两 拐 洞 勾.
_SPOKEN = {"〇": 0, "零": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_SPOKEN |= {"洞": 0, "幺": 1, "两": 2, "拐": 7, "勾": 9, "○": 0}
_SAID = "零一二三四五六七八九"
_BETWEEN = frozenset(" -‐‑‒–—―−ー_./·、,，。　\t\n")
_BEFORE = ("事项编号", "编号", "案号", "NO.", "NO", "#", "第")
_AFTER = ("号",)


@dataclass(frozen=True)
class CaseNumber:
    year: int
    sequence: int

    def __str__(self) -> str:
        digits = f"{self.year % 100:02d}{self.sequence:06d}"
        digits += check_digit(digits)
        return f"{digits[:2]}-{digits[2:6]}-{digits[6:]}"

    @property
    def spoken(self) -> str:
        """As it is read out: 二六 零零四一 七三八."""
        return " ".join("".join(_SAID[int(digit)] for digit in group) for group in str(self).split("-"))


def number_for(year: int, sequence: int) -> str:
    """The public number of the `sequence`-th case of a year, e.g. (2026, 4173) → "26-0041-738"."""
    if not 2000 <= year <= 2099:
        raise ValueError("case numbers carry years from 2000 to 2099")
    if not 1 <= sequence <= LONGEST_SEQUENCE:
        raise ValueError(f"a year holds case 1 to {LONGEST_SEQUENCE}")
    return str(CaseNumber(year, sequence))


def check_digit(digits: str) -> str:
    return str(_interim(digits))


def parse(text: str) -> CaseNumber:
    """Read a number as people write or say it; RuleBroken with a sentence when it cannot be one.

    Forgiving of spaces, full width, missing or other hyphens, Chinese numerals, and "编号 … 号" around it.
    """
    digits = _digits_of(text)
    if len(digits) != 9:
        raise RuleBroken("编号是 9 位数字，例如 26-0041-738。请再看一下。", code="case_number.length")
    if _interim(digits) != 0 or not int(digits[2:8]):
        raise RuleBroken(
            "没有 %(number)s 这个编号，可能抄错或听错了一位。请再核对一下。",
            code="case_number.check_digit",
            number=f"{digits[:2]}-{digits[2:6]}-{digits[6:]}",
        )
    return CaseNumber(2000 + int(digits[:2]), int(digits[2:8]))


def canonical(text: str) -> str | None:
    """The number in its written form, or None when `text` is not a case number."""
    try:
        return str(parse(text))
    except RuleBroken:
        return None


def is_valid(text: str) -> bool:
    return canonical(text) is not None


def spoken(number: str) -> str:
    """How a number is read out, group by group: "26-0041-738" → "二六 零零四一 七三八"."""
    return parse(number).spoken


def _interim(digits: str) -> int:
    interim = _BEGIN
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim


def _digits_of(text: str) -> str:
    """The bare digits, or "" when anything else stands in the text."""
    rest = unicodedata.normalize("NFKC", text).upper().strip()
    for word in _BEFORE:
        rest = rest.removeprefix(word).lstrip(" :：")
    for word in _AFTER:
        rest = rest.removesuffix(word)
    digits = []
    for sign in rest:
        if sign in _BETWEEN:
            continue
        if sign in _SPOKEN:
            digits.append(str(_SPOKEN[sign]))
        elif sign.isascii() and sign.isdigit():
            digits.append(sign)
        else:
            return ""
    return "".join(digits)
