"""The kinds of personal data, the words put in their place, and what stays: the table behind the reference."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    MOBILE = "mobile"
    LANDLINE = "landline"
    ID_CARD = "id_card"
    BANK_CARD = "bank_card"
    PLATE = "plate"
    EMAIL = "email"
    ACCOUNT = "account"
    DOCUMENT = "document"
    ROOM = "room"
    NAME = "name"


class Found(NamedTuple):
    """A place in normalised text, end exclusive."""

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True)
class Rule:
    """What is taken for personal data of one kind; `good` is masked to `masked`, `kept` stays as it is."""

    id: str
    kind: Kind
    label: str
    what: str
    good: str
    masked: str
    kept: str
    why_kept: str


RULES: tuple[Rule, ...] = (
    Rule(
        "M-MOBILE",
        Kind.MOBILE,
        "〔手机号〕",
        "Eleven digits beginning 13–19, with or without +86, in any of the usual groupings, with any sign "
        "between the groups, full width, in circles, in Chinese numerals (幺, 〇, 洞 too) or mixed, run into "
        "the words or numbers beside them; also a number starred in the middle.",
        "电话138 0013 8000请回",
        "电话〔手机号〕请回",
        "事项 26-0041-738,工程款 13800000.00 元,工单号 20260103001",
        "case numbers, amounts of money and numbers introduced as order numbers",
    ),
    Rule(
        "M-LANDLINE",
        Kind.LANDLINE,
        "〔电话〕",
        "Area code and seven or eight digits, with brackets, hyphens, extension or +86; without an area "
        "code only beside 电话, 座机, 打, 联系, (家) and the like, with its extension too.",
        "座机(010)6381-2345转801,电话63812345分机206",
        "座机〔电话〕,电话〔电话〕",
        "请拨12345、96156、110或400-810-1234",
        "public service numbers belong to nobody",
    ),
    Rule(
        "M-ID",
        Kind.ID_CARD,
        "〔身份证号〕",
        "Eighteen characters with province, date of birth and check digit right (ISO 7064 MOD 11-2, "
        "GB 11643), spaced in any way; fifteen digits with province and date; after 身份证 even with a "
        "wrong check digit.",
        "身份证11010519491231002X",
        "身份证〔身份证号〕",
        "合同编号110105194912310021",
        "eighteen digits with a wrong check digit are some other number",
    ),
    Rule(
        "M-BANK",
        Kind.BANK_CARD,
        "〔银行卡号〕",
        "Sixteen to nineteen digits beginning as cards do, with the Luhn digit right, in one piece or in "
        "fours; after 卡号 or 账号 whatever the check digit.",
        "卡号6222 0212 3456 7890 128",
        "卡号〔银行卡号〕",
        "订单号6222021234567890128",
        "a number introduced as an order number",
    ),
    Rule(
        "M-PLATE",
        Kind.PLATE,
        "〔车牌号〕",
        "Province character, letter and five or six letters and digits, four before 学, 警, 港, 澳; WJ and "
        "embassy plates; with signs, brackets or spaces between.",
        "车牌京A·12345占道",
        "车牌〔车牌号〕占道",
        "京建发〔2024〕12号,新A1区",
        "document numbers and place names",
    ),
    Rule(
        "M-EMAIL",
        Kind.EMAIL,
        "〔邮箱〕",
        "An address with @ (or [at], 艾特, #) and a domain (点, 。, a comma for the dot too), spaced or full width.",
        "请发到 zhang.san @ example.com",
        "请发到 〔邮箱〕",
        "@丰台发布",
        "a public account has no domain",
    ),
    Rule(
        "M-ACCOUNT",
        Kind.ACCOUNT,
        "〔账号〕",
        "What follows 微信 (V信, 威信, 加微, WeChat, wx, vx), QQ, 抖音, 快手, 小红书 or 微博, with 号, 是 or a colon "
        "between: a letter and five to nineteen letters, digits, dots or _ -, or six to eleven digits. Letters alone "
        "only after 号, 是, ID or a colon. The number by which a household has its gas, water or current: six to "
        "sixteen digits after 户号, 水表号, 电表号, 客户编号 and the like.",
        "加我微信:lihua_2019,QQ 123456789,加微lisi.2022,抖音号 dy_lan88,燃气户号0012345678",
        "加我微信:〔账号〕,QQ 〔账号〕,加微〔账号〕,抖音号 〔账号〕,燃气户号〔账号〕",
        "微信12345反映,微信公众号fengtai2026,业主QQ群123456789,微信支付200000元,微信android版,商户号12345678",
        "public lines, public accounts, groups, shops, amounts and words",
    ),
    Rule(
        "M-DOCUMENT",
        Kind.DOCUMENT,
        "〔证件号〕",
        "Seven to twelve digits, with up to two letters before, after 护照, 通行证, 台胞证, 军官证, 驾驶证, 驾照.",
        "护照号E12345678,港澳通行证号码:C87654321",
        "护照号〔证件号〕,港澳通行证号码:〔证件号〕",
        "护照2026年8月到期,通行证办了3张",
        "dates and counts",
    ),
    Rule(
        "M-ROOM",
        Kind.ROOM,
        "〔房号〕",
        "Unit and room after a building (5号楼3单元201室, 12#1205, B座1203, 5-3-201, 15号楼（1203）, "
        "12号楼十二零五), a room after a unit or floor, a room alone with 室, after 住, 房号 or before 业主, "
        "住户 (1503号业主 too, but no number of a road), and the room a leak goes on to; "
        "in the field for the building every number that names none. "
        "The building stays. A unit without a room stays too: "
        "dozens of households share it and lifts and doors are reported by it.",
        "家住5号楼三单元二零一室。1503号业主",
        "家住5号楼〔房号〕。〔房号〕业主",
        "6号楼、3栋2单元电梯,120户,面积120平方米,北桥路128号住户",
        "buildings, counts, areas and numbers of a road",
    ),
    Rule(
        "M-NAME",
        Kind.NAME,
        "〔姓名〕",
        "A name after 我叫, 联系人, 反映人, 报单人, 姓名, 本人, 我是, 我姓 and the like, with signs, brackets, (业主), "
        "及电话 between, any surname; further names after it; before a title (李女士) only the surname; the surname "
        "before a title (师傅, 老师, 经理, 主任) directly beside a telephone, and a name in brackets behind one. "
        "Names of two parts with a dot, as Uyghur, Kazakh or Mongolian people write them (买买提·艾力), need no "
        "such word.",
        "我叫欧阳小明,联系人:李女士,13800138000(范师傅)",
        "我叫〔姓名〕,联系人:〔姓名〕女士,〔手机号〕(〔姓名〕师傅)",
        "我是高中生,联系人不详",
        "after 本人 and 我是 only what reads as a name up to a mark or a following 住, 电话, 身份证",
    ),
    Rule(
        "M-NEIGHBOUR",
        Kind.NAME,
        "〔姓名〕",
        "Third persons without an introducing word: the surname before 大爷, 大妈, 阿姨, 先生, 女士 and the "
        "like, 老王, 小李 and 老王家, a full name before such an address, 同志 or 老人, before 来电 and 反映, after "
        "kin words (老婆, 儿子, 她丈夫), after 业主, 市民, 住户, 邻居, 隔壁 and the like, or before what only a person "
        "does (骂人, 家的狗). A room before such a name goes too (302的). In the field for a nickname this rule is "
        "not used: 周大爷 is for the asker to say.",
        "隔壁老王家天天半夜吵,他老婆张桂兰还骂人",
        "隔壁〔姓名〕家天天半夜吵,他老婆〔姓名〕还骂人",
        "梁经理让赵师傅来,保安大爷开门,谢谢阿姨,业主陈述,楼下杨树",
        "staff in their function keep their names unless a telephone stands beside them; "
        "words that only begin or end like a name are listed",
    ),
)

LABELS: dict[Kind, str] = {rule.kind: rule.label for rule in RULES}

# One noncharacter for each label while a text is read: rules see that something stood there, never what.
MARK_OF: dict[Kind, str] = {kind: chr(0xFDD0 + number) for number, kind in enumerate(LABELS)}
MARKS = "".join(MARK_OF.values())
