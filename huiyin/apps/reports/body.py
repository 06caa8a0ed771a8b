"""The text of a section as a page shows it: paragraphs, lists, bold, and the numbers and photos it places.

What a company writes is never trusted: raw HTML, links and pictures are not read at all, every character is
escaped, and only the tags in TAGS are written. 【数据1】 places claim 1 in its sentence, 【图1】 names photo 1,
which then stands below its paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

TAGS = frozenset({"p", "ul", "ol", "li", "strong", "br"})
"""All that a text itself may become; what stands for a placed number is drawn by the page."""
PLACED = re.compile(r"【\s*(数据|图)\s*([0-9０-９]{1,3})\s*】")
_DEEPEST_LIST = 6

Draw = Callable[[int], SafeString | str]
"""Draws what a number in the text stands for; an empty answer leaves the token as it was written."""
Mark = Callable[[int], tuple[SafeString, SafeString]]
"""Of a marked piece of the text: the tag that opens it, and what follows its end."""
# Private characters that nobody types: they carry the ends of marked pieces through the reading of the markup.
_MARK, _MARK_END = 0x10F000, 0x10FFFD
_MARKING = re.compile(f"([{chr(_MARK)}-{chr(_MARK_END)}])")


@dataclass(frozen=True)
class Block:
    """One paragraph or list of a section: the piece a reviewer's reason and a photo belong to."""

    ordinal: int
    html: SafeString
    text: str
    claims: tuple[int, ...] = ()
    photos: tuple[int, ...] = ()
    marks: tuple[int, ...] = ()
    """Which of the marked pieces begin in it."""

    @property
    def only_places_photos(self) -> bool:
        """Whether it has no word of its own beside 【图1】."""
        return bool(self.photos) and not self.claims and not PLACED.sub("", self.text).strip()


@dataclass
class _Drawing:
    claim: Draw
    photo: Draw
    mark: Mark | None = None
    html: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    claims: list[int] = field(default_factory=list)
    photos: list[int] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    marked: int | None = None
    """The marked piece that is being drawn."""
    ordinals: list[Iterator[int] | None] = field(default_factory=list)
    """Of the lists that are open, innermost last: what its next item is called; None for one without numbers."""


def blocks_of(
    body: str,
    *,
    claim: Draw,
    photo: Draw,
    pieces: Sequence[tuple[int, int]] = (),
    mark: Mark | None = None,
) -> list[Block]:
    """The section in blocks, from 1, each safe to write into a page.

    `pieces` of the body, in order and apart from each other, are marked as `mark` draws them.
    """
    if mark is None or not pieces or _MARKING.search(body):
        mark = None
    else:
        body = _with_pieces(body, pieces)
    blocks = []
    marked = None
    for ordinal, tokens in enumerate(_top_level(_reader().parse(body)), start=1):
        drawing = _Drawing(claim, photo, mark, marked=marked)
        for token in tokens:
            _draw_block(token, drawing)
        html = mark_safe("".join(drawing.html))  # noqa: S308 - built from escaped text and TAGS alone
        text = "".join(drawing.text).strip()
        numbers = (_once(each) for each in (drawing.claims, drawing.photos, drawing.marks))
        blocks.append(Block(ordinal, html, text, *numbers))
        marked = drawing.marked
    return blocks


def _with_pieces(body: str, pieces: Sequence[tuple[int, int]]) -> str:
    parts, at = [], 0
    for number, (start, end) in enumerate(pieces):
        parts += [body[at:start], chr(_MARK + number), body[start:end], chr(_MARK_END)]
        at = end
    return "".join([*parts, body[at:]])


def plain_blocks(body: str) -> list[str]:
    """The words of each block, for comparing two revisions and for search."""
    return [block.text for block in blocks_of(body, claim=_as_written, photo=_as_written)]


def as_read(text: str, *, claims: Mapping[int, str], photos: Collection[int]) -> str:
    """The words with what a reader finds in place of 【数据1】 and 【图1】: the value, the photo's name."""

    def read(placed: re.Match[str]) -> str:
        number = int(placed[2])
        if placed[1] == "图":
            return gettext("图 %(n)s") % {"n": number} if number in photos else placed[0]
        if number not in claims:
            return placed[0]
        return gettext("%(value)s（数据 %(n)s）") % {"value": claims[number], "n": number}

    return PLACED.sub(read, text)


def dangling(body: str, *, claims: Collection[int], photos: Collection[int]) -> tuple[str, ...]:
    """The 【数据9】 and 【图9】 of a text that place nothing, as they were written, each once."""
    known = {"数据": claims, "图": photos}
    placed = (match for block in plain_blocks(body) for match in PLACED.finditer(block))
    return tuple(dict.fromkeys(match[0] for match in placed if int(match[2]) not in known[match[1]]))


def _as_written(number: int) -> str:
    return ""


@lru_cache(maxsize=1)
def _reader() -> MarkdownIt:
    reader = MarkdownIt("zero", {"html": False, "maxNesting": 2 * _DEEPEST_LIST})
    reader.enable(["list", "newline", "escape"])
    # CommonMark's own emphasis asks for spaces around words, which Chinese does not have: **“保养”**共 96 次.
    reader.inline.ruler.before("text", "bold", _bold)
    return reader


def _bold(state: StateInline, silent: bool) -> bool:
    """**…** within one paragraph; nothing empty, and no second level."""
    start = state.pos + 2
    if not state.src.startswith("**", state.pos) or state.level:
        return False
    end = state.src.find("**", start, state.posMax)
    if end < 0 or not state.src[start:end].strip():
        return False
    if silent:
        return False
    last = state.posMax
    state.push("strong_open", "strong", 1)
    state.pos, state.posMax = start, end
    state.md.inline.tokenize(state)
    state.pos, state.posMax = end + 2, last
    state.push("strong_close", "strong", -1)
    return True


def _top_level(tokens: list[Token]) -> Iterator[list[Token]]:
    """The tokens of each outermost paragraph or list."""
    piece: list[Token] = []
    depth = 0
    for token in tokens:
        piece.append(token)
        depth += token.nesting
        if depth == 0:
            yield piece
            piece = []


def _draw_block(token: Token, drawing: _Drawing) -> None:
    if token.type == "inline":
        for child in token.children or ():
            _draw_inline(child, drawing)
        return
    if token.hidden or token.tag not in TAGS:
        return
    if token.nesting == 1:
        start = token.attrGet("start") if token.tag == "ol" else None
        drawing.html.append(f'<ol start="{int(start)}">' if start is not None else f"<{token.tag}>")
        if token.tag in ("ol", "ul"):
            first = 1 if start is None else int(start)
            drawing.ordinals.append(count(first) if token.tag == "ol" else None)
        elif token.tag == "li":
            if drawing.text and drawing.text[-1] != "\n":
                drawing.text.append("\n")
            if (ordinals := drawing.ordinals[-1]) is not None:
                drawing.text.append(f"{next(ordinals)}. ")
    else:
        if token.tag in ("ol", "ul"):
            drawing.ordinals.pop()
        drawing.html.append(f"</{token.tag}>")
        drawing.text.append("\n")


def _draw_inline(token: Token, drawing: _Drawing) -> None:
    if token.type in ("strong_open", "strong_close"):
        drawing.html.append("<strong>" if token.nesting == 1 else "</strong>")
    elif token.type in ("softbreak", "hardbreak"):
        drawing.html.append("<br>")
        drawing.text.append("\n")
    elif drawing.mark is None:
        drawing.text.append(token.content)
        _draw_text(token.content, drawing)
    else:
        drawing.text.append(_MARKING.sub("", token.content))
        _draw_marked(token.content, drawing, drawing.mark)


def _draw_marked(text: str, drawing: _Drawing, mark: Mark) -> None:
    """Each word inside a marked piece in a tag of its own kind, so that bold may begin or end in it."""
    for part in _MARKING.split(text):
        if not _MARKING.fullmatch(part):
            if part and drawing.marked is not None:
                drawing.html.append(mark(drawing.marked)[0])
                _draw_text(part, drawing)
                drawing.html.append("</mark>")
            else:
                _draw_text(part, drawing)
        elif ord(part) < _MARK_END:
            drawing.marked = ord(part) - _MARK
            drawing.marks.append(drawing.marked)
        elif drawing.marked is not None:
            drawing.html.append(mark(drawing.marked)[1])
            drawing.marked = None


def _draw_text(text: str, drawing: _Drawing) -> None:
    """Escaped words, and in between what the page draws for the placed numbers."""
    at = 0
    for match in PLACED.finditer(text):
        number = int(match[2])
        is_claim = match[1] == "数据"
        drawn = (drawing.claim if is_claim else drawing.photo)(number)
        if not drawn:
            continue
        drawing.html += [escape(text[at : match.start()]), drawn]
        (drawing.claims if is_claim else drawing.photos).append(number)
        at = match.end()
    drawing.html.append(escape(text[at:]))


def _once(numbers: list[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(numbers))
