"""A case's text is the question and what was added to it: each has an event, and is redacted or forgotten by itself.

The row holds them joined; which words are whose is read from the events, in their order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from huiyin.apps.ledger.services.register import ADDED
from huiyin.apps.ledger.timeline import Tells, kinds_telling

_TELLING = {
    **dict.fromkeys(kinds_telling(Tells.CASE), "text"),
    **dict.fromkeys(kinds_telling(Tells.ADDITION), "addition"),
}
"""What the piece is called among the texts of its event."""


@dataclass(frozen=True)
class Piece:
    """The question (the first one) or an addition, with the number of its event."""

    number: int
    words: str


def pieces_of(text: str, events: Iterable[Any], shown: Mapping[int, Mapping[str, str]]) -> list[Piece]:
    """The pieces of a case's text. One whose words no event holds any more is read from the row, if it stands there.

    `events` have number, kind and digests, in the order of the stream; `shown` is timeline.texts_shown of them. A text
    that does not fit its events is one piece.
    """
    numbers, told = list[int](), list[str | None]()
    for event in events:
        name = _TELLING.get(event.kind, "")
        if name == "text" or f"text.{name}" in event.digests:
            numbers.append(event.number)
            known = "" if f"text.{name}" not in event.digests else None
            told.append(shown[event.number].get(name, known))
    parts = split(text, told)
    if parts is None:
        return [Piece(numbers[0] if numbers else 0, text)]
    return [Piece(number, words) for number, words in zip(numbers, parts, strict=True) if words is not None]


def joined(pieces: Iterable[Piece]) -> str:
    return ADDED.join(piece.words for piece in pieces)


def split(text: str, told: Sequence[str | None]) -> list[str | None] | None:
    """The text cut as it was told: the question, then each addition; None if it was never told so.

    Words that were erased from their event (None) may be any; an addition among them may be gone from the text, and
    is None in the result.
    """
    if None not in told:
        return list(told) if told and ADDED.join(map(str, told)) == text else None
    question, *additions = told
    pattern = "(.*?)" if question is None else f"({re.escape(question)})"
    for words in additions:
        pattern += f"(?:{ADDED}(.*?))?" if words is None else f"{ADDED}({re.escape(words)})"
    fitting = re.fullmatch(pattern, text, re.DOTALL)
    return list(fitting.groups()) if fitting else None
