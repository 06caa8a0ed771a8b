"""Who is named as the one who acts or answers: an office, a company, a person; 我局 and 相关部门 name nobody."""

from __future__ import annotations

import re
from functools import cache

from huiyin.language.enclosed import Range, Ranges, find_quotes, find_titles
from huiyin.language.wordlists import patterns

_FILE = "replies/responsible.toml"


@cache
def _office() -> re.Pattern[str]:
    """A name of up to four characters and what offices end in: 市住建局, 泉水街道, 安居物业公司."""
    endings = patterns(_FILE)["office_endings"].pattern
    return re.compile(rf"(?P<before>[\u4e00-\u9fffA-Za-z0-9#·]{{1,4}})(?P<kind>{endings})")


def find_responsible(text: str) -> list[Range]:
    """Spans of the names, in order, in folded text; empty if it only says 我局, 我们, 相关部门.

    Whom a title or a quotation names is nobody who acts, nor who only issued the rule that is quoted,
    nor whose work is only thanked for.
    """
    lists = patterns(_FILE)
    aside = Ranges(
        find_titles(text), find_quotes(text), (match.span() for match in lists["declined"].finditer(text))
    )
    found = [
        Range(*match.span())
        for match in _office().finditer(text)
        if not lists["nobody_before"].search(match["before"])
    ]
    for name in ("known", "person"):
        found += [Range(*match.span()) for match in lists[name].finditer(text)]
    return sorted(
        each
        for each in found
        if not (aside.holds(each.start) or aside.holds(each.end - 1))
        and not any(lists[after].match(text, each.end) for after in ("issues", "thanked"))
    )
