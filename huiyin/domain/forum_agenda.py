"""The agenda of a quarterly owners' forum: what must be spoken of, and what still lacks a statement (domain.md §5)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from enum import StrEnum


class ItemKind(StrEnum):
    CASE = "case"
    MILESTONE = "milestone"
    COMMITMENT = "commitment"


ITEM_LABELS: dict[ItemKind, str] = {
    ItemKind.CASE: "没办完的事",
    ItemKind.MILESTONE: "到期的阶段",
    ItemKind.COMMITMENT: "到期的承诺",
}


@dataclass(frozen=True)
class Due:
    """Something the forum must hear about, e.g. Due(CASE, 17)."""

    kind: ItemKind
    id: Hashable


def to_add(due: Iterable[Due], on_agenda: Iterable[Due]) -> list[Due]:
    """What is due and not on the agenda yet, in the order given, each once. Nothing is ever taken off an agenda."""
    known = set(on_agenda)
    added: list[Due] = []
    for each in due:
        if each not in known:
            known.add(each)
            added.append(each)
    return added


@dataclass(frozen=True)
class Line:
    """One item of an agenda: what it is about, and whether the company has stated where it stands."""

    about: Due
    is_stated: bool


def without_statement(lines: Iterable[Line]) -> list[Due]:
    """What keeps a forum from closing."""
    return [line.about for line in lines if not line.is_stated]
