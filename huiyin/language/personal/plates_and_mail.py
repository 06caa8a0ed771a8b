"""Number plates (GA 36) and e-mail addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from huiyin.language.personal.digits import HAN_DIGITS, to_ascii
from huiyin.language.personal.kinds import MARKS, Found, Kind
from huiyin.language.personal.searching import EVERYWHERE, Search

_GAP = rf"(?:[^\w〔〕{MARKS},。;、!?\n]|_){{0,3}}"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_CHAR = rf"[A-Za-z0-9{HAN_DIGITS}]"
_TAIL = rf"(?P<tail>{_GAP}[学警港澳挂领试超](?!校|生))?"
PLATE = re.compile(
    rf"(?:WJ{_GAP})?[{_PROVINCES}使]{_GAP}[字牌]?{_GAP}[A-Za-z]{_GAP}(?P<number>{_CHAR}(?:{_GAP}{_CHAR}){{3,5}}){_TAIL}"
)
# Armed police and embassies have no letter of a city.
_OTHER_PLATE = re.compile(
    rf"WJ{_GAP}[{_PROVINCES}]?{_GAP}[0-9](?:{_GAP}[0-9A-Z]){{4}}(?![A-Za-z0-9])|(?<!大)使{_GAP}[0-9]{{6}}(?!\d)",
    re.IGNORECASE,
)
_PLATE_WORDS = re.compile(r"(?:车牌|牌照|号牌|车号|牌号)[^〔〕。;,\n]{0,6}$")

_AT = r"(?:\s{0,2}(?:@|\[at\]|\(at\)|艾特|圈a|#at#)\s{0,2}|\sat\s)"
_DOT = (
    r"(?:\s?(?:[.。·]|\[dot\]|\(dot\)|点|,(?=\s?(?:[a-z-]{1,20},){0,2}(?:com|cn|net|org|edu"
    r"|gov)(?![a-z])))\s?|\sdot\s|\s(?=(?:com|cn|net|org)(?![A-Za-z])))"
)
_LABEL = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)"
_USER_CHAR = f"[A-Za-z0-9._%+{HAN_DIGITS}-]"
# Takes all its characters at once, with the dots before the first letter, and begins only in the first 64 of them
# (RFC 5321): in a run that goes on for ever what fails at the end is not tried from everywhere.
_USER = rf"(?<![A-Za-z0-9._%+-])(?<!{_USER_CHAR}{{64}})(?=\.*+{_USER_CHAR}){_USER_CHAR}++"
_SPACED_ON = rf"(?:(?:\s[._-]\s?|(?<={_USER_CHAR}[._-])\s)[A-Za-z0-9_]++)?"
_PROVIDERS = "qq|vip|163|126|139|189|gmail|sina|sohu|foxmail|outlook|hotmail|aliyun|yeah|icloud|live|msn"
_MAIL = re.compile(
    rf"(?:{_USER}{_SPACED_ON}|(?<![A-Za-z0-9_%+-])[\u4e00-\u9fff]{{2,4}}){_AT}"
    rf"(?:{_LABEL}(?:{_DOT}{_LABEL})*{_DOT}[A-Za-z]{{2,}}|(?:{_PROVIDERS})(?![A-Za-z0-9])"
    rf"|[\u4e00-\u9fff]{{1,8}}\.(?:中国|公司|网络|cn|com))"
    rf"|{_USER}#(?:{_PROVIDERS})(?:\.[A-Za-z]{{2,}}){{1,2}}",
    re.IGNORECASE,
)
_SPACED_MAIL = re.compile(
    r"(?<![A-Za-z0-9_%+-])(?:[A-Za-z0-9._%+-] ){1,64}+@(?: [A-Za-z0-9-])+ \.(?: [A-Za-z0-9.-])+"
)


PLATE_PATTERNS = (PLATE, _OTHER_PLATE)
MAIL_PATTERNS = (_MAIL, _SPACED_MAIL)


def find_plates(text: str, search: Search = EVERYWHERE) -> Iterator[Found]:
    """Five characters after province and letter, six for new energy, four before 学, 警, 港; two of them digits."""
    for match in search.over(PLATE, text):
        number = match["number"]
        kept = [i for i, char in enumerate(number) if char.isalnum()]
        follows = text[match.end("number") : match.end("number") + 1]
        written = to_ascii("".join(number[i] for i in kept)).upper()
        named = bool(_PLATE_WORDS.search(text, max(0, match.start() - 12), match.start()))
        for size in (6, 5, 4):
            in_step = size != 6 or len(written) < 6 or kept[5] - kept[4] == kept[4] - kept[3]
            if len(written) < size or not _is_plate(
                written[:size], named=named and in_step, tail=match["tail"] or ""
            ):
                continue
            cut = len(written) > size
            if cut and (size == 4 or _continues(number, kept[size - 1], kept[size])):
                continue
            if not cut and follows.isascii() and follows.isalnum():
                continue
            start, end = match.start(), match.start("number") + kept[size - 1] + 1
            end = end if cut else match.end()
            if "[" in text[start:end] and text[end : end + 1] == "]":
                end += 1
            yield Found(Kind.PLATE, start, end)
            break
    for match in search.over(_OTHER_PLATE, text):
        yield Found(Kind.PLATE, match.start(), match.end())


def _continues(number: str, last: int, following: int) -> bool:
    """The sixth character belongs to the same piece: then this is not a plate of five."""
    joined = following == last + 1
    return joined and number[last].isascii() and number[following].isascii()


def _is_plate(number: str, *, named: bool, tail: str) -> bool:
    digits = sum(char.isdigit() for char in number)
    if len(number) == 6:
        new_energy = (number[0].isalpha() and number[2:].isdigit()) or (
            number[:5].isdigit() and number[5].isalpha()
        )
        return new_energy or (named and digits >= 1)
    if len(number) == 4:
        return bool(tail) and digits >= 2
    return digits >= (1 if named else 2)


def find_mail(text: str, search: Search = EVERYWHERE) -> Iterator[Found]:
    for pattern in MAIL_PATTERNS:
        for match in search.over(pattern, text):
            dots = len(match[0]) - len(match[0].lstrip("."))  # they end what was said before, as 邮箱... does
            yield Found(Kind.EMAIL, match.start() + dots, match.end())
