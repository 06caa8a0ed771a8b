"""Many records at once, of a file or of the demo: two statements and one event for each engagement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db import transaction

from huiyin.apps.audit.services import record as record_event
from huiyin.apps.places.models import Engagement
from huiyin.apps.upkeep.drafts import RecordDraft, Rules, check_counted_once, role_label
from huiyin.apps.upkeep.models import MaintenanceRecord
from huiyin.apps.upkeep.permissions import check_record
from huiyin.apps.upkeep.selectors import COUNTS
from huiyin.apps.upkeep.services.records import locked
from huiyin.apps.upkeep.services.witness import digest_of, words_of_all
from huiyin.domain.access import Actor
from huiyin.web.now import now as clock


@dataclass(frozen=True)
class ToldByFile:
    """A draft with the key under which its row is known when the file comes again."""

    key: str
    draft: RecordDraft


@transaction.atomic
def import_records(
    *,
    engagement: Engagement,
    rows: Sequence[ToldByFile],
    by: Actor,
    public: dict[str, int] | None = None,
    now: datetime | None = None,
) -> list[MaintenanceRecord]:
    """Write rows of a file down, in their order. All or nothing; raises NotPermitted and RuleBroken.

    `public` stands in the event beside the counts, e.g. which import it was.
    """
    now = now or clock()
    engagement = locked(engagement)
    check_record(by, engagement)
    rules, label = Rules(now), role_label(by, engagement)
    records = []
    for row in rows:
        record = rules.checked(row.draft, engagement)
        record.source, record.file_key = MaintenanceRecord.Source.IMPORT, row.key
        record.recorded_at, record.recorded_by_label = now, label
        records.append(record)
    _check_counted_once(engagement, records)
    records = MaintenanceRecord.objects.bulk_create(records)
    if records:
        spoken = words_of_all(records)
        record_event(
            kind="upkeep.records_imported",
            stream=records[0].stream,
            by=by,
            now=now,
            public={
                "records": [record.pk for record in records],
                "sha256": digest_of(records),
                **(public or {}),
            },
            texts={"words": spoken} if spoken else {},
        )
    return records


def _check_counted_once(engagement: Engagement, records: Sequence[MaintenanceRecord]) -> None:
    """Against what counts already and against each other, within each metric, unit and place."""
    if not records:
        return
    first, last = _days_of(records)
    known = MaintenanceRecord.objects.filter(
        COUNTS, engagement=engagement, done_from__lte=last, done_to__gte=first
    ).only("metric", "unit", "place", "count", "done_from", "done_to")
    for _same, group in groupby(sorted([*known, *records], key=_in_order), key=_thing):
        before: MaintenanceRecord | None = None
        for record in group:
            if before is not None:
                check_counted_once(record, [before])
            if before is None or record.done_to > before.done_to:
                before = record


def _days_of(records: Iterable[MaintenanceRecord]) -> tuple[date, date]:
    days = [(each.done_from, each.done_to) for each in records]
    return min(first for first, _last in days), max(last for _first, last in days)


def _thing(record: MaintenanceRecord) -> tuple[str, str, str]:
    return record.metric, record.unit, record.place


def _in_order(record: MaintenanceRecord) -> tuple[str, str, str, date]:
    return (*_thing(record), record.done_from)
