"""How kernels are compiled: without the interpreter's lock, once for each version of their source."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numba

from huiyin.language.kernels.tables import cache_folder

# Numba looks at the file of the outermost function only; what it calls, and every constant that it took from a module
# of rules, is compiled in with it.
_SOURCES = sorted(Path(__file__).parents[1].rglob("*.py"))
_DIGEST = hashlib.sha256(b"\0".join(path.read_bytes() for path in _SOURCES)).hexdigest()[:16]
numba.config.CACHE_DIR = str(  # type: ignore[attr-defined]
    cache_folder() / f"kernels-{_DIGEST}"
)

kernel = numba.njit(nogil=True, cache=True)
"""Called from Python; what was compiled is kept in the user's cache."""
part = numba.njit(nogil=True)
"""Called from kernels."""
inlined = numba.njit(nogil=True, inline="always")
