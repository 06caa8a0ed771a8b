"""What a printed page costs in a warm process: `python -m bench paper`. CPU of all threads, typst's own included."""

from __future__ import annotations

import statistics
import time

from huiyin.documents.paper.press import SIZES, render
from tests.documents.paper import samples
from tests.documents.paper.reading import pages_of

ROUNDS = 15
LETTERS = 200
MOST = 100.0
"""CPU ms a page may take at the median."""


def main(arguments: list[str] | None = None) -> int:
    """Takes no options; 0 if every document keeps within its limit."""
    started = time.process_time()
    render(samples.bulletin())
    first = 1000 * (time.process_time() - started)
    print(f"{'first page of a process':<24} {first:7.2f} ms CPU, typst and fonts loaded")
    worst = 0.0
    for sheet in [*samples.one_of_each(), samples.rating_letters(count=LETTERS)]:
        for size in SIZES:
            made = render(sheet, size)
            pages = len(pages_of(made))
            taken = []
            for at in range(ROUNDS if pages < LETTERS else 3):
                # Other words each time: nothing laid out before may serve again.
                other = samples.changed(sheet, f"{{}}{at}".format)
                started = time.process_time()
                render(other, size)
                taken.append(1000 * (time.process_time() - started) / pages)
            median = statistics.median(taken)
            print(
                f"{sheet.template:<18} {size} ×{pages:<3} {median:7.2f} ms CPU a page, median of {len(taken)} "
                f"({min(taken):.2f}–{max(taken):.2f}), {len(made) / 1000:.0f} KB"
            )
            worst = max(worst, median)
    return 0 if worst <= MOST else 1
