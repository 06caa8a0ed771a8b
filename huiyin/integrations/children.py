"""Long work in a process of its own: a request as JSON, lines of JSON in answer. Standard library only.

The child sees no more of the environment than it needs: neither the address of the database nor the secret key.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import huiyin

_GIVEN = (
    *("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "XDG_CACHE_HOME", "NUMBA_CACHE_DIR"),
    *("HUIYIN_KERNELS", "HUIYIN_COMPLAINT_MODEL"),
)
Line = Mapping[str, Any]


class ChildDied(Exception):
    """The child ended without saying why."""


def run(module: str, asked: Mapping[str, Any], told: Callable[[Line], None]) -> None:
    """Start `python -m module`, give it `asked` and hand over each line of its answer as it comes.

    If `told` raises, the child is ended. Raises ChildDied if the child ends with an error.
    """
    source = str(Path(huiyin.__file__).parent.parent)
    environment = {name: os.environ[name] for name in _GIVEN if name in os.environ}
    with subprocess.Popen(
        [sys.executable, "-s", "-P", "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # what a library says of a row may hold the row
        text=True,
        encoding="utf-8",
        env={**environment, "PYTHONPATH": source},
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            json.dump(asked, child.stdin, ensure_ascii=False)
            child.stdin.close()
            for line in child.stdout:
                told(json.loads(line))
        except BrokenPipeError:
            pass  # it died before it had read everything; told below
        except BaseException:
            child.kill()
            raise
    if child.returncode:
        raise ChildDied(f"{module}: exit {child.returncode}")
