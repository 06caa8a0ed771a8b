"""The kernels without numba: the functions of the product themselves, text by text."""

from __future__ import annotations

import hmac

import numpy as np
import numpy.typing as npt

from huiyin.language.complaints.categories import CATEGORY_NAMES
from huiyin.language.complaints.classifying import classify
from huiyin.language.kernels.texts import Read, Texts
from huiyin.language.masking import mask


def read(texts: Texts) -> Read:
    written = texts.written()
    classified = classify(written)
    masked = [mask(text) for text in written]
    numbers = {name: number for number, name in enumerate(CATEGORY_NAMES)}
    return Read(
        np.array([each.property_related for each in classified], np.bool_),
        np.array([each.related_confidence for each in classified], np.float32),
        np.array([numbers[each.category] for each in classified], np.int8),
        np.array([each.confidence for each in classified], np.float32),
        {
            row: after
            for row, (before, after) in enumerate(zip(written, masked, strict=True))
            if after != before
        },
    )


def keys_of(texts: Texts, key: bytes) -> npt.NDArray[np.int64]:
    digests = [hmac.digest(key, text.encode(), "sha256")[:8] for text in texts.written()]
    return np.frombuffer(b"".join(digests), "<i8")
