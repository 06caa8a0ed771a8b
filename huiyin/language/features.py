"""What the labelling sees of a statement: hashed n-grams of its skeleton, and what its words, times and figures do."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from typing import NamedTuple
from zlib import crc32

from huiyin.language.dates import TimeKind
from huiyin.language.reading import Statement
from huiyin.language.sentences import Kind

BITS = 22
MASK = (1 << BITS) - 1
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
_BEGINNINGS = 6


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
    """Distinct hashed pairs of neighbouring characters, marked at both ends of the text."""
    data = f"\ue010{text}\ue011".encode("utf-16-le", "surrogatepass")
    return {crc32(data[at : at + 4]) & MASK for at in range(0, len(data) - 3, 2)}


@cache
def named(name: str) -> int:
    """The id of a feature with a name."""
    return crc32(name.encode(), 0x5EED) & MASK


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
    found.update(f"not:{hit.group}" for hit in statement.negated)
    found.update(f"quoted:{hit.group}" for hit in statement.quoted)
    kinds = {time.kind for time in statement.times}
    found.update(f"time:{kind}" for kind in kinds)
    dimensions = {each.dimension for each in statement.quantities}
    found.update(f"unit:{dimension}" for dimension in dimensions)
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
    return found


def _pairs(groups: set[str], kinds: set[TimeKind], has_quantity: bool, found: set[str]) -> set[str]:
    is_future, is_done = "future" in groups, "done" in groups
    tense = ("future" if is_future else "") + ("done" if is_done else "") or "none"
    has_day = bool(kinds & {TimeKind.DATE, TimeKind.PERIOD})
    has_deadline = TimeKind.DEADLINE in kinds
    firm = (has_day, has_deadline, has_quantity, "document" in groups, "owner-named" in found)
    hard = "".join(str(int(each)) for each in firm)
    return {
        f"tense:{tense}",
        f"hard:{hard}",
        f"tense:{tense}|hard:{hard}",
        f"tense:{tense}|day:{int(has_day)}|unit:{int(has_quantity)}",
    }
