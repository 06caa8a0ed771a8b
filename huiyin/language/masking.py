"""Personal data in free text: where it stands, and the text with words in its place (ADR 0011)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from huiyin.language.normalise import normalise
from huiyin.language.personal.digits import DIGIT
from huiyin.language.personal.kinds import LABELS, Found, Kind
from huiyin.language.personal.names import find_names
from huiyin.language.personal.numbers import find_numbers
from huiyin.language.personal.plates_and_mail import find_mail, find_plates
from huiyin.language.personal.rooms import find_rooms

__all__ = ["Kind", "Span", "find_personal_data", "mask", "masked_with_spans"]


@dataclass(frozen=True, order=True)
class Span:
    """Personal data at text[start:end] of the text as it was given."""

    start: int
    end: int
    kind: Kind


_DIGITS_ENOUGH = re.compile(rf"{DIGIT}\W{{0,3}}{DIGIT}\W{{0,3}}{DIGIT}|百")
_AT_IN_WORDS = re.compile(r"艾特|[\s(\[#]at[\s)\]#]", re.IGNORECASE)
_TAKEN = "\ue000"
_ROUNDS = 4


def find_personal_data(text: str) -> list[Span]:
    """Every piece of personal data, in order, without overlaps. Linear in the length of the text."""
    if not text:
        return []
    form = normalise(text)
    matched = form.text
    found: list[Found] = []
    for _ in range(_ROUNDS):
        fresh = _one_round(matched)
        if not fresh:
            break
        found += fresh
        matched = _without(matched, fresh)
    spans = (Span(*form.span(item.start, item.end), item.kind) for item in found)
    return sorted(spans)


def _without(text: str, found: list[Found]) -> str:
    """The text with what was found blanked at equal length, so that offsets hold for the next round."""
    parts: list[str] = []
    done = 0
    for item in sorted(found, key=lambda it: it.start):
        parts += (text[done : item.start], _TAKEN * (item.end - item.start))
        done = item.end
    return "".join(parts) + text[done:]


def _one_round(text: str) -> list[Found]:
    found: list[Found] = []
    taken = bytearray(len(text))

    def keep(items: list[Found]) -> None:
        for item in sorted(items, key=lambda it: (it.start, -it.end)):
            if not any(taken[item.start : item.end]):
                taken[item.start : item.end] = b"\1" * (item.end - item.start)
                found.append(item)

    if "@" in text or _AT_IN_WORDS.search(text):
        keep(list(find_mail(text)))
    keep(list(find_plates(text)))
    if _DIGITS_ENOUGH.search(text):
        keep(list(find_numbers(text)))
    keep(list(find_rooms(text)))
    keep(list(find_names(text)))
    return found


def masked_with_spans(text: str) -> tuple[str, list[Span]]:
    """The masked text and the places in the given text that were replaced."""
    spans = find_personal_data(text)
    return _replaced(text, spans), spans


def mask(text: str) -> str:
    """Text fit for a public page, an export, a log or an index; masking it again changes nothing."""
    for _ in range(_ROUNDS * 2):
        form = normalise(text)
        spans = sorted(Span(*form.span(item.start, item.end), item.kind) for item in _one_round(form.text))
        if not spans:
            break
        text = _replaced(text, spans)
    return text


def _replaced(text: str, spans: list[Span]) -> str:
    parts: list[str] = []
    done = 0
    for span in spans:
        parts += (text[done : span.start], LABELS[span.kind])
        done = span.end
    return "".join(parts) + text[done:]
