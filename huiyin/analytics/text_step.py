"""What complaints become as they are read: masked, attributed, classified, the caller a key (ADR 0021)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huiyin.analytics.estates import Estate
from huiyin.analytics.schema import KEPT
from huiyin.language.complaints.categories import CATEGORY_NAMES
from huiyin.language.kernels.choosing import kernels
from huiyin.language.kernels.texts import Kernels, Read, Texts
from huiyin.language.masking import mask

_WORDS = ("channel", "area_code", "category_given", "urgency", "dispatched_to")
"""Columns of few values: each is masked once."""
_CATEGORIES = pa.array(CATEGORY_NAMES)


def text_step_of(estates: Sequence[Estate], secret: bytes) -> Callable[[pa.RecordBatch], pa.RecordBatch]:
    """The text step for these estates; callers are known by their HMAC under this secret."""
    return partial(enrich_batch, kernels=kernels(), secret=secret)


def enrich_batch(batch: pa.RecordBatch, *, kernels: Kernels, secret: bytes) -> pa.RecordBatch:
    """A batch of RAW → the same rows with the columns of KEPT.

    Marks of repetition are null and `import_id` is empty: they are not known from a row alone. It holds the
    interpreter only for the few texts that are masked, so that two batches are worked on by two cores.
    """
    texts = batch.column("text")
    read = kernels.read(_texts(texts))
    count = batch.num_rows
    columns = {name: batch.column(name) for name in batch.schema.names if name in KEPT.names}
    columns |= {name: _masked_words(batch.column(name)) for name in _WORDS}
    columns |= {
        "text": _masked(texts, read),
        "property_related": pa.array(read.is_related),
        "related_confidence": pa.array(read.related_share),
        "category": pa.DictionaryArray.from_arrays(pa.array(read.category), _CATEGORIES),
        "category_confidence": pa.array(read.category_share),
        "caller_key": _caller_keys(batch.column("caller"), kernels, secret),
        "import_id": pa.DictionaryArray.from_arrays(np.zeros(count, np.int16), [""]),
    }
    arrays = [
        columns[field.name].cast(field.type) if field.name in columns else pa.nulls(count, field.type)
        for field in KEPT
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=KEPT)


def _texts(column: pa.Array) -> Texts:
    """The bytes of a column of strings, uncopied; a null is an empty text."""
    _, offsets, data = column.buffers()
    start = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
    return Texts(np.frombuffer(data or b"", np.uint8), start)


def _masked(texts: pa.Array, read: Read) -> pa.Array:
    if not read.masked:
        return texts
    is_masked = np.zeros(len(texts), np.bool_)
    is_masked[list(read.masked)] = True
    return pc.replace_with_mask(texts, pa.array(is_masked), pa.array(list(read.masked.values()), pa.string()))


def _masked_words(column: pa.Array) -> pa.Array:
    words = column.dictionary_encode()
    masked = pa.array([mask(word) for word in words.dictionary.to_pylist()], pa.string())
    return pa.DictionaryArray.from_arrays(words.indices, masked)


def _caller_keys(callers: pa.Array, kernels: Kernels, secret: bytes) -> pa.Array:
    """None for a row without a caller."""
    unknown = pc.equal(pc.fill_null(pc.utf8_trim_whitespace(callers), ""), "")
    return pa.array(kernels.keys_of(_texts(callers), secret), mask=unknown.to_numpy(zero_copy_only=False))
