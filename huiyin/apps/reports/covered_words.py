"""Words that must go from what can be read: one covering, the rows it changes, the apps above that repeat them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model

from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.services.redact import redact_words
from huiyin.apps.reports.body import PLACED
from huiyin.apps.reports.models import Report
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken

COVERED = "（已遮盖）"
Texts = Mapping[type[Model], tuple[str, ...]]
"""The columns with free text of each kind of row."""
Changed = dict[Model, list[str]]
"""Rows with new words, unsaved, and the columns they stand in."""


@dataclass(frozen=True)
class Covering:
    """Words that go, what stands in their place, why, who decided it and when."""

    words: str
    new: str
    reason: str
    by: Actor
    now: datetime

    def over(self, text: str) -> str:
        """The text without the words; 【数据1】 and 【图1】 stay whole: they place what is drawn."""
        parts, at = [], 0
        for placed in PLACED.finditer(text):
            parts += [text[at : placed.start()].replace(self.words, self.new), placed[0]]
            at = placed.end()
        return "".join([*parts, text[at:].replace(self.words, self.new)])

    def over_case(self, case: Case) -> bool:
        """In the ledger, by its own rules; whether any text of the case held the words."""
        return redact_words(
            case, by=self.by, words=self.words, new=self.new, reason=self.reason, now=self.now
        )


def cover_rows(rows: Iterable[Model], texts: Texts, covering: Covering, changed: Changed) -> bool:
    """Replace the words in the rows, unsaved; whether any of them had them, here or in a call before."""
    found = False
    for row in rows:
        texts_now = {name: covering.over(getattr(row, name)) for name in texts[type(row)]}
        columns = [name for name, text in texts_now.items() if text != getattr(row, name)]
        for name in columns:
            text = texts_now[name]
            longest = row._meta.get_field(name).max_length  # type: ignore[union-attr]
            if longest is not None and len(text) > longest:
                raise RuleBroken("换上去的文字太长，请写短一些。", code="redact.long", field="replacement")
            setattr(row, name, text)
        if columns:
            changed.setdefault(row, []).extend(columns)
        found |= row in changed
    return found


def save_rows(changed: Changed) -> None:
    for row, columns in changed.items():
        row.save(update_fields=columns)


# --- apps above, filled in AppConfig.ready() (mechanism 4) ----------------------------------------------------

Cover = Callable[[Report, Covering], None]
"""Called in the transaction of the redaction before the report is locked: cases and meetings are locked first."""

_registered: dict[str, Cover] = {}


def register(name: str, cover: Cover) -> None:
    """A second one of the same name replaces the first."""
    _registered[name] = cover


def cover_where_repeated(report: Report, covering: Covering) -> None:
    for cover in _registered.values():
        cover(report, covering)
