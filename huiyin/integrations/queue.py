"""The task queue's own care: jobs of a killed worker run again, finished jobs are removed (ADR 0003)."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 5
# Four heartbeats missed: the worker is dead, not slow. With the tick below a job runs again within 40 s.
SILENT_SECONDS = 20
# A job that took that many workers with it would take the next one too.
MOST_ATTEMPTS = 10
KEPT_HOURS = 24 * 30

# Seconds come LAST in a six-field cron.
EVERY_TEN_SECONDS = "* * * * * */10"


@app.periodic(cron=EVERY_TEN_SECONDS)
@app.task(
    name="queue.retry_stalled",
    queueing_lock="queue.retry_stalled",
    priority=100,
    pass_context=True,
    queue="care",
)
async def retry_stalled(context: JobContext, timestamp: int) -> int:
    """Put the jobs of dead workers back; a killed worker leaves them 'doing' for ever. Returns how many."""
    jobs = context.app.job_manager
    put_back = 0
    for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
        if job.task_name == "queue.retry_stalled":
            await jobs.finish_job(job, status=Status.FAILED, delete_job=True)
        elif job.attempts >= MOST_ATTEMPTS:
            logger.error("job %s (%s) gave up after %s attempts", job.id, job.task_name, job.attempts)
            await jobs.finish_job(job, status=Status.FAILED, delete_job=False)
        else:
            logger.warning("job %s (%s) of a dead worker runs again", job.id, job.task_name)
            await jobs.retry_job(job, retry_at=datetime.now(UTC))
            put_back += 1
    return put_back


@app.periodic(cron="40 19 * * *")  # UTC: in the night in Beijing
@app.task(
    name="queue.remove_finished", queueing_lock="queue.remove_finished", pass_context=True, queue="care"
)
async def remove_finished(context: JobContext, timestamp: int) -> None:
    """Remove finished jobs after a month; failed ones stay for the operator as long."""
    await context.app.job_manager.delete_old_jobs(
        nb_hours=KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )
