"""Who calls, so that one person is one caller: a telephone however it is written, and nobody where nobody is told.

An eleven-digit number is taken as it is written; what is written otherwise becomes it, so keys that were made of such
numbers before are the same.
"""

from __future__ import annotations

import hmac

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from huiyin.analytics.columns import texts_of
from huiyin.domain.complaint_numbers import AS_A_FIGURE

NOBODY = (
    *(
        "匿名",
        "匿名用户",
        "匿名网友",
        "匿名来电",
        "匿名来电人",
        "匿名市民",
        "匿名群众",
        "匿名居民",
        "无名",
        "无名氏",
    ),
    *(
        "无",
        "没有",
        "暂无",
        "空",
        "未知",
        "不详",
        "不明",
        "不清楚",
        "未登记",
        "未提供",
        "未留",
        "未留电话",
        "未填",
    ),
    *(
        "不公开",
        "保密",
        "已保密",
        "隐藏",
        "拒绝",
        "拒绝提供",
        "不愿透露",
        "不愿提供",
        "来电人",
        "投诉人",
        "反映人",
    ),
    *(
        "用户",
        "网友",
        "市民",
        "热心市民",
        "群众",
        "居民",
        "业主",
        "某业主",
        "某居民",
        "none",
        "null",
        "nan",
        "na",
        "n/a",
    ),
)
"""Words that stand where no caller is told."""
_MOBILE = r"(?:^|\D)(?:\+?0{0,2}86|0)?(?P<number>1[3-9]\d{9})(?:\D|$)"
_BETWEEN = r"[\s\-‐-―_.·()]"
_SPACED = rf"1{_BETWEEN}*[3-9](?:{_BETWEEN}*\d){{9}}"
_FIRST = (
    rf"^(?:[^0-9]|(?:0{{0,2}}86|0){_BETWEEN}*)*?(?P<number>{_SPACED})"
    rf"(?:{_BETWEEN}*(?:[^0-9]|{_SPACED})|{_BETWEEN}*$)"
)
"""Of several numbers in one cell the first is the caller's, however each is spaced."""
_NO_NUMBER = r"^(?:0*|1*|2*|3*|4*|5*|6*|7*|8*|9*|\d{1,4}|[^\p{L}\p{N}]*)$"
"""Nothing, one digit again and again, too few digits, signs alone."""
_WITH_TITLE = r"^\p{Han}{0,2}(?:先生|女士|小姐|某|某某|\*+)$"
"""A surname is nobody either."""
_PLAIN = 11


def callers_of(written: pa.Array) -> pa.Array:
    """Cells of a file → callers, null where nobody is told; a few hundredths of a microsecond for a plain number."""
    written = pc.fill_null(written, "")
    odd = ~_is_plain(written)
    if not odd.any():
        return written
    cells = written.filter(pa.array(odd)).dictionary_encode()
    callers = _callers(cells.dictionary)
    return pc.replace_with_mask(written, pa.array(odd), callers.take(cells.indices))


def check_of(secret: str) -> str:
    """What a key is known by without being told."""
    return hmac.digest(secret.encode(), "来电人".encode(), "sha256")[:8].hex()


def _is_plain(written: pa.Array) -> npt.NDArray[np.bool_]:
    """Eleven digits, the first two of them those of a mobile telephone."""
    data, start = texts_of(written)
    is_plain: npt.NDArray[np.bool_] = np.diff(start) == _PLAIN
    at = start[:-1][is_plain]
    good = np.ones(len(at), np.bool_)
    for place in range(_PLAIN):
        first, last = {0: (1, 1), 1: (3, 9)}.get(place, (0, 9))
        good &= data[at + place] - np.uint8(ord("0") + first) <= last - first
    is_plain[is_plain] = good
    return is_plain


def _callers(cells: pa.Array) -> pa.Array:
    told = pc.utf8_lower(pc.utf8_normalize(cells, form="NFKC"))
    told = pc.replace_substring_regex(pc.utf8_trim_whitespace(told), r"\.0+$", "")
    joined, first = (
        pc.replace_substring_regex(each, f"{_BETWEEN}+", "") for each in (told, _number(told, _FIRST))
    )
    mobile = pc.coalesce(first, _number(joined, _MOBILE))
    callers = pc.coalesce(mobile, pc.replace_substring_regex(joined, r"^(?:\+|00)86", ""))
    is_nobody = pc.or_(
        pc.is_in(callers, value_set=pa.array(NOBODY)),
        pc.match_substring_regex(pc.utf8_trim_whitespace(cells), AS_A_FIGURE),
    )
    for pattern in (_NO_NUMBER, _WITH_TITLE):
        is_nobody = pc.or_(is_nobody, pc.match_substring_regex(callers, pattern))
    return pc.if_else(is_nobody, None, callers)


def _number(cells: pa.Array, pattern: str) -> pa.Array:
    """What the group `number` matches, null where the pattern does not."""
    return pc.struct_field(pc.extract_regex(cells, pattern), "number")
