"""The registry of apps above that keep copies of a case's public words, filled in AppConfig.ready() (mechanism 4)."""

from __future__ import annotations

from collections.abc import Callable

from huiyin.apps.ledger.models import Case

Replace = Callable[[Case, str, str], None]
"""(case, old words, new words): called in the transaction of the redaction."""

_registered: dict[str, Replace] = {}


def register(name: str, replace: Replace) -> None:
    """A second one of the same name replaces the first."""
    _registered[name] = replace


def replace_everywhere(case: Case, old: str, new: str) -> None:
    for replace in _registered.values():
        replace(case, old, new)
