"""The registry through which every app hands out and erases what it keeps about a person (mechanism 4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from huiyin.apps.people.models import Person
from huiyin.domain.access import Actor

Json = dict[str, object] | list[object] | str | int | float | bool | None


@dataclass(frozen=True)
class Section:
    """What one app keeps about a person: `export` shows all of it, `erase` forgets it and counts the rows touched.

    `erase` may raise RuleBroken when something open forbids it; it runs in the transaction of the whole erasure.
    """

    name: str
    label: str
    export: Callable[[Person], Json]
    erase: Callable[[Person, Actor, datetime], int]


_sections: dict[str, Section] = {}


def register(section: Section) -> None:
    """Called from AppConfig.ready() of the app that keeps the data; a second one of the same name replaces it."""
    _sections[section.name] = section


def sections() -> list[Section]:
    return list(_sections.values())
