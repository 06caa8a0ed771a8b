"""Which estate a text is about, compiled: the rules of places/gazetteer.py. One wrong character is left to Python."""

from __future__ import annotations

import math

import numpy as np

from huiyin.language.kernels.characters import BMP, START
from huiyin.language.kernels.compiling import inlined, part
from huiyin.language.kernels.gazetteers import (
    ANOTHER_BEHIND,
    ASKED_BEFORE,
    CODE_BITS,
    DENIED_BEFORE,
    ESTATE_BEHIND,
    HASH,
    IS_SHORTENED,
    IS_SPELLED,
    IS_WEAK,
    LONGEST_LENGTH,
    MOST_NAMED,
    NEEDS_BEHIND,
    NOWHERE,
    PHASE_BEHIND,
    PLACE_BITS,
    SECTION_BEHIND,
    SIEVE_BITS,
    SPREAD,
    WEIGHT_BITS,
    WORD_BEFORE,
)
from huiyin.language.kernels.tables import VANISHES
from huiyin.language.places.about import BEGINS, ENDS, NEAR, STEPS
from huiyin.language.places.gazetteer import ELSEWHERE, LIKELY, SURE_FROM
from huiyin.language.places.names import MOST_CHARS

_BEGINS, _ENDS = ord(BEGINS), ord(ENDS)


@inlined
def _sign(code):
    return code if code < BMP else BMP + (code >= 0x20000)


@part
def _look_up(keys, key):
    """The place of a key, -1 if it is not there."""
    slots = keys.slots
    mask = np.uint64(len(slots) - 1)
    spread = key * np.uint64(SPREAD)
    of_key = np.uint32(spread) >> np.uint32(PLACE_BITS)
    slot = spread >> np.uint64(keys.shift)
    while True:
        found = slots[slot]
        if found == 0:
            return np.int64(-1)
        if found >> np.uint32(PLACE_BITS) == of_key:
            place = np.int64(found & np.uint32((1 << PLACE_BITS) - 1)) - 1
            if keys.keys[place] == key:
                return place
        slot = (slot + np.uint64(1)) & mask


@inlined
def _pair(written, at):
    return np.uint64(written[at]) | np.uint64(written[at + 1]) << np.uint64(CODE_BITS)


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
def beginnings(estates, written, length, places, pairs):
    """Writes where names or halves of names may begin, and with which pair; returns how many there are."""
    sieve = estates.beginnings.sieve
    count = 0
    for at in range(length - 1):
        bit = (_pair(written, at) * np.uint64(SPREAD)) >> np.uint64(64 - SIEVE_BITS)
        if sieve[bit >> np.uint64(3)] >> (bit & np.uint64(7)) & np.uint64(1):
            pair = _look_up(estates.beginnings.keys, _pair(written, at))
            if pair >= 0:
                places[count], pairs[count] = at, pair
                count += 1
    return count


@part
def mentions(estates, written, length, begun, places, pairs, hashes, starts, ends, names):
    """Writes the names from left to right; returns how many. `begun` is what `beginnings` has found."""
    lengths = estates.beginnings.lengths
    count = done = 0
    for each in range(begun):
        at, pair = places[each], pairs[each]
        if at < done or lengths[pair, 0] == 0:
            continue
        most = _hashes(written, length, at, hashes)
        for k in range(lengths.shape[1]):
            size = lengths[pair, k]
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
def may_be_mistyped(estates, written, length, begun, places, pairs, hashes):
    """Whether half of a long name stands in the text and the other half with one other character."""
    lengths, halves = estates.beginnings.half_lengths, estates.halves
    for each in range(begun):
        at, pair = places[each], pairs[each]
        if lengths[pair, 0] == 0:
            continue
        most = _hashes(written, length, at, hashes)
        for k in range(lengths.shape[1]):
            size = lengths[pair, k]
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
    before = _beside(estates.beside, written, length, start - 1, -1)
    if behind & np.uint64(ANOTHER_BEHIND):
        return False
    if before & np.uint64(DENIED_BEFORE) and not before & np.uint64(ASKED_BEFORE):
        return False
    if flags & IS_SHORTENED and behind & np.uint64(SECTION_BEHIND):
        return False
    if not flags & (NEEDS_BEHIND | IS_WEAK) or behind & np.uint64(ESTATE_BEHIND):
        return True
    if flags & NEEDS_BEHIND:
        return False
    return start == 0 or (before & np.uint64(WORD_BEFORE)) != np.uint64(0)


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
def _of_text(weighed, written, length, seen):
    """What the whole text adds: each pair once. `seen` has a bit for each entry."""
    entries, moved = weighed.entries, weighed.moved
    mask = np.uint64(len(entries) - 1)
    entry_shift, bucket_shift = np.uint64(weighed.entry_shift), np.uint64(weighed.bucket_shift)
    seen[:] = 0
    total = np.int64(0)
    for at in range(length - 1):
        key = _pair(written, at)
        spread = key * np.uint64(SPREAD)
        slot = (spread >> entry_shift & mask) ^ np.uint64(moved[spread >> bucket_shift])
        entry = entries[slot]
        word, at_bit = slot >> np.uint64(6), slot & np.uint64(63)
        is_new = np.uint64(entry >> np.uint64(WEIGHT_BITS) == key) & ~(seen[word] >> at_bit)
        seen[word] |= is_new << at_bit
        weight = np.int64(entry & np.uint64((1 << WEIGHT_BITS) - 1)) - (1 << (WEIGHT_BITS - 1))
        total += weight * np.int64(is_new)
    return total


@part
def choose(estates, written, length, seen, starts, ends, names, count):
    """The mention the text is about, the odds, whether a section or phase stands behind; -1 where it is about none."""
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
    total = around.intercept + _of_text(estates.weighed, written, length, seen) + highest
    if total <= 0:
        return -1, 0.0, False
    best = _most_special(estates.names.flags, written, starts, ends, names, standing, best)
    odds = 1 / (1 + math.exp(-max(-30.0, min(30.0, total / around.unit))))
    behind = _beside(estates.beside, written, length, ends[best], 1)
    is_section = behind & np.uint64(SECTION_BEHIND | PHASE_BEHIND) != np.uint64(0)
    return best, odds, is_section


@part
def _most_special(flags, written, starts, ends, names, standing, best):
    size = ends[best] - starts[best]
    found = -1
    for each in range(standing):
        longer = ends[each] - starts[each]
        is_narrower = starts[each] == ends[best] and not flags[names[each]] & IS_WEAK
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
def is_one_spelled(names, found, count):
    """Whether dots or blanks decide whose one of the names is."""
    flags = 0
    for each in range(count):
        flags |= names.flags[found[each]]
    return flags & IS_SPELLED != 0


@part
def owner_of(names, name, odds, is_section, has_area, area):
    """The estate, how sure, and whether that is `sure`; `area` are the numbers of the text's own areas.

    NOWHERE where several are called so and nothing tells them apart.
    """
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
    if count > 1:
        return np.int32(NOWHERE), 0.0, False
    estate, is_sure = names.owner_estate[nearest], names.owner_is_sure[nearest]
    is_another_street = has_area and together < 2 and area[1] != 0 and names.estate_areas[estate][1] != 0
    confidence = odds
    if not is_sure or names.flags[name] & IS_WEAK or is_section:
        confidence *= LIKELY
    if has_area and together == 0 and names.has_area[estate]:
        confidence *= ELSEWHERE
    elif is_another_street:
        confidence *= LIKELY
    may_be_sure = is_sure and not (is_section or is_another_street)
    return estate, confidence, may_be_sure and confidence >= SURE_FROM
