"""How phases and outcomes of a meeting look: colour, icon and word (web/chips.py)."""

from __future__ import annotations

from huiyin.domain.meeting_phases import LABELS, Phase
from huiyin.domain.meeting_rules import OUTCOME_LABELS, MeetingOutcome
from huiyin.web import chips
from huiyin.web.chips import Chip

_PHASES = {
    Phase.DRAFT: ("none", "edit"),
    Phase.ANNOUNCED: ("key", "bell"),
    Phase.REPORTING: ("key", "presentation"),
    Phase.QUESTIONS: ("key", "message-circle"),
    Phase.PAUSED: ("warn", "player-pause"),
    Phase.CLOSED: ("warn", "hourglass"),
    Phase.MINUTES_OPEN: ("key", "file-text"),
    Phase.LOCKED: ("ok", "lock"),
    Phase.POSTPONED: ("warn", "calendar-due"),
    Phase.CANCELLED: ("none", "circle-x"),
}
_OUTCOMES = {
    MeetingOutcome.COMPLIANT: ("ok", "circle-check"),
    MeetingOutcome.NOT_REACHED: ("warn", "alert-triangle"),
    MeetingOutcome.TOO_FEW: ("warn", "alert-triangle"),
}


def register() -> None:
    chips.register({f"meeting.{phase}": Chip(*look, LABELS[phase]) for phase, look in _PHASES.items()})
    chips.register({f"outcome.{each}": Chip(*look, OUTCOME_LABELS[each]) for each, look in _OUTCOMES.items()})
