"""What takes seconds to make is kept in the user's cache: tables, indexes of places, compiled loops."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from threading import get_ident
from typing import BinaryIO

from huiyin.domain import division_codes

DAY = 86_400
DAYS_KEPT = 60
"""What was not used for so many days is taken for a version that nobody uses any more."""


def cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "huiyin"


def keep(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Whole or not at all; where nothing can be written it is made anew each time.

    What lies beside it for other versions of the same, and was not used for long, goes.
    """
    unfinished = path.with_suffix(f".{os.getpid()}-{get_ident()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as file:
            write(file)
        unfinished.replace(path)
        _forget_old(path)
    except OSError:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def mark_used(path: Path) -> None:
    """So that it is not taken for what nobody uses; once a day is enough."""
    with suppress(OSError):
        if time.time() - path.stat().st_mtime > DAY:
            os.utime(path)


def _forget_old(made: Path) -> None:
    """Names are `<what>-<of which version>`; who still needs a version that went makes it again."""
    oldest = made.stat().st_mtime - DAYS_KEPT * DAY
    for path in made.parent.glob(f"{made.name.partition('-')[0]}-*"):
        with suppress(OSError):
            if path.stat().st_mtime < oldest:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


@cache
def sources_digest() -> str:
    """Of all code of `language`, of division codes, which what is kept is made with too, and of the data on places."""
    folder = Path(__file__).parents[1]
    files = [*sorted(folder.rglob("*.py")), *sorted((folder / "data" / "places").iterdir())]
    files.append(Path(division_codes.__file__))
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:16]


@cache
def _machine_digest() -> str:
    """Of what numba asks for beside the source: its place, the processor, the versions; a home may be shared."""
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        told = [platform.processor()]
    processor = (
        sorted({line for line in told if line.startswith(("model name", "flags", "Features"))}) or told
    )
    wished = [os.environ.get(name, "") for name in ("NUMBA_CPU_NAME", "NUMBA_CPU_FEATURES")]
    parts = [
        str(Path(__file__).parent),
        sys.version,
        version("numba"),
        version("llvmlite"),
        *processor,
        *wished,
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:8]


def compiled_folder() -> Path:
    """Where numba keeps what it compiled of this version of the source on such a machine."""
    return cache_folder() / f"kernels-{sources_digest()}-{_machine_digest()}"


def keeps_compiled() -> bool:
    """Whether that folder can be written. Where it cannot, numba would keep compiled code beside the source, where a
    change of what is compiled in from other files goes unnoticed, or refuse to compile."""
    try:
        compiled_folder().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=compiled_folder()):
            return True
    except OSError:
        return False


def is_all_compiled() -> bool:
    try:
        is_all = _all_compiled().exists()
    except OSError:
        return False
    if is_all:
        mark_used(compiled_folder())
    return is_all


def remember_all_compiled() -> None:
    keep(_all_compiled(), lambda file: None)
    with suppress(OSError):
        _forget_old(compiled_folder())


def _all_compiled() -> Path:
    return compiled_folder() / "all"
