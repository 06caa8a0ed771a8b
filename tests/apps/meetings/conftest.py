"""The cast and the rules every meeting test needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from huiyin.apps.meetings.models import Meeting
    from tests.people import Cast


@pytest.fixture
def cast(db: None) -> Cast:
    # Imported here: pytest reads this file before Django is set up.
    from tests.people import a_cast

    return a_cast()


@pytest.fixture
def in_phase(db: None) -> Callable[..., tuple[Cast, Meeting]]:
    """`cast, meeting = in_phase("questions")`: with the rules adopted."""
    from tests.given_meetings import a_cast_with_meeting

    return a_cast_with_meeting
