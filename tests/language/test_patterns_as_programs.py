"""A pattern run as a program matches where `re` says and holds the same groups; kernels cover what masking covers."""

from __future__ import annotations

import random
import re

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.analytics.text_step import texts_of
from huiyin.language.kernels.finding import find_covered
from huiyin.language.kernels.masking import masked
from huiyin.language.kernels.matching import NO_MATCH, TOO_LONG, Walk, match_at, walk_for
from huiyin.language.kernels.programs import HELD, Programs, programs_of
from huiyin.language.kernels.scanning import Scanned, scan
from huiyin.language.kernels.tables import patterns, questions, tables
from huiyin.language.masking import mask
from huiyin.language.normalise import normalise
from tests.analytics.test_the_text_step import NO_ESTATES
from tests.language.test_what_masking_needs import ALPHABET, SAMPLES, texts_with_personal_data

pytestmark = pytest.mark.xdist_group("kernels")  # one process compiles them, others go on

BACKTRACKING = (
    r"(?P<name>甲{1,2}?)(?:乙|甲乙)(?P<place>丙*)丁",
    r"(?>甲+|甲乙)乙?丙(?!丁|戊$)",
    r"(?:甲?+乙|丙){2,3}?(?<!乙丙)(?P<name>丁)?",
    r"(?=甲.{0,3}(?!乙)丙)甲\w*+",
)


def end_and_groups(
    programs: Programs, number: int, pattern: re.Pattern[str], text: str, place: int, end: int, walk: Walk
) -> tuple[int, list[tuple[int, int]]]:
    """Where the program says the match at `place` ends, and what its groups hold; -1 for what is not there."""
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    stop = int(match_at.py_func(programs, number, codes, 0, end, place, walk))
    count = sum(name in HELD for name in pattern.groupindex)
    marks = walk.marks[: 2 * count].tolist() if stop != NO_MATCH else []
    return stop, list(zip(marks[::2], marks[1::2], strict=True))


def as_re_says(
    pattern: re.Pattern[str], text: str, place: int, end: int
) -> tuple[int, list[tuple[int, int]]]:
    match = pattern.match(text, place, end)
    held = sorted(number for name, number in pattern.groupindex.items() if name in HELD)
    return (match.end(), [match.span(number) for number in held]) if match else (NO_MATCH, [])


@pytest.mark.parametrize("written", [*SAMPLES, *BACKTRACKING])
def test_a_program_matches_as_its_pattern_does(written: str) -> None:
    pattern, walk = re.compile(written), walk_for()
    programs = programs_of({0: pattern})

    @settings(max_examples=80, deadline=None)
    @given(st.text(ALPHABET, max_size=12), st.integers(0, 12))
    def check(text: str, end: int) -> None:
        end = min(end, len(text))
        for place in range(end + 1):
            told = end_and_groups(programs, 0, pattern, text, place, end, walk)
            assert told == as_re_says(pattern, text, place, end)

    check()


def test_every_pattern_of_masking_runs_as_re_runs_it() -> None:
    rng, walk = random.Random("programs"), walk_for()
    every = {number: pattern for number, (_, pattern) in enumerate(patterns())} | questions()
    forms = [normalise(text).text for text in rng.sample(texts_with_personal_data(), 40)]
    matched = set()
    for text in forms:
        end = len(text) if rng.random() < 0.7 else rng.randrange(len(text))
        for number, pattern in every.items():
            for place in range(end + 1):
                told = end_and_groups(tables().programs, number, pattern, text, place, end, walk)
                assert told == as_re_says(pattern, text, place, end), (pattern.pattern[:50], text, place)
                if told[0] != NO_MATCH:
                    matched.add(number)
    assert len(matched) > 20


def test_a_match_that_takes_too_many_steps_is_given_up() -> None:
    programs = programs_of({0: re.compile("(?:a?){40}(?:a|aa){40}b")})
    codes = np.full(90, ord("a"), np.uint32)
    assert match_at.py_func(programs, 0, codes, 0, len(codes), 0, walk_for()) == TOO_LONG


@pytest.mark.parametrize("written", [r"(?:a?)*b", r"(?>(?P<name>a)b)"])
def test_what_a_program_cannot_do_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"programs\.py"):
        programs_of({0: re.compile(written)})


def scanned(texts: list[str]) -> tuple[Scanned, dict[int, str]]:
    read = texts_of(pa.array(texts, pa.string()))
    areas, area_of = np.zeros((1, 3), np.int32), np.full(len(texts), -1, np.int32)
    found = scan(read.data, read.start, NO_ESTATES.estates, areas, area_of)
    return found, masked(read.data, read.start, found)


USUAL = (
    "来电人反映电梯停运，联系电话13812345678。请尽快处理",
    "我叫王小明，反映楼道灯不亮",
    "我家3号楼2单元1201室，没有暖气",
    "家住12-3-502，楼上漏水",
    "外来车辆京A12345，占用消防通道",
    "我叫王小明，家住5号楼3单元201室，电话13912345678，车牌京AD12345。",
    "其他邻居养狗，物业不管",
)
UNUSUAL = (
    "电话138 1234 5678，订单号13812345678",
    "合同编号13812345678元，+86-13812345678",
    "我叫王小明和李小红，请回复",
    "（3号楼2单元1201室）（15号楼[1203]）【5-3-201】",
    "型号5-3-201，3/12/2024，22/3/2004，幸福里5/6/1904",
    "公司办公室1203室，居委会二楼203",
    "〔姓名〕、王小明〔房号〕漏水到401",
    "501业主，我是502的，503的王大妈，隔壁老王家",
    "我叫𠮷田，家住5号楼201室😀",
    "请联系买买提·艾力，电话13812345678，昨日古丽·热依木来电，西山·江山漏水",
    "京A12345京B1234学，京A·12345占道，[京A12345]",
    "1381234567813912345678，010-63812345，身份证11010519491231002X",
)


def test_what_is_usual_is_covered_by_kernels_alone() -> None:
    found, after = scanned(list(USUAL))
    covered = find_covered(found.codes, found.codes_end, found.place, found.bits, found.places_end)
    assert not covered.asks.any()
    assert len(after) == len(USUAL) - 1
    assert [after.get(at, text) for at, text in enumerate(USUAL)] == [mask(text) for text in USUAL]


def test_what_is_unusual_is_left_to_the_rules() -> None:
    found, after = scanned(list(UNUSUAL))
    covered = find_covered(found.codes, found.codes_end, found.place, found.bits, found.places_end)
    assert covered.asks.any()
    assert [after.get(at, text) for at, text in enumerate(UNUSUAL)] == [mask(text) for text in UNUSUAL]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([*USUAL, *UNUSUAL, "(", "的", "]", "13", " ", "和", "0", "室"]), max_size=7),
    st.data(),
)
def test_whatever_stands_together_is_covered_as_masking_covers_it(
    pieces: list[str], data: st.DataObject
) -> None:
    """Cut anywhere: what leads to a name, a room or a number and what follows it come in every mixture."""
    cuts = [data.draw(st.integers(0, len(piece))) for piece in pieces]
    texts = [
        "".join(pieces),
        "".join(piece[cut:] for piece, cut in zip(pieces, cuts, strict=True)),
        "".join(piece[:cut] for piece, cut in zip(pieces, cuts, strict=True)),
    ]
    _, after = scanned(texts)
    assert [after.get(at, text) for at, text in enumerate(texts)] == [mask(text) for text in texts]
