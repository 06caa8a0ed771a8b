"""What the pages need of the store, as rows: the cube month by month, names no estate is known by, doubts, topics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, Case, ExpressionWrapper, F, Q, Sum, Value, When

from huiyin.apps.hotline.models import (
    Correction,
    Counts,
    Doubt,
    HotlineCount,
    HotlineDistrict,
    HotlineImport,
    HotlineMirrored,
    HotlineMonth,
    HotlineTopic,
    HotlineTotal,
    UnknownName,
)
from huiyin.apps.hotline.models.names import LONGEST_NAME
from huiyin.apps.hotline.months import month_named
from huiyin.apps.places.models import Estate, EstateAlias
from huiyin.language.places.written import write

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
        self._has_told_months = False
        self._estates = dict(Estate.objects.values_list("code", "pk"))
        self._imports = dict(HotlineImport.objects.exclude(store_id="").values_list("store_id", "pk"))

    @transaction.atomic
    def replace_month(
        self, month: str, rows: Iterable[Sequence[Any]], days: tuple[str, str] | None = None
    ) -> None:
        """Rows of an estate that is there no more count as unattributed; `days`: the first and the last with any."""
        self._has_told_months = True
        first = month_named(month)
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
    def keep_months(self, months: Iterable[str]) -> None:
        """The store has no others any more."""
        left = [month_named(month) for month in months]
        gone = Q(month__isnull=False) & ~Q(month__in=[month for month in left if month is not None])
        if None not in left:
            gone |= Q(month__isnull=True)
        for model in (HotlineCount, HotlineTotal, HotlineDistrict, HotlineMonth):
            count, _ = model._default_manager.filter(gone).delete()
            self._has_told_months |= count > 0

    def keep_commit(self, commit: int) -> None:
        """All that the store told of up to this commit is here; told once more, or without a month, nothing changed."""
        if commit != commit_mirrored():
            told: dict[str, Any] = {"commit": commit}
            if self._has_told_months:
                told["changed_at"] = self._now
            HotlineMirrored.objects.update_or_create(pk=HotlineMirrored.ONLY, defaults=told)

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
        """One that was decided, or put off, is open again if more such complaints have come since.

        But not where a person has confirmed the estate whose name the words are: only where they came from was
        doubtful, and those that come from there again are its complaints as well.
        """
        known = {
            (doubt.match, doubt.estate_id, doubt.street_code): doubt
            for doubt in Doubt.objects.select_for_update(no_key=True)
        }
        confirmed = _confirmed_names(known.values())
        told = []
        for each in doubts:
            estate = self._estates.get(each["estate_code"])
            if (estate is None and each["estate_code"]) or len(each["match"]) > LONGEST_NAME:
                continue
            doubt = known.pop((each["match"], estate, each["street_code"]), None) or Doubt(
                match=each["match"], estate_id=estate, street_code=each["street_code"]
            )
            doubt.complaint_count, doubt.confidence = each["complaints"], each["confidence"]
            doubt.example, doubt.seen_at = each["example"][:200], self._now
            doubt.imports = [self._imports[name] for name in each["import_ids"] if name in self._imports]
            is_settled = doubt.state == Doubt.State.DECIDED and doubt.settled_at is not None
            has_grown = doubt.state == Doubt.State.LATER and doubt.complaint_count > doubt.decided_count
            if (is_settled and doubt.pk not in confirmed) or has_grown:
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
        months = {each["number"]: month_named(each["month"]) for each in complaints}
        current = Correction.objects.filter(is_current=True)
        current.filter(doubted_at__isnull=False).exclude(number__in=list(months)).update(doubted_at=None)
        doubted = list(current.filter(number__in=list(months)))
        for correction in doubted:
            correction.doubted_at = correction.doubted_at or self._now
            correction.month = months[correction.number]
        Correction.objects.bulk_update(doubted, ["doubted_at", "month"], batch_size=_AT_ONCE)

    @transaction.atomic
    def replace_topics(self, topics: Iterable[Mapping[str, Any]]) -> None:
        """One that shares most complaints with a topic of before is the same; sent ones stay, with their numbers,
        without complaints too."""
        known: dict[int, list[HotlineTopic]] = {}
        for topic in HotlineTopic.objects.select_for_update(no_key=True):
            known.setdefault(topic.estate_id, []).append(topic)
        found: dict[int, list[Mapping[str, Any]]] = {}
        for told in topics:
            if (estate := self._estates.get(told["estate"])) is not None:
                found.setdefault(estate, []).append(told)
        rows: list[HotlineTopic] = []
        pairs = [
            (told, topic or HotlineTopic(estate_id=estate))
            for estate, some in found.items()
            for told, topic in _same_topics(known.get(estate, []), some)
        ]
        for told, topic in pairs:
            topic.title, topic.category = told["title"][:60], told["category"][:40]
            topic.complaint_count, topic.caller_count = told["complaints"], told["callers"]
            topic.recent_count, topic.before_count = told["recent"], told["before"]
            topic.first_on = date.fromisoformat(told["first_on"])
            topic.last_on = date.fromisoformat(told["last_on"])
            topic.heat, topic.shares = told["heat"], told["shares"]
            topic.example, topic.numbers = told["example"], told["numbers"]
            topic.told_at = self._now
            rows.append(topic)
        gone = HotlineTopic.objects.exclude(pk__in=[each.pk for each in rows if each.pk is not None])
        gone.filter(topic__isnull=True).delete()
        gone.update(complaint_count=0, example="")
        HotlineTopic.objects.bulk_create([each for each in rows if each.pk is None], batch_size=_AT_ONCE)
        HotlineTopic.objects.bulk_update(
            [each for each in rows if each.pk is not None], TOLD_OF_TOPICS, batch_size=_AT_ONCE
        )


def commit_mirrored() -> int:
    """The last commit of the store that all rows here follow; 0 before there was one."""
    told = HotlineMirrored.objects.values_list("commit", flat=True).first()
    return told or 0


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


def _same_topics(
    known: Sequence[HotlineTopic], found: Sequence[Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any], HotlineTopic | None]]:
    """Each topic that was found with the known one it is: more than half of the numbers of the smaller one are shared,
    the pairs that share most first, and of these the ones that were sent."""
    theirs, ours = (
        [set(each) for each in some]
        for some in ((told["numbers"] for told in found), (topic.numbers for topic in known))
    )
    shared = {
        (at, before): len(new & old)
        for at, new in enumerate(theirs)
        for before, old in enumerate(ours)
        if 2 * len(new & old) > min(len(new), len(old))
    }
    same: dict[int, int] = {}
    best_first = sorted(shared, key=lambda pair: (-shared[pair], known[pair[1]].topic_id is None, pair))
    for at, before in best_first:
        if at not in same and before not in same.values():
            same[at] = before
    return [(told, known[same[at]] if at in same else None) for at, told in enumerate(found)]


def _confirmed_names(doubts: Iterable[Doubt]) -> set[int]:
    """Of those whose estate a person has confirmed, those whose words are one of its names."""
    confirmed = [each for each in doubts if each.estate_id and each.decided_estate_id == each.estate_id]
    if not confirmed:
        return set()
    estates = {each.estate_id for each in confirmed if each.estate_id}
    names = set(Estate.objects.filter(pk__in=estates).values_list("pk", "name"))
    names |= set(EstateAlias.objects.filter(estate__in=estates).values_list("estate_id", "name"))
    written = {(estate, write(name).text) for estate, name in names}
    return {each.pk for each in confirmed if (each.estate_id, write(each.match).text) in written}
