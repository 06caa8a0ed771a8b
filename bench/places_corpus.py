"""The messages that attribution is trained and measured on, and lists of estates to find them in.

No sentence and no name of the data is kept in this project: what we read ourselves stands in complaint_estates.tsv as
the number of a message and the offsets of a name.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from python_calamine import CalamineWorkbook

from bench.text_corpus import SHARED

DEV = SHARED / "corpus" / "messages_dev.jsonl"
MESSAGES = SHARED / "real" / "messages.xlsx"
ELSEWHERE = SHARED / "real" / "messages_2025.jsonl"
READ = Path(__file__).with_name("complaint_estates.tsv")


@dataclass(frozen=True)
class Row:
    """`source`: dev (labelled rows) or read (by us); `estate` is a substring of the text, or None."""

    number: str
    subject: str
    body: str
    estate: str | None
    source: str
    sample: str = ""

    @property
    def text(self) -> str:
        return f"{self.subject}\n{self.body}"

    @property
    def is_put_aside(self) -> bool:
        """Not read while words and rules were made."""
        return hashlib.sha256(self.number.encode()).digest()[0] % 2 == 1


def missing() -> str:
    """What is not here, as a sentence; empty if everything is."""
    for path in (DEV, MESSAGES, ELSEWHERE):
        if not path.exists():
            return f"{path} is not here: set HUIYIN_SHARED to the folder with the shared data"
    return ""


@cache
def dev_rows() -> tuple[Row, ...]:
    rows = [json.loads(line) for line in DEV.read_text(encoding="utf-8").splitlines()]
    return tuple(
        Row(str(row["id"]), row["subject"].strip(), row["text"].strip(), row["estate"], "dev", row["sample"])
        for row in rows
    )


@cache
def messages() -> dict[str, tuple[str, str]]:
    """Number → subject and body of every message that may be read, also of those nobody labelled."""
    head, *rows = CalamineWorkbook.from_path(MESSAGES).get_sheet_by_index(0).to_python()
    number, subject, body = (head.index(column) for column in ("留言编号", "留言主题", "留言详情"))
    found = {str(int(row[number])): (str(row[subject]).strip(), str(row[body]).strip()) for row in rows}
    for line in ELSEWHERE.read_text(encoding="utf-8").splitlines():
        each = json.loads(line)
        found[each["id"]] = (each["title"].strip(), each["text"].strip())
    return found


@cache
def read_rows() -> tuple[Row, ...]:
    """Messages we read: the name is the text from `start` to `end`, none where both are 0."""
    labelled = {row.number for row in dev_rows()}
    found = []
    for line in READ.read_text(encoding="utf-8").splitlines():
        number, start, end = line.split("\t")
        if number not in labelled:
            subject, body = messages()[number]
            estate = f"{subject}\n{body}"[int(start) : int(end)] or None
            found.append(Row(number, subject, body, estate, "read"))
    return tuple(found)


_FIRST = "翠银金玉碧锦丽嘉恒瑞祥福康盛华景明清云海湖江山林竹梅兰荷枫松柏桂紫蓝天星"
_SECOND = "湖溪湾岸庭园苑景城府台轩和泰安宁华泽润源泉岭峰谷岛洲桥亭阁榭澜波月风霞辉"
_ENDS = """
小区 花园 家园 公寓 苑 新城 国际 公馆 华府 名邸 雅苑 嘉园 佳苑 豪庭 新村 大厦 山庄 广场 中心 一区 二区 三期 安置小区
名都 尚城 御府 水岸 金座 御景 名苑 东苑 西苑 世家 名门 学府 花都 时代 之城 里 城 府 湾 庭 轩
"""
_BUILDERS = "万科 保利 恒大 碧桂园 中海 华润 金地 绿地 龙湖 世茂 远洋 融创"
_ORDINARY = """
阳光 公园里 中心 新城 幸福 时代 未来 城市广场 学府 水岸 山水 东方 家园 大学城 安置小区 幼儿园 老旧小区 国际 和谐
世纪 绿地 中央公园 人民路 文化中心 商业中心 A小区 一期 东区 新村 建设
"""


@cache
def invented_names(count: int = 5000, seed: int = 5) -> tuple[str, ...]:
    """Names nobody bears: nested ones, those of builders, ordinary words; the same every time."""
    draw = random.Random(seed)
    found = dict.fromkeys(_ORDINARY.split())
    ends, builders = _ENDS.split(), _BUILDERS.split()
    while len(found) < count:
        own = draw.choice(_FIRST) + draw.choice(_SECOND)
        if draw.random() < 0.3:
            own += draw.choice(_FIRST) + draw.choice(_SECOND)
        name = own + draw.choice(ends)
        if draw.random() < 0.15:
            name = draw.choice(builders) + name
        found[name] = None
        if draw.random() < 0.1:
            found.update(dict.fromkeys((f"{name}二区", f"{name}一期", name[:-1])))
    return tuple(found)[:count]


def near_names(names: list[str], count: int = 400, seed: int = 6) -> list[str]:
    """Names that are nearly those given: another end, a section more, a builder before, one character changed."""
    draw = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        name = draw.choice(names)
        at = draw.randrange(len(name))
        made = draw.choice(
            (
                name + draw.choice(("二区", "三期", "东苑", "公寓", "北区", "一号")),
                draw.choice(_BUILDERS.split()) + name,
                name[:at] + draw.choice(_FIRST) + name[at + 1 :],
                name[:-1] + draw.choice(("苑", "城", "府", "湾")),
            )
        )
        found[made] = None
    return [name for name in found if name not in names]


_STRUCTURED = re.compile(
    r"(?:[A-Z]\d{0,2}[市区县]|[路街镇是在]|街道|社区|[、，。和与及到\n])([\u4e00-\u9fff]{2,6}"
    r"(?:小区|花园|家园|公寓|[名雅嘉佳花新][苑园]|苑|新城|国际|公馆|[华御]府|豪庭|山庄|安置小区|大厦|新村|名都|广场))"
)


_NO_NAME = re.compile(
    "[的了是在从对与和及这那到为本该各两全我你他使不此之每个有些整周近多区镇村街路]..|^.小区|^(?:老旧|附近|居民|安置)"
)


@cache
def mentioned_names() -> tuple[str, ...]:
    """Names that stand in the real messages, as far as their shape tells: those that are only mentioned too."""
    found = (name for text in messages().values() for name in _STRUCTURED.findall("\n".join(text)))
    return tuple(dict.fromkeys(name for name in found if not _NO_NAME.search(name)))
