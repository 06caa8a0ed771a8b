"""Where a case came from: the apps of a source register how it is named, linked and told of (mechanism 4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from huiyin.apps.ledger.models import Case
from huiyin.domain.access import Actor


@dataclass(frozen=True)
class Origin:
    """A row of a higher app that a case came from, e.g. Origin("meetings.question", "17")."""

    name: str
    id: str

    @property
    def key(self) -> str:
        return f"{self.name}:{self.id}"


@dataclass(frozen=True)
class OriginKind:
    name: str
    label: str
    url_name: str
    url_kwarg: str = "pk"
    describe: Callable[[str], str] | None = None


@dataclass(frozen=True)
class Fact:
    """What the desk is told of where a case came from; `url` leads on from the value."""

    label: str
    value: str
    url: str = ""


Facts = Callable[[Case, Actor], Sequence[Fact]]
"""What this actor may know; a bounded number of queries."""

_kinds: dict[str, OriginKind] = {}
_facts: dict[str, Facts] = {}


def register(
    name: str,
    *,
    label: str,
    url_name: str,
    url_kwarg: str = "pk",
    describe: Callable[[str], str] | None = None,
) -> None:
    """Called in `AppConfig.ready()` of the app that owns the origin; a second registration must be the same.

    `describe` names the row of this id in public words, "" where there is none; it may cost one query.
    """
    kind = OriginKind(name, label, url_name, url_kwarg, describe)
    if _kinds.setdefault(name, kind) != kind:
        raise ValueError(f"origin {name!r} is registered twice")


def register_facts(name: str, facts: Facts) -> None:
    """For cases of this origin; a second one of the same name replaces the first."""
    _facts[name] = facts


def facts_of(case: Case, actor: Actor) -> Sequence[Fact]:
    """For the desk; nothing where the origin tells nothing."""
    facts = _facts.get(case.origin_key.partition(":")[0])
    return facts(case, actor) if facts else ()


def link_of(origin_key: str) -> tuple[str, str] | None:
    """(label, address) of a case's origin, or None where its app is not installed or has no page."""
    name, _, id_ = origin_key.partition(":")
    kind = _kinds.get(name)
    if kind is None:
        return None
    try:
        address = reverse(kind.url_name, kwargs={kind.url_kwarg: id_})
    except NoReverseMatch:
        return None
    return (kind.describe(id_) if kind.describe else "") or kind.label, address
