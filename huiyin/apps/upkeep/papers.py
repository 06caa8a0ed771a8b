"""Whose evidence a record's document is: who may cover it or take it down, and who may read it."""

from __future__ import annotations

from django.urls import reverse

from huiyin.apps.evidence.models import Evidence
from huiyin.apps.evidence.owners import Page
from huiyin.apps.upkeep.models import MaintenanceRecord
from huiyin.apps.upkeep.permissions import may_cover
from huiyin.apps.upkeep.selectors import records_for_desk
from huiyin.domain.access import Actor


def _record_of(evidence: Evidence) -> MaintenanceRecord | None:
    rows = MaintenanceRecord.objects.filter(document=evidence)
    return rows.select_related("engagement__estate__area").order_by("pk").first()


def may_manage(actor: Actor, evidence: Evidence) -> bool | None:
    record = _record_of(evidence)
    return None if record is None else may_cover(actor, record)


def may_see(actor: Actor, evidence: Evidence) -> bool | None:
    """Whoever reads the record."""
    if _record_of(evidence) is None:
        return None
    return records_for_desk(actor).filter(document=evidence).exists()


def page_of(evidence: Evidence) -> Page | None:
    record = _record_of(evidence)
    if record is None:
        return None
    return Page(reverse("upkeep:desk_record", args=[record.pk]), record.engagement.estate.name)
