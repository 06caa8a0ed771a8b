"""However personal data is disguised it is masked whole, and what stands beside it stays."""

from __future__ import annotations

import random

import pytest

from huiyin.language.masking import find_personal_data, mask
from huiyin.language.personal.kinds import LABELS, Kind
from tests.costs import assert_grows_with_length
from tests.language.disguised import MAKERS, disguised
from tests.language.harmless import HARMLESS, harmless

TEXTS = 600


@pytest.mark.parametrize("kind", MAKERS)
def test_of_what_is_disguised_99_of_100_are_masked_and_none_by_half(kind):
    rng = random.Random(f"disguised {kind}")
    missed, halved = [], []
    for _ in range(TEXTS):
        made = disguised(rng, kind)
        covered = {i for span in find_personal_data(made.text) for i in range(span.start, span.end)}
        masked = mask(made.text)
        if not made.secret <= covered:
            missed.append((made.text, masked))
            if LABELS[Kind(kind)] in masked:
                halved.append(made.text)
        assert mask(masked) == masked, made.text
    assert len(missed) <= TEXTS // 100, missed[:5]
    assert len(halved) <= TEXTS // 200, halved[:5]


@pytest.mark.parametrize("family", HARMLESS)
def test_of_each_family_of_harmless_words_at_most_1_of_100_is_masked(family):
    rng = random.Random(f"harmless {family}")
    texts = ["".join(harmless(rng, family)) for _ in range(TEXTS)]
    changed = [text for text in texts if mask(text) != text]
    assert len(changed) <= TEXTS // 100, changed[:10]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("联系人及电话：李四 13800001234", "联系人及电话：〔姓名〕 〔手机号〕"),
        ("联系人/电话：李四/13800001234", "联系人/电话：〔姓名〕/〔手机号〕"),
        ("联系人1：李四", "联系人1：〔姓名〕"),
        ("联系人（业主）：李四", "联系人（业主）：〔姓名〕"),
        ("联系人：女儿李四", "联系人：女儿〔姓名〕"),
        ("联系人【李四】", "联系人【〔姓名〕】"),
        ("联系人；李四", "联系人；〔姓名〕"),
        ("联系人：李  四", "联系人：〔姓名〕"),
        ("聯繫人：李四", "聯繫人：〔姓名〕"),
        ("联系人：李四和王五", "联系人：〔姓名〕和〔姓名〕"),
        ("联系人：李四，王五", "联系人：〔姓名〕，〔姓名〕"),
        ("我叫“王建国”", "我叫“〔姓名〕”"),
        ("我姓王名建国", "我姓〔姓名〕"),
        ("我是业主王建国", "我是业主〔姓名〕"),
        ("我是3号楼的王建国", "我是3号楼的〔姓名〕"),
        ("我叫阿布都热依木", "我叫〔姓名〕"),
        ("我叫买买提，住这里", "我叫〔姓名〕，住这里"),
        ("我叫睢晓", "我叫〔姓名〕"),
        ("我叫平安，住东边", "我叫〔姓名〕，住东边"),
        ("501业主养狗，501的住户也养", "〔房号〕业主养狗，〔房号〕的住户也养"),
        ("三楼501", "〔房号〕"),
        ("15号楼(2单元)1203", "15号楼〔房号〕"),
        ("15号楼（1203）", "15号楼（〔房号〕）"),
        ("15号楼的1203", "15号楼的〔房号〕"),
        ("15号楼,1203", "15号楼,〔房号〕"),
        ("3号楼2单元5-01", "3号楼〔房号〕"),
        ("3号楼2单元b101", "3号楼〔房号〕"),
        ("3号楼2单元地下室101", "3号楼〔房号〕"),
        ("12号楼十二零五", "12号楼〔房号〕"),
        ("3号楼2单元五百零一", "3号楼〔房号〕"),
        ("云杉里3/2/501", "云杉里3〔房号〕"),
        ("501室漏水到401", "〔房号〕漏水到〔房号〕"),
        ("(138)00001234", "〔手机号〕"),
        ("138。0000。1234", "〔手机号〕"),
        ("138*0000*1234", "〔手机号〕"),
        ("①③⑧⓪⓪⓪⓪①②③④", "〔手机号〕"),
        ("ABC13800001234", "ABC〔手机号〕"),
        ("幺三八洞洞洞洞幺两三四", "〔手机号〕"),
        ("3单元50113800001234", "〔房号〕〔手机号〕"),
        ("电话138000012345号楼漏水", "电话〔手机号〕5号楼漏水"),
        ("我叫张 小 明家漏水", "我叫〔姓名〕家漏水"),
        ("住22/3/2004", "住22〔房号〕"),
        ("邻居5/6/1904，夜里吵", "邻居5〔房号〕，夜里吵"),
        ("幸福里1/5/2003，漏水", "幸福里1〔房号〕，漏水"),
        ("打63812345", "打〔电话〕"),
        ("Tel 6381 2345", "Tel 〔电话〕"),
        ("63812345（家）", "〔电话〕（家）"),
        ("身份证号:11010519491231002*", "身份证号:〔身份证号〕"),
        ("一一零一零五一九四九一二三一零零二叉", "〔身份证号〕"),
        ("1380000123411010519491231002X", "〔手机号〕〔身份证号〕"),
        ("京A1234学", "〔车牌号〕"),
        ("粤Z1234港", "〔车牌号〕"),
        ("WJ京12345", "〔车牌号〕"),
        ("京【A12345】", "〔车牌号〕"),
        ("zhang@qq，com", "〔邮箱〕"),
        ("zhang#qq.com", "〔邮箱〕"),
        ("邮箱...abc@qq.com", "邮箱...〔邮箱〕"),
        ("邮箱.zhangsan1988@163.com，电话", "邮箱.〔邮箱〕，电话"),
        (":..zhang@163.com", ":..〔邮箱〕"),
        ("邮箱...a b c @ q q . c o m", "邮箱...〔邮箱〕"),
        ("见附件.张三@qq.com", "见附件.〔邮箱〕"),
        ("..abc#qq.com", "..〔邮箱〕"),
    ],
)
def test_disguises_people_have_used(written, shown):
    assert mask(written) == shown


@pytest.mark.parametrize(
    "text",
    [
        *["联系人：业委会", "联系人：项目部", "联系人：暂无", "联系人：见附件", "我叫水工来修，没人来"],
        *[
            "投诉人、社会公众",
            "姓名、性别、年龄、身份证号码",
            "申请人（盖章）",
            "申请人向物业提交",
            "一家名叫“品牛堂”的店",
        ],
        *[
            "见......@qq.com",
            "5号楼400-810-1234",
            "5号楼110kV",
            "5号楼120急救",
            "5号楼，120户",
            "15号楼（2000年建）",
            "一门两户",
        ],
        *[
            "91110106000000001X",
            "型号3-2-501",
            "图1-2-101",
            "编号3-1-203",
            "公交K15/K17/145路",
            "住在G107沿线",
        ],
        *["合计13,800,001,234.00元", "¥791,910,617的业主", "2024字第403号的业主", "分别是150、2000、3000户"],
        *[
            "分别是1380、1500、135元",
            "3/12/2004到现在",
            "地址12/4/2001左右",
            "5号楼，元旦以后",
            "共计81,029,717,969.00元",
        ],
    ],
)
def test_what_has_been_taken_for_data_by_mistake_stays(text):
    assert mask(text) == text


HOSTILE = [
    *["一1", "①-", "138*", "1/", "( ", "【", "。1", "洞", "京A*", "WJ", "a.", "a@a,", "#qq.", "艾特"],
    *[
        "联系人及电话",
        "联系人（",
        "我叫 ",
        "李四和",
        "〔姓名〕和",
        "〔房号〕到",
        "张 ",
        "5号楼（2单元）",
        "3/2/",
        "第一百",
        "零十",
    ],
]


TRIGGERS = [
    *[
        "我叫",
        "我的名字叫",
        "本人",
        "我是",
        "联系人",
        "姓   名",
        "投诉人:",
        "业主:",
        "名叫",
        "免贵姓",
        "请联系",
    ],
    *[
        "隔壁",
        "老婆",
        "电话",
        "身份证",
        "卡号",
        "订单号",
        "2号楼3单元",
        "5-",
        "住在",
        "京A",
        "a@b",
        "圈a",
        "〔姓名〕",
    ],
]
ON_AND_ON = [" ", "1", "一", ".", "_", "(", " 王", "a ", "1 "]


@pytest.mark.parametrize("piece", HOSTILE)
def test_twice_the_text_takes_about_twice_the_time(piece):
    assert_linear(piece * 20_000)


@pytest.mark.parametrize("filler", ON_AND_ON)
def test_what_goes_on_and_on_after_a_word_that_announces_something_is_read_once(filler):
    """First after each such word alone, then with one of them every few characters."""
    for word in TRIGGERS:
        assert_linear(word + filler * 4_000, 500, 4_000)
    assert_linear("".join(f"{word}{filler}" for word in TRIGGERS) * 200)


@pytest.mark.parametrize(
    "piece",
    [
        *["名叫 王", "我叫王五 王", "联系人王芳、王", "a@一", "@_", "艾特a ", "一a@"],
        *["..a", ".a@", "一.", ". a", "a .", "一...@", ".张三@", "..#"],
    ],
)
def test_no_list_of_names_and_no_address_is_read_anew_from_each_of_its_parts(piece):
    assert_linear(piece * 10_000)
    assert_linear(piece[:-1] + piece[-1] * 20_000)


def assert_linear(text: str, short: int = 2_500, long: int = 20_000) -> None:
    """What masking the first so many characters costs grows with their number."""
    assert_grows_with_length(lambda length: mask(text[:length]), short, long)
