"""What a complaint says to the public: without how the hotline writes it down, and whom it wants called back."""

from __future__ import annotations

import re

_TAGS = re.compile(r"^(?:\s*(?:【[^】\n]{1,12}】|\[[^\]\n]{1,12}\]))+\s*")
_WRITTEN_DOWN = re.compile(
    r"^\s*(?:(?:市民|来电人|诉求人|反映人|群众|居民|网友)(?:来电|致电|来信)?|来电|致电|来信)"
    r"(?:反映|反应|投诉|咨询|举报|求助|诉求)(?:称|的?问题)?\s*[:：,，]\s*"
)
_CALL_BACK = re.compile(
    r"[，,、；;。\s]{0,3}(?:(?:请|可)?(?:联系人?|联系电话|联系方式|电话|手机号?|微信号?|QQ号?|邮箱|回电|回复)(?:是|为)?[:：\s]{0,2}"
    r"〔(?:姓名|手机号|电话|账号|邮箱)〕(?:先生|女士|同志)?(?:[\s、,，/]{0,2}〔(?:姓名|手机号|电话|账号|邮箱)〕)*[、,，\s]{0,2})+"
    r"(?=[。；;！!\n]|$)"
)


def public_words(masked: str) -> str:
    """A masked complaint without tags, without 市民反映 at its head and without telephone and name at an end.

    As it was, where nothing else stands in it.
    """
    words = _WRITTEN_DOWN.sub("", _TAGS.sub("", masked, count=1), count=1)
    words = _CALL_BACK.sub("", words).strip()
    return words or masked
