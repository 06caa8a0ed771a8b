"""Writing the rows: batch by batch, each in one transaction with the progress, so that each row counts once.

Whatever dies in between (worker, PostgreSQL, power), the next run goes on after the last committed batch.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.db import transaction
from django.db.utils import DataError, IntegrityError, InterfaceError, OperationalError

from huiyin.apps.audit.services import record
from huiyin.apps.imports import kinds
from huiyin.apps.imports.actors import uploader_of
from huiyin.apps.imports.kinds import Applied, CheckedRow, ImportKind, RowRefused
from huiyin.apps.imports.models import Import, RejectedRow
from huiyin.apps.imports.permissions import check_handle, check_upload
from huiyin.apps.imports.reading import Judged, judged_rows, open_kept, rejected_row
from huiyin.apps.imports.services.check import check_import
from huiyin.apps.imports.services.upload import set_mapping, upload_file
from huiyin.domain.access import Actor
from huiyin.domain.errors import NotPermitted, Refused, RuleBroken
from huiyin.integrations.queueing import queue
from huiyin.web.now import now as clock

logger = logging.getLogger(__name__)
State = Import.State


@transaction.atomic
def start_import(import_: Import, *, by: Actor, now: datetime | None = None, defer: bool = True) -> Import:
    """Begin writing a checked file; the worker goes on (or the caller, with `defer=False` and `run_import`)."""
    now = now or clock()
    import_ = Import.objects.select_for_update(no_key=True).get(pk=import_.pk)
    check_handle(import_, by)
    if import_.state != State.CHECKED:
        raise RuleBroken("请先核对列名并检查，再导入。", code="not_checked")
    if not import_.rows_ok:
        raise RuleBroken("没有一行可以导入，请先按原因改好。", code="nothing_to_import")
    RejectedRow.objects.filter(import_row=import_).delete()
    import_.state, import_.started_at, import_.heartbeat_at = State.RUNNING, now, now
    import_.rows_bad = import_.rows_done = import_.position = 0
    import_.created_count = import_.updated_count = import_.unchanged_count = 0
    import_.save()
    record(
        kind="imports.started",
        stream=import_.stream,
        by=by,
        now=now,
        public={"kind": import_.kind, "rows": import_.rows_total},
    )
    if defer:
        _defer_run(import_)
    return import_


@transaction.atomic
def resume_import(import_: Import, *, by: Actor, defer: bool = True) -> Import:
    """Go on with an import that stopped on an error; what is committed stays."""
    import_ = Import.objects.select_for_update(no_key=True).get(pk=import_.pk)
    check_handle(import_, by)
    if import_.state != State.FAILED or import_.started_at is None:
        raise RuleBroken("只有中断的导入可以接着做。", code="not_failed")
    import_.state, import_.error = State.RUNNING, ""
    import_.save(update_fields=["state", "error"])
    if defer:
        _defer_run(import_)
    return import_


def run_import(
    import_id: int, *, by: Actor | None = None, told: Callable[[Import], None] | None = None
) -> Import:
    """Write what is left of a running import; safe to call again at any time, also while another one runs.

    `by` stands for the uploader when the caller knows him (a command); `told` is called after each batch.
    A lost database is raised, so that the queue tries again; any other error leaves the import `failed`.
    """
    import_ = Import.objects.get(pk=import_id)
    if import_.state != State.RUNNING:
        return import_
    try:
        if by is None:
            by = uploader_of(import_)
            _check_still_may(import_, by)
        return _run(import_, by, told)
    except (OperationalError, InterfaceError):
        raise
    except Refused as refusal:
        return _fail(import_id, str(refusal))
    except Exception:
        logger.exception("%s stopped after row %s", import_.stream, import_.position)
        return _fail(
            import_id, "写入时出了意外，前面的行已经存好。请点“接着导入”；仍然不行，请告诉技术人员。"
        )


def _run(import_: Import, by: Actor, told: Callable[[Import], None] | None) -> Import:
    kind = kinds.get(import_.kind)
    context = kind.prepare(import_, by)
    table = open_kept(import_, kind)
    rows = judged_rows(import_, kind, table, context, after=import_.position)
    while batch := list(islice(rows, kind.batch_size)):
        if not _commit_batch(import_, kind, batch, by):
            return Import.objects.get(pk=import_.pk)
        if told:
            told(import_)
    return _finish(import_, by)


def _check_still_may(import_: Import, uploader: Actor) -> None:
    """Rights of today: whoever lost them, or left, since the upload writes nothing more."""
    try:
        check_upload(import_.kind, uploader)
    except NotPermitted as refusal:
        raise NotPermitted(
            "上传的人已经没有导入这类表格的权限，导入停在这里。", code="uploader_may_not"
        ) from refusal


@transaction.atomic
def _commit_batch(import_: Import, kind: ImportKind, batch: list[Judged], by: Actor) -> bool:
    """Rows, rejects and progress in one transaction; False if another runner was here first."""
    locked = Import.objects.select_for_update(no_key=True).get(pk=import_.pk)
    if locked.state != State.RUNNING or locked.position != import_.position:
        return False
    now = clock()
    passed = [judged.checked for judged in batch if judged.checked]
    applied = _apply(kind, passed, locked, by, now)
    total = applied.created + applied.updated + applied.unchanged + len(applied.refused)
    if total != len(passed):
        raise ValueError(f"{kind.name}: apply accounted for {total} of {len(passed)} rows")
    rejects = []
    for judged in batch:
        reasons = judged.reasons if judged.checked is None else applied.refused.get(judged.row.number)
        if reasons:
            rejects.append(rejected_row(locked, kind, judged.row, reasons))
    RejectedRow.objects.bulk_create(rejects)
    locked.created_count += applied.created
    locked.updated_count += applied.updated
    locked.unchanged_count += applied.unchanged
    locked.rows_bad += len(rejects)
    locked.rows_done += len(batch)
    locked.position = batch[-1].row.number
    locked.heartbeat_at = now
    locked.save(
        update_fields=[
            *("created_count", "updated_count", "unchanged_count"),
            *("rows_bad", "rows_done", "position", "heartbeat_at"),
        ]
    )
    import_.position, import_.rows_done = locked.position, locked.rows_done
    return True


def _apply(
    kind: ImportKind, rows: Sequence[CheckedRow], import_: Import, by: Actor, now: datetime
) -> Applied:
    """The whole batch, or, if one row spoils it, row by row."""
    if not rows:
        return Applied()
    try:
        with transaction.atomic():
            return kind.apply(rows, import_=import_, by=by, now=now)
    except (RowRefused, Refused, IntegrityError, DataError) as problem:
        if len(rows) == 1:
            return Applied(refused={rows[0].number: _reasons(problem)})
    return _sum(_apply(kind, [row], import_, by, now) for row in rows)


def _reasons(problem: Exception) -> list[tuple[str, str]]:
    if isinstance(problem, RowRefused):
        return problem.reasons
    if isinstance(problem, Refused):
        return [(problem.field, str(problem))]
    if isinstance(problem, DataError):
        return [("", "有一格的内容太长，或者含有不能保存的字符。")]
    return [("", "和已有的数据冲突，例如同一编号已经存在。")]


def _sum(parts: Iterator[Applied]) -> Applied:
    created = updated = unchanged = 0
    refused: dict[int, Sequence[tuple[str, str]]] = {}
    for part in parts:
        created, updated = created + part.created, updated + part.updated
        unchanged += part.unchanged
        refused.update(part.refused)
    return Applied(created, updated, unchanged, refused)


@transaction.atomic
def _finish(import_: Import, by: Actor) -> Import:
    locked = Import.objects.select_for_update(no_key=True).get(pk=import_.pk)
    if locked.state != State.RUNNING or locked.position != import_.position:
        return locked
    now = clock()
    if locked.rows_done != locked.rows_total:
        raise RuleBroken(
            "前后两次读到的行数不一致：检查时 %(checked)s 行，导入时 %(read)s 行。",
            code="rows_differ",
            checked=locked.rows_total,
            read=locked.rows_done,
        )
    locked.rows_ok = locked.rows_done - locked.rows_bad
    locked.state, locked.finished_at, locked.heartbeat_at = State.DONE, now, now
    locked.save()
    record(kind="imports.done", stream=locked.stream, by=by, now=now, public=balance_of(locked))
    return locked


def balance_of(import_: Import) -> Mapping[str, int | str]:
    """read = created + updated + unchanged + rejected; the database refuses anything else."""
    return {
        "kind": import_.kind,
        "read": import_.rows_done,
        "created": import_.created_count,
        "updated": import_.updated_count,
        "unchanged": import_.unchanged_count,
        "rejected": import_.rows_bad,
    }


@transaction.atomic
def _fail(import_id: int, sentence: str) -> Import:
    import_ = Import.objects.select_for_update(no_key=True).get(pk=import_id)
    if import_.state == State.RUNNING:
        import_.state, import_.error = State.FAILED, sentence
        import_.save(update_fields=["state", "error"])
    return import_


@transaction.atomic
def undo_import(import_: Import, *, by: Actor, now: datetime | None = None) -> int:
    """Take back a finished import, if its kind knows how; returns how many rows went."""
    now = now or clock()
    import_ = Import.objects.select_for_update(no_key=True).get(pk=import_.pk)
    check_handle(import_, by)
    kind = kinds.get(import_.kind)
    if kind.undo is None or import_.state != State.DONE:
        raise RuleBroken("这次导入不能撤销。", code="no_undo")
    taken_back = kind.undo(import_, by=by, now=now)
    import_.state = State.UNDONE
    import_.save(update_fields=["state"])
    record(
        kind="imports.undone",
        stream=import_.stream,
        by=by,
        now=now,
        public={"kind": import_.kind, "rows": taken_back},
    )
    return taken_back


def import_file(
    *,
    kind: str,
    path: str | Path,
    by: Actor,
    options: Mapping[str, str] | None = None,
    mapping: Mapping[str, str] | None = None,
    now: datetime | None = None,
    told: Callable[[Import], None] | None = None,
) -> Import:
    """All steps at once, without a worker, for commands: upload, map (as given, else as suggested), check, run.

    Raises FileRefused or RuleBroken; rejected rows are on the returned import. A file of which no row can be
    taken comes back `checked`, with its reasons.
    """
    source = Path(path)
    import_ = upload_file(kind=kind, data=source.read_bytes(), name=source.name, by=by, now=now)
    import_ = set_mapping(import_, mapping=mapping or import_.mapping, options=options, by=by, now=now)
    if import_.state == State.MAPPED:
        import_ = check_import(import_.pk, now=now)
    if import_.state == State.FAILED:
        raise RuleBroken(import_.error.replace("%", "%%"), code="check_failed")
    if not import_.rows_ok:
        return import_
    import_ = start_import(import_, by=by, now=now, defer=False)
    return run_import(import_.pk, by=by, told=told)


def _defer_run(import_: Import) -> None:
    queue.configure_task("imports.run", lock=import_.stream).defer(import_id=import_.pk)
