"""Invented personal data and look-alikes in the styles people write them, planted in invented sentences."""

from __future__ import annotations

import random
from collections.abc import Callable

from stdnum import luhn
from stdnum.iso7064 import mod_11_2

HAN = "零一二三四五六七八九"
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余"
    "潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段"
)
DOUBLE = ("欧阳", "司马", "上官", "诸葛", "皇甫", "慕容", "令狐", "夏侯")
GIVEN = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂梅红玉建国志春海燕文华小雪晨曦浩宇梓涵欣怡思远佳琪立"
    "新永福德昌凤莲淑珍瑞祥云飞天佑"
)


def digits(rng: random.Random, count: int, first: str = "0123456789") -> str:
    return rng.choice(first) + "".join(rng.choice("0123456789") for _ in range(count - 1))


def grouped(number: str, sizes: tuple[int, ...], gap: str) -> str:
    parts, at = [], 0
    for size in sizes:
        parts.append(number[at : at + size])
        at += size
    parts.append(number[at:])
    return gap.join(part for part in parts if part)


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else ("\u3000" if c == " " else c) for c in text)


def in_han(text: str, rng: random.Random) -> str:
    words = {str(n): HAN[n] for n in range(10)}
    words["0"] = rng.choice("零〇")
    words["1"] = rng.choice("一幺")
    return "".join(words.get(c, c) for c in text)


def mixed_han(text: str, rng: random.Random) -> str:
    return "".join(HAN[int(c)] if c.isdigit() and rng.random() < 0.5 else c for c in text)


def invisible(text: str, rng: random.Random) -> str:
    return rng.choice(["\u200b", "\u200c", "\ufeff", "\u2060"]).join(text)


def spaced(text: str) -> str:
    return " ".join(text)


def mobile(rng: random.Random) -> str:
    number = "1" + rng.choice("3456789") + digits(rng, 9)
    gap = rng.choice([" ", "-", ".", "  ", " - ", "－", "—", "·", "\u3000", "\u00a0"])
    styles: list[Callable[[], str]] = [
        lambda: number,
        lambda: grouped(number, (3, 4), gap),
        lambda: grouped(number, (3, 3), gap),
        lambda: grouped(number, (4, 4), gap),
        lambda: grouped(number, (7,), gap),
        lambda: grouped(number, (3,), gap),
        lambda: grouped(number, (5,), gap),
        lambda: spaced(number),
        lambda: full_width(number),
        lambda: full_width(grouped(number, (3, 4), " ")),
        lambda: full_width(grouped(number, (3, 4), "-")),
        lambda: in_han(number, rng),
        lambda: in_han(grouped(number, (3, 4), gap), rng),
        lambda: spaced(in_han(number, rng)),
        lambda: mixed_han(number, rng),
        lambda: invisible(number, rng),
        lambda: rng.choice(["+86", "+86 ", "+86-", "0086", "86-", "(+86)", "（+86）"]) + number,
        lambda: "+86 " + grouped(number, (3, 4), " "),
    ]
    return rng.choice(styles)()


def landline(rng: random.Random) -> str:
    area, size = rng.choice(
        [("010", 8), ("021", 8), ("028", 8), ("0731", 8), ("0311", 8), ("0535", 7), ("0797", 7)]
    )
    local = digits(rng, size, "235678")
    gap = rng.choice(["-", " ", "－", "—", ""])
    extension = rng.choice(["", "", "", "-801", "转8012", "转801", "分机23", " ext 12"])
    styles: list[Callable[[], str]] = [
        lambda: f"{area}{gap}{local}{extension}",
        lambda: f"({area}){local}{extension}",
        lambda: f"（{area}）{local}",
        lambda: f"{area}-{local[:4]}-{local[4:]}",
        lambda: f"{area} {local[:4]} {local[4:]}",
        lambda: f"{area}-{local[:4]} {local[4:]}{extension}",
        lambda: full_width(f"{area}-{local}"),
        lambda: in_han(f"{area}{local}", rng),
        lambda: in_han(f"{area}-{local}", rng),
        lambda: spaced(area + local),
        lambda: f"+86-{area[1:]}-{local}",
        lambda: f"+86 {area[1:]} {local[:4]} {local[4:]}",
        lambda: invisible(area + local, rng),
    ]
    return rng.choice(styles)()


def id_number(rng: random.Random) -> str:
    province = rng.choice(["11", "13", "21", "32", "37", "43", "44", "51", "61"])
    born = f"{rng.randint(1930, 2015)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
    body = province + f"{rng.randint(1, 5):02d}{rng.randint(1, 30):02d}" + born + digits(rng, 3)
    return body + mod_11_2.calc_check_digit(body)


def id_card(rng: random.Random) -> str:
    number = id_number(rng)
    lower = number.replace("X", "x")
    gap = rng.choice([" ", "-", "\u3000", "  "])
    styles: list[Callable[[], str]] = [
        lambda: number,
        lambda: lower,
        lambda: grouped(number, (6, 8), gap),
        lambda: grouped(number, (6, 4, 4), gap),
        lambda: grouped(number, (4, 4, 4, 4), gap),
        lambda: grouped(number, (3, 3, 4, 4), gap),
        lambda: grouped(number, (6,), gap),
        lambda: spaced(number),
        lambda: full_width(number),
        lambda: full_width(grouped(lower, (6, 8), " ")),
        lambda: in_han(number, rng),
        lambda: mixed_han(number, rng),
        lambda: invisible(number, rng),
        lambda: number[:6] + number[8:17],
        lambda: number.replace("X", "Ⅹ"),
    ]
    return rng.choice(styles)()


def bank_card(rng: random.Random) -> str:
    size = rng.choice([16, 19, 19, 18, 17])
    body = rng.choice(["6222", "6217", "6228", "6212", "4367", "5187", "9558"]) + digits(rng, size - 5)
    number = body + luhn.calc_check_digit(body)
    styles: list[Callable[[], str]] = [
        lambda: number,
        lambda: grouped(number, (4, 4, 4, 4), rng.choice([" ", "-", "  ", "\u3000"])),
        lambda: grouped(number, (6,), " "),
        lambda: spaced(number),
        lambda: full_width(number),
        lambda: full_width(grouped(number, (4, 4, 4, 4), " ")),
        lambda: in_han(number, rng),
        lambda: in_han(grouped(number, (4, 4, 4, 4), " "), rng),
        lambda: mixed_han(number, rng),
        lambda: invisible(number, rng),
    ]
    return rng.choice(styles)()


def plate(rng: random.Random) -> str:
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    start, letter = (
        rng.choice("京津沪冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼渝"),
        rng.choice(letters),
    )
    ordinary = list(digits(rng, 5))
    for at in rng.sample(range(5), rng.choice([0, 1, 2])):
        ordinary[at] = rng.choice(letters)
    green = rng.choice("DF") + digits(rng, 5) if rng.random() < 0.7 else digits(rng, 5) + rng.choice("DF")
    number = "".join(ordinary) if rng.random() < 0.6 else green
    styles: list[Callable[[], str]] = [
        lambda: f"{start}{letter}{number}",
        lambda: f"{start}{letter}·{number}",
        lambda: f"{start}{letter}•{number}",
        lambda: f"{start}{letter}.{number}",
        lambda: f"{start}{letter} {number}",
        lambda: f"{start}{letter}-{number}",
        lambda: f"{start} {letter} {number}",
        lambda: f"{start}{letter} {number[:2]} {number[2:]}",
        lambda: spaced(f"{start}{letter}{number}"),
        lambda: start + full_width(f"{letter}{number}"),
        lambda: start + full_width(letter) + "·" + full_width(number),
        lambda: f"{start}{letter}{number}".lower(),
        lambda: in_han(f"{start}{letter}{number}", rng),
        lambda: invisible(f"{start}{letter}{number}", rng),
    ]
    return rng.choice(styles)()


def email(rng: random.Random) -> str:
    user = rng.choice(["zhang", "li.si", "wang_wu", "zhao-liu", "a", "hello"]) + rng.choice(
        ["", "88", digits(rng, 6)]
    )
    host = rng.choice(
        ["qq.com", "163.com", "example.com.cn", "mail.example.org", "vip.sina.com", "foxmail.com"]
    )
    plain = f"{user}@{host}"
    styles: list[Callable[[], str]] = [
        lambda: plain,
        lambda: plain.upper(),
        lambda: full_width(plain),
        lambda: f"{user} @ {host}",
        lambda: f"{user}@ {host}",
        lambda: f"{user} @ {host.replace('.', ' . ')}",
        lambda: f"{user}[at]{host}",
        lambda: f"{user}＠{host}",
        lambda: f"{user}@{host.replace('.', '。')}",
        lambda: spaced(plain),
        lambda: invisible(plain, rng),
    ]
    return rng.choice(styles)()


def account(rng: random.Random) -> str:
    name = (
        rng.choice(["zhang", "li_si", "wxid-", "happy", "zhao.lin"])
        + rng.choice(["", "_"])
        + digits(rng, rng.randint(2, 9))
    )
    number = digits(rng, rng.randint(6, 10), "23456789")  # 1927888015一直 reads as a mobile number
    styles: list[Callable[[], str]] = [
        lambda: name,
        lambda: name.upper(),
        lambda: number,
        lambda: full_width(rng.choice([name, number])),
        lambda: grouped(number, (3, 3), rng.choice(" -")),
        lambda: invisible(rng.choice([name, number]), rng),
    ]
    return rng.choice(styles)()


def travel_document(rng: random.Random) -> str:
    number = rng.choice(["E", "EA", "G", "C", "H", "M", ""]) + digits(rng, 8)
    return rng.choice([number, number.lower(), full_width(number), invisible(number, rng)])


def room(rng: random.Random) -> str:
    building, unit = str(rng.randint(1, 30)), str(rng.randint(1, 9))
    floor = rng.randint(1, 28)
    number = f"{floor}{rng.randint(1, 8):02d}"
    letter = rng.choice("ABCD")
    block = rng.choice(["号楼", "栋", "幢", "座", "#", "#楼", "＃"])
    end = rng.choice(["室", "", "号", "房", "号房"])
    tens = ["", "十", "二十", "三十"][int(building) // 10]
    building_han = (tens if int(building) >= 10 else "") + (
        HAN[int(building) % 10] if int(building) % 10 else ""
    )
    han = in_han(number, rng).replace("幺", "一")
    styles: list[Callable[[], str]] = [
        lambda: f"{building}{block}{unit}单元{number}{end}",
        lambda: f"{building}{block}{number}{end}",
        lambda: f"{building}{block} {unit}单元 {number}{end}",
        lambda: f"{building} 号楼 {unit} 单元 {number} 室",
        lambda: f"{building}号楼{unit}单元{spaced(number)}室",
        lambda: f"{building}{block}-{unit}-{number}",
        lambda: f"{building}{block}-{number}",
        lambda: f"{building}-{unit}-{number}",
        lambda: f"{building}－{unit}－{number}",
        lambda: f"{building}—{unit}—{number}{rng.choice(['', '室'])}",
        lambda: f"{building}-{number}室",
        lambda: (
            f"{building_han}{rng.choice(['号楼', '栋', '幢'])}{HAN[int(unit)]}单元{han}{rng.choice(['', '室'])}"
        ),
        lambda: f"{building}号楼{HAN[int(unit)]}单元{han}室",
        lambda: f"{building}号楼{unit}单元{floor}层{number}室",
        lambda: f"{building}号楼{unit}门{number}",
        lambda: f"{letter}座{number}{end}",
        lambda: f"{letter}栋{floor}楼{number}",
        lambda: (
            full_width(f"{building}") + "号楼" + full_width(f"{unit}") + "单元" + full_width(number) + "室"
        ),
        lambda: full_width(f"{building}-{unit}-{number}"),
        lambda: f"{unit}单元{number}",
        lambda: invisible(f"{building}号楼{unit}单元{number}室", rng),
    ]
    return rng.choice(styles)()


def name(rng: random.Random) -> str:
    surname = rng.choice(DOUBLE) if rng.random() < 0.1 else rng.choice(SURNAMES)
    given = "".join(rng.sample(GIVEN, rng.choice([1, 2, 2])))
    full = surname + given
    shown = spaced(full) if rng.random() < 0.1 and len(full) < 4 else full
    return (
        rng.choice(
            [
                "我叫",
                "我叫",
                "联系人",
                "联系人：",
                "联系人:",
                "姓名",
                "姓名：",
                "姓名 ",
                "姓名: ",
                "联系人 ",
                "我名叫",
                "业主姓名：",
                "联系人姓名：",
            ]
        )
        + "\0"
        + shown
    )


BEFORE = {
    "mobile": [
        "电话",
        "请打",
        "手机号是",
        "联系我",
        "wechat同号",
        "Tel:",
        "微信",
        "，",
        "王五",
        "周一",
        "回电 ",
        "请回复",
        "",
    ],
    "landline": ["座机", "家里电话", "电话：", "请打", "，", ""],
    "id_card": ["身份证", "身份证号：", "证件号 ", "我的身份证号码是", "，", ""],
    "bank_card": ["卡号", "银行卡", "退到", "工行卡：", "，", ""],
    "plate": ["车牌", "车牌号：", "一辆", "我的车", "，", "白色"],
    "email": ["邮箱", "请发到", "邮件：", "，"],
    "account": [
        "微信号",
        "微信：",
        "加我微信 ",
        "QQ",
        "qq号是",
        "vx:",
        "WX ",
        "WeChat ID: ",
        "（微信）",
        "V信",
        "加微",
        "抖音号",
        "加v：",
        "小红书",
    ],
    "document": ["护照", "护照号码：", "港澳通行证号", "台胞证 ", "军官证号是", "（驾照）"],
    "room": ["家住", "住", "我家在", "地址：", "幸福里小区", "，", "业主"],
    "name": ["", "您好，", "你好。", "；"],
}
AFTER = [
    "请回",
    "，谢谢",
    "。",
    "漏水",
    "一直没人管",
    "",
    "的住户",
    "；另",
    "\n",
    "帮忙看看",
    " 谢谢",
    "，多次反映",
]
AFTER_NAME = ["，住在这里多年", "。", "，", "住在南边", "是业主", " ", "电话没人接", "，男", "（老住户）", ""]
MAKERS: dict[str, Callable[[random.Random], str]] = {
    "mobile": mobile,
    "landline": landline,
    "id_card": id_card,
    "bank_card": bank_card,
    "plate": plate,
    "email": email,
    "account": account,
    "document": travel_document,
    "room": room,
    "name": name,
}


def planted(rng: random.Random, kind: str) -> tuple[str, set[int]]:
    """A sentence, and the offsets in it of the letters and digits that must not be left."""
    made = MAKERS[kind](rng)
    before, after = rng.choice(BEFORE[kind]), rng.choice(AFTER_NAME if kind == "name" else AFTER)
    if kind == "name":
        lead, made = made.split("\0")
        before += lead
    if kind == "room":
        before = before.replace("业主", "业主，")
    offsets = _room_number(made) if kind == "room" else [i for i, char in enumerate(made) if char.isalnum()]
    return before + made + after, {len(before) + i for i in offsets}


def _room_number(made: str) -> list[int]:
    """The last number: the building stays, the room goes."""
    number: list[int] = []
    for i in range(len(made) - 1, -1, -1):
        if made[i].isdigit() or made[i] in HAN + "〇":
            number.append(i)
        elif (number and made[i].isalnum()) or made[i] in "-－—#＃":
            break
    return number


def lookalike(rng: random.Random) -> str:
    """Something written with digits that is nobody's data."""
    year, month, day = rng.randint(2019, 2027), rng.randint(1, 12), rng.randint(1, 28)
    number = rng.randint(1, 30)
    amount = rng.randint(1, 10**9)
    choices: list[Callable[[], str]] = [
        lambda: f"{rng.randint(24, 27)}-{rng.randint(0, 9999):04d}-{rng.randint(0, 999):03d}",
        lambda: f"{amount}元",
        lambda: f"{amount}.{rng.randint(0, 99):02d}元",
        lambda: f"¥{amount:,}",
        lambda: f"{amount // 1000}万元",
        lambda: f"{amount:,}.00",
        lambda: f"{number}号楼",
        lambda: f"{number}栋",
        lambda: f"{number}#楼",
        lambda: f"{rng.choice('ABC')}座",
        lambda: f"{HAN[number % 9 + 1]}号楼",
        lambda: f"{number}号楼{rng.randint(1, 5)}单元",
        lambda: f"{number}-{number + 3}号楼",
        lambda: f"{number}号楼{rng.randint(100, 999)}户",
        lambda: f"{year}年{month}月{day}日",
        lambda: f"{year}-{month:02d}-{day:02d}",
        lambda: f"{year}.{month}.{day}",
        lambda: f"{year}/{month}/{day} {rng.randint(0, 23)}:{rng.randint(0, 59):02d}",
        lambda: f"{year}{month:02d}{day:02d}",
        lambda: f"二〇二{HAN[year % 10]}年{HAN[month % 9 + 1]}月",
        lambda: (
            f"{rng.randint(6, 12)}:{rng.randint(0, 59):02d}-{rng.randint(13, 22)}:{rng.randint(0, 59):02d}"
        ),
        lambda: rng.choice(["12345", "110", "119", "96156", "95598", "400-810-1234", "4008101234"]),
        lambda: f"{rng.randint(1, 9)}:{rng.randint(1, 9)}",
        lambda: f"{rng.randint(1, 99)}.{rng.randint(0, 99)}%",
        lambda: f"工单{rng.choice(['DD', 'GD', 'BX', 'FT'])}{year}{month:02d}{day:02d}{digits(rng, 4)}",
        lambda: f"工单号{year}{month:02d}{day:02d}{digits(rng, 6)}",
        lambda: f"{rng.randint(20, 2000)}.{rng.randint(0, 99):02d}㎡",
        lambda: f"{rng.randint(20, 2000)}平方米",
        lambda: f"京建发〔{year}〕{rng.randint(1, 300)}号",
        lambda: f"邮编10{digits(rng, 4)}",
        lambda: f"{rng.randint(100, 999)}路公交",
        lambda: f"第{rng.randint(1, 99)}条",
        lambda: f"{rng.randint(100, 9999)}户",
    ]
    return rng.choice(choices)()
