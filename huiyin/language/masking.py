"""Personal data in free text: where it stands, and the text with words in its place (ADR 0011)."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from functools import cached_property
from typing import NamedTuple

from huiyin.language.normalise import Normalised, normalise
from huiyin.language.personal import accounts, names, neighbours, numbers, plates_and_mail, rooms
from huiyin.language.personal.accounts import find_accounts
from huiyin.language.personal.digits import DIGIT, GAP
from huiyin.language.personal.kinds import LABELS, MARK_OF, Found, Kind
from huiyin.language.personal.names import find_names
from huiyin.language.personal.neighbours import find_neighbours, may_name_somebody
from huiyin.language.personal.numbers import find_numbers
from huiyin.language.personal.plates_and_mail import find_mail, find_plates
from huiyin.language.personal.rooms import find_rooms, find_rooms_in_field
from huiyin.language.personal.searching import EVERYWHERE, Search

__all__ = [
    "Kind",
    "Span",
    "find_personal_data",
    "mask",
    "mask_by_rounds",
    "mask_nickname",
    "mask_place",
    "masked_with_spans",
    "needs_a_reader",
    "patterns_by_family",
]


class Span(NamedTuple):
    """Personal data at text[start:end] of the text as it was given."""

    start: int
    end: int
    kind: Kind


_DIGITS_ENOUGH = re.compile(rf"(?:{DIGIT}{GAP}){{4}}")
AT_IN_WORDS = re.compile(r"@|艾特|圈a|[\s(\[#]at[\s)\]#]|#[a-z1]", re.IGNORECASE)
_KIND_OF_LABEL = {label: kind for kind, label in LABELS.items()}
_LABELS = re.compile("|".join(map(re.escape, _KIND_OF_LABEL)))
ROUNDS = 8


class _Reading:
    """Normalised text in which what was found is one mark; a mark begins and ends where what was found does."""

    def __init__(self, text: str, before: _Reading | None = None, items: Sequence[Found] = ()) -> None:
        self.text = text
        self._before = before
        self._items = items

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the text that was read first."""
        if self._before is None:
            return start, end
        edges = self._edges
        return self._before.place(edges[start], edges[end])

    @cached_property
    def _edges(self) -> list[int]:
        """Where each character begins in the text before; most texts are read once more and nothing is found."""
        kept: list[int] = []
        done = 0
        for item in self._items:
            kept += range(done, item.start + 1)
            done = item.end
        return [*kept, *range(done, len(self._before.text if self._before else self.text) + 1)]

    def without(self, items: list[Found]) -> _Reading:
        parts: list[str] = []
        done = 0
        for item in items:
            parts += (self.text[done : item.start], MARK_OF[item.kind])
            done = item.end
        return _Reading("".join(parts) + self.text[done:], self, items)


def find_personal_data(text: str, *, names_a_place: bool = False, of_others: bool = True) -> list[Span]:
    """Every piece of personal data, in order, without overlaps. Linear in the length of the text."""
    rounds = _rounds(text, normalise(text), names_a_place=names_a_place, of_others=of_others)
    try:
        next(rounds)
        while True:
            rounds.send(EVERYWHERE)
    except StopIteration as done:
        spans: list[Span] = done.value
        return spans


def _rounds(
    text: str, form: Normalised, *, names_a_place: bool = False, of_others: bool = True
) -> Generator[str, Search | None, list[Span]]:
    """Yields the text to be read in each round and is sent how to search it, None if nothing can be found in it."""
    reading = _Reading(form.text)
    if "〔" in text:
        reading = reading.without(
            [Found(_KIND_OF_LABEL[m.group()], m.start(), m.end()) for m in _LABELS.finditer(form.text)]
        )
    spans: list[Span] = []
    for _ in range(ROUNDS):
        search = yield reading.text
        if search is None:
            break
        items = _one_round(reading.text, search, names_a_place=names_a_place, of_others=of_others)
        if not items:
            break
        spans += (Span(*form.span(*reading.place(item.start, item.end)), item.kind) for item in items)
        reading = reading.without(items)
    return sorted(spans)


def _one_round(text: str, search: Search, *, names_a_place: bool, of_others: bool) -> list[Found]:
    found: list[Found] = []
    taken = bytearray(len(text))

    def keep(items: list[Found]) -> None:
        for item in sorted(items, key=lambda it: (it.start, -it.end)):
            if not any(taken[item.start : item.end]):
                taken[item.start : item.end] = b"\1" * (item.end - item.start)
                found.append(item)

    if search.may_find("mail") and AT_IN_WORDS.search(text):
        keep(list(find_mail(text, search)))
    if search.may_find("plates"):
        keep(list(find_plates(text, search)))
    if search.may_find("numbers") and _DIGITS_ENOUGH.search(text):
        keep(list(find_numbers(text, search)))
    if search.may_find("accounts"):
        keep(list(find_accounts(text, search)))
    if search.may_find("rooms"):
        keep(list(find_rooms(text, search)))
    if search.may_find("names"):
        keep(list(find_names(text, search)))
    if of_others and search.may_find("neighbours"):
        keep(list(find_neighbours(text, search)))
    if names_a_place:
        keep(list(find_rooms_in_field(text)))
    return sorted(found, key=lambda item: item.start)


def masked_with_spans(text: str) -> tuple[str, list[Span]]:
    """The masked text and the places in the given text that were replaced."""
    spans = find_personal_data(text)
    return replaced(text, spans), spans


def replaced(text: str, spans: Sequence[Span]) -> str:
    """With words in the place of these pieces, which stand in order."""
    parts: list[str] = []
    done = 0
    for span in spans:
        parts += (text[done : span.start], LABELS[span.kind])
        done = span.end
    return "".join(parts) + text[done:]


def mask(text: str) -> str:
    """Text fit for a public page, an export, a log or an index; masking it again changes nothing."""
    return masked_with_spans(text)[0] if text else text


def mask_by_rounds(text: str, form: Normalised) -> Generator[str, Search | None, str]:
    """The same as `mask`, for a caller that knows where a pattern can match at all; `form` is the text normalised.

    Yields the text to be read in each round and is sent how to search it, None if nothing can be found in it.
    """
    return replaced(text, (yield from _rounds(text, form)))


def patterns_by_family() -> dict[str, tuple[re.Pattern[str], ...]]:
    """The patterns of `mask`: where none of them matches in the normalised text, it changes nothing."""
    return {
        "mail": plates_and_mail.MAIL_PATTERNS,
        "plates": plates_and_mail.PLATE_PATTERNS,
        "numbers": numbers.PATTERNS,
        "accounts": accounts.PATTERNS,
        "rooms": rooms.PATTERNS,
        "names": names.patterns(),
        "neighbours": neighbours.patterns(),
    }


def mask_place(text: str) -> str:
    """What somebody wrote into a field that asks for the building: 3-501 and 501 are rooms there."""
    return replaced(text, find_personal_data(text, names_a_place=True))


def mask_nickname(text: str) -> str:
    """What somebody chose to be called by in public: 周大爷 is for them to say, a number or a room is not."""
    return replaced(text, find_personal_data(text, of_others=False))


def needs_a_reader(text: str) -> bool:
    """Whether a person should read it before it is public: something was covered, or a name may be left."""
    masked = mask(text)
    return masked != text or bool(_LABELS.search(text)) or may_name_somebody(normalise(masked).text)
