"""What something costs as a multiple of something else, where a machine in a hurry changes nothing.

How fast the product is stands in `bench/`. Here is only asked how a cost grows, since text of strangers that costs the
square of its length stops a server. Both sides are tried in turn until the least of each keep the proportion: another
process can make a try dearer, never cheaper, so that what grows too fast fails and nothing else does.
"""

from __future__ import annotations

import time
from collections.abc import Callable

TRIES, FEWEST, FOR_EACH = 12, 2, 3
"""The cheap side is tried several times for each of the dear one: a single pause there would let anything pass."""


def assert_grows_with_length(work: Callable[[int], object], short: int, long: int) -> None:
    """`work(length)` is nearer to the length than to its square, in seconds of this process.

    Half-way between the two in powers: for eight times the length 22 times the cost are allowed, the square costs 64.
    """
    assert_costs_at_most((long / short) ** 1.5, lambda: work(long), lambda: work(short))


def assert_costs_at_most(times: float, dear: Callable[[], object], cheap: Callable[[], object]) -> None:
    """`dear` takes at most so many times the processor time of `cheap`, both at their best."""
    cheap()  # what is made once, like a table or a compiled pattern, is neither's
    least_dear = least_cheap = float("inf")
    for tries in range(1, TRIES + 1):
        least_cheap = min(least_cheap, *(_seconds(cheap) for _ in range(FOR_EACH)))
        least_dear = min(least_dear, _seconds(dear))
        if tries >= FEWEST and least_dear <= times * least_cheap:
            return
    raise AssertionError(f"{least_dear:.4f} s are more than {times:.1f} times {least_cheap:.4f} s")


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
