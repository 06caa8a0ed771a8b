"""One way to write a value as bytes, so that anyone can compute the same hash (docs/explanation/verify.md)."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TypeAlias

JSON: TypeAlias = "bool | int | str | list[JSON] | dict[str, JSON] | None"

LARGEST_INTEGER = 2**53 - 1
_KEY = re.compile(r"[\x20-\x7e]+")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def canonical(value: JSON) -> bytes:
    """RFC 8785 without floats and with ASCII keys: sorted keys, no spaces, UTF-8, only the necessary escapes.

    Raises TypeError for what JSON or this form cannot hold (floats, dates, decimals) and ValueError for integers
    beyond ±(2^53 − 1), keys that are not printable ASCII, U+0000 and lone surrogates.
    """
    _check(value)
    text = json.dumps(
        value,
        ensure_ascii=False,
        allow_nan=False,
        separators=(",", ":"),
        sort_keys=True,
    )
    return text.encode("utf-8")


def instant(moment: datetime) -> str:
    """A moment as it is hashed: UTC, always six decimals, e.g. "2026-11-23T02:21:08.000000Z"."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _check(value: object) -> None:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, str):
        if _UNSTORABLE.search(value):
            raise ValueError("a text holds U+0000 or half a surrogate pair")
    elif isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise ValueError(f"integer out of range: {value}")
    elif isinstance(value, list):
        for item in value:
            _check(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str) or not _KEY.fullmatch(key):
                raise ValueError(f"keys are printable ASCII, not {key!r}")
            _check(item)
    else:
        raise TypeError(f"{type(value).__name__} cannot be recorded; write it as text, integer, list or dict")
