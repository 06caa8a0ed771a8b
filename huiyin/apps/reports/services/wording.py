"""Free text of a report before it is kept: masked, not too long, there where it has to be."""

from __future__ import annotations

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
