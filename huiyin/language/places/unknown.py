"""Names of estates that stand in no list, as far as their shape and the words beside them tell.

Every piece of a text that begins and ends where a word does may be a name; `points` leaves the plausible ones. Weights
of short n-grams at their ends and of their shape then say which piece is the estate the text is about, or that none is
(data/places/unknown.json, learned by `python -m bench.learn_places`).
"""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from operator import add
from typing import NamedTuple

import rjieba

from huiyin.language.places import names
from huiyin.language.places.about import after_of, before_of, step_of
from huiyin.language.places.written import DATA

MOST_CHARS = 12
"""Characters of a name."""
MOST_READ = 600
"""Characters of a text that are read; what a complaint is about stands at its beginning."""
PLAUSIBLE = 4
"""Points from which a piece is weighed."""
LEAST, LISTED = 0.34, 0.05
"""Shares from which the likeliest name is said at all, and from which a further one is shown to a person beside it."""
_RUN = re.compile(r"[\u4e00-\u9fffA-Za-z0-9·・•]{2,}")
_INNER = re.compile("街道|大道|社区|小区|[路街镇县市区]")
_COUNTED = re.compile(r"第?[一二三四五六七八九十\d]{1,3}(?:期|栋|号楼|号|楼|区|幢|单元)|[A-Z]\d{0,2}[栋区座]")
_EDGE = re.compile(
    r"[A-Z]\d{0,2}[市区县]|[市区县镇路街号在是住的于]|街道|社区|小区|大道|项目|楼盘|物业|业主"
    r"|公寓|花园|家园|大厦|山庄|楼下|楼上|楼顶|门口|[一二三四五六七八九十\d]+[期栋]"
)
_NO_NAME = re.compile(
    r"(?:[我咱你他她]们|咱|[这那]个|该).*|.*[本该此]"
    r"|.*(?:街道|安置|老旧)|.+街道.+"
    r"|(?:拆迁|移民|回迁|还建)?(?:安置|移民|回迁|还建|保障房|公租房|廉租房)(?:小区|社区|房|点)"
    r"|(?:[本此贵某各每全整几]|[一两几多某每整各同]个?|自己|附近|隔壁|旁边|对面|周边|同一|其[他它]|所有|不同|有的|老旧|新建|封闭|普通|高档|居民|住宅|商品房)"
    r"(?:的|个)?(?:小区|社区|院子|大院|家园|花园|物业|楼盘|项目|公寓|院|楼)(?:物业|业主|居民)?"
)
"""我们小区 is no name, and 本小区 says which one only to whoever lives there."""
_BEFORE = (
    ("A", re.compile(r"[A-Z]\d{0,2}[市区县]$")),
    ("a", re.compile("(?:[市区县镇乡]|街道|社区)$")),
    ("r", re.compile("[路街道号]$")),
    ("v", re.compile("[是在住于的对求处买报诉映]$|举报$|关于$|请$")),
)
_POINTS_BEFORE = {"A": 2, "a": 2, "^": 2, "r": 1, "v": 1, "-": 0}
_POINTS_AFTER = {"e": 2, "p": 2, "n": 2, "m": 2, "$": 1, ",": 1, "-": 0}
_WIDE = {**{0xFF01 + at: chr(0x21 + at) for at in range(94)}, 0x3000: " "}


class Weights(NamedTuple):
    """Whole numbers by feature; a sum divided by `unit` is the logarithm of the odds against “no name”."""

    unit: int
    of: Mapping[str, int]


class Shape(NamedTuple):
    """data/places/shape.toml."""

    ends: tuple[str, ...]
    begins: tuple[str, ...]
    after_estate: tuple[str, ...]
    after_people: tuple[str, ...]
    after_matter: tuple[str, ...]
    particles: frozenset[str]


class Piece(NamedTuple):
    """text[start:end], which may be a name; `kinds` are those of what stands before, of its end, of what follows."""

    start: int
    end: int
    name: str
    kinds: str


@cache
def shipped() -> Weights:
    """The weights as shipped, read once."""
    data = json.loads((DATA / "unknown.json").read_text(encoding="utf-8"))
    return Weights(data["unit"], data["of"])


@cache
def shape() -> Shape:
    """The words as shipped, read once."""
    with (DATA / "shape.toml").open("rb") as file:
        data = tomllib.load(file)
    groups = {key: tuple(words.split()) for key, words in data.items()}
    return Shape(
        groups["ends"],
        groups["begins"],
        groups["after_estate"],
        groups["after_people"],
        groups["after_matter"],
        frozenset(groups["particles"]),
    )


def find_estate_names(texts: Sequence[str]) -> list[list[str]]:
    """For each text the names of estates it may be about, the likeliest first; none where it is about no estate."""
    return [[name for name, _ in ranked(text, shipped())] for text in texts]


def ranked(text: str, weights: Weights) -> list[tuple[str, float]]:
    """Names with their shares, the largest first; empty where none is likely enough."""
    of = weights.of
    sums: dict[str, float] = {}
    for piece, features in featured(text):
        total = sum([of.get(feature, 0) for feature in features]) / weights.unit
        name = text[piece.start : piece.end]
        sums[name] = sums.get(name, 0.0) + math.exp(min(total, 30.0))
    whole = 1 + sum(sums.values())
    by_share = sorted(
        ((name, each / whole) for name, each in sums.items()), key=lambda pair: (-pair[1], pair[0])
    )
    if not by_share or by_share[0][1] < LEAST:
        return []
    return [by_share[0], *[pair for pair in by_share[1:] if pair[1] >= LISTED]]


def featured(text: str) -> list[tuple[Piece, list[str]]]:
    """The plausible pieces of a text, each with the names of its features."""
    read = folded(text)
    counts: dict[str, int] = {}
    found = []
    for piece in plausible(read):
        if piece.name not in counts:
            counts[piece.name] = read.count(piece.name)
        found.append((piece, features_of(read, piece, counts[piece.name])))
    return found


def folded(text: str) -> str:
    """Half width, character for character, so that offsets stay; a line end behind."""
    return text[:MOST_READ].translate(_WIDE) + "\n"


def plausible(text: str) -> list[Piece]:
    """Pieces of a folded text that begin and end where a word does, and look a little like a name."""
    starts, ends = _edges(text)
    found = []
    for run in _RUN.finditer(text):
        firsts = [edge for edge in range(run.start(), run.end()) if edge in starts]
        lasts = [(edge, _after(text, edge)) for edge in range(run.start() + 2, run.end() + 1) if edge in ends]
        for start in firsts:
            before = _before(text, start)
            for end, after in lasts:
                if end - start > MOST_CHARS:
                    break
                if end - start >= 2:
                    name = text[start:end]
                    kinds = before + _end_kind(name) + after
                    if points(name, kinds) >= PLAUSIBLE and not _NO_NAME.fullmatch(name):
                        found.append(Piece(start, end, name, kinds))
    return found


def points(name: str, kinds: str) -> int:
    """How much speaks for a name at first sight."""
    return (
        _POINTS_BEFORE[kinds[0]]
        + 2 * (kinds[1] != "-")
        + _POINTS_AFTER[kinds[2]]
        + 2 * name.startswith(shape().begins)
        + (len(name) >= 4)
    )


def _edges(text: str) -> tuple[set[int], set[int]]:
    """Where a name may begin, and where it may end."""
    particles = shape().particles
    starts, ends = {0}, {0}
    at = 0
    for word in rjieba.cut(text):
        is_particle = word in particles
        if not is_particle:
            starts.add(at)
        at += len(word)
        if not is_particle:
            ends.add(at)
    for match in _EDGE.finditer(text):
        starts.update(match.span())
        ends.update(match.span())
    return starts, ends


def features_of(text: str, piece: Piece, count: int) -> list[str]:
    """What stands before and after, how the piece begins and ends, its inside, and how often it stands in the text."""
    start, end, name, kinds = piece
    before, kind, after = kinds[0], kinds[1], kinds[2]
    length = min(len(name), 9)
    builder = int(name.startswith(shape().begins))
    found = [
        "any",
        *[f"b{each}" for each in before_of(text, start)],
        *[f"a{each}" for each in after_of(text, end)],
        *[f"f{name[:size]}" for size in (1, 2)],
        *[f"l{name[-size:]}" for size in (1, 2, 3)],
        *[f"g{pair}" for pair in map(add, name[1:-1], name[2:-1])],
        f"@{step_of(start)}",
        f"n{length}",
        f"c{min(count, 5)}",
        f"B{builder}",
        f"e{kind}{length}",
        f"k{before}{after}",
        f"r{kind}{after}{min(length, 5)}",
        f"q{kinds}",
        f"u{builder}{kind}{length}",
    ]
    if not name.isalpha() or name[0].isascii():
        found.append("mixed")
    if _INNER.search(name, 0, len(name) - 1):
        found.append(f"in{kind}")
    if count > 1:
        found.append(f"x{min(count, 3)}{_goes_on(text, name)}")
    return found


def _end_kind(name: str) -> str:
    """L with 小区 and the like, E as estates end, - otherwise."""
    if name.endswith(names.words().loose):
        return "L"
    return "E" if name.endswith(shape().ends) else "-"


def _before(text: str, start: int) -> str:
    """^ nothing or a mark, A a masked area, a an area, r a road, v a word that places or complains, - otherwise."""
    if start == 0 or not text[start - 1].isalnum():
        return "^"
    near = text[max(0, start - 4) : start]
    return next((kind for kind, pattern in _BEFORE if pattern.search(near)), "-")


def _after(text: str, end: int) -> str:
    """, a list goes on, $ a mark, e 小区, p its people, n a house number, m what it is said to have, - otherwise."""
    if text[end] in "、和与及到":
        return ","
    if not text[end].isalnum():
        return "$"
    if text.startswith(shape().after_estate, end):
        return "e"
    if text.startswith(shape().after_people, end):
        return "p"
    if _COUNTED.match(text, end):
        return "n"
    return "m" if text.startswith(shape().after_matter, end) else "-"


def _goes_on(text: str, name: str) -> str:
    """Whether the same character goes before, or follows, each time: the piece is part of something longer."""
    places = [match.span() for match in re.finditer(re.escape(name), text)]
    after = {text[end : end + 1] for _, end in places}
    before = {text[start - 1 : start] for start, _ in places if start}
    return f"{int(len(before) == 1)}{int(len(after) == 1)}"
