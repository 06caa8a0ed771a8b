"""Checking a file, taking it into the store and taking it back: each asked by a person, done by a task.

A task that was killed is run again from the beginning: what the store has committed it does not do twice.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.utils import InterfaceError, OperationalError

from huiyin.apps.audit.services import record
from huiyin.apps.hotline.asking import (
    STORE_LOCK,
    StoreBusy,
    ask,
    estates_asked,
    file_for_child,
    remove_from_child,
    written,
)
from huiyin.apps.hotline.models import HotlineImport
from huiyin.apps.hotline.own_rows import own_numbers
from huiyin.apps.hotline.permissions import check_handle, check_import, check_undo
from huiyin.apps.hotline.reading import COLUMNS
from huiyin.apps.hotline.services.corrections import adopt_corrections, apply_later
from huiyin.apps.hotline.services.topics import find_topics_later
from huiyin.apps.hotline.services.undoing import topics_with, withdraw_orphans
from huiyin.apps.people.actors import actor_of_key
from huiyin.domain.access import Actor, FixedActor
from huiyin.domain.errors import NotPermitted, Refused, RuleBroken
from huiyin.integrations.queueing import queue
from huiyin.integrations.storage import store
from huiyin.language.masking import mask
from huiyin.web.now import now as clock

logger = logging.getLogger(__name__)
State = HotlineImport.State
_AGAIN = (OperationalError, InterfaceError, StoreBusy)


def check_import_file(import_id: int) -> HotlineImport:
    """The dry run: afterwards the import is `checked`, or `failed` with a sentence."""
    import_ = HotlineImport.objects.get(pk=import_id)
    if import_.state == State.CHECKING:
        _tried(
            import_, _check, "检查时出了意外，没有存入任何数据。请稍后重新检查；仍然不行，请告诉技术人员。"
        )
    return HotlineImport.objects.get(pk=import_id)


def _check(import_: HotlineImport) -> None:
    path = file_for_child(import_.file_key)
    errors = path.with_name(f"{path.name}.errors.csv")
    now = clock()
    asked = _asked(import_, errors=str(errors), estates=estates_asked(now), now=written(now))
    done = ask("check", asked, now=now, import_=import_)
    rejected = errors.read_bytes()
    errors.unlink()
    if not done["read"]:
        raise RuleBroken("表头下面没有一行数据。", code="hotline.no_rows")
    with transaction.atomic():
        locked = _locked(import_.pk)
        if locked.state != State.CHECKING:
            return
        locked.read_count, locked.rejected_count = done["read"], done["rejected"]
        locked.stored_count = done["read"] - done["rejected"]
        locked.reasons, locked.remarks = done["reasons"], done["remarks"]
        names = {each["code"]: each["name"] for each in asked["estates"]}
        locked.sample = [row | {"estate": names.get(row["estate"], "")} for row in done["sample"]]
        locked.months = done["months"]
        locked.attributed_count, locked.property_count = done["attributed"], done["property_related"]
        locked.errors_key = f"{locked.file_key}-errors" if done["rejected"] else ""
        if locked.errors_key:
            store().put(locked.errors_key, rejected)
        locked.state, locked.checked_at = State.CHECKED, clock()
        locked.save()


@transaction.atomic
def start_import(import_: HotlineImport, *, by: Actor, now: datetime | None = None) -> HotlineImport:
    """Begin to store a checked file, or go on after an error."""
    now = now or clock()
    import_ = _locked(import_.pk)
    check_handle(import_, by)
    if import_.state != State.CHECKED and not (import_.state == State.FAILED and import_.started_at):
        raise RuleBroken("请先核对列名并检查，再存入。", code="hotline.not_checked")
    if not import_.stored_count:
        raise RuleBroken("没有一行可以存入，请先按原因改好。", code="hotline.nothing_to_store")
    if import_.file_removed_at:
        raise RuleBroken("原文件已删除，请重新上传。", code="hotline.file_removed")
    is_first = import_.started_at is None
    # A number alone may be used again, where the database was restored and the store was not.
    import_.store_id = import_.store_id or f"web-{import_.pk}-{secrets.token_hex(6)}"
    import_.state, import_.error = State.RUNNING, ""
    import_.started_at, import_.heartbeat_at = import_.started_at or now, now
    import_.progress_count, import_.progress_of = 0, ""
    import_.save()
    if is_first:
        record(
            kind="hotline.import_started",
            stream=import_.stream,
            by=by,
            now=now,
            public={"rows": import_.read_count},
        )
    queue.configure_task("hotline.store", lock=STORE_LOCK).defer(import_id=import_.pk)
    return import_


def store_import(import_id: int) -> HotlineImport:
    """Take a running import into the store and mirror what changed."""
    import_ = HotlineImport.objects.get(pk=import_id)
    if import_.state == State.RUNNING:
        _tried(
            import_, _store, "存入时出了意外，没有存入的行不会丢。请点“接着存入”；仍然不行，请告诉技术人员。"
        )
    return HotlineImport.objects.get(pk=import_id)


def _store(import_: HotlineImport) -> None:
    by = uploader_of(import_)
    try:
        check_import(by)
    except NotPermitted as refusal:
        raise NotPermitted(
            "上传的人已经没有导入热线诉求的权限，导入停在这里。", code="hotline.uploader_may_not"
        ) from refusal
    now = clock()
    asked = _asked(
        import_,
        import_id=import_.store_id,
        estates=estates_asked(now),
        secret=str(settings.HOTLINE_CALLER_SECRET),
        now=written(now),
    )
    done = ask("store", asked, now=now, import_=import_)
    with transaction.atomic():
        locked = _locked(import_.pk)
        if locked.state != State.RUNNING:
            return
        locked.read_count, locked.stored_count = done["read"], done["stored"]
        locked.rejected_count, locked.replaced_count = done["rejected"], done["replaced"]
        locked.attributed_count, locked.property_count = done["attributed"], done["property_related"]
        locked.newest_month = done["newest_month"]
        locked.state, locked.finished_at = State.STORED, clock()
        locked.save()
        record(
            kind="hotline.import_stored",
            stream=locked.stream,
            by=by,
            now=clock(),
            public={name: done[name] for name in ("read", "stored", "rejected", "replaced", "attributed")},
        )
        find_topics_later()
        apply_later()
        queue.configure_task("hotline.follow_up").defer(import_id=locked.pk)
    remove_from_child(import_.file_key)


@transaction.atomic
def undo_import(
    import_: HotlineImport, *, reason: str, by: Actor, now: datetime | None = None
) -> HotlineImport:
    """Have an import taken back: its complaints go, those it replaced come again. One that broke off is given up."""
    now = now or clock()
    import_ = _locked(import_.pk)
    check_undo(import_, by)
    if not import_.may_be_taken_back:
        raise RuleBroken("只有已存入的和中断了的导入可以撤销。", code="hotline.not_stored")
    reason = mask(" ".join(reason.split()))
    if not reason:
        raise RuleBroken("请写为什么撤销。", code="hotline.undo_reason", field="reason")
    import_.state, import_.undo_reason, import_.error = State.UNDOING, reason[:200], ""
    import_.heartbeat_at, import_.progress_of = now, ""
    import_.save()
    record(
        kind="hotline.import_undone",
        stream=import_.stream,
        by=by,
        now=now,
        public={
            "stored": import_.stored_count if import_.finished_at else 0,
            "replaced": import_.replaced_count,
        },
        texts={"reason": import_.undo_reason},
    )
    queue.configure_task("hotline.undo", lock=STORE_LOCK).defer(import_id=import_.pk)
    return import_


def take_back(import_id: int) -> HotlineImport:
    """Take an import that is being undone out of the store."""
    import_ = HotlineImport.objects.get(pk=import_id)
    if import_.state == State.UNDOING:
        _tried(import_, _take_back, "撤销时出了意外，数据还在。请再点一次撤销；仍然不行，请告诉技术人员。")
    return HotlineImport.objects.get(pk=import_id)


def _take_back(import_: HotlineImport) -> None:
    """Which topics lose complaints is asked before; a task that runs again after the store was changed keeps that."""
    now = clock()
    if numbers := own_numbers(import_.store_id):
        import_.left_topics = [topic.pk for topic in topics_with(numbers)]
        import_.save(update_fields=["left_topics"])
    asked = {"import_id": import_.store_id, "estates": estates_asked(now), "now": written(now)}
    done = ask("undo", asked, now=now, import_=import_)
    with transaction.atomic():  # what breaks off here is done again as a whole
        HotlineImport.objects.filter(pk=import_.pk, state=State.UNDOING).update(
            state=State.UNDONE,
            undone_at=now,
            taken_out_count=done["taken_out"],
            restored_count=done["restored"],
        )
        withdraw_orphans(import_, now)
        find_topics_later()


def refresh_mirror() -> Mapping[str, Any]:
    """Everything the pages mirror anew, and what was corrected, e.g. after the command line was at the store."""
    now = clock()
    told = ask("refresh", {}, now=now)
    adopt_corrections(told["corrections"], now=now)
    find_topics_later()
    return told


def uploader_of(import_: HotlineImport) -> Actor:
    """Who brought the file, with the rights of today; without rights if that person has left."""
    return actor_of_key(import_.uploaded_by_key) or FixedActor(
        import_.uploaded_by_key, import_.uploaded_by_label
    )


def _asked(import_: HotlineImport, **more: Any) -> dict[str, Any]:
    """`mapping` has every field: one without a column is not to be guessed by its heading."""
    mapping = {field.key: import_.mapping.get(field.key, "") for field in COLUMNS}
    return {"file": str(file_for_child(import_.file_key)), "mapping": mapping, **more}


def _locked(pk: int) -> HotlineImport:
    return HotlineImport.objects.select_for_update(no_key=True).get(pk=pk)


def _tried(import_: HotlineImport, work: Callable[[HotlineImport], None], sentence: str) -> None:
    """Do it; what may pass is raised, so that the queue tries again, anything else is told on the page."""
    try:
        work(import_)
    except _AGAIN:
        raise
    except Refused as refusal:
        _fail(import_, str(refusal))
    except Exception:
        logger.exception("%s stopped while %s", import_.stream, import_.state)
        _fail(import_, sentence)


@transaction.atomic
def _fail(import_: HotlineImport, sentence: str) -> None:
    """An import that could not be undone is stored as before."""
    locked = _locked(import_.pk)
    if locked.state == import_.state:
        was_stored = locked.state == State.UNDOING and locked.finished_at
        locked.state = State.STORED if was_stored else State.FAILED
        locked.error = sentence
        locked.save(update_fields=["state", "error"])
        transaction.on_commit(partial(remove_from_child, import_.file_key))
