"""What takes seconds to make is kept in the user's cache: tables, indexes of places, compiled loops."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from threading import get_ident
from typing import BinaryIO


def cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "huiyin"


def keep(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Whole or not at all; where nothing can be written it is made anew each time."""
    unfinished = path.with_suffix(f".{os.getpid()}-{get_ident()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as file:
            write(file)
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)


@cache
def sources_digest() -> str:
    """Of all code of `language` and its data on places."""
    folder = Path(__file__).parents[1]
    files = [*sorted(folder.rglob("*.py")), *sorted((folder / "data" / "places").iterdir())]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:16]


def compiled_folder() -> Path:
    """Where numba keeps what it compiled of this version of the source, which it knows by its place too."""
    place = hashlib.sha256(str(Path(__file__).parent).encode()).hexdigest()[:8]
    return cache_folder() / f"kernels-{sources_digest()}-{place}"


def is_all_compiled() -> bool:
    return _all_compiled().exists()


def remember_all_compiled() -> None:
    keep(_all_compiled(), lambda file: None)


def _all_compiled() -> Path:
    return compiled_folder() / "all"
