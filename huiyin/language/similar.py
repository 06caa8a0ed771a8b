"""Is it one of these: the cases of an estate most like what somebody is writing, without any model file.

Each text becomes a vector of words (synonyms folded) and character pairs, weighted by how rare they are at this
estate; the title counts double. Nearness is the cosine, with a small bonus for the same category and for recency.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from huiyin.language.words import stop_words, tokens

_DATA = Path(__file__).parent / "data"
TITLE_WEIGHT = 2.0
PAIR_WEIGHT = 0.35
LONGEST = 1200
"""Characters of a text that are read: what a matter is about stands at its beginning."""


@dataclass(frozen=True)
class Candidate:
    """One case: `text` is public (masked), `age_days` since registration."""

    id: str
    title: str
    text: str
    category: str = ""
    age_days: int = 0


@dataclass(frozen=True)
class Match:
    id: str
    score: float
    shared_words: tuple[str, ...]
    """The words that made it near, weightiest first: what a page may say of why."""


@cache
def synonyms() -> dict[str, str]:
    """Each word to the first one of its line in data/synonyms.txt."""
    folded: dict[str, str] = {}
    for line in (_DATA / "synonyms.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            first, *others = line.split()
            folded.update(dict.fromkeys((first, *others), first))
    return folded


def features(title: str, text: str) -> dict[str, float]:
    """Weights of words and, lighter, of character pairs (marked with a leading "·")."""
    ignored, folded = stop_words(), synonyms()
    counts: dict[str, float] = {}
    for part, weight in ((title, TITLE_WEIGHT), (text[:LONGEST], 1.0)):
        for word in tokens(part):
            if word in ignored or (len(word) == 1 and not word.isdigit() and word not in folded):
                continue
            name = folded.get(word, word)
            counts[name] = counts.get(name, 0.0) + weight
        for first, second in pairwise(part):
            if "一" <= first <= "鿿" and "一" <= second <= "鿿" and first + second not in ignored:
                name = f"·{first}{second}"
                counts[name] = counts.get(name, 0.0) + weight * PAIR_WEIGHT
    return counts


class SimilarIndex:
    """Prepared once for an estate's cases, asked many times."""

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        self.candidates = list(candidates)
        counted = [features(each.title, each.text) for each in self.candidates]
        seen: Counter[str] = Counter(name for counts in counted for name in counts)
        self.size = len(self.candidates)
        self.idf = {name: math.log((self.size + 1) / (count + 0.5)) for name, count in seen.items()}
        self.postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, counts in enumerate(counted):
            weights = self._weights(counts)
            for name, weight in weights.items():
                self.postings[name].append((place, weight))

    def _weights(self, counts: dict[str, float]) -> dict[str, float]:
        """Length one, so that the product of two is a cosine."""
        unknown = math.log(self.size + 1) if self.size else 0.0
        raw = {
            name: (1 + math.log(count) if count >= 1 else count) * self.idf.get(name, unknown)
            for name, count in counts.items()
        }
        length = math.sqrt(sum(weight * weight for weight in raw.values())) or 1.0
        return {name: weight / length for name, weight in raw.items()}

    def rank(self, question: str, *, limit: int = 5, category: str = "") -> list[Match]:
        """The nearest candidates, best first; those that share nothing are left out."""
        scores: defaultdict[int, float] = defaultdict(float)
        shared: defaultdict[int, list[tuple[float, str]]] = defaultdict(list)
        for name, weight in self._weights(features("", question)).items():
            for place, other in self.postings.get(name, ()):
                scores[place] += weight * other
                if not name.startswith("·"):
                    shared[place].append((weight * other, name))
        for place in scores:
            candidate = self.candidates[place]
            if category and candidate.category == category:
                scores[place] *= 1.1
            scores[place] *= 1 + 0.05 / (1 + max(0, candidate.age_days) / 30)
        best = sorted(scores, key=lambda place: (-scores[place], place))[:limit]
        return [
            Match(
                self.candidates[place].id,
                min(scores[place], 1.0),
                tuple(name for _, name in sorted(shared[place], reverse=True)[:4]),
            )
            for place in best
        ]


def rank_similar(question: str, candidates: Sequence[Candidate], limit: int = 5) -> list[Match]:
    """Once, without keeping an index."""
    return SimilarIndex(candidates).rank(question, limit=limit)
