"""What photos and documents tell of whoever brought them, and how long the originals with time and place are kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from huiyin.apps.evidence import owners, services
from huiyin.apps.evidence.models import Evidence
from huiyin.apps.people.models import Person
from huiyin.apps.people.personal_data import Json, Section
from huiyin.apps.people.retention import Rule
from huiyin.apps.policies.retention import keep_days
from huiyin.domain.access import SYSTEM, Actor

FORGOTTEN = ""
"""Whose photo it was, once that person was erased."""
KEPT_DAYS = 730
"""Where the adopted policy is older than the rule about originals."""
BATCH = 500


def export_evidence(person: Person) -> Json:
    """Everything the person brought, with what its camera said."""
    brought = Evidence.objects.filter(uploaded_by_key=person.key).order_by("uploaded_at", "pk")
    return [
        {
            "kind": each.kind,
            "state": each.state,
            "caption": each.caption,
            "alt": each.alt,
            "sha256": each.sha256,
            "uploaded_at": each.uploaded_at.isoformat(),
            "captured_at": each.captured_at.isoformat() if each.captured_at else None,
            "captured_near": _near(each),
        }
        for each in brought
    ]


def _near(evidence: Evidence) -> str | None:
    if evidence.captured_north is None or evidence.captured_east is None:
        return None
    return f"{evidence.captured_north / 100:.2f}, {evidence.captured_east / 100:.2f}"


def erase_evidence(person: Person, by: Actor, now: datetime) -> int:
    """The originals go, with place and camera, and what nobody uses altogether.

    The copy in a reply or a report stays: it is a witness in a matter of the estate, and does not say who brought it.
    """
    brought = Evidence.objects.filter(uploaded_by_key=person.key)
    rows = list(brought.order_by("pk"))
    for evidence in rows:
        if owners.answers(SYSTEM, evidence):
            _drop_original(evidence, now)
        else:
            services.purge(evidence, by=SYSTEM, now=now)
    brought.update(uploaded_by_key=FORGOTTEN)
    return len(rows)


def remove_old_originals(now: datetime) -> int:
    """Originals brought too long ago; of what was taken down nothing is left but that it was there."""
    try:
        days = keep_days("photo_original", now)
    except KeyError:
        days = KEPT_DAYS
    old = Evidence.objects.filter(uploaded_at__lt=now - timedelta(days=days)).exclude(original_key="")
    rows = list(old.order_by("uploaded_at", "pk")[:BATCH])
    for evidence in rows:
        if evidence.state == Evidence.State.WITHDRAWN:
            services.purge(evidence, by=SYSTEM, now=now)
        else:
            _drop_original(evidence, now)
    return len(rows)


def _drop_original(evidence: Evidence, now: datetime) -> None:
    """The sizes that are still missing are made first: afterwards there is nothing to make them from."""
    services.make_missing_sizes(evidence.pk, evidence.version)
    services.drop_original(evidence, by=SYSTEM, now=now)


SECTION = Section("evidence", "上传的照片和文件", export_evidence, erase_evidence)
RETENTION = Rule(
    "evidence.originals",
    "照片和文件的原件、拍摄地点",
    KEPT_DAYS,
    remove_old_originals,
    source="domain.md §9；本区规定",
)
