"""Every kind of step with one function that plays it on the rows in memory (ADR 0012)."""

from __future__ import annotations

from huiyin.apps.ledger.bulk import asker_steps, lead_steps
from huiyin.apps.ledger.bulk.played import Played, play, say

__all__ = ["Played", "asker_steps", "lead_steps", "play", "say"]
