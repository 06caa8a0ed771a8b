"""Arrow without pandas: it loads pandas at the first array it makes, a third of a second, and nobody here uses it."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec

import pyarrow as pa


class _Refused:
    """Where Python looks for modules: there is no pandas."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name == "pandas":
            raise ModuleNotFoundError(name)
        return None


def leave_pandas_out() -> None:
    """Arrow asks once and remembers; others may import pandas afterwards. `to_pandas` does not work any more."""
    sys.meta_path.insert(0, _Refused)
    try:
        pa.array([0])
    finally:
        sys.meta_path.remove(_Refused)
