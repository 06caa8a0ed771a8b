"""Work on photos that nobody waits for: further sizes, removed files, leftovers of broken uploads."""

from __future__ import annotations

from datetime import timedelta

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app as queue

from huiyin.apps.evidence import services
from huiyin.apps.evidence.models import Evidence, Rendition
from huiyin.integrations.storage import store
from huiyin.web.now import now

PATIENT = RetryStrategy(max_attempts=8, exponential_wait=4)
LEFTOVER_AFTER = timedelta(days=1)


@queue.task(name="evidence.make_sizes", retry=PATIENT)
def make_sizes(evidence_id: int, version: int) -> None:
    """Make the sizes of a photo that were not made at once."""
    services.make_missing_sizes(evidence_id, version)


@queue.task(name="evidence.remove_files", retry=PATIENT)
def remove_files(keys: list[str]) -> None:
    """Remove files no row refers to any more."""
    for key in keys:
        store().remove(key)


@queue.periodic(cron="20 19 * * *")
@queue.task(name="evidence.sweep_files", queueing_lock="evidence.sweep_files")
def sweep_files(timestamp: int) -> None:
    """Remove files older than a day without a row: an upload was rolled back, or a removal was lost."""
    kept = store()
    before = now() - LEFTOVER_AFTER
    for prefix, rows, field in (
        ("private", Evidence.objects.all(), "original_key"),
        ("e", Rendition.objects.all(), "path"),
    ):
        old = [file.key for file in kept.files(prefix) if file.is_older_than(before)]
        for start in range(0, len(old), 1000):
            chunk = old[start : start + 1000]
            known = set(rows.filter(**{f"{field}__in": chunk}).values_list(field, flat=True))
            for key in chunk:
                if key not in known:
                    kept.remove(key)
