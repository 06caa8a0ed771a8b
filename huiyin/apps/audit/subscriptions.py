"""Which reactions wait for which kind of event; low, so that `record` can defer them (mechanism 3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from huiyin.apps.audit.models import Event
from huiyin.integrations.queueing import queue

Effect = Callable[[Event], None]

_effects: dict[str, Effect] = {}
_names_by_kind: defaultdict[str, list[str]] = defaultdict(list)


def on(*kinds: str, name: str) -> Callable[[Effect], Effect]:
    """Declare in an app's reactions.py: `@on("ledger.case_replied", name="publishing.tell_asker")`.

    The function gets the event in a transaction of the worker, at least once; what it writes to the database
    happens once for each event. Raising makes the job try again later. `name` is kept with the deliveries: never
    reuse one for something else.
    """

    def declare(effect: Effect) -> Effect:
        if name in _effects:
            raise ValueError(f"there is already a reaction named {name}")
        _effects[name] = effect
        for kind in kinds:
            _names_by_kind[kind].append(name)
        return effect

    return declare


def forget(name: str) -> None:
    """Take a reaction away again: for tests that declare one of their own."""
    _effects.pop(name, None)
    for names in _names_by_kind.values():
        if name in names:
            names.remove(name)


def waiting_for(kind: str) -> list[str]:
    return list(_names_by_kind.get(kind, ()))


def effect_of(name: str) -> Effect:
    """KeyError for a name nobody declared: the job fails and stays visible."""
    return _effects[name]


def defer_reactions(events: Iterable[Event]) -> None:
    """One job for each event and reaction, in the transaction that recorded the events."""
    jobs: list[dict[str, object]] = [
        {"reaction": name, "event_id": event.id}
        for event in events
        for name in _names_by_kind.get(event.kind, ())
    ]
    if jobs:
        queue.configure_task("audit.react").batch_defer(*jobs)  # type: ignore[arg-type]
