"""What complaints become as they are read: masked, attributed, classified, the caller a key (ADR 0021)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from huiyin.analytics.callers import callers_of
from huiyin.analytics.estates import Estate
from huiyin.analytics.schema import CERTAINTIES, KEPT, MASKED_WORDS, Masking
from huiyin.domain.division_codes import COMMUNITY, DISTRICT, STREET
from huiyin.language.complaints.categories import CATEGORY_NAMES
from huiyin.language.kernels.choosing import kernels
from huiyin.language.kernels.gazetteers import NOWHERE, PlaceIndex
from huiyin.language.kernels.texts import Areas, Kernels, Read, Texts
from huiyin.language.masking import mask
from huiyin.language.places.gazetteer import Gazetteer

CODE_LENGTHS = (DISTRICT, STREET, COMMUNITY)
"""Digits of division codes."""
_CATEGORIES = pa.array(CATEGORY_NAMES)


def text_step_of(
    estates: Sequence[Estate], secret: bytes, *, size: int | None = None
) -> Callable[[pa.RecordBatch], pa.RecordBatch]:
    """The text step for these estates; callers are known by their HMAC under this secret.

    `size`: bytes of the files, where it is known; for small ones nothing is compiled.
    """
    return partial(enrich_batch, index=place_index_of(estates), kernels=kernels(size), secret=secret)


def place_index_of(estates: Sequence[Estate]) -> PlaceIndex:
    def gazetteer() -> Gazetteer:
        return Gazetteer(
            [(estate.code, estate.name) for estate in estates],
            aliases={estate.code: estate.aliases for estate in estates},
            areas={estate.code: estate.area_code for estate in estates},
            addresses={estate.code: estate.addresses for estate in estates},
        )

    names = [
        (estate.code, estate.name, estate.aliases, estate.area_code, estate.addresses) for estate in estates
    ]
    return PlaceIndex.kept(repr(names), gazetteer)


def enrich_batch(
    batch: pa.RecordBatch, *, index: PlaceIndex, kernels: Kernels, secret: bytes
) -> pa.RecordBatch:
    """A batch of RAW → the same rows with the columns of KEPT.

    Marks of repetition are null and `import_id` is empty: they are not known from a row alone. It holds the
    interpreter only for the few texts that are masked, so that two batches are worked on by two cores.
    """
    texts = batch.column("text")
    read = kernels.read(texts_of(texts), index, areas_of(batch.column("area_code")))
    count = batch.num_rows
    columns = {name: batch.column(name) for name in batch.schema.names if name in KEPT.names}
    columns |= {name: masked_words(name, batch.column(name), _one_by_one) for name in MASKED_WORDS}
    columns |= {
        "text": _replaced(texts, read.masked),
        **_places(texts_of(texts), read, index),
        "property_related": pa.array(read.is_related),
        "related_confidence": pa.array(read.related_share),
        "category": pa.DictionaryArray.from_arrays(pa.array(read.category), _CATEGORIES),
        "category_confidence": pa.array(read.category_share),
        "caller_key": _caller_keys(batch.column("caller"), kernels, secret),
        "import_id": pa.DictionaryArray.from_arrays(np.zeros(count, np.int32), [""]),
    }
    arrays = [
        columns[field.name].cast(field.type) if field.name in columns else pa.nulls(count, field.type)
        for field in KEPT
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=KEPT)


def texts_of(column: pa.Array) -> Texts:
    """The bytes of a column of strings, uncopied; a null is an empty text."""
    _, offsets, data = column.buffers()
    start = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
    return Texts(np.frombuffer(data or b"", np.uint8), start)


def areas_of(column: pa.Array) -> Areas:
    """The division codes of a column; an empty one is not known."""
    codes = column.dictionary_encode()
    words = codes.dictionary.to_pylist()
    numbers = pc.fill_null(codes.indices, -1).to_numpy(zero_copy_only=False)
    for empty in (number for number, word in enumerate(words) if not word):
        numbers = np.where(numbers == empty, -1, numbers)
    return Areas(words, numbers.astype(np.int32))


def _replaced(texts: pa.Array, by: Mapping[int, str]) -> pa.Array:
    """`by`: rows in their order."""
    if not by:
        return texts
    is_masked = np.zeros(len(texts), np.bool_)
    is_masked[list(by)] = True
    return pc.replace_with_mask(texts, pa.array(is_masked), pa.array(list(by.values()), pa.string()))


def _places(texts: Texts, read: Read, index: PlaceIndex) -> dict[str, pa.Array]:
    """Null where a complaint names no estate; where nothing tells namesakes apart, only the match is there."""
    nowhere = read.estate == NOWHERE
    certainty = np.where(nowhere, 2, np.where(read.estate_is_sure, 0, 1)).astype(np.int16)
    return {
        "estate_code": pa.DictionaryArray.from_arrays(
            pa.array(read.estate, mask=nowhere), pa.array(index.codes, pa.string())
        ),
        "estate_match": _words_at(texts.data, read.match, read.match[:, 0] == read.match[:, 1]),
        "estate_confidence": pa.array(read.estate_confidence, mask=nowhere),
        "estate_certainty": pa.DictionaryArray.from_arrays(certainty, pa.array(CERTAINTIES)),
    }


def _words_at(
    data: npt.NDArray[np.uint8], places: npt.NDArray[np.int32], nothing: npt.NDArray[np.bool_]
) -> pa.Array:
    """The bytes from places[i, 0] to places[i, 1], null where there are none."""
    lengths = places[:, 1] - places[:, 0]
    ends = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    taken = np.repeat(places[:, 0] - ends[:-1], lengths) + np.arange(ends[-1], dtype=np.int32)
    is_there = np.packbits(~nothing, bitorder="little")
    buffers = [pa.py_buffer(is_there), pa.py_buffer(ends), pa.py_buffer(data[taken])]
    return pa.Array.from_buffers(pa.string(), len(places), buffers)


def masking_of(size: int | None = None) -> Masking:
    """What the text step does to texts, alone; `size` as there."""
    chosen = kernels(size)
    return lambda texts: _replaced(texts, chosen.masked(texts_of(texts))) if len(texts) else texts


def masked_words(name: str, column: pa.Array, masking: Masking) -> pa.Array:
    """A column of MASKED_WORDS, each word masked once; division codes, of which there are many, are not looked at."""
    words = column.dictionary_encode()
    wanted = [name != "area_code" or not _is_code(word) for word in words.dictionary.to_pylist()]
    is_wanted = pa.array(wanted, pa.bool_())
    masked = pc.replace_with_mask(words.dictionary, is_wanted, masking(words.dictionary.filter(is_wanted)))
    return pa.DictionaryArray.from_arrays(words.indices, masked)


def _one_by_one(words: pa.Array) -> pa.Array:
    return pa.array(map(_masked_word, words.to_pylist()), pa.string())


@lru_cache(maxsize=4096)
def _masked_word(word: str) -> str:
    """Batch after batch has the same few."""
    return mask(word)


def _is_code(word: str) -> bool:
    """A telephone number of as many digits begins with a zero."""
    return word.isdecimal() and len(word) in CODE_LENGTHS and word[0] != "0"


def _caller_keys(written: pa.Array, kernels: Kernels, secret: bytes) -> pa.Array:
    """None for a row without a caller."""
    callers = callers_of(written)
    return pa.array(kernels.keys_of(texts_of(callers), secret), mask=callers.is_null().to_numpy(False))
