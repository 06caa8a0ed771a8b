"""Parquet files of others: weighed by what they declare before anything is read, then read some rows at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from huiyin.analytics.reading.mapping import find_mapping
from huiyin.analytics.reading.rows import LONGEST_TEXT, Ready, to_raw
from huiyin.documents.cells import decimal_text, number_text
from huiyin.documents.refusals import FileRefused

_ROWS_AT_ONCE = 65_536
_BYTES_AT_ONCE = 64 << 20
_MOST_COLUMNS = 500
_ODD_BYTES, _ODD_RATIO = 20_000_000, 300
"""What unpacks to more than so many bytes, and to more than so many times its size, is no list of complaints."""
_PLAIN = (
    *(pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary),
    *(pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_boolean),
    *(pa.types.is_timestamp, pa.types.is_date, pa.types.is_null),
)


def headers_of(path: Path) -> tuple[str, ...]:
    """Raises FileRefused for a file that is damaged or would unpack beyond measure."""
    with _readable(path) as file:
        return _names(file)


def parts(path: Path, told: Mapping[str, str] | None) -> Iterator[Ready]:
    with _readable(path) as file:
        names = _names(file)
        places = find_mapping(names, told)
        headings = {field: names[at] for field, at in places.items()}
        columns = [file.schema_arrow.names[at] for at in places.values()]
        _refuse_odd(file, places, headings)
        for whole in file.iter_batches(_ROWS_AT_ONCE, columns=columns):
            cells = {
                field: _shortened(whole.column(whole.schema.get_field_index(name)))
                for field, name in zip(places, columns, strict=True)
            }
            at_once = max(1, _BYTES_AT_ONCE // max(1, sum(map(_longest, cells.values()))))
            for start in range(0, whole.num_rows, at_once):
                some = {field: _plain(column.slice(start, at_once)) for field, column in cells.items()}
                count = len(next(iter(some.values())))
                rows = pa.array(range(1, count + 1), pa.int64())
                yield Ready(to_raw(some, rows, headings, count=count))


@contextmanager
def _readable(path: Path) -> Iterator[parquet.ParquetFile]:
    try:
        # Words that come again stay as they lie, in a dictionary: a short file may name a long one a million times.
        words = [
            field.name
            for field in parquet.read_schema(path)
            if pa.types.is_string(field.type) or pa.types.is_binary(field.type)
        ]
        with parquet.ParquetFile(path, read_dictionary=words) as file:
            _weigh(file, path.stat().st_size)
            yield file
    except FileRefused:
        raise
    except (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        raise FileRefused("文件已损坏，打不开。请重新导出后再试。", code="damaged") from error


def _weigh(file: parquet.ParquetFile, size: int) -> None:
    """By its directory alone. Each complaint has a number of its own: more rows than bytes are none."""
    told = file.metadata
    if told.num_columns > _MOST_COLUMNS:
        raise FileRefused(
            "表格超过 %(max)s 列，请删去用不到的列再上传。", code="too_many_columns", max=_MOST_COLUMNS
        )
    groups = [told.row_group(at) for at in range(told.num_row_groups)]
    unpacked = sum(group.total_byte_size for group in groups)
    if (
        told.num_rows > size
        or any(group.num_rows < 0 or group.total_byte_size < 0 for group in groups)
        or (unpacked > _ODD_BYTES and unpacked > _ODD_RATIO * size)
    ):
        raise FileRefused("文件解开后大得不正常，为安全起见没有打开。请重新导出后再试。", code="bomb")


def _names(file: parquet.ParquetFile) -> tuple[str, ...]:
    names: list[str] = file.schema_arrow.names
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise FileRefused("文件里有两列都叫“%(name)s”，请改名后再试。", code="column_twice", name=twice)
    return tuple(names)


def _refuse_odd(file: parquet.ParquetFile, places: Mapping[str, int], headings: Mapping[str, str]) -> None:
    for field, at in places.items():
        kind = file.schema_arrow.field(at).type
        kind = kind.value_type if pa.types.is_dictionary(kind) else kind
        if not any(is_it(kind) for is_it in _PLAIN):
            raise FileRefused(
                "“%(name)s”这一列装的是 %(kind)s，这里只收文字、数字、日期和是否。请展开或换一列再试。",
                code="odd_column",
                name=headings[field],
                kind=str(kind)[:60],
            )


def _shortened(column: pa.Array) -> pa.Array:
    """Words of a dictionary cut behind what may be kept, so that their row is rejected for its length."""
    if not pa.types.is_dictionary(column.type):
        return column
    words = _as_words(column.dictionary)
    if _longest(words) > LONGEST_TEXT:
        words = pc.utf8_slice_codeunits(words, 0, LONGEST_TEXT + 1)
    return pa.DictionaryArray.from_arrays(column.indices, words)


def _longest(column: pa.Array) -> int:
    """Bytes of its longest value; what is no text is short."""
    words = column.dictionary if pa.types.is_dictionary(column.type) else column
    if not (pa.types.is_string(words.type) or pa.types.is_large_string(words.type)):
        return 32
    return int(pc.max(pc.binary_length(words)).as_py() or 0)


def _plain(column: pa.Array) -> pa.Array:
    """As `to_raw` takes it: text that is UTF-8, a time, a day, or yes and no."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind) or pa.types.is_boolean(kind):
        return column
    if pa.types.is_floating(kind):
        return pa.array(
            [
                None if value is None or value != value else number_text(repr(value))
                for value in column.to_pylist()
            ],
            pa.string(),
        )
    if pa.types.is_decimal(kind):
        values = column.to_pylist()
        return pa.array([None if value is None else decimal_text(value) for value in values], pa.string())
    return _as_words(column)


def _as_words(column: pa.Array) -> pa.Array:
    """As strings; bytes that are no UTF-8 become U+FFFD, by which the row is told later."""
    kind = column.type
    is_bytes = pa.types.is_binary(kind) or pa.types.is_large_binary(kind)
    is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    if not (is_bytes or is_text):
        return column.cast(pa.string())
    try:
        words = column.cast(pa.string())
        words.validate(full=True)
    except pa.ArrowInvalid:
        large = pa.types.is_large_string(kind) or pa.types.is_large_binary(kind)
        raw = column.view(pa.large_binary() if large else pa.binary()).to_pylist()
        return pa.array(
            [None if value is None else value.decode("utf-8", "replace") for value in raw], pa.string()
        )
    return words
