"""What a process knows of adopted versions is of the process, the database is of the test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _no_version_remembered() -> Iterator[None]:
    from huiyin.apps.policies.selectors import forget

    forget()
    yield
    forget()
