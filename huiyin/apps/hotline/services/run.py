"""Checking a file, taking it into the store and taking it back: each asked by a person, done by a task.

A task that was killed is run again from the beginning: what the store has committed it does not do twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.utils import InterfaceError, OperationalError
from django.utils.timezone import localtime

from huiyin.apps.audit.services import record
from huiyin.apps.hotline.asking import StoreBusy, ask, estates_asked, file_for_child, remove_from_child
from huiyin.apps.hotline.mirroring import store_id_of
from huiyin.apps.hotline.models import HotlineImport
from huiyin.apps.hotline.permissions import check_handle, check_import, check_undo
from huiyin.apps.hotline.reading import COLUMNS
from huiyin.apps.hotline.services.topics import find_topics_later, forget_words
from huiyin.apps.people.actors import actor_of_key
from huiyin.domain.access import SYSTEM, Actor, FixedActor
from huiyin.domain.errors import NotPermitted, Refused, RuleBroken
from huiyin.integrations.queueing import queue
from huiyin.integrations.storage import store
from huiyin.web.now import now as clock

logger = logging.getLogger(__name__)
State = HotlineImport.State
STORE_LOCK = "hotline/store"
"""The queue's lock of every task that writes the store: one at a time."""
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
    path = file_for_child(import_)
    errors = path.with_name(f"{path.name}.errors.csv")
    now = clock()
    asked = _asked(import_, errors=str(errors), now=_written(now))
    done = ask("check", asked, now=now, import_=import_)
    rejected = errors.read_bytes()
    errors.unlink()
    with transaction.atomic():
        locked = _locked(import_.pk)
        if locked.state != State.CHECKING:
            return
        locked.read_count, locked.rejected_count = done["read"], done["rejected"]
        locked.stored_count = done["read"] - done["rejected"]
        locked.reasons, locked.sample = done["reasons"], done["sample"]
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
        raise RuleBroken("原文件已按保存期限删除，请重新上传。", code="hotline.file_removed")
    is_first = import_.started_at is None
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
        import_id=store_id_of(import_),
        estates=estates_asked(now),
        secret=str(settings.HOTLINE_CALLER_SECRET),
        now=_written(now),
    )
    done = ask("store", asked, now=now, import_=import_)
    with transaction.atomic():
        locked = _locked(import_.pk)
        if locked.state != State.RUNNING:
            return
        locked.read_count, locked.stored_count = done["read"], done["stored"]
        locked.rejected_count, locked.replaced_count = done["rejected"], done["replaced"]
        locked.attributed_count, locked.property_count = done["attributed"], done["property_related"]
        locked.state, locked.finished_at, locked.store_id = State.STORED, clock(), store_id_of(locked)
        locked.save()
        record(
            kind="hotline.import_stored",
            stream=locked.stream,
            by=by,
            now=clock(),
            public={name: done[name] for name in ("read", "stored", "rejected", "replaced", "attributed")},
        )
        find_topics_later()
        queue.configure_task("hotline.follow_up").defer(import_id=locked.pk)
    remove_from_child(import_)


@transaction.atomic
def undo_import(
    import_: HotlineImport, *, reason: str, by: Actor, now: datetime | None = None
) -> HotlineImport:
    """Have a stored import taken back: its complaints go, those it replaced come again."""
    now = now or clock()
    import_ = _locked(import_.pk)
    check_undo(import_, by)
    if import_.state != State.STORED:
        raise RuleBroken("只有已存入的导入可以撤销。", code="hotline.not_stored")
    reason = " ".join(reason.split())
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
        public={"stored": import_.stored_count, "replaced": import_.replaced_count},
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
    now = clock()
    ask("undo", {"import_id": import_.store_id, "now": _written(now)}, now=now, import_=import_)
    HotlineImport.objects.filter(pk=import_.pk, state=State.UNDOING).update(state=State.UNDONE, undone_at=now)
    find_topics_later()


def refresh_mirror() -> Mapping[str, Any]:
    """Everything the pages mirror anew, e.g. after the command line was at the store."""
    told = ask("refresh", {}, now=clock())
    find_topics_later()
    return told


@transaction.atomic
def erase_complaints(numbers: Sequence[str], *, reason: str, by: Actor, now: datetime | None = None) -> int:
    """Remove what complaints say and who called, for good; they are still counted. Returns how many were there.

    The case one of them became is erased in the ledger. Only for the system: a command of whoever runs the site.
    """
    if by.key != SYSTEM.key:
        raise NotPermitted("诉求的内容由系统删除。", code="hotline.erase")
    now = now or clock()
    count = int(ask("erase", {"numbers": list(numbers)}, now=now)["erased"])
    forget_words(numbers)
    record(
        kind="hotline.complaints_erased",
        stream="hotline",
        by=by,
        now=now,
        public={"count": count},
        texts={"reason": reason},
    )
    return count


def uploader_of(import_: HotlineImport) -> Actor:
    """Who brought the file, with the rights of today; without rights if that person has left."""
    return actor_of_key(import_.uploaded_by_key) or FixedActor(
        import_.uploaded_by_key, import_.uploaded_by_label
    )


def _asked(import_: HotlineImport, **more: Any) -> dict[str, Any]:
    """`mapping` has every field: one without a column is not to be guessed by its heading."""
    mapping = {field.key: import_.mapping.get(field.key, "") for field in COLUMNS}
    return {"file": str(file_for_child(import_)), "mapping": mapping, **more}


def _written(at: datetime) -> str:
    """As the command line writes it into the store: on Beijing's clock, so that two can be compared."""
    return localtime(at).isoformat(timespec="seconds")


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
        locked.state = State.STORED if locked.state == State.UNDOING else State.FAILED
        locked.error = sentence
        locked.save(update_fields=["state", "error"])
