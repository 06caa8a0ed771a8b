"""The cast, and a store of the test's own that a child in the same process writes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.people import Cast


@pytest.fixture
def cast(db: None) -> Cast:
    # Imported here: pytest reads this file before Django is set up.
    from tests.people import a_cast

    return a_cast()


@pytest.fixture(autouse=True)
def child(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from tests.given_hotline import child_in_process

    child_in_process(monkeypatch, tmp_path / "hotline")
