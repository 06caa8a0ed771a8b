"""Invented sentences about third persons, as neighbours speak of them, and what only sounds like it."""

from __future__ import annotations

import random

from tests.language.planted import GIVEN, SURNAMES

ADDRESSES = ["大爷", "大妈", "大叔", "阿姨", "奶奶", "爷爷", "大姐", "大哥", "先生", "女士", "老太太", "叔叔"]
KIN = ["老婆", "他老婆", "儿子", "她丈夫", "女儿", "我妈妈", "他儿媳妇", "老伴", "她女婿", "岳父", "弟弟"]
NEIGHBOURS = ["业主", "住户", "邻居", "隔壁", "楼上的", "楼下的", "对门", "租户", "房东", "居民", "隔壁的"]
# 〔姓名〕 is in doubt with these: 何, 高, 安 … begin too many words to be taken without an introducing one.
PLAIN = "王李张刘陈杨赵吴徐孙胡朱郭罗宋郑韩冯董萧曹袁邓傅彭吕苏卢蒋蔡贾魏薛阎潘姜姚谭廖邹崔邱侯邵"
BEFORE = ["", "您好，", "反映一下，", "昨天晚上", "每次", "社区能不能管管，", "我们这儿"]
AFTER = [
    "天天半夜吵",
    "还骂人",
    "摔了一跤",
    "不让装充电桩",
    "把车停在门口",
    "，没人管",
    "在楼道里堆东西",
    "说过好几回",
    "",
    "也同意",
]
HARMLESS = [
    *[
        "老小区没有电梯",
        "小李村的路没修",
        "王府井那边",
        "大妈们跳舞",
        "张贴通知",
        "白色粉末",
        "谢谢阿姨",
        "保安大爷不开门",
    ],
    *[
        "城管大叔来过",
        "照顾爷爷奶奶",
        "任何大爷都一样",
        "梁经理说修",
        "赵师傅来过两次",
        "王书记来了",
        "业主陈述意见",
    ],
    *[
        "物业主张收费",
        "业主张贴告示",
        "居民林荫道",
        "楼下杨树太高",
        "隔壁胡同",
        "儿子高考",
        "女儿任何时候",
        "住户周末在家",
    ],
    *[
        "业主代表开会",
        "住户方便",
        "302家商户",
        "共302户",
        "走访302家企业",
        "小王子幼儿园",
        "老马路",
        "小马超市",
        "小高层",
    ],
    *[
        "老年人活动室",
        "老张家台的路",
        "小康家庭",
        "居民安全",
        "业主强烈反对",
        "带孙子孙女",
        "老人家走不动",
        "租户主张退租",
    ],
    *[
        "楼上梁柱裂了",
        "女儿谢谢大家",
        "妈妈张罗的",
        "儿子汪汪队",
        "业主孙子上学",
        "住户程序",
        "邻居苏打水",
        "隔壁韩餐馆",
    ],
    *[
        "王经理不在",
        "李主任签字",
        "李师傅修的",
        "张工看过图",
        "刘总没来",
        "楼下石板松了",
        "业主金额不对",
        "对门花园",
    ],
]


def third_person(rng: random.Random) -> tuple[str, str]:
    """A sentence and the part of it nobody may read."""
    style = rng.randrange(5)
    surname = rng.choice(SURNAMES if style == 0 else PLAIN)
    full = surname + "".join(rng.sample(GIVEN, 2))
    if style == 0:
        before, secret, after = rng.choice(["隔壁的", "找", "楼上", ""]), surname, rng.choice(ADDRESSES)
    elif style == 1:
        before, secret, after = rng.choice(KIN), full, ""
    elif style == 2:
        before, secret, after = rng.choice(NEIGHBOURS), full, ""
    elif style == 3:
        before, secret, after = "隔壁", rng.choice("老小") + surname, "家"
    else:
        before, secret, after = "是", rng.choice("老小") + surname, "他们"
    start = rng.choice(BEFORE) if style else "，"
    return start + before + secret + after + rng.choice(AFTER), secret


def no_person(rng: random.Random) -> str:
    return rng.choice(BEFORE[:3]) + rng.choice(HARMLESS) + rng.choice(["", "。", "，没人管", "；请回复"])
