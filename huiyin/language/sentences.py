"""A text cut into what one reads as one statement: sentences, headings, items of lists, cells of tables."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from huiyin.language.enclosed import Ranges, find_brackets, find_quotes, find_titles


class Kind(StrEnum):
    SENTENCE = "sentence"
    HEADING = "heading"
    ITEM = "item"
    CELL = "cell"
    QUOTE = "quote"
    """A line of a block quotation: somebody else's words."""


class Part(NamedTuple):
    """text[start:end], without the marks of its list or table and without white space around it."""

    start: int
    end: int
    kind: Kind


_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_END = re.compile(
    r"[。｡！？!?；;.．](?:(?<![.．])[。｡！？!?；;]*[”’」』\"）)]*|(?<=[\u3400-\u9fff][.．])(?=\s|$))"
)
_TABLE_RULE = re.compile(r"[\s|:+=\-—－]+")
_CELL = re.compile(r"[^|\t｜]+")
_MARKS_OF_QUOTE = re.compile(r"(?:[>＞]\s*)+")
_MARKS_OF_HEADING = re.compile(r"#{1,6}\s*")
_NUMBERED_HEADING = re.compile(
    r"(?:第[一二三四五六七八九十百\d]{1,4}(?:部分|[章节条款项篇])|[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十]{1,3}[）)]、?)\s*"
)
_BEGINS_A_NUMBER = frozenset("第一二三四五六七八九十（(")
_BULLET = re.compile(
    r"(?:[-*+•·●○◆◇■□▪►▶→√✓]\s*|\d{1,2}(?:[.．](?!\d)|[、)）])\s*|[（(]\d{1,2}[）)]、?\s*|[①-⑳⑴-⒇]\s*)(?=\S)"
)
_BOLD_LINE = re.compile(r"\*\*([^*]{1,40})\*\*[：:]?")
_ENCLOSING = re.compile('[“「『‘〝"＂《〈﹝〔(（【[]')
_INSIDE = re.compile(r"[，,。；;！？!?\d０-９]")
_ENDS_A_SENTENCE = re.compile(r"[。！？!?]")
LONGEST_CELL = 60
LONGEST_HEADING = 26
LONGEST_BARE_HEADING = 12


def split_sentences(text: str) -> list[Part]:
    """Every part of the text, in order, never overlapping; white space and marks of structure lie between them."""
    lines = [match.span() for match in _LINE.finditer(text)]
    alone = sum(1 for start, end in lines if not text[start:end].isspace()) < 2
    return [part for start, end in lines for part in _parts_of_line(text, start, end, alone=alone)]


def on_boundaries(text: str, start: int, end: int) -> tuple[int, int]:
    """The same span, grown where it would part a character from the marks combined with it."""
    while 0 < start < len(text) and _clings(text[start]):
        start -= 1
    while end < len(text) and _clings(text[end]):
        end += 1
    return start, end


def _clings(char: str) -> bool:
    return char > "\u02ff" and (unicodedata.category(char) in ("Mn", "Me", "Mc") or char == "\u200d")


def _parts_of_line(text: str, start: int, end: int, *, alone: bool) -> Iterator[Part]:
    start, end = _trimmed(text, start, end)
    line = text[start:end]
    if not line:
        return
    quoted = _MARKS_OF_QUOTE.match(line)
    if quoted:
        yield from _sentences(text, start + quoted.end(), end, Kind.QUOTE)
        return
    if _is_row(line):
        yield from _cells(text, start, end)
        return
    marked = _marked_heading(line) if line[0] in "#*" else None
    if marked is not None:
        if marked[0] < marked[1]:
            yield Part(start + marked[0], start + marked[1], Kind.HEADING)
        return
    numbered = _NUMBERED_HEADING.match(line) if line[0] in _BEGINS_A_NUMBER else None
    if _is_heading(line, numbered.end() if numbered else 0, alone=alone):
        yield Part(start, end, Kind.HEADING)
        return
    if numbered and numbered.end() < len(line):
        yield from _sentences(text, start + numbered.end(), end, Kind.ITEM)
        return
    bullet = _BULLET.match(line)
    if bullet:
        yield from _sentences(text, start + bullet.end(), end, Kind.ITEM)
    else:
        yield from _sentences(text, start, end, Kind.SENTENCE)


def _marked_heading(line: str) -> tuple[int, int] | None:
    """Where the words of a line stand that is marked as a heading: # 电梯 ##, **电梯**."""
    bold = _BOLD_LINE.fullmatch(line)
    if bold:
        return bold.span(1)
    marks = _MARKS_OF_HEADING.match(line)
    return (marks.end(), len(line.rstrip("#").rstrip())) if marks else None


def _is_row(line: str) -> bool:
    """Bars, or tabs between pieces that are no sentences."""
    if line.count("|") + line.count("｜") > 1:
        return True
    return (
        "\t" in line and not _ENDS_A_SENTENCE.search(line) and max(map(len, line.split("\t"))) <= LONGEST_CELL
    )


def _is_heading(line: str, numbered_to: int, *, alone: bool) -> bool:
    """Numbered and short, or short and ending in a colon, or very short; never with a comma or a figure in it."""
    bare = line[numbered_to:].rstrip("：:")
    if not bare or _INSIDE.search(bare):
        return False
    if numbered_to or len(bare) < len(line):
        return len(bare) <= LONGEST_HEADING
    return not alone and len(bare) <= LONGEST_BARE_HEADING


def _cells(text: str, start: int, end: int) -> Iterator[Part]:
    if _TABLE_RULE.fullmatch(text, start, end):
        return
    for match in _CELL.finditer(text, start, end):
        cell = _trimmed(text, *match.span())
        if cell[0] < cell[1]:
            yield Part(*cell, Kind.CELL)


def _sentences(text: str, start: int, end: int, kind: Kind) -> Iterator[Part]:
    line = text[start:end]
    ends = [match.end() for match in _END.finditer(line)]
    if ends and ends[0] < len(line) and _ENCLOSING.search(line):
        enclosed = Ranges(find_quotes(line), find_titles(line), find_brackets(line))
        # An end mark just before the closing quote ends the sentence that is quoted; what follows goes on.
        ends = [at for at in ends if not enclosed.holds(at - 1) or not _goes_on(line, at)]
    done = 0
    for at in [*ends, len(line)]:
        piece = _trimmed(text, start + done, start + at)
        done = at
        if piece[0] < piece[1]:
            yield Part(*piece, kind)


def _goes_on(line: str, at: int) -> bool:
    """Inside a quotation or bracket, or right after one that the sentence takes up: “……。”的问题."""
    if at >= len(line):
        return False
    ends_quotation = line[at - 1] in "”’」』）)" and line[at - 2] in "。！？!?；;"
    return not ends_quotation or line[at] in "的等之这,，、"


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end
