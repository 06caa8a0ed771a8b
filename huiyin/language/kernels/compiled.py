"""The kernels with numba: one pass for all texts, then the exact rules for the few it has picked out."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache

import numpy as np
import numpy.typing as npt

from huiyin.language.complaints.categories import CATEGORY_NAMES
from huiyin.language.complaints.classifying import classify
from huiyin.language.kernels import keys, masking
from huiyin.language.kernels.caches import compiled_folder, is_all_compiled, remember_all_compiled
from huiyin.language.kernels.gazetteers import PlaceIndex
from huiyin.language.kernels.scanning import Scanned, scan
from huiyin.language.kernels.texts import Areas, Read, Texts
from huiyin.language.places.gazetteer import Gazetteer, Place

_TEXTS = ("甲小区停电，请致电13800000000", "请回复到 a@b.cn")
"""Read once for the sake of compiling: kernels mask the one, for the other they ask the rules."""


@cache
def make_ready() -> None:
    """Compile what was not compiled yet; a process that finds another one at it waits for what that one compiles."""
    if is_all_compiled():
        return
    with _alone():
        if is_all_compiled():
            return
        data = np.frombuffer("".join(_TEXTS).encode(), np.uint8)
        texts = Texts(data, np.cumsum([0, *(len(text.encode()) for text in _TEXTS)], dtype=np.int32))
        nowhere = Areas([], np.full(len(_TEXTS), -1, np.int32))
        read(texts, PlaceIndex(lambda: Gazetteer([("1", "甲小区")])), nowhere)
        keys_of(texts, b"key")
        remember_all_compiled()


@contextmanager
def _alone() -> Iterator[None]:
    """Where nothing can be written, or nothing locked, each process compiles for itself."""
    with ExitStack() as opened:
        with suppress(OSError):
            compiled_folder().mkdir(parents=True, exist_ok=True)
            lock = opened.enter_context((compiled_folder() / "lock").open("wb"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def read(texts: Texts, index: PlaceIndex, areas: Areas) -> Read:
    texts = _unwritable(texts)
    numbers = np.array([index.areas_of(word) for word in areas.words] or [(0, 0, 0)], np.int32)
    scanned = scan(texts.data, texts.start, index.estates, numbers, areas.number)
    _ask(scanned, texts, index, areas)
    return Read(
        scanned.is_related,
        scanned.related_share,
        scanned.category,
        scanned.category_share,
        scanned.estate,
        np.round(scanned.estate_confidence, 3),
        scanned.estate_is_sure,
        scanned.match,
        masking.masked(texts.data, texts.start, scanned),
    )


def masked(texts: Texts) -> dict[int, str]:
    """The pass for all texts reads everything; places, which it could not find, are not looked for."""
    texts = _unwritable(texts)
    nowhere = np.full(len(texts), -1, np.int32)
    scanned = scan(texts.data, texts.start, _no_places().estates, np.zeros((1, 3), np.int32), nowhere)
    return masking.masked(texts.data, texts.start, scanned)


@cache
def _no_places() -> PlaceIndex:
    return PlaceIndex.kept("", lambda: Gazetteer([]))


def _ask(scanned: Scanned, texts: Texts, index: PlaceIndex, areas: Areas) -> None:
    """Names with one wrong character, and those that a dot tells apart."""
    for row in np.flatnonzero(scanned.asks).tolist():
        text = texts.text(row)
        (found,) = index.gazetteer.find_all([text], [areas.of(row)])
        if found is None:
            continue
        scanned.match[row] = texts.span(row, text, found.start, found.end)
        (said,) = classify([text], of_estates=[True])
        scanned.category[row] = CATEGORY_NAMES.index(said.category)
        scanned.category_share[row] = said.confidence
        scanned.is_related[row] = said.property_related
        scanned.related_share[row] = said.related_confidence
        if isinstance(found, Place):
            scanned.estate[row] = index.number_of(found.estate)
            scanned.estate_confidence[row] = found.confidence
            scanned.estate_is_sure[row] = found.certainty == "sure"


def keys_of(texts: Texts, key: bytes) -> npt.NDArray[np.int64]:
    return keys.keys_of(*_unwritable(texts), key).view("<i8").ravel()


def _unwritable(texts: Texts) -> Texts:
    """The same bytes. Columns of Arrow may be written to or not; numba would compile each combination."""
    data, start = texts.data.view(), texts.start.view()
    data.flags.writeable = start.flags.writeable = False
    return Texts(data, start)
