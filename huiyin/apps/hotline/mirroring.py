"""What the pages need of the store, as rows: the cube month by month, names no estate is known by, doubts, topics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, Sum

from huiyin.apps.hotline.models import (
    Correction,
    Doubt,
    HotlineCount,
    HotlineImport,
    HotlineTopic,
    HotlineTotal,
    UnknownName,
)
from huiyin.apps.hotline.models.names import LONGEST_NAME
from huiyin.apps.hotline.selectors import month_in_store
from huiyin.apps.places.models import Estate

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
TOLD_OF_DOUBTS = (
    *("complaint_count", "confidence", "example", "imports", "seen_at"),
    *("state", "decided_estate", "settled_at"),
)
_AT_ONCE = 2_000


class Mirror:
    """Rows after the store, once for each piece it tells; done again it changes nothing."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._estates = dict(Estate.objects.values_list("code", "pk"))
        self._imports = dict(HotlineImport.objects.exclude(store_id="").values_list("store_id", "pk"))

    @transaction.atomic
    def replace_month(self, month: str, rows: Iterable[Sequence[Any]]) -> None:
        """Rows of an estate that is there no more count as unattributed."""
        first = month_in_store(month)
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
        total_up(first)

    @transaction.atomic
    def keep_months(self, months: Iterable[str]) -> None:
        """The store has no others any more."""
        left = [month_in_store(month) for month in months]
        gone = Q(month__isnull=False) & ~Q(month__in=[month for month in left if month is not None])
        if None not in left:
            gone |= Q(month__isnull=True)
        for counts in (HotlineCount.objects, HotlineTotal.objects):
            counts.filter(gone).delete()

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
            name.brought_by_id = self._imports.get(each["import_id"])
            name.seen_at = self._now
            told.append(name)
        gone = UnknownName.objects.filter(pk__in=[name.pk for name in known.values()])
        gone.filter(state=UnknownName.State.OPEN).delete()
        gone.update(complaint_count=0)
        UnknownName.objects.bulk_create([name for name in told if name.pk is None], batch_size=_AT_ONCE)
        UnknownName.objects.bulk_update(
            [name for name in told if name.pk is not None],
            ["complaint_count", "example", "brought_by", "seen_at"],
            batch_size=_AT_ONCE,
        )

    @transaction.atomic
    def replace_doubts(self, doubts: Iterable[Mapping[str, Any]]) -> None:
        """One that was decided, or put off, is open again if more such complaints have come since."""
        known = {
            (doubt.match, doubt.estate_id, doubt.street_code): doubt
            for doubt in Doubt.objects.select_for_update(no_key=True)
        }
        told = []
        for each in doubts:
            estate = self._estates.get(each["estate_code"])
            if estate is None or len(each["match"]) > LONGEST_NAME:
                continue
            doubt = known.pop((each["match"], estate, each["street_code"]), None) or Doubt(
                match=each["match"], estate_id=estate, street_code=each["street_code"]
            )
            doubt.complaint_count, doubt.confidence = each["complaints"], each["confidence"]
            doubt.example, doubt.seen_at = each["example"][:200], self._now
            doubt.imports = [self._imports[name] for name in each["import_ids"] if name in self._imports]
            is_settled = doubt.state == Doubt.State.DECIDED and doubt.settled_at is not None
            has_grown = doubt.state == Doubt.State.LATER and doubt.complaint_count > doubt.decided_count
            if is_settled or has_grown:
                doubt.state, doubt.decided_estate_id, doubt.settled_at = Doubt.State.OPEN, None, None
            told.append(doubt)
        gone = Doubt.objects.filter(pk__in=[doubt.pk for doubt in known.values()])
        gone.exclude(state=Doubt.State.DECIDED).delete()
        gone.update(complaint_count=0, example="", imports=[])
        Doubt.objects.bulk_create([doubt for doubt in told if doubt.pk is None], batch_size=_AT_ONCE)
        Doubt.objects.bulk_update(
            [doubt for doubt in told if doubt.pk is not None], TOLD_OF_DOUBTS, batch_size=_AT_ONCE
        )

    @transaction.atomic
    def mark_doubted(self, complaints: Iterable[Mapping[str, str]]) -> None:
        """Corrections whose complaint came again with another text, until a person looks at them once more."""
        months = {each["number"]: month_in_store(each["month"]) for each in complaints}
        current = Correction.objects.filter(is_current=True)
        current.filter(doubted_at__isnull=False).exclude(number__in=list(months)).update(doubted_at=None)
        doubted = list(current.filter(number__in=list(months)))
        for correction in doubted:
            correction.doubted_at = correction.doubted_at or self._now
            correction.month = months[correction.number]
        Correction.objects.bulk_update(doubted, ["doubted_at", "month"], batch_size=_AT_ONCE)

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


def total_up(month: date | None) -> None:
    """The totals of a month anew from its counts; in the transaction that changes these."""
    sums = {f"sum_of_{name}": Sum(name) for name in COUNTS}
    counts = HotlineCount.objects.filter(month=month).order_by()
    groups = counts.values("estate_id", "street_code", "property_related").annotate(**sums)
    names = ("estate_id", "street_code", "property_related", *COUNTS)
    HotlineTotal.objects.filter(month=month).delete()
    HotlineTotal.objects.bulk_create(
        (
            HotlineTotal(month=month, **dict(zip(names, group, strict=True)))
            for group in groups.values_list("estate_id", "street_code", "property_related", *sums)
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
