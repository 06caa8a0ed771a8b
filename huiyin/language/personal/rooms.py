"""Room-level addresses: the unit and room after a building, a room after a unit, a room on its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from huiyin.language.personal.digits import HAN_DIGITS
from huiyin.language.personal.kinds import MARK_OF, MARKS, Found, Kind
from huiyin.language.personal.searching import EVERYWHERE, Search

# 两 counts (两户) and is read in a room number only after a zero (三零两).
_HAN = HAN_DIGITS.replace("两", "")
_D = f"[0-9{_HAN}]"
_HAN_D = rf"(?:[{_HAN}]|(?<=[零〇])两)"
_S = r"\s?"
_DASH = rf"{_S}(?:-{{1,2}}|[/_~\\#]|杠|之){_S}"
_COUNTING = "一二三四五六七八九十百零〇两"
_ONE = "[一二三四五六七八九]"

_BUILDING_NUMBER = (
    rf"(?:[0-9]{{1,4}}|[{_COUNTING}壹贰叁肆伍陆柒捌玖]{{1,5}}|[甲乙丙丁戊]"
    rf"|(?<![A-Za-z])[A-Za-z][0-9]{{0,2}}|[0-9]{{1,2}}[A-Za-z])"
)
_BUILDING = (
    rf"{_BUILDING_NUMBER}{_S}(?:号{_S}楼|号{_S}栋|号{_S}幢"
    rf"|号{_S}院{_S}[0-9]{{1,3}}号楼|栋|幢|座|#{_S}楼?|弄{_S}[0-9]{{1,4}}号)"
)
_UNIT_NUMBER = rf"(?:[0-9]{{1,2}}|[{_COUNTING}壹贰叁肆伍陆柒捌玖]{{1,3}}|[甲乙丙丁东西南北中]|[A-Za-z])"
_UNIT = rf"(?:{_UNIT_NUMBER}{_S}(?:单{_S}元|门|梯(?![井厅]))|[东西南北中]单元)"
_FLOOR = (
    rf"(?:(?:[0-9]{{1,2}}|[{_COUNTING}]{{1,3}}){_S}(?:层|楼)(?!{_S}[盘道上下顶])|地下室|负[一二三]层"
    rf"|地下[一二三]层|[顶底]层)"
)

# Three or four digits, possibly with a letter (1203A); what follows tells them from a count. No end is asked of
# Chinese numerals: 三零二一直没人管.
_IN_DIGITS = (
    rf"(?:[0-9]{{2,3}}(?:[零〇二三四五六七八九贰叁肆伍陆柒捌玖]|[一壹](?=[室号房业住]|[^\w]|$))(?!{_D})"
    rf"|[0-9]{{3,4}}(?![0-9])|[0-9](?:\s[0-9]){{2,3}}(?!\s?[0-9])"
    rf"|{_HAN_D}(?:\s?{_HAN_D}){{2,3}}(?!\s?[0-9])|{_D}(?:\s?{_D}){{2,3}}(?!{_D}(?![直些定下起样会])))"
    r"(?:[A-Ha-h](?![A-Za-z0-9])|-[0-9](?![0-9-]))?+"
)
# 五百零一, 一千二百零五, 十二零五; 五百 alone is a count.
_IN_WORDS = (
    rf"(?:(?:{_ONE}千)?{_ONE}百[零〇]?(?:{_ONE}?十{_ONE}?|{_ONE})|{_ONE}?十{_ONE}?[零〇]{_ONE})(?!多(?!次)"
    rf"|[余来几十百千万{_HAN}])"
)
_NOT_A_COUNT = (
    r"(?!\s?(?:户(?!主|型|内|家|业)|人(?!家)|名|个|家(?!里|中|的|漏|在|都|长|属)|套|平(?!时|日|常|台)|㎡"
    r"|米|元(?!旦|宵)|圆|年(?!久)|多(?!次)"
    r"|余|辆|台|位(?!于|置)|件|次|万|千|百|%|度(?!过)|天|盏|间(?!歇|断|隔)|栋|幢|座|#|层|路|条|块|斤|吨"
    r"|分钟|小时|点|左右|以上|以下|上下"
    r"|倍|亩|部(?!分|门)|线|棵|盆|根|号楼|号院|号线|号文|单元|[ck]?m(?![a-z])|[kK]?[vVwW](?![A-Za-z])"
    r"|k[gw]|楼(?![上下])|mm|国道|省道|县道|医院|中学|小学"
    r"|伏|瓦|分贝|车位|车库|字|页|沿线|高速|急救|报警|消防|热线|投诉|大会|会议))"
    r"(?!\.\d)(?!:\d)"
)
_NOT_A_YEAR = rf"(?!(?:19|20)\d{{2}}\s?(?:年|[-./]\s?\d)|{_HAN_D}{{2,4}}\s?年)"
_NOT_A_HOTLINE = r"(?!(?:400|800)\s?-|0\d{2,3}\s?-\s?\d{4}|(?:400|1(?:10|19|20|22))(?:电话|出警|民警|警察))"
_ROOM_END = rf"(?:{_S}(?:室|号{_S}房|房(?![价屋子东产租型间本贷源顶梁地补])|号(?![楼院线文])|屋))?"
_NUMBER = rf"(?:{_IN_DIGITS}|{_IN_WORDS}|[A-Fa-f]-?[0-9]{{3,4}}(?![0-9A-Za-z])|B[1-3]-[0-9]{{3}}(?![0-9]))"
_ROOM = (
    rf"{_NOT_A_YEAR}{_NOT_A_HOTLINE}(?:{_NUMBER}{_NOT_A_COUNT}|[0-9]{{3,4}}[A-Ha-h](?![A-Za-z0-9])"
    rf"|[0-9]{{1,2}}\s?-\s?0[1-9](?![0-9:])){_ROOM_END}"
)
# Behind a unit or a floor a shorter number will do, and 户 does not count.
_NOT_A_THING = r"(?![楼院线文]|电?梯|门|车|机|井|泵|箱|柱|通知)"
_ROOM_OF_UNIT = (
    rf"(?:(?:{_IN_DIGITS}|{_IN_WORDS}){_S}户(?![居型]|都|共|同意|业主){_ROOM_END}|{_ROOM}"
    rf"|[0-9]{{1,2}}{_S}-{_S}[0-9]{{2}}(?![0-9:层楼号日月点单])(?:{_S}(?:室|号|房))?"
    rf"|(?:[0-9]{{1,2}}|[{_COUNTING}]{{1,3}}){_S}(?:室(?!外|内)|号{_NOT_A_THING}))"
)
_SIDE = r"(?:[东西南北中左右]{1,2}[边侧面]?[那这]?(?:户|室|手(?!机)|门(?!口)))"
_MORE_ROOMS = rf"(?:\s?[、,和及与或至到/~-]\s?{_ROOM})*"
# (2单元)1203, 15号楼的1203, 15号楼,1203
_LINK = r"(?:\s{0,2}(?:[-·/#,:.|~_\\+=*\"'()\[\]<>]{1,3}|的|里的?|那个|杠|之)?\s{0,2}[(\[\"']?)"

AFTER_BUILDING = re.compile(
    rf"(?P<building>{_BUILDING})(?P<tail>{_LINK}(?:"
    rf"{_UNIT}{_LINK}(?:{_FLOOR}{_LINK})?(?:{_SIDE}{_LINK})?(?:第?{_ROOM_OF_UNIT}{_MORE_ROOMS}|{_FLOOR}?{_SIDE})"
    rf"|{_FLOOR}{_LINK}(?:{_ROOM_OF_UNIT}{_MORE_ROOMS}|{_SIDE})"
    rf"|{_UNIT_NUMBER}(?:{_DASH}|\s?[,(]\s?){_ROOM}{_MORE_ROOMS}"
    rf"|第?{_ROOM}{_MORE_ROOMS}|[0-9]{{1,2}}{_S}室(?![内外0-9{_COUNTING}])"
    rf"))"
)
AFTER_UNIT = re.compile(
    rf"(?:{_UNIT})(?:{_LINK}{_FLOOR})?{_LINK}(?:{_ROOM_OF_UNIT}{_MORE_ROOMS}|{_FLOOR}{_SIDE})"
    rf"|(?P<floor>(?<![-\d{_COUNTING}])(?:[0-9]{{1,2}}|[{_COUNTING}]{{1,3}})楼)-?的?{_ROOM}{_MORE_ROOMS}"
)
# 5-3-201: three parts suffice; two parts (5-201) need a word before or 室 after.
_PART = rf"(?:[0-9]{{1,3}}|[{_COUNTING}]{{1,3}}|[A-Za-z][0-9]{{0,2}})"
DASHED = re.compile(
    rf"(?<![\dA-Za-z.¥$Φφ])(?<!\d[-./])(?<![A-Za-z]-)(?!400"
    rf"|800)(?P<first>{_PART}{_DASH})(?P<middle>{_PART}{_DASH}){{1,2}}"
    rf"(?P<room>{_IN_DIGITS})(?![-./]\d)(?!:\d){_NOT_A_COUNT}{_ROOM_END}"
)
DASH_BEGINS = re.compile(r"[-/_~\\#杠之\s]")
CODE_BEFORE = re.compile(r"(?:型|号型|图|表|编号|款|规格|附件|科目|件号|货号|第|版本|年)号?\s?:?\s?$")
_LETTERS = re.compile("[A-Za-z]")
# 3/12/2024; 22/3/2004 is a room in 22号楼.
A_DATE = re.compile(
    r"(?:0?[1-9]|1[0-2])\s?/\s?\d{1,2}\s?/\s?(?:19|20)\d{2}$|\d{1,2}/(?:0\d|1[0-2])/(?:19|20)\d{2}$"
)
A_YEAR = re.compile(r"(?:19|20)\d{2}$")
# 幸福里5/6/1904, 邻居5/6/1904: behind a home it is a room on the 19th floor all the same.
_ESTATE = "(?<![社地辖])区|[园苑寓城府庭湾居]|(?<![区园苑寓城府庭湾居])里"
_HOME = (
    r"(?:家住|住在|住址|住处|住|我家在?|家在|房间号|房号|房屋号|门牌号?码?|室号|地址|家庭地址|位于|业主"
    r"|住户|租户|邻居|隔壁|楼上|楼下|对门)"
    r"(?:是|为|的)?[\s:,\-\"'(\[]{0,3}"
)
HOME_BEFORE = re.compile(rf"(?:{_HOME}|{_ESTATE})$")
AT_HOME = re.compile(
    rf"(?P<word>{_HOME})(?P<place>(?:{_PART}(?:{_DASH}|\s?[.,]\s?|\s)){{0,3}}?{_ROOM})(?!\s?[-./]\d)"
)
FIRST_PART = re.compile(rf"{_PART}(?={_DASH}|[.,\s])")
NEAR_ESTATE = re.compile(
    rf"(?<=[区园苑寓城府庭湾居里])\s?(?P<place>(?:[0-9]{{1,2}}|[A-Za-z][0-9]?){_DASH}[0-9]{{3,4}})(?![-./:\dA-Za-z])"
    rf"{_NOT_A_COUNT}(?=室|房|号|业主|住户|[\s,。;!?()]|$|的|漏|楼)(?:室|房|号(?![楼院线]))?"
)
SHORT_WITH_ROOM = re.compile(
    rf"(?<![-\d.])[0-9A-Za-z]{{1,3}}(?P<place>{_DASH}[0-9]{{3,4}}\s?(?:室|号房|房号))"
)
ROOM_ALONE = re.compile(
    rf"(?<!\d:)(?<![-\d.])(?:(?:[0-9]{{3,4}}|{_D}(?:\s?{_D}){{2,3}})[A-Ha-h]?\s?(?:室|号房(?![屋价])|房间)"
    rf"|[0-9]{{3,4}}\s?房(?![价屋子东产租型间本贷源顶梁地补])"
    rf"|{_IN_WORDS}室)"
)
# 501业主, 501的住户, 1503号业主 but not 丙丁路128号业主, 501的〔姓名〕大妈, 我是501的
OF_PEOPLE = re.compile(
    rf"(?<![A-Za-z]\s)(?<!\d,)(?<![-\d.:¥$〕第{_HAN}A-Za-z共有约近超余达计含及过])(?!(?:19"
    rf"|20)\d{{2}}(?!号))(?!(?<=[路街巷道弄同条胡村屯庄文发字])[0-9{_HAN}]+号)"
    rf"(?P<place>(?:[0-9]{{3,4}}|[{_HAN}]{{3,4}})(?:号(?=的?(?:业主|住户|租户|户主|租客|房主)))?)室?"
    rf"(?:的?(?=业主(?!大会|委|群|签|同意|投票)|住户|租户|户主|租客|房主|房东|邻居|那家|这家|那户|这户"
    rf"|家(?:里|漏|的|在|[他她]|老[人公婆太头]|媳妇|儿子|女儿|孩子|小孩|养(?!老)|天天|每天|半夜|装修|吵|[总又])"
    rf"|{MARK_OF[Kind.NAME]})|的(?=大爷|大妈|大叔|阿姨|奶奶|爷爷|老[太头人]|小伙|姑娘|小两口))"
    rf"|我(?:是|家是)(?P<mine>[0-9]{{3,4}}|[{_HAN}]{{3,4}})(?=的|室)"
)
# 〔房号〕漏水到401
FURTHER = re.compile(
    rf"{MARK_OF[Kind.ROOM]}[^,。;!?\n0-9{MARKS}]{{0,8}}?(?:到|至|和|跟|与|及|给|往|、|淹了?"
    rf"|影响了?)\s?(?P<place>{_ROOM})"
    r"(?=[\s,。;!?、)]|$|的|家|也|都|漏|了|顶|业主|住户|客|厨|卫|阳|墙)"
)
# In a field that asks for a building only, every number that does not name one is a room.
_NAMES_A_BUILDING = r"(?!\s?(?:号?楼(?!层)|[栋幢座#弄门期区院层路]|号[院楼]|单元|户|米|年|[国省县]道|车位))"
_IN_A_FIELD = re.compile(
    rf"(?<![\d.{_HAN}])(?P<first>{_PART})(?P<rest>(?:(?:{_DASH}|\s?[.,]\s?)[0-9A-Za-z]{{1,4}}){{2,3}}"
    rf"|{_DASH}[0-9]{{3,4}}[A-Ha-h]?)"
    rf"(?![0-9]){_NAMES_A_BUILDING}{_ROOM_END}"
    rf"|(?<![\d第{_HAN}])(?<!路|街|巷|道|弄)(?P<number>{_NUMBER}"
    rf"|[0-9]{{1,2}}(?=室)){_NOT_A_YEAR}{_NAMES_A_BUILDING}{_ROOM_END}"
    rf"|(?P<side>[东西南北中左右]{{1,2}}(?:户|手))"
)
OFFICE = re.compile(
    r"(?:居委会|村委会|办公|[局厅]|公司|银行|服务中心|政务|大厅|窗口|会议|物业(?:公司|中心|处)|大厦)[^,。;]{0,6}$|物业$"
)
# What every room has: three digits that are not a year, a side of the landing, 百…, 5-01 or 01室.
HINT = re.compile(
    rf"(?!(?:19|20)[0-9]{{2}}\s?年){_D}\s?{_D}\s?{_D}|[东西南北中左右][边侧面]?[那这]?(?:户|室|手|门)"
    rf"|百[{_COUNTING}]|十{_ONE}?[零〇]"
    rf"|-\s?0[1-9]|(?:元|门|层|楼|[栋幢座#)\]\-])\W{{0,3}}[0-9{_COUNTING}]{{1,3}}\s?[室号户-]"
)
REACH = 64
"""Characters before and behind a hint that are read closely."""
TRIMMED = " ,:.|=的里那个\"'"
_PAIRS = {")": "(", "]": "["}


PATTERNS = (
    AFTER_BUILDING,
    AFTER_UNIT,
    ROOM_ALONE,
    SHORT_WITH_ROOM,
    FURTHER,
    DASHED,
    AT_HOME,
    NEAR_ESTATE,
    OF_PEOPLE,
)
"""One of them matches near a hint, in the text that ends where its reach ends, where a room is found."""


def find_rooms(text: str, search: Search = EVERYWHERE) -> Iterator[Found]:
    """Each place that leads to one household; the building before it is left out of the span."""
    for start, end in _neighbourhoods(text, search):
        for found_from, found_to in _find_between(text, start, end, search):
            yield _found(found_from, found_to, text)


def find_rooms_in_field(text: str) -> Iterator[Found]:
    """Rooms in the answer to 'which building': 12-1205, 3/2/501, 501."""
    for match in _IN_A_FIELD.finditer(text):
        name = "rest" if match["rest"] else "number" if match["number"] else "side"
        yield _found(match.start(name), match.end(), text)


def _neighbourhoods(text: str, search: Search) -> Iterator[tuple[int, int]]:
    """The stretches of text worth reading closely: most text has no number a room could have."""
    start = end = -1
    for match in search.over(HINT, text):
        if match.start() > end:
            if end >= 0:
                yield start, end
            start = max(0, match.start() - REACH)
        end = min(len(text), match.end() + REACH)
    if end >= 0:
        yield start, end


def _find_between(text: str, start: int, end: int, search: Search) -> Iterator[tuple[int, int]]:
    for match in search.over(AFTER_BUILDING, text, start, end):
        yield match.span("tail")
    for pattern in (AFTER_UNIT, ROOM_ALONE):
        for match in search.over(pattern, text, start, end):
            at_home = pattern is AFTER_UNIT and not match["floor"]
            if at_home or not OFFICE.search(text, max(0, match.start() - 12), match.start()):
                yield match.span()
    for pattern in (SHORT_WITH_ROOM, FURTHER):
        for match in search.over(pattern, text, start, end):
            yield match.span("place")
    for match in search.over(DASHED, text, start, end):
        is_code = CODE_BEFORE.search(text, max(0, match.start() - 6), match.start())
        with_strokes = "/" in match["first"]
        is_line = with_strokes and _LETTERS.search(match.group())
        is_date = with_strokes and A_DATE.match(match.group())
        is_home = HOME_BEFORE.search(text, max(0, match.start() - 12), match.start())
        if not (is_code or is_line or (is_date and not is_home)):
            yield match.end("first") - _dash_length(match["first"]), match.end()
    for pattern in (AT_HOME, NEAR_ESTATE):
        for match in search.over(pattern, text, start, end):
            building = FIRST_PART.match(match["place"])
            if not (A_YEAR.search(match.group()) and (building or text[match.start("place") - 1] == "(")):
                yield match.start("place") + (building.end() if building else 0), match.end()
    for match in search.over(OF_PEOPLE, text, start, end):
        yield match.span("place" if match["place"] else "mine")


def _dash_length(part: str) -> int:
    return len(part) - len(DASH_BEGINS.split(part, maxsplit=1)[0])


def _found(start: int, end: int, text: str) -> Found:
    """Without what only links it to the words before, and with both of its brackets."""
    while (
        text[start] in TRIMMED
        or text[start] in _PAIRS
        or (text[start] in "([" and not _closes(text[start:end]))
    ):
        start += 1
    piece = text[start:end]
    for closing, opening in _PAIRS.items():
        if piece.count(closing) > piece.count(opening) and text[start - 1 : start] == opening:
            start -= 1
        elif piece.count(opening) > piece.count(closing) and text[end : end + 1] == closing:
            end += 1
    return Found(Kind.ROOM, start, end)


def _closes(piece: str) -> bool:
    return any(closing in piece for closing in _PAIRS)
