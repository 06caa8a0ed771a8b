"""What a person should look at: complaints whose estate is only likely, or one of several of that name, by the words
that were read; and corrections.

One decision settles all complaints of the same words. A correction is doubted when its complaint came again with
another text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huiyin.analytics.corrections import Corrections
from huiyin.analytics.numbers import keys_of
from huiyin.analytics.schema import LIKELY, UNKNOWN
from huiyin.analytics.store import Store
from huiyin.analytics.unknown_names import around
from huiyin.domain.division_codes import street_of

MOST_DOUBTS = 500
_GROUPED = ("estate_match", "estate_code", "street_code", "import_id")
_COLUMNS = ("number", "area_code", "estate_code", "estate_match", "estate_confidence", "import_id")
Key = tuple[str, str, str]


@dataclass
class Doubt:
    """Complaints that write `match` and come from one street, nine digits or "": perhaps all about this estate, or
    about one of several that nothing tells apart (estate_code "")."""

    match: str
    estate_code: str
    street_code: str
    complaints: int = 0
    confidence: float = 0.0
    """Of the surest of them."""
    example: str = ""
    import_ids: list[str] = field(default_factory=list)

    @property
    def key(self) -> Key:
        return self.match, self.estate_code, self.street_code


def doubts(store: Store) -> list[Doubt]:
    """Those with most complaints first; one of the newest complaints of each is its example."""
    found: dict[Key, Doubt] = {}
    decided = Corrections.of(store)
    for month in store.newest_first():
        groups = (
            _likely(store, month, decided)
            .group_by(_GROUPED)
            .aggregate([("row", "max"), ("row", "count"), ("estate_confidence", "max")])
        )
        unseen: dict[Key, int] = {}
        for group in groups.sort_by([("row_max", "descending")]).to_pylist():
            key = (group["estate_match"], group["estate_code"], group["street_code"])
            if key not in found:
                unseen[key] = group["row_max"]
            doubt = found.setdefault(key, Doubt(*key))
            doubt.complaints += group["row_count"]
            doubt.confidence = max(doubt.confidence, round(group["estate_confidence_max"] or 0.0, 3))
            if group["import_id"] not in doubt.import_ids:
                doubt.import_ids.append(group["import_id"])
        if unseen:
            texts = store.table_of(month, ["text"])["text"].take(list(unseen.values())).to_pylist()
            for key, text in zip(unseen, texts, strict=True):
                found[key].example = around(text, key[0])
    return sorted(found.values(), key=lambda each: (-each.complaints, each.key))[:MOST_DOUBTS]


def complaints_in_doubt(store: Store, key: Key) -> list[dict[str, Any]]:
    """Number, month, and what else is read of each complaint with these words, this estate and this street."""
    found = []
    decided = Corrections.of(store)
    for month in store.months():
        likely = _likely(store, month, decided, "property_related", "category")
        for name, value in zip(_GROUPED, key, strict=False):
            likely = likely.filter(pc.equal(likely[name], value))
        found += [
            {
                "number": row["number"],
                "month": month,
                "property_related": row["property_related"],
                "category": row["category"] or "",
            }
            for row in likely.to_pylist()
        ]
    return found


def doubted_complaints(store: Store) -> list[dict[str, str]]:
    """Number and month of each that was corrected and came again with another text."""
    doubted = pa.array(Corrections.of(store).doubted, pa.string())
    found = []
    for month in store.months_holding(np.unique(keys_of(doubted))):
        numbers = store.table_of(month, ["number"])["number"]
        among = numbers.filter(pc.is_in(numbers, value_set=doubted)).to_pylist()
        found += [{"number": number, "month": month} for number in among]
    return found


def _likely(store: Store, month: str, decided: Corrections, *more: str) -> pa.Table:
    """Complaints of a month that are likely about their estate or write the name of several; `row` is where one lies
    in the month. Those of no estate of which a person said so are decided."""
    read = store.table_of(month, ["number", "estate_certainty", "estate_match"])
    certainty = read["estate_certainty"].cast(pa.string())
    of_several = pc.and_(pc.equal(certainty, UNKNOWN), pc.is_valid(read["estate_match"]))
    of_several = pc.and_not(of_several, decided.is_placed(read["number"]))
    rows = pc.indices_nonzero(pc.fill_null(pc.or_(pc.equal(certainty, LIKELY), of_several), False))
    table = store.table_of(month, [*_COLUMNS, *more]).take(rows)
    words = {name: table[name].cast(pa.string()) for name in ("estate_match", "estate_code", "import_id")}
    for name in ("estate_match", "estate_code"):
        words[name] = pc.fill_null(words[name], "")
    streets = [street_of(code) for code in table["area_code"].to_pylist()]
    for name, column in words.items():
        table = table.set_column(table.schema.get_field_index(name), name, column)
    return table.append_column("street_code", pa.array(streets, pa.string())).append_column("row", rows)
