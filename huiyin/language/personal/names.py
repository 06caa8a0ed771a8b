"""Names after the words that introduce them; surnames and common words are data files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from huiyin.language.personal.kinds import Found, Kind

_HAN = "[\u4e00-\u9fff\u3400-\u4dbf]"
_JOIN = r"(?:\s?(?:姓名|名字)?\s{0,2}(?:[:=,\-(]|是|为|叫|系)?\s{0,3})"

# After these a name is expected; what follows a colon is taken with any surname.
_STRONG = (
    r"(?:我的?名字?叫做?|我是叫|我叫做?|本人叫|本人名叫|名字叫做?|名叫|名字是|名字(?=\s?:)|姓\s{0,4}名|联\s{0,2}系\s{0,2}人|聯系人|聯絡人|联络人"
    r"|业主姓名|户主姓名|真实姓名|投诉人|反映人|来电人|申请人|报修人|举报人|收件人)"
)
_WITH_COLON = (
    r"(?:署名|签名|落款|敬礼|业主|户主|租户|租客|房主"
    r"|住户|当事人|车主|乘客|家属|父亲|母亲|儿子|女儿|丈夫|妻子)\s?(?:[:=]|姓名)\s?"
)
_CAREFUL = r"(?:本人系?|我是|本人是|本人为)\s?:?"
_BEFORE_PHONE = r"(?:业主|户主|租户|租客|房主|住户|请联系|联系|请找|找)\s?:?"

_TITLES = (
    r"先生|女士|小姐|太太|夫人|阿姨|大爷|大妈|大叔|叔叔|奶奶|爷爷|师傅|老师|同志|主任|经理|书记|医生|大夫|律师|警官"
    rf"|科长|局长|处长|站长|队长|(?:总|工|姐|哥|婶|伯)(?!{_HAN})"
)
# Words that may follow a name of two characters at once: 我叫王五住在…, 王五电话138…
# In doubt a character is taken into the name: a word cut short is better than a name left half.
_NEXT_WORDS = (
    r"电话|手机|联系|联络|号码|身份|性别|年龄|微信|邮箱|车牌|地址|证件|银行|卡号|门牌|单位"
    r"|户主|业主|同志|师傅|阿姨|大爷|老师|主任|经理|先生|女士"
)
_FOLLOWS = (
    rf"{_NEXT_WORDS}|[是住在的了说很就也都于系因请从买购我你您他她这那跟把被对给需退租]|反映|投诉|希望|报修|实名|居住"
    r"|今年|今天|现年|现住|现在|现居|家住|家在|家里|家的|想[问请反投咨知]|要[求反投举]|有[个一事问两]|来自|来电|来反|出生|生于"
    r"|原[系是住籍来为]|曾[在经是任多]|向[您你物社有相市政]|[和与][我物邻家他]|为[了人什]|男(?![\u4e00-\u9fff])|女(?![\u4e00-\u9fff])|目前"
)
_DELIMITER = (
    rf"(?=\s*(?:[,。;:!?、()\[\]/\n]|$|{_TITLES}|身份证|电话|手机|联系|家住|住"
    r"|男|女|性别|实名|系|出生|19|20|1[3-9]|现年|今年|来自|微信))"
)
_PHONE_AHEAD = r"(?=\s?[,:(]?\s?(?:电话|手机|联系电话|tel)?\s?[:是]?\s?(?:1[3-9]|一[三四五六七八九]|幺))"
_NOBODY = (
    "物业|不详|保密|匿名|同上|未知|社区|居委|客服|业主|居民|前台|值班|公司|如下|电话|手机|方式|本人|以及|没有"
)
_PLACE_ENDINGS = "人户生员工者民区城家主师店村镇县市院苑园府湾厦路街楼栋号室站队组部处会的了"


@cache
def _words(name: str) -> tuple[str, ...]:
    text = files("huiyin.language").joinpath(f"data/{name}").read_text(encoding="utf-8")
    lines = (line.split("#", 1)[0] for line in text.splitlines())
    return tuple(word for line in lines for word in line.split())


def _surname() -> str:
    words = _words("surnames.txt")
    double = [word for word in words if len(word) > 1]
    single = "".join(word for word in words if len(word) == 1)
    return rf"(?:{'|'.join(double)}|[{single}])"


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    surname, not_names = _surname(), "|".join(_words("not_names.txt"))
    spaced_double = "|".join(" ".join(word) for word in _words("surnames.txt") if len(word) > 1)
    spaced_surname = rf"(?:{spaced_double}|{surname})"
    common = f"[{''.join(word for word in _words('surnames.txt')[:110] if len(word) == 1)}]"
    # A spaced name is spaced throughout (张 小 明); otherwise the second space ends it (王五 请回电).
    name = (
        rf"(?!{not_names})(?:"
        rf"(?P<titled>(?:{surname}|[老小阿]{surname}))(?={_TITLES})"
        rf"|{spaced_surname}\s(?!{_FOLLOWS}){_HAN}(?:\s(?!{_FOLLOWS}){_HAN}(?=\s?(?:{_FOLLOWS}|{_TITLES})|(?!{_HAN})))?"
        rf"|{surname}(?!{_TITLES}|{_NEXT_WORDS}){_HAN}(?:(?!{_FOLLOWS}|{_TITLES}){_HAN})?"
        rf"|[老小阿]{surname}(?!{_HAN})"
        r")"
    )
    western = r"[A-Z][A-Za-z]+(?:\s[A-Z][A-Za-z]+){0,2}"
    dotted = rf"{_HAN}{{2,6}}·{_HAN}{{2,8}}(?:·{_HAN}{{2,8}})?"
    return {
        "strong": re.compile(rf"{_STRONG}{_JOIN}(?P<name>{dotted}|{name}|{western})"),
        "any surname": re.compile(
            rf"(?:姓\s{{0,4}}名|联\s?系\s?人)\s?:\s?(?P<name>(?!{_NOBODY}|{_HAN}(?:{_TITLES})){_HAN}{{2,4}})(?=[\s,。;、(/]|$|电话|手机|\d)"
        ),
        "starred": re.compile(
            rf"{_STRONG}{_JOIN}(?P<name>{surname}[*xX某]{{1,2}}{_HAN}?)(?=\W|$|电话|手机|\d)"
        ),
        "colon": re.compile(rf"{_WITH_COLON}(?P<name>{dotted}|{name})"),
        "careful": re.compile(
            rf"{_CAREFUL}(?P<name>(?!{not_names}){common}(?:{_HAN}(?![{_PLACE_ENDINGS}]){_HAN}|{_HAN})"
            rf"(?<![{_PLACE_ENDINGS}])){_DELIMITER}"
        ),
        # 举报人:余中华、王才茂、张庆国
        "further": re.compile(rf"\s?、\s?(?P<name>(?!{not_names}){surname}{_HAN}{{1,2}})(?=[\s、,。;(]|$)"),
        "before phone": re.compile(
            rf"{_BEFORE_PHONE}(?P<name>(?!{not_names}){surname}{_HAN}{{1,2}}?){_PHONE_AHEAD}"
        ),
    }


_TRIGGERS = re.compile(
    r"我|本人|名叫|名字|姓|系人|絡人|络人|业主|户主|租|房主|住户|投诉人|反映人|来电人|申请人|报修人|举报人"
    r"|收件人|署名|签名|落款|敬礼|当事人|车主|联系|找|家属|父亲|母亲|儿子|女儿|丈夫|妻子|乘客"
)


def find_names(text: str) -> Iterator[Found]:
    """The whole name, the surname too; before a title only the surname."""
    if not _TRIGGERS.search(text):
        return
    seen: set[int] = set()
    patterns = _patterns()
    further = patterns["further"]
    for pattern in patterns.values():
        if pattern is further:
            continue
        for match in pattern.finditer(text):
            start, end = match.span("name")
            if start in seen:
                continue
            seen.add(start)
            yield Found(Kind.NAME, start, end)
            while next_one := further.match(text, end):
                end = next_one.end("name")
                yield Found(Kind.NAME, next_one.start("name"), end)
