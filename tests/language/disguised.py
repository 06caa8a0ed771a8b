"""A second gardener: the same kinds of data as `planted`, but written to get past the rules.

A piece is a value, a script it is written in, joints between its parts, a wrapping, and words run into both ends;
each is drawn on its own, so that combinations nobody thought of come up.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from stdnum import luhn
from stdnum.iso7064 import mod_11_2

PLAIN = "0123456789"
SCRIPTS = {
    "ascii": PLAIN,
    "full": "０１２３４５６７８９",
    "han": "零一二三四五六七八九",
    "ring": "〇一二三四五六七八九",
    "phone": "零幺二三四五六七八九",
    "radio": "洞幺两三四五六拐八勾",
    "bank": "零壹贰叁肆伍陆柒捌玖",
    "bold": "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
    "round": "⓪①②③④⑤⑥⑦⑧⑨",
}
ZERO_WIDTH = ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad")
JOINTS = (
    " ",
    "  ",
    "\u3000",
    "\u00a0",
    "\u2009",
    "-",
    "－",
    "—",
    "–",
    " - ",
    "--",
    "·",
    ".",
    "_",
    "~",
    "*",
    "|",
    "/",
)
WRAPS = ("（）", "()", "【】", "[]", "「」", "“”", '""', "《》", "<>", "『』", "''", "〖〗")
TRADITIONAL = str.maketrans("号楼单栋东户层门联系电话机码证车邮叫", "號樓單棟東戶層門聯繫電話機碼證車郵叫")


def number_of(rng: random.Random, count: int, first: str = PLAIN) -> str:
    return rng.choice(first) + "".join(rng.choice(PLAIN) for _ in range(count - 1))


def in_script(rng: random.Random, text: str, *, scripts: tuple[str, ...] = tuple(SCRIPTS)) -> str:
    """All in one script, or now and then each digit in one of two."""
    one = SCRIPTS[rng.choice(scripts)]
    other = SCRIPTS[rng.choice(("han", "ascii"))] if rng.random() < 0.15 else one
    return "".join((one if rng.random() < 0.6 else other)[int(c)] if c in PLAIN else c for c in text)


def joined(rng: random.Random, parts: list[str], joints: tuple[str, ...] = JOINTS) -> str:
    joint = rng.choice(joints) if rng.random() < 0.7 else ""
    return joint.join(parts)


def cut(text: str, *sizes: int) -> list[str]:
    parts, at = [], 0
    for size in sizes:
        parts.append(text[at : at + size])
        at += size
    return [part for part in (*parts, text[at:]) if part]


def veiled(rng: random.Random, text: str) -> str:
    """Sometimes with invisible characters between."""
    if rng.random() < 0.1:
        return rng.choice(ZERO_WIDTH).join(text)
    if rng.random() < 0.05:
        at = rng.randrange(1, len(text))
        return text[:at] + rng.choice(ZERO_WIDTH) + text[at:]
    return text


def wrapped(rng: random.Random, text: str) -> str:
    if rng.random() < 0.15:
        left, right = rng.choice(WRAPS)
        return left + text + right
    return text


def mobile(rng: random.Random) -> str:
    number = "1" + rng.choice("3456789") + number_of(rng, 9)
    sizes = rng.choice([(11,), (11,), (3, 4), (3, 4), (3, 3), (4, 4), (4, 3), (7,), (3,), (1,) * 10])
    text = joined(rng, cut(in_script(rng, number), *sizes)) if sizes != (11,) else in_script(rng, number)
    if rng.random() < 0.1:
        text = rng.choice(["+86", "+86 ", "86-", "0086 ", "(+86)", "＋86 ", "（86）"]) + text
    if rng.random() < 0.05:
        text = rng.choice(["({}){}", "（{}）{}", "[{}]{}"]).format(number[:3], number[3:])
    return text


def landline(rng: random.Random) -> str:
    area, size = rng.choice([("010", 8), ("021", 8), ("022", 8), ("0755", 8), ("0571", 8), ("0535", 7)])
    local = number_of(rng, size, "235678")
    script = rng.choice([("ascii",), ("ascii",), ("full",), ("han",), ("ring",), ("phone",), ("bold",)])
    written = in_script(rng, area + local, scripts=script)
    parts = cut(written, len(area), *rng.choice([(size,), (size,), (4,), (size - 4,)]))
    style = rng.random()
    if style < 0.2:
        left, right = rng.choice(["()", "（）", "[]", "【】"])
        text = left + parts[0] + right + rng.choice(["", " ", "-"]) + joined(rng, parts[1:], ("-", " "))
    else:
        text = joined(rng, parts, ("-", " ", "－", "—", "  ", "/", ".", "_", "~", "·", " - "))
    return text + rng.choice(["", "", "", "", "-8012", "转801", "转 8", "分机12", "轉801"])


def id_card(rng: random.Random) -> str:
    province = rng.choice(["11", "12", "13", "22", "31", "35", "41", "42", "45", "50", "62"])
    born = f"{rng.randint(1938, 2012)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
    body = province + f"{rng.randint(1, 6):02d}{rng.randint(1, 40):02d}" + born + number_of(rng, 3)
    number = body + mod_11_2.calc_check_digit(body)
    written = in_script(rng, number[:-1]) + (
        in_script(rng, number[-1]) if number[-1] != "X" else rng.choice("XxＸｘⅩ×")
    )
    if written[-2] in SCRIPTS["han"] and number[-1] == "X" and rng.random() < 0.5:
        written = written[:-1] + "叉"
    return joined(
        rng, cut(written, *rng.choice([(18,), (18,), (6, 8), (6, 4, 4), (4, 4, 4, 4), (3,) * 5, (1,) * 17]))
    )


def bank_card(rng: random.Random) -> str:
    size = rng.choice([16, 17, 18, 19, 19])
    body = rng.choice(["621700", "622848", "622202", "436742", "520083", "955880"]) + number_of(rng, size - 7)
    number = in_script(rng, body + luhn.calc_check_digit(body))
    return joined(rng, cut(number, *rng.choice([(19,), (19,), (4, 4, 4, 4), (6,), (1,) * 18])))


def plate(rng: random.Random) -> str:
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    head = rng.choice("京津沪冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼渝") + rng.choice(
        letters[:14]
    )
    ordinary = list(number_of(rng, 5))
    for at in rng.sample(range(5), rng.choice([0, 0, 1, 2])):
        ordinary[at] = rng.choice(letters)
    tail = rng.choice(
        [
            "".join(ordinary),
            "".join(ordinary),
            rng.choice("DF") + number_of(rng, 5),
            rng.choice("DF") + rng.choice(letters) + number_of(rng, 4),
            number_of(rng, 5) + rng.choice("DF"),
            number_of(rng, 4) + rng.choice("学警港澳"),
        ]
    )
    tail = in_script(rng, tail, scripts=("ascii", "ascii", "ascii", "full", "han", "ring", "bold"))
    joints = ("·", "•", "・", "-", " ", "  ", "—", ".", "_", "*", "－", "/", "\u3000")
    style = rng.random()
    if style < 0.6:
        text = joined(rng, [head, tail], joints)
    elif style < 0.7:
        text = rng.choice(["{}【{}】", "【{}{}】", "{}({})", "{}（{}）"]).format(head, tail)
    elif style < 0.8:
        text = rng.choice([" ", "-", "·"]).join(head + tail)
    else:
        text = head[0] + joined(rng, [head[1], tail], joints)
    return text.lower() if rng.random() < 0.2 else text


def email(rng: random.Random) -> str:
    user = rng.choice(
        ["chen", "liu.y", "w_hao", "zhou-x", "k", "Sun", "m.n.o", "ab+c", number_of(rng, 9, "123456789")]
    )
    user += rng.choice(["", "", str(rng.randint(1, 9999))])
    host = rng.choice(["qq", "163", "126", "sina", "outlook", "example", "mail.example", "gmail", "yeah"])
    ending = rng.choice(["com", "com", "com", "net", "com.cn", "org"])
    at = rng.choice(
        ["@", "@", "@", "＠", " @ ", "@ ", "  @  ", "(at)", "【at】", " at ", "艾特", " 艾特 ", "#"]
    )
    dot = rng.choice([".", ".", ".", "．", "。", " . ", "点", "(dot)", "[dot]", " dot ", "，", "·"])
    if at == "#":
        host, dot = rng.choice(["qq", "163", "126", "gmail"]), "."
    text = user + at + dot.join([*host.split("."), *ending.split(".")])
    if rng.random() < 0.1:
        text = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    return text.upper() if rng.random() < 0.1 else text


def tens(number: int) -> str:
    """12 → 十二, 20 → 二十, 305 → 三百零五."""
    han = SCRIPTS["han"]
    hundreds, rest = divmod(number, 100)
    ten, one = divmod(rest, 10)
    text = f"{han[hundreds]}百" if hundreds else ""
    if hundreds and rest and not ten:
        text += "零"
    if ten:
        text += ("" if ten == 1 and not hundreds else han[ten]) + "十"
    return text + (han[one] if one else "")


def room(rng: random.Random) -> tuple[str, str]:
    """The building, which may stay, and what must go."""
    building, unit, floor, door = rng.randint(1, 30), rng.randint(1, 6), rng.randint(1, 29), rng.randint(1, 8)
    scripts = ("ascii", "ascii", "ascii", "full", "han", "ring", "bank")
    digits = f"{floor}{door:02d}"
    number = rng.choice(
        [in_script(rng, digits, scripts=scripts)] * 5 + [" ".join(digits), digits + rng.choice("ABC")]
    )
    if rng.random() < 0.1:
        number = rng.choice(
            [
                tens(floor * 100 + door) if floor < 10 else f"{tens(floor)}零{SCRIPTS['han'][door]}",
                f"{floor}-{door:02d}",
                f"{floor}-{door:02d}室",
            ]
        )
    end = "" if number.endswith("室") else rng.choice(["室", "", "号", "房", "号房", "室的", "业主", "住户"])
    block = rng.choice(["号楼", "栋", "幢", "座", "#楼", "#", "號樓", "棟", " 号楼 "])
    house = (
        rng.choice([str(building), in_script(rng, str(building), scripts=("full",)), tens(building)]) + block
    )
    if rng.random() < 0.1:
        house = rng.choice("ABCDＡＢ") + rng.choice(["座", "栋"])
    stair = rng.choice(
        [
            f"{unit}单元",
            f"{in_script(rng, str(unit), scripts=scripts)}单元",
            f"{tens(unit)}单元",
            f"{unit}門",
            f"{unit}门",
            f"{unit}單元",
            f" {unit} 单元 ",
            f"{unit}单元{tens(floor)}层",
            f"（{unit}单元）",
            f"{unit}单元的",
            "",
            f"{floor}层",
        ]
    )
    link = rng.choice(["", "", "", "", " ", "-", "—", "，", "的", "·", "/", ":"])
    if rng.random() < 0.75:
        tail = stair + number
        if rng.random() < 0.1:
            left, right = rng.choice(["()", "（）", "【】", "[]", "「」"])
            tail = stair + left + number + right
        return house + (link if stair or link != "/" else ""), tail + end
    joint = rng.choice(["-", "－", "—", "–", " - ", "/", "--", "之", "杠", "~", "_"])
    full = "".join(SCRIPTS["full"][int(c)] for c in str(building))
    last = in_script(rng, digits, scripts=("ascii", "full")) + rng.choice(["", "室", "号"])
    return rng.choice([str(building), full]), f"{joint}{unit}{joint}{last}"


SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
    "程曹袁邓许傅沈曾彭吕邱雷贺龚文樊兰殷施陶翟严牛温芦章鲁葛毛操睢"
)
DOUBLE = ("欧阳", "司马", "上官", "诸葛", "皇甫", "令狐", "端木", "夏侯")
GIVEN = (
    "安邦彬炳波昌超成春聪翠达丹德东帆芳飞峰凤福冠光贵国海涵浩宏虹厚华欢惠济佳嘉建健洁"
    "金锦晶景静君俊凯康兰磊力丽亮林玲龙露梦敏明娜楠宁鹏萍琪倩青庆秋荣瑞珊尚士书淑帅爽"
    "思松素涛婷伟文武希晓欣新星雄秀旭雪雅艳阳洋一怡艺英永勇雨玉元媛云泽振正志智中忠子宗"
)
FROM_AFAR = [
    "买买提",
    "乌日娜",
    "格桑",
    "阿依古丽",
    "阿布都热依木",
    "迪丽热巴",
    "次仁卓玛",
    "古丽·买买提",
    "巴特尔",
    "娜仁花",
]


def person_name(rng: random.Random) -> str:
    if rng.random() < 0.06:
        return rng.choice(FROM_AFAR)
    surname = rng.choice(DOUBLE) if rng.random() < 0.08 else rng.choice(SURNAMES)
    return surname + "".join(rng.choice(GIVEN) for _ in range(rng.choice([1, 2, 2, 2])))


def name(rng: random.Random) -> tuple[str, str]:
    """What introduces the name, and the name."""
    full = person_name(rng)
    if rng.random() < 0.06 and len(full) < 4:
        full = rng.choice([" ", "  ", "\u3000"]).join(full)
    if rng.random() < 0.5:
        lead = rng.choice(
            ["我叫", "我叫", "我叫", "我的名字叫", "我名叫", "我 叫 ", "我叫做", "本人叫", "您好我叫"]
        )
        lead += rng.choice(["", "", "", "", " ", "：", ":", "，", "\u200b"])
    else:
        lead = rng.choice(
            [
                "联系人",
                "联系人",
                "姓名",
                "姓名",
                "姓 名",
                "联 系 人",
                "聯繫人",
                "聯絡人",
                "業主姓名",
                "紧急联系人",
                "报修人姓名",
            ]
        )
        lead += rng.choice(["", "", "", "（业主）", "(本人)", "1", "及电话", "/电话", "、电话", "一", "姓名"])
        lead += rng.choice(
            ["：", "：", ":", " : ", "是", "为", " ", "=", "——", "-", "；", "|", "：\n", "/", "叫"]
        )
    if rng.random() < 0.12:
        left, right = rng.choice(WRAPS)
        return lead + left, full + right
    return lead, full


BEFORE = {
    "mobile": [
        "电话",
        "手机",
        "我的号是",
        "請打",
        "加V",
        "VX",
        "tel",
        "Tel：",
        "，",
        "。",
        "找我",
        "小刘",
        "3号楼",
        "周三",
        "",
        "回电",
        "微信同号",
    ],
    "landline": ["座机", "家里", "电话", "電話：", "办公室", "，", "拨", "", "小刘", "固话是", "周三"],
    "id_card": ["身份证", "身份證號碼", "证件号码：", "，", "", "号码", "本人", "ID"],
    "bank_card": ["卡号", "建行", "打到", "银行卡：", "，", "", "退款到", "帳號"],
    "plate": ["车牌", "那辆", "車牌號", "白色", "，", "是", "一辆", "有辆", "车主的", ""],
    "email": ["邮箱", "請發到", "发", "，", "邮件：", "联系 ", "mail:"],
    "room": ["住", "我家", "就在", "，", "小区", "地址", "", "麻烦到", "邻居", "幸福里"],
    "name": ["", "，", "。", "您好，", "\n", "反映问题。"],
}
AFTER = [
    "",
    "。",
    "，",
    "谢谢",
    "\n",
    "！",
    "漏水",
    "请联系",
    "的",
    "在",
    "麻烦了",
    "，电梯坏了",
    " ",
    "；",
    "）",
    "是我的",
    "多次反映没人管",
]
AFTER_NAME = [
    "",
    "。",
    "，",
    "\n",
    "！",
    " ",
    "；",
    "，住了十年",
    "住这里",
    "是业主",
    "电话",
    "先生",
    "女士",
    "，女",
    "（租户）",
    "反映",
    "，请回复",
]


# Words between the digits: what is left of them gives nothing away.
NOT_SECRET = "转分机轉室号房户的业主住单元层门單艾特点杠之"


@dataclass
class Text:
    """Built piece by piece; `secret` holds the offsets of letters and digits that must not be left."""

    text: str = ""
    secret: set[int] = field(default_factory=set)

    def say(self, words: str) -> None:
        self.text += words

    def hide(self, words: str) -> None:
        start = len(self.text)
        self.text += words
        self.secret |= {
            start + i
            for i, char in enumerate(words)
            if char.isalnum() and char not in "转分机轉室号房户的业主住单元层门門單艾特点杠之"
        }


MAKERS: dict[str, Callable[[random.Random], str | tuple[str, str]]] = {
    "mobile": mobile,
    "landline": landline,
    "id_card": id_card,
    "bank_card": bank_card,
    "plate": plate,
    "email": email,
    "room": room,
    "name": name,
}


def write(rng: random.Random, kind: str, into: Text) -> None:
    """One piece between words that run into it."""
    before, made = rng.choice(BEFORE[kind]), MAKERS[kind](rng)
    if before and before[-1].isascii() and before[-1].isalnum() and kind in ("email", "plate"):
        before += " "
    if rng.random() < 0.1:
        before = before.translate(TRADITIONAL)
    into.say(before)
    if isinstance(made, tuple):
        kept, hidden = made
        into.say(kept)
        into.hide(veiled(rng, hidden))
    else:
        into.hide(wrapped(rng, veiled(rng, made)))
    into.say(rng.choice(AFTER_NAME if kind == "name" else AFTER))


def disguised(rng: random.Random, kind: str) -> Text:
    """A text with one piece of this kind, and now and then another beside it."""
    made = Text()
    write(rng, kind, made)
    if rng.random() < 0.15:
        made.say(rng.choice("，。；、 \n"))
        write(rng, rng.choice(sorted(MAKERS)), made)
    return made
