"""The kernels with numba: one pass for all texts, then the exact masking of the few it has picked out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from huiyin.language.kernels import keys
from huiyin.language.kernels.masking import masked
from huiyin.language.kernels.scanning import scan
from huiyin.language.kernels.texts import Read, Texts


def read(texts: Texts) -> Read:
    scanned = scan(texts.data, texts.start)
    return Read(
        scanned.is_related,
        scanned.related_share,
        scanned.category,
        scanned.category_share,
        masked(texts.data, texts.start, scanned),
    )


def keys_of(texts: Texts, key: bytes) -> npt.NDArray[np.int64]:
    return keys.keys_of(texts.data, texts.start, key).view("<i8").ravel()
