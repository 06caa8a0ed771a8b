"""Which estate a text is about, compiled: the rules of places/gazetteer.py. One wrong character is left to Python."""

from __future__ import annotations

import math

import numpy as np

from huiyin.language.kernels.characters import BMP, START
from huiyin.language.kernels.compiling import inlined, part
from huiyin.language.kernels.gazetteers import (
    CODE_BITS,
    HASH,
    IS_PART,
    IS_SHORTENED,
    IS_WEAK,
    LONGEST_LENGTH,
    MOST_NAMED,
    SECTION_BEHIND,
    SIEVE_BITS,
    SPREAD,
    WORD_BEFORE,
    WORD_BEHIND,
)
from huiyin.language.kernels.tables import VANISHES
from huiyin.language.places.about import BEGINS, ENDS, NEAR, STEPS
from huiyin.language.places.gazetteer import ELSEWHERE, LIKELY, SURE_FROM
from huiyin.language.places.names import MOST_CHARS

NONE, FOUND, ASK = range(3)
"""What became of a text: no estate, an estate, or a name that may be mistyped, which the gazetteer itself must say."""
_BEGINS, _ENDS = ord(BEGINS), ord(ENDS)


@inlined
def _sign(code):
    return code if code < BMP else BMP + (code >= 0x20000)


@part
def _look_up(keys, key):
    """The place of a key, -1 if it is not there."""
    slots = keys.slots
    mask = np.uint64(len(slots) - 1)
    slot = (key * np.uint64(SPREAD)) >> np.uint64(keys.shift)
    while True:
        place = slots[slot]
        if place == 0:
            return np.int64(-1)
        if keys.keys[place - 1] == key:
            return np.int64(place - 1)
        slot = (slot + np.uint64(1)) & mask


@part
def write(forms, codes, count, written, origin):
    """As places.written.write does; `origin` is the character of the text each one comes from."""
    length = 0
    for at in range(count):
        form = forms.form[codes[at]]
        if form >= 0:
            written[length] = form
            origin[length] = at
            length += 1
        elif form != VANISHES:
            row = -2 - form
            for k in range(forms.lengths[row]):
                written[length] = forms.several[row, k]
                origin[length] = at
                length += 1
    return length


@part
def _hashes(written, length, at, hashes):
    """hashes[n] of the n characters from `at` on, as far as names go; returns how many there are."""
    value = np.uint64(0)
    most = min(MOST_CHARS, length - at)
    for n in range(most):
        value = (value ^ np.uint64(written[at + n])) * np.uint64(HASH)
        hashes[n + 1] = value ^ value >> np.uint64(29)
    return most


@part
def mentions(estates, written, length, places, starts, ends, names):
    """Writes the names from left to right; returns how many. `places[i]` becomes the pair at i, -1 if unknown."""
    hashes = np.empty(MOST_CHARS + 1, np.uint64)
    pairs = estates.pairs
    count = done = 0
    for at in range(length - 1):
        key = np.uint64(written[at]) | np.uint64(written[at + 1]) << np.uint64(CODE_BITS)
        bit = (key * np.uint64(SPREAD)) >> np.uint64(64 - SIEVE_BITS)
        is_known = pairs.sieve[bit >> np.uint64(3)] >> (bit & np.uint64(7)) & np.uint64(1)
        place = _look_up(pairs.keys, key) if is_known else np.int64(-1)
        places[at] = place
        if place < 0 or at < done or pairs.lengths[place, 0] == 0:
            continue
        most = _hashes(written, length, at, hashes)
        for k in range(pairs.lengths.shape[1]):
            size = pairs.lengths[place, k]
            if size == 0:
                break
            if size <= most:
                name = _look_up(estates.names.keys, hashes[size])
                if name >= 0:
                    starts[count], ends[count], names[count] = at, at + size, name
                    done = at + size
                    count += 1
                    break
    return count


@part
def may_be_mistyped(estates, written, length, places):
    """Whether half of a long name stands in the text and the other half with one other character."""
    hashes = np.empty(MOST_CHARS + 1, np.uint64)
    pairs, halves = estates.pairs, estates.halves
    for at in range(length - 1):
        place = places[at]
        if place < 0 or pairs.half_lengths[place, 0] == 0:
            continue
        most = _hashes(written, length, at, hashes)
        for k in range(pairs.half_lengths.shape[1]):
            size = pairs.half_lengths[place, k]
            if size == 0:
                break
            half = _look_up(halves.keys, hashes[size]) if size <= most else -1
            if half < 0:
                continue
            for which in range(halves.first[half], halves.first[half + 1]):
                name, name_end = halves.name_start[which], halves.name_start[which + 1]
                start = at - halves.offset[which]
                if start < 0 or start + name_end - name > length:
                    continue
                wrong = 0
                for n in range(name_end - name):
                    wrong += written[start + n] != halves.name_codes[name + n]
                if wrong == 1:
                    return True
    return False


@part
def _beside(beside, written, length, at, step):
    """What stands from `at` on to the right, or, with a step of -1, to the left."""
    state = np.int64(beside.starts[beside.classes[START]])
    found = np.uint64(0)
    while 0 <= at < length:
        state = np.int64(beside.steps[state, beside.classes[_sign(written[at])]])
        if state == 0:
            break
        found |= beside.found[state]
        at += step
    return found


@part
def _stands(estates, written, length, start, end, name):
    flags = estates.names.flags[name]
    behind = _beside(estates.beside, written, length, end, 1)
    if flags & IS_SHORTENED and behind & np.uint64(SECTION_BEHIND):
        return False
    if not flags & (IS_PART | IS_WEAK) or behind & np.uint64(WORD_BEHIND):
        return True
    if flags & IS_PART:
        return False
    return start == 0 or (
        _beside(estates.beside, written, length, start - 1, -1) & np.uint64(WORD_BEFORE)
    ) != np.uint64(0)


@part
def _alike(code):
    """Figures look alike, and so do letters."""
    if 49 <= code <= 57:
        return np.uint64(48)
    if 65 <= code <= 90:
        return np.uint64(97)
    return np.uint64(code)


@part
def _around(around, written, length, start, end, named):
    """What one place of a name adds."""
    total = np.int64(0)
    key = np.uint64(0)
    for n in range(NEAR):
        at = start - 1 - n
        key |= (_alike(written[at]) if at >= 0 else np.uint64(_BEGINS)) << np.uint64(CODE_BITS * n)
        place = _look_up(around.before, key)
        if place >= 0:
            total += around.before_weight[place]
        if at < 0:
            break
    key = np.uint64(0)
    for n in range(NEAR):
        at = end + n
        key |= (_alike(written[at]) if at < length else np.uint64(_ENDS)) << np.uint64(CODE_BITS * n)
        place = _look_up(around.after, key)
        if place >= 0:
            total += around.after_weight[place]
        if at >= length:
            break
    step = 0
    while step < len(STEPS) and start > STEPS[step]:
        step += 1
    return (
        total
        + around.at[step]
        + around.length[min(end - start, LONGEST_LENGTH)]
        + around.named[min(named, MOST_NAMED)]
    )


@part
def _of_text(pairs, places, length, row, seen):
    """What the whole text adds: each pair once."""
    total = np.int64(0)
    for at in range(length - 1):
        place = places[at]
        if place >= 0 and seen[place] != row:
            seen[place] = row
            total += pairs.weight[place]
    return total


@part
def choose(estates, written, length, row, places, seen, starts, ends, names, count):
    """The mention the text is about, the odds and whether a section stands behind it; -1 where it is about none."""
    around, owners = estates.around, estates.names.owners
    standing = 0
    for each in range(count):
        if _stands(estates, written, length, starts[each], ends[each], names[each]):
            starts[standing], ends[standing], names[standing] = starts[each], ends[each], names[each]
            standing += 1
    if standing == 0:
        return -1, 0.0, False
    best = 0
    highest = np.int64(0)
    for each in range(standing):
        named = 0
        for other in range(standing):
            named += owners[names[other]] == owners[names[each]]
        total = _around(around, written, length, starts[each], ends[each], named)
        if each == 0 or total > highest:
            best, highest = each, total
    total = around.intercept + _of_text(estates.pairs, places, length, row, seen) + highest
    if total <= 0:
        return -1, 0.0, False
    best = _most_special(written, starts, ends, standing, best)
    odds = 1 / (1 + math.exp(-max(-30.0, min(30.0, total / around.unit))))
    is_section = (
        _beside(estates.beside, written, length, ends[best], 1) & np.uint64(SECTION_BEHIND)
    ) != np.uint64(0)
    return best, odds, is_section


@part
def _most_special(written, starts, ends, standing, best):
    size = ends[best] - starts[best]
    found = -1
    for each in range(standing):
        longer = ends[each] - starts[each]
        is_narrower = starts[each] == ends[best]
        if not is_narrower and longer > size:
            is_narrower = True
            for n in range(size):
                if written[starts[each] + n] != written[starts[best] + n]:
                    is_narrower = False
                    break
        if is_narrower and (found < 0 or longer > ends[found] - starts[found]):
            found = each
    return best if found < 0 else found


@part
def owner_of(names, name, odds, is_section, has_area, area):
    """The estate, how sure, and whether that is `sure`; `area` are the numbers of the text's own areas."""
    group = names.owners[name]
    nearest, together = -1, 0
    count = 0
    for owner in range(names.owner_start[group], names.owner_start[group + 1]):
        shared = 0
        if has_area:
            areas = names.estate_areas[names.owner_estate[owner]]
            for level in range(3):
                if areas[level] != 0 and areas[level] == area[level]:
                    shared = 3 - level
                    break
        if nearest < 0 or shared > together:
            nearest, together, count = owner, shared, 1
        elif shared == together:
            count += 1
    estate, is_sure = names.owner_estate[nearest], names.owner_is_sure[nearest]
    confidence = odds / count
    if not is_sure or names.flags[name] & IS_WEAK or is_section:
        confidence *= LIKELY
    if has_area and together == 0 and names.has_area[estate]:
        confidence *= ELSEWHERE
    return estate, confidence, confidence >= SURE_FROM and is_sure and not is_section
