"""A plan is heavy where it promises more than a policy's share of what was kept of the last one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.domain.commitment_load import Load

# planned, kept, due, the policy's percent, heavy?
TOLD = [
    (6, 4, 5, 150, False),
    (7, 4, 5, 150, True),
    (4, 3, 3, 150, False),
    (5, 3, 3, 150, True),
    (1, 0, 2, 150, True),
    (9, 0, 0, 150, False),
    (0, 0, 3, 150, False),
    (5, 4, 4, 100, True),
]


@pytest.mark.parametrize(("planned", "kept", "due", "percent", "is_heavy"), TOLD)
def test_more_than_the_share_of_what_was_kept_is_heavy(
    planned: int, kept: int, due: int, percent: int, is_heavy: bool
) -> None:
    assert Load(planned, kept, due, 0, percent).is_heavy is is_heavy


@given(st.integers(0, 40), st.integers(0, 40), st.integers(100, 400))
def test_as_many_as_it_names_are_no_heavy_plan_and_one_more_is(kept: int, missed: int, percent: int) -> None:
    most = Load(0, kept, kept + missed, missed, percent).most
    assert not Load(most, kept, kept + missed, missed, percent).is_heavy
    assert Load(most + 1, kept, kept + missed, missed, percent).is_heavy is (kept + missed > 0)
