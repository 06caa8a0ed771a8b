"""What the events say of a record: its numbers in public, its words as salted digests."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from huiyin.apps.upkeep.models import MaintenanceRecord
from huiyin.domain.canonical import JSON, canonical
from huiyin.domain.facts import plain

WORDS = ("place", "note", "reason")


def numbers_of(record: MaintenanceRecord) -> dict[str, JSON]:
    """Everything of the row but its words."""
    return {
        "record": record.pk,
        "metric": record.metric,
        "count": plain(record.count),
        "unit": record.unit,
        "from": record.done_from.isoformat(),
        "to": record.done_to.isoformat(),
        "source": str(record.source),
        "document": record.document_id,
        "replaces": record.replaces_id,
        "is_void": record.is_void,
    }


def words_of(record: MaintenanceRecord) -> dict[str, str]:
    return {name: text for name in WORDS if (text := getattr(record, name))}


def digest_of(records: Sequence[MaintenanceRecord]) -> str:
    """One hash over the numbers of many records, in the order of their keys."""
    rows: list[JSON] = [numbers_of(record) for record in sorted(records, key=lambda each: each.pk)]
    return hashlib.sha256(canonical(rows)).hexdigest()


def words_of_all(records: Sequence[MaintenanceRecord]) -> str:
    """The words of many records as one text."""
    told: dict[str, JSON] = {
        str(each.pk): dict[str, JSON](spoken) for each in records if (spoken := words_of(each))
    }
    return canonical(told).decode() if told else ""
