"""Policy files for the tests: the shipped ones with another version, day or value."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from huiyin.apps.policies.models import PolicyVersion
from huiyin.apps.policies.selectors import forget
from huiyin.apps.policies.services import SEEDS
from huiyin.domain.clocks import due_day
from huiyin.domain.policy_schema import plain_values, sha256_of
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


def a_version_of_old(
    name: str, *, without: Sequence[str] = (), beside: dict[str, Any] | None = None
) -> PolicyVersion:
    """A version that an earlier release adopted, in force: this one would not adopt it any more, so only a row.

    It is the newest file without some keys.
    """
    newest = max(SEEDS.glob(f"{name}*.toml"), key=lambda path: (len(path.name), path.name))
    file = tomllib.loads(newest.read_text(encoding="utf-8"))
    values = plain_values(file["values"]) | (beside or {})
    for key in without:
        *path, last = key.split(".")
        inner: Any = values
        for step in path:
            inner = inner[step]
        del inner[last]
    row = PolicyVersion.objects.create(
        name=name,
        version=f"{name}@2026-02-01",
        title=file["title"],
        basis=file["basis"],
        effective_from=date(2026, 2, 1),
        values=values,
        sha256=sha256_of(values),
        adopted_by_key="system",
        adopted_by_label="系统",
        adopted_at=now(),
    )
    forget()
    return row
