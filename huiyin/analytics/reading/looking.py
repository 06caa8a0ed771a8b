"""The first look at a file in a process of its own: `python -m huiyin.analytics.reading.looking`.

The website asks it of every file before anything is kept of it: neither Arrow nor what a hostile file does to a reader
comes near a web process, and the columns are those that the reading will find. The request is one JSON object, `file`;
the answer one line, `done` or `refused`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from huiyin.analytics.reading.files import SPREADSHEET_LIMITS, look_at
from huiyin.documents.refusals import FileRefused, Limits

LIMITS = Limits(max_rows=SPREADSHEET_LIMITS.max_rows)
"""Of workbooks that come by the web, which are small: what one of them unpacks to as well."""


def answer(asked: Mapping[str, Any], tell: Callable[[Mapping[str, Any]], None]) -> None:
    try:
        found = look_at(Path(asked["file"]), LIMITS)
    except FileRefused as refusal:
        tell({"refused": {"sentence": str(refusal), "code": refusal.code}})
    else:
        tell({"done": {"headers": list(found.headers), "mapping": found.mapping}})


if __name__ == "__main__":
    answer(json.load(sys.stdin), lambda line: print(json.dumps(line, ensure_ascii=False)))
