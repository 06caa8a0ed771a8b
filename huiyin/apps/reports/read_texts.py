"""A text as the checks of words and numbers read it, and the way back to what was written.

【数据1】 is read as its value with its unit, 【图1】 as the photo's name, and the stars of bold words are not read.
Findings then point at the text as its writer sees it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext

from huiyin.apps.reports.body import PLACED
from huiyin.apps.reports.contents import number
from huiyin.apps.reports.models import Claim
from huiyin.domain.policy_metrics import PERCENT
from huiyin.language.enclosed import Ranges
from huiyin.language.sentences import split_sentences

_REPLACED = re.compile(rf"{PLACED.pattern}|\*\*|(?<=\*\*)。")
_BOLD_LINE = re.compile(r"(?m)^[ \t]*\*\*[^*\n]{1,40}\*\*[：:]?[ \t]*$")
"""A line that is nothing but bold is a heading: its stars say so to the check."""
_BOLD_HEAD = re.compile(r"(?m)^[ \t]*\*\*[^*\n]{1,20}\*\*(?=。)")
"""A line that begins like a heading, “**电梯**。”: its full stop is read as a colon, for it is no statement."""
_BREAK = re.compile(r"[，,；;：:。！!？?\n]")


@dataclass(frozen=True)
class _Piece:
    """text[at:end] stands for written[written_at:written_end]; `is_same`: letter by letter."""

    at: int
    end: int
    written_at: int
    written_end: int
    is_same: bool


@dataclass(frozen=True)
class Sentence:
    """One statement of a text: where it stands in it, and its words with every white space made one."""

    start: int
    end: int
    words: str


@dataclass(frozen=True)
class ReadText:
    """`text` is what a reader meets, `written` what stands in the row."""

    text: str
    written: str
    pieces: tuple[_Piece, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Of what was written, for text[start:end]: whole where it touches what stands for something else."""
        if start >= end:
            return (0, 0)
        first, last = self._piece(start), self._piece(end - 1)
        begin = first.written_at + (start - first.at if first.is_same else 0)
        finish = last.written_at + end - last.at if last.is_same else last.written_end
        return begin, finish

    def is_placed(self, start: int, end: int) -> bool:
        """Whether text[start:end] lies inside what stands for one placed number or photo."""
        piece = self._piece(start)
        return not piece.is_same and end <= piece.end

    def sentence_at(self, at: int) -> Sentence:
        """The statement around an offset of `text`; the whole text where no statement is."""
        found = bisect_right(self.sentences, at, key=lambda each: each.start) - 1
        if found >= 0 and at < self.sentences[found].end:
            return self.sentences[found]
        return Sentence(0, len(self.text), _one_space(self.text))

    def clause_around(self, start: int, end: int) -> tuple[int, int]:
        """From the mark before text[start:end] to the one after it, inside its statement."""
        sentence = self.sentence_at(start)
        last = max(sentence.end, end)
        before, after = bisect_left(self._breaks, start) - 1, bisect_left(self._breaks, end)
        begin = max(sentence.start, self._breaks[before] + 1 if before >= 0 else 0)
        return begin, min(last, self._breaks[after] if after < len(self._breaks) else last)

    @cached_property
    def _breaks(self) -> list[int]:
        return [match.start() for match in _BREAK.finditer(self.text)]

    @cached_property
    def sentences(self) -> list[Sentence]:
        return [
            Sentence(part.start, part.end, _one_space(self.text[part.start : part.end]))
            for part in split_sentences(self.text)
        ]

    def _piece(self, at: int) -> _Piece:
        return self.pieces[bisect_right(self._begins, at) - 1]

    @cached_property
    def _begins(self) -> list[int]:
        return [each.at for each in self.pieces]


_FIXED = {"**": "", "。": "："}


def read_text(written: str, *, values: Mapping[int, str], photos: Collection[int]) -> ReadText:
    """`values` are the placed numbers in words; one that is not there stays as it was written."""
    headings = Ranges(match.span() for match in _BOLD_LINE.finditer(written))
    heads = {match.end() for match in _BOLD_HEAD.finditer(written)}
    parts: list[tuple[str, str]] = []
    at = 0
    for match in _REPLACED.finditer(written):
        if match[0] == "**" and headings.holds(match.start()):
            continue
        if match[0] == "。" and match.start() not in heads:
            continue
        stands_for = _stands_for(match, values, photos)
        if stands_for is None:
            continue
        plain = written[at : match.start()]
        parts += [(plain, plain), (stands_for, match[0])]
        at = match.end()
    parts.append((written[at:], written[at:]))
    return _joined(parts)


def read_after(prefix: str, written: str) -> ReadText:
    """Words that are read after others which were not written there: a promise after its date and its owner."""
    return _joined([(prefix, ""), (written, written)])


def values_of(claims: Iterable[Claim]) -> dict[int, str]:
    """The numbers of a report as they are read in a sentence: 96 次, 88.8%, 1768000 元."""
    return {each.number: _said(each) for each in claims}


def _said(claim: Claim) -> str:
    figure = number(claim.value)
    return f"{figure}%" if claim.unit == PERCENT else f"{figure} {claim.unit}".rstrip()


def _stands_for(match: re.Match[str], values: Mapping[int, str], photos: Collection[int]) -> str | None:
    if match[0] in _FIXED:
        return _FIXED[match[0]]
    placed = int(match[2])
    if match[1] == "图":
        return gettext("图 %(n)s") % {"n": placed} if placed in photos else None
    return values.get(placed)


def _joined(parts: Iterable[tuple[str, str]]) -> ReadText:
    """`parts` are pairs of what is read and what was written for it."""
    pieces, text, written = [], [], []
    at = written_at = 0
    for read, told in parts:
        if read:
            pieces.append(_Piece(at, at + len(read), written_at, written_at + len(told), read == told))
        text.append(read)
        written.append(told)
        at += len(read)
        written_at += len(told)
    return ReadText("".join(text), "".join(written), tuple(pieces))


def _one_space(words: str) -> str:
    return " ".join(words.split())
