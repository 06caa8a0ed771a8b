"""A worker killed in mid-task: the job runs again within 60 s (ADR 0003)."""

from __future__ import annotations

import psycopg
import pytest

from tests.serving import ServedSite, kill, until

# The job of a worker that died a moment ago, as it lies in the queue: taken, heartbeat, then silence.
LEFT_BEHIND = """
WITH worker AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now()) RETURNING id)
INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, worker_id, attempts)
SELECT 'default', 'audit.make_anchors', '{"timestamp": 0}', 'doing', worker.id, 0 FROM worker RETURNING id
"""


@pytest.mark.slow
def test_the_job_of_a_dead_worker_runs_again_within_a_minute(site: ServedSite) -> None:
    with psycopg.connect(site.database_url(), autocommit=True) as connection:
        row = connection.execute(LEFT_BEHIND).fetchone()
        assert row is not None
        kill(site.task_processes()[0])

        def succeeded() -> bool:
            found = connection.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", row).fetchone()
            return found is not None and found[0] == "succeeded"

        seconds = until(succeeded, 60, site.told)
    print(f"ran again after {seconds:.1f} s")
