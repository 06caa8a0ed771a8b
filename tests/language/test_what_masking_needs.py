"""The automata made from the rules of masking find every place where a rule matches, and few others."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.language.kernels.automata import Automaton, automaton_of
from huiyin.language.kernels.characters import END, START, sign_of
from huiyin.language.kernels.scanning import places_of
from huiyin.language.kernels.tables import patterns
from huiyin.language.masking import mask, patterns_by_family
from huiyin.language.normalise import normalise
from huiyin.language.personal.rooms import HINT, PATTERNS, REACH
from tests.language.disguised import MAKERS as DISGUISES
from tests.language.disguised import disguised
from tests.language.neighbours import third_person
from tests.language.planted import MAKERS, lookalike, planted

SAMPLES = (
    r"ab{2,3}c",
    r"(?<!\d)\d{3}(?!\d|元)",
    r"(?<=[甲乙])丙(?=丁戊|$)",
    r"甲(?:乙|丙丁)*?戊+?己?+",
    r"(?i)tel:?\s{0,9}[^\W\d]",
    r"甲.{0,12}乙(?![丙\s])",
    r"^甲|乙$",
    r"(?P<name>甲乙丙丁)戊",
)
ALPHABET = "甲乙丙丁戊己元0123abcABC tel:TEL\nſ①"


def patterns_that_may_match(automaton: Automaton, text: str, place: int) -> int:
    """The bits of the patterns that may match text[place:]; the walk the kernels take."""
    signs = [START, *(sign_of(ord(char)) for char in text), END]
    state, found = automaton.starts[automaton.classes[signs[place]]], 0
    for sign in signs[place + 1 :]:
        state = automaton.steps[state, automaton.classes[sign]]
        found |= int(automaton.found[state])
    return found


@pytest.mark.parametrize("written", SAMPLES)
def test_no_match_of_a_pattern_is_missed(written: str) -> None:
    pattern = re.compile(written)
    automaton = automaton_of({3: pattern})

    @settings(max_examples=60, deadline=None)
    @given(st.text(ALPHABET, max_size=14))
    def check(text: str) -> None:
        for match in pattern.finditer(text):
            assert patterns_that_may_match(automaton, text, match.start()) == 1 << 3

    check()


def test_a_lookaround_of_one_character_is_kept() -> None:
    automaton = automaton_of({0: re.compile(r"(?<!\d)12(?![\d元])")})
    found = [
        bool(patterns_that_may_match(automaton, text, text.index("12")))
        for text in ("x12y", "312", "12元", "12")
    ]
    assert found == [True, False, False, True]


def test_a_construct_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match=r"needed\.py"):
        automaton_of({0: re.compile(r"(a)\1")})


def texts_with_personal_data() -> list[str]:
    rng = random.Random("what masking needs")
    made = [planted(rng, kind)[0] for kind in MAKERS for _ in range(60)]
    made += [disguised(rng, kind).text for kind in DISGUISES for _ in range(60)]
    made += ["".join(third_person(rng)) for _ in range(100)]
    return [f"{lookalike(rng)}，{text}。{lookalike(rng)}" for text in made]


def test_where_a_rule_matches_a_place_is_found() -> None:
    families = {
        id(pattern): family for family, members in patterns_by_family().items() for pattern in members
    }
    forms = [normalise(text).text for text in texts_with_personal_data()]
    for text, found in zip(forms, places_of(forms), strict=True):
        places = {(number, at) for at, bits in found for number in range(64) if bits >> number & 1}
        for number, (_, pattern) in enumerate(patterns()):
            if families.get(id(pattern)) not in (None, "rooms", "mail"):
                missed = {(number, match.start()) for match in pattern.finditer(text)} - places
                assert missed == set(), (text, pattern.pattern[:60])


def test_a_room_is_found_in_the_text_cut_at_its_reach() -> None:
    """Rooms are read up to some characters behind a hint: a rule may match there because the text ends."""
    for pattern in PATTERNS:
        number = [each for _, each in patterns()].index(pattern)
        for text in ("5号楼3单元201室", "住3-2-1201", "12号楼1201多户"):
            for padding in range(REACH - 16, REACH):
                whole = "101，" + "啊" * padding + text + "后面还有很多话要说，请尽快处理"
                cut = [hint.end() + REACH for hint in HINT.finditer(whole)]
                matched = {m.start() for end in cut for m in pattern.finditer(whole, 0, end)}
                found = {at for at, bits in places_of([whole])[0] if bits >> number & 1}
                assert matched <= found, whole


def test_of_texts_full_of_lookalikes_few_are_read_closely() -> None:
    rng = random.Random("nothing in it")
    sentences = (
        "楼道灯不亮，报修后没人来。",
        "小区垃圾桶太少，一到周末就堆满。",
        "电梯天天停，老人上不去楼。",
        "物业收费不公示。",
    )
    plain = [f"{rng.choice(sentences)}关于{lookalike(rng)}，{rng.choice(sentences)}" for _ in range(600)]
    unchanged = [normalise(text).text for text in plain if mask(text) == text]
    assert sum(map(bool, places_of(unchanged))) <= 0.25 * len(unchanged)
