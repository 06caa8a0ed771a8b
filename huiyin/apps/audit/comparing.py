"""The registry of rows compared with the events that witness them, filled in AppConfig.ready() above (mechanism 4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
    """A row says something else than its events: which event, and what differs, in words for people."""

    stream: str
    number: int
    what: str


Compare = Callable[[str], Iterator[Difference]]
"""Of the stream named, or of all for an empty name; in the order of streams."""

_registered: dict[str, Compare] = {}


def register(name: str, compare: Compare) -> None:
    """A second one of the same name replaces the first."""
    _registered[name] = compare


def forget(name: str) -> None:
    """Take a comparison away again: for tests that make one of their own."""
    _registered.pop(name, None)


def differences(stream: str) -> Iterator[Difference]:
    for compare in _registered.values():
        yield from compare(stream)
