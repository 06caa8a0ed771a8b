"""What the bulk side is asked (huiyin.analytics.child) and how its answer reaches the rows."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from huiyin.apps.hotline.mirroring import Mirror
from huiyin.apps.hotline.models import HotlineImport
from huiyin.apps.places.models import Estate
from huiyin.apps.places.selectors import with_current_engagement
from huiyin.domain.errors import RuleBroken
from huiyin.integrations import children
from huiyin.integrations.storage import store
from huiyin.web.now import now as clock

CHILD = "huiyin.analytics.child"
_BUSY = "store_is_locked"
_TOLD_EVERY = 1.0  # seconds
_PIECE = 1024 * 1024


class StoreBusy(Exception):
    """Another process writes the store; the task is tried again."""


def folder() -> Path:
    """Of the store; complaints of the whole district."""
    return Path(settings.HOTLINE_FOLDER)


def ask(
    command: str, asked: Mapping[str, Any], *, now: datetime, import_: HotlineImport | None = None
) -> Mapping[str, Any]:
    """Run a command of the child; what it tells is mirrored, months and names as they come, progress goes to `import_`.

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
        elif "names" in line:
            mirror.replace_names(line["names"])
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

    children.run(CHILD, {"command": command, "folder": str(folder()), **asked}, told)
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
            "aliases": sorted({alias.name for alias in estate.aliases.all()} | {estate.address} - {""}),
            "area_code": estate.area.code,
            "company": estate.serving[0].company.name if estate.serving else "",  # type: ignore[attr-defined]
            "households": estate.household_count,
        }
        for estate in estates
    ]


def file_for_child(import_: HotlineImport) -> Path:
    """The uploaded file under a name of its own beside the store; a run that was killed finds it as it left it."""
    path = folder() / "_incoming" / str(import_.pk)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        with store().open(import_.file_key) as source, unfinished.open("wb") as target:
            while piece := source.read(_PIECE):
                target.write(piece)
        unfinished.replace(path)
    return path


def remove_from_child(import_: HotlineImport) -> None:
    with suppress(FileNotFoundError):
        (folder() / "_incoming" / str(import_.pk)).unlink()
