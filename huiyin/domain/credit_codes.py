"""Unified social credit codes (统一社会信用代码) of companies, checked as GB 32100-2015 lays down."""

from __future__ import annotations

import re
import unicodedata

from huiyin.domain.errors import RuleBroken

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I, O, S, V, Z (GB 32100-2015, 4.1)
_WEIGHTS = tuple(3**place % 31 for place in range(17))
# Registration authority and kind of body, division code, body code (GB 11714), check character.
_SHAPE = re.compile(rf"[0-9A-HJ-NP-RTUWXY]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}")


def check_character(first_17: str) -> str:
    """The 18th character: 31 minus the weighted sum modulo 31 (GB 32100-2015, annex A)."""
    total = sum(ALPHABET.index(sign) * weight for sign, weight in zip(first_17, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def normalised(text: str) -> str:
    """Upper case, half width, without spaces and hyphens; nothing is guessed (O is not made 0)."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()


def check(text: str) -> str:
    """The code in its normal form; RuleBroken on field `credit_code` says what is wrong with it."""
    code = normalised(text)
    if len(code) != 18:
        raise RuleBroken(
            "统一社会信用代码应是 18 位，这里有 %(count)s 位。",
            code="credit_code.length",
            field="credit_code",
            count=len(code),
        )
    if not _SHAPE.fullmatch(code):
        raise RuleBroken(
            "统一社会信用代码只用数字和大写字母，不用 I、O、S、V、Z，第 3 至 8 位是数字。",
            code="credit_code.signs",
            field="credit_code",
        )
    if code[17] != check_character(code[:17]):
        raise RuleBroken(
            "统一社会信用代码的校验位不对，可能抄错了一位。请对照营业执照。",
            code="credit_code.check_character",
            field="credit_code",
        )
    return code


def is_valid(text: str) -> bool:
    try:
        check(text)
    except RuleBroken:
        return False
    return True
