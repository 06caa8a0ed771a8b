"""What serves pages stays small: only the command line and children load the libraries for work in bulk."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEAVY = ("numba", "llvmlite", "pyarrow", "duckdb", "ibis")
LOAD_EVERY_PAGE = f"""
import json, sys
import django
django.setup()
from django.urls import get_resolver
def walk(patterns):
    for each in patterns:
        walk(each.url_patterns) if hasattr(each, "url_patterns") else each.callback
walk(get_resolver().url_patterns)
print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))
"""


def test_a_web_process_loads_neither_numba_nor_arrow() -> None:
    """A process of its own: this one may have loaded them for other tests (ADR 0021)."""
    done = subprocess.run(
        [sys.executable, "-c", LOAD_EVERY_PAGE], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout.splitlines()[-1]) == []
