"""What the worker does for the history: run reactions, make the daily anchor."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from huiyin.apps.audit import anchoring, reactions
from huiyin.web.now import now

# About a day in all: 5 s, 25 s, 2 min, then hours; after that the job stays as failed for the operator to see.
_AGAIN = RetryStrategy(max_attempts=7, exponential_wait=5)


@app.task(name="audit.react", retry=_AGAIN)
def react(reaction: str, event_id: int) -> None:
    reactions.react(reaction, event_id)


# Every hour, not once a day: a machine that slept at midnight makes its anchor when it wakes, marked as late if the
# day is over. Five past midnight in Shanghai is five past an hour everywhere, so the zone of cron does not matter.
@app.periodic(cron="5 * * * *")
@app.task(name="audit.make_anchors", queueing_lock="audit.make_anchors", retry=3)
def make_anchors(timestamp: int) -> None:
    anchoring.make_due_anchors(now=now())
