"""Keeping what a photo is found again by, also for photos brought before there were fingerprints."""

from __future__ import annotations

import io

from django.db import transaction
from PIL import Image

from huiyin.apps.evidence import fingerprints, pictures
from huiyin.apps.evidence.models import Evidence, Fingerprint
from huiyin.apps.evidence.services.files import original
from huiyin.domain.errors import RuleBroken
from huiyin.integrations.storage import store


def keep_fingerprint(evidence: Evidence, picture: Image.Image | None) -> None:
    """Keep the fingerprint of `picture`; without one, or for one of a single colour, that there is none."""
    made = fingerprints.fingerprint(picture) if picture else None
    Fingerprint.objects.update_or_create(
        evidence=evidence,
        defaults={
            "method": fingerprints.METHOD,
            "thumb": made.thumb if made else b"",
            "views": sorted(made.views) if made else [],
            "guesses": sorted(made.guesses) if made else [],
        },
    )


def make_missing_fingerprints(limit: int) -> int:
    """Make up to `limit` fingerprints that are missing or of an older method; returns how many were looked at."""
    waiting = list(
        Evidence.objects.filter(kind=Evidence.Kind.PHOTO)
        .exclude(state=Evidence.State.PURGED)
        .exclude(fingerprint__method=fingerprints.METHOD)
        .order_by("pk")[:limit]
    )
    for evidence in waiting:
        with transaction.atomic():
            keep_fingerprint(evidence, _picture(evidence))
    return len(waiting)


def _picture(evidence: Evidence) -> Image.Image | None:
    """The photo as well as it is still there: its original, else its largest public copy."""
    try:
        if evidence.original_key:
            with pictures.opened(original(evidence)) as (_facts, found):
                return found
        if copy := evidence.renditions.filter(format="jpeg").order_by("width").last():
            with store().open(copy.path) as stream:
                return Image.open(io.BytesIO(stream.read()), formats=["JPEG"]).convert("RGB")
    except (FileNotFoundError, RuleBroken):
        # A file that is gone, or was taken under older rules: noted as having none, so that it is not tried for ever.
        return None
    return None
