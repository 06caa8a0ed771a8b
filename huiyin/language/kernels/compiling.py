"""How kernels are compiled: without the interpreter's lock, once for each version of their source."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numba
from numba.core import types

from huiyin.language.kernels.caches import compiled_folder, keeps_compiled

# Numba looks at the file of the outermost function only; what it calls, and every constant that it took from a module
# of rules, is compiled in with it.
numba.config.CACHE_DIR = str(compiled_folder())  # type: ignore[attr-defined]

kernel = numba.njit(nogil=True, cache=keeps_compiled())
"""Called from Python; what was compiled is kept in the user's cache, or not at all."""
# Without `_nrt=False` each array of a tuple is counted up and down wherever the tuple is named: atomically, hundreds of
# times a text. A part therefore makes no arrays; it is given those it writes to. Python never calls it.
_PART: Any = {"nogil": True, "_nrt": False, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def part(function: Callable[..., Any]) -> Any:
    """Called from kernels; cannot make arrays.

    Signed integers are given to it as int64: otherwise numba compiles a function anew for every constant and every
    width that it is called with, `match_at` twenty times.
    """
    compiled = numba.njit(**_PART)(function)
    call_of = compiled.get_call_template

    def call_of_widened(given: Sequence[Any], named: Mapping[str, Any]) -> Any:
        return call_of([_widened(each) for each in given], named)

    compiled.get_call_template = call_of_widened
    return compiled


def _widened(given: Any) -> Any:
    plain = types.unliteral(given)
    return types.int64 if plain in types.signed_domain else plain


inlined = numba.njit(**_PART, inline="always")
"""Called from kernels; cannot make arrays."""
