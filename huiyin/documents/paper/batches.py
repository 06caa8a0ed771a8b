"""Piles of paper in a process of their own: what a thousand letters take of memory is given back when they are done."""

from __future__ import annotations

import subprocess
import sys
from typing import cast

from huiyin.documents.paper.documents import Sheet
from huiyin.documents.paper.press import Size, as_json, press

_SECONDS = 300


class NotPrinted(RuntimeError):
    """The other process did not print; its last words are the message."""


def render_apart(document: Sheet, size: Size = "A4") -> bytes:
    """The same bytes as `render`, for a task of a worker. Raises NotPrinted, subprocess.TimeoutExpired."""
    done = subprocess.run(
        [sys.executable, "-m", "huiyin.documents.paper.batches", document.template, size],
        input=as_json(document).encode(),
        capture_output=True,
        timeout=_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        # The traceback's last line names the fault; the texts of the document stay out of logs.
        raise NotPrinted(done.stderr.decode(errors="replace").strip().rpartition("\n")[2][:300])
    return done.stdout


def _main() -> None:
    template, size = sys.argv[1:]
    told = sys.stdin.buffer.read().decode()
    sys.stdout.buffer.write(press().print(template, told, cast("Size", size)))


if __name__ == "__main__":
    _main()
