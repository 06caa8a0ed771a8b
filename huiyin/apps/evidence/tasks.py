"""Work on photos that nobody waits for: further sizes, missing fingerprints, removed files, leftovers of uploads."""

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
FINGERPRINTS_AN_HOUR = 1000


@queue.task(name="evidence.make_sizes", retry=PATIENT)
def make_sizes(evidence_id: int, version: int) -> None:
    """Make the sizes of a photo that were not made at once."""
    services.make_missing_sizes(evidence_id, version)


@queue.task(name="evidence.remove_files", retry=PATIENT)
def remove_files(keys: list[str]) -> None:
    """Remove files no row refers to any more."""
    for key in keys:
        store().remove(key)


@queue.periodic(cron="40 * * * *")
@queue.task(name="evidence.make_fingerprints", queueing_lock="evidence.make_fingerprints")
def make_fingerprints(timestamp: int) -> None:
    """Fingerprints of photos brought before there were any, or made by an older method, some each hour."""
    services.make_missing_fingerprints(FINGERPRINTS_AN_HOUR)


@queue.periodic(cron="20 19 * * *")
@queue.task(name="evidence.sweep_files", queueing_lock="evidence.sweep_files")
def sweep_files(timestamp: int) -> None:
    """Remove files older than a day without a row: an upload was rolled back, or a removal was lost."""
    kept = store()
    before = now() - LEFTOVER_AFTER
    originals = Evidence.objects.values_list("original_key", flat=True)
    copies = Evidence.objects.values_list("copy_key", flat=True)
    renditions = Rendition.objects.values_list("path", flat=True)
    for prefix, columns in (
        ("private", {"original_key": originals, "copy_key": copies}),
        ("e", {"path": renditions}),
    ):
        old = [file.key for file in kept.files(prefix) if file.is_older_than(before)]
        for start in range(0, len(old), 1000):
            chunk = old[start : start + 1000]
            known = {key for field, keys in columns.items() for key in keys.filter(**{f"{field}__in": chunk})}
            for key in chunk:
                if key not in known:
                    kept.remove(key)
