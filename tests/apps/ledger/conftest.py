"""The cast every ledger test needs; the rules that come with Huiyin are adopted in every test database already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.people import Cast


@pytest.fixture
def cast(db: None) -> Cast:
    # Imported here: pytest reads this file before Django is set up.
    from tests.people import a_cast

    return a_cast()
