"""The kernels with numba: one pass for all texts, then the exact rules for the few it has picked out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from huiyin.language.kernels import keys
from huiyin.language.kernels.gazetteers import PlaceIndex
from huiyin.language.kernels.masking import masked
from huiyin.language.kernels.scanning import Scanned, scan
from huiyin.language.kernels.texts import Areas, Read, Texts
from huiyin.language.places.gazetteer import Place


def read(texts: Texts, index: PlaceIndex, areas: Areas) -> Read:
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
        masked(texts.data, texts.start, scanned),
    )


def _ask(scanned: Scanned, texts: Texts, index: PlaceIndex, areas: Areas) -> None:
    """Names with one wrong character, and those that a dot tells apart."""
    for row in np.flatnonzero(scanned.asks).tolist():
        text = texts.text(row)
        (found,) = index.gazetteer.find_all([text], [areas.of(row)])
        if found is None:
            continue
        scanned.match[row] = texts.span(row, text, found.start, found.end)
        if isinstance(found, Place):
            scanned.estate[row] = index.number_of(found.estate)
            scanned.estate_confidence[row] = found.confidence
            scanned.estate_is_sure[row] = found.certainty == "sure"


def keys_of(texts: Texts, key: bytes) -> npt.NDArray[np.int64]:
    return keys.keys_of(texts.data, texts.start, key).view("<i8").ravel()
