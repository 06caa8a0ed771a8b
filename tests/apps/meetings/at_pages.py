"""The meetings' pages at a moment of the meeting: who looks, and when."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client

from tests.people import Cast, sign_in


def it_is(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """The site's clock stands at this moment. Call it after the meeting was made."""
    monkeypatch.setenv("HUIYIN_NOW", moment.isoformat())


def as_(cast: Cast, role: str) -> Client:
    """The browser of somebody of the cast."""
    return sign_in(Client(), getattr(cast, role))
