"""Files that are two things at once: a photo that also unpacks as an archive, opens as a PDF or runs as a page."""

from __future__ import annotations

import io
import re
import zipfile

# Programs look for a PDF's mark in the first kilobyte (ISO 32000-1, annex H.3.4.1), for an archive's at either end.
_PDF_WITHIN = 1024
# What a browser or server would run wherever it stands. So many bytes: compressed pixels hold none by chance.
_RUNS = re.compile(rb"<(?i:script[\s>/]|!doctype\s+html|html[\s>]|\?php\s|svg[\s>][^<]{0,400}\bon[a-z]+\s*=)")
_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"MSCF\x00\x00\x00\x00")


def is_also_something_else(data: bytes) -> bool:
    """For a file that begins as a photo. What phones append (a moving picture, a depth map) is none of it."""
    return (
        b"%PDF-" in data[:_PDF_WITHIN]
        or _RUNS.search(data) is not None
        or any(mark in data for mark in _ARCHIVES)
        or is_archive(data)
    )


def is_archive(data: bytes) -> bool:
    """Whether a ZIP's directory can be read from the end of the file, as Word, Java and Android would."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)):
            return True
    except Exception:  # a broken directory is no archive, however it is broken
        return False
