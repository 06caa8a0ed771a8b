"""Case numbers, amounts, buildings and dates as people write them between words: none of it is anybody's data."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.language.disguised import SCRIPTS, number_of, tens


def full_width(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if char in "0123456789-" else char for char in text)


def case_number(rng: random.Random) -> str:
    number = f"{rng.randint(20, 27)}-{rng.randint(1, 9999):04d}-{rng.randint(1, 999):03d}"
    full = full_width(number)
    year = rng.randint(2019, 2027)
    return rng.choice(
        [
            number,
            number,
            full,
            number.replace("-", "－"),
            f"编号{number}",
            f"（{number}）",
            f"{number}号",
            f"（{year}）京0106民初{rng.randint(100, 20000)}号",
            f"{year}字第{rng.randint(1, 2000)}号",
            f"工单{year}{rng.randint(101, 1231):04d}{number_of(rng, 6)}",
            f"受理号：{year}{number_of(rng, 7)}",
            f"HY-{year}-{number_of(rng, 5)}",
            f"第{year}{number_of(rng, 4)}号诉求",
            f"案件编号 {year}-{number_of(rng, 4)}",
            f"京住建发〔{year}〕{rng.randint(1, 400)}号",
        ]
    )


def amount(rng: random.Random) -> str:
    value = rng.choice([rng.randint(1, 999), rng.randint(1000, 99999), rng.randint(10**5, 10**11)])
    cents = f"{value}.{rng.randint(0, 99):02d}"
    unit = rng.choice(["元", "元整", "块", "万元", "元/月", "元每平方米", "元人民币", "圆"])
    return rng.choice(
        [
            f"{value}{unit}",
            f"{value} {unit}",
            f"{cents}元",
            f"¥{value:,}",
            f"￥{cents}",
            f"人民币{cents}元",
            f"共计{value:,}.00元",
            f"{tens(rng.randint(1, 999))}元",
            f"{tens(rng.randint(1, 999))}万元",
            "壹万贰仟叁佰元整",
            f"RMB {value:,}",
            f"{value}元、{value + 7}元",
            full_width(str(value)) + "元",
            f"余额{value}元",
            f"物业费{rng.randint(1, 9)}.{rng.randint(10, 99)}元",
        ]
    )


def building(rng: random.Random) -> str:
    number, other = rng.randint(1, 40), rng.randint(1, 40)
    block = rng.choice(["号楼", "栋", "幢", "#楼", "號樓", "座", "号院"])
    return rng.choice(
        [
            f"{number}{block}",
            f"{tens(number)}{block}",
            f"{number} {block}",
            f"{number}-{other}{block}",
            f"{number}、{other}{block}",
            f"{number}号楼{rng.randint(1, 6)}单元",
            f"{number}号楼{rng.randint(1, 6)}单元门口",
            f"{number}号院{other}号楼",
            f"{rng.choice('ABC')}座",
            f"{number}号楼{rng.randint(100, 999)}户",
            f"{number}号楼{rng.randint(2, 30)}层",
            f"{number}号楼和{other}号楼之间",
            f"{number}#",
            full_width(str(number)) + block,
            f"{number}/{other}号楼",
            f"{number}号楼{tens(rng.randint(2, 9))}层电梯厅",
            f"{number}号楼，{other}号楼",
            f"{number}号楼共{rng.randint(100, 999)}户",
            f"第{number}栋",
            f"{number}号楼东侧",
        ]
    )


def date(rng: random.Random) -> str:
    year, month, day = rng.randint(1998, 2028), rng.randint(1, 12), rng.randint(1, 28)
    clock = f"{rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}"
    han_year = "".join(SCRIPTS[rng.choice(("han", "ring"))][int(c)] for c in str(year))
    sign = rng.choice("-/.－")
    return rng.choice(
        [
            f"{year}年{month}月{day}日",
            f"{year}{sign}{month}{sign}{day}",
            f"{year}{sign}{month:02d}{sign}{day:02d} {clock}",
            f"{han_year}年{tens(month)}月{tens(day)}日",
            f"{year}{month:02d}{day:02d}",
            f"{year}.{month}.{day}-{year + 1}.{month}.{day}",
            f"{month}月{day}日{clock}",
            f"{year}年{month}月{day}日{clock}",
            f"{year % 100:02d}年{month}月",
            f"{year}-{month:02d}-{day:02d}T{clock}:00",
            f"{month}/{day}/{year}",
            f"{year} 年 {month} 月 {day} 日",
            f"{year}年至{year + 2}年",
            f"{month}.{day}-{month}.{day + 2}",
            full_width(f"{year}年{month}月"),
            f"{clock}-{clock}",
            f"{year}年{month}月{day}日-{day + 1}日",
        ]
    )


HARMLESS: dict[str, Callable[[random.Random], str]] = {
    "case number": case_number,
    "amount": amount,
    "building": building,
    "date": date,
}
BEFORE = [
    "",
    "关于",
    "，",
    "见",
    "收到",
    "在",
    "共",
    "截至",
    "已回复",
    "。",
    "（",
    "于",
    "住户反映",
    "的",
    "小区",
    "地址",
    "电话里说",
    "我家",
]
AFTER = [
    "",
    "。",
    "，谢谢",
    "的问题",
    "还没办",
    "）",
    "\n",
    "；",
    "左右",
    "电梯坏了",
    "漏水",
    "是吗",
    "到现在",
    "已经",
    " ",
    "的业主",
]


def harmless(rng: random.Random, family: str) -> tuple[str, str, str]:
    """Words, what only looks like data, words."""
    return rng.choice(BEFORE), HARMLESS[family](rng), rng.choice(AFTER)
