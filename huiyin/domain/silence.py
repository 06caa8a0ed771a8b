"""Whether a report answers what residents raised (domain.md §3, Silence): who has to be answered, and what counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True)
class SilenceRules:
    """How many topics from the heaviest on, and from how many households any topic, must be answered."""

    top: int
    households: int


@dataclass(frozen=True)
class Raised:
    """One topic of the list: its place by weight, and the verified households that raised it."""

    rank: int
    households: int


class Duty(StrEnum):
    TOP = "top"
    HOUSEHOLDS = "households"


@dataclass(frozen=True)
class DutyRule:
    """`words` say to the company why this topic must be answered; they take %(top)s and %(households)s."""

    code: Duty
    words: str
    holds: Callable[[Raised, SilenceRules], bool] = field(repr=False)


DUTIES: tuple[DutyRule, ...] = (
    DutyRule(Duty.TOP, "清单上分量最重的 %(top)s 件要回答", lambda raised, rules: raised.rank <= rules.top),
    DutyRule(
        Duty.HOUSEHOLDS,
        "有 %(households)s 户以上提出的要回答",
        lambda raised, rules: raised.households >= rules.households,
    ),
)


def duty_of(raised: Raised, rules: SilenceRules) -> DutyRule | None:
    """The first rule for which a topic must be answered; None where the company may be silent."""
    return next((rule for rule in DUTIES if rule.holds(raised, rules)), None)


@dataclass(frozen=True)
class Said:
    """What was found of one topic in a report; ANSWERS says what each means."""

    in_passage: bool = False
    in_words: bool = False
    is_pointed_at: bool = False
    is_mentioned: bool = False


class Answer(StrEnum):
    """How far a topic is answered."""

    PASSAGE = "passage"
    WORDS = "words"
    POINTED = "pointed"
    MENTIONED = "mentioned"
    SILENT = "silent"


@dataclass(frozen=True)
class AnswerRule:
    code: Answer
    label: str
    means: str
    is_answer: bool
    holds: Callable[[Said], bool] = field(repr=False)


ANSWERS: tuple[AnswerRule, ...] = (
    AnswerRule(
        Answer.PASSAGE,
        "有回答",
        "a passage of the sections where topics are answered says what was, will or cannot be done",
        True,
        lambda said: said.in_passage,
    ),
    AnswerRule(
        Answer.WORDS,
        "有回答",
        "so do the words the company wrote to this topic alone",
        True,
        lambda said: said.in_words,
    ),
    AnswerRule(
        Answer.POINTED,
        "物业指出",
        "the company points at a passage of those sections; it is shown as such, and the secretary may give it back",
        True,
        lambda said: said.is_pointed_at,
    ),
    AnswerRule(
        Answer.MENTIONED,
        "只提到，没有回答",
        "it is only named, denied, thanked for or wished about, or answered in another section",
        False,
        lambda said: said.is_mentioned,
    ),
    AnswerRule(Answer.SILENT, "没有回应", "nothing is said of it", False, lambda _said: True),
)
"""The first that holds is what is shown: a company points only where nothing better is there."""


def answer_of(said: Said) -> AnswerRule:
    return next(rule for rule in ANSWERS if rule.holds(said))


def table() -> str:
    """For the reference."""
    rows = (
        f"| `{rule.code}` | {rule.label} | {rule.means} | {'yes' if rule.is_answer else 'no'} |"
        for rule in ANSWERS
    )
    return "\n".join(("| Rule | 中文 | Means | Answered |", "|---|---|---|---|", *rows))
