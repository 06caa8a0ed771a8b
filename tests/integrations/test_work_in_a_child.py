"""A child gets its request, answers line by line, and sees nothing of the environment that is not its own."""

from __future__ import annotations

from typing import Any

import pytest

from huiyin.integrations import children

CHILD = "tests.integrations.a_child"


def test_each_line_comes_as_it_is_told_and_secrets_stay_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYIN_SECRET_KEY", "a secret")
    monkeypatch.setenv("DATABASE_URL", "postgresql://x")
    lines: list[Any] = []
    children.run(CHILD, {"lines": ["一", "二"]}, lines.append)
    assert lines[:2] == [{"line": "一"}, {"line": "二"}]
    assert not {"HUIYIN_SECRET_KEY", "DATABASE_URL"} & set(lines[2]["environment"])


def test_a_child_that_dies_is_told() -> None:
    with pytest.raises(children.ChildDied, match="exit 7"):
        children.run(CHILD, {"die": True}, lambda line: None)


def test_a_listener_that_gives_up_ends_the_child() -> None:
    def refuse(line: Any) -> None:
        raise LookupError(line["line"])

    with pytest.raises(LookupError, match="一"):
        children.run(CHILD, {"lines": ["一"] * 100_000}, refuse)
