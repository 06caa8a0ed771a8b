"""What masking covers, found by compiled finders: the rules of language/personal for what most texts hold.

They run the same patterns as the finders in Python, as programs (`kernels/programs.py`), and ask the same questions of
the words around a match. Whatever is rare is not repeated here: numbers with gaps, a list of names, mail, a neighbour.
For a text that holds it they answer ASK, and `kernels/masking.py` asks the rules themselves.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from huiyin.language.kernels.characters import BMP
from huiyin.language.kernels.compiling import inlined, kernel, part
from huiyin.language.kernels.matching import NO_MATCH, TOO_LONG, Walk, match_at, stands_between, walk_for
from huiyin.language.kernels.tables import Array, number_of, tables
from huiyin.language.kernels.walking import find_places
from huiyin.language.masking import AT_IN_WORDS, ROUNDS
from huiyin.language.personal import names, neighbours, numbers, plates_and_mail, rooms
from huiyin.language.personal.digits import AFTER, BEFORE, RUN, SHORTEST
from huiyin.language.personal.kinds import MARK_OF, Kind

ASK = -1
"""Instead of how many were found: the rules themselves must be asked."""
KINDS = tuple(MARK_OF)
_FIRST_MARK = ord(MARK_OF[KINDS[0]])
_MOBILE, _PLATE_OF_CAR, _ROOM_OF_HOME, _NAME = (
    KINDS.index(kind) for kind in (Kind.MOBILE, Kind.PLATE, Kind.ROOM, Kind.NAME)
)
_AROUND_ROOM, _AROUND_CODE, _AROUND_MOBILE = 12, 6, 9
"""Characters before a match in which a word may stand that tells what it is."""

_HINT, _RUN, _LOOKALIKE, _PLATE = (
    number_of(each) for each in (rooms.HINT, RUN, numbers.LOOKALIKE_LETTERS, plates_and_mail.PLATE)
)
(_NEIGHBOUR,) = (number_of(each) for each in neighbours.patterns())
_ROOMS = tuple(number_of(each) for each in rooms.PATTERNS)
_AFTER_BUILDING, _AFTER_UNIT, _ROOM_ALONE, _DASHED, _AT_HOME, _NEAR_ESTATE = (
    number_of(each)
    for each in (
        *(rooms.AFTER_BUILDING, rooms.AFTER_UNIT, rooms.ROOM_ALONE),
        *(rooms.DASHED, rooms.AT_HOME, rooms.NEAR_ESTATE),
    )
)
_NAMES = tuple(number_of(each) for each in names.patterns())
_BEFORE_PHONE, _AFTER_A_NAME, _FURTHER = (
    number_of(names.rules()[rule]) for rule in ("before phone", "after a name", "further")
)
_TRIGGERS = number_of(names.TRIGGERS)
_OFFICE, _CODE_BEFORE, _A_DATE, _A_YEAR, _HOME_BEFORE, _FIRST_PART, _DASH_BEGINS = (
    number_of(each)
    for each in (
        *(rooms.OFFICE, rooms.CODE_BEFORE, rooms.A_DATE, rooms.A_YEAR),
        *(rooms.HOME_BEFORE, rooms.FIRST_PART, rooms.DASH_BEGINS),
    )
)
_ORDER_WORDS, _MONEY_BEFORE, _MONEY_AFTER, _COUNTRY_CODE = (
    number_of(each)
    for each in (numbers.ORDER_WORDS, numbers.MONEY_BEFORE, numbers.MONEY_AFTER, numbers.COUNTRY_CODE)
)


def _bits(*found: int) -> np.uint64:
    return np.uint64(sum(1 << number for number in found))


_ROOM_BITS, _NAME_BITS = _bits(*_ROOMS), _bits(*_NAMES)
_KNOWN = _bits(_HINT, number_of(AT_IN_WORDS), _RUN, _LOOKALIKE, _PLATE, _NEIGHBOUR) | _ROOM_BITS | _NAME_BITS
"""Where any other pattern may match, the rules are asked."""
_TRIMMED = np.array([ord(char) for char in rooms.TRIMMED], np.uint32)
_REACH = rooms.REACH


class Finding(NamedTuple):
    """What is written down of one text while it is searched."""

    text: npt.NDArray[np.uint32]
    """With marks for what was found in earlier rounds."""
    edge: npt.NDArray[np.int32]
    """Where each of its characters begins in the text as it came, and where the last one ends."""
    taken: npt.NDArray[np.bool_]
    start: npt.NDArray[np.int32]
    end: npt.NDArray[np.int32]
    kind: npt.NDArray[np.uint8]
    """First what a round has taken, then what one finder has found."""
    seen: npt.NDArray[np.int32]
    kinds: npt.NDArray[np.uint8]
    cuts: npt.NDArray[np.bool_]
    begun: npt.NDArray[np.int32]
    place: npt.NDArray[np.int32]
    bits: npt.NDArray[np.uint64]
    walk: Walk


def finding_for(most: int) -> Finding:
    """For texts of so many characters."""
    return Finding(
        np.empty(most, np.uint32),
        np.empty(most + 1, np.int32),
        np.empty(most, np.bool_),
        np.empty(2 * most + 64, np.int32),
        np.empty(2 * most + 64, np.int32),
        np.empty(2 * most + 64, np.uint8),
        np.empty(2 * most + 64, np.int32),
        np.empty(most + 1, np.uint8),
        np.empty(most + 1, np.bool_),
        np.empty(most, np.int32),
        np.empty(most, np.int32),
        np.empty(most, np.uint64),
        walk_for(),
    )


class Covered(NamedTuple):
    """What masking covers in texts: in text i the pieces before ends[i] that no text before has, or none where ASK."""

    ends: npt.NDArray[np.int64]
    asks: npt.NDArray[np.bool_]
    start: npt.NDArray[np.int32]
    end: npt.NDArray[np.int32]
    kind: npt.NDArray[np.uint8]


def find_covered(codes: Array, codes_end: Array, place: Array, bits: Array, places_end: Array) -> Covered:
    """Of texts whose characters have one form each, codes[:codes_end[0]] and so on; an empty one is asked about.

    `place` and `bits` say where which patterns may match, those of the first text before places_end[0].
    """
    count = len(codes_end)
    most = int(np.diff(codes_end, prepend=0).max(initial=0)) + 1
    size = int(codes_end[-1]) if count else 0
    covered = Covered(
        np.empty(count, np.int64),
        np.empty(count, np.bool_),
        np.empty(size, np.int32),
        np.empty(size, np.int32),
        np.empty(size, np.uint8),
    )
    _find_covered(
        tables().places,
        tables().programs,
        codes,
        codes_end,
        place,
        bits,
        places_end,
        finding_for(most),
        covered,
    )
    return covered


@kernel
def _find_covered(places, programs, codes, codes_end, place, bits, places_end, finding, covered):
    begins = first = pieces = 0
    for row in range(len(codes_end)):
        ends, last = codes_end[row], places_end[row]
        more = np.int64(ASK)
        if begins < ends:
            more = _in_rounds(
                places,
                programs,
                codes[begins:ends],
                place[first:last],
                bits[first:last],
                finding,
                covered,
                pieces,
            )
        covered.asks[row] = more == ASK
        pieces += max(more, 0)
        covered.ends[row] = pieces
        begins, first = ends, last


@part
def _in_rounds(places, programs, codes, place, bits, finding, covered, pieces):
    """Writes what masking covers in one text, round by round, from `pieces` on; returns how many pieces, or ASK."""
    length, count = len(codes), len(place)
    for at in range(length):
        if codes[at] >= BMP:
            return ASK
        finding.text[at] = codes[at]
        finding.edge[at] = at
    finding.edge[length] = length
    for each in range(count):
        finding.place[each], finding.bits[each] = place[each], bits[each]
    more = 0
    for _ in range(ROUNDS):
        found = _one_round(programs, length, finding, count)
        if found <= 0:
            return more if found == 0 else ASK
        for each in range(found):
            covered.start[pieces + more] = finding.edge[finding.start[each]]
            covered.end[pieces + more] = finding.edge[finding.end[each]]
            covered.kind[pieces + more] = finding.kind[each]
            more += 1
        length = _put_marks(finding, length, found)
        count = find_places(
            places,
            finding.text,
            length,
            finding.kinds,
            finding.cuts,
            finding.begun,
            finding.place,
            finding.bits,
        )
    return ASK


@part
def _put_marks(finding, length, found):
    """Puts one mark in the place of each piece found; returns the new length."""
    text, edge = finding.text, finding.edge
    to = done = 0
    for each in range(found + 1):
        stop = finding.start[each] if each < found else length
        for at in range(done, stop):
            text[to], edge[to] = text[at], edge[at]
            to += 1
        if each < found:
            begins = edge[stop]
            text[to], edge[to] = np.uint32(_FIRST_MARK) + np.uint32(finding.kind[each]), begins
            to += 1
            done = finding.end[each]
    edge[to] = edge[length]
    return to


@part
def _one_round(programs, length, finding, count):
    """Writes the pieces of one round from left to right; returns how many, or ASK."""
    any_bits = np.uint64(0)
    for each in range(count):
        any_bits |= finding.bits[each]
    if any_bits & ~_KNOWN:
        return ASK
    for at in range(length):
        finding.taken[at] = False
    kept = 0
    if any_bits & _bit(_PLATE):
        kept = _keep(finding, kept, _plates(programs, length, finding, kept, count))
    if kept >= 0 and any_bits & (_bit(_RUN) | _bit(_LOOKALIKE)):
        kept = _keep(finding, kept, _mobiles(programs, length, finding, kept, count))
    if kept >= 0 and any_bits & _ROOM_BITS:
        kept = _keep(finding, kept, _rooms(programs, length, finding, kept, count))
    if kept >= 0 and any_bits & _NAME_BITS:
        kept = _keep(finding, kept, _names(programs, length, finding, kept, count))
    if kept >= 0 and any_bits & _bit(_NEIGHBOUR):
        _, stop = _next(programs, _NEIGHBOUR, length, finding, count, 0, 0)
        if stop != NO_MATCH:
            return ASK
    if kept > 0:
        _sort(finding, 0, kept)
    return kept


@inlined
def _bit(number):
    return np.uint64(1) << np.uint64(number)


@part
def _next(programs, number, end, finding, count, first, start):
    """The next match in text[start:end], from place[first] on: which place it is, and where the match ends."""
    place, bits = finding.place, finding.bits
    for each in range(first, count):
        if bits[each] & _bit(number) and start <= place[each] < end:
            stop = match_at(programs, number, finding.text, 0, end, place[each], finding.walk)
            if stop != NO_MATCH:
                return each, stop
    return count, np.int64(NO_MATCH)


@part
def _sort(finding, first, last):
    """By where they start, the longest first."""
    start, end, kind = finding.start, finding.end, finding.kind
    for each in range(first + 1, last):
        s, e, k = start[each], end[each], kind[each]
        to = each
        while to > first and (start[to - 1] > s or (start[to - 1] == s and end[to - 1] < e)):
            start[to], end[to], kind[to] = start[to - 1], end[to - 1], kind[to - 1]
            to -= 1
        start[to], end[to], kind[to] = s, e, k


@part
def _keep(finding, kept, last):
    """Of what a finder has written from `kept` to `last` what overlaps nothing; returns how many there are then."""
    if last < 0:
        return ASK
    _sort(finding, kept, last)
    for each in range(kept, last):
        start, end = finding.start[each], finding.end[each]
        is_free = True
        for at in range(start, end):
            is_free &= not finding.taken[at]
        if is_free:
            for at in range(start, end):
                finding.taken[at] = True
            finding.start[kept], finding.end[kept], finding.kind[kept] = start, end, finding.kind[each]
            kept += 1
    return kept


@part
def _add(finding, found, start, end, kind):
    if found == len(finding.start):
        return ASK
    finding.start[found], finding.end[found], finding.kind[found] = start, end, kind
    return found + 1


@inlined
def _is_digit(code):
    return 48 <= code <= 57


@inlined
def _is_letter(code):
    return 65 <= code <= 90 or 97 <= code <= 122


@part
def _plates(programs, length, finding, found, count):
    """Five letters and digits in one piece, six of a car with new energy; ASK for any other plate."""
    text, marks, place = finding.text, finding.walk.marks, finding.place
    each = stop = 0
    while True:
        each, stop = _next(programs, _PLATE, length, finding, count, each, stop)
        if stop == NO_MATCH:
            return found
        if stop == TOO_LONG:
            return ASK
        first, last = marks[0], marks[1]
        size = last - first
        if marks[2] >= 0 or not 5 <= size <= 6:
            return ASK
        digits = 0
        for at in range(first, last):
            if not (_is_digit(text[at]) or _is_letter(text[at])):
                return ASK
            digits += _is_digit(text[at])
        if last < length and (_is_digit(text[last]) or _is_letter(text[last])):
            return ASK
        if size == 5 and digits < 2:
            return ASK
        if size == 6 and (digits != 5 or (_is_digit(text[first]) and _is_digit(text[last - 1]))):
            return ASK
        for at in range(place[each], first):
            if text[at] == ord("["):
                return ASK
        found = _add(finding, found, place[each], stop, _PLATE_OF_CAR)
        if found < 0:
            return ASK
        each += 1


@part
def _mobiles(programs, length, finding, found, count):
    """Mobile numbers of eleven digits in one piece; ASK for any other run of digits."""
    text, walk, place = finding.text, finding.walk, finding.place
    each = stop = 0
    while True:
        each, stop = _next(programs, _RUN, length, finding, count, each, stop)
        if stop == NO_MATCH:
            break
        start = np.int64(place[each])
        if stop - start != SHORTEST or text[start] != ord("1") or text[start + 1] < ord("3"):
            return ASK
        for at in range(start, stop):
            if not _is_digit(text[at]):
                return ASK
        if (start and _is_letter(text[start - 1])) or (stop < length and _is_letter(text[stop])):
            return ASK
        begin, end = max(0, start - BEFORE), min(length, stop + AFTER)
        if stands_between(programs, _COUNTRY_CODE, text, 0, start, max(0, start - _AROUND_MOBILE), walk):
            return ASK
        is_other = stands_between(programs, _ORDER_WORDS, text, begin, start, begin, walk)
        if not is_other:
            is_other = stands_between(programs, _MONEY_BEFORE, text, begin, start, begin, walk)
        if not is_other:
            is_other = match_at(programs, _MONEY_AFTER, text, stop, end, stop, walk) != NO_MATCH
        if not is_other:
            found = _add(finding, found, start, stop, _MOBILE)
        if is_other < 0 or found < 0:
            return ASK
        each += 1
    each = stop = 0
    while True:
        each, stop = _next(programs, _LOOKALIKE, length, finding, count, each, stop)
        if stop == NO_MATCH:
            return found
        for at in range(place[each], stop):
            if not _is_digit(text[at]):
                return ASK
        each += 1


@part
def _names(programs, length, finding, found, count):
    """Names behind the words that introduce them; ASK where a list of names may go on."""
    text, walk, seen, place = finding.text, finding.walk, finding.seen, finding.place
    begun = found
    for number in _NAMES:
        each = stop = 0
        while True:
            each, stop = _next(programs, number, length, finding, count, each, stop)
            if stop == NO_MATCH:
                break
            if stop == TOO_LONG:
                return ASK
            start, end = np.int64(walk.marks[0]), np.int64(walk.marks[1])
            if stands_between(programs, _TRIGGERS, text, 0, stop, place[each], walk) != 1:
                return ASK
            if number == _AFTER_A_NAME:
                end = stop
            is_seen = False
            for other in range(begun, found):
                is_seen |= seen[other] == start
            if number == _AFTER_A_NAME or not is_seen:
                if number != _AFTER_A_NAME:
                    seen[found] = start
                    found = _add(finding, found, start, end, _NAME)
                if (
                    number != _BEFORE_PHONE
                    and match_at(programs, _FURTHER, text, 0, length, end, walk) != NO_MATCH
                ):
                    return ASK
            each += 1
    return found


@part
def _rooms(programs, length, finding, found, count):
    """In the stretches around hints, as find_rooms reads them."""
    place = finding.place
    each = stop = 0
    start = end = -1
    while True:
        each, stop = _next(programs, _HINT, length, finding, count, each, stop)
        if stop == TOO_LONG:
            return ASK
        if end >= 0 and (stop == NO_MATCH or place[each] > end):
            found = _rooms_between(programs, length, finding, found, count, start, end)
            if found < 0:
                return ASK
        if stop == NO_MATCH:
            return found
        if place[each] > end:
            start = max(0, place[each] - _REACH)
        end = min(length, stop + _REACH)
        each += 1


@part
def _rooms_between(programs, length, finding, found, count, start, end):
    for number in _ROOMS:
        each, stop = 0, start
        while True:
            each, stop = _next(programs, number, end, finding, count, each, stop)
            if stop == NO_MATCH:
                break
            if stop == TOO_LONG:
                return ASK
            first, last = _span_of_room(programs, number, finding, finding.place[each], stop)
            if first == ASK:
                return ASK
            if first < last:
                first, last = _trimmed(finding.text, length, first, last)
                found = _add(finding, found, first, last, _ROOM_OF_HOME) if first < last else ASK
                if found < 0:
                    return ASK
            each += 1
    return found


@part
def _span_of_room(programs, number, finding, start, stop):
    """The part of a match that leads to a household, as `_find_between` tells: empty for what is none, ASK for both."""
    text, walk = finding.text, finding.walk
    held, held_end, other, other_end = walk.marks[0], walk.marks[1], walk.marks[2], walk.marks[3]
    nothing = np.int64(stop), np.int64(stop)
    if number in (_AFTER_UNIT, _ROOM_ALONE):
        if number == _ROOM_ALONE or held_end > held:
            is_office = stands_between(programs, _OFFICE, text, 0, start, max(0, start - _AROUND_ROOM), walk)
            if is_office < 0:
                return np.int64(ASK), np.int64(ASK)
            if is_office:
                return nothing
        return np.int64(start), np.int64(stop)
    if number == _DASHED:
        is_other = _is_code_or_date(programs, finding, start, stop, held, held_end)
        if is_other < 0:
            return np.int64(ASK), np.int64(ASK)
        if is_other:
            return nothing
        for at in range(held, held_end):
            if match_at(programs, _DASH_BEGINS, text, 0, held_end, at, walk) != NO_MATCH:
                return np.int64(at), np.int64(stop)
        return np.int64(held_end), np.int64(stop)
    if number in (_AT_HOME, _NEAR_ESTATE):
        building = match_at(programs, _FIRST_PART, text, held, held_end, held, walk)
        is_year = stands_between(programs, _A_YEAR, text, start, stop, start, walk)
        if building == TOO_LONG or is_year < 0:
            return np.int64(ASK), np.int64(ASK)
        if is_year and (building != NO_MATCH or text[held - 1] == ord("(")):
            return nothing
        return (building if building != NO_MATCH else np.int64(held)), np.int64(stop)
    if held_end > held:
        return np.int64(held), np.int64(held_end)
    return np.int64(other), np.int64(other_end)


@part
def _is_code_or_date(programs, finding, start, stop, first, first_end):
    """Of three parts with dashes: 1 for what is no room, 0 for a room, less for what cannot be told here."""
    text, walk = finding.text, finding.walk
    is_code = stands_between(programs, _CODE_BEFORE, text, 0, start, max(0, start - _AROUND_CODE), walk)
    if is_code:
        return is_code
    with_strokes = False
    for at in range(first, first_end):
        with_strokes |= text[at] == ord("/")
    if not with_strokes:
        return 0
    for at in range(start, stop):
        if _is_letter(text[at]):
            return 1
    is_home = stands_between(programs, _HOME_BEFORE, text, 0, start, max(0, start - _AROUND_ROOM), walk)
    if is_home:
        return min(is_home, 0)
    return int(match_at(programs, _A_DATE, text, start, stop, start, walk) != NO_MATCH)


@part
def _trimmed(text, length, start, end):
    """Without what only links it to the words before, and with both of its brackets, as rooms._found leaves it."""
    while start < length and (
        _is_trimmed(text[start])
        or ((text[start] == ord("(") or text[start] == ord("[")) and not _closes(text, start, end))
    ):
        start += 1
    round_, square = (
        _unclosed(text, start, end, ord("("), ord(")")),
        _unclosed(text, start, end, ord("["), ord("]")),
    )
    for opened, opening, closing in ((round_, ord("("), ord(")")), (square, ord("["), ord("]"))):
        if opened < 0 and start > 0 and text[start - 1] == opening:
            start -= 1
        elif opened > 0 and end < length and text[end] == closing:
            end += 1
    return start, end


@part
def _is_trimmed(code):
    for each in _TRIMMED:
        if each == code:
            return True
    return code == ord(")") or code == ord("]")


@part
def _closes(text, start, end):
    for at in range(start, end):  # noqa: SIM110 - kernels have no generators
        if text[at] == ord(")") or text[at] == ord("]"):
            return True
    return False


@part
def _unclosed(text, start, end, opening, closing):
    """How many more of these brackets open than close."""
    found = 0
    for at in range(start, end):
        if text[at] == opening:
            found += 1
        elif text[at] == closing:
            found -= 1
    return found
