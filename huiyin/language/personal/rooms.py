"""Room-level addresses: the unit and room after a building, a room after a unit, a room on its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from huiyin.language.personal.digits import DIGIT, HAN_DIGITS
from huiyin.language.personal.kinds import Found, Kind

# 两 counts (两户) and is not read in a room number.
_D = DIGIT.replace("两", "")
_HAN_D = f"[{HAN_DIGITS.replace('两', '')}]"
_S = r"\s?"
_DASH = rf"{_S}-{{1,2}}{_S}"
_COUNTING = "一二三四五六七八九十百零〇两"

_BUILDING_NUMBER = (
    rf"(?:[0-9]{{1,4}}|[{_COUNTING}]{{1,5}}|[甲乙丙丁戊]"
    rf"|(?<![A-Za-z])[A-Za-z][0-9]{{0,2}}|[0-9]{{1,2}}[A-Za-z])"
)
_BUILDING = (
    rf"{_BUILDING_NUMBER}{_S}(?:号{_S}楼|号{_S}栋|号{_S}幢"
    rf"|号{_S}院{_S}[0-9]{{1,3}}号楼|栋|幢|棟|座|#{_S}楼?|弄{_S}[0-9]{{1,4}}号)"
)
_UNIT_NUMBER = rf"(?:[0-9]{{1,2}}|[{_COUNTING}]{{1,3}}|[甲乙丙丁东西南北中]|[A-Za-z])"
_UNIT = rf"(?:{_UNIT_NUMBER}{_S}(?:单{_S}元|門|门|梯(?![井厅]))|[东西南北中]单元)"
_FLOOR = rf"(?:(?:[0-9]{{1,2}}|[{_COUNTING}]{{1,3}}){_S}(?:层|楼)(?!{_S}[盘道上下顶]))"

# A number of three or four digits, possibly with a letter (1203A); what follows tells it from a count.
# No end is asked of Chinese numerals: 三零二一直没人管.
_ROOM_DIGITS = (
    rf"(?:[0-9](?:\s?[0-9]){{2,3}}(?![0-9])|{_HAN_D}(?:\s?{_HAN_D}){{2,3}}|{_D}(?:\s?{_D}){{2,3}}(?!{_D}))"
    r"(?:[A-Ha-h](?![A-Za-z0-9]))?"
)
_NOT_A_COUNT = (
    r"(?!\s?(?:户(?!主|型|内|家|业)|人(?!家)|名|个|家(?!里|中|的|漏|在|都|长|属)|套|平(?!时|日|常|台)|㎡|米|元|年(?!久)|多(?!次)"
    r"|余|辆|台|位(?!于|置)|件|次|万|千|百|%|度(?!过)|天|盏|间(?!歇|断|隔)|栋|幢|座|#|层|路|条|块|斤|吨|分钟|小时|点"
    r"|倍|亩|部(?!分|门)|线|棵|盆|根|号楼|号院|号线|号文|单元|[ck]?m(?![a-z])|k[gw]|楼(?![上下])|mm|国道|省道|县道|医院|中学|小学))"
    r"(?!\.\d)(?!:\d)"
)
_NOT_A_YEAR = rf"(?!(?:19|20)\d{{2}}\s?(?:年|[-./]\s?\d)|{_HAN_D}{{2,4}}\s?年)"
_ROOM_END = rf"(?:{_S}(?:室|号{_S}房|房(?![价屋子东产租型间本贷源顶梁地补])|号(?![楼院线文])))?"
_ROOM = rf"{_NOT_A_YEAR}{_ROOM_DIGITS}{_NOT_A_COUNT}{_ROOM_END}"
_SIDE = r"(?:[东西南北中左右]{1,2}(?:边)?(?:户|室|手(?!机)|门(?!口)))"
_MORE_ROOMS = rf"(?:\s?[、,和及与至到/~-]\s?{_ROOM})*"
_LINK = r"(?:\s{0,2}[-·/#]?\s{0,2})"

_AFTER_BUILDING = re.compile(
    rf"(?P<building>{_BUILDING})(?P<tail>{_LINK}(?:"
    rf"{_UNIT}{_LINK}(?:{_FLOOR}{_LINK})?(?:(?:之)?{_ROOM}{_MORE_ROOMS}|{_FLOOR}?{_SIDE})"
    rf"|{_FLOOR}{_LINK}(?:{_ROOM}{_MORE_ROOMS}|{_SIDE})"
    rf"|{_UNIT_NUMBER}{_DASH}{_ROOM}{_MORE_ROOMS}"
    rf"|{_ROOM}{_MORE_ROOMS}"
    rf"))"
)
_AFTER_UNIT = re.compile(
    rf"(?:{_UNIT})(?:{_LINK}{_FLOOR})?{_LINK}(?:{_ROOM}{_MORE_ROOMS}|{_FLOOR}{_SIDE})"
    rf"|(?<![-\d])[0-9]{{1,2}}楼-?{_ROOM}{_MORE_ROOMS}"
)
# 5-3-201: three parts suffice; two parts (5-201) need a word before or 室 after.
_PART = rf"(?:[0-9]{{1,3}}|[{_COUNTING}]{{1,3}}|[A-Za-z][0-9]{{0,2}})"
_DASHED = re.compile(
    rf"(?<![\dA-Za-z.¥$])(?<!\d[-./])(?!400|800)(?P<first>{_PART}{_DASH})(?P<middle>{_PART}{_DASH}){{1,2}}"
    rf"(?P<room>{_ROOM_DIGITS})(?![-./]\d)(?!:\d){_NOT_A_COUNT}{_ROOM_END}"
)
_HOME = (
    r"(?:家住|住在|住址|住处|住|我家在?|家在|房间号|房号|房屋号|门牌号?码?|室号|地址|家庭地址|位于|业主|住户|租户|邻居|隔壁|楼上|楼下|对门)"
    r"(?:是|为|的)?[\s:]{0,2}"
)
_AT_HOME = re.compile(
    rf"(?P<word>{_HOME})(?P<place>(?:{_PART}(?:{_DASH}|\s?[/.]\s?|\s)){{0,3}}?{_ROOM})(?!\s?[-./]\d)"
)
_NEAR_ESTATE = re.compile(
    rf"(?<=[区园苑寓城府庭湾居里])\s?(?P<place>(?:[0-9]{{1,2}}|[A-Za-z][0-9]?)-[0-9]{{3,4}})(?![-./:\dA-Za-z])"
    rf"{_NOT_A_COUNT}(?=室|房|号|业主|住户|[\s,。;!?()]|$|的|漏|楼)(?:室|房|号(?![楼院线]))?"
)
_SHORT_WITH_ROOM = re.compile(
    rf"(?<![-\d.])[0-9A-Za-z]{{1,3}}(?P<place>{_DASH}[0-9]{{3,4}}\s?(?:室|号房|房号))"
)
_ROOM_ALONE = re.compile(
    rf"(?<![-\d.:])(?:{_D}(?:\s?{_D}){{2,3}}[A-Ha-h]?\s?(?:室|号房(?![屋价]))|[0-9]{{3,4}}\s?房(?![价屋子东产租型间本贷源顶梁地补])"
    r"|[一二三四五六七八九]百零?[一二三四五六七八九十]{1,3}室)"
)
_OFFICE = re.compile(
    r"(?:居委会|村委会|办公|服务中心|政务|大厅|窗口|会议|物业(?:公司|中心|处)|大厦)[^,。;]{0,6}$"
)
# What every room has: three digits that are not a year, a side of the landing, or 百…室.
_HINT = re.compile(
    rf"(?!(?:19|20)[0-9]{{2}}\s?年){_D}\s?{_D}\s?{_D}|[东西南北中左右](?:边)?(?:户|室|手|门)|百零?[{_COUNTING}]{{1,3}}室"
)
_REACH = 64


def find_rooms(text: str) -> Iterator[Found]:
    """Each place that leads to one household; the building before it is left out of the span."""
    for start, end in _neighbourhoods(text):
        yield from _find_between(text, start, end)


def _neighbourhoods(text: str) -> Iterator[tuple[int, int]]:
    """The stretches of text worth reading closely: most text has no number a room could have."""
    start = end = -1
    for match in _HINT.finditer(text):
        if match.start() > end:
            if end >= 0:
                yield start, end
            start = max(0, match.start() - _REACH)
        end = min(len(text), match.end() + _REACH)
    if end >= 0:
        yield start, end


def _find_between(text: str, start: int, end: int) -> Iterator[Found]:
    for match in _AFTER_BUILDING.finditer(text, start, end):
        yield _found(match.start("tail"), match.end("tail"), text)
    for match in _AFTER_UNIT.finditer(text, start, end):
        yield _found(match.start(), match.end(), text)
    for match in _SHORT_WITH_ROOM.finditer(text, start, end):
        yield _found(match.start("place"), match.end("place"), text)
    for match in _DASHED.finditer(text, start, end):
        yield _found(match.end("first") - _dash_length(match["first"]), match.end(), text)
    for pattern in (_AT_HOME, _NEAR_ESTATE):
        for match in pattern.finditer(text, start, end):
            place = match.start("place")
            building = re.match(rf"{_PART}(?=[-/.\s])", match["place"])
            yield _found(place + building.end() if building else place, match.end(), text)
    for match in _ROOM_ALONE.finditer(text, start, end):
        if not _OFFICE.search(text, max(0, match.start() - 12), match.start()):
            yield _found(match.start(), match.end(), text)


def _dash_length(part: str) -> int:
    return len(part) - len(part.rstrip("- "))


def _found(start: int, end: int, text: str) -> Found:
    while text[start] == " ":
        start += 1
    return Found(Kind.ROOM, start, end)
