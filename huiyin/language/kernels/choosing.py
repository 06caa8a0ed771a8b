"""Which kernels there are: compiled ones, or the same rules in plain Python where numba is missing."""

from __future__ import annotations

import os
from importlib.util import find_spec

from huiyin.language.kernels.texts import Kernels

SWITCH = "HUIYIN_KERNELS"
"""Set to `python` in the environment, nothing is compiled."""


def kernels() -> Kernels:
    """Compiled where it can be."""
    if os.environ.get(SWITCH) == "python" or find_spec("numba") is None:
        from huiyin.language.kernels import plain

        return plain
    from huiyin.language.kernels import compiled

    return compiled
