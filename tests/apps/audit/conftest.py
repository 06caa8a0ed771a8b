"""What the tests of the history share: nothing kept from the test before."""

from __future__ import annotations

from datetime import datetime

import pytest


@pytest.fixture(autouse=True)
def _no_kept_anchor() -> None:
    # Imported here: this file is read before Django is set up.
    from django.core.cache import cache

    from huiyin.apps.audit.selectors import LATEST_ANCHOR_KEY
    from huiyin.web import anchors

    cache.delete(LATEST_ANCHOR_KEY)
    anchors.forget()


@pytest.fixture
def now() -> datetime:
    return datetime.fromisoformat("2026-11-23T10:00:00+08:00")
