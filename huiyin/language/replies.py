"""A reply weighed before it is sent: does it answer the question, with a deed, a time and somebody named."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from huiyin.language.reply_reading import ReplyReading, read_reply
from huiyin.language.reply_traits import deed_traits, matter_traits
from huiyin.language.responsible import find_responsible
from huiyin.language.weighing import Weights, probability

WEIGHTS = Path(__file__).parent / "data" / "replies" / "weights.json"
LEAST_SHARED = 0.01
"""Of the pairs of characters asked with; a long reply that shares fewer answers another question."""
LONG_REPLY = 120
HAS_DEED_FROM = 0.5
PARTLY_FROM = 0.73


class Answers(StrEnum):
    YES = "yes"
    PARTLY = "partly"
    NO = "no"


@dataclass(frozen=True)
class ReplyCheck:
    """What a reply has; `reasons` says in Chinese, for the person who wrote it, what it lacks."""

    answers_matter: Answers
    has_action: bool
    has_date_or_deadline: bool
    has_responsible: bool
    empty_reply: bool
    reasons: tuple[str, ...]

    @property
    def is_weak(self) -> bool:
        """Something is missing; an empty reply is more than weak."""
        return bool(self.reasons)


@dataclass(frozen=True)
class ReplyWeights:
    has_deed: Weights
    is_partly: Weights


@cache
def shipped_weights() -> ReplyWeights:
    """As learned by `python -m bench.learn_replies`."""
    written: Mapping[str, Weights] = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return ReplyWeights(written["has_deed"], written["is_partly"])


def check_reply(
    question: str, reply: str, *, subject: str = "", weights: ReplyWeights | None = None
) -> ReplyCheck:
    """Never raises, linear in both texts; without a subject the first line of the question is taken for it."""
    weights = weights or shipped_weights()
    subject = subject or question.strip().partition("\n")[0][:60]
    reading = read_reply(reply)
    names = find_responsible(reading.folded.text)
    is_empty = reading.is_empty
    has_deed = not is_empty and probability(weights.has_deed, deed_traits(subject, reading)) >= HAS_DEED_FROM
    answers = (
        Answers.NO if is_empty else _answers(weights, subject, question, reading, names_somebody=bool(names))
    )
    return ReplyCheck(
        answers_matter=answers,
        has_action=has_deed,
        has_date_or_deadline=bool(reading.times),
        has_responsible=bool(names),
        empty_reply=is_empty,
        reasons=_reasons(
            answers,
            is_empty=is_empty,
            has_deed=has_deed,
            has_time=bool(reading.times),
            has_owner=bool(names),
            only_refers=_only_refers(reading),
        ),
    )


def _answers(
    weights: ReplyWeights, subject: str, question: str, reading: ReplyReading, *, names_somebody: bool
) -> Answers:
    traits = matter_traits(subject, question, reading, names_somebody=names_somebody)
    is_long = sum(clause.length for clause in reading.solid) >= LONG_REPLY
    if is_long and traits["shared"] == 0 and traits["shared-with-text"] < LEAST_SHARED:
        return Answers.NO
    return Answers.PARTLY if probability(weights.is_partly, traits) >= PARTLY_FROM else Answers.YES


def _only_refers(reading: ReplyReading) -> bool:
    return any("referral" in clause.does for clause in reading.clauses) and not any(
        "deed" in clause.does for clause in reading.solid
    )


def _reasons(
    answers: Answers, *, is_empty: bool, has_deed: bool, has_time: bool, has_owner: bool, only_refers: bool
) -> tuple[str, ...]:
    if is_empty and only_refers:
        return ("只请对方去问别处，没有答复这件事：请写明为什么归那里办、您这边还会做什么。",)
    if is_empty:
        return ("只说了收到、转办或感谢，没有答复这件事：请写明查到了什么、做了什么或者准备怎么办。",)
    reasons = []
    if answers is Answers.NO:
        reasons.append("答的不像是对方问的事：请对照来信，逐条答复。")
    if answers is Answers.PARTLY:
        reasons.append("只答了一部分或只有一般的表态：请把对方问的每一点写清楚，做不到的说明原因。")
    if not has_deed:
        reasons.append("没有写做了什么、将做什么：请写明具体做法；办不了的，请写明原因。")
    if not has_time:
        reasons.append("没有日期或期限：请写明哪一天办的，或者哪一天前办好。")
    if not has_owner:
        reasons.append("没有写由谁负责：“我们”“相关部门”不算，请写明单位、部门或负责人。")
    return tuple(reasons)
