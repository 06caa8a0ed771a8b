"""What the pages need of the store, as rows: the cube month by month, and the names no estate is known by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, Case, ExpressionWrapper, F, Sum, Value, When

from huiyin.apps.hotline.models import (
    Counts,
    HotlineCount,
    HotlineDistrict,
    HotlineImport,
    HotlineMonth,
    HotlineTopic,
    HotlineTotal,
    UnknownName,
)
from huiyin.apps.hotline.models.names import LONGEST_NAME
from huiyin.apps.places.models import Estate

STORE_PREFIX = "web-"
"""Before the number of an import of ours stands its name in the store."""
UNKNOWN_MONTH = "unknown"
DIMENSIONS = ("estate_code", "street_code", "property_related", "category")
COUNTS = (
    *("complaints", "contactable", "contacted", "solved_valid", "solved", "satisfied_valid", "satisfied"),
    *("not_assessed", "same_caller_again", "in_groups", "recurrences", "likely"),
)
"""The columns of a row as the child tells it (analytics.child.CELL); a test compares them."""
TOLD_OF_TOPICS = (
    *("title", "category", "complaint_count", "caller_count", "recent_count", "before_count", "first_on"),
    *("last_on", "heat", "shares", "example", "numbers", "told_at"),
)
_AT_ONCE = 2_000


class Mirror:
    """Rows after the store, once for each piece it tells; done again it changes nothing."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._estates = dict(Estate.objects.values_list("code", "pk"))

    @transaction.atomic
    def replace_month(
        self, month: str, rows: Iterable[Sequence[Any]], days: tuple[str, str] | None = None
    ) -> None:
        """Rows of an estate that is there no more count as unattributed; `days`: the first and the last with any."""
        first = None if month == UNKNOWN_MONTH else date.fromisoformat(f"{month}-01")
        cells: dict[tuple[Any, ...], Counter[str]] = {}
        for estate, street, is_property, category, *counts in rows:
            key = (self._estates.get(estate), street or "", is_property, category or "")
            cells.setdefault(key, Counter()).update(dict(zip(COUNTS, counts, strict=True)))
        HotlineCount.objects.filter(month=first).delete()
        HotlineCount.objects.bulk_create(
            (
                HotlineCount(
                    month=first,
                    estate_id=estate,
                    street_code=street,
                    property_related=is_property,
                    category=category,
                    **counts,
                )
                for (estate, street, is_property, category), counts in cells.items()
            ),
            batch_size=_AT_ONCE,
        )
        total_up(first, days=days)

    @transaction.atomic
    def replace_names(self, names: Iterable[Mapping[str, Any]]) -> None:
        """Open names are those told now; what a person decided of a name stays, with its new count."""
        known = {
            (name.name, name.street_code): name for name in UnknownName.objects.select_for_update(no_key=True)
        }
        told = []
        for each in names:
            if len(each["name"]) > LONGEST_NAME:
                continue
            name = known.pop((each["name"], each["street_code"]), None) or UnknownName(
                name=each["name"], street_code=each["street_code"]
            )
            name.complaint_count, name.example = each["complaints"], each["example"][:200]
            name.brought_by_id = _import_of(each["import_id"])
            name.seen_at = self._now
            told.append(name)
        gone = UnknownName.objects.filter(pk__in=[name.pk for name in known.values()])
        gone.filter(state=UnknownName.State.OPEN).delete()
        gone.update(complaint_count=0)
        ours = set(
            HotlineImport.objects.filter(pk__in={name.brought_by_id for name in told}).values_list(
                "pk", flat=True
            )
        )
        for name in told:
            if name.brought_by_id not in ours:
                name.brought_by_id = None
        UnknownName.objects.bulk_create([name for name in told if name.pk is None], batch_size=_AT_ONCE)
        UnknownName.objects.bulk_update(
            [name for name in told if name.pk is not None],
            ["complaint_count", "example", "brought_by", "seen_at"],
            batch_size=_AT_ONCE,
        )

    @transaction.atomic
    def replace_topics(self, topics: Iterable[Mapping[str, Any]]) -> None:
        """One that shares most complaints with a topic of before is the same; sent ones stay without complaints too."""
        known: dict[int, list[HotlineTopic]] = {}
        for topic in HotlineTopic.objects.select_for_update(no_key=True):
            known.setdefault(topic.estate_id, []).append(topic)
        rows = []
        for told in sorted(topics, key=lambda each: -each["complaints"]):
            if (estate := self._estates.get(told["estate"])) is None:
                continue
            topic = _same_topic(known.get(estate, []), told["numbers"]) or HotlineTopic(estate_id=estate)
            topic.title, topic.category = told["title"][:60], told["category"][:40]
            topic.complaint_count, topic.caller_count = told["complaints"], told["callers"]
            topic.recent_count, topic.before_count = told["recent"], told["before"]
            topic.first_on = date.fromisoformat(told["first_on"])
            topic.last_on = date.fromisoformat(told["last_on"])
            topic.heat, topic.shares = told["heat"], told["shares"]
            topic.example, topic.numbers = told["example"], told["numbers"]
            topic.told_at = self._now
            rows.append(topic)
        gone = HotlineTopic.objects.filter(pk__in=[each.pk for left in known.values() for each in left])
        gone.filter(topic__isnull=True).delete()
        gone.update(complaint_count=0, example="", numbers=[])
        HotlineTopic.objects.bulk_create([each for each in rows if each.pk is None], batch_size=_AT_ONCE)
        HotlineTopic.objects.bulk_update(
            [each for each in rows if each.pk is not None], TOLD_OF_TOPICS, batch_size=_AT_ONCE
        )


def total_up(month: date | None, *, days: tuple[str, str] | None = None) -> None:
    """The totals of a month anew from its counts, and between which days it has any; where these are changed."""
    loose_street = Case(When(estate__isnull=True, then=F("street_code")), default=Value(""))
    _sum_up(HotlineTotal, month, estate_id=F("estate_id"), street_code=loose_street)
    attributed = ExpressionWrapper(HotlineCount.ATTRIBUTED, output_field=BooleanField())
    _sum_up(HotlineDistrict, month, is_attributed=attributed, category=F("category"))
    if month is None:
        return
    if not HotlineTotal.objects.filter(month=month).exists():
        HotlineMonth.objects.filter(month=month).delete()
        return
    told = dict(zip(("first_on", "last_on"), days, strict=True)) if days else {}
    HotlineMonth.objects.update_or_create(month=month, defaults=told)


def _sum_up(model: type[Counts], month: date | None, **by: Any) -> None:
    """The rows of a month anew: the sums of its counts by some columns, and whether they are about property."""
    keys = {f"of_{name}": value for name, value in by.items()} | {"of_property": F("property_related")}
    sums = {f"sum_of_{name}": Sum(name) for name in COUNTS}
    groups = HotlineCount.objects.filter(month=month).order_by().values(**keys).annotate(**sums)
    names = (*by, "property_related", *COUNTS)
    model._default_manager.filter(month=month).delete()
    model._default_manager.bulk_create(
        (
            model(month=month, **dict(zip(names, group, strict=True)))
            for group in groups.values_list(*keys, *sums)
        ),
        batch_size=_AT_ONCE,
    )


def _same_topic(known: list[HotlineTopic], numbers: Iterable[str]) -> HotlineTopic | None:
    """Taken out of `known`, so that no other is the same too."""
    theirs = set(numbers)
    best = max(known, key=lambda each: len(theirs & set(each.numbers)), default=None)
    if best is None or not theirs & set(best.numbers):
        return None
    known.remove(best)
    return best


def store_id_of(import_: HotlineImport) -> str:
    return f"{STORE_PREFIX}{import_.pk}"


def _import_of(store_id: str) -> int | None:
    number = store_id.removeprefix(STORE_PREFIX)
    return int(number) if store_id.startswith(STORE_PREFIX) and number.isdecimal() else None
