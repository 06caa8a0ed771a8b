"""Which recorded texts a citizen may check word by word: those that stand on a public page unshortened."""

from __future__ import annotations

from collections.abc import Iterable

from huiyin.apps.audit.models import Event, EventSecret
from huiyin.domain.canonical import JSON
from huiyin.language.masking import mask

_open: set[tuple[str, str]] = set()


def open_text(kind: str, *names: str) -> None:
    """Declare in AppConfig.ready(): these texts of this kind of event are public, e.g. the reply to a case."""
    _open.update((kind, name) for name in names)


def close_text(kind: str, *names: str) -> None:
    """Take a declaration back: for tests that make one of their own."""
    _open.difference_update((kind, name) for name in names)


def opened(events: Iterable[Event]) -> dict[str, JSON]:
    """Text and salt by event number and name, of what is declared, not erased, and needs no masking.

    A masked text cannot be checked against the digest of the whole one, so it is left out.
    """
    by_id = {event.id: event for event in events if event.kind in {kind for kind, _ in _open}}
    found: dict[str, JSON] = {}
    if not by_id:
        return found
    for secret in EventSecret.objects.filter(event_id__in=by_id, erased_at=None).order_by("event_id"):
        event = by_id[secret.event_id]
        texts: dict[str, JSON] = {
            name: {"text": text, "salt": secret.salts[f"text.{name}"]}
            for name, text in sorted(secret.texts.items())
            if (event.kind, name) in _open and mask(text) == text
        }
        if texts:
            found[str(event.number)] = texts
    return found
