"""Complaints of one estate about the same thing are one matter; the texts are invented."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.complaint_topics import APART_GOAL, F1_GOAL, figures, ours, sums_of, with_subject
from bench.topic_corpus import dev_estates, missing
from huiyin.language import group_topics
from huiyin.language.complaints import grouping
from huiyin.language.complaints.meanings import read, shipped, write
from tests.costs import assert_grows_with_length

LIFT = (
    "3号楼电梯又停了\n3号楼的电梯这个月坏了四次，物业每次说在等配件，老人上下楼非常困难，请督促维修。",
    "电梯频繁故障\n我家住十八层，电梯隔三差五出故障，上周还把人困在里面，打电话给物业没有结果，希望尽快修好电梯。",
    "电梯故障频发没人管\n尊敬的领导，您好。我们楼的两部电梯一部停运一部经常困人，多次向物业反映，一直不维修。",
)
GRILL = (
    "楼下烧烤店油烟扰民\n小区一楼门面开了烧烤店，没有专用烟道，油烟直接排到楼上，晚上不敢开窗。",
    "底商餐馆油烟直排\n楼下的夜宵店每天营业到凌晨，油烟和噪音让人无法休息，门面根本没有排烟管道。",
)
SCHOOL = (
    "配套幼儿园迟迟不开园\n小区交房两年了，规划的配套幼儿园早已建好，一直没有移交，孩子无处上学。",
    "请问小区幼儿园什么时候开学\n我们的孩子到了入园年龄，开发商承诺的幼儿园还空着，请教育局给个说法。",
)
SITE = (
    "隔壁工地夜间施工\n旁边的工地凌晨两点还在打桩，噪音巨大，家里老人小孩都睡不着。",
    "工地通宵施工噪音太大\n小区对面楼盘每晚施工到天亮，挖机和渣土车的声音严重影响睡眠，没有夜间施工许可。",
)
MATTERS = (LIFT, GRILL, SCHOOL, SITE)
ALL = [
    (f"{matter}-{number}", text) for matter, texts in enumerate(MATTERS) for number, text in enumerate(texts)
]


def partition(found: dict[str, str]) -> set[frozenset[str]]:
    return {frozenset(each for each in found if found[each] == group) for group in found.values()}


def test_different_words_for_the_same_thing_are_one_matter() -> None:
    found = group_topics([(id_, "牡丹园", text) for id_, text in ALL])
    assert partition(found) == {
        frozenset(id_ for id_, _ in ALL if id_.startswith(f"{matter}-")) for matter in range(len(MATTERS))
    }


def test_the_group_has_the_name_of_its_first_complaint() -> None:
    found = group_topics([(12, "牡丹园", LIFT[0]), (7, "牡丹园", LIFT[1]), (9, "牡丹园", SITE[0])])
    assert found == {12: 7, 7: 7, 9: 9}


def test_the_same_thing_in_two_estates_is_two_matters() -> None:
    found = group_topics([("a", "牡丹园", LIFT[0]), ("b", "芍药居", LIFT[0])])
    assert found == {"a": "a", "b": "b"}


def test_where_the_estate_is_unknown_the_names_must_be_the_same_too() -> None:
    plant = "宏远搅拌站粉尘噪音扰民\n旁边的宏远搅拌站整天噪音粉尘，严重影响居民生活，要求宏远搅拌站搬走。"
    again = "宏远搅拌站噪音粉尘何时休\n宏远搅拌站夜里还在生产，粉尘飞到家里，噪音严重影响居民休息，何时搬走。"
    site = "隔壁工地凌晨还在打桩，噪音巨大，家里老人小孩都睡不着。"
    found = group_topics([(1, None, plant), (2, "", again), (3, None, site)])
    assert found == {1: 1, 2: 1, 3: 3}
    assert group_topics([(1, None, LIFT[1]), (2, None, LIFT[2])]) == {1: 1, 2: 2}


@pytest.mark.parametrize("texts", [[""], ["", ""], ["?"], ["abc 123"], ["水"]])
def test_a_text_of_which_nothing_is_known_is_a_matter_of_its_own(texts: list[str]) -> None:
    found = group_topics([(number, "牡丹园", text) for number, text in enumerate(texts)])
    assert found == {number: number for number in range(len(texts))}


def test_nothing_has_no_groups() -> None:
    assert group_topics([]) == {}


def test_an_id_that_is_given_twice_counts_once() -> None:
    told = [(1, "牡丹园", LIFT[0]), (1, "芍药居", SITE[0]), (2, "牡丹园", LIFT[1])]
    assert group_topics(told) == group_topics(told[::-1])
    assert set(group_topics(told)) == {1, 2}


COMPLAINTS = st.lists(
    st.tuples(
        st.one_of(st.integers(0, 40), st.text(max_size=2)),
        st.sampled_from([None, "", "牡丹园", "芍药居", "A"]),
        st.one_of(
            st.sampled_from([text for _, text in ALL]),
            st.text(alphabet="电梯坏了漏水噪音停abc1，。\n\ud800😀", max_size=30),
        ),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(COMPLAINTS, st.randoms(use_true_random=False))
def test_every_order_gives_the_same_groups_and_none_spans_two_estates(
    complaints: list[tuple[int | str, str | None, str]], chance: random.Random
) -> None:
    found = group_topics(complaints)
    mixed = list(complaints)
    chance.shuffle(mixed)
    assert group_topics(mixed) == found
    assert set(found) == {id_ for id_, _, _ in complaints}
    once = {id_: (estate, text) for id_, estate, text in complaints}
    if len(once) == len(complaints):
        assert all((once[id_][0] or "") == (once[group][0] or "") for id_, group in found.items())
        assert all(found[group] == group for group in found.values())


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False))
def test_blocks_keep_the_order_out_of_it_too(chance: random.Random) -> None:
    told = [(number, "牡丹园", f"{text}{number % 7}楼") for number, (_, text) in enumerate(ALL * 4)]
    mixed = list(told)
    chance.shuffle(mixed)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(grouping, "BLOCK", 8)
        found = group_topics(told)
        assert group_topics(mixed) == found
    for number in range(len(ALL)):
        assert len({found[number + len(ALL) * turn] for turn in range(4)}) == 1


def _many(count: int) -> list[tuple[int, str, str]]:
    chance = random.Random(7)
    pieces = [piece for _, text in ALL for piece in text.replace("\n", "，").split("，")]
    return [(number, "牡丹园", "，".join(chance.choices(pieces, k=6))) for number in range(count)]


def test_four_times_as_many_complaints_of_one_estate_do_not_take_sixteen_times_as_long() -> None:
    complaints = {count: _many(count) for count in (2000, 8000)}
    assert_grows_with_length(lambda count: group_topics(complaints[count]), 2000, 8000)


def test_who_never_compares_complaints_never_loads_numpy() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "import sys, huiyin.language; print('numpy' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "False"


def test_the_table_is_written_as_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "meanings.model"
    write(shipped(), path)
    again = read(path)
    assert (again.pairs == shipped().pairs).all()
    assert abs(again.places - shipped().places).max() < 1e-5
    assert abs(again.rarity - shipped().rarity).max() < 1e-5


def test_another_file_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"PK\x03\x04")
    with pytest.raises(ValueError, match="no table of meanings"):
        read(tmp_path / "other")


@pytest.mark.skipif(bool(missing()), reason=missing() or "everything is here")
def test_the_labelled_groups_are_found_and_their_neighbours_kept_apart() -> None:
    grouper = ours(shipped(), with_subject)
    found = figures([sums_of(each, grouper(each)) for each in dev_estates()])
    assert found.f1 >= F1_GOAL
    assert found.apart >= APART_GOAL
