"""Files of complaints for tests, and a text step of few words, so that a test of the store is about the store."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from huiyin.analytics.pipeline import Summary, enrich
from huiyin.analytics.schema import KEPT
from huiyin.analytics.store import Store

NAMES = {"清河里": "E1", "望春园": "E2"}
NOW = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
Row = Sequence[str]


def a_step(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Estate by two names, property where the text says 物业; everything else as the file has it."""
    texts = batch.column("text").to_pylist()
    estates = [next((code for name, code in NAMES.items() if name in text), None) for text in texts]
    columns = {name: batch.column(name) for name in batch.schema.names if name in KEPT.names}
    columns |= {
        "estate_code": pa.array(estates, pa.string()),
        "estate_certainty": pa.array(["sure" if code else "unknown" for code in estates]),
        "property_related": pa.array(["物业" in text for text in texts]),
        "category": pa.array(["其他"] * len(texts)),
        "caller_key": pa.array(
            [caller and caller[-8:].encode() for caller in batch.column("caller").to_pylist()]
        ),
        "import_id": pa.array([""] * len(texts)),
    }
    arrays = [
        columns[field.name].cast(field.type) if field.name in columns else pa.nulls(len(texts), field.type)
        for field in KEPT
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=KEPT)


def a_file(path: Path, *rows: Row) -> Path:
    """CSV with number, time, text, whether it was solved, telephone."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["工单编号", "受理时间", "诉求内容", "是否解决", "联系电话"])
        writer.writerows(rows)
    return path


def taken_in(folder: Path, *files: Path, now: datetime = NOW) -> Summary:
    with Store.open(folder) as store:
        return enrich(files, store, a_step, now=now, basis="test")


def complaints(folder: Path) -> dict[str, dict[str, object]]:
    """Number → row, of the whole store; fails if a number is there twice."""
    store = Store(folder)
    rows = [row for month in store.months() for row in store.table_of(month).to_pylist()]
    assert len(rows) == len({row["number"] for row in rows})
    return {str(row["number"]): row for row in rows}


def cube(folder: Path) -> list[dict[str, object]]:
    store = Store(folder)
    tables = [store.own_table(f"_cube/{month}.arrow") for month in store.months()]
    return [row for table in tables if table is not None for row in table.to_pylist()]
