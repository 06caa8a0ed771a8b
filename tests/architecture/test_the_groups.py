"""Tests that share a served site or a cluster of their own run in one process."""

import pytest


@pytest.mark.xdist_group("a group")
def test_xdist_knows_the_group_of_a_test(request: pytest.FixtureRequest) -> None:
    """Nothing fails where it does not: every process then starts its own site (pyproject.toml, pytest)."""
    if not request.config.getoption("loadgroup", False):
        pytest.skip("one process alone, or other than --dist loadgroup")
    assert request.node.nodeid.endswith("@a group")
