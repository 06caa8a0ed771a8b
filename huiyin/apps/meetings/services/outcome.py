"""What a meeting came to, measured by the policy that held when its notice was given, and frozen on its row."""

from __future__ import annotations

from datetime import datetime, timedelta

from huiyin.apps.meetings import limits
from huiyin.apps.meetings.clock import measured
from huiyin.apps.meetings.models import Meeting
from huiyin.domain.meeting_rules import Measured, MeetingOutcome


def put_outcome(meeting: Meeting, now: datetime) -> Measured:
    """Set the figures and the outcome on the row, unsaved; too few households set the day of the next sitting."""
    found = measured(meeting, now)
    meeting.open_seconds = int(found.open_for.total_seconds())
    meeting.household_count = found.households
    meeting.outcome = found.outcome
    meeting.new_sitting_by = None
    if found.outcome is MeetingOutcome.TOO_FEW:
        within = timedelta(days=limits.policy_of(meeting).floor.new_sitting_within_days)
        meeting.new_sitting_by = limits.day_of(meeting.ended_at or now) + within
    return found


def forget_outcome(meeting: Meeting) -> None:
    """The meeting goes on."""
    meeting.outcome = meeting.outcome_reason = ""
    meeting.open_seconds = meeting.household_count = meeting.new_sitting_by = meeting.ended_at = None
