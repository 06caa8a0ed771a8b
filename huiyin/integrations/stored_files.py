"""Names of files in a store, wherever that is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath


@dataclass(frozen=True)
class StoredFile:
    """A name in the store and when it was written."""

    key: str
    written_at: float

    def is_older_than(self, moment: datetime) -> bool:
        return self.written_at < moment.timestamp()


def checked_key(key: str) -> PurePosixPath:
    """The key as a relative path; ValueError for one that would lead out of the store."""
    name = PurePosixPath(key)
    if name.is_absolute() or ".." in name.parts or not name.parts:
        raise ValueError(f"not a key of the store: {key!r}")
    return name
