"""Grouping cases of the same kind at one estate, by hand for now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from huiyin.apps.audit.services import record
from huiyin.apps.ledger.models import Case, Topic
from huiyin.apps.ledger.permissions import acts_as_secretary
from huiyin.apps.ledger.services.transition import locked, witness
from huiyin.apps.places.models import Estate
from huiyin.apps.places.selectors import scope_of_estate
from huiyin.domain.access import Actor
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.language.masking import mask
from huiyin.web.now import now as clock


def _check(by: Actor, estate: Estate) -> None:
    if not acts_as_secretary(by, scope_of_estate(estate), estate.area_id):
        raise NotPermitted("只有这个社区的书记可以归并热点。", code="ledger.topic")


@transaction.atomic
def open_topic(
    *, by: Actor, estate: Estate, title: str, category: str = "", now: datetime | None = None
) -> Topic:
    now = now or clock()
    _check(by, estate)
    title = mask(title.strip())[:60]
    if not title:
        raise RuleBroken("请给热点起个名字。", code="topic.no_title", field="title")
    topic, is_new = Topic.objects.get_or_create(
        estate=estate, title=title, defaults={"category": category, "made_by_key": by.key, "made_at": now}
    )
    if is_new:
        record(
            kind="ledger.topic_opened",
            stream=f"estate/{estate.code}",
            by=by,
            now=now,
            public={"topic": topic.pk},
            texts={"title": title},
        )
    return topic


@transaction.atomic
def put_in_topic(
    cases: Sequence[Case], *, topic: Topic | None, by: Actor, now: datetime | None = None
) -> int:
    """Put cases of the topic's estate into it, or out of any topic (None). Returns how many moved."""
    now = now or clock()
    moved = 0
    for case in sorted(cases, key=lambda row: row.pk):
        case = locked(case)
        if case.estate is None or (topic is not None and topic.estate_id != case.estate_id):
            raise RuleBroken("热点只能归并同一个小区的事项。", code="topic.other_estate")
        _check(by, case.estate)
        if case.topic_id == (topic.pk if topic else None):
            continue
        case.topic = topic
        case.save(update_fields=["topic"])
        witness(case, "topic_set", by=by, now=now, public={"topic": topic.pk if topic else 0})
        moved += 1
    return moved
