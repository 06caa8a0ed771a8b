"""What makes a finding in a report the same one: its rule, its words and their sentence, wherever they now stand."""

from __future__ import annotations

import hashlib
from dataclasses import astuple, dataclass


@dataclass(frozen=True)
class FindingKey:
    """`section` and `place` say in which text; it survives whatever is written before and after the sentence."""

    section: str
    place: str
    rule: str
    words: str
    sentence: str

    @property
    def digest(self) -> str:
        """16 hexadecimal digits, for forms and pages."""
        return hashlib.sha256("\x1f".join(astuple(self)).encode("utf-8", "surrogatepass")).hexdigest()[:16]
