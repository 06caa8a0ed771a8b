"""The number the hotline gave a complaint: one form for all that looks alike."""

from __future__ import annotations

import re
import unicodedata

KEPT_AS_TEXT = r"""(?s)^(?:="([^"]*)"|'(.*))$"""
"""How a spreadsheet is kept from taking a number for a figure: ="0012" by those who export, '0012 by those who type."""
AS_A_FIGURE = r"^\d(?:\.\d+)?[Ee]\+\d+$"
"""What a spreadsheet makes of a long number that it takes for a figure: many have the same then."""


def spellings_of(typed: str) -> tuple[str, ...]:
    """Which numbers somebody may mean who types one: as typed, then in capitals or small letters, which count in it."""
    number = number_of(typed)
    return tuple(dict.fromkeys((number, number.upper(), number.lower())))


def number_of(written: str) -> str:
    """As the store has it, of a cell of a file or of what somebody types; half width, without invisible characters."""
    plain = unicodedata.normalize("NFKC", written).strip()
    if held := re.match(KEPT_AS_TEXT, plain):
        plain = held[1] or held[2] or ""
    return "".join(each for each in plain if unicodedata.category(each) != "Cf").strip()
