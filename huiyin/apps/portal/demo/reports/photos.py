"""Photos of the reports: each pair drawn for one report alone, save one that somebody took from another estate."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

from PIL import Image

from huiyin.apps.evidence.demo_pictures import State, words
from huiyin.apps.evidence.models import Evidence
from huiyin.apps.evidence.services import add_photo
from huiyin.apps.portal.demo.pictures import MOMENTS, Drawn, Pair, taken
from huiyin.apps.portal.demo.reports.stories import LATEST, Story, stories
from huiyin.domain.access import Actor

# Pictures that the search for the same photo tells apart from each other and from those of the ledger (seeds 1 to 6).
SEEDS = {
    "bikes": (101,),
    "bins": (101, 102, 103),
    "gate": (101, 102, 103),
    "green": (101, 102),
    "lamp": (102, 103),
    "lift": (102, 104, 105, 106),
    "pipe": (101, 102, 104),
    "playground": (102,),
    "stairs": (103, 105, 106, 110),
}
# A report whose picture is that of another estate: what the reviewer is shown when the same photo comes again.
BORROWED = {("YSL03", LATEST): "CTJ01"}
BORROWED_DAYS_LATER = 9


def pairs_wanted() -> dict[tuple[str, str, str, str], Pair]:
    """By estate, half, company and scene: the picture that belongs there."""
    found: dict[tuple[str, str, str, str], Pair] = {}
    seeds = {scene: iter(known) for scene, known in SEEDS.items()}
    for code, told in stories().items():
        for story in told:
            for scene in story.photos:
                found[code, story.half, story.company, scene] = (scene, next(seeds[scene]))
    for borrower, owner in BORROWED.items():
        lent = {key[3]: pair for key, pair in found.items() if key[0] == owner}
        found |= {key: lent[key[3]] for key in found if key[:2] == borrower and key[3] in lent}
    return found


class Album:
    """Adds the photos of a report when it is written."""

    def __init__(self, drawn: Drawn) -> None:
        self.drawn, self.wanted = drawn, pairs_wanted()

    def scenes(self, code: str, story: Story) -> list[str]:
        """The photos of the story that are drawn: all, but in tests."""
        wanted = {scene: self.wanted[code, story.half, story.company, scene] for scene in story.photos}
        return [scene for scene, pair in wanted.items() if (pair[0], "before", pair[1]) in self.drawn]

    def of(self, code: str, story: Story, *, by: Actor, at: datetime) -> dict[str, tuple[Evidence, Evidence]]:
        """By scene the pair before and after."""
        return {
            scene: self._pair(
                self.wanted[code, story.half, story.company, scene],
                by,
                at - timedelta(days=70 - order * 22),
                is_borrowed=(code, story.half) in BORROWED,
            )
            for order, scene in enumerate(self.scenes(code, story))
        }

    def _pair(
        self, pair: Pair, by: Actor, done_at: datetime, *, is_borrowed: bool
    ) -> tuple[Evidence, Evidence]:
        scene, seed = pair
        done_at += timedelta(days=BORROWED_DAYS_LATER) if is_borrowed else timedelta()
        before, after = (
            add_photo(
                by=by,
                upload=io.BytesIO(taken(self._jpeg(scene, moment, seed, is_borrowed=is_borrowed), when)),
                alt=words(scene, moment),
                now=when + timedelta(minutes=20),
            )
            for moment, when in zip(MOMENTS, (done_at - timedelta(days=6), done_at), strict=True)
        )
        return before, after

    def _jpeg(self, scene: str, moment: State, seed: int, *, is_borrowed: bool) -> bytes:
        """As drawn; a borrowed one a little cut and compressed once more, as people pass pictures on."""
        drawn = self.drawn[scene, moment, seed].result()
        if not is_borrowed:
            return drawn
        with Image.open(io.BytesIO(drawn)) as picture:
            width, height = picture.size
            part = picture.crop((width // 25, height // 30, width, height - height // 40))
        made_over = io.BytesIO()
        part.save(made_over, "JPEG", quality=78)
        return made_over.getvalue()
