"""Numbers of passports and passes, accounts in a net, numbers of customers: only after a word for it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from huiyin.language.personal.kinds import Found, Kind
from huiyin.language.personal.searching import EVERYWHERE, Search

_LEADS_ON = r"(?:号码?|账号|编号|名?[叫是为]|[:()\[\]'\"\s_-]){0,5}"
# A name of WeChat begins with a letter and has six to twenty characters, other nets have dots; a number of QQ has up to
# eleven digits. Fewer than six are a public line (微信12345). What a group or a public account is called comes after 群
# or 公众号. Both patterns begin where the word ends: a pattern's first characters are dear to the kernels
# (`tables.Places.kind`).
_ACCOUNT = re.compile(
    rf"(?:[信微音手书博V]|(?<![A-Za-z])(?:wechat|weixin|vx|wx|qq))(?P<leads>\s?(?:id)?{_LEADS_ON})"
    r"(?P<account>[A-Za-z](?:\.?[A-Za-z0-9_-]){5,19}|[1-9](?:[ -]?[0-9]){5,10})"
    r"(?![A-Za-z0-9_]|[.-][A-Za-z0-9]|\s?(?:元|块|万|人|户|次))",
    re.IGNORECASE,
)
_NETS = re.compile(
    r"(?:[微威薇V]信|[加我][微V]|抖音|快手|小红书|微博|wechat|weixin|vx|wx|qq)$", re.IGNORECASE
)
_A_DAY = re.compile(
    r"(?:19|20)\d{2}(?P<gap>[ -]?)(?:0[1-9]|1[0-2])(?:(?P=gap)(?:0[1-9]|[12]\d|3[01]))?(?!\d)"
)
_LEADS_FOR_SURE = re.compile(r"[号是为叫:d]", re.IGNORECASE)
_DOCUMENT = re.compile(rf"[证照]{_LEADS_ON}(?P<number>[A-Za-z]{{0,2}}[0-9]{{7,12}})(?![A-Za-z0-9])")
_DOCUMENTS = ("护照", "通行证", "台胞证", "回乡证", "军官证", "士兵证", "驾驶证", "驾照")
# By what a household is known to those who bring it gas, water and current.
_CUSTOMER = re.compile(
    rf"号{_LEADS_ON}(?P<number>[0-9](?:[ -]?[0-9]){{5,15}})(?![0-9A-Za-z]|\.[0-9]|\s?(?:元|户))"
)
_CUSTOMERS = ("户号", "水表号", "电表号", "气表号", "热表号", "客户编号", "用户编号")
_NO_HOUSEHOLD = ("账户号", "商户号")

PATTERNS = (_ACCOUNT, _DOCUMENT, _CUSTOMER)


def find_accounts(text: str, search: Search = EVERYWHERE) -> Iterator[Found]:
    """The account or the number alone; the word that leads to it stays."""
    for match in search.over(_ACCOUNT, text):
        begins = match.start("leads")
        if not _NETS.search(text, max(0, begins - 6), begins) or _A_DAY.match(match["account"]):
            continue
        if not match["account"].isalpha() or _LEADS_FOR_SURE.search(match["leads"]):
            yield Found(Kind.ACCOUNT, *match.span("account"))
    for match in search.over(_DOCUMENT, text):
        if text.endswith(_DOCUMENTS, 0, match.start() + 1) and not _A_DAY.match(match["number"]):
            yield Found(Kind.DOCUMENT, *match.span("number"))
    for match in search.over(_CUSTOMER, text):
        begins = match.start() + 1
        if text.endswith(_CUSTOMERS, 0, begins) and not text.endswith(_NO_HOUSEHOLD, 0, begins):
            yield Found(Kind.ACCOUNT, *match.span("number"))
