"""Readers of photos and their public copies."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet

from huiyin.apps.evidence.models import Evidence, Rendition


def evidence_public() -> QuerySet[Evidence]:
    """Photos a page may show, with their renditions: two queries however many there are."""
    return Evidence.objects.filter(
        state__in=[Evidence.State.PROCESSING, Evidence.State.READY]
    ).prefetch_related("renditions")


def evidence_prefetch(field: str) -> Prefetch[Any, Any, Any]:
    """For `prefetch_related` of an app above: photos behind `field`, their renditions with them.

    Withdrawn ones are kept, so that a page can say that a photo was taken down.
    """
    return Prefetch(field, queryset=Evidence.objects.prefetch_related("renditions"))


def renditions(evidence: Evidence, format: str = Rendition.Format.WEBP) -> list[Rendition]:
    """Public copies of the current version in one format, narrowest first; uses what was prefetched."""
    if not evidence.is_shown:
        return []
    return sorted(
        (each for each in evidence.renditions.all() if each.format == format), key=lambda each: each.width
    )


def rendition_at(token: str, name: str) -> Rendition | None:
    """The rendition behind a public address; None once its version was replaced or withdrawn."""
    return Rendition.objects.filter(path=public_key(token, name)).first()


def public_key(token: str, name: str) -> str:
    """Key in the store of a public copy."""
    return f"e/{token[:2]}/{token}/{name}"
