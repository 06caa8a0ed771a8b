"""What a complaint says to the public: without how the hotline writes it down, and whom it wants called back."""

from __future__ import annotations

import re

from huiyin.language.personal.kinds import LABELS, Kind

_REACHED_BY = (Kind.NAME, Kind.MOBILE, Kind.LANDLINE, Kind.ACCOUNT, Kind.EMAIL)
_WHOM = f"(?:{'|'.join(LABELS[kind] for kind in _REACHED_BY)})"
_TAGS = re.compile(r"^(?:\s*(?:【[^】\n]{1,12}】|\[[^\]\n]{1,12}\]))+\s*")
_WRITTEN_DOWN = re.compile(
    r"^\s*(?:(?:市民|来电人|诉求人|反映人|群众|居民|网友)(?:来电|致电|来信)?|来电|致电|来信)"
    r"(?:反映|反应|投诉|咨询|举报|求助|诉求)(?:称|的?问题)?\s*[:：,，]\s*"
)
_CALL_BACK = re.compile(
    r"[，,、；;。\s]{0,3}(?:(?:请|可)?(?:联系人?|联系电话|联系方式|电话|手机号?|微信号?|QQ号?|邮箱|回电|回复)(?:是|为)?[:：\s]{0,2}"
    rf"{_WHOM}(?:先生|女士|同志)?(?:[\s、,，/]{{0,2}}{_WHOM})*[、,，\s]{{0,2}})+(?=[。；;！!\n]|$)"
)


def public_words(masked: str) -> str:
    """A masked complaint without tags, without 市民反映 at its head and without telephone and name at an end.

    As it was, where nothing else stands in it.
    """
    words = _WRITTEN_DOWN.sub("", _TAGS.sub("", masked, count=1), count=1)
    words = _CALL_BACK.sub("", words).strip()
    return words or masked
