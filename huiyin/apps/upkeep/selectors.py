"""Reading maintenance records: what counts, what the desk sees, one record with its history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from huiyin.apps.places.models import Engagement
from huiyin.apps.upkeep.models import MaintenanceRecord
from huiyin.apps.upkeep.permissions import engagements_q, recorded_q, scope_q
from huiyin.domain.access import Actor
from huiyin.domain.facts import Entry
from huiyin.domain.metric_frequencies import Period

COUNTS = Q(replaced_by__isnull=True, is_void=False)
"""What nothing has replaced, and what does not take a record back."""


def records_in(engagement: Engagement, period: Period) -> Iterator[tuple[str, Entry]]:
    """The records that count and have a day in the period, each with its metric: one query."""
    rows = (
        MaintenanceRecord.objects.filter(
            COUNTS, engagement=engagement, done_from__lte=period.to_on, done_to__gte=period.from_on
        )
        .order_by()
        .values_list("metric", "count", "unit", "done_from", "done_to", "place")
    )
    for metric, count, unit, first, last, place in rows:
        yield metric, Entry(count, unit, first, last, place)


def records_for_desk(actor: Actor) -> QuerySet[MaintenanceRecord]:
    """Every record the actor may read, corrected ones too."""
    return (
        MaintenanceRecord.objects.filter(scope_q(actor))
        .select_related("engagement__company", "engagement__estate__area", "replaced_by")
        .order_by("-done_from", "-pk")
    )


def engagements_for_desk(actor: Actor) -> QuerySet[Engagement]:
    """Whose records the actor reads, by the name of the estate, the present company first."""
    return _by_estate(engagements_q(actor))


def estates_of_engagements(actor: Actor) -> list[tuple[str, str]]:
    """Address and name of each estate with such a contract, by name."""
    rows = engagements_for_desk(actor).select_related(None).order_by("estate__sort_key", "estate_id")
    return list(rows.values_list("estate__slug", "estate__name").distinct())


def engagements_to_record(actor: Actor) -> QuerySet[Engagement]:
    """For which the actor may write records."""
    return _by_estate(recorded_q(actor))


def _by_estate(wanted: Q) -> QuerySet[Engagement]:
    rows = Engagement.objects.filter(wanted).select_related("company", "estate__area")
    return rows.order_by("estate__sort_key", "estate_id", "-starts_on")


def chain_of(record: MaintenanceRecord) -> list[MaintenanceRecord]:
    """The record with all that stood before it and all that replaced it, the newest first: one query."""
    root = record.root_id or record.pk
    rows = MaintenanceRecord.objects.filter(Q(pk=root) | Q(root=root)).select_related("document")
    return list(rows.order_by("-pk"))


@dataclass(frozen=True)
class RecordFilter:
    """What a reader of the list asks for; empty fields filter nothing."""

    estate: str = ""
    metric: str = ""
    from_on: date | None = None
    to_on: date | None = None
    shows_replaced: bool = False

    def apply(self, rows: QuerySet[MaintenanceRecord]) -> QuerySet[MaintenanceRecord]:
        wanted = Q() if self.shows_replaced else COUNTS
        if self.estate:
            wanted &= Q(engagement__estate__slug=self.estate)
        if self.metric:
            wanted &= Q(metric=self.metric)
        if self.from_on:
            wanted &= Q(done_to__gte=self.from_on)
        if self.to_on:
            wanted &= Q(done_from__lte=self.to_on)
        return rows.filter(wanted)
