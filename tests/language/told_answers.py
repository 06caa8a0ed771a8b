"""Topics residents raised with what a report says of them (told/answers.txt)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "told"
SETS = (
    "answers",
    *(f"answers_{name}" for name in ("fresh", "last", "later", "colloquial", "further")),
    *(f"answers_rare_{number}" for number in range(2, 8)),
    *(f"answers_{name}" for name in ("sealed", "new_sealed", "rare_sealed_2", "rare_sealed_3")),
)
"""Those of which half the pairs answer."""
DENIED_SETS = ("answers_denied", "answers_denied_further", "answers_denied_sealed")
"""Deeds that were not done and complaints told again; the others have as many that answer."""


@dataclass(frozen=True)
class Pair:
    topic: str
    answered: bool
    text: str


@cache
def pairs(name: str = "answers") -> tuple[Pair, ...]:
    """Every pair of a set; in `answers` each third line was left unread until the end."""
    found = []
    for line in (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            topic, answered, text = (part.strip() for part in line.split("|", 2))
            found.append(Pair(topic, answered == "answered", text.replace("\\n", "\n")))
    return tuple(found)
