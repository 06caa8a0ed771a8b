"""The server's one clock can be moved in tests, and only there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings

from huiyin.web.now import now


def test_it_tells_the_present_in_beijing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUIYIN_NOW", raising=False)
    assert abs(now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert now().utcoffset() == timedelta(hours=8)


def test_a_test_fixes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYIN_NOW", "2026-06-18T09:30")
    assert now().isoformat() == "2026-06-18T09:30:00+08:00"


def test_a_journey_moves_it_by_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    clock = tmp_path / "clock"
    monkeypatch.setenv("HUIYIN_NOW", f"@{clock}")
    for told in ("2026-06-18T09:30:00+08:00", "2026-06-21T23:00:00+08:00"):
        clock.write_text(told + "\n")
        assert now().isoformat() == told


def test_without_the_leave_of_settings_it_is_not_moved(
    monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    monkeypatch.setenv("HUIYIN_NOW", "2000-01-01T00:00")
    settings.TESTING_CLOCK_ALLOWED = False
    assert now().year > 2000
