"""The cast and the rules every test of maintenance records needs."""

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
