"""Taking a file of complaints in and agreeing on what its columns mean."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePath

from django.db import transaction

from huiyin.apps.audit.services import record
from huiyin.apps.hotline.models import HotlineImport, HotlineSource
from huiyin.apps.hotline.permissions import check_handle, check_import
from huiyin.apps.hotline.reading import COLUMNS, headers_of, suggested
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.integrations.queueing import queue
from huiyin.integrations.storage import store
from huiyin.web.now import now as clock

FOLDER = "hotline"
State = HotlineImport.State


@transaction.atomic
def upload_file(
    *, source: str, data: bytes, name: str, by: Actor, now: datetime | None = None
) -> HotlineImport:
    """Keep a file for the store; raises FileRefused if it is no table, NotPermitted if `by` may not import.

    `source` names where such files come from; its columns are remembered from file to file.
    """
    check_import(by)
    now = now or clock()
    source = " ".join(source.split())
    if not source:
        raise RuleBroken("请写这份表从哪里来。", code="hotline.source", field="source")
    headers = headers_of(data)
    known, _ = HotlineSource.objects.get_or_create(name=source[:40], defaults={"saved_at": now})
    token = secrets.token_hex(16)
    import_ = HotlineImport.objects.create(
        source=known,
        uploaded_by_key=by.key,
        uploaded_by_label=by.label[:100],
        original_name=PurePath(name.replace("\\", "/")).name[:200] or "诉求",
        sha256=hashlib.sha256(data).hexdigest(),
        headers=headers,
        mapping=suggested(headers, known.mapping),
        file_key=f"{FOLDER}/{token[:2]}/{token}",
        uploaded_at=now,
    )
    record(
        kind="hotline.file_uploaded",
        stream=import_.stream,
        by=by,
        now=now,
        public={"sha256": import_.sha256},
        private={"name": import_.original_name, "source": known.name},
    )
    store().put(import_.file_key, data)
    return import_


@transaction.atomic
def set_mapping(
    import_: HotlineImport, *, mapping: Mapping[str, str], by: Actor, now: datetime | None = None
) -> HotlineImport:
    """Say which column is which (field → heading), remember it for the source, and have every row checked."""
    now = now or clock()
    import_ = HotlineImport.objects.select_for_update(no_key=True).get(pk=import_.pk)
    check_handle(import_, by)
    _check_not_begun(import_)
    chosen = {key: header for key, header in mapping.items() if header}
    _check_mapping(import_, chosen)
    import_.mapping, import_.error = chosen, ""
    import_.state, import_.heartbeat_at = State.CHECKING, now
    import_.progress_count, import_.progress_of = 0, ""
    import_.save()
    HotlineSource.objects.filter(pk=import_.source_id).update(mapping=chosen, saved_at=now)
    queue.configure_task("hotline.check", lock=import_.stream).defer(import_id=import_.pk)
    return import_


def _check_not_begun(import_: HotlineImport) -> None:
    failed_in_check = import_.state == State.FAILED and import_.started_at is None
    if import_.state not in (State.UPLOADED, State.CHECKED) and not failed_in_check:
        raise RuleBroken("这个文件已经开始存入，不能再改列名。", code="hotline.begun")


def _check_mapping(import_: HotlineImport, mapping: Mapping[str, str]) -> None:
    taken: set[str] = set()
    for field in COLUMNS:
        header, place = mapping.get(field.key), f"column_{field.key}"
        if field.required and not header:
            raise RuleBroken(
                "请选出“%(label)s”在哪一列。", code="hotline.column", field=place, label=field.label
            )
        if header and header not in import_.headers:
            raise RuleBroken(
                "文件里没有“%(header)s”这一列。", code="hotline.column", field=place, header=header
            )
        if header in taken:
            raise RuleBroken(
                "“%(header)s”这一列选了两次。", code="hotline.column", field=place, header=header
            )
        taken.update([header] if header else [])
