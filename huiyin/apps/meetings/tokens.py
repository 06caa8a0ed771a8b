"""The secret of a letter to a household: made once, kept only as a hash."""

from __future__ import annotations

import hashlib
import secrets

from huiyin.apps.meetings.models import RatingToken


def new_token() -> str:
    """128 bits in letters that fit an address; nobody guesses it, so a plain hash keeps it."""
    return secrets.token_urlsafe(16)


def hash_of(token: str) -> str:
    return hashlib.sha256(token.strip().encode()).hexdigest()


def household_of_token(meeting_id: int, token: str) -> int | None:
    """The household a valid letter of this meeting was written to."""
    if not token.strip():
        return None
    found = RatingToken.objects.filter(meeting_id=meeting_id, token_hash=hash_of(token), revoked_at=None)
    return found.values_list("household_id", flat=True).first()


def token_row(token: str) -> RatingToken | None:
    """The letter itself, with its meeting; also a revoked one, so that its page can say so."""
    return (
        RatingToken.objects.select_related("meeting__area", "household__estate__area")
        .filter(token_hash=hash_of(token))
        .first()
    )
