"""Reading CSV as Chinese offices write it: UTF-8 or GB18030, comma, tab or semicolon, line breaks inside quotes."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from huiyin.documents.refusals import FileRefused, Limits, cell_too_long, too_many_columns, too_many_rows

_DELIMITERS = ",\t;|，"


def decode(data: bytes) -> tuple[str, str]:
    """(text without NUL, encoding); UTF-8 first, because GB18030 hardly ever passes as UTF-8, the reverse does."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding).replace("\0", ""), encoding
        except UnicodeDecodeError:
            continue
    raise FileRefused("文字编码认不出来，请另存为 .xlsx，或另存为 UTF-8 编码的 CSV。", code="encoding")


def delimiter_of(text: str) -> str:
    """The delimiter under which all, else most, of the first records have the same number, above one, of fields."""
    sample = text[:65536]
    best, best_score = ",", (False, 0, 0)
    for candidate in _DELIMITERS:
        try:
            records = list(islice(csv.reader(io.StringIO(sample, newline=""), delimiter=candidate), 50))
        except csv.Error:
            continue
        if len(sample) < len(text) and len(records) > 1:
            records.pop()  # cut in the middle
        widths = Counter(len(record) for record in records if len(record) > 1)
        if widths:
            width, count = widths.most_common(1)[0]
            score = (count == len(records), count, width)
            if score > best_score:
                best, best_score = candidate, score
    return best


def rows(text: str, delimiter: str, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """(record number from 1, fields); records as spreadsheets number their rows."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    seen = 0
    number = 0
    while True:
        number += 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FileRefused(
                "第 %(row)s 行读不下去：引号可能没有成对。请用 Excel 打开检查后另存。",
                code="csv_quotes",
                row=number,
            ) from error
        if not any(field.strip() for field in record):
            continue
        seen += 1
        if seen > limits.max_rows + 50:
            raise too_many_rows(limits)
        while record and not record[-1]:
            record.pop()
        if len(record) > limits.max_columns:
            raise too_many_columns(limits)
        if any(len(field) > limits.max_cell_chars for field in record):
            raise cell_too_long(number, limits)
        yield number, record
