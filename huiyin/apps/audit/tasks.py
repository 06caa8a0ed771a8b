"""What the worker does for the history: run reactions, make the daily anchor."""

from __future__ import annotations

import logging

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from huiyin.apps.audit import anchoring, reactions
from huiyin.web.now import now

logger = logging.getLogger(__name__)

# About a day in all: 5 s, 25 s, 2 min, then hours; after that `react_again` goes on.
_AGAIN = RetryStrategy(max_attempts=7, exponential_wait=5)


@app.task(name="audit.react", retry=_AGAIN)
def react(reaction: str, event_id: int) -> None:
    reactions.react(reaction, event_id)


# Failed jobs are what is looked for, not events without a delivery: a reaction declared later, or a history brought in
# by a file, must not tell people of what happened long ago. A job that was tried again is never old enough for
# `queue.remove_finished`, so none is lost, and whatever keeps failing stays in sight.
@app.periodic(cron="20 */6 * * *")
@app.task(name="audit.react_again", queueing_lock="audit.react_again", pass_context=True)
async def react_again(context: JobContext, timestamp: int) -> int:
    """Try every failed reaction once more; how many there were."""
    jobs = context.app.job_manager
    failed = list(await jobs.list_jobs_async(task="audit.react", status="failed"))
    for job in failed:
        logger.warning("reaction %s, which failed %s times, is tried again", job.task_kwargs, job.attempts)
        await jobs.retry_job(job)
    return len(failed)


# Every hour, not once a day: a machine that slept at midnight makes its anchor when it wakes, marked as late if the
# day is over. Five past midnight in Shanghai is five past an hour everywhere, so the zone of cron does not matter.
@app.periodic(cron="5 * * * *")
@app.task(name="audit.make_anchors", queueing_lock="audit.make_anchors", retry=3)
def make_anchors(timestamp: int) -> None:
    anchoring.make_due_anchors(now=now())
