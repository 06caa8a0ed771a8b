"""Rows are locked so that others may still refer to them; else whoever refers and whoever locks wait for each other."""

from __future__ import annotations

import re
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "huiyin"
# Nobody may refer to a person any more while the person is being forgotten.
STRONG = {"apps/people/services/erasure.py"}


def test_rows_are_locked_without_their_keys() -> None:
    """FOR UPDATE forbids what a foreign key to the row asks for at commit (FOR KEY SHARE), and we change no keys."""
    strong = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        for told in re.findall(
            r"select_for_update\(((?:[^()]|\([^()]*\))*)\)", path.read_text(encoding="utf-8")
        )
        if "no_key=True" not in told
    }
    assert strong == STRONG
