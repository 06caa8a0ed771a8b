"""How kernels are compiled: without the interpreter's lock, once for each version of their source."""

from __future__ import annotations

import numba

from huiyin.language.kernels.tables import cache_folder, sources_digest

# Numba looks at the file of the outermost function only; what it calls, and every constant that it took from a module
# of rules, is compiled in with it.
numba.config.CACHE_DIR = str(  # type: ignore[attr-defined]
    cache_folder() / f"kernels-{sources_digest()}"
)

kernel = numba.njit(nogil=True, cache=True)
"""Called from Python; what was compiled is kept in the user's cache."""
# Without `_nrt=False` each array of a tuple is counted up and down wherever the tuple is named: atomically, hundreds of
# times a text. A part therefore makes no arrays; it is given those it writes to.
part = numba.njit(nogil=True, _nrt=False)
"""Called from kernels; cannot make arrays."""
inlined = numba.njit(nogil=True, inline="always", _nrt=False)
