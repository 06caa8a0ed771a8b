"""The latest public anchor for the foot of every page, told by the audit app above through a registry."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from typing import Protocol

KEPT_SECONDS = 300


class Anchor(Protocol):
    @property
    def day(self) -> date: ...

    @property
    def short_code(self) -> str: ...


_source: Callable[[], Anchor | None] | None = None
_kept: tuple[float, Anchor | None] | None = None


def register(source: Callable[[], Anchor | None]) -> None:
    """Called in AppConfig.ready() of audit: how to read the latest anchor (one query)."""
    global _source
    _source = source
    forget()


def latest() -> Anchor | None:
    """The latest anchor; read once in five minutes, as it changes once a day."""
    global _kept
    if _source is None:
        return None
    if _kept is None or time.monotonic() - _kept[0] > KEPT_SECONDS:
        _kept = (time.monotonic(), _source())
    return _kept[1]


def forget() -> None:
    """Read it anew next time: for tests and for the process that has just made one."""
    global _kept
    _kept = None
