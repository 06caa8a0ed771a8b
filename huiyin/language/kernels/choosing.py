"""Which kernels there are: compiled ones, or the same rules in plain Python where numba is missing or does not pay."""

from __future__ import annotations

import os
from importlib.util import find_spec

from huiyin.language.kernels.tables import compiled_folder
from huiyin.language.kernels.texts import Kernels

SWITCH = "HUIYIN_KERNELS"
"""Set to `python` in the environment, nothing is compiled."""
WORTH_COMPILING = 20_000_000
"""Bytes of complaints, some 60,000: a machine that never compiled the kernels reads fewer in less time without, for
compiling takes a minute."""


def kernels(size: int | None = None) -> Kernels:
    """Compiled where it can be; for `size` bytes of complaints only where compiling pays or is done."""
    is_small = size is not None and size < WORTH_COMPILING
    if (
        os.environ.get(SWITCH) == "python"
        or find_spec("numba") is None
        or (is_small and not any(compiled_folder().rglob("*.nbi")))
    ):
        from huiyin.language.kernels import plain

        return plain
    from huiyin.language.kernels import compiled

    return compiled
