"""Tests that share a served site or a cluster of their own run in one process."""

import pytest


@pytest.fixture(autouse=True)
def _in_groups(request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("loadgroup", False):
        pytest.skip("one process alone, or other than --dist loadgroup")


@pytest.mark.xdist_group("a group")
def test_xdist_knows_the_group_of_a_test(request: pytest.FixtureRequest) -> None:
    """Nothing fails where it does not: every process then starts its own site (pyproject.toml, pytest)."""
    assert request.node.nodeid.endswith("@a group")


def test_xdist_knows_the_file_of_a_test_without_a_group(request: pytest.FixtureRequest) -> None:
    """Otherwise every process reads and makes what a file reads and makes once (tests/conftest.py)."""
    assert request.node.nodeid.endswith("@architecture/test_the_groups.py")
