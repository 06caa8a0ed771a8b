"""Trials: what a changed rule would have made of past data. Each app above registers its own in AppConfig.ready()."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms

from huiyin.domain.access import Actor


@dataclass(frozen=True)
class Trial:
    """One way of trying a change of a policy.

    `form` asks for the change, drawn by the template `fields`. `run(form, by, start, now)` computes what it would have
    done to the past data that `by` may see, from number `start` on, and writes nothing. The template `result` draws
    what comes out, under the name `outcome`; it has a `next_start`, None where nothing is left: as much is computed at
    once as a person waits for.
    """

    name: str
    """In the address: report-check."""
    policy: str
    """The policy whose page leads here: reports."""
    label: str
    about: str
    """Both Chinese msgids."""
    form: type[forms.Form]
    fields: str
    run: Callable[[Any, Actor, int, datetime], Any]
    result: str


_TRIALS: dict[tuple[str, str], Trial] = {}


def register(trial: Trial) -> None:
    """A second trial of the same name is a mistake, the same one again is not."""
    known = _TRIALS.setdefault((trial.policy, trial.name), trial)
    if known != trial:
        raise ValueError(f"trial {trial.name!r} of the policy {trial.policy!r} is registered twice")


def forget(trial: Trial) -> None:
    """For tests that register a trial of their own."""
    _TRIALS.pop((trial.policy, trial.name), None)


def trials_of(policy: str) -> list[Trial]:
    return [trial for (of, _name), trial in sorted(_TRIALS.items()) if of == policy]


def find(policy: str, name: str) -> Trial | None:
    return _TRIALS.get((policy, name))
