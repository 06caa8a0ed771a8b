"""Saying the same thing in many ways: [this|that] is a choice, {x:3-9} a number, {x} what was said before.

A phrase that begins with "@ab " belongs to the sides a and b of its matter: once a request speaks of the lawn, its
reply speaks of the lawn.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random

FOLDER = Path(__file__).parent
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)(?::(\d+)-(\d+))?\}")
_FACET = re.compile(r"@([a-z]+) ")
_WHEN = [
    "昨天晚上",
    "今天早上",
    "这两天",
    "上周",
    "前天",
    "最近一周",
    "前天夜里",
    "今天中午",
    "周末",
    "这个月初",
]
_HOURS = [
    "上午 9 点",
    "上午 10 点半",
    "上午 11 点",
    "下午 2 点",
    "下午 3 点半",
    "下午 4 点",
    "下午 5 点",
    "晚上 7 点",
]


@cache
def voices() -> dict[str, list[str]]:
    """The lists of voices.toml; a text stands for the list of its signs."""
    found = tomllib.loads((FOLDER / "voices.toml").read_text(encoding="utf-8"))
    return {name: list(words) for name, words in found.items()}


def day_in_words(day: date) -> str:
    return f"{day.month}月{day.day}日"


@dataclass
class Teller:
    """One case's way of speaking: the building and the numbers named once stay the same to the end."""

    rng: Random
    slots: dict[str, str] = field(default_factory=dict)
    facet: str = ""

    def say(self, pattern: str) -> str:
        chosen = _CHOICE.sub(
            lambda match: self.rng.choice(match[1].split("|")), _FACET.sub("", pattern, count=1)
        )
        return _SLOT.sub(self._slot, chosen)

    def fitting(self, patterns: Sequence[str]) -> list[str]:
        """The phrases of the side that is spoken of, without their marks; those without a mark always fit."""
        found = []
        for pattern in patterns:
            mark = _FACET.match(pattern)
            if mark is None or not self.facet or self.facet in mark[1]:
                found.append(pattern)
        return found

    def pick(self, patterns: Sequence[str]) -> str:
        """One fitting phrase, said; the first that is marked settles the side."""
        chosen = self.rng.choice(self.fitting(patterns))
        mark = _FACET.match(chosen)
        if mark is not None and not self.facet:
            self.facet = self.rng.choice(mark[1])
        return self.say(chosen)

    def voice(self, name: str) -> str:
        return self.pick(voices()[name])

    def _slot(self, match: re.Match[str]) -> str:
        name, low, high = match.groups()
        known = self.slots.get(name)
        if low is None:
            if known is None:
                known = self.slots[name] = str(self.rng.randint(2, 6))
            return known
        if known is None or not (known.isdecimal() and int(low) <= int(known) <= int(high)):
            known = self.slots[name] = str(self.rng.randint(int(low), int(high)))
        return known

    # --- what the slots stand for at a moment ---

    def asked_at(self, at: datetime) -> None:
        """Days before the asking, for the asker's words."""
        self.slots["p"] = day_in_words(at.date() - timedelta(days=self.rng.randint(2, 25)))
        self.slots["when"] = self.rng.choice(_WHEN)

    def replied_at(self, at: datetime, since: datetime) -> None:
        """The day of the reply, one shortly before it (never before the asking), and one to come."""
        back = min(self.rng.randint(0, 3), (at.date() - since.date()).days)
        self.slots["d0"] = day_in_words(at.date())
        self.slots["d1"] = day_in_words(at.date() - timedelta(days=back)) if back else "当天"
        self.slots["d9"] = day_in_words(at.date() + timedelta(days=self.rng.randint(9, 26)))
        self.slots["t"] = self.rng.choice(_HOURS)


def personal_name(rng: Random, taken: set[str]) -> str:
    """An invented name that nobody else in the district bears."""
    surnames, given = voices()["surnames"], voices()["given"]
    while True:
        name = rng.choice(surnames) + rng.choice(given)
        if name not in taken:
            taken.add(name)
            return name
