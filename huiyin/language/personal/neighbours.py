"""Third persons as neighbours, and those who write complaints down, speak of them: 302的王大妈, 隔壁老王家,
他老婆张桂兰, 业主王芳, 市民李淑芬女士, 王建国来电反映.

Nothing introduces these names, so only surnames count with which hardly another word begins or ends. Staff in their
function keep their names: 梁经理, 赵师傅, 王书记.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from huiyin.language.personal.kinds import Found, Kind
from huiyin.language.personal.names import (
    BOUNDARY,
    FOLLOWS,
    HAN,
    NEXT_WORDS,
    PLAIN,
    TITLES,
    one_surname,
    words_of,
)
from huiyin.language.personal.searching import EVERYWHERE, Search

_DOUBLE = "欧阳|上官|司马|诸葛"
# Where a name may begin: 谢谢阿姨 and 保安大爷 are nobody's.
_BEGINS = rf"(?:(?<!{HAN})|(?<=[的和跟与找给叫让是对被向问家上下壁门住姓及或把]))"
_ADDRESS = (
    r"大爷|大妈|大叔|大婶|大娘|大伯|大哥|大姐|大嫂|阿姨|叔叔|婶婶|伯伯|奶奶|爷爷|姥姥|婆婆|老太|老爷子|老头(?!儿?子女)"
    r"|嫂子|先生|女士|小姐|太太|夫人"
)
_ADDRESS_OF_ONE = r"叔|婶|姨|嫂|姐(?!姐)|伯(?![利爵乐])|哥(?![们窟斯伦特])|爷(?!们)"
_KIN = (
    r"老婆|老公|丈夫|妻子|爱人|老伴|对象|儿子|女儿|闺女|儿媳妇?|媳妇|女婿|父亲|母亲|爸爸|妈妈|[他她]爸|[他她]妈|爷爷|奶奶"
    r"|姥姥|姥爷|外公|外婆|孙子|孙女|外孙女?|弟弟|妹妹|哥哥|姐姐|弟媳|嫂子|姐夫|妹夫|公公|婆婆|岳父|岳母"
)
_AS_NEIGHBOUR = (
    r"(?<![物企行作])业主|住户|租户|(?<![住租用客商农])户主|房主|房东|租客|邻居|居民|村民|车主|保姆"
    r"|隔壁|楼上|楼下|对门|市民|群众|残疾人|盲人|聋哑人|独居老人|高龄老人|孤寡老人"
)
_OF_A_PERSON = (
    "先生|女士|小姐|太太|夫人|同志|大爷|大妈|大叔|大婶|大娘|大伯|大哥|大姐|大嫂|阿姨|叔叔|奶奶|爷爷|姥姥|婆婆"
)
# 有一位女士, 王女士和李先生: what stands before the title is no name.
_NO_NAME_ENDS = "位名个某该这那的了是和跟与或及等姓"
_NO_NAME_GOES_ON = "的了位个姓某"
# 杨庄老人, 林业局反映: what reports, or is old, may be a place or an office.
_PLACES_AND_OFFICES = (
    "人户生员工者民区城家主师店村镇县市院苑园府湾厦路街楼栋号室站队组部处会的了"
    "井庄里桥门台巷营局司厂校所委办科坟屯沟"
)
_TELLS = r"来电|致电|反映|投诉|求助"
_TOLD_OF = rf"(?:(?<!{HAN})|(?<=[民众人户主称]))"
_DOING = (
    r"家(?:的|里|在|养|漏|装修|天天|孩子|老人|媳妇|[,。;!?]|$)"
    r"|(?:还|老|总|天天|就|又|经常)?(?:骂|打人|打我|打了|动手|吵架|不讲理|摔了|瘫|去世|住院|欠费|欠了|偷|遛狗|养狗)"
)
# 王强不交费: cut short, the sentence would say the contrary.
_SAID_ON = "不没还又总未别再"
# 老张家台 is a hamlet, 小康家庭 a household.
_NO_HOME = "台桥村湾庄营屯寨沟坟坡岭园具庭属长河港坳塘坪洼窑"
_AFTER_NICKNAME = (
    rf"家(?![{_NO_HOME}])|两口|夫妇|夫妻|媳妇|一家|头(?!{HAN})|(?!{HAN})"
    r"|[他她说把也和跟与住总又还就都被给来去在的]"
)


def _beginnings(words: str) -> str:
    """The characters with which one of these alternatives can begin."""
    alone = re.sub(r"\(\?<!.*?\)", "", words).split("|")
    return "".join(word[1 : word.index("]")] if word[0] == "[" else word[0] for word in alone)


@cache
def _pattern() -> re.Pattern[str]:
    common = "".join(word for word in words_of("surnames.txt")[:110] if len(word) == 1)
    # Looked at before anything else, or every character would be tried in seven ways.
    first = f"[老小{PLAIN}{common}{_beginnings(_DOUBLE)}{_beginnings(_KIN)}{_beginnings(_AS_NEIGHBOUR)}]"
    not_people = "|".join((*words_of("not_names.txt"), *words_of("not_people.txt")))
    plain, any_common = f"[{PLAIN}]", f"[{common}]"
    begins = rf"(?!{not_people})"
    rest = rf"(?!{TITLES}|{_ADDRESS}|{NEXT_WORDS}|某|家){HAN}(?:(?![{_SAID_ON}]|{FOLLOWS}|{TITLES}|{_ADDRESS}){HAN})?"
    name = (
        rf"{begins}(?:{plain}{rest}|{any_common}{rest}(?={BOUNDARY}|{FOLLOWS}))"
        rf"|{begins}{plain}(?=家(?![{_NO_HOME}]))"
    )
    # Another character always follows; that it is asked for keeps these sets out of the kernels' automata.
    given = rf"(?![{_NO_NAME_GOES_ON}]{HAN}){HAN}"
    last = rf"(?![{_NO_NAME_ENDS}]{HAN}){HAN}"
    no_place = rf"(?![{_PLACES_AND_OFFICES}{_NO_NAME_ENDS}]{HAN}){HAN}"
    no_title = rf"(?!{TITLES}|{_ADDRESS}|{NEXT_WORDS}|某|家)"
    return re.compile(
        rf"(?={first})(?:"
        + "|".join(
            (
                rf"(?:[老小]{plain}|(?<![阎子园森]){plain}|{_BEGINS}[老小]?{any_common}|{_DOUBLE})(?={_ADDRESS})",
                rf"(?<![阎子园森])(?!王爷){plain}(?={_ADDRESS_OF_ONE})",
                rf"{_BEGINS}[老小]{plain}(?={_AFTER_NICKNAME})",
                rf"{_BEGINS}[老小](?!康){any_common}(?=家(?![{_NO_HOME}]))",
                rf"(?:{_KIN})(?:名?叫|是)?(?P<kin>{name})",
                rf"(?:{_AS_NEIGHBOUR})(?:的|是|名?叫|住着)?(?P<neighbour>{name})",
                rf"{begins}(?P<titled>{plain}{no_title}(?:{given})?{last})(?:{_OF_A_PERSON})",
                rf"{begins}(?P<common>{any_common}{no_title}{given}{no_place})(?:{_OF_A_PERSON})",
                rf"(?P<double>(?:{_DOUBLE})(?:{given})?{last})(?:{_OF_A_PERSON})",
                rf"{_TOLD_OF}{begins}(?P<short>{any_common}{no_title}{no_place})(?:{_OF_A_PERSON})",
                rf"{begins}(?P<old>{plain}{no_title}{given}{no_place})老人",
                rf"{_TOLD_OF}{begins}(?P<teller>{plain}{no_title}{given}{no_place})(?:{_TELLS})",
                rf"{_BEGINS}{begins}(?P<doing>{plain}(?!{TITLES}|{_ADDRESS}|家){HAN}{{2}}?)(?={_DOING})",
            )
        )
        + ")"
    )


@cache
def _loose_pattern() -> re.Pattern[str]:
    surname, not_names = one_surname(), "|".join((*words_of("not_names.txt"), *words_of("not_people.txt")))
    common = "".join(word for word in words_of("surnames.txt")[:110] if len(word) == 1)
    return re.compile(
        rf"(?:{_KIN}|{_AS_NEIGHBOUR})(?:的|是|名?叫|住着)?(?!{not_names}){surname}{HAN}{{1,2}}(?=[^{HAN[1:-1]}]|$)"
        rf"|{_BEGINS}[老小阿][{common}](?!{HAN})|{surname}某(?![个些一种位人])|(?:那个|有个)叫(?!做)"
    )


_TRIGGERS = re.compile(
    rf"{_ADDRESS}|[叔婶姨嫂姐伯哥爷]|[老小]{HAN}|{_KIN}|业主|[住租]户|户主|房主|房东|租客|邻居|[居村]民|车主|保姆"
    rf"|隔壁|楼[上下]|对门|家|[骂打吵摔瘫偷狗]|动手|不讲理|去世|住院|欠|市民|群众|[疾盲哑老]人|同志|{_TELLS}"
)


def patterns() -> tuple[re.Pattern[str], ...]:
    """It matches where a neighbour is found."""
    return (_pattern(),)


def find_neighbours(text: str, search: Search = EVERYWHERE) -> Iterator[Found]:
    """Before an address only the surname, as before any title; behind kin words and neighbours the whole name."""
    if not _TRIGGERS.search(text):
        return
    for match in search.over(_pattern(), text):
        yield Found(Kind.NAME, *match.span(match.lastgroup or 0))


def may_name_somebody(text: str) -> bool:
    """Words a rule is not sure of, in normalised text: what a person should read before it is shown."""
    return bool(_TRIGGERS.search(text) or "某" in text or "叫" in text) and bool(
        _loose_pattern().search(text)
    )
