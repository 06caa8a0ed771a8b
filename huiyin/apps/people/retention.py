"""The registry of what is removed after how many days, and its daily run."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rule:
    """`run(now)` removes what is older than `after_days` and returns how many rows; `source` names the law."""

    name: str
    label: str
    after_days: int
    run: Callable[[datetime], int]
    source: str = ""


_rules: dict[str, Rule] = {}


def register(rule: Rule) -> None:
    """Called from AppConfig.ready() of the app that keeps the data."""
    _rules[rule.name] = rule


def rules() -> list[Rule]:
    return list(_rules.values())


def run_all(now: datetime) -> dict[str, int]:
    """Run every rule in its own transaction; one that fails is logged and does not stop the others."""
    counts: dict[str, int] = {}
    for rule in rules():
        try:
            with transaction.atomic():
                counts[rule.name] = rule.run(now)
        except Exception:
            logger.exception("retention rule %s failed", rule.name)
            counts[rule.name] = -1
    return counts
