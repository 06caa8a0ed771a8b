"""What a file's first look tells: its columns, and which field each may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from huiyin.analytics.reading.mapping import NEEDED, headings
from huiyin.documents.cells import header_key
from huiyin.documents.refusals import Limits
from huiyin.documents.spreadsheets import open_table

LIMITS = Limits(max_rows=300_000, max_total_chars=200_000_000)


@dataclass(frozen=True)
class Field:
    """A field of a complaint as the mapping page names it."""

    key: str
    label: str
    hint: str = ""

    @property
    def required(self) -> bool:
        return self.key in NEEDED


_LABELS: Mapping[str, tuple[str, str]] = {
    "number": ("工单编号", "同一编号再次导入时，以新的为准"),
    "received_at": ("受理时间", ""),
    "text": ("诉求内容", "存入前先隐去姓名、电话、门牌等"),
    "title": ("标题", "放在内容前面"),
    "area_code": ("区划代码", "9 位街镇或 12 位社区代码，用来分辨同名小区"),
    "channel": ("来源渠道", ""),
    "category_given": ("原有类别", ""),
    "urgency": ("紧急程度", ""),
    "dispatched_to": ("承办单位", ""),
    "is_responded": ("是否响应", "是、否、未回访"),
    "is_solved": ("是否解决", "是、否、未回访"),
    "is_satisfied": ("是否满意", "是、否、未回访"),
    "closed_at": ("办结时间", ""),
    "caller": ("来电人", "只用来认出同一个人再次来电，不保存号码"),
}
COLUMNS = tuple(Field(key, *_LABELS[key]) for key in _LABELS)


def headers_of(data: bytes) -> list[str]:
    """The headings of a spreadsheet or CSV; raises FileRefused if it is no table."""
    known = {word for words in headings().values() for word in words}
    return list(open_table(data, known_headers=known, limits=LIMITS).headers)


def suggested(headers: Sequence[str], remembered: Mapping[str, str]) -> dict[str, str]:
    """Field → heading: what was agreed for this source if the file still has those columns, else the likeliest."""
    if remembered and set(remembered.values()) <= set(headers):
        return dict(remembered)
    keys = {header_key(name): name for name in reversed(headers)}
    found: dict[str, str] = {}
    for field, words in headings().items():
        free = [keys[word] for word in words if word in keys and keys[word] not in found.values()]
        if free:
            found[field] = free[0]
    if "text" not in found and "title" in found:
        found["text"] = found.pop("title")
    return found
