"""Names of estates that unattributed complaints write, and how many write each; a person says which is meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from huiyin.analytics.corrections import Corrections
from huiyin.analytics.names_in_texts import Names
from huiyin.analytics.store import Store
from huiyin.domain.division_codes import street_of

FindNames = Callable[[Sequence[str]], list[list[str]]]
"""Texts → for each the names of estates it may write, best first."""

MOST_READ = 5_000
"""The newest unattributed property complaints are searched for names, no more: a millisecond of one core each."""
MOST_COUNTED = 200_000
"""Among so many of the newest the names that were found are counted."""
MOST_NAMES = 300
_AT_ONCE = 2_000
_AROUND = 60
_COLUMNS = (
    *("number", "received_at", "text", "estate_code", "estate_match", "property_related", "area_code"),
    "import_id",
)


@dataclass
class UnknownName:
    """`street_code`: nine digits, "" where no file tells one; the newest of its complaints is the example."""

    name: str
    street_code: str
    complaints: int
    example: str
    import_id: str


def unknown_names(store: Store, find: FindNames) -> list[UnknownName]:
    """The most frequent first."""
    months = list(_unattributed(store, Corrections.of(store)))
    found = _found(months, find)
    if not found:
        return []
    names = Names(found)
    told: dict[tuple[str, str], UnknownName] = {}
    for month in months:
        for name in _counted(month, names):
            known = told.setdefault((name.name, name.street_code), name)
            if known is not name:
                known.complaints += name.complaints
    return sorted(_joined(told), key=lambda each: (-each.complaints, each.name))[:MOST_NAMES]


def _unattributed(store: Store, corrections: Corrections) -> Iterator[pa.Table]:
    """The newest month first, of each the oldest complaint first.

    Those that a person said belong to no estate are not asked about again, and of namesakes the name is known.
    """
    left = MOST_COUNTED
    for month in store.newest_first():
        table = store.table_of(month, list(_COLUMNS))
        wanted = pc.and_(pc.is_null(table["estate_code"]), table["property_related"])
        wanted = pc.and_(wanted, pc.is_null(table["estate_match"]))
        wanted = pc.and_(wanted, pc.invert(corrections.is_placed(table["number"])))
        table = table.filter(wanted)
        order = pc.sort_indices(table, sort_keys=[("received_at", "ascending", "at_start")])
        table = table.take(order[-left:])
        left -= table.num_rows
        if table.num_rows:
            yield table
        if not left:
            return


def _found(months: Iterable[pa.Table], find: FindNames) -> set[str]:
    """Names the newest complaints write."""
    names: set[str] = set()
    left = MOST_READ
    for month in months:
        texts = month["text"].slice(max(0, month.num_rows - left)).to_pylist()
        left -= len(texts)
        for at in range(0, len(texts), _AT_ONCE):
            names |= {each[0] for each in find(texts[at : at + _AT_ONCE]) if each}
        if not left:
            break
    return names


def _counted(month: pa.Table, names: Names) -> Iterator[UnknownName]:
    """By name and street; a complaint counts for the first name it writes."""
    written = [
        name
        for at in range(0, month.num_rows, _AT_ONCE)
        for name in names.first_in(month["text"].slice(at, _AT_ONCE).to_pylist())
    ]
    rows = pa.table(
        {
            "name": pa.array(written, pa.string()),
            "street": pa.array(map(street_of, month["area_code"].to_pylist())),
            "at": pa.array(range(month.num_rows)),
        }
    )
    rows = rows.filter(pc.is_valid(rows["name"]))
    groups = rows.group_by(["name", "street"]).aggregate([("at", "count"), ("at", "max")])
    for group in groups.to_pylist():
        newest = month.slice(group["at_max"], 1).to_pylist()[0]
        example = around(newest["text"], group["name"])
        yield UnknownName(group["name"], group["street"], group["at_count"], example, newest["import_id"])


def _joined(told: Mapping[tuple[str, str], UnknownName]) -> list[UnknownName]:
    """Where a name is told of one street alone, complaints whose file tells no street are counted there too."""
    streets: dict[str, list[str]] = {}
    for name, street in told:
        streets.setdefault(name, []).append(street)
    found = []
    for (name, street), each in told.items():
        others = [other for other in streets[name] if other]
        if not street and len(others) == 1:
            told[name, others[0]].complaints += each.complaints
        else:
            found.append(each)
    return found


def around(text: str, name: str) -> str:
    """Where the name stands, with what is said before and after it."""
    at = max(text.find(name), 0)
    start, end = max(at - _AROUND, 0), at + len(name) + _AROUND
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
