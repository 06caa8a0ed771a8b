"""Before and after: drawn photos for some of the newest replies, through the service that real ones go through."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from multiprocessing import get_context

from PIL import ExifTags, Image

from huiyin.apps.evidence.demo_pictures import SCENES, State, draw, words
from huiyin.apps.evidence.models import Evidence
from huiyin.apps.evidence.services import add_photo
from huiyin.apps.ledger.bulk import History
from huiyin.apps.ledger.bulk import history as told
from huiyin.apps.portal.demo.lives import Life
from huiyin.domain.clocks import BEIJING

PAIRS = 40
OF_A_SCENE = 6
MOST_AT_AN_ESTATE = 3
# The front page shows finished pictures only; the other sizes of the rest are a task of the worker.
READY_AT_ONCE = 6
MOMENTS: tuple[State, State] = ("before", "after")

Drawn = dict[tuple[str, State, int], Future[bytes]]
Pair = tuple[str, int]
"""A scene and its seed: two pictures of one place."""


@contextmanager
def being_drawn(rounds: int = OF_A_SCENE, more: Iterable[Pair] = ()) -> Iterator[Drawn]:
    """The pictures, drawn by a process of its own while this one writes everything else; `more` come last."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        try:
            # Round by round: the first pictures of all scenes are wanted first.
            pairs = [(scene, seed) for seed in range(1, rounds + 1) for scene in SCENES]
            yield {
                (scene, moment, seed): pool.submit(draw, scene, moment, seed)
                for scene, seed in dict.fromkeys([*pairs, *more])
                for moment in MOMENTS
            }
        finally:
            pool.shutdown(cancel_futures=True)


def attach(histories: dict[str, History], lives: dict[str, Life], drawn: Drawn) -> int:
    """Give the newest fitting replies a pair each; the histories are replaced. Returns how many pairs."""
    at_estate: Counter[int] = Counter()
    of_scene: Counter[str] = Counter()
    for reply, key in _newest_first(histories, lives):
        history, scene = histories[key], scene_of(lives[key])
        place = history.estate.pk if history.estate else 0
        if at_estate[place] >= MOST_AT_AN_ESTATE or (scene, "before", of_scene[scene] + 1) not in drawn:
            continue
        at_estate[place] += 1
        of_scene[scene] += 1
        seed, made = of_scene[scene], of_scene.total()
        photos = tuple(
            (moment, _photo(scene, moment, history, reply, drawn[scene, moment, seed], made <= READY_AT_ONCE))
            for moment in MOMENTS
        )
        histories[key] = _with_photos(history, reply, photos)
        if made == PAIRS:
            break
    return of_scene.total()


def scene_of(life: Life) -> str:
    return life.matter.scene(life.teller)


def _newest_first(histories: dict[str, History], lives: dict[str, Life]) -> list[tuple[told.Replied, str]]:
    """Cases with one reply, confirmed as solved; where the demo's sign-ins look, also those not answered yet."""
    found = []
    for key, life in lives.items():
        history = histories[key]
        replies = [step for step in history.steps if isinstance(step, told.Replied)]
        said = {step.answer for step in history.steps if isinstance(step, told.Answered)}
        is_shown_place = history.estate is not None and history.estate.compound
        fits = said == {"solved"} or (is_shown_place and not said)
        if fits and len(replies) == 1 and scene_of(life):
            found.append((replies[0], key))
    return sorted(found, key=lambda each: each[0].at, reverse=True)


def _with_photos(history: History, reply: told.Replied, photos: tuple[tuple[str, Evidence], ...]) -> History:
    shown = replace(reply, photos=photos, no_evidence_reason="", is_spoken=False)
    return replace(history, steps=tuple(shown if step is reply else step for step in history.steps))


def _photo(
    scene: str,
    moment: State,
    history: History,
    reply: told.Replied,
    picture: Future[bytes],
    all_sizes: bool,
) -> Evidence:
    return add_photo(
        by=reply.by,
        upload=io.BytesIO(taken(picture.result(), _when(moment, history, reply))),
        alt=words(scene, moment),
        now=reply.at,
        all_sizes=all_sizes,
    )


def _when(moment: State, history: History, reply: told.Replied) -> datetime:
    """Before the work began, on the next morning at the latest; and when it was done, before the reply was written."""
    if moment == "after":
        return reply.at - timedelta(minutes=35)
    begun = history.at + timedelta(hours=5)
    return (
        min(begun, reply.at - timedelta(hours=3))
        if begun.hour in range(8, 19)
        else reply.at - timedelta(hours=3)
    )


def taken(jpeg: bytes, at: datetime) -> bytes:
    """The picture as a camera stores it, with the time it was taken."""
    exif = Image.Exif()
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    inner[ExifTags.Base.DateTimeOriginal] = at.astimezone(BEIJING).strftime("%Y:%m:%d %H:%M:%S")
    inner[ExifTags.Base.OffsetTimeOriginal] = "+08:00"
    told_by_camera = exif.tobytes()
    # The segment APP1 comes first after the mark that begins a JPEG (EXIF 2.32, 4.5.4).
    return jpeg[:2] + b"\xff\xe1" + (len(told_by_camera) + 2).to_bytes(2, "big") + told_by_camera + jpeg[2:]
