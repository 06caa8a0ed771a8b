"""Before and after: drawn photos for some of the newest replies, through the service that real ones go through."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import replace

from huiyin.apps.evidence.demo_pictures import State, draw, words
from huiyin.apps.evidence.models import Evidence
from huiyin.apps.evidence.services import add_photo
from huiyin.apps.ledger.bulk import History
from huiyin.apps.ledger.bulk import history as told
from huiyin.apps.portal.demo.lives import Life

PAIRS = 40
READY_AT_ONCE = 8
MOST_AT_AN_ESTATE = 3
MOST_OF_A_SCENE = 7


def attach(histories: dict[str, History], lives: dict[str, Life]) -> int:
    """Give the newest fitting replies a pair each; the histories are replaced. Returns how many pairs."""
    at_estate: Counter[int] = Counter()
    of_scene: Counter[str] = Counter()
    made = 0
    for replied_at, key in _newest_first(histories, lives):
        history, scene = histories[key], lives[key].matter.scene
        place = history.estate.pk if history.estate else 0
        if at_estate[place] >= MOST_AT_AN_ESTATE or of_scene[scene] >= MOST_OF_A_SCENE:
            continue
        at_estate[place] += 1
        of_scene[scene] += 1
        made += 1
        histories[key] = _with_pair(history, scene, replied_at, seed=made, all_sizes=made <= READY_AT_ONCE)
        if made == PAIRS:
            break
    return made


def _newest_first(histories: dict[str, History], lives: dict[str, Life]) -> list[tuple[told.Replied, str]]:
    found = []
    for key, life in lives.items():
        replies = [step for step in histories[key].steps if isinstance(step, told.Replied)]
        said = [step.answer for step in histories[key].steps if isinstance(step, told.Answered)]
        if life.matter.scene and len(replies) == 1 and not {"not_solved", "partly"} & set(said):
            found.append((replies[0], key))
    # Whoever confirmed comes before whoever has not answered yet: the front page shows results.
    return sorted(found, key=lambda each: each[0].at, reverse=True)


def _with_pair(
    history: History, scene: str, reply: told.Replied, *, seed: int, all_sizes: bool
) -> History:
    moments: tuple[State, State] = ("before", "after")
    photos = tuple((moment, _photo(scene, moment, reply, seed, all_sizes)) for moment in moments)
    shown = replace(reply, photos=photos, no_evidence_reason="", is_spoken=False)
    return replace(history, steps=tuple(shown if step is reply else step for step in history.steps))


def _photo(scene: str, moment: State, reply: told.Replied, seed: int, all_sizes: bool) -> Evidence:
    return add_photo(
        by=reply.by,
        upload=io.BytesIO(draw(scene, moment, seed)),
        alt=words(scene, moment),
        now=reply.at,
        all_sizes=all_sizes,
    )
