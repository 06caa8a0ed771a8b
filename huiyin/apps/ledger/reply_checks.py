"""A reply weighed before it is sent: what it lacks, and a mark by which its writer means these very words."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from huiyin.apps.ledger.models import Case
from huiyin.domain.reply_rules import PATTERN, SHORTEST_REPLY
from huiyin.language import Answers, ReplyCheck, check_reply

SEEN = "seen"
"""Under which a form sends back the mark of the words its writer was asked about."""


@dataclass(frozen=True)
class Weighed:
    """What the page shows beside the words. `mark` names them without repeating them."""

    checked: ReplyCheck
    mark: str
    pattern: str = PATTERN

    @property
    def says_nothing(self) -> str:
        """What is held against an empty reply; "" for one that says something."""
        return self.checked.reasons[0] if self.checked.empty_reply else ""

    @property
    def is_weak(self) -> bool:
        """Something is missing, and yet it may be sent."""
        return self.checked.is_weak and not self.checked.empty_reply

    @property
    def there(self) -> list[Any]:
        """Words for what it has."""
        checked = self.checked
        parts = (
            (_("答到了问题"), checked.answers_matter is Answers.YES),
            (_("写了做法"), checked.has_action),
            (_("有日期"), checked.has_date_or_deadline),
            (_("写了谁负责"), checked.has_responsible),
        )
        return [label for label, is_there in parts if is_there]


def weigh_in_time(case: Case, text: str) -> Weighed | None:
    """The same while it is being written; None as long as it is refused for being short."""
    return weigh(case, text) if len(text) >= SHORTEST_REPLY else None


def weigh(case: Case, text: str) -> Weighed:
    """The words as they were typed, held against the public words of the case."""
    mark = hashlib.sha256(text.strip().encode("utf-8", "replace")).hexdigest()[:16]
    return Weighed(check_reply(case.text, text, subject=case.title), mark)


# --- replies that were given already ----------------------------------------------------------------------

EMPTY = "空答复"
NOTHING_LACKS = "没有缺项"
_ANSWER_LACKS = {Answers.NO: "没有答到问题", Answers.PARTLY: "只答了一部分"}


def lacks_of(question: str, reply: str, *, subject: str = "") -> tuple[str, ...]:
    """What a reply lacks, in a few words each; nothing for a full one."""
    checked = check_reply(question, reply, subject=subject)
    if checked.empty_reply:
        return (EMPTY,)
    lacks = (
        (_ANSWER_LACKS.get(checked.answers_matter, ""), checked.answers_matter is not Answers.YES),
        ("没有写做法", not checked.has_action),
        ("没有日期", not checked.has_date_or_deadline),
        ("没有写谁负责", not checked.has_responsible),
    )
    return tuple(words for words, is_lacking in lacks if is_lacking)


def remarks_on_reply(title: str | None, text: str | None, reply: str) -> tuple[str, ...]:
    """Of a reply in an old ledger, in the words of a column."""
    return lacks_of(text or title or "", reply, subject=title or "") or (NOTHING_LACKS,)
