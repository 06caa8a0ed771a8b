"""The quarterly owners' forum: due by itself, an agenda that grows until the closing, a statement on each item."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from django.db import transaction

from huiyin.apps.audit.services import record
from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.models.askers import Channel
from huiyin.apps.ledger.origins import Origin
from huiyin.apps.ledger.services.register import AskerDraft, register_case
from huiyin.apps.meetings import limits
from huiyin.apps.meetings.forum_due import missing, unlisted
from huiyin.apps.meetings.models import Forum, ForumItem, ForumMatter
from huiyin.apps.meetings.permissions import check_enter_at_forum, check_hold_forum, check_state
from huiyin.apps.places.models import Estate
from huiyin.apps.places.selectors import engagements_on
from huiyin.domain.access import SYSTEM, Actor
from huiyin.domain.canonical import instant
from huiyin.domain.errors import RuleBroken
from huiyin.domain.ledger_rules import Source
from huiyin.domain.meeting_rules import quarter_end, quarter_of
from huiyin.language.masking import mask
from huiyin.web.now import now as clock


@transaction.atomic
def open_forums(*, now: datetime | None = None) -> int:
    """At the beginning of a quarter each estate with a company owes a forum (task; a second run adds nothing)."""
    now = now or clock()
    today = limits.day_of(now)
    quarter = quarter_of(today)
    served = engagements_on(today).values("estate_id")
    owing = Estate.objects.filter(pk__in=served).exclude(
        pk__in=Forum.objects.filter(quarter=quarter).values("estate_id")
    )
    version = limits.adopted(now).version
    made = 0
    for estate in owing.order_by("pk"):
        forum, is_new = Forum.objects.get_or_create(
            estate=estate,
            quarter=quarter,
            defaults={"due_on": quarter_end(quarter), "policy_version": version},
        )
        if is_new:
            made += 1
            public = {"quarter": quarter.isoformat(), "due_on": forum.due_on.isoformat()}
            _witness(forum, "forum_fell_due", by=SYSTEM, now=now, public=public, begins_stream=True)
    return made


@transaction.atomic
def plan_forum(
    forum: Forum, *, by: Actor, planned_at: datetime, venue: str, now: datetime | None = None
) -> Forum:
    """When and where; the agenda is filled at the same time."""
    now = now or clock()
    forum = _open(forum)
    by = check_hold_forum(by, forum)
    forum.planned_at = planned_at
    forum.venue = limits.own_words(venue, field="venue", sentence="请写座谈会的地点。")[:120]
    forum.save(update_fields=["planned_at", "venue"])
    _extend(forum, now)
    _witness(
        forum,
        "forum_planned",
        by=by,
        now=now,
        public={"planned_at": instant(planned_at)},
        texts={"venue": forum.venue},
    )
    return forum


@transaction.atomic
def extend_agenda(forum: Forum, *, now: datetime | None = None) -> int:
    """Add whatever has become due since; nothing is taken off. Returns how many items were added."""
    return _extend(_open(forum), now or clock())


def extend_agendas(*, now: datetime | None = None) -> int:
    """Of every forum that is planned and not closed (task)."""
    now = now or clock()
    added = 0
    for forum in Forum.objects.filter(closed_at=None, planned_at__isnull=False):
        with suppress(RuleBroken):  # somebody has closed it since it was read
            added += extend_agenda(forum, now=now)
    return added


@transaction.atomic
def state(item: ForumItem, *, by: Actor, text: str, now: datetime | None = None) -> ForumItem:
    """Where an item stands, said by who leads it; may be said anew until the forum is closed."""
    (item,) = _state(item.forum, [item.pk], by=by, text=text, now=now or clock())
    return item


@transaction.atomic
def state_together(
    forum: Forum, *, by: Actor, items: Iterable[ForumItem], text: str, now: datetime | None = None
) -> int:
    """One sentence for several items, e.g. all that were asked at the same meeting; each is recorded by itself."""
    keys = [item.pk for item in items]
    if not keys:
        raise RuleBroken("请在下面勾选要一起说明的事项。", code="forum.none_chosen")
    return len(_state(forum, keys, by=by, text=text, now=now or clock()))


def _state(forum: Forum, keys: list[int], *, by: Actor, text: str, now: datetime) -> list[ForumItem]:
    """Items are read and written together; their events follow each other in the history of the forum."""
    forum = _open(forum)
    rows = ForumItem.objects.filter(forum=forum, pk__in=keys).order_by("pk")
    items = list(rows.select_related("case__estate", "case__area", "commitment__report__engagement"))
    words = limits.own_words(text, field="text", sentence="请写进展到哪一步、下一步做什么。")
    for item in items:
        item.forum = forum
        check_state(by, item)
        item.statement = words
        item.stated_by_key, item.stated_by_label, item.stated_at = by.key, by.label[:80], now
    ForumItem.objects.bulk_update(items, ["statement", "stated_by_key", "stated_by_label", "stated_at"])
    for item in items:
        _witness(
            forum,
            "item_stated",
            by=by,
            now=now,
            public={"item": item.pk, "kind": item.kind, "case": item.case.number if item.case else ""},
            texts={"statement": item.statement},
        )
    return items


@transaction.atomic
def bring_matter(
    forum: Forum,
    *,
    by: Actor,
    text: str,
    building: str = "",
    nickname: str = "",
    name: str = "",
    phone: str = "",
    idempotency_key: str | None = None,
    now: datetime | None = None,
) -> Case:
    """A speaker brings something new: a ledger case whose asker is the named speaker (domain.md §5)."""
    now = now or clock()
    forum = _open(forum)
    check_enter_at_forum(by, forum)
    case = register_case(
        by=by,
        text=text,
        area=forum.estate.area,
        estate=forum.estate,
        source=Source.FORUM,
        building=building,
        nickname=nickname,
        asker=AskerDraft(
            channel=Channel.CALL if phone.strip() else Channel.SLIP,
            name=name.strip()[:40],
            phone=phone.strip()[:20],
        ),
        origin=Origin("meetings.forum", str(forum.pk)),
        origin_label=f"{forum.quarter.year} 年第 {(forum.quarter.month + 2) // 3} 季度座谈会",
        idempotency_key=f"forum:{forum.pk}:{idempotency_key}"[:64] if idempotency_key else None,
        now=now,
    )
    _row, is_new = ForumMatter.objects.get_or_create(case=case, defaults={"forum": forum})
    if is_new:
        _witness(forum, "matter_brought", by=by, now=now, public={"case": case.number})
    return case


def close_forum(
    forum: Forum,
    *,
    by: Actor,
    held_on: date,
    attendee_count: int,
    summary: str = "",
    now: datetime | None = None,
) -> Forum:
    """The forum was held and each item has its statement. What became due meanwhile is put on the agenda first.

    That stays on the agenda even where the closing is then refused, so that the secretary sees what is missing.
    """
    now = now or clock()
    extend_agenda(forum, now=now)
    return _close(forum, by=by, held_on=held_on, attendee_count=attendee_count, summary=summary, now=now)


@transaction.atomic
def _close(
    forum: Forum, *, by: Actor, held_on: date, attendee_count: int, summary: str, now: datetime
) -> Forum:
    forum = _open(forum)
    by = check_hold_forum(by, forum)
    if forum.planned_at is None:
        raise RuleBroken("座谈会还没有定时间。先定下时间、地点，开过以后再结束。", code="forum.not_planned")
    if held_on > limits.day_of(now) or held_on < forum.quarter:
        raise RuleBroken("请填座谈会召开的日期。", code="forum.held_on", field="held_on")
    left = missing(forum, now)
    if left:
        raise RuleBroken(
            "还有 %(count)s 项没有说明，每一项都要有说明才能结束座谈会。",
            code="forum.without_statement",
            count=len(left),
        )
    forum.held_on = held_on
    forum.attendee_count = attendee_count
    forum.summary = mask(summary.strip())
    forum.closed_at = now
    forum.closed_by_label = by.label[:80]
    forum.save()
    _witness(
        forum,
        "forum_closed",
        by=by,
        now=now,
        public={
            "held_on": held_on.isoformat(),
            "due_on": forum.due_on.isoformat(),
            "attendees": attendee_count,
            "items": dict(Counter(forum.items.values_list("kind", flat=True))),
        },
        texts={"summary": forum.summary},
    )
    return forum


def _open(forum: Forum) -> Forum:
    """The forum again, locked, unless it is closed."""
    forum = (
        Forum.objects.select_for_update(of=("self",), no_key=True)
        .select_related("estate__area")
        .get(pk=forum.pk)
    )
    if forum.closed_at is not None:
        raise RuleBroken("这次座谈会已经结束。", code="forum.closed")
    return forum


def _extend(forum: Forum, now: datetime) -> int:
    added = ForumItem.objects.bulk_create(unlisted(forum, forum.items.all(), now))
    if added:
        counts = Counter(str(each.kind) for each in added)
        _witness(forum, "agenda_extended", by=SYSTEM, now=now, public={"added": dict(counts)})
    return len(added)


def _witness(
    forum: Forum,
    kind: str,
    *,
    by: Actor,
    now: datetime,
    public: Mapping[str, Any],
    texts: Mapping[str, str] | None = None,
    begins_stream: bool = False,
) -> None:
    record(
        kind=f"meetings.{kind}",
        stream=forum.stream,
        by=by,
        now=now,
        public=dict(public),
        texts={name: text for name, text in (texts or {}).items() if text},
        begins_stream=begins_stream,
    )
