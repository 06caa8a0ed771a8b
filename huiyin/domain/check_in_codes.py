"""The rotating code on the wall: who photographs it and sends it on has sent something that is over in a minute."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

DIGITS = 8
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without what is mistaken for something else when it is typed: 0 and O, 1, I and L."""


def code_at(key: bytes, sitting: int, now: datetime, *, window_seconds: int) -> str:
    """The code the wall shows at this moment."""
    return _code(key, sitting, _window(now, window_seconds))


def is_valid(key: bytes, sitting: int, code: str, now: datetime, *, window_seconds: int) -> bool:
    """True for the code of this window and the one before: who began to scan in time is let in."""
    window = _window(now, window_seconds)
    told = code.strip().upper()
    # Both are computed whatever the first says, so that the time taken tells nothing.
    matches = [
        hmac.compare_digest(_code(key, sitting, each).encode(), told.encode())
        for each in (window, window - 1)
    ]
    return any(matches)


def was_shown(
    key: bytes, sitting: int, code: str, now: datetime, *, window_seconds: int, within: int
) -> bool:
    """True for a code the wall showed in the last `within` seconds: its reader comes too late and guesses nothing."""
    window = _window(now, window_seconds)
    told = code.strip().upper().encode()
    past = range(window, window - within // window_seconds - 1, -1)
    return any(hmac.compare_digest(_code(key, sitting, each).encode(), told) for each in past)


def seconds_left(now: datetime, *, window_seconds: int) -> int:
    """Until the wall shows the next code."""
    return window_seconds - int(now.timestamp()) % window_seconds


def _window(now: datetime, window_seconds: int) -> int:
    return int(now.timestamp()) // window_seconds


def _code(key: bytes, sitting: int, window: int) -> str:
    number = int.from_bytes(hmac.new(key, f"{sitting}:{window}".encode(), hashlib.sha256).digest()[:8])
    letters = []
    for _ in range(DIGITS):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)
