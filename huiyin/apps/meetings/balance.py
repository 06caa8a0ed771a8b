"""The balance of one meeting, read from its rows and from the number given out last."""

from __future__ import annotations

from huiyin.apps.meetings.models import Meeting, Pulse, Question
from huiyin.domain.question_balance import Balance, Standing, balance


def balance_of(meeting: Meeting) -> Balance:
    """Two queries. `asked` comes from the counter, so that a question that vanished shows."""
    last_number = Pulse.objects.values_list("last_number", flat=True).get(meeting_id=meeting.pk)
    rows = Question.objects.filter(meeting=meeting).values_list("status", "outcome", "direction")
    return balance(last_number, (Standing(*row) for row in rows))
