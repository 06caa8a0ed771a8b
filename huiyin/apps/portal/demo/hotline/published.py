"""The city's published list of two quarters: a hundred invented names, a few of them estates of the district."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from huiyin.apps.hotline.published_list import NAME
from huiyin.apps.imports.models import Import
from huiyin.apps.imports.services import import_file
from huiyin.documents.writing import Sheet, write_xlsx
from huiyin.domain.access import Actor
from huiyin.domain.complaint_periods import ComplaintPeriod, month_of
from huiyin.domain.errors import RuleBroken

LONG = 100
OURS = (
    {"揽星城": 12, "云岫家园": 31, "浦上新村": 38, "松月嘉苑": 44, "芦花里小区": 67, "麦香家园": 90},
    {"揽星城": 9, "云岫家园": 35, "浦上新村": 29, "芦花里小区": 58, "云杉里东区": 83},
)
"""Places of the district's estates in the quarter before and in the last one."""
_NAMES = (
    *("听泉", "望岫", "枕石", "漱玉", "栖云", "疏桐", "晚亭", "寒汀", "鸥渡", "荻花", "蘅芜", "杜若"),
    *("榴坡", "柿湾", "槐市", "井栏", "麦浪", "棠梨", "芸窗", "砧声"),
)
_ENDS = ("新村", "家园", "苑", "里", "花园一区", "雅居")


def bring_published_lists(*, by: Actor, now: datetime) -> None:
    last = month_of(now.date()).first // 3 * 3 - 3
    for first, ours in zip((last - 3, last), OURS, strict=True):
        period = ComplaintPeriod(first, 3)
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"全市诉求量前{LONG}名 {period}.xlsx"
            header = ("名次", "小区名称", "诉求件数")
            write_xlsx(path, [Sheet("通报", header, lines_of(str(period), ours))])
            done = import_file(kind=NAME, path=path, by=by, options={"period": str(period)}, now=now)
        if done.state != Import.State.DONE:
            raise RuleBroken(f"演示的全市排名没有导入：{done.error}", code="demo.published_failed")


def lines_of(period: str, ours: dict[str, int]) -> list[tuple[int, str, int]]:
    """Place, name and complaints, as the city writes them down."""
    rng = Random(f"huiyin demo {period}")
    others = iter(rng.sample([f"{name}{end}" for name in _NAMES for end in _ENDS], LONG))
    at = {place: name for name, place in ours.items()}
    count, lines = 52.0, []
    for place in range(1, LONG + 1):
        lines.append((place, at.get(place) or next(others), round(count)))
        count *= rng.uniform(0.984, 0.997)
    return lines
