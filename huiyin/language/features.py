"""What the labelling sees of a statement: pairs of characters of its skeleton, and what its words and figures do.

A pair is known by the codes of its two characters; at the beginning and at the end of a statement it counts once more
under another number, for a sentence says what it claims where it ends. Traits are known by a hash of their name.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from itertools import pairwise
from typing import NamedTuple
from zlib import crc32

from huiyin.language.dates import TimeKind
from huiyin.language.reading import Statement
from huiyin.language.sentences import Kind
from huiyin.language.units import Dimension

NEAR_AN_END = 11
"""Pairs at the beginning and at the end that count once more."""
_AT_THE_BEGINNING, _AT_THE_END = 0x80008000, 0x00008000
MOST_CHARS = 160
"""Characters of a statement that are read; what it says stands at its beginning."""
BOASTS = frozenset({"never", "total", "superlative", "praise"})
BOASTS_NOW = "boasts-now"
_TIME_MARK, _QUANTITY_MARK, _FIGURE_MARK, _TITLE_MARK, _QUOTE_MARK = (
    "\ue001",
    "\ue002",
    "\ue003",
    "\ue004",
    "\ue005",
)
_PHONE = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}-?[\d-]{7,}|\d{7,8}|123\d\d|96\d{3})(?!\d)")
_LAW_NUMBER = re.compile(
    r"〔\d{4}〕|\[\d{4}\]|第[一二三四五六七八九十百\d]+[条款项]|[(（]\d{4}[)）]\s*\d+\s*号"
)
_PLACE_NUMBER = re.compile(r"\d+(?:号楼|栋|幢|单元|号门|层|楼|#)")
_LETTERS = re.compile(r"[a-zA-Z]+\d*")
_OWNER_NAMED = re.compile(
    r"(?:由|责任人|负责人|主管|经理|工程部|客服部|保洁部|秩序部|牵头)[\u4e00-\u9fff]{0,10}(?:负责|牵头|承担|督促|跟踪|办|实施|完成|总责|处理|主管)?"
)
_LISTED = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}(?:是|、)|第[一二三四五六]|[(（]?\d{1,2}[)）.、]|首先|其次|再次|最后|同时|此外|另外|另|目前|现|对此|为此|因此|所以|但|而|且|并)"
)
_TIME_NAMES = {kind: f"time:{kind}" for kind in TimeKind}
_UNIT_NAMES = {dimension: f"unit:{dimension}" for dimension in Dimension}
_BEGINNINGS = 6
_ENDS = "。；！？;!? "
_BREAK = re.compile(r"[,，;；:：。!！?？]")


class Features(NamedTuple):
    """Ids of the n-grams and of the traits of one statement."""

    ngrams: Collection[int]
    traits: Collection[int]


def features_of(statement: Statement) -> Features:
    return Features(ngram_ids(skeleton(statement)), [named(trait) for trait in traits(statement)])


def skeleton(statement: Statement) -> str:
    """The text with times, quantities, figures, titles and long quotations each as one mark."""
    offset = statement.part.start
    marks: list[tuple[int, int, str]] = [(each.start, each.end, _TIME_MARK) for each in statement.times]
    marks += [(each.start, each.end, _QUANTITY_MARK) for each in statement.quantities]
    marks += [(each.start, each.end, _FIGURE_MARK) for each in statement.bare_numbers]
    marks += [(start, end, _TITLE_MARK) for start, end in statement.titles]
    marks += [(start, end, _QUOTE_MARK) for start, end in statement.quotes if end - start > 14]
    if not marks:
        return _LETTERS.sub("a", statement.text[:MOST_CHARS])
    parts: list[str] = []
    done = 0
    for start, end, mark in sorted(marks, key=lambda each: (each[0], -each[1])):
        if start - offset >= done:
            parts += (statement.text[done : start - offset], mark)
            done = min(end, statement.part.end) - offset
    parts.append(statement.text[done:])
    return _LETTERS.sub("a", "".join(parts)[:MOST_CHARS])


def ngram_ids(text: str) -> set[int]:
    """The pairs of neighbouring characters, marked at both ends of the text, and again those near an end."""
    units = memoryview(f"\ue010{text}\ue011".encode("utf-16-le", "surrogatepass")).cast("H").tolist()
    pairs = [first | second << 16 for first, second in pairwise(units)]
    said_to = len(pairs) - 1 - (len(text) - len(text.rstrip(_ENDS)))
    found = set(pairs)
    found.update([pair ^ _AT_THE_BEGINNING for pair in pairs[1 : min(1 + NEAR_AN_END, said_to)]])
    found.update([pair ^ _AT_THE_END for pair in pairs[max(1, said_to - NEAR_AN_END) : said_to]])
    return found


@cache
def named(name: str) -> int:
    """The id of a feature with a name."""
    return crc32(name.encode(), 0x5EED)


def traits(statement: Statement) -> set[str]:
    """Names of what the statement has, and of the pairs that decide its label."""
    found: set[str] = set()
    text, offset = statement.text, statement.part.start
    groups = {hit.group for hit in statement.hits}
    first, last = offset + _BEGINNINGS, offset + len(text) - 2
    for start, end, group in statement.hits:
        if start < first:
            found.add(f"begins:{group}")
        if end >= last:
            found.add(f"ends:{group}")
    found.update(groups)
    found.update([f"not:{hit.group}" for hit in statement.negated])
    found.update([f"quoted:{hit.group}" for hit in statement.quoted])
    kinds = {time.kind for time in statement.times}
    found.update([_TIME_NAMES[kind] for kind in kinds])
    found.update([_UNIT_NAMES[each.dimension] for each in statement.quantities])
    if statement.bare_numbers:
        found.add("figure")
    if statement.titles:
        found.add("title")
    if statement.quotes:
        found.add("quote")
    if statement.bare_numbers and _PHONE.search(text):
        found.add("phone")
    if ("第" in text or "〔" in text or "(" in text or "[" in text) and _LAW_NUMBER.search(text):
        found.add("law-number")
    if (statement.bare_numbers or statement.quantities) and _PLACE_NUMBER.search(text):
        found.add("place-number")
    if _OWNER_NAMED.search(text):
        found.add("owner-named")
    if _LISTED.match(text):
        found.add("listed")
    if statement.part.kind is not Kind.SENTENCE:
        found.add(f"kind:{statement.part.kind}")
    length = len(text)
    found.add(f"length:{min(9, length // 12)}")
    found.add(f"commas:{min(5, text.count(',') + text.count('，'))}")
    if groups & BOASTS and "future" not in groups:
        found.add(BOASTS_NOW)
    found |= _pairs(groups, kinds, bool(statement.quantities), found)
    found.update(_places(statement))
    return found


def _places(statement: Statement) -> list[str]:
    """What stands in the first and in the last clause, and which words follow which."""
    text, offset = statement.text, statement.part.start
    breaks = [match.end() for match in _BREAK.finditer(text, 0, max(0, len(text) - 1))]
    first_to = offset + (breaks[0] if breaks else len(text))
    last_from = offset + (breaks[-1] if breaks else 0)
    marks = [(start, group) for start, _, group in statement.hits]
    following = pairwise(group for _, group in marks)
    found = [f"{group}>{next_group}" for group, next_group in following]
    if marks:
        found += (f"opens:{marks[0][1]}", f"closes:{marks[-1][1]}")
    marks += [(time.start, _TIME_NAMES[time.kind]) for time in statement.times]
    found += [f"first:{name}" for start, name in marks if start < first_to]
    marks += [(each.start, _UNIT_NAMES[each.dimension]) for each in statement.quantities]
    found += [f"last:{name}" for start, name in marks if start >= last_from]
    return found


def _pairs(groups: set[str], kinds: set[TimeKind], has_quantity: bool, found: set[str]) -> frozenset[str]:
    return _pairs_that_decide(
        ("future" if "future" in groups else "") + ("done" if "done" in groups else "") or "none",
        TimeKind.DATE in kinds or TimeKind.PERIOD in kinds,
        TimeKind.DEADLINE in kinds,
        has_quantity,
        "document" in groups,
        "owner-named" in found,
    )


@cache
def _pairs_that_decide(
    tense: str, has_day: bool, has_deadline: bool, has_quantity: bool, has_document: bool, has_owner: bool
) -> frozenset[str]:
    """Names of the tense and of how firm the statement is; at most 128 sets, each made once."""
    firm = (has_day, has_deadline, has_quantity, has_document, has_owner)
    hard = "".join(str(int(each)) for each in firm)
    return frozenset(
        {
            f"tense:{tense}",
            f"hard:{hard}",
            f"tense:{tense}|hard:{hard}",
            f"tense:{tense}|day:{int(has_day)}|unit:{int(has_quantity)}",
        }
    )
