"""Number plates (GA 36) and e-mail addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from huiyin.language.personal.digits import HAN_DIGITS, to_ascii
from huiyin.language.personal.kinds import Found, Kind

_GAP = r"[\s·.\-]{0,2}"
_CHAR = rf"[A-Za-z0-9{HAN_DIGITS}]"
_PLATE = re.compile(
    rf"[京津沪滬渝冀豫云辽遼黑湘皖鲁魯新苏蘇浙赣贛鄂桂甘晋晉蒙陕陝吉闽閩贵貴粤粵青藏川宁寧琼瓊使领]{_GAP}[A-Za-z]{_GAP}"
    rf"(?P<number>{_CHAR}(?:{_GAP}{_CHAR}){{3,5}})(?P<tail>\s?[学警港澳挂领试超](?!校|生))?"
)
_SEPARATOR = re.compile(r"[\s·.\-]")

_AT = r"(?:\s?(?:@|\[at\]|\(at\)|艾特|#at#)\s?|\sat\s)"
_DOT = r"(?:\s?(?:\.|。|\[dot\]|\(dot\)|点)\s?|\sdot\s)"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_MAIL = re.compile(
    rf"(?<![A-Za-z0-9._%+-])[A-Za-z0-9_%+-][A-Za-z0-9._%+-]*(?:\s?[._-]\s?[A-Za-z0-9_]+)?{_AT}{_LABEL}(?:{_DOT}{_LABEL})*{_DOT}[A-Za-z]{{2,}}",
    re.IGNORECASE,
)
_SPACED_MAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])(?:[A-Za-z0-9._%+-] )+@(?: [A-Za-z0-9-])+ \.(?: [A-Za-z0-9.-])+"
)


def find_plates(text: str) -> Iterator[Found]:
    """Five characters after province and letter, six for new energy; at least three of them digits."""
    for match in _PLATE.finditer(text):
        number = match["number"]
        kept = [i for i, char in enumerate(number) if not _SEPARATOR.match(char)]
        follows = text[match.end("number") : match.end("number") + 1]
        written = to_ascii("".join(number[i] for i in kept)).upper()
        for size in (6, 5):
            if len(written) < size or not _is_plate(written[:size]):
                continue
            cut = len(written) > size
            if cut and size == 5 and _continues(number, kept[4], kept[5]):
                continue
            if not cut and follows.isascii() and follows.isalnum():
                continue
            start, end = match.start(), match.start("number") + kept[size - 1] + 1
            yield Found(Kind.PLATE, start, match.end() if not cut else end)
            break


def _continues(number: str, last: int, following: int) -> bool:
    """The sixth character belongs to the same piece: then this is not a plate of five."""
    joined = following == last + 1
    return joined and number[last].isascii() and number[following].isascii()


def _is_plate(number: str) -> bool:
    digits = sum(char.isdigit() for char in number)
    if len(number) == 6:
        return (number[0].isalpha() and number[2:].isdigit()) or (
            number[:5].isdigit() and number[5].isalpha()
        )
    return digits >= 3


def find_mail(text: str) -> Iterator[Found]:
    for pattern in (_MAIL, _SPACED_MAIL):
        for match in pattern.finditer(text):
            yield Found(Kind.EMAIL, match.start(), match.end())
