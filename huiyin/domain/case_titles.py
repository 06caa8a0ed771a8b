"""A short title from a longer text, for people who write one field only."""

from __future__ import annotations

import re

_GREETING = re.compile(
    r"^(?:尊敬的[^，,。：:！!]{0,12}[，,。：:！!]\s*)?(?:您好|你好|请问|领导好)?[，,。：:！!\s]*"
)
_BREAK = re.compile(r"[。！？!?；;\n]")


def title_of(text: str, longest: int = 36) -> str:
    """The first sentence without its greeting, cut at a comma where it is too long (shape: at most `longest`)."""
    body = _GREETING.sub("", text.strip(), count=1) or text.strip()
    first = _BREAK.split(body, maxsplit=1)[0].strip() or body[:longest]
    if len(first) <= longest:
        return first
    cut = max(first.rfind(mark, 0, longest) for mark in "，,、 ")
    return first[:cut] if cut >= longest // 3 else first[: longest - 1] + "…"
