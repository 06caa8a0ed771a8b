"""What a reply needs before it is sent to an asker, as a table of rules (domain.md §5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from huiyin.domain.errors import RuleBroken

SHORTEST_REPLY = 10
PATTERN = (
    "可以照这个样子写：“6月12日，工程部到现场查看，是感应开关坏了，当天换了 2 个；"
    "另外 3 层的线路由工程部在6月20日前换好。”"
)


@dataclass(frozen=True)
class ReplyFacts:
    """What the rules look at; `says_nothing` is what the check holds against an empty reply, "" for any other."""

    length: int
    says_nothing: str
    has_photos: bool
    is_spoken: bool
    has_reason_for_no_photos: bool


@dataclass(frozen=True)
class ReplyRule:
    """One rule: how it is met, beside which field it is told, in which sentence."""

    code: str
    field: str
    sentence: str
    is_met: Callable[[ReplyFacts], bool]


RULES: tuple[ReplyRule, ...] = (
    ReplyRule(
        "reply.short",
        "text",
        "答复太短，请写清楚做了什么、什么时候、谁负责。",
        lambda reply: reply.length >= SHORTEST_REPLY,
    ),
    ReplyRule(
        "reply.empty",
        "text",
        "这样的答复不能发给提问人。%(says_nothing)s%(pattern)s",
        lambda reply: not reply.says_nothing,
    ),
    ReplyRule(
        "reply.no_evidence",
        "no_evidence_reason",
        "请附照片，或写明为什么没有照片。",
        lambda reply: reply.has_photos or reply.is_spoken or reply.has_reason_for_no_photos,
    ),
)


def check_may_be_sent(reply: ReplyFacts) -> None:
    """Raise RuleBroken with the sentence of the first rule that is not met."""
    for rule in RULES:
        if not rule.is_met(reply):
            raise RuleBroken(
                rule.sentence,
                code=rule.code,
                field=rule.field,
                says_nothing=reply.says_nothing,
                pattern=PATTERN,
            )
