"""The events of one meeting that no service records, kept until the service that comes next in time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from huiyin.apps.audit.bulk import EventDraft, record_many


class Tape:
    """Drafts in any order; `until` records those that lie before a moment, so that the chain follows the clock."""

    def __init__(self) -> None:
        self.drafts: list[EventDraft] = []

    def add(self, drafts: Iterable[EventDraft]) -> None:
        self.drafts += drafts

    def until(self, moment: datetime) -> datetime:
        """Record what happened before `moment`, and return it."""
        due = sorted((each for each in self.drafts if each.now <= moment), key=lambda each: each.now)
        self.drafts = [each for each in self.drafts if each.now > moment]
        record_many(due)
        return moment
