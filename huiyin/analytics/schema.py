"""Columns of a complaint (domain.md §6): as a file gives them once mapped, and as they are kept."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

from huiyin.analytics.arrow_alone import leave_pandas_out

leave_pandas_out()

YES, NO, NOT_ASSESSED = 1, 0, -1
"""Answers of a call-back; null where the file has no such column or the cell is empty."""

SURE, LIKELY, UNKNOWN = "sure", "likely", "unknown"
CERTAINTIES = (SURE, LIKELY, UNKNOWN)

NO_MONTH = "unknown"
"""The partition of complaints from a file that tells no time."""

_TIME = pa.timestamp("ms")  # the coarsest that Parquet has; the clock of Beijing, without a zone
_WORD = pa.dictionary(pa.int32(), pa.string())

RAW = pa.schema(
    [
        pa.field("row", pa.int64(), nullable=False),  # as a spreadsheet numbers it: the header is row 1
        pa.field("number", pa.string(), nullable=False),
        pa.field("received_at", _TIME),
        pa.field("channel", pa.string()),
        pa.field("text", pa.string(), nullable=False),
        pa.field("area_code", pa.string()),
        pa.field("category_given", pa.string()),
        pa.field("urgency", pa.string()),
        pa.field("dispatched_to", pa.string()),
        pa.field("is_responded", pa.int8()),
        pa.field("is_solved", pa.int8()),
        pa.field("is_satisfied", pa.int8()),
        pa.field("closed_at", _TIME),
        pa.field("caller", pa.string()),
    ]
)

KEPT = pa.schema(
    [
        pa.field("number", pa.string(), nullable=False),
        pa.field("received_at", _TIME),
        pa.field("channel", _WORD),
        pa.field("text", pa.string(), nullable=False),  # masked
        pa.field("area_code", _WORD),
        pa.field("estate_code", _WORD),
        pa.field("estate_match", pa.string()),
        pa.field("estate_confidence", pa.float32()),
        pa.field("estate_certainty", _WORD),
        pa.field("property_related", pa.bool_(), nullable=False),
        pa.field("related_confidence", pa.float32()),
        pa.field("category", _WORD),
        pa.field("category_confidence", pa.float32()),
        pa.field("category_given", _WORD),
        pa.field("urgency", _WORD),
        pa.field("dispatched_to", _WORD),
        pa.field("is_responded", pa.int8()),
        pa.field("is_solved", pa.int8()),
        pa.field("is_satisfied", pa.int8()),
        pa.field("closed_at", _TIME),
        pa.field("caller_key", pa.int64()),  # eight bytes of an HMAC of the caller, never the caller
        pa.field("repeat_group", pa.int64()),  # null where one caller alone says it
        pa.field("same_caller_before", pa.bool_()),
        pa.field("recurrence", pa.bool_()),
        pa.field("import_id", _WORD, nullable=False),
    ]
)
"""One row of a month's Parquet file; the month is the folder's name (month=2025-01)."""

MASKED_WORDS = ("channel", "area_code", "category_given", "urgency", "dispatched_to")
"""Columns of few values that are masked, besides the text."""

TextStep = Callable[[pa.RecordBatch], pa.RecordBatch]
"""A batch of RAW → the same rows with the columns of KEPT; marks of repetition and `import_id` are filled later."""

Masking = Callable[[pa.Array], pa.Array]
"""Strings, none of them null → the same, masked."""
