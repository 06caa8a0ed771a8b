"""What the bulk side is asked (huiyin.analytics.child) and how its answer reaches the rows."""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.timezone import localtime

from huiyin.apps.hotline.mirroring import Mirror, commit_mirrored
from huiyin.apps.hotline.models import HotlineImport
from huiyin.apps.imports.files import LEFT_OVER_AFTER
from huiyin.apps.places.models import Estate
from huiyin.apps.places.selectors import with_current_engagement
from huiyin.domain.errors import RuleBroken
from huiyin.integrations import children
from huiyin.integrations.private_files import for_owner_alone
from huiyin.integrations.storage import store
from huiyin.web.now import now as clock

if TYPE_CHECKING:
    from huiyin.analytics.store import Store

CHILD = "huiyin.analytics.child"
STORE_LOCK = "hotline/store"
"""The queue's lock of every task that writes the store: one at a time."""
LOOK = "huiyin.analytics.reading.looking"
FOLDER = "hotline"
"""Of uploaded files, in the private store."""
_BUSY = "store_is_locked"
_TOLD_EVERY = 1.0  # seconds
_PIECE = 1024 * 1024


class StoreBusy(Exception):
    """Another process writes the store; the task is tried again."""


def written(at: datetime) -> str:
    """As the command line writes it into the store: on Beijing's clock, so that two can be compared."""
    return localtime(at).isoformat(timespec="seconds")


def folder() -> Path:
    """Of the store; complaints of the whole district."""
    return Path(settings.HOTLINE_FOLDER)


def stored(months: Iterable[str]) -> Store:
    """The store as it is at this moment, for complaints of these months; Arrow is loaded now, not before."""
    from huiyin.analytics.store import Store

    return Store(folder(), months=months)


def everything_stored() -> Store:
    """The store as it is at this moment, with all its months."""
    from huiyin.analytics.store import Store

    return Store(folder())


def ask(
    command: str, asked: Mapping[str, Any], *, now: datetime, import_: HotlineImport | None = None
) -> Mapping[str, Any]:
    """Run a command of the child; what it tells is mirrored as it comes, progress goes to `import_`.

    Returns what was done. Raises RuleBroken with the child's sentence, StoreBusy, children.ChildDied.
    """
    done: dict[str, Any] = {}
    topics: list[Mapping[str, Any]] = []
    mirror = Mirror(now)
    tell = _progress_of(import_) if import_ else _nobody

    def told(line: Mapping[str, Any]) -> None:
        if progress := line.get("progress"):
            tell(progress)
        elif "month" in line:
            mirror.replace_month(line["month"], line["rows"], line["days"])
        elif "all_months" in line:
            mirror.keep_months(line["all_months"])
        elif "names" in line:
            mirror.replace_names(line["names"])
        elif "doubts" in line:
            mirror.replace_doubts(line["doubts"])
        elif "doubted" in line:
            mirror.mark_doubted(line["doubted"])
        elif "commit" in line:
            mirror.keep_commit(line["commit"])
        elif "topics" in line:
            topics.extend(line["topics"])
        elif refused := line.get("refused"):
            if refused["code"] == _BUSY:
                raise StoreBusy
            raise RuleBroken(refused["sentence"], code=refused["code"])
        elif broken := line.get("broken"):
            raise children.ChildDied(f"{command}: {broken}")
        else:
            done.update(line["done"])

    where = {"folder": str(folder()), "mirrored": commit_mirrored()}
    children.run(CHILD, {"command": command, **where, **asked}, told)
    if "topics" in done:
        mirror.replace_topics(topics)
    return done


def _nobody(_: Mapping[str, Any]) -> None:
    return


def _progress_of(import_: HotlineImport) -> Callable[[Mapping[str, Any]], None]:
    last = 0.0

    def tell(progress: Mapping[str, Any]) -> None:
        nonlocal last
        if time.monotonic() - last < _TOLD_EVERY:
            return
        last = time.monotonic()
        told: dict[str, Any] = {"heartbeat_at": clock(), "progress_of": progress["of"]}
        if progress["rows"]:
            told["progress_count"] = progress["rows"]
        HotlineImport.objects.filter(pk=import_.pk).update(**told)

    return tell


def estates_asked(now: datetime) -> Sequence[Mapping[str, Any]]:
    """Every estate with all its names and its address, as analytics.estates.Estate takes it."""
    estates = with_current_engagement(
        Estate.objects.select_related("area").prefetch_related("aliases").order_by("code"), now.date()
    )
    return [
        {
            "code": estate.code,
            "name": estate.name,
            "aliases": sorted({alias.name for alias in estate.aliases.all()}),
            "addresses": [estate.address] if estate.address else [],
            "area_code": estate.area.code,
            "company": estate.serving[0].company.name if estate.serving else "",  # type: ignore[attr-defined]
            "households": estate.household_count,
        }
        for estate in estates
    ]


def look_at(file_key: str) -> Mapping[str, Any]:
    """`headers` of a kept file, and the likely `mapping` of fields to them; RuleBroken if it is no table."""
    done: dict[str, Any] = {}

    def told(line: Mapping[str, Any]) -> None:
        if refused := line.get("refused"):
            raise RuleBroken(refused["sentence"], code=refused["code"])
        done.update(line["done"])

    path = file_for_child(file_key)
    try:
        children.run(LOOK, {"file": str(path)}, told)
    except children.ChildDied as died:
        raise RuleBroken(
            "这个文件读不下去，可能已损坏。请重新导出后再试。", code="hotline.unreadable"
        ) from died
    finally:
        remove_from_child(file_key)  # nobody comes for it if it is refused
    return done


def file_for_child(file_key: str) -> Path:
    """The kept file under a name of its own beside the store; a run that was killed finds it as it left it."""
    path = _place_of(file_key)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        unfinished = path.with_suffix(f".{secrets.token_hex(4)}")
        with store().open(file_key) as source, open(unfinished, "xb", opener=for_owner_alone) as target:
            shutil.copyfileobj(source, target, _PIECE)
        unfinished.replace(path)
    return path


def remove_from_child(file_key: str) -> None:
    """With what a child that died left beside it."""
    place = _place_of(file_key)
    for path in place.parent.glob(f"{place.name}*"):
        path.unlink(missing_ok=True)


def remove_forgotten_by_child(now: datetime) -> None:
    """What a killed worker left beside the store and no run has come back for; who needs it brings it again."""
    for path in (folder() / "_incoming").glob("*"):
        if now.timestamp() - path.stat().st_mtime > LEFT_OVER_AFTER.total_seconds():
            path.unlink(missing_ok=True)


def _place_of(file_key: str) -> Path:
    return folder() / "_incoming" / PurePosixPath(file_key).name
