"""The registry of apps above that take an estate's topics up, filled in AppConfig.ready() (mechanism 4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from huiyin.apps.ledger.models import Case, Topic
from huiyin.domain.access import Actor


@dataclass(frozen=True)
class Place:
    """Where a topic stands, or will stand, in words for whoever put it there; `url` is that page at the desk."""

    words: str
    url: str = ""


@dataclass(frozen=True)
class Taker:
    """All are called in the transaction of the command, after the topic's cases are in it, or before they leave it.

    `take_in(topic, by, now)` takes a topic up at once where that is possible. `give_back(case, by, now)` lets a case
    of a topic go, or refuses with RuleBroken. `place_of(topic, now)` says where it stands; one or two queries.
    """

    take_in: Callable[[Topic, Actor, datetime], None]
    give_back: Callable[[Case, Actor, datetime], None]
    place_of: Callable[[Topic, datetime], Place]


_registered: dict[str, Taker] = {}


def register(name: str, taker: Taker) -> None:
    """A second one of the same name replaces the first."""
    _registered[name] = taker


def take_in(topic: Topic, by: Actor, now: datetime) -> None:
    for taker in _registered.values():
        taker.take_in(topic, by, now)


def give_back(case: Case, by: Actor, now: datetime) -> None:
    for taker in _registered.values():
        taker.give_back(case, by, now)


def places_of(topic: Topic, now: datetime) -> list[Place]:
    return [taker.place_of(topic, now) for taker in _registered.values()]
