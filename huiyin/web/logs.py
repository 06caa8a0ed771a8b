"""Log records lose personal data before they are written anywhere."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable


class MaskPersonalData(logging.Filter):
    """Put on every handler: masks the finished message and the text of an exception.

    `mask` is given by the settings: web and language are neighbours that do not know each other (ADR 0001).
    """

    def __init__(self, mask: Callable[[str], str]) -> None:
        super().__init__()
        self.mask = mask

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            record.msg = self.mask(record.getMessage())
        except (TypeError, ValueError):  # a message that does not fit its arguments is itself worth a line
            record.msg = self.mask(str(record.msg))
        record.args = None
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = self.mask("".join(traceback.format_exception(*record.exc_info)).rstrip())
        return True
