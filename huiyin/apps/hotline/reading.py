"""The fields of a complaint as the mapping page names them."""

from __future__ import annotations

from collections.abc import Mapping

from huiyin.analytics.reading.mapping import NEEDED
from huiyin.apps.imports.kinds import Field

FORMATS = (".xlsx", ".xls", ".csv", ".parquet")
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
COLUMNS = tuple(
    Field(key, label, required=key in NEEDED, hint=hint) for key, (label, hint) in _LABELS.items()
)
