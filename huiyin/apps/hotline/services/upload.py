"""Taking a file of complaints in and agreeing on what its columns mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from django.db import transaction

from huiyin.apps.audit.services import record
from huiyin.apps.hotline.asking import FOLDER, look_at, remove_from_child
from huiyin.apps.hotline.models import HotlineImport, HotlineSource
from huiyin.apps.hotline.permissions import check_handle, check_import
from huiyin.apps.hotline.reading import COLUMNS
from huiyin.apps.imports.columns import chosen_mapping, remembered_or
from huiyin.apps.imports.files import brought, keeping
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.integrations.queueing import queue
from huiyin.integrations.storage import store
from huiyin.web.now import now as clock

State = HotlineImport.State


@transaction.atomic
def upload_file(
    *, source: str, data: bytes, name: str, by: Actor, now: datetime | None = None
) -> HotlineImport:
    """Keep a file for the store; raises RuleBroken if it is no table, NotPermitted if `by` may not import.

    `source` names where such files come from; its columns are remembered from file to file.
    """
    check_import(by)
    now = now or clock()
    source = " ".join(source.split())[:40]
    if not source:
        raise RuleBroken("请写这份表从哪里来。", code="hotline.source", field="source")
    with keeping(data, folder=FOLDER) as file_key:
        looked = look_at(file_key)
        known, _ = HotlineSource.objects.get_or_create(name=source, defaults={"saved_at": now})
        import_ = HotlineImport.objects.create(
            source=known,
            file_key=file_key,
            headers=looked["headers"],
            mapping=remembered_or(known.mapping, looked["mapping"], looked["headers"]),
            **brought(data, name, by=by, now=now),
        )
        record(
            kind="hotline.file_uploaded",
            stream=import_.stream,
            by=by,
            now=now,
            public={"sha256": import_.sha256},
            private={"name": import_.original_name, "source": known.name},
        )
    return import_


@transaction.atomic
def delete_upload(import_: HotlineImport, *, by: Actor, now: datetime | None = None) -> None:
    """Throw away a file of which nothing was stored: it goes at once, and its row with it."""
    now = now or clock()
    import_ = HotlineImport.objects.select_for_update(no_key=True).get(pk=import_.pk)
    check_handle(import_, by)
    if not import_.is_open:
        raise RuleBroken(
            "这个文件正在检查或已经开始存入，不能直接删除。已存入的请用“撤销这次导入”。", code="hotline.begun"
        )
    record(
        kind="hotline.file_deleted",
        stream=import_.stream,
        by=by,
        now=now,
        public={"sha256": import_.sha256},
    )
    keys = [key for key in (import_.file_key, import_.errors_key) if key]
    import_.delete()
    transaction.on_commit(partial(_remove, keys))


def _remove(keys: Sequence[str]) -> None:
    for key in keys:
        store().remove(key)
        remove_from_child(key)


@transaction.atomic
def set_mapping(
    import_: HotlineImport, *, mapping: Mapping[str, str], by: Actor, now: datetime | None = None
) -> HotlineImport:
    """Say which column is which (field → heading), remember it for the source, and have every row checked."""
    now = now or clock()
    import_ = HotlineImport.objects.select_for_update(no_key=True).get(pk=import_.pk)
    check_handle(import_, by)
    if not import_.is_open:
        raise RuleBroken("这个文件已经开始存入，不能再改列名。", code="hotline.begun")
    if import_.file_removed_at:
        raise RuleBroken("原文件已删除，请重新上传。", code="hotline.file_removed")
    chosen = chosen_mapping(COLUMNS, import_.headers, mapping)
    import_.mapping, import_.error = chosen, ""
    import_.state, import_.heartbeat_at = State.CHECKING, now
    import_.progress_count, import_.progress_of = 0, ""
    import_.save()
    HotlineSource.objects.filter(pk=import_.source_id).update(mapping=chosen, saved_at=now)
    # Not the headings: a file without any may hold a row in their place.
    record(
        kind="hotline.columns_agreed",
        stream=import_.stream,
        by=by,
        now=now,
        public={"fields": " ".join(sorted(chosen))},
    )
    queue.configure_task("hotline.check", lock=import_.stream).defer(import_id=import_.pk)
    return import_
