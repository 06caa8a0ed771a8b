"""What PostgreSQL does for each page of the hotline's numbers, on the mirror of ten million complaints.

A private cluster is filled with the counts such a store gives (bench/hotline_pages_filling.py); each page is asked for
by those who may open it, and the processor time of the engine is taken from the kernel, query by query, the least of
four. So a busy machine changes little. The aim is 50 ms a page.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from bench.requests import Ground

AIM = 50.0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench hotline_pages", description=__doc__)
    parser.add_argument("--estates", type=int, default=8_000)
    parser.add_argument("--complaints", type=int, default=10_000_000)
    options = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="huiyin-bench-"))
    folder.chmod(0o755)
    ground = Ground(folder, 0)
    try:
        rows = ground.fill_site("bench.hotline_pages_filling", str(options.estates), str(options.complaints))
        print(", ".join(f"{count:,} {name}" for name, count in rows.items()))
        found = ground.fill_site("bench.hotline_pages_asking")
    finally:
        ground.stop()
        shutil.rmtree(folder, ignore_errors=True)
    for name, (queries, milliseconds) in found.items():
        missed = "" if milliseconds <= AIM else "  missed"
        print(f"{name:34} {queries:3} queries  {milliseconds:6.1f} ms{missed}")
    return 0 if all(milliseconds <= AIM for _queries, milliseconds in found.values()) else 1
