"""One record at the desk: added, corrected by a new one, taken back. What stood there before stays to be read."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from huiyin.apps.audit.services import record as record_event
from huiyin.apps.evidence.models import Evidence
from huiyin.apps.places.models import Engagement
from huiyin.apps.upkeep.drafts import (
    LONGEST_REASON,
    RecordDraft,
    Rules,
    check_counted_once,
    role_label,
    words,
)
from huiyin.apps.upkeep.models import MaintenanceRecord
from huiyin.apps.upkeep.permissions import check_correct, check_record
from huiyin.apps.upkeep.selectors import COUNTS
from huiyin.apps.upkeep.services.witness import numbers_of, words_of
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.language.masking import mask
from huiyin.web.now import now as clock

_SAID = ("metric", "count", "unit", "done_from", "done_to", "place", "note", "document_id")


@transaction.atomic
def add_record(
    *,
    engagement: Engagement,
    draft: RecordDraft,
    by: Actor,
    document: Evidence | None = None,
    now: datetime | None = None,
) -> MaintenanceRecord:
    """Write down what was done. Raises NotPermitted and RuleBroken."""
    now = now or clock()
    engagement = locked(engagement)
    check_record(by, engagement)
    record = Rules(now).checked(draft, engagement)
    record.document = _checked_document(document, by)
    check_counted_once(record, _counting(record))
    return _save(record, "record_added", by=by, now=now)


@transaction.atomic
def correct_record(
    record: MaintenanceRecord,
    *,
    draft: RecordDraft,
    reason: str,
    by: Actor,
    document: Evidence | None = None,
    now: datetime | None = None,
) -> MaintenanceRecord:
    """A new record in the place of this one, which stays readable; without a `document` it keeps the old one."""
    now = now or clock()
    record = _to_replace(record, by)
    new = Rules(now).checked(draft, record.engagement)
    new.document = _checked_document(document, by) or record.document
    if all(getattr(new, name) == getattr(record, name) for name in _SAID):
        raise RuleBroken("没有改动任何一处。", code="record.same")
    check_counted_once(new, _counting(new).exclude(pk=record.pk))
    return _replace(record, new, reason, "record_corrected", by=by, now=now)


@transaction.atomic
def void_record(
    record: MaintenanceRecord, *, reason: str, by: Actor, now: datetime | None = None
) -> MaintenanceRecord:
    """Take back a record that should not be there, e.g. one that was written twice: it counts no more."""
    now = now or clock()
    record = _to_replace(record, by)
    names = ("engagement", "metric", "count", "unit", "done_from", "done_to", "place", "note", "document")
    new = MaintenanceRecord(**{name: getattr(record, name) for name in names}, is_void=True)
    return _replace(record, new, reason, "record_voided", by=by, now=now)


def locked(engagement: Engagement) -> Engagement:
    """The engagement again, with its place; whoever writes records of it waits here."""
    rows = Engagement.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("company", "estate__area").get(pk=engagement.pk)


def _to_replace(record: MaintenanceRecord, by: Actor) -> MaintenanceRecord:
    """The record as it stands now; raises RuleBroken where another one has replaced it."""
    engagement = locked(record.engagement)
    record = MaintenanceRecord.objects.select_related("document", "replaced_by").get(pk=record.pk)
    record.engagement = engagement
    check_correct(by, record)
    if record.is_void or MaintenanceRecord.objects.filter(replaces=record).exists():
        raise RuleBroken("这条记录已经更正过，请更正最新的那一条。", code="record.replaced")
    return record


def _replace(
    old: MaintenanceRecord, new: MaintenanceRecord, reason: str, kind: str, *, by: Actor, now: datetime
) -> MaintenanceRecord:
    new.replaces, new.root_id = old, old.root_id or old.pk
    new.reason = mask(words(reason, LONGEST_REASON, "reason"))
    if not new.reason:
        raise RuleBroken("请写明为什么更正。", code="record.no_reason", field="reason")
    return _save(new, kind, by=by, now=now)


def _save(record: MaintenanceRecord, kind: str, *, by: Actor, now: datetime) -> MaintenanceRecord:
    record.source = MaintenanceRecord.Source.DESK
    record.recorded_at, record.recorded_by_label = now, role_label(by, record.engagement)
    record.save(force_insert=True)
    record_event(
        kind=f"upkeep.{kind}",
        stream=record.stream,
        by=by,
        now=now,
        public=numbers_of(record),
        texts=words_of(record),
    )
    return record


def _counting(record: MaintenanceRecord) -> QuerySet[MaintenanceRecord]:
    """What counts already of the same metric on the same days."""
    return MaintenanceRecord.objects.filter(
        COUNTS,
        engagement=record.engagement,
        metric=record.metric,
        done_from__lte=record.done_to,
        done_to__gte=record.done_from,
    )


def _checked_document(document: Evidence | None, by: Actor) -> Evidence | None:
    """Brought by whoever writes: nobody adorns a record with another's photos."""
    if document is None:
        return None
    if not document.is_shown or document.uploaded_by_key != by.key:
        raise RuleBroken("只能用自己上传、没有撤下的佐证。", code="record.document", field="document")
    return document
