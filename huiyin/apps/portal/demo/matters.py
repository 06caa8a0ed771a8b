"""What people ask for: the kinds of matters with their words, read from the files beside this module."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from random import Random
from typing import Any

from huiyin.apps.portal.demo.phrases import FOLDER, Teller

OUTDOORS = "around"
_SEASONS = {
    "": range(1, 13),
    "heating": (11, 12, 1, 2, 3),
    "rain": (6, 7, 8, 9),
    "growing": (4, 5, 6, 7, 8, 9, 10, 11),
}


@dataclass(frozen=True, kw_only=True)
class Matter:
    code: str
    category: str
    list: str
    open: tuple[str, ...]
    more: tuple[str, ...]
    ask: tuple[str, ...]
    reply: tuple[str, ...]
    again: tuple[str, ...]
    bad: tuple[str, ...]
    weight: float = 1
    kind: tuple[str, ...] = ("complaint", "complaint", "question")
    topic: str = ""
    scenes: tuple[str, ...] = ()
    """Which drawn picture shows it, if any does."""
    proof: str = "photo"
    needs: str = ""
    season: str = ""
    urgency: str = ""
    lead: str = "company"
    extension: str = ""
    gives_up: tuple[str, ...] = ()
    gives_up_for: str = ""
    plain: bool = False
    """Written by a company: without what residents say of themselves."""
    steps: tuple[str, ...] = ()
    in_estates: bool = True

    def weight_on(self, day: date, *, has_lifts: bool) -> float:
        """How often it comes up; heating fills the winter, rain the summer."""
        if day.month not in _SEASONS[self.season] or (self.needs == "lifts" and not has_lifts):
            return 0.0
        if self.season == "heating" and not (date(day.year, 3, 16) > day or day >= date(day.year, 11, 14)):
            return 0.0
        return self.weight

    def scene(self, teller: Teller) -> str:
        fitting = teller.fitting(self.scenes)
        return teller.say(fitting[0]) if fitting else ""

    def can_be_given_up(self, teller: Teller) -> bool:
        return bool(self.gives_up) and (not self.gives_up_for or teller.facet in self.gives_up_for)


@cache
def matters() -> tuple[Matter, ...]:
    found = []
    for path in sorted((FOLDER / "matters").glob("*.toml")):
        for row in tomllib.loads(path.read_text(encoding="utf-8"))["matter"]:
            values: dict[str, Any] = {
                name: tuple(value) if isinstance(value, list) else value for name, value in row.items()
            }
            found.append(Matter(**values, in_estates=path.stem != OUTDOORS))
    return tuple(found)


def leaning_at(estate_code: str, known: Sequence[Matter]) -> list[float]:
    """How much more or less than elsewhere each comes up: each place has its own troubles, the same all year."""
    leaning = Random(f"{estate_code}/leaning")
    return [leaning.choice([0.4, 0.8, 1, 1, 1.3, 2.6]) for _ in known]


def text_of(matter: Matter, teller: Teller, facet: str = "") -> str:
    """A whole request, from one sentence to six; without `facet` it settles which side of the matter is meant."""
    rng = teller.rng
    teller.facet = facet
    opening = teller.pick(matter.open)
    end = "？" if opening.endswith(("吗", "怎么办", "谁", "几", "哪里", "谁定的", "一步", "凭什么")) else "。"
    parts = ["您好，" if rng.random() < 0.12 and not matter.plain else "", opening + end]
    length = rng.random()
    if length > 0.2:
        more = teller.fitting(matter.more)
        parts += [teller.say(each) for each in rng.sample(more, min(len(more), 1 + (length > 0.7)))]
    if length > 0.35 and not matter.plain:
        parts.append(teller.voice("harm"))
    if length > 0.12:
        parts.append(teller.pick(matter.ask))
    parts.append("" if matter.plain else teller.voice("close"))
    if length > 0.92:
        parts.insert(2, "\n")
    return "".join(parts)


def reply_of(matter: Matter, teller: Teller, round_: int) -> str:
    words = matter.reply if round_ == 0 else matter.again
    return teller.pick(words) + teller.voice("tail")


def no_evidence(matter: Matter, teller: Teller) -> str:
    return teller.voice({"photo": "no_photo"}.get(matter.proof, matter.proof))
