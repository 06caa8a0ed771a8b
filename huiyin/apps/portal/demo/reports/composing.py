"""Putting a report together: passages with their figures, the story of the estate, tables, photos and promises."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

from huiyin.apps.portal.demo.phrases import Teller
from huiyin.apps.portal.demo.reports.books import Book, Books, books_of
from huiyin.apps.portal.demo.reports.facts import FOLDER, Facts, Figure, Figures, excuses
from huiyin.apps.portal.demo.reports.slots import slots_of
from huiyin.apps.portal.demo.reports.stories import Promise, Story
from huiyin.domain.policy_metrics import MetricsPolicy
from huiyin.domain.report_parts import AccountKind

SECTIONS = ("service", "accounts", "demands", "waste", "difficulties", "plans")
_PLACED = ("service", "accounts", "demands", "waste")
_FIGURE = re.compile(r"<(\w+)>")
_SPACE_AFTER_SIGN = re.compile(r"(?<=[，。；：、？（“]) +")
_ALL_KEPT = frozenset(
    {"电梯", "消防", "物业费", "支出", "公共收益", "台账", "报修", "座谈", "桶站", "重量", "照明", "供水"}
)


@dataclass(frozen=True)
class PlacedFigure:
    number: int
    section: str
    figure: Figure


@dataclass(frozen=True)
class PlacedPhoto:
    number: int
    scene: str


@dataclass(frozen=True)
class PlannedPromise:
    promise: Promise
    first_due_on: date


@dataclass
class Draft:
    """A whole report before it is written down."""

    sections: dict[str, str] = field(default_factory=dict)
    figures: list[PlacedFigure] = field(default_factory=list)
    photos: list[PlacedPhoto] = field(default_factory=list)
    books: list[Book] = field(default_factory=list)
    promises: list[PlannedPromise] = field(default_factory=list)
    excuses: dict[str, str] = field(default_factory=dict)
    say: Callable[[str], str] = str
    """Fills the months and numbers of this report into words."""


@cache
def passages(section: str) -> list[dict[str, Any]]:
    told = tomllib.loads((FOLDER / f"{section}.toml").read_text(encoding="utf-8"))
    return list(told["passage"])


class Composer:
    def __init__(
        self,
        facts: Facts,
        story: Story,
        *,
        metrics: MetricsPolicy,
        required: tuple[str, ...],
        scenes: Sequence[str] = (),
        openings: dict[AccountKind, Decimal] | None = None,
    ) -> None:
        """`scenes` are the photos there are for it."""
        self.facts, self.story, self.required, self.scenes = facts, story, required, scenes
        # Each report has its own chance, so that one more report changes none of the others.
        self.rng = Random(f"{facts.code}/{facts.period.from_on}/report")
        self.figures = Figures(facts, metrics, self.rng)
        self.books: Books = books_of(facts, self.figures, self.rng, openings or {}, story.common_spent)
        self.teller = Teller(self.rng, slots=slots_of(facts, self.figures, self.books, self.rng))
        self.draft = Draft(books=list(self.books), say=self._say)

    def compose(self) -> Draft:
        for section in _PLACED:
            self.draft.sections[section] = "\n\n".join(self._paragraphs(section))
        self.draft.sections["difficulties"] = self._told(self.story.problems, "difficulties")
        self.draft.sections["plans"] = self._told([self.story.plan] if self.story.plan else [], "plans")
        self._place_photos()
        self._place_required()
        end = self.facts.period.to_on
        self.draft.promises = [
            PlannedPromise(promise, end + timedelta(days=promise.due)) for promise in self.story.promises
        ]
        return self.draft

    # --- text ---

    def _say(self, words: str) -> str:
        """Said after the report is composed: figures in it are those that stand there already."""
        return self._placed(self.teller.say(words), "")

    def _paragraphs(self, section: str) -> list[str]:
        own = {"service": self.story.work, "accounts": self.story.money}.get(section, [])
        opening = [self.story.opening] if section == "service" else []
        found = [self._placed(self.teller.say(words), section) for words in opening]
        for passage in passages(section):
            if not set(passage.get("when", ())) <= self.facts.conditions or self._is_left_out(passage):
                continue
            is_weak = self.story.manner == "weak" and "weak" in passage
            words = self.teller.say(self.rng.choice(passage["weak" if is_weak else "say"]))
            if self.story.style == "heads":
                words = f"**{passage['head']}**。{words}"
            found.append(self._placed(words, section))
        return found + [self._placed(self.teller.say(words), section) for words in own]

    def _is_left_out(self, passage: dict[str, Any]) -> bool:
        """Not everybody writes of everything; a draft is not far yet."""
        if self.story.state == "draft":
            return self.rng.random() < 0.5
        if passage["head"] in _ALL_KEPT:
            return False
        return self.rng.random() < (0.5 if self.story.manner == "weak" else 0.22)

    def _told(self, paragraphs: list[str], section: str) -> str:
        return "\n\n".join(self._placed(self.teller.say(words), section) for words in paragraphs)

    def _placed(self, words: str, section: str) -> str:
        """Each figure is numbered where it first stands; a second mention repeats the number alone."""

        def place(match: re.Match[str]) -> str:
            figure = self.figures[match[1]]
            known = next((placed for placed in self.draft.figures if placed.figure is figure), None)
            if known is None:
                known = PlacedFigure(len(self.draft.figures) + 1, section, figure)
                self.draft.figures.append(known)
            return f"【数据{known.number}】"

        return _SPACE_AFTER_SIGN.sub("", _FIGURE.sub(place, words)).strip()

    # --- what else belongs to it ---

    def _place_photos(self) -> None:
        self.draft.photos = [PlacedPhoto(n, scene) for n, scene in enumerate(self.scenes, start=1)]
        marks = "".join(f"\n\n【图{photo.number}】" for photo in self.draft.photos)
        self.draft.sections["service"] += marks

    def _place_required(self) -> None:
        """A required figure nobody wrote of stands at the end of its section, or its lack is excused in public."""
        if self.story.state == "draft":
            return
        told = {placed.figure.code for placed in self.draft.figures}
        for code in self.required:
            if code in told or (code == "E01" and not self.facts.lifts):
                continue
            if code not in self.figures or (code in excuses() and self.story.manner == "weak"):
                self.draft.excuses[code] = excuses().get(code, excuses()["fallback"])
            else:
                section = (
                    "waste" if code.startswith("W") else "accounts" if code.startswith("M") else "demands"
                )
                if code.startswith(("E", "F")):
                    section = "service"
                number = len(self.draft.figures) + 1
                self.draft.figures.append(PlacedFigure(number, section, self.figures[code]))
