"""Sending in the background."""

from __future__ import annotations

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from huiyin.apps.publishing import services

_TRIES = 6


@app.task(
    name="publishing.send_sms",
    retry=RetryStrategy(max_attempts=_TRIES, exponential_wait=4),
    pass_context=True,
)
def send_sms(context: JobContext, message_id: int) -> None:
    """Retried for about an hour; after the last try the asker shows as not reached."""
    services.send_sms(message_id, is_last_try=context.job is not None and context.job.attempts >= _TRIES)
