"""What of the meetings waits for somebody at the desk: sentences with a link, most urgent first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from huiyin.apps.ledger.desk_selectors import duties_of
from huiyin.apps.meetings import limits
from huiyin.apps.meetings.models import Meeting, MinutesCorrection
from huiyin.apps.meetings.permissions import is_deputy
from huiyin.apps.meetings.selectors import meetings_for_desk
from huiyin.domain.access import Actor, Role
from huiyin.domain.meeting_phases import LIVE, Phase

MOST = 20


@dataclass(frozen=True)
class Waiting:
    """One meeting and what is to be done with it now."""

    meeting: Meeting
    sentence: str
    url_name: str
    act: str
    is_late: bool = False


def waiting_for(actor: Actor, now: datetime) -> list[Waiting]:
    """A fixed number of queries; meetings that ask for nothing are left out.

    Who cannot act there is led to the meeting's page, not to its console.
    """
    open_phases = [Phase.DRAFT, Phase.ANNOUNCED, Phase.POSTPONED, Phase.CLOSED, Phase.MINUTES_OPEN, *LIVE]
    proposed = Count(
        "minutes__corrections", filter=Q(minutes__corrections__state=MinutesCorrection.State.PROPOSED)
    )
    rows: QuerySet[Meeting] = (
        meetings_for_desk(actor).filter(phase__in=open_phases).annotate(proposed=proposed)
    )
    found = [each for meeting in rows.order_by("planned_at")[:MOST] if (each := _of(meeting, now))]
    own = _workplaces(actor)
    told = [each if _works_at(each.meeting, actor, own) else _for_onlookers(each) for each in found]
    return sorted(told, key=lambda each: not each.is_late)


def _workplaces(actor: Actor) -> tuple[str, ...]:
    """Where `permissions.can_assist` holds: one query for a street officer, for others none."""
    helped = tuple(scope.path for scope in actor.scopes(Role.COMMUNITY_WORKER))
    return duties_of(actor).acts_as_secretary + helped


def _works_at(meeting: Meeting, actor: Actor, own: tuple[str, ...]) -> bool:
    return is_deputy(actor, meeting) or meeting.area.path.startswith(own)


def _for_onlookers(row: Waiting) -> Waiting:
    return replace(row, url_name="meetings:desk_meeting", act=_("看这场会"))


def _of(meeting: Meeting, now: datetime) -> Waiting | None:
    phase = Phase(meeting.phase)
    today = limits.day_of(now)
    if phase in LIVE:
        return Waiting(meeting, _("正在开会。"), "meetings:desk_console", _("打开控制台"))
    if phase is Phase.ANNOUNCED and limits.day_of(meeting.planned_at) == today:
        return Waiting(meeting, _("今天开会。"), "meetings:desk_console", _("打开控制台"))
    if phase is Phase.ANNOUNCED and limits.day_of(meeting.planned_at) < today:
        sentence = _("公告的日子过了，会没有开。")
        return Waiting(meeting, sentence, "meetings:desk_meeting", _("改时间或取消"), is_late=True)
    if phase is Phase.CLOSED:
        owed = meeting.new_sitting_by
        if owed is not None:
            sentence = _("到场户数不足，%(day)s 前要再开一次。") % {"day": f"{owed.month}月{owed.day}日"}
            return Waiting(meeting, sentence, "meetings:desk_meeting", _("再开一次"), is_late=today > owed)
        return Waiting(
            meeting, _("提问结束了，还没有转台账。"), "meetings:desk_meeting", _("转台账"), is_late=True
        )
    if phase is Phase.MINUTES_OPEN and meeting.proposed:  # type: ignore[attr-defined]
        values = {"count": meeting.proposed}  # type: ignore[attr-defined]
        return Waiting(
            meeting, _("会议记录有 %(count)s 条更正等决定。") % values, "meetings:desk_meeting", _("看更正")
        )
    if phase is Phase.POSTPONED:
        return Waiting(meeting, _("延期了，还没有定新的时间。"), "meetings:desk_meeting", _("定时间"))
    if phase is Phase.DRAFT:
        wanted = timedelta(days=limits.policy(now).notice.days)
        is_late = meeting.planned_at - now < wanted
        return Waiting(
            meeting, _("排好了，还没有公告。"), "meetings:desk_meeting", _("去公告"), is_late=is_late
        )
    return None
