"""Taking a file in and agreeing on what its columns mean."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePath

from django.db import transaction

from huiyin.apps.audit.services import record
from huiyin.apps.imports import kinds
from huiyin.apps.imports.kinds import ImportKind, Values
from huiyin.apps.imports.models import Import, SavedMapping
from huiyin.apps.imports.permissions import check_handle, check_upload
from huiyin.apps.imports.reading import (
    open_bytes,
    open_kept,
    signature_of,
    suggested_mapping,
    usable_headers,
)
from huiyin.apps.imports.services.check import check_import
from huiyin.apps.imports.values import values_of
from huiyin.documents.cells import cell_text
from huiyin.documents.spreadsheets import Table
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.integrations.queueing import queue
from huiyin.integrations.storage import store
from huiyin.web.now import now as clock

FOLDER = "imports"
# Smaller files are checked while the person waits, larger ones by the worker.
CHECK_AT_ONCE = 1_000
_EXAMPLE_CHARS = 16
_OPEN_STATES = (Import.State.UPLOADED, Import.State.CHECKED)


@transaction.atomic
def upload_file(*, kind: str, data: bytes, name: str, by: Actor, now: datetime | None = None) -> Import:
    """Keep a file for importing; raises FileRefused if it is no table, NotPermitted if `by` may not import it."""
    check_upload(kind, by)
    now = now or clock()
    found = kinds.get(kind)
    table = open_bytes(data, found)
    import_ = Import(
        kind=kind,
        uploaded_by_key=by.key,
        uploaded_by_label=by.label[:100],
        original_name=PurePath(name.replace("\\", "/")).name[:200] or "表格",
        sha256=hashlib.sha256(data).hexdigest(),
        uploaded_at=now,
    )
    _describe(import_, found, table)
    token = secrets.token_hex(16)
    import_.file_key = f"{FOLDER}/{token[:2]}/{token}"
    store().put(import_.file_key, data)
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
    chosen = {key: header for key, header in mapping.items() if header}
    _check_mapping(found, import_, chosen)
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


def _describe(import_: Import, kind: ImportKind, table: Table) -> None:
    """Sheet, headers, number of rows and the mapping to offer: the remembered one, else the likeliest."""
    import_.sheet, import_.sheets, import_.headers = table.sheet, list(table.sheets), list(table.headers)
    examples = [""] * len(table.headers)
    import_.rows_total = 0
    for row in table.rows():
        import_.rows_total += 1
        for at, cell in enumerate(row.values):
            if not examples[at]:
                examples[at] = " ".join(cell_text(cell).split())[:_EXAMPLE_CHARS]
    import_.examples = examples
    if not import_.rows_total:
        raise RuleBroken("表头下面没有一行数据。", code="no_rows", field="file")
    saved = SavedMapping.objects.filter(kind=kind.name, signature=signature_of(table.headers)).first()
    if saved and set(saved.mapping.values()) <= set(table.headers):
        import_.mapping = saved.mapping
    else:
        import_.mapping = suggested_mapping(kind, table.headers)


def _must_be_open(import_: Import) -> None:
    failed_in_check = import_.state == Import.State.FAILED and import_.started_at is None
    if import_.state not in _OPEN_STATES and not failed_in_check:
        raise RuleBroken("这个文件已经开始导入，不能再改列名。", code="not_open")


def _check_mapping(kind: ImportKind, import_: Import, mapping: Mapping[str, str]) -> None:
    usable = usable_headers(import_.headers)
    for field in kind.fields:
        header = mapping.get(field.key)
        if field.required and not header:
            raise RuleBroken(
                "请选出“%(label)s”在哪一列。",
                code="required_column",
                field=f"column_{field.key}",
                label=field.label,
            )
        if header and header not in usable:
            raise RuleBroken(
                "文件里没有“%(header)s”这一列。",
                code="no_such_column",
                field=f"column_{field.key}",
                header=header,
            )
    taken: dict[str, str] = {}
    for key, header in mapping.items():
        if header in taken:
            raise RuleBroken(
                "“%(header)s”这一列选了两次。", code="column_twice", field=f"column_{key}", header=header
            )
        taken[header] = key


def _checked_options(kind: ImportKind, options: Mapping[str, str]) -> Values:
    """Options are kept as text; a misfit is told beside its field."""
    given = {field.key: str(options.get(field.key, "")).strip() for field in kind.options}
    _, reasons = values_of(kind.options, dict(given))
    for key, sentence in reasons:
        raise RuleBroken(sentence.replace("%", "%%"), code="option", field=f"option_{key}")
    return given
