"""What can be done with a file: upload, map, check, run, undo; each verb has its module."""

from huiyin.apps.imports.services.check import check_import
from huiyin.apps.imports.services.error_file import ErrorFile, blank_table, error_file, remark_file
from huiyin.apps.imports.services.run import (
    import_file,
    resume_import,
    run_import,
    start_import,
    undo_import,
)
from huiyin.apps.imports.services.upload import choose_sheet, set_mapping, upload_file

__all__ = [
    "ErrorFile",
    "blank_table",
    "check_import",
    "choose_sheet",
    "error_file",
    "import_file",
    "remark_file",
    "resume_import",
    "run_import",
    "set_mapping",
    "start_import",
    "undo_import",
    "upload_file",
]
