"""A reply weighed before it is sent: does it answer the question, with a deed, a time and somebody named."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from huiyin.language.matters import known_matters, say
from huiyin.language.normalise import fold
from huiyin.language.reply_reading import ReplyReading, read_reply
from huiyin.language.reply_traits import LONGEST_QUESTION, deed_traits, matter_traits
from huiyin.language.responsible import find_responsible
from huiyin.language.weighing import Weights, probability

WEIGHTS = Path(__file__).parent / "data" / "replies" / "weights.json"
LEAST_SHARED = 0.01
"""Of the pairs of characters asked with; a long reply that shares fewer answers another question."""
LONG_REPLY = 120
SHORT_REPLY = 60
"""Characters within which a reply that names another thing than was asked about has no room for both."""
_WHO_ACTS = frozenset({"guards", "cleaning"})
"""Matters whose words also say who did it: 保洁部, 秩序部."""
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
    has_time = bool(reading.times)
    if reading.is_empty:
        return ReplyCheck(Answers.NO, False, has_time, bool(names), True, (_why_empty(reading),))
    has_deed = reading.says_it_is_fixed or (
        probability(weights.has_deed, deed_traits(subject, reading)) >= HAS_DEED_FROM
    )
    traits = matter_traits(subject, question, reading, names_somebody=bool(names))
    is_beside = traits["shared-with-text"] == 0 and _names_another_matter(f"{subject}\n{question}", reading)
    answers = _answers(weights, reading, traits, is_beside=is_beside)
    return ReplyCheck(
        answers_matter=answers,
        has_action=has_deed,
        has_date_or_deadline=has_time,
        has_responsible=bool(names),
        empty_reply=False,
        reasons=_reasons(
            answers,
            has_deed=has_deed,
            has_time=has_time,
            has_owner=bool(names),
            refuses=reading.refuses,
            is_beside=is_beside,
        ),
    )


def _answers(
    weights: ReplyWeights, reading: ReplyReading, traits: Mapping[str, float], *, is_beside: bool
) -> Answers:
    is_long = sum(clause.length for clause in reading.solid) >= LONG_REPLY
    if is_long and traits["shared"] == 0 and traits["shared-with-text"] < LEAST_SHARED:
        return Answers.NO
    is_partly = is_beside or probability(weights.is_partly, traits) >= PARTLY_FROM
    return Answers.PARTLY if is_partly else Answers.YES


def _names_another_matter(asked: str, reading: ReplyReading) -> bool:
    """A short reply of 绿化 to a question about a door: each names a known matter, neither the other's."""
    told = "".join(reading.written(clause) + "。" for clause in reading.solid)
    if len(told) > SHORT_REPLY:
        return False
    matters_told = _matters_named(told) - _WHO_ACTS
    if not matters_told:
        return False
    matters_asked = _matters_named(fold(asked[:LONGEST_QUESTION]).text)
    return bool(matters_asked) and matters_asked.isdisjoint(matters_told)


def _matters_named(text: str) -> set[str]:
    said = say(text)
    return {
        known.name
        for known in known_matters()
        if not known.is_general and known.matter.is_in(said) and not known.matter.only_looks_alike(text)
    }


def _only_refers(reading: ReplyReading) -> bool:
    return any("referral" in clause.does for clause in reading.clauses) and not any(
        "deed" in clause.does for clause in reading.solid
    )


def _why_empty(reading: ReplyReading) -> str:
    if _only_refers(reading):
        return "只请对方去问别处，没有答复这件事：请写明为什么归那里办、您这边还会做什么。"
    if reading.only_puts_off:
        return "只说会安排、会跟进，没有答复这件事：请写明哪一天、由谁、做什么。"
    if not any(clause.is_hollow for clause in reading.clauses):
        return "写得太少，没有答复这件事：请写明查到了什么、做了什么或者准备怎么办；办不了的，写明原因。"
    return "只说了收到、转办或感谢，没有答复这件事：请写明查到了什么、做了什么或者准备怎么办。"


def _reasons(
    answers: Answers, *, has_deed: bool, has_time: bool, has_owner: bool, refuses: bool, is_beside: bool
) -> tuple[str, ...]:
    reasons = []
    if answers is Answers.NO:
        reasons.append("答的不像是对方问的事：请对照来信，逐条答复。")
    if is_beside:
        reasons.append("看不出答的是对方问的事：请写明问的那件事办得怎样。")
    elif answers is Answers.PARTLY and not refuses:
        reasons.append("只答了一部分或只有一般的表态：请把对方问的每一点写清楚，做不到的说明原因。")
    if not has_deed and refuses:
        reasons.append("写了办不了和原因：请再写清凭什么这样说，以及还能怎么办、什么时候再议。")
    elif not has_deed:
        reasons.append("没有写做了什么、将做什么：请写明具体做法；办不了的，请写明原因。")
    if not has_time:
        reasons.append("没有日期或期限：请写明哪一天办的，或者哪一天前办好。")
    if not has_owner:
        reasons.append("没有写由谁负责：“我们”“相关部门”不算，请写明单位、部门或负责人。")
    return tuple(reasons)
