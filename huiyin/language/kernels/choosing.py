"""Which kernels there are: compiled ones, or the same rules in plain Python where numba is missing or does not pay."""

from __future__ import annotations

import os
from importlib.util import find_spec

from huiyin.language.kernels.caches import is_all_compiled
from huiyin.language.kernels.texts import Kernels

SWITCH = "HUIYIN_KERNELS"
"""Set to `python` in the environment, nothing is compiled."""
WORTH_COMPILING = 20_000_000
"""Bytes of complaints, some 60,000: a machine that never compiled the kernels reads fewer in less time without, for
compiling takes half a minute."""


def kernels(size: int | None = None) -> Kernels:
    """Compiled, and ready, where it can be; for `size` bytes of complaints only where compiling pays or is done."""
    if not _are_compiled_for(size):
        from huiyin.language.kernels import plain

        return plain
    from huiyin.language.kernels import compiled

    compiled.make_ready()
    return compiled


def compiles_first(size: int | None = None) -> bool:
    """Whether `kernels` will take the half minute that compiling takes."""
    return _are_compiled_for(size) and not is_all_compiled()


def _are_compiled_for(size: int | None) -> bool:
    if os.environ.get(SWITCH) == "python" or find_spec("numba") is None:
        return False
    return size is None or size >= WORTH_COMPILING or is_all_compiled()
