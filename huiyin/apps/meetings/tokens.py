"""The secret of a letter to a household: made once, short enough to be typed, kept only as a hash under our key."""

from __future__ import annotations

import hashlib
import secrets

from django.utils.crypto import salted_hmac

from huiyin.apps.meetings.models import RatingToken
from huiyin.domain.letter_codes import ALPHABET, LENGTH, canonical, grouped


def new_token() -> str:
    return grouped("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def hash_of(token: str) -> str:
    """However the code was typed. A copy of the database alone is not enough to try out codes of this length.

    Letters of before hold 22 characters, each of which counts; a plain hash keeps those.
    """
    code = canonical(token)
    if code is None:
        return hashlib.sha256(token.strip().encode()).hexdigest()
    return salted_hmac("huiyin.meetings.letter", code, algorithm="sha256").hexdigest()


def as_printed(token: str) -> str:
    """The code as its letter shows it."""
    code = canonical(token)
    return token.strip() if code is None else grouped(code)


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
