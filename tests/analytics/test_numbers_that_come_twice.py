"""A complaint number that comes twice is told with the row where it stood first, also when half of a file does."""

from __future__ import annotations

import time

import numpy as np

from huiyin.analytics.numbers import Keys
from huiyin.analytics.repeated_numbers import Numbers

ROWS = 1_000_000


def test_looking_up_where_they_stood_takes_no_longer_for_each_the_longer_the_file_is() -> None:
    numbers = Numbers()
    numbers.begin_file()
    keys: Keys = np.arange(1, ROWS + 1, dtype=np.uint64)
    first = numbers.add(keys, np.arange(1, ROWS + 1, dtype=np.int32), of=ROWS)
    again = numbers.add(keys[::5], np.arange(1, ROWS // 5 + 1, dtype=np.int32), of=ROWS // 5)
    assert (first == -1).all()
    begun = time.process_time()
    rows = numbers.rows_of(again)
    assert time.process_time() - begun < 0.5  # one after the other they would take longer than a minute
    assert rows.tolist() == list(range(1, ROWS + 1, 5))
