"""What each estate has to tell of its half-years, read from estates/*.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
EARLIER, LATEST = "earlier", "latest"


@dataclass(frozen=True, kw_only=True)
class Promise:
    """`due` counts in days from the end of the period; `moved` is by how many days the date moved later."""

    title: str
    measure: str
    target: str
    owner: str
    due: int
    funding: str
    fate: str = ""
    told: str = ""
    """What the next report says of it; `inherited` when that is another company's."""
    inherited: str = ""
    moved: int = 0
    reason: str = ""
    stays_open: bool = False
    """Late, and not done to this day."""


@dataclass(frozen=True, kw_only=True)
class Raised:
    """A matter of one estate that several homes raised: what they said, and the company's words to it.

    It is answered in the given paragraph of the difficulties, which does not name it: the company points there.
    """

    title: str
    category: str
    voices: list[str]
    words: str
    paragraph: int


@dataclass(frozen=True, kw_only=True)
class Story:
    """One report: who writes it (`company`, else whoever serves), in which manner, how far it has come."""

    half: str
    opening: str
    problems: list[str]
    plan: str
    photos: list[str]
    work: list[str] = field(default_factory=list)
    money: list[str] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)
    """Words the check would stop, and the public reason for which their sentence stands."""
    common_spent: list[tuple[str, int]] = field(default_factory=list)
    """What the words say was paid from the common revenue, in yuan: it stands among the lines of the account."""
    promises: list[Promise] = field(default_factory=list)
    company: str = ""
    manner: str = "plain"
    state: str = ""
    reasons: list[list[str | int]] = field(default_factory=list)
    """Why the community gave it back: section, paragraph, code of the reason, words."""
    mended: dict[str, list[str]] = field(default_factory=dict)
    """Sections written anew after that, by code."""
    added: list[Promise] = field(default_factory=list)
    raised: Raised | None = None
    style: str = "plain"


@cache
def stories() -> dict[str, tuple[Story, ...]]:
    """By estate code, in the order of time."""
    found = {}
    for path in sorted((FOLDER / "estates").glob("*.toml")):
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        found[str(told["code"])] = tuple(
            Story(
                **{
                    "manner": told.get("manner", "plain"),
                    **{
                        name: value
                        for name, value in row.items()
                        if name not in ("commitment", "added", "raised")
                    },
                },
                style=told["style"],
                promises=[Promise(**promise) for promise in row.get("commitment", [])],
                added=[Promise(**promise) for promise in row.get("added", [])],
                raised=Raised(**row["raised"]) if "raised" in row else None,
            )
            for row in told["report"]
        )
    return found
