"""What a report answers to the demands of its list: by matter or category, with the promise that fits."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from typing import Any

from huiyin.apps.portal.demo.matters import matters
from huiyin.apps.portal.demo.phrases import Teller
from huiyin.apps.portal.demo.reports.facts import FOLDER
from huiyin.apps.portal.demo.reports.stories import Promise


@cache
def _answers() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "answers.toml").read_text(encoding="utf-8"))


def answer_to(category: str, topic: str, teller: Teller) -> str:
    """The words of the answer; matters and categories without words of their own share some."""
    known = _answers()
    code = next((matter.code for matter in matters() if matter.topic == topic), "")
    of_matter = known["matter"].get(code)
    return teller.say(teller.rng.choice(of_matter or known.get(category, known["other"])["say"]))


def promise_for(category: str, promises: Sequence[Promise]) -> int | None:
    """The place of the promise that speaks of it, if any does."""
    known = _answers()
    signs = re.compile(known.get(category, known["other"])["promise"])
    return next((n for n, promise in enumerate(promises) if signs.search(promise.title)), None)
