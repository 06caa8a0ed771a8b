"""Policy files for the tests: the shipped ones with another version, day or value."""

from __future__ import annotations

from datetime import date, timedelta

from huiyin.apps.policies.services import SEEDS
from huiyin.domain.clocks import due_day
from huiyin.web.now import now


def today() -> date:
    return due_day(now())


def in_days(count: int) -> date:
    return today() + timedelta(days=count)


def a_file(name: str = "deadlines", *, effective_from: date, change: tuple[str, str] = ("", "")) -> str:
    """The seed of `name` as a version of that day, with one text in it replaced."""
    text = (SEEDS / f"{name}.toml").read_text(encoding="utf-8")
    text = text.replace('version = "2026-01-01"', f'version = "{effective_from}"')
    text = text.replace("effective_from = 2026-01-01", f"effective_from = {effective_from}")
    assert change[0] in text
    return text.replace(*change) if change[0] else text
