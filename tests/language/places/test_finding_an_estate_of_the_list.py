"""A complaint is laid to the estate of the list it is about; all names here are invented."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.language import Gazetteer
from huiyin.language.places.gazetteer import Namesakes
from huiyin.language.places.names import EXACT, FULL, PART, SHORTER, forms_of, is_weak
from tests.costs import assert_grows_with_length

ESTATES = [
    ("1", "芳竹园三区"),
    ("2", "芳竹园"),
    ("3", "银雀苑"),
    ("4", "翠澜家园(二期)"),
    ("5", "远洋碧梧湾"),
    ("6", "蓝鹭·云阁"),
    ("7", "金桂坊小区"),
    ("8", "阳光"),
    ("9", "A小区"),
    ("10", "恒枫国际花园"),
]
GAZETTEER = Gazetteer(ESTATES, aliases={"3": ["老纺织厂宿舍"]})


def found(text: str, gazetteer: Gazetteer = GAZETTEER, area: str | None = None):
    return gazetteer.find([text], [area])[0]


@pytest.mark.parametrize(
    ("text", "estate", "matched"),
    [
        ("银雀苑电梯坏了三天没人修", "3", "银雀苑"),
        ("老纺织厂宿舍的电梯坏了", "3", "老纺织厂宿舍"),
        ("我是芳竹园三区的业主,楼道灯不亮", "1", "芳竹园三区"),
        ("我是芳竹园3区的业主,楼道灯不亮", "1", "芳竹园3区"),
        ("我是芳竹园第三区的业主,楼道灯不亮", "1", "芳竹园第三区"),
        ("芳竹园5号楼漏水", "2", "芳竹园"),
        ("芳竹园物业不管,芳竹园三区的灯坏了", "1", "芳竹园三区"),
        ("翠澜家园二期的物业不作为", "4", "翠澜家园二期"),
        ("翠澜家园2期的物业不作为", "4", "翠澜家园2期"),
        ("翠澜家园２期的物业不作为", "4", "翠澜家园２期"),
        ("翠澜家园Ⅱ期的物业不作为", "4", "翠澜家园Ⅱ期"),
        ("翠澜家园第二期的物业不作为", "4", "翠澜家园第二期"),
        ("翠澜家园(二期)的物业不作为", "4", "翠澜家园(二期)"),
        ("翠澜家园（二期）的物业不作为", "4", "翠澜家园（二期）"),
        ("碧梧湾小区的物业不作为", "5", "碧梧湾"),
        ("蓝鹭云阁的业主没有热水", "6", "蓝鹭云阁"),
        ("蓝鹭•云阁的业主没有热水", "6", "蓝鹭•云阁"),
        ("藍鷺雲閣的業主沒有熱水", "6", "藍鷺雲閣"),
        ("金桂坊的业主没有热水", "7", "金桂坊"),
        ("恒枫国际小区的业主没有热水", "10", "恒枫国际"),
        ("我住在阳光小区,楼道灯不亮", "8", "阳光"),
    ],
)
def test_every_way_to_write_a_name_is_found_with_the_words_of_the_text(text, estate, matched):
    place = found(text)
    assert (place.estate, place.matched) == (estate, matched)
    assert text[place.start : place.end] == matched
    assert 0 < place.confidence <= 1


@pytest.mark.parametrize(
    "text",
    [
        "今天阳光很好,楼道里的灯却坏了",
        "楼道灯坏了三天",
        "",
        "有的人住在一个小区,有的人住在BA小区域",
        "恒枫国际贸易公司拖欠工资",
    ],
)
def test_ordinary_words_are_no_estate(text):
    assert found(text) is None


def test_the_part_of_a_name_without_its_section_is_not_another_section():
    only = Gazetteer([("1", "芳竹园三区")])
    assert found("芳竹园四区的楼道灯不亮", only) is None
    assert found("芳竹园的业主没有热水", only).certainty == "likely"


def test_a_section_the_list_does_not_know_is_only_likely():
    place = found("我是芳竹园四区的业主,物业不管")
    assert (place.estate, place.certainty) == ("2", "likely")
    assert found("我是芳竹园的业主,物业不管").certainty == "sure"


BY_A_PARK = Gazetteer([("p", "柳荫公园小区"), ("r", "石榴桥小区"), ("f", "枫林公园")])


@pytest.mark.parametrize(
    ("text", "estate"),
    [
        ("柳荫公园小区停水,物业不管", "p"),
        ("柳荫公园3号楼停水,物业不管", "p"),
        ("我是柳荫公园的业主,楼里停水", "p"),
        ("石榴桥12栋停水,物业不管", "r"),
        ("枫林公园停水,物业不管", "f"),
        ("咨询柳荫公园东门公交站改造后何时恢复", None),
        ("我在柳荫公园看见路灯坏了,物业不管", None),
        ("石榴桥上堵车,物业不管", None),
    ],
)
def test_what_without_its_last_word_is_called_like_another_place_needs_a_word_behind(text, estate):
    place = found(text, BY_A_PARK)
    assert (place and place.estate) == estate


ORDINARY = Gazetteer([("o", "阳光花园")])


@pytest.mark.parametrize(
    "behind", ["3号楼", "12栋", "5单元", "2号院", "三号楼", "A座", "１０１号楼", "3#", "小区"]
)
@pytest.mark.parametrize("before", ["", "我住", "昨天"])
def test_a_building_or_a_unit_behind_ordinary_words_makes_them_an_estate(before, behind):
    assert found(f"{before}阳光花园{behind}停水,物业不管", ORDINARY).estate == "o"


@pytest.mark.parametrize(
    "text", ["阳光花园停水", "在阳光花园3个人摔倒", "阳光花园3号线停运", "去阳光花园,3号楼停水"]
)
def test_ordinary_words_without_one_behind_are_none(text):
    assert found(text, ORDINARY) is None


PHASES = Gazetteer([("1", "望河嘉园"), ("2", "望河嘉园二期")])


@pytest.mark.parametrize(
    ("name", "estate", "certainty"),
    [
        ("望河嘉园", "1", "sure"),
        ("望河嘉园二期", "2", "sure"),
        ("望河嘉园2期", "2", "sure"),
        ("望河嘉园三期", "1", "likely"),
        ("望河嘉园第3期", "1", "likely"),
        ("望河嘉园（三期）", "1", "likely"),
        ("望河嘉园三组团", "1", "likely"),
    ],
)
def test_a_phase_the_list_does_not_know_is_only_likely(name, estate, certainty):
    place = found(f"我是{name}的业主,楼里停水", PHASES)
    assert (place.estate, place.certainty) == (estate, certainty)


def test_a_whole_name_is_sure_and_a_name_left_short_is_likely():
    assert found("我是银雀苑的业主,电梯坏了").certainty == "sure"
    assert (
        found("我是碧梧湾的业主,电梯坏了") is None or found("我是碧梧湾的业主,电梯坏了").certainty == "likely"
    )


@pytest.mark.parametrize(
    ("text", "estate"),
    [
        ("我是远洋碧吾湾的业主,电梯坏了", "5"),
        ("我是恒风国际花园的业主,电梯坏了", "10"),
    ],
)
def test_one_wrong_character_in_a_long_name_is_likely(text, estate):
    place = found(text)
    assert (place.estate, place.certainty) == (estate, "likely")


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["银雀苑"], "我是银鹊苑的业主,电梯坏了"),  # too short
        (["远洋碧梧湾", "远洋碧桐湾"], "我是远洋碧松湾的业主,电梯坏了"),  # two names are as near
        (["碧梧湾东区大院"], "我是碧梧湾西区大院的业主,电梯坏了"),  # east is not west mistyped
    ],
)
def test_a_wrong_character_is_not_guessed_where_it_may_be_another_estate(names, text):
    assert found(text, Gazetteer([(name, name) for name in names])) is None


def test_the_estate_complained_of_wins_over_the_one_beside_it():
    text = "隔壁银雀苑的工地夜里施工,我们芳竹园的居民睡不着"
    assert found(text).estate == "2"


NAMESAKES = Gazetteer(
    [("a", "银雀苑"), ("b", "银雀苑"), ("c", "银雀苑")],
    areas={"a": "110106001001", "b": "110106002003", "c": "110108001001"},
)


@pytest.mark.parametrize(
    ("area", "estate", "certainty"),
    [
        ("110106001009", "a", "sure"),
        ("110106002003", "b", "sure"),
        ("110108", "c", "sure"),
        ("110108000000", "c", "sure"),
        ("110108007001", "c", "likely"),
    ],
)
def test_the_area_decides_between_namesakes(area, estate, certainty):
    place = found("我是银雀苑的业主,电梯坏了", NAMESAKES, area)
    assert (place.estate, place.certainty) == (estate, certainty)


@pytest.mark.parametrize("area", [None, "110109001001", "110106009001"])
def test_a_person_has_to_say_which_namesake_is_meant_where_nothing_else_does(area):
    text = "我是银雀苑的业主,电梯坏了"
    (several,) = NAMESAKES.find_all([text], [area])
    candidates = ("a", "b") if area and area.startswith("110106") else ("a", "b", "c")
    assert several == Namesakes(candidates, "银雀苑", 2, 5)
    assert found(text, NAMESAKES, area) is None


SECTIONS = Gazetteer([("e", "云雀里东区"), ("w", "云雀里西区"), ("n", "云雀里北区")])


def test_a_name_that_leaves_its_section_out_is_none_of_several():
    assert found("云雀里的电梯坏了,物业不管", SECTIONS) is None
    assert found("云雀里西区的电梯坏了,物业不管", SECTIONS).estate == "w"


@pytest.mark.parametrize(
    "text",
    [
        "银雀苑街道的路灯坏了,物业不管",
        "我不是银雀苑的业主,电梯坏了",
        "我不在银雀苑住,物业电话打不通",
    ],
)
def test_a_street_of_that_name_and_a_name_that_is_denied_are_no_estate(text):
    assert found(text, Gazetteer([("a", "银雀苑")])) is None


def test_of_two_names_the_one_that_is_not_denied_is_meant():
    two = Gazetteer([("a", "银雀苑"), ("b", "碧梧湾")])
    assert found("不是银雀苑的电梯,是碧梧湾的电梯坏了", two).estate == "b"
    assert found("请问是不是银雀苑的业主都要交物业费", two).estate == "a"


def test_of_two_names_that_follow_directly_the_second_is_meant_unless_it_is_a_mere_number():
    village = Gazetteer([("v", "甲乙新村"), ("c", "丙丁苑"), ("p", "一期")])
    assert found("甲乙新村丙丁苑的电梯坏了", village).estate == "c"
    assert found("甲乙新村一期小区的电梯坏了", village).estate == "v"


DOTTED = Gazetteer(
    [("a", "晴岚云邸"), ("b", "晴岚·云邸"), ("c", "晴岚 云邸"), ("d", "梧桐·里院"), ("e", "梧桐.里院")]
)


@pytest.mark.parametrize(
    ("text", "estate"),
    [
        ("晴岚云邸的电梯坏了", "a"),
        ("晴岚·云邸的电梯坏了", "b"),
        ("晴岚 云邸的电梯坏了", "c"),
        ("晴岚•云邸的电梯坏了", "a"),
        ("梧桐.里院的电梯坏了", "e"),
        ("梧桐・里院的电梯坏了", None),
    ],
)
def test_names_that_only_a_dot_tells_apart_are_told_apart_by_it(text, estate):
    (place,) = DOTTED.find([text])
    assert (place and place.estate) == estate


def test_a_dot_of_another_kind_is_that_dot_where_only_one_name_has_one():
    two = Gazetteer([("a", "晴岚云邸"), ("b", "晴岚·云邸")])
    assert found("晴岚.云邸的电梯坏了", two).estate == "b"
    assert found("晴岚.云邸的电梯坏了", two).certainty == "sure"


@pytest.mark.parametrize(
    ("name", "estate"),
    [
        ("银雀苑", "3"),
        ("芳竹园第三区", "1"),
        ("翠澜家园（二期）", "4"),
        ("碧梧湾", None),
        ("银雀苑南门", None),
        ("", None),
    ],
)
def test_an_estate_called_so_bears_just_this_name(name, estate):
    assert GAZETTEER.called(name) == estate


def test_a_name_of_several_estates_calls_none_of_them():
    assert NAMESAKES.called("银雀苑") is None


@pytest.mark.parametrize(
    ("area", "certainty"),
    [
        ("110106001001", "sure"),
        ("110106001", "sure"),
        ("110106", "sure"),
        ("110106000000", "sure"),
        ("110106002001", "likely"),
        ("110108001001", "likely"),
        ("110108", "likely"),
    ],
)
def test_an_estate_of_another_district_or_street_is_only_likely(area, certainty):
    one = Gazetteer([("a", "银雀苑")], areas={"a": "110106001001"})
    assert found("我是银雀苑的业主,电梯坏了", one, area).certainty == certainty


def test_an_estate_of_which_the_district_alone_is_known_lies_in_each_of_its_streets():
    one = Gazetteer([("a", "银雀苑")], areas={"a": "110106000000"})
    assert found("我是银雀苑的业主,电梯坏了", one, "110106002001").certainty == "sure"


def test_a_form_belongs_to_the_estate_that_is_called_so():
    forms = Gazetteer([("1", "芳竹园三区"), ("2", "芳竹园")]).forms()
    assert [owner.estate for owner in forms["芳竹园"].owners] == ["2"]
    assert [owner.estate for owner in forms["芳竹园三区"].owners] == ["1"]
    assert forms["芳竹园3区"].owners[0].certainty == "sure"


@pytest.mark.parametrize(
    ("name", "form", "specificity"),
    [
        ("银雀苑", "银雀苑", EXACT),
        ("翠澜家园(二期)", "翠澜家园2期", FULL),
        ("翠澜家园(二期)", "翠澜家园", SHORTER),
        ("金桂坊小区", "金桂坊", SHORTER),
        ("恒枫国际花园", "恒枫国际", PART),
        ("远洋碧梧湾", "碧梧湾", PART),
    ],
)
def test_forms_of_a_name(name, form, specificity):
    assert {each.text: each.specificity for each in forms_of(name)}[form] == specificity


@pytest.mark.parametrize(
    ("form", "weak"),
    [("阳光", True), ("A小区", True), ("公园里", True), ("银雀苑", False), ("新柳小区", False)],
)
def test_a_name_that_may_be_ordinary_words_is_weak(form, weak):
    assert is_weak(form) is weak


@given(
    st.lists(
        st.sampled_from([*"芳竹园三区银雀苑翠澜家园(二期)·阳光小区的业主,\u0000\ud800１Ⅱ㈱ﬃé\n"]), max_size=40
    )
)
@settings(max_examples=200, deadline=None)
def test_a_place_is_always_a_piece_of_its_text(characters):
    text = "".join(characters)
    place = found(text)
    assert place is None or text[place.start : place.end] == place.matched != ""


@given(st.text(max_size=60), st.text(min_size=1, max_size=12))
@settings(max_examples=200, deadline=None)
def test_any_name_and_any_text_can_be_read(text, name):
    place = Gazetteer([("x", name)]).find([text + name + text])[0]
    assert place is None or place.estate == "x"


def test_time_grows_with_the_length_of_the_text():
    piece = "银雀苑和芳竹园三区的业主都说翠澜家园的灯坏了,远洋碧吾湾也一样。"
    assert_grows_with_length(lambda times: GAZETTEER.find([piece * times]), 80, 800)


AT_AN_ADDRESS = Gazetteer(
    [("a", "银雀苑"), ("b", "碧梧湾")],
    addresses={
        "a": ["北京市丙丁区望溪街道北桥东路12号院"],
        "b": ["望溪街道", "北桥西路", "建国路88号、90号"],
    },
)


@pytest.mark.parametrize("text", ["我住北桥东路12号院,电梯坏了", "我住北桥东路１２号3号楼,电梯坏了"])
def test_road_and_number_of_an_address_make_an_estate_likely(text):
    place = found(text, AT_AN_ADDRESS)
    assert (place.estate, place.certainty) == ("a", "likely")


@pytest.mark.parametrize(
    "text",
    [
        "我住望溪街道,路灯坏了,物业不管",
        "我住北桥西路,路灯坏了,物业不管",
        "我住90号楼,电梯坏了,物业不管",
        "我住北桥东路13号院,电梯坏了,物业不管",
    ],
)
def test_a_street_a_road_or_a_number_alone_is_no_estate(text):
    assert found(text, AT_AN_ADDRESS) is None
