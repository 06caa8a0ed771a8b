"""Personal data is masked however it is written, and what only looks like it stays."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.language.masking import find_personal_data, mask, masked_with_spans
from huiyin.language.masking_reference import reference
from huiyin.language.personal.kinds import LABELS, RULES
from tests.costs import assert_grows_with_length
from tests.language.planted import AFTER, MAKERS, lookalike, planted

TEXTS_PER_KIND = 600


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_rule_masks_its_example_and_keeps_its_lookalike(rule):
    assert mask(rule.good) == rule.masked
    assert mask(rule.kept) == rule.kept


@pytest.mark.parametrize("kind", MAKERS)
def test_of_what_is_planted_99_of_100_are_masked(kind):
    rng = random.Random(f"planted {kind}")
    missed = []
    for _ in range(TEXTS_PER_KIND):
        text, offsets = planted(rng, kind)
        covered = {i for span in find_personal_data(text) for i in range(span.start, span.end)}
        if not offsets <= covered:
            missed.append(text)
        assert mask(mask(text)) == mask(text)
    recall = 1 - len(missed) / TEXTS_PER_KIND
    assert recall >= 0.99, f"{kind}: {recall:.3f}, e.g. {missed[:5]}"


def test_of_what_only_looks_like_it_at_most_1_of_100_is_masked():
    rng = random.Random("look-alikes")
    changed = []
    for _ in range(2_000):
        text = (
            rng.choice(["关于", "，", "共", "编号", "", "见"])
            + lookalike(rng)
            + rng.choice(["。", "，谢谢", "问题", ""])
        )
        if mask(text) != text:
            changed.append(text)
    assert len(changed) <= 20, changed[:10]


def test_several_pieces_and_lookalikes_in_one_text_are_told_apart():
    rng = random.Random("together")
    for _ in range(300):
        kinds = rng.sample(sorted(MAKERS), 3)
        kept = [lookalike(rng) for _ in range(2)]
        parts = [planted(rng, kind)[0] for kind in kinds]
        text = "。".join([kept[0], *parts, kept[1]])
        masked = mask(text)
        assert masked.startswith(kept[0] + "。"), (text, masked)
        assert masked.endswith("。" + kept[1]), (text, masked)
        for kind in kinds:
            assert any(label in masked for k, label in LABELS.items() if k == kind), (kind, text, masked)


CHARACTERS = "0123456789一二三零〇幺两百十 -.·,，、:：()（）/#*@+\n\u200b\ufeff１３８－XxABab京沪元"
WORDS = [
    *[
        "号楼",
        "栋",
        "座",
        "单元",
        "室",
        "房",
        "号",
        "层",
        "门",
        "住",
        "我叫",
        "联系人",
        "姓名",
        "本人",
        "王",
        "小明",
    ],
    *[
        "先生",
        "电话",
        "手机",
        "卡号",
        "身份证",
        "工单号",
        "年",
        "月",
        "138",
        "0013",
        "13800138000",
        "010",
        "6222",
    ],
    *["〔手机号〕", "〔房号〕"],
]
ALPHABET = st.sampled_from([*CHARACTERS, *WORDS])


@settings(max_examples=400, deadline=None)
@given(st.lists(ALPHABET, max_size=60).map("".join) | st.text(max_size=80))
def test_masking_again_changes_nothing_and_spans_lie_in_the_text(text):
    once = mask(text)
    assert mask(once) == once
    spans = find_personal_data(text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))


def test_spans_point_into_the_text_as_it_was_given():
    text = "打１３８\u200b００１３\u200b８０００,谢谢"
    masked, (span,) = masked_with_spans(text)
    assert text[span.start : span.end] == "１３８\u200b００１３\u200b８０００"
    assert masked == "打〔手机号〕,谢谢"


@pytest.mark.parametrize("text", ["", " ", "〔手机号〕", "\u200b", "没有号码的一句话。", "请拨打12345或110"])
def test_a_text_without_personal_data_is_returned_as_it_is(text):
    assert mask(text) == text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("联系人王五一三八零零一三八零零零一直没接", "联系人〔姓名〕〔手机号〕一直没接"),
        ("周一13800138000再打", "周一〔手机号〕再打"),
        ("1380013800013900139000", "〔手机号〕〔手机号〕"),
        ("13800138000/13900139000", "〔手机号〕/〔手机号〕"),
        ("138****8000", "〔手机号〕"),
        ("2026-01-03 138 0013 8000", "2026-01-03 〔手机号〕"),
        ("26-0041-738 13800138000", "26-0041-738 〔手机号〕"),
        ("5号楼201、202、301室", "5号楼〔房号〕"),
        ("5号楼201户居民和3单元的电梯", "5号楼201户居民和3单元的电梯"),
        ("5栋201一直漏水", "5栋〔房号〕一直漏水"),
        ("3单元6层东户", "〔房号〕"),
        ("5栋105m2户型", "5栋105m2户型"),
        ("业主二〇一九年四月入住", "业主二〇一九年四月入住"),
        ("到居委会201室办理", "到居委会201室办理"),
        ("举报人:余中华、王才茂、张庆国", "举报人:〔姓名〕、〔姓名〕、〔姓名〕"),
        ("我叫王家明,住南边", "我叫〔姓名〕,住南边"),
        ("联系人是陈伯年", "联系人是〔姓名〕"),
        ("姓  名:张 小 明 电话", "姓  名:〔姓名〕 电话"),
        ("本人于2019年入住", "本人于2019年入住"),
        ("我是张小明,住这里", "我是〔姓名〕,住这里"),
        ("我叫他来修,我叫车位管理员来", "我叫他来修,我叫车位管理员来"),
        ("联系方式13800138000", "联系方式〔手机号〕"),
        ("我叫买买提·艾力,来自南边", "我叫〔姓名〕,来自南边"),
    ],
)
def test_written_as_people_write(written, shown):
    assert mask(written) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("请联系买买提·艾力，电话13800001234", "请联系〔姓名〕，电话〔手机号〕"),
        ("买买提•艾力反映电梯坏了", "〔姓名〕反映电梯坏了"),
        ("昨日古丽・热依木来电", "昨日〔姓名〕来电"),
        ("业主阿依古丽·吐尔逊说没人管", "业主〔姓名〕说没人管"),
        ("我和赛力克·木哈买提住一起", "我和〔姓名〕住一起"),
        ("阿卜杜热合曼·吐尔逊·艾力师傅", "〔姓名〕师傅"),
        ("邻居巴特尔·苏和天天吵", "邻居〔姓名〕天天吵"),
        ("请找约翰·史密斯，13800001234", "请找〔姓名〕，〔手机号〕"),
    ],
)
def test_names_of_two_parts_need_no_introducing_word(written, shown):
    assert mask(written) == shown


@pytest.mark.parametrize(
    "text",
    [
        "万科·金域华府的电梯坏了",
        "我住西山·江山，物业不管",
        "艾美·古力花园没人管",
        "泰和·阿里3号楼漏水",
        "海尔·卡萨帝冰箱坏了",
        "马可·波罗瓷砖掉了",
        "苏州·安吉里院的路灯",
        "物业费2.35元/㎡·月",
    ],
)
def test_places_and_brands_with_a_dot_stay(text):
    assert mask(text) == text


NASTY = [
    *[
        "1-",
        "1 ",
        "a@",
        "号楼",
        "我叫",
        "1号楼",
        "一",
        "1号楼1单元",
        "1.1-",
        "201、",
        "5号楼201、",
        "姓名 ",
        "一 ",
        "买买提·",
    ],
    "\u200b",
]


@pytest.mark.parametrize("piece", [*NASTY, *AFTER[:3]])
def test_no_text_makes_masking_slow(piece):
    assert_grows_with_length(lambda length: mask((piece * length)[:length]), 2_500, 20_000)


def test_the_reference_is_written_from_the_rules():
    page = Path(__file__).parents[2] / "docs/reference/masking.md"
    assert page.read_text(encoding="utf-8") == reference(), "run: python -m huiyin.language.masking_reference"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("加我微信lihua_2019.", "加我微信〔账号〕."),
        ("我的QQ:123456789.", "我的QQ:〔账号〕."),
        ("QQ: 123456789-李", "QQ: 〔账号〕-李"),
        ("我微信号“lihua_2019”", "我微信号“〔账号〕”"),
        ("护照号“E12345678”", "护照号“〔证件号〕”"),
        ("微信号是Li-si.2020，我微lisi2022", "微信号是〔账号〕，我微〔账号〕"),
        *(
            (kept, kept)
            for kept in (
                *("微信2026-11-28发的通知", "微信:2026-11-28 10:00收到", "护照20260801到期", "QQ20261128"),
                *("小红书上曝光", "诚信abc12345", "信号abc1234", "手机尾号 1234567", "微博@zhangsan99"),
            )
        ),
    ],
)
def test_an_account_ends_where_it_ends_and_a_day_is_none(written, shown):
    assert mask(written) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        *(
            (f"{party}江涛，电梯坏了", f"{party}〔姓名〕，电梯坏了")
            for party in (
                "报单人",
                "报事人",
                "上报人",
                "报修人",
                "投诉人",
                "申请人",
                "来访人",
                "反馈人",
                "诉求人",
            )
        ),
        ("反映人李娜称楼道堆物", "反映人〔姓名〕称楼道堆物"),
        ("反映人李娜表示没人管", "反映人〔姓名〕表示没人管"),
        ("反映人司马光华称楼道堆物", "反映人〔姓名〕称楼道堆物"),
        ("来电人欧阳娜电梯坏了", "来电人〔姓名〕梯坏了"),
        ("联系人：张 13800001111", "联系人：〔姓名〕 〔手机号〕"),
        ("报修人张，电话13800001111", "报修人〔姓名〕，电话〔手机号〕"),
        *(
            (kept, kept)
            for kept in (
                *("来电人称电梯坏了", "信访人表示没人管", "上报人员名单", "来信人：您好！", "申请人司法救助"),
                *("报事人数太多", "简单人工处理", "来访人方面没有意见"),
            )
        ),
    ],
)
def test_whoever_reports_is_covered_up_to_what_they_say(written, shown):
    assert mask(written) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("15801334276（范师傅）", "〔手机号〕（〔姓名〕师傅）"),
        ("15801334276（范小军）", "〔手机号〕（〔姓名〕）"),
        ("15801334276范老师", "〔手机号〕〔姓名〕老师"),
        ("010-63812345 王经理", "〔电话〕 〔姓名〕经理"),
        ("请找物业王经理15801334276", "请找物业〔姓名〕经理〔手机号〕"),
        ("程师傅（15801334276）", "〔姓名〕师傅（〔手机号〕）"),
        ("刘主任的电话：15801334276", "〔姓名〕主任的电话：〔手机号〕"),
        *(
            (kept.replace("〔手机号〕", "15801334276"), kept)
            for kept in (
                *("〔手机号〕（微信同号）", "〔手机号〕（白天）", "〔手机号〕（物业）", "〔手机号〕（安保）"),
                *("保安队长〔手机号〕", "装修工程师傅〔手机号〕", "客户经理〔手机号〕", "园林经理〔手机号〕"),
                *("〔手机号〕。王经理没有接", "王经理让赵师傅打〔手机号〕", "〔手机号〕值班经理"),
            )
        ),
    ],
)
def test_whose_telephone_it_is_is_covered_beside_it(written, shown):
    assert mask(written) == shown
    assert mask(shown) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("投诉云栖公馆1503号业主把垃圾放门口", "投诉云栖公馆〔房号〕业主把垃圾放门口"),
        ("1503号住户、2003号的租户都吵", "〔房号〕住户、〔房号〕的租户都吵"),
        *(
            (kept, kept)
            for kept in (
                *("幸福路128号住户", "柳荫胡同112号住户停水", "3号业主", "京建发1503号业主须知"),
                *("2024字第403号业主", "112号院业主", "503号楼业主", "1503号文业主群转发"),
            )
        ),
    ],
)
def test_the_number_of_a_flat_goes_before_who_lives_there_and_the_number_of_a_road_stays(written, shown):
    assert mask(written) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("电话64418832转206", "电话〔电话〕"),
        ("电话64418832分机206号", "电话〔电话〕号"),
        ("座机64418832-206，没人接", "座机〔电话〕，没人接"),
        ("打64418832转一下王姐", "打〔电话〕转一下〔姓名〕姐"),
        ("电话64418832转给物业", "电话〔电话〕转给物业"),
        ("010-64418832转一下", "〔电话〕转一下"),
        *((kept, kept) for kept in ("联系单6441-8832-12-1", "咨询电话64418832转206", "转206路公交")),
    ],
)
def test_an_extension_goes_with_its_number(written, shown):
    assert mask(written) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("燃气户号0012345678", "燃气户号〔账号〕"),
        ("水表号：00 1234 5678.", "水表号：〔账号〕."),
        ("电表户号是0012345678，停电", "电表户号是〔账号〕，停电"),
        ("客户编号1234567890", "客户编号〔账号〕"),
        *(
            (kept, kept)
            for kept in ("图表号12345678", "商户号12345678", "户号共120000户", "水表号召大家更换")
        ),
    ],
)
def test_the_number_of_a_household_as_a_customer_is_covered(written, shown):
    assert mask(written) == shown


@pytest.mark.parametrize("before", ["住12B", "5号楼3B", "工单A"])
def test_what_stands_on_the_line_before_is_part_of_no_number(before):
    assert mask(f"电梯坏了。\n{before}\n13800001234").endswith("〔手机号〕")
