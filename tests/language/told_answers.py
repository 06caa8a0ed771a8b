"""Topics residents raised with what a report says of them (told/answers.txt)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "told" / "answers.txt"


@dataclass(frozen=True)
class Pair:
    topic: str
    answered: bool
    text: str


@cache
def pairs() -> tuple[Pair, ...]:
    """Every pair of the set."""
    found = []
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            topic, answered, text = (part.strip() for part in line.split("|", 2))
            found.append(Pair(topic, answered == "answered", text.replace("¶", "\n")))
    return tuple(found)


def read() -> tuple[Pair, ...]:
    """The two thirds that were read while find_answers was written."""
    return tuple(each for at, each in enumerate(pairs()) if at % 3 != 2)


def unread() -> tuple[Pair, ...]:
    """The third that was left alone."""
    return pairs()[2::3]
