"""Finding a photo again: `python -m bench lookalikes`. False pairs and recall, and the time of a search among 100,000.

The pictures are the demo's, drawn at six places a scene, and photographs of noise and shapes; the 100,000 are such
photographs, small. No photo of a person is used.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations, islice
from multiprocessing import get_context
from pathlib import Path

from huiyin.apps.evidence.fingerprints import METHOD, SAME, Fingerprint, fingerprint, likeness, may_be_same
from tests import prepared_cluster
from tests.apps.evidence.made_over import MAKEOVERS, a_photograph, as_jpeg, drawn

SEEDS, PHOTOGRAPHS, SEARCHES = 6, 60, 100
MOST_FALSE, LEAST_FOUND, MOST_MS = 0.01, 0.95, 250.0


@dataclass(frozen=True)
class Found:
    """One line of the report: what was measured and whether it is good enough."""

    line: str
    is_met: bool = True


def is_same(one: Fingerprint, other: Fingerprint) -> bool:
    return may_be_same(one, other) and likeness(one.thumb, other.thumb) >= SAME


def quality() -> Iterator[Found]:
    """False pairs among different pictures, and how many made-over ones are found."""
    of_demo, photographs = drawn(SEEDS), {f"photograph {n}": a_photograph(n) for n in range(PHOTOGRAPHS)}
    prints = {name: fingerprint(picture) for name, picture in (of_demo | photographs).items()}
    for label, names in (("demo pictures", list(of_demo)), ("all pictures", list(prints))):
        pairs = list(combinations([made for name in names if (made := prints[name])], 2))
        wrong = sum(is_same(*pair) for pair in pairs)
        share = wrong / len(pairs)
        yield Found(f"false pairs, {label:<34} {share:7.2%}  {wrong} of {len(pairs):,}", share <= MOST_FALSE)
    hits = total = 0
    for name, change in MAKEOVERS.items():
        rng = random.Random(name)
        found = [
            is_same(made, again)
            for key, picture in (of_demo | photographs).items()
            if (made := prints[key]) and (again := fingerprint(change(picture, rng)))
        ]
        hits, total = hits + sum(found), total + len(found)
        yield Found(f"found again, {name:<36} {sum(found) / len(found):6.1%}  {sum(found)} of {len(found)}")
    yield Found(f"found again, {'all makeovers':<36} {hits / total:6.1%}", hits / total >= LEAST_FOUND)


def small_prints(seeds: Sequence[int]) -> list[tuple[bytes, list[int], list[int]]]:
    """Fingerprints of small photographs; the numbers are far from those of the measured pictures."""
    made = (fingerprint(a_photograph(10_000_000 + seed, 96, 72)) for seed in seeds)
    return [(each.thumb, sorted(each.views), sorted(each.guesses)) for each in made if each]


def search(count: int) -> Iterator[Found]:
    """Time and finds of `lookalikes` among `count` photos in PostgreSQL."""
    import io

    from django.db import connection

    from huiyin.apps.evidence.lookalikes import lookalikes
    from huiyin.apps.evidence.models import Evidence
    from huiyin.apps.evidence.models import Fingerprint as Row
    from huiyin.apps.evidence.services import add_photo
    from huiyin.domain.access import SYSTEM

    now = datetime.now(UTC)
    numbers = iter(range(count))
    batches = iter(lambda: list(islice(numbers, 500)), [])
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for prints in pool.map(small_prints, batches):
            rows = Evidence.objects.bulk_create(
                Evidence(
                    state="ready", sha256=f"{random.getrandbits(256):064x}", original_key="private/x",
                    original_format="JPEG", original_bytes=1, width=96, height=72, uploaded_by_key="system",
                    uploaded_at=now, token=f"{random.getrandbits(128):032x}",
                )
                for _print in prints
            )  # fmt: skip
            Row.objects.bulk_create(
                Row(evidence=row, method=METHOD, thumb=thumb, views=views, guesses=guesses)
                for row, (thumb, views, guesses) in zip(rows, prints, strict=True)
            )
    originals = [a_photograph(seed) for seed in range(SEARCHES)]
    stored = [add_photo(by=SYSTEM, upload=io.BytesIO(as_jpeg(picture)), now=now) for picture in originals]
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE evidence_fingerprint")
        cursor.execute(
            "SELECT pg_indexes_size('evidence_fingerprint'), pg_total_relation_size('evidence_fingerprint')"
        )
        indexes, whole = cursor.fetchone()
    yield Found(
        f"stored fingerprints {Row.objects.count():,}: {whole / 1e6:.0f} MB, of it indexes {indexes / 1e6:.0f} MB"
    )
    rng = random.Random("search")
    changes = list(MAKEOVERS.values())
    took, hits, wrong = [], 0, 0
    for number, (picture, first) in enumerate(zip(originals, stored, strict=True)):
        again = changes[number % len(changes)](picture, rng)
        asked = add_photo(by=SYSTEM, upload=io.BytesIO(as_jpeg(again)), now=now)
        started = time.perf_counter()
        found = {each.evidence.pk for each in lookalikes(asked)}
        took.append((time.perf_counter() - started) * 1000)
        hits += first.pk in found
        wrong += len(found - {first.pk})
    took.sort()
    median, late = statistics.median(took), took[int(len(took) * 0.95)]
    yield Found(
        f"a search among them: {median:.0f} ms at the median, {late:.0f} ms at the 95th hundredth of {len(took)}",
        median <= MOST_MS,
    )
    yield Found(
        f"their photo found by {hits} of {len(took)} searches; other photos named by mistake: {wrong}"
    )


def searched(count: int) -> bool:
    import django

    django.setup()
    is_met = True
    for found in search(count):
        print(found.line, flush=True)
        is_met = is_met and found.is_met
    return is_met


def main(arguments: list[str] | None = None) -> int:
    """0 if false pairs, finds and time are within their limits."""
    parser = argparse.ArgumentParser(prog="python -m bench lookalikes", description=__doc__)
    parser.add_argument("--photos", type=int, default=100_000, help="how many photos to search among")
    options = parser.parse_args(arguments)
    is_met = True
    for found in quality():
        print(found.line, flush=True)
        is_met = is_met and found.is_met
    folder = Path(tempfile.mkdtemp(prefix="huiyin-bench-", dir=prepared_cluster.memory()))
    folder.chmod(0o755)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "huiyin.config.settings",
        "HUIYIN_SECRET_KEY": "for measuring only",
        "HUIYIN_VAR": str(folder / "var"),
    }
    try:
        cluster = prepared_cluster.start(folder)
        try:
            is_met = searched(options.photos) and is_met
        finally:
            cluster.stop(wait=5)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
