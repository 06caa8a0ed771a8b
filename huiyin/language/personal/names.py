"""Names after the words that introduce them; surnames and common words are data files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from huiyin.language.personal.kinds import MARK_OF, MARKS, Found, Kind
from huiyin.language.personal.searching import EVERYWHERE, Search

HAN = "[\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U0003ffff]"

# Whoever says 我叫 goes on with a name or calls somebody; a label like 联系人 is followed by a name or by a clause.
_SELF = (
    r"(?:我的?名字?叫[做作]?+|我的名字(?:是|叫[做作]?+)|我是叫|我\s{0,2}叫[做作]?+|本人名?叫[做作]?+|我名叫)"
)
_CALLED = r"(?:名字叫[做作]?+|名叫|名字是)"
_PERSON = r"(?:名字(?=\s?:)|姓\s{0,4}名|联\s{0,2}系\s{0,2}人|[联连]\s?络\s?人)"
_PARTY = (
    r"(?:投诉人|反[映应馈]人|来[电访信]人|申请人|报[修单事]人|[举上]报人|信访人|留言人|收件人|诉求人|求助人)"
)
_WITH_COLON = (
    r"(?:署名|签名|落款|敬礼|业主|户主|租户|租客|房主"
    r"|住户|当事人|车主|乘客|家属|父亲|母亲|儿子|女儿|丈夫|妻子)\s?(?:[:=]|姓名)\s?"
)
_OWNERS = "业主|住户|居民|租户|户主|房主|家长"
_CAREFUL = (
    rf"(?:本人系?|我是(?:[^,。;!?\s{MARKS}]{{0,12}}的)?(?:{_OWNERS})?|本人是|本人为"
    rf"|[老爱人公婆儿女妈爸父母]{{2}}(?:名字)?叫)\s?:?"
)
_BEFORE_PHONE = r"(?:业主|户主|租户|租客|房主|住户|请联系|联系|请找|找)\s?:?"

TITLES = (
    r"先生|女士|小姐|太太|夫人|阿姨|大爷|大妈|大叔|叔叔|奶奶|爷爷|师傅|老师|同志|主任|经理|书记|医生|大夫|律师|警官"
    rf"|科长|局长|处长|站长|队长|(?:总|工|姐|哥|婶|伯)(?!{HAN})"
)
# Words that may follow a name of two characters at once: 我叫王五住在…, 王五电话138…
# In doubt a character is taken into the name: a word cut short is better than a name left half.
NEXT_WORDS = (
    r"电话|手机|联系|联络|号码|身份|性别|年龄|微信|邮箱|车牌|地址|证件|银行|卡号|门牌|单位"
    r"|户主|业主|同志|师傅|阿姨|大爷|老师|主任|经理|先生|女士|漏水|谢谢|麻烦|多次|一直|已经|昨天|前天|上周|每天|经常"
    r"|小区|社区|物业|因为|由于|发现|认为|号楼"
)
FOLLOWS = (
    rf"{NEXT_WORDS}|[是住在的了说很就也都于系因请从买购我你您他她这那跟把被对给需退租]|反映|反应|投诉|希望"
    rf"|报修|实名|居住|称(?!心)|表示"
    r"|今年|今天|现年|现住|现在|现居|家住|家在|家里|家的|想[问请反投咨知]|要[求反投举]|有[个一事问两]|来自"
    r"|来电|来反|出生|生于"
    r"|原[系是住籍来为]|曾[在经是任多]|向[您你物社有相市政]|[和与][我物邻家他]|为[了人什]"
    r"|男(?![\u4e00-\u9fff])|女(?![\u4e00-\u9fff])|目前"
)
_DELIMITER = (
    rf"(?=\s*(?:[,。;:!?、()\[\]/\"'\n{MARKS}]|$|{TITLES}|身份证|电话|手机|联系|家住|住"
    r"|男|女|性别|实名|系|出生|19|20|1[3-9]|现年|今年|来自|微信))"
)
# A word of any kind between a label and one of these is taken for a name.
BOUNDARY = (
    rf"(?=[\s,。;:!?、()\[\]/\"'<>|~*+=\d@{MARKS}-]|$|电话|手机|联系|身份证|号码|微信|性别|住|家住|是(?!非)"
    rf"|反映|投诉|先生|女士|小姐|[男女](?!{HAN}))"
)
_PHONE_AHEAD = (
    rf"(?=\s?[,:(]?\s?(?:电话|手机|联系电话|tel)?\s?[:是]?\s?(?:1[3-9]|一[三四五六七八九]|幺"
    rf"|[{MARK_OF[Kind.MOBILE]}{MARK_OF[Kind.LANDLINE]}]))"
)
_NOBODY = (
    "物业|不详|保密|匿名|同上|未知|社区|居委|业委|客服|业主|居民|住户|租户|户主|本人|前台|值班|公司|如下"
    "|电话|手机|方式|以及|没有|暂无|无|见附|附件"
    "|保安|保洁|电工|水工|师傅|司机|管家|经理|主任|领导|警察|家长|同前|其他|有关|相关|信息|地址|号码|项目"
    "|姓名|名字|联系|服务|维修|女儿|儿子|老婆|老公|父亲|母亲|丈夫|妻子|家属|身份|性别|年龄|日期|备注|另外"
    "|您好|你好|什么|盖章|签|要求|领款|村民|公众|社会|全体|大家|职务|单位|住址"
)
_NOT_A_PERSON = rf"(?!(?:{_NOBODY})|{HAN}{{1,4}}(?:部|会|处|站|室|所|局|委|队|中心|公司|附件){BOUNDARY})"
# What a sentence has and a name has not: 我叫水工来修, 我叫不应.
_OF_SENTENCES = "来去修了过不别走停让帮给把到他她你它您我们这那的吗呢吧个次都也就没要会能有被在着"
# 叫车, 叫水: surnames one also calls for.
_CALLED_FOR = "车水师家官花单房路连"
# The syllables Uyghur, Mongolian and Tibetan names are written with.
_FROM_AFAR = (
    "阿艾安奥巴白拜比布达迪丁都多尔法甫格古哈海合和赫江杰卡凯克库拉来兰勒里力丽利"
    "伦罗玛麦买曼米明木姆穆纳那娜尼努诺帕皮普其恰羌热日仁茹撒萨赛桑沙山斯苏索塔台"
    "泰坦特提铁图吐吾乌西仙玉亚扬央依伊扎泽孜卓珠措才次旦"
)
# Two parts of such syllables with a dot between are a name without any word that introduces it (买买提·艾力反映). Each
# part has one that hardly a place has, and no place is meant by what follows: 西山·江山, 阿卡迪亚·古力花园.
_OF_TWO_PARTS = (
    f"[{_FROM_AFAR}不卜乎汗孜别德夏帝旦格加嘎丹增顿琼旺久松罗达瓦贡布宏根恩雅森逊杜妮娅祖菲罕肉冬汉]"
)
_OF_PLACES_TOO = (
    "不安白布别达德都丹根海和合加江久来兰里利明木宁桑沙山松台泰坦特瓦旺西仙夏雅亚央扬玉日珠森恩宏增冬汉"
)
_NOT_FIRST = "不和来都日明"
_PART_FOLLOWS = r"家|天天|每天|总是|老是|骂|打[人我了]|养|遛|一家|夫妇|夫妻|媳妇|老[婆公]"
_PLACE_FOLLOWS = (
    r"\s?(?:小区|社区|物业|业主|号楼|公寓|大厦|大道|广场|中心|项目|楼盘|酒店|饭店|餐厅|超市|商场|品牌|[花家庄校学乐公]园"
    r"|[府苑园城湾里院村镇路街区楼店馆牌墅](?![里的])|[\d一二三四五六七八九十A-Z]{1,3}\s?(?:号楼|号院|期|栋|幢|区|座|#))"
)
# Surnames with which hardly another word begins or ends.
PLAIN = (
    "王李张刘陈杨赵吴徐孙胡朱林郭罗梁宋郑韩唐冯董萧曹袁邓傅沈彭吕苏"
    "卢蒋蔡贾丁魏薛阎潘杜戴汪姜姚谭廖邹熊郝崔邱秦侯邵孟"
)
# Surnames of two characters that are no word of another meaning (东方, 百里): seen at once for what they are.
_PLAINLY_DOUBLE = "欧阳|司马|上官|诸葛|皇甫|尉迟|慕容|令狐|司徒|夏侯"
_A_PHONE = f"[{MARK_OF[Kind.MOBILE]}{MARK_OF[Kind.LANDLINE]}]"
_PLACE_ENDINGS = "人户生员工者民区城家主师店村镇县市院苑园府湾厦路街楼栋号室站队组部处会的了"

# Between a label and the name: (业主), 1, 及电话; then signs, a word like 是, signs.
_SIGNS = rf"(?:[^\w。!?〔〕{MARKS}]|_)"
_QUALIFIER = (
    r"(?:\s?[(\[][^()\[\]\n]{1,8}[)\]])??(?:\s?[0-9一二三①②③A-Da-d](?![0-9一二三A-Za-z]))?"
    r"(?:\s?(?:及|和|与|[、/,])?\s?(?:联系|手机|的)?(?:电话|方式|手机号?|号码|姓名|名字|信息))?"
)
_KIN = "女儿|儿子|妻子|丈夫|母亲|父亲|爱人|老伴|业主|住户|租户|本人"
_JOIN = rf"{_QUALIFIER}{_SIGNS}{{0,6}}(?:就是|还是|请找|[是为叫系写找])?{_SIGNS}{{0,4}}(?:{_KIN})?"
_MARKED_JOIN = (
    rf"{_QUALIFIER}{_SIGNS}{{0,6}}(?:(?<=[^\w\s,、(])|[是为叫系])[\d.]{{0,2}}{_SIGNS}{{0,4}}(?:{_KIN})?"
)
_SELF_JOIN = rf"{_SIGNS}{{0,4}}"


@cache
def words_of(name: str) -> tuple[str, ...]:
    text = files("huiyin.language").joinpath(f"data/{name}").read_text(encoding="utf-8")
    lines = (line.split("#", 1)[0] for line in text.splitlines())
    return tuple(word for line in lines for word in line.split())


def one_surname() -> str:
    words = words_of("surnames.txt")
    double = [word for word in words if len(word) > 1]
    single = "".join(word for word in words if len(word) == 1)
    return rf"(?:{'|'.join(double)}|[{single}])"


@cache
def _alone() -> re.Pattern[str]:
    return re.compile(rf"(?<!{HAN}){one_surname()}{HAN}")


def begins_like_a_name(text: str) -> bool:
    """Whether a run of Chinese characters begins with a surname, as a name does that no words introduce."""
    return _alone().search(text) is not None


@cache
def rules() -> dict[str, re.Pattern[str]]:
    """By what leads to the name."""
    surname, not_names = one_surname(), "|".join(words_of("not_names.txt"))
    spaced_double = "|".join(" {1,3}".join(word) for word in words_of("surnames.txt") if len(word) > 1)
    spaced_surname = rf"(?:{spaced_double}|{surname})"
    common = f"[{''.join(word for word in words_of('surnames.txt')[:110] if len(word) == 1)}]"
    another = rf"[和与及](?!{not_names}){surname}{HAN}{{1,2}}?(?:{BOUNDARY}|(?={FOLLOWS}))"
    titled = rf"(?:{surname}|[老小阿]{surname})(?={TITLES})"
    # A spaced name is spaced throughout (张 小 明); otherwise the second space ends it (王五 请回电).
    spaced = (
        rf"{spaced_surname} {{1,3}}(?!{FOLLOWS}){HAN}"
        rf"(?: {{1,3}}(?!{FOLLOWS}){HAN}|{HAN}(?!{HAN}))?"
        rf"|{surname}{HAN} (?!{FOLLOWS}){HAN}(?!{HAN})"
    )
    joined = rf"{surname}(?!{TITLES}|{NEXT_WORDS}){HAN}(?:(?!{FOLLOWS}|{TITLES}|{another}){HAN})?"
    name = (
        rf"(?!{not_names}|[{_CALLED_FOR}]{HAN}[{_OF_SENTENCES}]){_NOT_A_PERSON}(?:{titled}|{spaced}|{joined}"
        rf"|[老小阿]{surname}(?!{HAN}))"
    )
    western = (
        r"(?!tel|phone|mobile|wechat|vx|wx|qq|app|id|no|http|www|mail"
        r"|email)[A-Za-z]{2,12}(?: [A-Za-z]{2,12}){0,2}(?![\w@.])"
    )
    dotted = rf"{HAN}{{2,6}}[·-]{HAN}{{2,8}}(?:·{HAN}{{2,8}})?|{surname}[·-]{HAN}{{1,2}}"
    from_afar = rf"[{_FROM_AFAR}]{{2,8}}(?=\s?(?:{FOLLOWS}|{TITLES})|{BOUNDARY})"
    whole = (
        rf"(?![是为叫系]){_NOT_A_PERSON}(?:{HAN}(?: {{1,3}}{HAN}){{1,2}}+(?=\s?(?:{FOLLOWS}|{TITLES})"
        rf"|(?!{HAN}))|(?!{HAN}{{1,2}}(?:{TITLES})){HAN}{{2,4}}?){BOUNDARY}"
    )
    initial = rf"[A-Z](?![市区县省镇村座栋]){HAN}{{1,2}}(?!{HAN})|{surname}[A-Za-z]{{1,6}}(?![\w@])"
    alone = rf"{common}(?=[,。;!?]|$)"
    with_phone = rf"{common}(?=\s?[,:(]?\s?(?:电话|手机)?\s?:?\s?{_A_PHONE})"
    titled_beside = rf"(?:(?<![阎子园森])[{PLAIN}]|(?<!{HAN}){common})"
    in_brackets = rf"(?!{not_names}){_NOT_A_PERSON}{common}(?:(?!{FOLLOWS}|{TITLES}){HAN}){{1,2}}"
    return {
        "self whole": re.compile(
            rf"{_SELF}{_SELF_JOIN}(?P<name>{dotted}|{from_afar}|(?!{HAN}{{0,3}}[{_OF_SENTENCES}]){whole})"
        ),
        "self": re.compile(rf"{_SELF}{_SELF_JOIN}(?P<name>{name}|{initial}|{western}|{alone})"),
        "person whole": re.compile(
            rf"(?:{_PERSON}{_MARKED_JOIN}|{_PARTY}{_QUALIFIER}\s?:\s{{0,3}})"
            rf"(?P<name>{dotted}|{from_afar}|{whole}|{initial}|{western})"
        ),
        "person": re.compile(rf"{_PERSON}{_JOIN}(?P<name>{dotted}|{from_afar}|{name}|{with_phone})"),
        # Parties act in sentences (申请人储存…): a rare surname counts only where the name is seen to end.
        "party": re.compile(
            rf"(?:{_PARTY}{_JOIN}|{_CALLED}{_SELF_JOIN})(?P<name>{dotted}|{from_afar}"
            rf"|(?={common}|{_PLAINLY_DOUBLE}){name}"
            rf"|{with_phone}|{name}(?=\s?(?:{FOLLOWS}|{TITLES})|{BOUNDARY}))"
        ),
        "starred": re.compile(
            rf"(?:{_SELF}|{_PERSON}|{_PARTY}){_JOIN}(?P<name>{surname}[*xX某]{{1,2}}{HAN}?)(?=\W|$|电话|手机|\d)"
        ),
        "parts": re.compile(
            rf"(?:我|本人|免贵|敝)姓{_SIGNS}?(?P<name>{surname}(?:,?单?名叫?|,?叫)?{HAN}{{1,2}}?"
            rf"|{surname}){_DELIMITER}"
        ),
        "colon": re.compile(rf"{_WITH_COLON}(?P<name>{dotted}|{name})"),
        "careful": re.compile(
            rf"{_CAREFUL}(?P<name>(?!{not_names}){common}(?:{HAN}(?![{_PLACE_ENDINGS}]){HAN}|{HAN})"
            rf"(?<![{_PLACE_ENDINGS}])){_DELIMITER}"
        ),
        # 举报人:余中华、王才茂和张庆国
        "further": re.compile(
            rf"\s?(?:[、/,&+和与及或 ]"
            rf"|以及)\s?(?P<name>(?!{not_names}){_NOT_A_PERSON}{surname}(?!{TITLES})(?:(?!{FOLLOWS}){HAN}){{1,2}})"
            rf"(?=[\s、,。;:!()/\d{MARKS}]|$|电话|手机|{FOLLOWS})"
        ),
        "before phone": re.compile(
            rf"{_BEFORE_PHONE}(?P<name>{dotted}|(?!{not_names}){_NOT_A_PERSON}{surname}{HAN}{{1,2}}?){_PHONE_AHEAD}"
        ),
        # Whose telephone it is: 〔手机号〕(范师傅), 〔手机号〕(范小军), 范师傅〔手机号〕.
        # Elsewhere staff keep their names. Few titles ahead of it: each is dear to the kernels (`tables.Places.kind`).
        "behind a phone": re.compile(rf"{_A_PHONE}\s?(?P<name>{common}(?={TITLES}))"),
        "in brackets behind a phone": re.compile(
            rf"{_A_PHONE}\s?\(\s?(?P<name>{surname}(?={TITLES})|{in_brackets}(?=\s?\)))"
        ),
        "ahead of a phone": re.compile(
            rf"(?P<name>{titled_beside})(?:师傅|老师|经理|主任)\s?[(,:]?\s?(?:的?(?:联系)?(?:电话|手机号?))?[是为:]?\s?{_A_PHONE}"
        ),
        # Begins at the dot, which is rare; where the name begins is looked up from there.
        "two parts": re.compile(
            rf"(?<={_OF_TWO_PARTS}{{2}})(?P<name>·{_OF_TWO_PARTS}{{2,8}}(?:·{_OF_TWO_PARTS}{{2,8}})?)"
            rf"(?!{_PLACE_FOLLOWS})(?=\s?(?:{FOLLOWS}|{TITLES}|{_PART_FOLLOWS})|{BOUNDARY})"
        ),
        "after a name": re.compile(rf"{MARK_OF[Kind.NAME]}(?=\s?[、/&+和与及或])"),
    }


TRIGGERS = re.compile(
    r"我|本人|名叫|名字|姓|系\s{0,2}人|络\s?人|业主|户主|租|房主|住户|[诉映应馈电访信请修单事报言件求助]人"
    rf"|署名|签名|落款|敬礼|当事人|车主|联系|找|家属|父亲|母亲|儿子|女儿|丈夫|妻子|乘客|叫|·|{MARK_OF[Kind.NAME]}|{_A_PHONE}"
)
_BESIDE_A_PHONE = frozenset({"behind a phone", "in brackets behind a phone", "ahead of a phone"})
_PHONE = re.compile(_A_PHONE)
_PART_BEFORE = re.compile(rf"{_OF_TWO_PARTS}{{2,8}}$")


def patterns() -> tuple[re.Pattern[str], ...]:
    """One of them matches where a name is found."""
    return tuple(pattern for rule, pattern in rules().items() if rule != "further")


def find_names(text: str, search: Search = EVERYWHERE) -> Iterator[Found]:
    """The whole name, the surname too; before a title only the surname."""
    if not TRIGGERS.search(text):
        return
    seen: set[int] = set()
    followed: set[int] = set()
    """Where a list of further names was walked on from: each is walked once, however many rules lead into it."""
    further = rules()["further"]
    has_phone = bool(_PHONE.search(text))
    for rule, pattern in rules().items():
        if pattern is further or (rule in _BESIDE_A_PHONE and not has_phone):
            continue
        for match in search.over(pattern, text):
            end = match.end()
            if rule != "after a name":
                start, end = match.span("name")
                if rule == "two parts":
                    start = _start_of_parts(text, start, end)
                if start < 0 or start in seen:
                    continue
                seen.add(start)
                yield Found(Kind.NAME, start, end)
            if rule == "before phone":
                continue
            while end not in followed and (next_one := further.match(text, end)):
                followed.add(end)
                end = next_one.end("name")
                yield Found(Kind.NAME, next_one.start("name"), end)


def _start_of_parts(text: str, dot: int, end: int) -> int:
    """Where the name with this dot begins; -1 where a part of it may as well be a place's."""
    before = _PART_BEFORE.search(text, max(dot - 8, 0), dot)
    assert before is not None
    first = before.group()
    name = first[:-2].lstrip(_NOT_FIRST) + first[-2:] + text[dot:end]
    is_name = all(part.strip(_OF_PLACES_TOO) for part in name.split("·"))
    return end - len(name) if is_name else -1
