"""Quarterly forums: some of the last quarter held with a statement on each item, one missed, those of this one due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from django.db.models import Q

from huiyin.apps.audit.bulk import EventDraft, record_many
from huiyin.apps.ledger import limits
from huiyin.apps.ledger.models import Case
from huiyin.apps.meetings.limits import adopted
from huiyin.apps.meetings.models import Forum, ForumItem
from huiyin.apps.meetings.services.forums import open_forums, plan_forum
from huiyin.apps.places.models import Estate
from huiyin.apps.portal.demo.ground import Ground
from huiyin.apps.portal.demo.hours import at_time
from huiyin.apps.portal.demo.staff import FIRST_ESTATE, Staff, secretary_on
from huiyin.apps.reports.models import Commitment
from huiyin.domain.access import SYSTEM, Actor
from huiyin.domain.canonical import JSON, instant
from huiyin.domain.case_workflow import Status
from huiyin.domain.forum_agenda import ItemKind
from huiyin.domain.meeting_rules import quarter_end, quarter_of

# Of the last quarter; an estate whose forum was held gives how many days before its end, the other missed it.
LAST_QUARTER: dict[str, int | None] = {"YSL01": 11, "YSL02": 24, "GYH01": 17, "YSL03": None}
_OPEN = (
    "已经派人在办，{day}前给出书面答复。",
    "等配件到货，到货当天装，{day}前办完。",
    "现场看过两次，办法已经定了，{day}前动手。",
    "这件事拖了，责任在项目部，{day}前一定有结果。",
    "要和社区一起办，{day}前把能做的这一半做完。",
)
_PROMISED = ("按期在做，{day}前办完，办完在公示栏贴出来。", "还差最后一步，{day}前补上，原来的日期不改。")
_SUMMARY = "逐项过了一遍，居民当场追问 {asked} 件，答不上来的 {left} 件写明了日期。下一次座谈会先看这些日期。"


@dataclass
class Forums:
    """Writes both quarters; `cases` of all estates."""

    ground: Ground
    staff: Staff
    cases: Iterable[Case]
    now: datetime

    def tell(self) -> None:
        quarter = quarter_of(self.now.date())
        before = quarter_of(quarter - timedelta(days=1))
        estates = {estate.code: estate for estate in self.ground.estates}
        for code, days in LAST_QUARTER.items():
            self._of_last_quarter(estates[code], before, days)
        open_forums(now=min(self.now, at_time(quarter, 0, 25)))
        self._plan_next(estates[FIRST_ESTATE], quarter)

    def _secretary(self, estate: Estate, day: date) -> Actor:
        return secretary_on(self.staff, estate.area, day, self.now.date())

    def _plan_next(self, estate: Estate, quarter: date) -> None:
        """At the first estate, next week or what is left of the quarter."""
        today, fell_due = self.now.date(), min(self.now, at_time(quarter, 0, 25))
        on = min(today + timedelta(days=6), quarter_end(quarter))
        plan_forum(
            Forum.objects.get(estate=estate, quarter=quarter),
            by=self._secretary(estate, today),
            planned_at=at_time(max(on, today), 18, 30),
            venue=f"{estate.name}物业服务中心二层",
            now=max(at_time(today - timedelta(days=1), 10, 5), fell_due),
        )

    # --- a forum that was held, or was not ---

    def _of_last_quarter(self, estate: Estate, quarter: date, days_before: int | None) -> None:
        began = at_time(quarter, 0, 25)
        forum = Forum.objects.create(
            estate=estate, quarter=quarter, due_on=quarter_end(quarter), policy_version=adopted(began).version
        )
        due: dict[str, JSON] = {"quarter": quarter.isoformat(), "due_on": forum.due_on.isoformat()}
        drafts = [_draft(forum, "forum_fell_due", began, due)]
        if days_before is not None:
            drafts += self._held(forum, at_time(forum.due_on - timedelta(days=days_before), 18, 30))
        record_many(drafts)

    def _held(self, forum: Forum, at: datetime) -> list[EventDraft]:
        rng = Random(f"{forum.estate.code}/{forum.quarter}/forum")
        by = self._secretary(forum.estate, at.date())
        serving = self.ground.serving[forum.estate.code][-1]
        manager = self.staff.managers[serving.engagement.pk]
        items = ForumItem.objects.bulk_create(self._items(forum, manager, rng, at))
        forum.planned_at, forum.venue = at, f"{forum.estate.name}物业服务中心二层"
        forum.held_on, forum.attendee_count = at.date(), rng.randint(14, 38)
        forum.closed_at, forum.closed_by_label = at + timedelta(minutes=95), by.label[:80]
        forum.summary = _SUMMARY.format(asked=rng.randint(4, 9), left=rng.randint(1, 3))
        forum.save()
        counts: dict[str, JSON] = dict(Counter(str(item.kind) for item in items))
        planned_at = at - timedelta(days=8)
        return [
            _draft(forum, "agenda_extended", planned_at, {"added": counts}),
            _draft(
                forum, "forum_planned", planned_at, {"planned_at": instant(at)}, {"venue": forum.venue}, by=by
            ),
            *(self._stated(forum, item, manager) for item in items),
            _draft(
                forum,
                "forum_closed",
                forum.closed_at,
                {
                    "held_on": at.date().isoformat(),
                    "due_on": forum.due_on.isoformat(),
                    "attendees": forum.attendee_count,
                    "items": counts,
                },
                {"summary": forum.summary},
                by=by,
            ),
        ]

    def _stated(self, forum: Forum, item: ForumItem, by: Actor) -> EventDraft:
        assert item.stated_at is not None
        number = item.case.number if item.case else ""
        return _draft(
            forum,
            "item_stated",
            item.stated_at,
            {"item": item.pk, "kind": str(item.kind), "case": number},
            {"statement": item.statement},
            by=by,
        )

    def _items(self, forum: Forum, manager: Actor, rng: Random, at: datetime) -> list[ForumItem]:
        """What was open that evening, as far as the rows of today tell, and the promises that fell due."""
        items = []
        for case in self.cases:
            was_open = case.registered_at < at and (case.settled_at is None or case.settled_at > at)
            if case.estate_id == forum.estate_id and was_open and case.status != Status.MERGED:
                item = ForumItem(
                    kind=ItemKind.CASE, case=case, title=case.title[:120], due_on=limits.day_of(case.due_at)
                )
                is_replied = case.replied_at is not None and case.replied_at < at
                item.statement = "已经答复，等提出人确认。" if is_replied else rng.choice(_OPEN)
                items.append(item)
        until = quarter_end(forum.quarter) + timedelta(days=30)
        still = Q(settled_on=None) | Q(settled_on__gt=at.date())
        promises = Commitment.objects.filter(
            still, report__estate=forum.estate, promised_at__lt=at, due_on__lte=until
        )
        items += [
            ForumItem(
                kind=ItemKind.COMMITMENT,
                commitment=promise,
                title=promise.title,
                due_on=promise.due_on,
                statement=rng.choice(_PROMISED),
            )
            for promise in promises
        ]
        for place, item in enumerate(items):
            day = at.date() + timedelta(days=rng.randint(6, 30))
            item.forum = forum
            item.added_at = at - timedelta(days=8)
            item.statement = item.statement.format(day=f"{day.month}月{day.day}日")
            item.stated_by_key, item.stated_by_label = manager.key, manager.label[:80]
            item.stated_at = at + timedelta(minutes=6 + place * 70 // max(1, len(items)))
        return items


def _draft(
    forum: Forum,
    kind: str,
    at: datetime,
    public: dict[str, JSON],
    texts: dict[str, str] | None = None,
    *,
    by: Actor = SYSTEM,
) -> EventDraft:
    return EventDraft(
        kind=f"meetings.{kind}", stream=forum.stream, by=by, now=at, public=public, texts=texts or {}
    )
