"""Log records lose personal data before they are written anywhere."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Callable
from urllib.parse import quote, unquote

# Control characters of ASCII are left as they came.
_ESCAPED = re.compile(r"(?:%[2-7][0-9A-Ea-e]|%[89A-Fa-f][0-9A-Fa-f])+")


class MaskPersonalData(logging.Filter):
    """Put on every handler: masks the finished message and the text of an exception.

    An address in it is read as people wrote it: escaped digits and characters are data too.
    `mask` is given by the settings: web and language are neighbours that do not know each other (ADR 0001).
    """

    def __init__(self, mask: Callable[[str], str]) -> None:
        super().__init__()
        self.mask = mask

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            record.msg = self.masked(record.getMessage())
        except (TypeError, ValueError):  # a message that does not fit its arguments is itself worth a line
            record.msg = self.masked(str(record.msg))
        record.args = None
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = self.masked("".join(traceback.format_exception(*record.exc_info)).rstrip())
        return True

    def masked(self, text: str) -> str:
        return self.mask(_ESCAPED.sub(_readable, text) if "%" in text else text)


def _readable(escaped: re.Match[str]) -> str:
    """What does not print stays escaped: a decoded line break would let a stranger write lines of the log."""
    return "".join(char if char.isprintable() else quote(char) for char in unquote(escaped.group()))
