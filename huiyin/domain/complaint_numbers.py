"""The number the hotline gave a complaint: one form for all that looks alike."""

from __future__ import annotations

import re
import unicodedata

_KEPT_AS_TEXT = re.compile(r"""(?s)=\s*"([^"]*)"|'(.*)""")
"""How a spreadsheet is kept from taking a number for a figure: ="0012" by those who export, '0012 by those who type."""


def number_of(written: str) -> str:
    """As the store has it, of a cell of a file or of what somebody types; half width, without invisible characters."""
    plain = unicodedata.normalize("NFKC", written).strip()
    if held := _KEPT_AS_TEXT.fullmatch(plain):
        plain = held[1] or held[2] or ""
    return "".join(each for each in plain if unicodedata.category(each) != "Cf").strip()
