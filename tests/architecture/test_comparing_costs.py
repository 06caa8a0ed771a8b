"""What guards against costs that grow too fast lets none of them pass, and nothing else fail."""

from __future__ import annotations

import pytest

from tests.costs import assert_grows_with_length


def test_the_square_fails_and_the_length_passes() -> None:
    assert_grows_with_length(lambda length: sum(range(50 * length)), 1_000, 8_000)
    with pytest.raises(AssertionError, match="are more than"):
        assert_grows_with_length(lambda length: sum(range(length * length)), 100, 800)


def test_a_pause_lets_no_square_pass() -> None:
    waiting = [2_000_000]

    def work(length: int) -> None:
        sum(range(length * length))
        if length == 100 and waiting and len(asked) > 1:
            sum(range(waiting.pop()))
        asked.append(length)

    asked: list[int] = []
    with pytest.raises(AssertionError, match="are more than"):
        assert_grows_with_length(work, 100, 800)
    assert not waiting
