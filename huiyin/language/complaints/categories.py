"""The 24 matters a complaint may be about, in the order of the model's lanes.

The Chinese names are those of the labelled messages; where each boundary runs is told in
docs/explanation/how-complaints-were-labelled.md. What Beijing's own lists call them is a policy, not said here.
"""

from __future__ import annotations

CATEGORIES = {
    "roads": "交通道路",
    "noise_and_fumes": "噪音油烟扰民",
    "schools": "教育",
    "flat_purchase": "购房与产权",
    "city_environment": "市政环境",
    "new_home_quality": "交房与房屋质量",
    "building_sites": "施工扰民与污染",
    "unlawful_use": "违建群租与占用",
    "resettlement": "征地拆迁安置",
    "utilities": "供水供电供暖供气",
    "parking": "停车与充电",
    "management": "业委会与物业管理",
    "fire_safety": "消防与通道",
    "cleaning": "保洁与垃圾",
    "leaks": "房屋漏水与维修",
    "fees_and_income": "收费与公共收益",
    "shared_facilities": "公共设施维修与改造",
    "telecoms": "通信网络",
    "lifts": "电梯",
    "greenery": "绿化",
    "renovation": "装修",
    "security": "安保与门禁",
    "pets": "宠物",
    "other": "其他",
}
"""Code → Chinese name. The order is part of the model file: a change of it needs a new training."""

CATEGORY_NAMES = tuple(CATEGORIES.values())
