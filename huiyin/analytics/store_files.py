"""Where the files of a store lie, how they are opened, and whether they are those that were committed (store.py)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pyarrow as pa

from huiyin.analytics.manifest import Manifest, StoreProblem, manifest_of, written_manifest

_READ = ("month=*/complaints.parquet", "_keys/*.npy", "_cube/*.arrow", "_*.arrow")
"""What readers open."""
_COUNTED = ("month=*/complaints.parquet", "_cube/*.arrow")
"""Of which numbers are made: they are there as large as they were written, or the store is refused."""
_TRIES = 1_000


def place_of(month: str) -> str:
    return f"month={month}/complaints.parquet"


def month_of(place: str) -> str:
    """Of complaints, or of what is kept by month beside them."""
    folder, _, name = place.partition("/")
    return folder.removeprefix("month=") if folder.startswith("month=") else Path(name).stem


def places_of(folder: Path, manifest: Manifest) -> list[str]:
    """What the store holds for readers, as the manifest has it."""
    there = {str(path.relative_to(folder)) for pattern in _READ for path in folder.glob(pattern)}
    changed = manifest.pending.items()
    there |= {place for place, prepared in changed if prepared and any(map(Path(place).match, _READ))}
    return sorted(there - {place for place, prepared in changed if not prepared})


def opened_file(folder: Path, place: str, manifest: Manifest) -> pa.NativeFile | None:
    """Once its commit has put it in place, a prepared file is not to be found where it was prepared."""
    prepared = manifest.pending.get(place)
    if prepared == "":
        return None
    for path in (prepared, place) if prepared else (place,):
        with contextlib.suppress(FileNotFoundError):
            return pa.OSFile(str(folder / path), "rb")
    return None


def opened_at_once(folder: Path, months: Iterable[str] | None) -> tuple[Manifest, dict[str, pa.NativeFile]]:
    """The manifest, and by their places the files of one and the same state that a reader asks for.

    Raises StoreProblem if one of them is damaged, or commits follow each other too fast.
    """
    wanted = None if months is None else frozenset(months)
    for _ in range(_TRIES):
        written = written_manifest(folder)
        manifest = manifest_of(written)
        with contextlib.suppress(FileNotFoundError):  # a folder that went while it was listed
            found = {
                place: opened_file(folder, place, manifest)
                for place in places_of(folder, manifest)
                if wanted is None or "/" not in place or month_of(place) in wanted
            }
            if written_manifest(folder) == written:
                opened = {place: file for place, file in found.items() if file is not None}
                sizes = {place: int(file.size()) for place, file in opened.items()}
                _refuse_damaged(manifest, opened, sizes.get, wanted)
                return manifest, opened
    raise StoreProblem("另一个程序正在写这个文件夹，请等它做完。", code="store_is_locked")


def refuse_damaged_folder(folder: Path, manifest: Manifest) -> None:
    """Of a store whose last commit is put in place."""

    def size_of(place: str) -> int | None:
        path = folder / place
        return path.stat().st_size if path.exists() else None

    _refuse_damaged(manifest, places_of(folder, manifest), size_of)


def sizes_after(folder: Path, manifest: Manifest, pending: Mapping[str, str]) -> dict[str, int]:
    """What the next manifest tells, `pending` being the files it names, the last commit put in place.

    Those of a version that told no sizes are taken as they are now.
    """
    sizes = manifest.sizes
    if sizes is None:
        there = filter(_is_counted, places_of(folder, manifest))
        sizes = {place: (folder / place).stat().st_size for place in there}
    changed = {place: prepared for place, prepared in pending.items() if _is_counted(place)}
    kept = {place: size for place, size in sizes.items() if place not in changed}
    return kept | {
        place: (folder / prepared).stat().st_size for place, prepared in changed.items() if prepared
    }


def _refuse_damaged(
    manifest: Manifest,
    places: Iterable[str],
    size_of: Callable[[str], int | None],
    months: frozenset[str] | None = None,
) -> None:
    """`size_of`: in bytes, None where there is no such file; `months`: no others are asked for."""
    for place, size in _sizes_told(manifest, places).items():
        if months is not None and month_of(place) not in months:
            continue
        there = size_of(place)
        if there is None or there != (size or there):
            raise StoreProblem(
                "这个文件夹里的 %(place)s 缺失或已损坏，与最后一次写入的不一致，请从备份恢复。",
                code="store_damaged",
                place=place,
            )


def _sizes_told(manifest: Manifest, places: Iterable[str]) -> Mapping[str, int]:
    """Of what has to be there; 0 where a version that told none wrote the store: then a month is known by its keys."""
    if manifest.sizes is not None:
        return manifest.sizes
    return {place_of(month_of(place)): 0 for place in places if place.startswith("_keys/")}


def _is_counted(place: str) -> bool:
    return any(map(Path(place).match, _COUNTED))
