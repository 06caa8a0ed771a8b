"""Which complaints of the store are an import's own still, read when it is undone (Arrow is loaded then)."""

from __future__ import annotations

from huiyin.apps.hotline.asking import folder


def own_numbers(store_id: str) -> frozenset[str]:
    """Those that no later file has replaced."""
    from pyarrow import parquet

    ours = [("import_id", "=", store_id)]
    found: set[str] = set()
    for path in sorted(folder().glob("month=*/complaints.parquet")):
        table = parquet.read_table(path, columns=["number"], filters=ours, partitioning=None)
        found.update(table.column("number").to_pylist())
    return frozenset(found)


def row_count() -> int:
    """Of the whole store."""
    from pyarrow import parquet

    paths = folder().glob("month=*/complaints.parquet")
    return sum(parquet.read_metadata(path).num_rows for path in paths)
