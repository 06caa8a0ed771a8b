"""What people decided of single complaints against the machine's reading (ADR 0024).

    _corrections.arrow     one row a number: what was decided, and what the machine read

The months hold what counts: what was decided where something was, else what the machine read. So nothing that reads
them knows of corrections. What an import replaced is kept as the machine read it, for a decision may have been taken
back when it comes again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from huiyin.analytics.numbers import keys_of
from huiyin.analytics.repeats import LEAST_ALIKE, min_hashes
from huiyin.analytics.schema import KEPT, SURE, UNKNOWN
from huiyin.analytics.store import Change, Store

PLACE = "_corrections.arrow"
READ = (
    *("estate_code", "estate_confidence", "estate_certainty", "property_related", "related_confidence"),
    *("category", "category_confidence"),
)
"""Columns of KEPT that a decision changes; `estate_match` stays what it is, the words that were read."""


def _plain(name: str) -> pa.DataType:
    kind = KEPT.field(name).type
    return kind.value_type if pa.types.is_dictionary(kind) else kind


SCHEMA = pa.schema(
    [
        pa.field("number", pa.string(), nullable=False),
        pa.field("placed", pa.bool_(), nullable=False),
        pa.field("estate_code", pa.string()),
        pa.field("property_related", pa.bool_()),
        pa.field("category", pa.string()),
        pa.field("at", pa.string(), nullable=False),
        # Min-hashes of the text that was decided on, and whether it has become another since.
        pa.field("words", pa.list_(pa.uint16()), nullable=False),
        pa.field("is_doubted", pa.bool_(), nullable=False),
        *(pa.field(f"read_{name}", _plain(name)) for name in READ),
    ]
)


@dataclass(frozen=True)
class Decision:
    """All that people have decided of a complaint by now; without anything the machine's reading holds again.

    `placed`: the estate was decided, to be none where `estate_code` is None. None elsewhere: not decided.
    """

    number: str
    placed: bool = False
    estate_code: str | None = None
    property_related: bool | None = None
    category: str | None = None

    @property
    def is_empty(self) -> bool:
        return not self.placed and self.property_related is None and self.category is None


class Corrections:
    """Number → row of SCHEMA; of a store, as they are or as a change makes them."""

    def __init__(self, rows: Mapping[str, Mapping[str, Any]]) -> None:
        self._rows = rows

    @classmethod
    def of(cls, store: Store) -> Corrections:
        table = store.own_table(PLACE)
        return cls({} if table is None else {row["number"]: row for row in table.to_pylist()})

    def put(self, change: Change) -> None:
        change.put_table(PLACE, pa.Table.from_pylist(list(self._rows.values()), SCHEMA))

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def doubted(self) -> list[str]:
        """Numbers whose text has changed so much that a person should look again."""
        return sorted(number for number, row in self._rows.items() if row["is_doubted"])

    def decision(self, number: str) -> Decision:
        row = self._rows.get(number, {})
        return Decision(number, **{name: row[name] for name in _DECIDED if name in row})

    def told(self, store: Store) -> list[dict[str, Any]]:
        """Each decision with the month its complaint lies in ("" where it is not there) and what the machine reads."""
        months: dict[str, str] = {}
        for month in store.months_holding(np.unique(keys_of(self._numbers))):
            numbers = store.table_of(month, ["number"])["number"]
            months |= dict.fromkeys(numbers.filter(self.is_met(numbers)).to_pylist(), month)
        return [
            {
                **asdict(self.decision(number)),
                "month": months.get(number, ""),
                "read": {
                    "estate": row["read_estate_code"] or "",
                    "property_related": row["read_property_related"],
                    "category": row["read_category"] or "",
                },
            }
            for number, row in sorted(self._rows.items())
        ]

    def labels(self) -> Iterable[Decision]:
        """Decisions that say what a complaint is about."""
        for number in sorted(self._rows):
            decision = self.decision(number)
            if decision.property_related is not None or decision.category is not None:
                yield decision

    def is_met(self, numbers: pa.ChunkedArray) -> pa.ChunkedArray:
        """For each number whether anything was decided of it."""
        return pc.is_in(numbers, value_set=self._numbers)

    def is_placed(self, numbers: pa.ChunkedArray) -> pa.ChunkedArray:
        """For each number whether a person said which estate it is about."""
        return pc.is_in(numbers, value_set=self._placed)

    def are_placed(self) -> pc.Expression:
        """As `is_placed`, for the rows of a month before they are read."""
        return pc.field("number").isin(self._placed)

    def without(self, numbers: Iterable[str]) -> Corrections:
        gone = frozenset(numbers)
        return Corrections({number: row for number, row in self._rows.items() if number not in gone})

    def decided(self, decisions: Iterable[Decision], complaints: pa.Table, *, at: str) -> Corrections:
        """With these decisions, of complaints (number, text, READ) as the machine read them."""
        found = {row["number"]: row for row in _with_words(complaints)}
        rows = dict(self._rows)
        for decision in decisions:
            rows.pop(decision.number, None)
            if not decision.is_empty:
                there = found[decision.number]
                told = {**asdict(decision), "at": at, "words": there["words"], "is_doubted": False}
                rows[decision.number] = told | _as_read(there)
        return Corrections(rows)

    def read_anew(self, complaints: pa.Table) -> Corrections:
        """After complaints came again, as the machine reads them now; what was decided of a text like this stands."""
        rows = dict(self._rows)
        for there in _with_words(complaints.filter(self.is_met(complaints["number"]))):
            before = rows[there["number"]]
            is_doubted = _alike(before["words"], there["words"]) < LEAST_ALIKE
            rows[there["number"]] = {**before, "is_doubted": is_doubted, **_as_read(there)}
        return Corrections(rows)

    def remasked(self, texts: Sequence[tuple[pa.Table, pa.Table]]) -> Corrections:
        """After masking covered words: what was decided of a text stands for what is left of it.

        `texts`: complaints (number, text) before and after, also those kept for undoing. Of several with one number the
        one most like the text that was decided on counts. What is doubted stays so.
        """
        rows, nearest = dict(self._rows), dict.fromkeys(self._rows, LEAST_ALIKE - 1)
        for before, after in texts:
            words = zip(
                before["number"].to_pylist(), _words_of(before["text"]), _words_of(after["text"]), strict=True
            )
            for number, old, new in words:
                kept = self._rows[number]
                alike = _alike(kept["words"], old)
                if not kept["is_doubted"] and alike > nearest[number]:
                    nearest[number] = alike
                    rows[number] = {**rows[number], "words": new}
        return Corrections(rows)

    def attributed_anew(self, complaints: pa.Table) -> Corrections:
        """After the machine was asked once more which estates the same texts are about."""
        rows = dict(self._rows)
        for there in (
            complaints.filter(self.is_met(complaints["number"])).select(["number", *READ]).to_pylist()
        ):
            rows[there["number"]] = {**rows[there["number"]], **_as_read(there)}
        return Corrections(rows)

    def applied_to(self, complaints: pa.Table) -> pa.Table:
        """The complaints with what was decided of them in place of what the machine read."""
        return self._changed(complaints, _what_counts)

    def taken_from(self, complaints: pa.Table) -> pa.Table:
        """The same complaints as the machine read them."""
        return self._changed(complaints, lambda row: {name: row[f"read_{name}"] for name in READ})

    def _changed(
        self, complaints: pa.Table, what: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    ) -> pa.Table:
        met = self.is_met(complaints["number"]).to_numpy()
        told = [what(self._rows[number]) for number in complaints["number"].filter(met).to_pylist()]
        for name in READ if told else ():
            if name in complaints.column_names:
                complaints = _replaced(complaints, name, np.flatnonzero(met), told)
        return complaints

    @cached_property
    def _placed(self) -> pa.Array:
        return pa.array([number for number, row in self._rows.items() if row["placed"]], pa.string())

    @cached_property
    def _numbers(self) -> pa.Array:
        return pa.array(sorted(self._rows), pa.string())


_DECIDED = ("placed", "estate_code", "property_related", "category")


def _what_counts(row: Mapping[str, Any]) -> dict[str, Any]:
    """Columns a person decided; where nobody did, the column is missing and stays."""
    told: dict[str, Any] = {}
    if row["placed"]:
        is_somewhere = row["estate_code"] is not None
        told["estate_code"] = row["estate_code"]
        told["estate_confidence"] = 1.0 if is_somewhere else None
        told["estate_certainty"] = SURE if is_somewhere else UNKNOWN
    if row["property_related"] is not None:
        told["property_related"] = row["property_related"]
        told["related_confidence"] = float(row["property_related"])
    if row["category"] is not None:
        told |= {"category": row["category"], "category_confidence": 1.0}
    return told


def _replaced(
    table: pa.Table, name: str, met: npt.NDArray[np.int64], told: Sequence[Mapping[str, Any]]
) -> pa.Table:
    """`told`: what each of the rows at the places `met` says; one that does not name the column leaves it."""
    mask = np.zeros(table.num_rows, np.bool_)
    mask[met[[name in each for each in told]]] = True
    field, kind = KEPT.field(name), _plain(name)
    values = pa.array([each[name] for each in told if name in each], kind)
    column = pc.replace_with_mask(table[name].combine_chunks().cast(kind), pa.array(mask), values)
    return table.set_column(table.schema.get_field_index(name), field, column.cast(field.type))


def _with_words(complaints: pa.Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = complaints.select(["number", *READ]).to_pylist()
    words = _words_of(complaints["text"])
    return [{**row, "words": each} for row, each in zip(rows, words, strict=True)]


def _words_of(texts: pa.ChunkedArray) -> list[list[int]]:
    hashes, _ = min_hashes(texts, np.ones(len(texts), np.bool_))
    words: list[list[int]] = hashes.tolist()
    return words


def _alike(one: Sequence[int], other: Sequence[int]) -> int:
    """How many of the min-hashes agree."""
    return sum(each == its for each, its in zip(one, other, strict=True))


def _as_read(complaint: Mapping[str, Any]) -> dict[str, Any]:
    return {f"read_{name}": complaint[name] for name in READ}
