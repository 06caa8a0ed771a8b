"""From the bytes of a text to its characters, and to the places where a masking rule may find something."""

from __future__ import annotations

import numpy as np

from huiyin.language.kernels import characters
from huiyin.language.kernels.compiling import inlined, part
from huiyin.language.kernels.tables import AUTOMATA, GATES, MAIL, MAIL_GATE, ROOM_GATE, ROOMS, VANISHES
from huiyin.language.personal.rooms import REACH

_BMP, _RARE_HAN, _START, _END = characters.BMP, 0x20000, characters.START, characters.END
_ALL = (1 << AUTOMATA) - 1
_LONGEST_WALK = 256
"""A walk that goes on for longer may find anything: no text costs more than linear time."""


@inlined
def _sign(code):
    return code if code < _BMP else _BMP + (code >= _RARE_HAN)


@part
def decode(data, start, end, codes, byte):
    """UTF-8 to code points and where each begins, the end too; returns how many."""
    at = start
    count = 0
    while at < end:
        first = np.uint32(data[at])
        byte[count] = at
        if first >= 0xE0:
            if first < 0xF0:
                codes[count] = (
                    (first & 0x0F) << 12
                    | np.uint32(data[at + 1] & 0x3F) << 6
                    | np.uint32(data[at + 2] & 0x3F)
                )
                at += 3
            else:
                codes[count] = (
                    (first & 0x07) << 18
                    | np.uint32(data[at + 1] & 0x3F) << 12
                    | np.uint32(data[at + 2] & 0x3F) << 6
                    | np.uint32(data[at + 3] & 0x3F)
                )
                at += 4
        elif first < 0x80:
            codes[count] = first
            at += 1
        else:
            codes[count] = (first & 0x1F) << 6 | np.uint32(data[at + 1] & 0x3F)
            at += 2
        count += 1
    byte[count] = end
    return count


@part
def in_forms(codes, count, forms, formed):
    """As `normalise` does it; returns the length and whether each character became one other."""
    length = 0
    one_to_one = True
    for i in range(count):
        form = forms.form[codes[i]]
        if form >= 0:
            formed[length] = form
            length += 1
        elif form == VANISHES:
            one_to_one = False
        else:
            one_to_one = False
            row = -2 - form
            for k in range(forms.lengths[row]):
                formed[length] = forms.several[row, k]
                length += 1
    return length, one_to_one


@part
def _walk(places, automaton, formed, length, start, cuts, has_cuts):
    """The bits of the patterns that may match at `start`, in the text as a whole or as it is cut."""
    classes = places.classes[automaton]
    width = places.widths[automaton]
    first_step = places.first_step[automaton]
    first_found = places.first_found[automaton]
    first_finding = places.first_finding[automaton]
    at_end = classes[_END]
    before = classes[_sign(formed[start - 1])] if start else classes[_START]
    state = np.int64(places.starts[automaton, before])
    found = np.uint64(0)
    for at in range(start, length):
        state = np.int64(places.steps[first_step + state * width + classes[_sign(formed[at])]])
        if state == 0:
            return found
        if state >= first_finding:
            found |= places.found[first_found + state]
        if has_cuts and cuts[at + 1]:
            found |= places.found[first_found + places.steps[first_step + state * width + at_end]]
        if at - start > _LONGEST_WALK:
            return found | places.all_of[automaton]
    return found | places.found[first_found + places.steps[first_step + state * width + at_end]]


@part
def _gates_at(places, formed, length, start, cuts):
    """What stands at `start`; marks where the stretch read for rooms may end, wherever a hint may end."""
    classes = places.classes[GATES]
    width = places.widths[GATES]
    before = classes[_sign(formed[start - 1])] if start else classes[_START]
    state = np.int64(places.starts[GATES, before])
    gates = np.uint64(0)
    for at in range(start, length):
        state = np.int64(places.steps[places.first_step[GATES] + state * width + classes[_sign(formed[at])]])
        if state == 0:
            return gates
        if state >= places.first_finding[GATES]:
            found = places.found[places.first_found[GATES] + state]
            gates |= found
            if found & np.uint64(ROOM_GATE) and at + 1 + REACH < length:
                cuts[at + 1 + REACH] = True
    return gates


@part
def find_places(places, formed, length, kinds, cuts, begun, place, bits):
    """Writes at which places which patterns may match; returns how many places, none where only gates were found.

    `begun` is for the places where anything but mail may begin: mail may begin with any word, but is hardly ever
    there.
    """
    kind, may_begin = places.kind, places.may_begin
    for at in range(length):
        kinds[at] = kind[_sign(formed[at])]
    kinds[length] = kind[_END]
    some = 0
    any_begins = np.uint8(0)
    for at in range(length):
        begins = may_begin[kinds[at], kinds[at + 1]]
        any_begins |= begins
        begun[some] = at
        some += (begins & np.uint8(_ALL & ~(1 << MAIL))) != 0
    gates = np.uint64(0)
    if any_begins & (1 << GATES):
        for at in range(length + 1):
            cuts[at] = False
        for each in range(some):
            at = begun[each]
            if may_begin[kinds[at], kinds[at + 1]] & (1 << GATES):
                gates |= _gates_at(places, formed, length, at, cuts)
    wanted = np.uint8(_ALL & ~(1 << ROOMS) & ~(1 << MAIL))
    if gates & np.uint64(ROOM_GATE):
        wanted |= np.uint8(1 << ROOMS)
    if gates & np.uint64(MAIL_GATE):
        wanted |= np.uint8(1 << MAIL)
        for at in range(length):
            begun[at] = at
        some = length
    count = 0
    any_found = np.uint64(0)
    if not any_begins & wanted & np.uint8(~(1 << GATES) & 0xFF):
        return 0
    for each in range(some):
        at = begun[each]
        left = may_begin[kinds[at], kinds[at + 1]] & wanted
        found = np.uint64(0)
        for automaton in range(AUTOMATA):
            if left >> automaton & 1:
                found |= _walk(places, automaton, formed, length, at, cuts, automaton == ROOMS)
        if found:
            place[count] = at
            bits[count] = found
            any_found |= found
            count += 1
    return count if any_found & ~places.all_of[GATES] else 0
