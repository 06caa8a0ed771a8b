"""Mobile, landline, ID card and bank card numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from stdnum import luhn
from stdnum.iso7064 import mod_11_2

from huiyin.language.personal.digits import AFTER, BEFORE, DIGIT, RUN, SHORTEST, Run, run_of, to_ascii
from huiyin.language.personal.kinds import MARKS, Found, Kind
from huiyin.language.personal.searching import EVERYWHERE, Search

_MOBILE_GROUPS = frozenset(
    {(11,), (3, 4, 4), (3, 3, 5), (4, 4, 3), (4, 3, 4), (3, 8), (7, 4), (8, 3), (5, 6), (6, 5), (4, 7)}
    | {(3, 5, 3), (1, 3, 3, 4), (3, 2, 2, 2, 2), (3, 2, 3, 3), (3, 3, 3, 2), (1, 10), (2, 9), (1,) * 11}
)
_LOCAL_GROUPS = frozenset(
    {(8,), (4, 4), (2, 2, 2, 2), (3, 5), (5, 3), (3, 3, 2), (7,), (3, 4), (4, 3), (3, 2, 2)}
)
_OLD_CARD_GROUPS = frozenset({(15,), (6, 6, 3), (6, 9), (3, 3, 3, 3, 3), (1,) * 15})
_PROVINCES = frozenset(
    {*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66)}
    | {71, 81, 82, 83, 91}
)

_CALL_WORDS = re.compile(
    r"(?:电话|手机|手機|電話|号码|联系|微信|致电|拨打|回电|来电|短信|同号|打|tel|phone|mobile|wechat|vx|wx)"
    rf"[^〔〕。;\n{MARKS}]{{0,8}}$",
    re.IGNORECASE,
)
_ID_WORDS = re.compile(rf"(?:身份证|证件|id)[^〔〕。;\n{MARKS}]{{0,8}}$", re.IGNORECASE)
_CARD_WORDS = re.compile(rf"(?:卡号|银行卡|储蓄卡|信用卡|借记卡|账号|账户)[^〔〕。;,\n{MARKS}]{{0,6}}$")
ORDER_WORDS = re.compile(
    r"(?:订单|工单|运单|快递|单|票|流水|文|案|合同|发票|受理|备案|档案|项目|信用|设备|产品|表|型)(?:编"
    r"|代)?[号码]+(?:为|是)?[\s:]*$"
    r"|(?<!证件)(?<!身份证)(?<!手机)(?<!电话)编号(?:为|是)?[\s:]*$"
)
_ORDER_THINGS = re.compile(r"(?:单|号|编码|型号|快递|设备|产品|货|合同|批次)\s?:?\s?$")
MONEY_BEFORE = re.compile(r"(?:[¥$]|rmb|cny|人民币|金额|合计|共计|余额)\s*:?\s*$", re.IGNORECASE)
MONEY_AFTER = re.compile(
    r"(?:\.\d{1,2})?\s?(?:元(?!旦|宵|月)|万元|亿|块(?!儿|地|砖)|平方|㎡)|\.\d{2}(?![\d号栋座幢])"
)
_CONTACT_LETTERS = re.compile(
    r"(?:tel|telephone|phone|mobile|mob|cell|call|wechat|weixin|wx|vx|v|qq|no|dh|sj|sjh|fax|t|p|m)$",
    re.IGNORECASE,
)
_EXTENSION = re.compile(
    rf"\s?(?:转|分机号?:?|#|ext\.?|-(?=\d{{2,5}}(?!\d)))\s?(?:分机)?:?\s?{DIGIT}{{1,6}}(?!\d|[下次个给])",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\s?(?:户(?!主)|人|个|栋|号楼|号房|室|米|平)")
_BETWEEN_NUMBERS = re.compile(r"[,、。;\n]")
COUNTRY_CODE = re.compile(r"[(\[]?(?:\+\s?)?(?:0{0,2}86|0)[)\]]?[-\s]{0,2}$")

# Not $, which stands before a last line end too: what stands on the line before is part of no code.
_LETTERS_BEFORE, _LETTERS_AFTER = re.compile(r"[A-Za-z]+\Z"), re.compile(r"[A-Za-z]{1,3}\d")
_PLAIN_MOBILE = re.compile(r"1[3-9][0-9]{9}")

_CARD_START = re.compile(r"[456]|35|9[014589]")

_STARRED_MOBILE = re.compile(r"(?<!\d)1[3-9]\d[- ]?[*xX·#]{4}[- ]?\d{4}(?!\d)")
_STARRED_ID = re.compile(r"(?<!\d)[1-9]\d{5}\*{6,8}\d{3}[\dXx](?!\d)")
LOOKALIKE_LETTERS = re.compile(
    r"(?<![A-Za-z0-9])[1lI][3-9][0-9OolI][- ]?[0-9OolI]{4}[- ]?[0-9OolI]{4}(?![A-Za-z0-9])"
)
_ABROAD = re.compile(
    r"(?:\+|(?<!\d)00)86[-\s(]{0,2}(?:10|2\d|[3-9]\d{2})[-\s)]{0,2}[2-9](?:\d{2,3}[-\s]?\d{4}"
    r"|\d{3}[-\s]\d{3})(?!\d)(?:-\d{2,5}(?!\d))?"
)
# Seven or eight digits are a telephone only beside a word that says so.
_LOCAL_NUMBER = (
    rf"(?P<number>{DIGIT}{{3,4}}[-\s._·~]{{0,3}}{DIGIT}{{4}})"
    rf"(?!{DIGIT}|[.:]\d|-\d(?!\d{{1,3}}(?![-\d]))|\s?(?:元|万|亿|年|㎡))"
)
_LOCAL = re.compile(
    r"(?:座机|固话|固定电话|宅电|电话|传真|联系(?:方式)?|致电|拨打?|打(?:我)?|回电|家里|家庭|单位|办公室|tel|phone)"
    rf"(?:的?(?:电话|座机|号码?))?[是为]?[^\w〔〕。;{MARKS}]{{0,4}}{_LOCAL_NUMBER}",
    re.IGNORECASE,
)
_LOCAL_OF_HOME = re.compile(
    rf"(?<!{DIGIT})(?<![-.:¥]){_LOCAL_NUMBER}(?=\s?[(\[]\s?(?:家|宅|座机|固话|单位|办))"
)
_PUBLIC_LINE = re.compile(r"(?:服务|值班|投诉|监督|举报|报警|咨询|客服|办公|热线)")
_A_DATE = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$")


PATTERNS = (RUN, _ABROAD, _LOCAL, _LOCAL_OF_HOME, LOOKALIKE_LETTERS, _STARRED_MOBILE, _STARRED_ID)
"""One of them matches where a number is found."""


def find_numbers(text: str, search: Search = EVERYWHERE) -> Iterator[Found]:
    """Numbers of every kind; a digit belongs to one of them at most."""
    for match in search.over(RUN, text):
        yield from _plain_mobile(match) if _PLAIN_MOBILE.fullmatch(match[0]) else _of_run(run_of(match))
    for match in search.over(_ABROAD, text):
        yield Found(Kind.LANDLINE, match.start(), match.end())
    for match in chain(search.over(_LOCAL, text), search.over(_LOCAL_OF_HOME, text)):
        number = re.sub(r"\D", "", to_ascii(match["number"]))
        line_is_public = _PUBLIC_LINE.search(text, max(0, match.start("number") - 8), match.start("number"))
        if number[0] in "2345678" and not _A_DATE.match(number) and not line_is_public:
            yield Found(Kind.LANDLINE, match.start("number"), _with_its_extension(text, match.end("number")))
    for match in search.over(LOOKALIKE_LETTERS, text):
        if match[0].isdecimal():
            continue
        written = re.sub(r"[- ]", "", match.group())
        letters = sum(char.isalpha() for char in written)
        if 0 < letters <= 7 and len(written) == 11:
            yield Found(Kind.MOBILE, match.start(), match.end())
    if "*" in text or "xxxx" in text.lower():
        for pattern, kind in ((_STARRED_MOBILE, Kind.MOBILE), (_STARRED_ID, Kind.ID_CARD)):
            for match in search.over(pattern, text):
                yield Found(kind, match.start(), match.end())


def _of_run(run: Run) -> Iterator[Found]:
    taken: set[int] = set()
    is_long = len(run.digits) > SHORTEST  # every other number but a mobile and a landline is longer
    if is_long:
        yield from _id_cards(run, taken)
        if _ID_WORDS.search(run.before(0)):
            yield from _old_id_cards(run, taken)
        yield from _bank_cards(run, taken)
    taken |= run.barred
    yield from _mobiles(run, taken, inside_words=False)
    yield from _landlines(run, taken)
    yield from _mobiles(run, taken, inside_words=True)
    if is_long:
        yield from _old_id_cards(run, taken)


def _plain_mobile(run: re.Match[str]) -> Iterator[Found]:
    """What `_of_run` finds where a run is eleven digits without a gap, as most mobile numbers are written."""
    text, (start, end) = run.string, run.span()
    if not _is_something_else(text[max(0, start - BEFORE) : start], "", text[end : end + AFTER]):
        yield Found(Kind.MOBILE, _with_its_country_code(text, start, start), end)


def _windows(run: Run, taken: set[int], lengths: tuple[int, ...], first: str) -> Iterator[tuple[int, int]]:
    digits, ends = run.digits, run.ends
    for start in run.starts:
        if digits[start] not in first:
            continue
        for length in lengths:
            end = start + length
            if end in ends and (not taken or run.is_free(start, end, taken)):
                yield start, end


def _is_birth_date(digits: str) -> bool:
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    return 1900 <= year <= 2035 and 1 <= month <= 12 and 1 <= day <= 31


def _id_cards(run: Run, taken: set[int]) -> Iterator[Found]:
    ends_in_x = re.match(r"[\W_]{0,6}(?:[Xx](?![A-Za-z])|[叉*])", run.after(len(run.digits)))
    named = _ID_WORDS.search(run.before(0))
    for start, end in _windows(run, taken, (18, 17), "123456789"):
        number = run.digits[start:end]
        if not (named and start <= 1) and not (
            int(number[:2]) in _PROVINCES and _is_birth_date(number[6:14])
        ):
            continue
        stop = run.at[end - 1] + 1
        if end - start == 17:
            if end != len(run.digits) or not ends_in_x:
                continue
            number, stop = number + "X", stop + ends_in_x.end()
        if (
            (named and start <= 1 and run.may_be_one(start, end)) or mod_11_2.is_valid(number)
        ) and run.is_free(start, end, taken):
            taken.update(range(start, end))
            yield Found(Kind.ID_CARD, run.at[start], stop)


def _old_id_cards(run: Run, taken: set[int]) -> Iterator[Found]:
    """Fifteen digits, issued until 1999: no check digit, two digits of the year."""
    for start, end in _windows(run, taken, (15,), "123456789"):
        number = run.digits[start:end]
        if (
            int(number[:2]) in _PROVINCES
            and _is_birth_date("19" + number[6:12])
            and run.groups(start, end) in _OLD_CARD_GROUPS
            and not ORDER_WORDS.search(run.before(start))
            and not MONEY_AFTER.match(run.after(end))
            and run.is_free(start, end, taken)
        ):
            taken.update(range(start, end))
            yield Found(Kind.ID_CARD, run.at[start], run.at[end - 1] + 1)


def _bank_cards(run: Run, taken: set[int]) -> Iterator[Found]:
    # A word like 卡号 can only stand before the run, so only its first digits may follow one.
    named = bool(_CARD_WORDS.search(run.before(0)))
    for start, end in _windows(
        run, taken, (19, 18, 17, 16, 15, 14, 13, 12), "0123456789" if named else "34569"
    ):
        number = run.digits[start:end]
        follows_word = named and start <= 1
        is_card = len(number) >= 16 and bool(_CARD_START.match(number)) and luhn.is_valid(number)
        if not (is_card or (follows_word and not _is_mobile(number))) or not (
            run.may_be_one(start, end) or (is_card and len(run.groups(start, end)) == 2)
        ):
            continue
        groups = run.groups(start, end)
        in_fours = all(size == 4 for size in groups[:-1]) and groups[-1] <= 4
        usual = len(groups) == 1 or in_fours or groups[0] == 6 or run.is_plain(start, end)
        if not (follows_word or run.stands_free(start, end) or run.is_arabic(start, end)):
            continue
        if re.match(r"[A-Za-z]", run.after(end)):  # a credit code ends in a letter
            continue
        if not usual and not (is_card and follows_word):
            continue
        if run.is_free(start, end, taken) and not ORDER_WORDS.search(run.before(start)):
            taken.update(range(start, end))
            yield Found(Kind.BANK_CARD, run.at[start], run.at[end - 1] + 1)


def _is_mobile(number: str) -> bool:
    return len(number) == 11 and number[0] == "1" and number[1] in "3456789"


def _mobiles(run: Run, taken: set[int], *, inside_words: bool) -> Iterator[Found]:
    """First those that begin where digits begin, then those run into the Chinese numerals before them."""
    for start, end in _windows(run, taken, (11,), "1"):
        if not inside_words and start not in run.edges:
            continue
        if not _is_mobile(run.digits[start:end]) or not run.is_free(start, end, taken):
            continue
        if not _grouped_as_mobile(run, start, end, taken) or _is_something_else(
            run.before(start), run.gaps[start], run.after(end)
        ):
            continue
        taken.update(range(start, end))
        first = _with_its_country_code(run.text, run.at[start], _with_its_bracket(run, start, end))
        yield Found(Kind.MOBILE, first, run.at[end - 1] + 1)


def _with_its_country_code(text: str, digits: int, first: int) -> int:
    """Where a number begins: at the country code before its digits, else at `first`."""
    code = COUNTRY_CODE.search(text, max(0, digits - 9), digits)
    if code and not text[max(0, code.start() - 1) : code.start()].isdigit():
        return code.start()
    return first


def _with_its_bracket(run: Run, start: int, end: int) -> int:
    """Where the number begins: (010)6381…, (138)0000…"""
    first = run.at[start]
    closes = any(")" in gap or "]" in gap for gap in run.gaps[start + 1 : end])
    return first - 1 if closes and run.text[first - 1 : first] in ("(", "[") else first


def _grouped_as_mobile(run: Run, start: int, end: int, taken: set[int]) -> bool:
    groups = run.groups(start, end)
    if groups == (11,):
        return True
    if set(groups) == {1}:
        return run.may_be_one(start, end) and not run.is_cut_from_more(start, end, taken)
    if groups in ((3, 4, 4), (3, 3, 5)):
        return run.may_be_one(start, end) and not (
            _BETWEEN_NUMBERS.search(run.gaps[start + groups[0]]) and _COUNTED.match(run.after(end))
        )
    if not run.is_plain(start, end):
        alone = groups in ((7, 4), (3, 8), (4, 7)) and (start, end) == (0, len(run.digits))
        in_three = groups in ((4, 4, 3), (4, 3, 4)) and run.may_be_one(start, end)
        return (alone or in_three) and not _COUNTED.match(run.after(end))
    if groups in _MOBILE_GROUPS:
        return True
    only_spaces = all(not gap or gap.isspace() for gap in run.gaps[start + 1 : end])
    return (only_spaces and len(groups) >= 4) or bool(_CALL_WORDS.search(run.before(start)))


def _is_something_else(before: str, gap: str, after: str) -> bool:
    """By the words around a number; `gap` is what parts it from the digits before."""
    if ORDER_WORDS.search(before) or MONEY_BEFORE.search(before) or MONEY_AFTER.match(after):
        return True
    if gap == "." and before[-2:] == "0." and not before[-3:-2].isdigit():
        return True
    letters = _LETTERS_BEFORE.search(before)
    if letters and not gap and not _CONTACT_LETTERS.search(letters.group()):
        named_before = before[: letters.start()]
        if named_before[-1:].isdigit() or _ORDER_THINGS.search(named_before):
            return True
    return bool(_LETTERS_AFTER.match(after))


def _landlines(run: Run, taken: set[int]) -> Iterator[Found]:
    for start, end in _windows(run, taken, (12, 11), "0"):
        number = run.digits[start:end]
        area = 3 if number[1] in "12" else 4
        if number[:2] == "01" and number[2] != "0":
            continue
        if (
            number[1] == "0"
            or number[area] in "01"
            or len(number) - area not in ((8,) if area == 3 else (7, 8))
        ):
            continue
        if not run.is_free(start, end, taken) or not _grouped_as_landline(run, start, end, area, taken):
            continue
        if ORDER_WORDS.search(run.before(start)) or MONEY_AFTER.match(run.after(end)):
            continue
        taken.update(range(start, end))
        first, last = _with_its_bracket(run, start, end), run.at[end - 1] + 1
        yield Found(Kind.LANDLINE, first, _with_its_extension(run.text, last))


def _with_its_extension(text: str, end: int) -> int:
    extension = _EXTENSION.match(text, end)
    return extension.end() if extension else end


def _grouped_as_landline(run: Run, start: int, end: int, area: int, taken: set[int]) -> bool:
    if any(_BETWEEN_NUMBERS.search(gap) for gap in run.gaps[start + 1 : end]):
        return False
    groups = run.groups(start, end)
    if len(groups) == 1:
        return True
    if set(groups) == {1}:
        return not run.is_cut_from_more(start, end, taken)
    if groups[0] == area:
        return groups[1:] in _LOCAL_GROUPS or set(groups[1:]) == {1}
    return len(groups) == 2 and groups[0] in (area + 3, area + 4)
