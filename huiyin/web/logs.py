"""Log records lose personal data before they are written anywhere."""

from __future__ import annotations

import logging
import traceback

from huiyin.language.masking import mask


class MaskPersonalData(logging.Filter):
    """Put on every handler: masks the finished message and the text of an exception."""

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            record.msg = mask(record.getMessage())
        except (TypeError, ValueError):  # a message that does not fit its arguments is itself worth a line
            record.msg = mask(str(record.msg))
        record.args = None
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = mask("".join(traceback.format_exception(*record.exc_info)).rstrip())
        return True
