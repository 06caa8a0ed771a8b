"""The policy of report meetings and forums: notice, the clock, ratings, public reasons (domain.md §4 and §5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from huiyin.domain.policy_reader import Added, Between, Code, Days, Sentence, UniqueBy
from huiyin.domain.policy_words import Reason, Reasons


@dataclass(frozen=True)
class NoticeRule:
    days: Days
    first_thing_days: Days
    """The report meeting is the first thing of a new committee term: due in so many days."""


@dataclass(frozen=True)
class FloorRule:
    """What a meeting needs to be called compliant, and when a further sitting is owed."""

    question_minutes: Annotated[int, Between(1, 600)]
    min_households: Annotated[int, Between(1, 1000)]
    new_sitting_within_days: Days
    go_on_within_minutes: Annotated[
        int, Between(0, 60), Added(date(2026, 11, 27), "结束提问以后，还可以续开")
    ] = 5
    """How long after the end of the questions the chair may go on asking at the same sitting; 0 is never."""


@dataclass(frozen=True)
class LiveRule:
    """How the pages of a running meeting behave."""

    poll_seconds: Annotated[int, Between(2, 60)]
    code_seconds: Annotated[int, Between(10, 300)]
    """How long the wall shows one check-in code; the one before is still taken."""
    check_in_opens_minutes: Annotated[int, Between(0, 1440)]
    """How long before the planned start people may check in."""
    questions_a_person: Annotated[int, Between(1, 100)]


@dataclass(frozen=True)
class MinutesRule:
    correction_days: Days
    keep_lists_days: Annotated[Days, Added(date(2026, 11, 27), "签到名单上的姓名和房号，会后保存")] = 90
    """Names and rooms on the attendance lists are removed so many days after the closing."""


@dataclass(frozen=True)
class RatingQuestion:
    code: Code
    text: Sentence


@dataclass(frozen=True)
class RatingRule:
    """An opinion of the households, each question from 1 to 5; not a legal vote."""

    questions: Annotated[tuple[RatingQuestion, ...], UniqueBy("code")]
    min_shown: Annotated[int, Between(2, 1000)]
    """Results show only from so many households on, so that nobody's answer can be told."""
    open_days: Days
    keep_letters_days: Annotated[Days, Added(date(2026, 11, 27), "印好的评议信文件保存")] = 7
    """The files with the letters, codes and all, are removed so many days after they were printed."""


@dataclass(frozen=True)
class ForumRule:
    """One forum each quarter: to be held by the quarter's last day; opened with the quarter."""

    commitments_ahead_days: Annotated[int, Between(0, 365)]
    """Commitments and milestones that fall due within so many days after the quarter are on the agenda too."""


@dataclass(frozen=True)
class MeetingsPolicy:
    notice: NoticeRule
    floor: FloorRule
    live: LiveRule
    minutes: MinutesRule
    rating: RatingRule
    forum: ForumRule
    hiding: Reasons
    deputy: Reasons
    postponing: Reasons
    cancelling: Reasons

    def reason(self, group: str, code: str) -> Reason:
        """Raises KeyError for a code that this version does not have."""
        for reason in self.group(group):
            if reason.code == code:
                return reason
        raise KeyError(f"{group}/{code}")

    def group(self, group: str) -> tuple[Reason, ...]:
        reasons: tuple[Reason, ...] = getattr(self, group)
        return reasons
