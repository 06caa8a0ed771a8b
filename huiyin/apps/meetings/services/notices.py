"""The notice of a sitting: how many days it was given before, and in public why they were fewer than asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from huiyin.apps.meetings import limits
from huiyin.apps.meetings.models import Meeting, Sitting
from huiyin.domain.errors import RuleBroken
from huiyin.domain.meeting_rules import notice_days
from huiyin.language.masking import mask


@dataclass(frozen=True)
class Notice:
    given_at: datetime
    days: int
    short_reason: str

    def put_on(self, row: Meeting | Sitting) -> None:
        """On the meeting for its first sitting, on the row of a further one; unsaved."""
        row.announced_at, row.notice_days = self.given_at, self.days
        row.notice_short_reason = self.short_reason


def notice_for(planned_at: datetime, *, short_reason: str, wanted_days: int, now: datetime) -> Notice:
    """The notice that is given now; fewer days than wanted need a reason."""
    days = notice_days(limits.day_of(now), limits.day_of(planned_at))
    if days >= wanted_days:
        return Notice(now, days, "")
    reason = mask(short_reason.strip())[:200]
    if not reason:
        raise RuleBroken(
            "要提前 %(days)s 天公告，现在只提前了 %(given)s 天。确要这天开，请写明原因，原因会公开。",
            code="announce.short_notice",
            field="short_notice_reason",
            days=wanted_days,
            given=days,
        )
    return Notice(now, days, reason)
