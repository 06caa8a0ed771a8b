"""Complaints that a generator invents for bench/hotline.py: the same ones every time, in any number, as CSV.

8,000 estates with aliases, namesakes and nested names; volumes by Zipf's law; 5–10 % of the texts repeat another of
the same estate with small changes; one area code in six is missing, one complaint in four names no estate; 8 % hold
something to mask.
"""

from __future__ import annotations

import csv
import random
import tomllib
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

ESTATES = 8_000
REPEATED, WITH_ESTATE, WITH_AREA, PERSONAL = 0.075, 0.75, 5 / 6, 0.08
_WORDS = Path(__file__).with_name("hotline_words.toml")
_SURNAMES, _GIVEN = "王李张刘陈杨赵黄周吴", "伟芳娜敏静丽强磊军洋勇艳杰娟涛"
_PLATES = "ABCDEFGH"
HEADER = (
    "工单编号",
    "受理时间",
    "诉求来源",
    "诉求内容",
    "区划代码",
    "是否响应",
    "是否解决",
    "是否满意",
    "办结时间",
    "联系电话",
)


@dataclass(frozen=True)
class InventedEstate:
    code: str
    name: str
    aliases: tuple[str, ...]
    area_code: str
    households: int


def invented_estates(count: int = ESTATES) -> list[InventedEstate]:
    """Namesakes lie in different streets; some names hold another one (清河里, 清河里二区)."""
    words = _words()["estates"]
    draw = random.Random(8)
    found: list[InventedEstate] = []
    for at in range(count):
        name = draw.choice(words["first"]) + draw.choice(words["second"]) + draw.choice(words["kind"])
        if found and draw.random() < 0.06:
            name = draw.choice(found).name
        elif found and draw.random() < 0.05:
            name = draw.choice(found).name + draw.choice(["二区", "三期", "南区", "北区"])
        aliases = (f"{name}小区",) if not name.endswith("小区") and draw.random() < 0.5 else ()
        area = f"1101{draw.randrange(1, 19):02d}{draw.randrange(1, 27):03d}{draw.randrange(1, 30):03d}"
        found.append(InventedEstate(f"E{at:05d}", name, aliases, area, draw.randrange(200, 4_000)))
    return found


def write_estates(path: Path, estates: list[InventedEstate]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["code", "name", "aliases", "area_code", "households"])
        rows.writerows(
            (each.code, each.name, ";".join(each.aliases), each.area_code, each.households)
            for each in estates
        )


def write_complaints(path: Path, count: int, *, year: int = 2025) -> None:
    """In order of time, from January to December."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(HEADER)
        rows.writerows(complaints(count, invented_estates(), year=year))


def complaints(count: int, estates: list[InventedEstate], *, year: int = 2025) -> Iterator[tuple[str, ...]]:
    """Cells in the order of HEADER."""
    words = _words()
    draw = random.Random(12345)
    chance, pick = draw.random, draw.choice
    heavy = list(accumulate(1 / (at + 3) for at in range(len(estates))))
    matters = [(name, texts) for name, texts in words["matters"].items() for _ in texts]
    openings, wheres, sinces = (words[name]["words"] for name in ("openings", "wheres", "sinces"))
    details, demands, personal = (words[name]["words"] for name in ("details", "demands", "personal"))
    begin, step = datetime(year, 1, 1, tzinfo=UTC), timedelta(days=365) / max(1, count)
    recent: dict[str, tuple[str, str]] = {}
    for at in range(count):
        estate = estates[bisect(heavy, chance() * heavy[-1])]
        named = estate.name if chance() < WITH_ESTATE else "小区"
        again = recent.get(estate.code) if chance() < REPEATED * 1.2 else None
        caller = f"13{draw.randrange(10**9):09d}" if chance() < 0.9 else ""
        if again is not None:
            text = again[0] + pick(demands)
            caller = again[1] if chance() < 0.4 else caller
        else:
            filled = {
                "estate": named,
                "building": draw.randrange(1, 30),
                "unit": draw.randrange(1, 7),
                "count": draw.randrange(2, 10),
                "hour": draw.randrange(1, 12),
                "temperature": draw.randrange(12, 18),
            }
            _, texts = pick(matters)
            parts = [pick(openings), pick(wheres), pick(sinces), pick(texts), "，"]
            parts += [pick(details), pick(details), pick(details)]
            if chance() < 0.7:
                parts += ["另外", pick(pick(matters)[1]), "。"]
            if chance() < PERSONAL:
                filled |= {
                    "mobile": f"1{pick('3578')}{draw.randrange(10**9):09d}",
                    "name": pick(_SURNAMES) + pick(_GIVEN) + pick(_GIVEN),
                    "room": f"{draw.randrange(1, 20)}{draw.randrange(1, 5):02d}",
                    "plate": f"京{pick(_PLATES)}{draw.randrange(10**5):05d}",
                }
                parts.append(pick(personal))
            text = "".join((*parts, pick(demands))).format_map(filled)
            recent[estate.code] = (text, caller)
        when = begin + step * at
        answer = chance()
        solved = "是" if answer < 0.55 else "否" if answer < 0.8 else "未评价"
        yield (
            f"{year}{at:09d}",
            f"{when:%Y-%m-%d %H:%M:%S}",
            "电话" if answer < 0.8 else "网络",
            text,
            estate.area_code if chance() < WITH_AREA else "",
            "是" if answer < 0.95 else "否",
            solved,
            solved,
            f"{when + timedelta(days=5):%Y-%m-%d %H:%M:%S}" if answer < 0.8 else "",
            caller,
        )


def _words() -> dict[str, dict[str, list[str]]]:
    with _WORDS.open("rb") as file:
        return tomllib.load(file)
