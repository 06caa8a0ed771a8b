"""The kernels with numba: one pass for all texts, then the exact rules for the few it has picked out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from huiyin.language.kernels import keys
from huiyin.language.kernels.gazetteers import PlaceIndex
from huiyin.language.kernels.masking import masked
from huiyin.language.kernels.scanning import Scanned, scan
from huiyin.language.kernels.texts import Areas, Read, Texts


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
    """Names with one wrong character."""
    for row in np.flatnonzero(scanned.asks).tolist():
        text = texts.text(row)
        (place,) = index.gazetteer.find([text], [areas.of(row)])
        if place is not None:
            scanned.estate[row] = index.number_of(place.estate)
            scanned.estate_confidence[row] = place.confidence
            scanned.estate_is_sure[row] = place.certainty == "sure"
            scanned.match[row] = texts.span(row, text, place.start, place.end)


def keys_of(texts: Texts, key: bytes) -> npt.NDArray[np.int64]:
    return keys.keys_of(texts.data, texts.start, key).view("<i8").ravel()
