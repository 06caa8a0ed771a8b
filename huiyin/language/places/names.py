"""Every way in which the name of an estate is written, each with how special it is and how far it may be trusted."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple

import rjieba

from huiyin.language.places.written import DATA, write

Certainty = Literal["sure", "likely"]

EXACT, FULL, SHORTER, PART = 4, 3, 2, 1
"""How special a form is: the name as given; in other numerals, without dots; without 小区 or phase; without 花园."""
MOST_CHARS = 24
"""Characters of a form; a longer name is not looked for."""
_DIGITS = "一二三四五六七八九十"
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_NUMBER = r"(?:[一二三四五六七八九十]{1,3}|\d{1,2}|[IVX]{1,4})"
_NUMBERED = re.compile(rf"第?({_NUMBER})(期|区|里|号院|组团|村)")
_PHASE_AT_END = re.compile(rf"[(\[]?第?{_NUMBER}(?:期|组团)[)\]]?$")
_PART_AT_END = re.compile(
    rf"(?:[(\[](?:{_NUMBER}|[东南西北中])区[)\]]|{_NUMBER}(?:区|号院)|(?<=.{{3}})[东南西北]区)$"
)
NUMBERED_AFTER = re.compile(rf"[(\[]?第?{_NUMBER}(?:区|号院)|[(\[]?[东南西北]区")
"""What stands just behind a name that was shortened by its section: another section is another estate."""
PHASE_AFTER = re.compile(rf"[(\[]?第?{_NUMBER}(?:期|组团)")
_BUILDING = rf"(?:{_NUMBER}|\d{{3}}|[A-Z])(?:号楼|号院|栋|幢|单元|#)|[A-Z]座"
_BRACKETS = re.compile(r"[()\[\]\"'“”]")


_ROAD_AND_NUMBER = re.compile(r"([\u4e00-\u9fff]+?(?:大街|路|街|巷|胡同|道|弄|里|条))(\d{1,4})号")
_ABOVE_A_ROAD = re.compile(r"^.*(?:省|市|区|县|街道|镇|乡)")
_SHORTEST_ROAD = 3


class Form(NamedTuple):
    """One way to write a name."""

    text: str
    specificity: int
    certainty: Certainty


class Words(NamedTuple):
    """data/places/names.toml."""

    loose: tuple[str, ...]
    left_out: tuple[str, ...]
    telling: frozenset[str]
    other_places: tuple[str, ...]
    developers: tuple[str, ...]
    weak: frozenset[str]
    before_weak: tuple[str, ...]
    after_weak: tuple[str, ...]
    makes_another: tuple[str, ...]
    denies: tuple[str, ...]
    asks: tuple[str, ...]


@cache
def words() -> Words:
    """The words as shipped, read once."""
    with (DATA / "names.toml").open("rb") as file:
        data = tomllib.load(file)
    suffixes, weak, elsewhere = data["suffixes"], data["weak"], data["elsewhere"]
    return Words(
        tuple(suffixes["loose"].split()),
        tuple(suffixes["left_out"].split()),
        frozenset(suffixes["telling"].split()),
        tuple(suffixes["other_places"].split()),
        tuple(data["developers"]["names"].split()),
        frozenset(weak["words"].split()),
        tuple(weak["before"].split()),
        tuple(weak["after"].split()),
        *(tuple(elsewhere[key].split()) for key in ("makes_another", "denies", "asks")),
    )


@cache
def estate_after() -> re.Pattern[str]:
    """What stands just behind a weak name that is meant as an estate: a word of estates, a building or a unit."""
    return re.compile("|".join((*map(re.escape, words().after_weak), _BUILDING)))


def numerals(number: str) -> tuple[str, ...]:
    """三, 3 and III for any of them; a number above ten is left as it is written."""
    for at, (han, roman) in enumerate(zip(_DIGITS, _ROMAN, strict=True), start=1):
        if number in (han, roman, str(at)):
            return han, str(at), roman
    return (number,)


def forms_of(name: str) -> list[Form]:
    """Every form of a name, the whole name first; none where it is shorter than two characters.

    >>> [form.text for form in forms_of("甲乙园(三区)")][:3]
    ['甲乙园(三区)', '甲乙园三区', '甲乙园3区']
    """
    found: dict[str, Form] = {}
    whole = write(name).text
    for form in (Form(name, EXACT, "sure"), *_forms(whole)) if whole == name else _forms(whole):
        if 2 <= len(form.text) <= MOST_CHARS:
            found.setdefault(form.text, form)
    return list(found.values())


def forms_of_address(address: str) -> list[Form]:
    """Road and number, with and without 院; what lies above the road, and a road alone, tell no estate.

    >>> [form.text for form in forms_of_address("某市甲乙区丙丁街道北桥东路12号院")]
    ['北桥东路12号院', '北桥东路12号']
    """
    found = {}
    for road, number in _ROAD_AND_NUMBER.findall(write(address).text):
        own = _ABOVE_A_ROAD.sub("", road)
        if len(own) >= _SHORTEST_ROAD:
            for text in (f"{own}{number}号院", f"{own}{number}号"):
                found[text] = Form(text, SHORTER, "likely")
    return list(found.values())


def _forms(whole: str) -> Iterator[Form]:
    bare = _BRACKETS.sub("", whole)
    yield Form(whole, FULL, "sure")
    for each in _in_all_numerals(bare):
        yield Form(each, FULL, "sure")
    without_phase = _PHASE_AT_END.sub("", bare)
    if without_phase != bare:
        yield Form(without_phase, SHORTER, "likely")
    without_section = _PART_AT_END.sub("", _PART_AT_END.sub("", whole))
    if without_section != whole and len(without_section) >= 3:
        yield Form(without_section, SHORTER, "likely")
    for each in dict.fromkeys((bare, without_phase)):
        yield from _shorter(each)


def _shorter(name: str) -> Iterator[Form]:
    """Without 小区; without 花园 and the like; without the developer's name."""
    rest = _without_end(name, words().loose)
    if rest != name and len(rest) >= 3:
        yield Form(rest, SHORTER, "sure")
    core = _without_end(rest, words().left_out)
    if core != rest and len(core) >= 3 and not is_weak(core):
        yield Form(core, PART, "likely")
    for developer in words().developers:
        own = rest.removeprefix(developer)
        if own != rest and len(own) >= 3 and not is_weak(own):
            yield Form(own, PART, "likely")


def _without_end(name: str, ends: tuple[str, ...]) -> str:
    return next((name.removesuffix(end) for end in ends if name.endswith(end)), name)


def _in_all_numerals(name: str) -> Iterator[str]:
    """甲乙园三期, 甲乙园3期, 甲乙园III期, 甲乙园第三期; only the last number is varied."""
    yield name
    numbered = list(_NUMBERED.finditer(name))
    if not numbered:
        return
    last = numbered[-1]
    for number in numerals(last[1]):
        for ordinal in ("", "第") if last[2] in ("期", "区") else ("",):
            yield name[: last.start()] + ordinal + number + last[2] + name[last.end() :]


def is_weak(form: str) -> bool:
    """True where the form may be ordinary words: it counts only beside a word that speaks of an estate."""
    if len(form) <= 2 or form in words().weak or form.isascii():
        return True
    own = _without_end(form, words().loose)
    if own != form or len(form) > 4:
        return len(own) < 2
    return len(rjieba.cut(form)) == 1 and form[-1] not in words().telling
