"""What a store says of itself in `_store.json`: its imports, and the files that its last commit prepared."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from huiyin.domain.errors import RuleBroken

_VERSION = 1


class StoreProblem(RuleBroken):
    """The store cannot be used as asked; the message says why and what to do."""


@dataclass(frozen=True)
class ImportRecord:
    """One import as history tells it: read = stored + rejected; `replaced` of the stored took the place of others.

    When it was undone, `taken_out` of its complaints went (later files had replaced the others) and `restored` of those
    it had replaced came again.
    """

    id: str
    files: tuple[str, ...]
    at: str
    read: int
    stored: int
    rejected: int
    replaced: int
    unattributed: int
    undone_at: str = ""
    taken_out: int = 0
    restored: int = 0


@dataclass
class Manifest:
    imports: list[ImportRecord] = field(default_factory=list)
    pending: dict[str, str] = field(default_factory=dict)  # place in the store → prepared file; "" removes it
    commit: int = 0
    caller_key: str = ""  # what the key that callers are hashed with is known by
    sizes: dict[str, int] | None = (
        None  # place of complaints or counts → bytes; None: by a version that told none
    )


def written_manifest(folder: Path) -> bytes:
    try:
        return (folder / "_store.json").read_bytes()
    except FileNotFoundError:
        return b""


def manifest_of(written: bytes) -> Manifest:
    if not written:
        return Manifest()
    try:
        told: Mapping[str, Any] = json.loads(written)
        version = told["version"]
    except (ValueError, KeyError, TypeError) as error:
        raise StoreProblem("这个文件夹的 _store.json 已损坏，请从备份恢复。", code="store_damaged") from error
    if version != _VERSION:
        raise StoreProblem(
            "这个文件夹是另一个版本的程序写的（版本 %(version)s）。", code="store_version", version=version
        )
    imports = [ImportRecord(**{**each, "files": tuple(each["files"])}) for each in told["imports"]]
    more = {name: told[name] for name in ("commit", "caller_key", "sizes") if name in told}
    return Manifest(imports, dict(told["pending"]), **more)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    text = json.dumps({"version": _VERSION, **asdict(manifest)}, ensure_ascii=False, indent=1)
    path = folder / "_store.json.new"
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    path.replace(folder / "_store.json")
    parent = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(parent)
    finally:
        os.close(parent)
