"""Files of the rows that were rejected: what stood in them is given back, masked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from huiyin.analytics.store import Store


def rejected_files(store: Store) -> Sequence[Path]:
    return sorted((store.folder / "_errors").glob("*.csv"))


def write_rejected(path: Path, content: bytes) -> None:
    """For its owner alone, whole or not at all; nothing where it is that already."""
    if content == path.read_bytes():
        return
    unfinished = path.with_suffix(".new")
    unfinished.touch(mode=0o600)
    unfinished.write_bytes(content)
    unfinished.replace(path)
