"""Free text of a report before it is kept: masked, not too long, there where it has to be."""

from __future__ import annotations

from datetime import datetime

from huiyin.apps.reports.covered_words import Covering
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.language.masking import mask


def masked(text: str, longest: int, field: str) -> str:
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if len(text) > longest:
        raise RuleBroken("最多写 %(count)s 个字。", code="report.text_long", field=field, count=longest)
    return mask(text)


def required(text: str, longest: int, field: str, sentence: str) -> str:
    """Like `masked`; `sentence` says what is wanted where nothing was written."""
    text = masked(text, longest, field)
    if not text:
        raise RuleBroken(sentence, code=f"report.no_{field}", field=field)
    return text


def covering_of(words: str, replacement: str, reason: str, *, by: Actor, now: datetime) -> Covering:
    """Words to be covered, checked: they are a few, and neither what replaces them nor the public reason says them."""
    words = words.strip()
    if len(words) < 2:
        raise RuleBroken("请写要遮盖的字，至少两个。", code="redact.no_words", field="words")
    if len(words) > 200:
        raise RuleBroken("一次遮盖一小段，最多 200 个字。", code="redact.long_words", field="words")
    reason = required(reason, 200, "reason", "请写明为什么遮盖，这个理由会公开。")
    new = required(replacement, 60, "replacement", "请写换上去的文字，如“（已遮盖）”。")
    if words in new or words in reason:
        raise RuleBroken("换上去的文字和理由里不能再有要遮盖的字。", code="redact.same", field="replacement")
    return Covering(words, new, reason, by, now)
