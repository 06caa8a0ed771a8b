"""Taking a file in and agreeing on what its columns mean."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from huiyin.apps.audit.services import record
from huiyin.apps.imports import kinds
from huiyin.apps.imports.columns import chosen_mapping, remembered_or, suggested_mapping
from huiyin.apps.imports.files import brought, keeping
from huiyin.apps.imports.kinds import ImportKind, Values
from huiyin.apps.imports.models import Import, SavedMapping
from huiyin.apps.imports.permissions import check_handle, check_upload
from huiyin.apps.imports.reading import (
    open_bytes,
    open_kept,
    signature_of,
    usable_headers,
)
from huiyin.apps.imports.services.check import check_import
from huiyin.apps.imports.values import values_of
from huiyin.documents.cells import cell_text
from huiyin.documents.spreadsheets import Table
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.integrations.queueing import queue
from huiyin.language.masking import mask
from huiyin.language.personal.names import begins_like_a_name
from huiyin.web.now import now as clock

FOLDER = "imports"
# Smaller files are checked while the person waits, larger ones by the worker.
CHECK_AT_ONCE = 1_000
_EXAMPLE_CHARS = 16
_LONGEST_BARE_NAME = 4


@transaction.atomic
def upload_file(*, kind: str, data: bytes, name: str, by: Actor, now: datetime | None = None) -> Import:
    """Keep a file for importing; raises FileRefused if it is no table, NotPermitted if `by` may not import it."""
    check_upload(kind, by)
    now = now or clock()
    found = kinds.get(kind)
    table = open_bytes(data, found)
    with keeping(data, folder=FOLDER) as file_key:
        import_ = Import(kind=kind, file_key=file_key, **brought(data, name, by=by, now=now))
        _describe(import_, found, table)
        import_.save()
        record(
            kind="imports.file_uploaded",
            stream=import_.stream,
            by=by,
            now=now,
            public={"kind": kind, "rows": import_.rows_total, "sha256": import_.sha256},
            private={"name": import_.original_name},
        )
    return import_


@transaction.atomic
def choose_sheet(import_: Import, *, sheet: str, by: Actor) -> Import:
    """Read another sheet of the same file; the columns have to be mapped anew."""
    import_ = Import.objects.select_for_update(no_key=True).get(pk=import_.pk)
    check_handle(import_, by)
    _must_be_open(import_)
    if sheet not in import_.sheets:
        raise RuleBroken("文件里没有这张工作表。", code="no_such_sheet", field="sheet")
    import_.sheet = sheet
    found = kinds.get(import_.kind)
    _describe(import_, found, open_kept(import_, found))
    import_.state = Import.State.UPLOADED
    import_.save()
    return import_


@transaction.atomic
def set_mapping(
    import_: Import,
    *,
    mapping: Mapping[str, str],
    options: Mapping[str, str] | None = None,
    by: Actor,
    now: datetime | None = None,
) -> Import:
    """Say which column is which field, remember it for the next file of this shape, and check every row.

    `mapping` is field key → header, empty ones left out; `options` are the kind's questions as text.
    """
    now = now or clock()
    import_ = Import.objects.select_for_update(no_key=True).get(pk=import_.pk)
    check_handle(import_, by)
    _must_be_open(import_)
    found = kinds.get(import_.kind)
    chosen = chosen_mapping(found.fields, usable_headers(import_.headers), mapping)
    import_.mapping = chosen
    import_.options = _checked_options(found, options or {})
    import_.state = Import.State.MAPPED
    import_.error = ""
    import_.save()
    SavedMapping.objects.update_or_create(
        kind=import_.kind,
        signature=signature_of(import_.headers),
        defaults={"mapping": chosen, "saved_at": now},
    )
    if import_.rows_total <= CHECK_AT_ONCE:
        return check_import(import_.pk, now=now)
    queue.configure_task("imports.check", lock=import_.stream).defer(import_id=import_.pk)
    return import_


def _example_of(cell: str) -> str:
    """What helps to tell a column, and nobody's name or number: a name alone is no example."""
    words = mask(" ".join(cell.split()))
    may_be_a_name = len(words) <= _LONGEST_BARE_NAME and begins_like_a_name(words)
    return "" if may_be_a_name else words[:_EXAMPLE_CHARS]


def _describe(import_: Import, kind: ImportKind, table: Table) -> None:
    """Sheet, headers, number of rows and the mapping to offer: the remembered one, else the likeliest."""
    import_.sheet, import_.sheets, import_.headers = table.sheet, list(table.sheets), list(table.headers)
    examples = [""] * len(table.headers)
    import_.rows_total = 0
    for row in table.rows():
        import_.rows_total += 1
        for at, cell in enumerate(row.values):
            if not examples[at]:
                examples[at] = _example_of(cell_text(cell))
    import_.examples = examples
    if not import_.rows_total:
        raise RuleBroken("表头下面没有一行数据。", code="no_rows", field="file")
    usable = usable_headers(table.headers)
    saved = SavedMapping.objects.filter(kind=kind.name, signature=signature_of(table.headers)).first()
    likely = suggested_mapping(kind.fields, usable)
    import_.mapping = remembered_or(saved.mapping if saved else {}, likely, table.headers)


def _must_be_open(import_: Import) -> None:
    if not import_.is_open:
        raise RuleBroken("这个文件已经开始导入，不能再改列名。", code="not_open")


def _checked_options(kind: ImportKind, options: Mapping[str, str]) -> Values:
    """Options are kept as text; a misfit is told beside its field."""
    given = {field.key: str(options.get(field.key, "")).strip() for field in kind.options}
    _, reasons = values_of(kind.options, dict(given))
    for key, sentence in reasons:
        raise RuleBroken(sentence.replace("%", "%%"), code="option", field=f"option_{key}")
    return given
