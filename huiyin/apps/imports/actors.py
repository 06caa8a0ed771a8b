"""Finding again who uploaded a file when a worker runs it later; people answers, this app only asks."""

from __future__ import annotations

from collections.abc import Callable

from huiyin.apps.imports.models import Import
from huiyin.domain.access import Actor, FixedActor

_resolvers: list[Callable[[str], Actor | None]] = []


def register(resolver: Callable[[str], Actor | None]) -> None:
    """Called in AppConfig.ready() above: from a key ("person:42") to the actor with today's roles, or None."""
    if resolver not in _resolvers:
        _resolvers.append(resolver)


def uploader_of(import_: Import) -> Actor:
    """The uploader with the rights of today; for keys nobody knows, a name without rights."""
    for resolver in _resolvers:
        if actor := resolver(import_.uploaded_by_key):
            return actor
    return FixedActor(import_.uploaded_by_key, import_.uploaded_by_label)
