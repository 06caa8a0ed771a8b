"""Where a case came from: the apps of a source register how their origin is named and linked (mechanism 4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse


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


_kinds: dict[str, OriginKind] = {}


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
