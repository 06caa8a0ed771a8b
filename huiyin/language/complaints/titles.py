"""A short title for a group of complaints: the piece of one of them that says most of what all of them share.

Nothing is composed: the title is a run of words as somebody wrote them, 6 to 16 characters, 4 or 5 where a record says
no more (电梯困人). Only words whose every pair of characters many complaints have, or words of known matters, may stand
in it, so that no name of a person or of a flat gets there; figures, letters and what is masked end a run.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import rjieba

from huiyin.language.complaints.meanings import shipped
from huiyin.language.complaints.public_words import public_words
from huiyin.language.masking import mask
from huiyin.language.matters import is_a_word_of_matters
from huiyin.language.personal.kinds import LABELS
from huiyin.language.words import stop_words

SHORTEST, LONGEST = 4, 16
SHORTEST_WISHED = 6
NOTHING_SHARED = "内容相近的诉求"
MOST_TEXTS = 60
"""Texts that are read, the shortest ones."""
MOST_READ = 240
"""Characters of each that are read."""
OPENING, LONGEST_SUBJECT = 40, 60
"""Characters in which people say what it is about: words count double there, and titles are taken from there. A first
line that is no longer than a subject is the beginning."""
DULL_BELOW = 2.2
"""Natural logarithm: a word in more than one of nine messages says nothing of the matter."""
RAREST = 4.2
"""What is rarer than that is not more of a matter: most of it is part of a name."""
PRICE_OF_A_CHARACTER = 0.12
"""What a character costs, in parts of what the best word is worth: a title is as short as it can be."""
_HAN_RUN = re.compile("[\u4e00-\u9fff]+")
_LABEL = re.compile("|".join(map(re.escape, LABELS.values())))
_NOT_OF_A_MATTER = re.compile(
    "[\u4e00-\u9fff]{1,6}?(?:社区|街道|大道|小区|新村|花园|家园|国际城|国际)"
    "|[\u4e00-\u9fff]{1,3}[市县区镇](?=[\u4e00-\u9fff])|(?<=[A-Za-z0-9])[市县区镇]"
    "|[\u4e00-\u9fff]{0,2}(?:书记|市长|县长|区长|局长|主任|经理|先生|女士|师傅|老师|医生)"
)
"""What looks like the name of a place, under whose name the page stands anyway, or of a person with a title."""
_NOT_FIRST = frozenset("的了着过得地和与及或在被把将对向从到为是有也都就还吗呢吧啊们个所之里内上下中后前")
_NOT_LAST = frozenset("的着得地和与及或在被把将对向从到为是有也都就还不没很太更最个及之而且所")
_DATA = Path(__file__).parents[1] / "data" / "complaints"

Clause = tuple[str, ...]


def title_of(texts: Sequence[str], *, estate: str = "") -> str:
    """Of the texts of one group, masked ones; the same for every order of them. The name of the estate is left out."""
    texts = sorted(set(texts), key=lambda text: (len(text), text))[:MOST_TEXTS]
    read = [list(_clauses(text.replace(estate, "，") if estate else text)) for text in texts]
    shared: Counter[str] = Counter()
    for clauses in read:
        for is_opening in (False, True):
            shared.update({word for clause, opens in clauses if opens or not is_opening for word in clause})
    worth = {
        word: min(rarity_of(word) or 0.0, RAREST) * (count / (2 * len(read))) ** 1.5
        for word, count in shared.items()
        if _tells(word)
    }
    price = PRICE_OF_A_CHARACTER * max(worth.values(), default=0.0)
    pieces = next(
        filter(
            None,
            (
                _titles(read, worth, opening=opening, shortest=shortest)
                for shortest in (SHORTEST_WISHED, SHORTEST)
                for opening in (True, False)
            ),
        ),
        {},
    )

    def cost(title: str) -> tuple[float, int, str]:
        told = sum(worth.get(word, 0.0) for word in set(pieces[title]))
        return price * len(title) - told, len(title), title

    return min(pieces, key=cost, default=NOTHING_SHARED)


@cache
def asking_words() -> frozenset[str]:
    """Words of asking and addressing, which no title holds (data/complaints/asking.txt)."""
    lines = (_DATA / "asking.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def _rarities() -> dict[str, float]:
    meanings = shipped()
    pairs = zip(meanings.pairs.tolist(), meanings.rarity.tolist(), strict=True)
    return {chr(pair & 0xFFFF) + chr(pair >> 16): rarity for pair, rarity in pairs}


def rarity_of(word: str) -> float | None:
    """Of the rarest pair of its characters; None if few complaints have one of them: then it may be a name, unless it
    is a word of a known matter.
    """
    found = [_rarities().get(first + second) for first, second in pairwise(word)]
    known = [rarity for rarity in found if rarity is not None]
    if found and len(known) == len(found):
        return max(known)
    return RAREST if is_a_word_of_matters(word) else None


def _tells(word: str) -> bool:
    """Whether it says something of the matter."""
    return (
        len(word) > 1
        and word not in stop_words()
        and word not in asking_words()
        and (rarity_of(word) or 0.0) >= DULL_BELOW
    )


def _clauses(text: str) -> Iterator[tuple[Clause, bool]]:
    """Runs of words that may stand in a title, and whether they stand at the beginning."""
    written = _NOT_OF_A_MATTER.sub("，", _LABEL.sub("，", public_words(mask(text[:MOST_READ].strip()))))
    subject = written.find("\n")
    opening = subject if 0 < subject <= LONGEST_SUBJECT else OPENING
    for run in _HAN_RUN.finditer(written):
        clause: list[str] = []
        for word in (*rjieba.cut(run.group()), ""):
            may_be_name = len(word) > 1 and rarity_of(word) is None
            if word and word not in asking_words() and not may_be_name:
                clause.append(word)
            elif clause:
                yield tuple(clause), run.start() < opening
                clause = []


def _titles(
    read: Sequence[Sequence[tuple[Clause, bool]]], worth: dict[str, float], *, opening: bool, shortest: int
) -> dict[str, Clause]:
    """What may be a title, with its words; only of the beginnings, where there is anything."""
    return {
        "".join(piece): piece
        for clauses in read
        for clause, opens in clauses
        if opens or not opening
        for piece in _pieces(clause, worth, shortest)
    }


def _pieces(clause: Clause, worth: dict[str, float], shortest: int) -> Iterator[Clause]:
    """Runs of whole words of the right length that neither begin nor end in the middle of something."""
    for first, begins in enumerate(clause):
        if begins[0] in _NOT_FIRST:
            continue
        length = 0
        for last, ends in enumerate(clause[first:], first):
            length += len(ends)
            if length > LONGEST:
                break
            # 供暖温度低 ends in a single character, and with it all that is said.
            is_all = shortest < SHORTEST_WISHED and last == len(clause) - 1
            tells_all = is_all and any(map(worth.get, clause[first : last + 1]))
            if length >= shortest and (worth.get(ends) or tells_all) and ends[-1] not in _NOT_LAST:
                yield clause[first : last + 1]
