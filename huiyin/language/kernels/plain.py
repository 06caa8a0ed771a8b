"""The kernels without numba: the functions of the product themselves, text by text."""

from __future__ import annotations

import hmac

import numpy as np
import numpy.typing as npt

from huiyin.language.complaints.categories import CATEGORY_NAMES
from huiyin.language.complaints.classifying import classify
from huiyin.language.kernels.gazetteers import NOWHERE, PlaceIndex
from huiyin.language.kernels.texts import Areas, Read, Texts
from huiyin.language.masking import mask
from huiyin.language.places.gazetteer import Place


def read(texts: Texts, index: PlaceIndex, areas: Areas) -> Read:
    written = texts.written()
    found = index.gazetteer.find_all(written, [areas.of(row) for row in range(len(texts))])
    classified = classify(written, of_estates=[each is not None for each in found])
    matches = [
        texts.span(row, text, each.start, each.end) if each else (0, 0)
        for row, (text, each) in enumerate(zip(written, found, strict=True))
    ]
    places = [each if isinstance(each, Place) else None for each in found]
    numbers = {name: number for number, name in enumerate(CATEGORY_NAMES)}
    return Read(
        np.array([each.property_related for each in classified], np.bool_),
        np.array([each.related_confidence for each in classified], np.float32),
        np.array([numbers[each.category] for each in classified], np.int8),
        np.array([each.confidence for each in classified], np.float32),
        np.array([index.number_of(place.estate) if place else NOWHERE for place in places], np.int32),
        np.array([place.confidence if place else 0.0 for place in places], np.float64),
        np.array([place is not None and place.certainty == "sure" for place in places], np.bool_),
        np.array(matches, np.int32).reshape(-1, 2),
        masked(texts),
    )


def masked(texts: Texts) -> dict[int, str]:
    after = ((row, text, mask(text)) for row, text in enumerate(texts.written()))
    return {row: covered for row, text, covered in after if covered != text}


def keys_of(texts: Texts, key: bytes) -> npt.NDArray[np.int64]:
    digests = [hmac.digest(key, text.encode(), "sha256")[:8] for text in texts.written()]
    return np.frombuffer(b"".join(digests), "<i8")
