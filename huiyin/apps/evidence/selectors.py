"""Readers of photos, documents and their copies, and of what a camera told."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext

from huiyin.apps.evidence.models import Evidence, Rendition
from huiyin.apps.evidence.permissions import check_see_document
from huiyin.domain import captures
from huiyin.domain.access import Actor
from huiyin.domain.captures import Comparison, Place
from huiyin.domain.errors import passes
from huiyin.language.masking import mask


def evidence_public() -> QuerySet[Evidence]:
    """Photos and documents a page may show, with their renditions: two queries however many there are."""
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


def document_for(actor: Actor, pk: int) -> Evidence | None:
    """A document this actor may download; None also where there is none, so that nothing is disclosed."""
    found = evidence_public().filter(kind=Evidence.Kind.DOCUMENT, pk=pk).exclude(copy_key="").first()
    return found if found is not None and passes(check_see_document, actor, found) else None


def download_name(evidence: Evidence) -> str:
    """How a document is called, without the ending: its caption, masked, as a name that every system takes."""
    words = re.sub(r"[^\w\-（）()《》·]+", " ", mask(evidence.caption)).strip()
    return words[:60].strip() or gettext("佐证文件")


def held_against(claimed_on: date, evidence: Evidence) -> Comparison:
    """The day somebody says a photo was taken, against what its camera wrote and when it was brought."""
    return captures.held_against(
        claimed_on, captured_at=evidence.captured_at, brought_at=evidence.uploaded_at
    )


def apart_km(one: Evidence, other: Evidence) -> int | None:
    """Kilometres two photos were taken apart at least; None where a file does not tell. For reviewers, never public."""
    places = [
        Place(each.captured_north, each.captured_east)
        for each in (one, other)
        if each.captured_north is not None and each.captured_east is not None
    ]
    return captures.apart_km(*places) if len(places) == 2 else None


def public_key(token: str, name: str) -> str:
    """Key in the store of a public copy."""
    return f"e/{token[:2]}/{token}/{name}"
