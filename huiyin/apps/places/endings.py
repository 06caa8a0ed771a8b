"""The registry of apps above for which the end of a contract changes something, filled in AppConfig.ready()."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from huiyin.apps.places.models import Engagement
from huiyin.domain.access import Actor

Ended = Callable[[Engagement, Actor, datetime], None]
"""(engagement with its last day, by, now): called in the same transaction; may refuse the day with RuleBroken."""

_registered: dict[str, Ended] = {}


def register(name: str, ended: Ended) -> None:
    """A second one of the same name replaces the first."""
    _registered[name] = ended


def tell(engagement: Engagement, by: Actor, now: datetime) -> None:
    for ended in _registered.values():
        ended(engagement, by, now)
