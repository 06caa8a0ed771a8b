"""The files people bring, in the private store: kept under random names, and none left behind that no row knows."""

from __future__ import annotations

import errno
import hashlib
import secrets
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any

from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.integrations.storage import store

LEFT_OVER_AFTER = timedelta(days=1)
_AT_ONCE = 1_000


def brought(data: bytes, name: str, *, by: Actor, now: datetime) -> dict[str, Any]:
    """What a row says of a file and of who brought it, whatever is done with it (fields of BroughtFile)."""
    return {
        "uploaded_by_key": by.key,
        "uploaded_by_label": by.label[:100],
        "original_name": PurePath(name.replace("\\", "/")).name[:200] or "表格",
        "sha256": hashlib.sha256(data).hexdigest(),
        "uploaded_at": now,
    }


@contextmanager
def keeping(data: bytes, *, folder: str) -> Iterator[str]:
    """The key under which the file is kept; it is removed again if its row cannot be written. RuleBroken: no room left.

    What is undone later, by the end of a transaction further out, is left over and goes with the housekeeping.
    """
    token = secrets.token_hex(16)
    key = f"{folder}/{token[:2]}/{token}"
    try:
        store().put(key, data)
        yield key
    except BaseException as error:
        store().remove(key)
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise RuleBroken("服务器的磁盘满了，文件没有收下。请告诉技术人员。", code="disk_full") from error
        raise


def remove_left_over(
    folder: str, known_of: Callable[[Sequence[str]], Collection[str]], *, now: datetime
) -> int:
    """Remove what no row knows and is older than a day; `known_of(keys)` says which are known. Returns how many."""
    old = [file.key for file in store().files(folder) if file.is_older_than(now - LEFT_OVER_AFTER)]
    count = 0
    for start in range(0, len(old), _AT_ONCE):
        some = old[start : start + _AT_ONCE]
        for key in set(some) - set(known_of(some)):
            store().remove(key)
            count += 1
    return count
