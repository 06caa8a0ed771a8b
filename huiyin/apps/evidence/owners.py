"""Registry of the apps above that own photos and documents: who may manage or see one, and which page it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from huiyin.apps.evidence.models import Evidence
from huiyin.domain.access import Actor


@dataclass(frozen=True)
class Page:
    """Where a photo is shown: an address and its name for people."""

    url: str
    label: str


@dataclass(frozen=True)
class Owner:
    """Answers of one app. `None` means: this photo is not mine.

    `may_manage` says whether the actor may cover parts of the photo or take it down.
    `page` is the desk page to return to.
    `may_see` says whether the actor may download a document; an app that attaches photos only needs none.
    """

    name: str
    may_manage: Callable[[Actor, Evidence], bool | None]
    page: Callable[[Evidence], Page | None]
    may_see: Callable[[Actor, Evidence], bool | None]


def _not_mine(actor: Actor, evidence: Evidence) -> None:
    return None


_owners: dict[str, Owner] = {}


def register(
    name: str,
    *,
    may_manage: Callable[[Actor, Evidence], bool | None],
    page: Callable[[Evidence], Page | None],
    may_see: Callable[[Actor, Evidence], bool | None] = _not_mine,
) -> None:
    """Declare an owner, in `AppConfig.ready()` of the app that attaches photos; a second call replaces it."""
    _owners[name] = Owner(name, may_manage, page, may_see)


def answers(actor: Actor, evidence: Evidence) -> list[bool]:
    """What the owners that know this photo or document say of managing it; empty while nobody has attached it."""
    given = (owner.may_manage(actor, evidence) for owner in _owners.values())
    return [each for each in given if each is not None]


def answers_on_seeing(actor: Actor, evidence: Evidence) -> list[bool]:
    """The same about downloading a document."""
    given = (owner.may_see(actor, evidence) for owner in _owners.values())
    return [each for each in given if each is not None]


def page_of(evidence: Evidence) -> Page | None:
    """The page of the first owner that knows this photo."""
    return next((page for owner in _owners.values() if (page := owner.page(evidence))), None)
