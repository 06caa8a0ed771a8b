"""Complaints whose estate is only likely, grouped so that one decision settles most of them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from huiyin.analytics.changing import correct
from huiyin.analytics.corrections import Decision
from huiyin.analytics.doubts import complaints_in_doubt, doubted_complaints, doubts
from huiyin.analytics.pipeline import enrich
from huiyin.analytics.schema import KEPT
from huiyin.analytics.store import Store
from huiyin.analytics.unknown_names import unknown_names
from tests.analytics.given_complaints import NOW, a_file, a_step

GUESSED = ("清河", "望春")
ROWS = (
    ("W1", "2025-01-05", "清河的物业不修电梯", "", ""),
    ("W2", "2025-01-06", "清河的物业乱收费，业主都有意见", "", ""),
    ("W3", "2025-02-06", "望春的路灯不亮", "", ""),
    ("W4", "2025-02-07", "清河里的物业不扫楼道", "", ""),
    ("W5", "2025-02-08", "物业的公交车总是晚点", "", ""),
)


def guessing(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The first two characters of a name make its estate likely."""
    rows = a_step(batch).to_pylist()
    for row in rows:
        guess = next((each for each in GUESSED if each in row["text"]), None)
        if row["estate_code"] is None and guess:
            row |= {"estate_code": f"E{GUESSED.index(guess) + 1}", "estate_certainty": "likely"}
            row |= {"estate_match": guess, "estate_confidence": 0.4 + len(row["text"]) / 100}
    return pa.RecordBatch.from_pylist(rows, KEPT)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return taken_in(tmp_path, "a", *ROWS)


def taken_in(folder: Path, name: str, *rows: tuple[str, ...], days: int = 0) -> Store:
    file = a_file(folder / f"{name}.csv", *rows)
    with Store.open(folder / "store") as store:
        enrich([file], store, guessing, now=NOW + timedelta(days=days), basis="test", import_id=name)
    return Store(folder / "store")


def test_the_same_words_and_estate_are_one_doubt_with_the_surest_and_the_newest(store: Store) -> None:
    first, second = doubts(store)
    assert (first.key, first.complaints, first.confidence) == (("清河", "E1", ""), 2, 0.55)
    assert first.example == ROWS[1][2]
    assert (second.key, second.complaints, second.import_ids) == (("望春", "E2", ""), 1, ["a"])


def test_an_import_is_named_where_it_brought_one(tmp_path: Path, store: Store) -> None:
    again = taken_in(tmp_path, "b", ("W6", "2025-03-01", "清河的物业不修门禁", "", ""), days=1)
    assert [(each.match, each.complaints, each.import_ids) for each in doubts(again)] == [
        ("清河", 3, ["b", "a"]),
        ("望春", 1, ["a"]),
    ]


def test_the_complaints_of_a_doubt_are_told_with_what_else_was_read(store: Store) -> None:
    told = complaints_in_doubt(store, ("清河", "E1", ""))
    assert [(each["number"], each["month"], each["property_related"]) for each in told] == [
        ("W1", "2025-01", True),
        ("W2", "2025-01", True),
    ]
    assert complaints_in_doubt(store, ("清河", "E1", "110106001")) == []


def test_what_was_decided_is_no_doubt_any_more(store: Store) -> None:
    with Store.open(store.folder) as held:
        correct(held, [Decision("W1", placed=True, estate_code="E1"), Decision("W3", placed=True)], at="")
    assert [(each.match, each.complaints) for each in doubts(Store(store.folder))] == [("清河", 1)]


def test_what_was_placed_nowhere_is_no_unknown_name(store: Store) -> None:
    def finds(texts: object) -> list[list[str]]:
        return [["公交车"] for _ in texts]  # type: ignore[attr-defined]

    assert [each.name for each in unknown_names(store, finds)] == ["公交车"]
    with Store.open(store.folder) as held:
        correct(held, [Decision("W5", placed=True)], at="")
    assert unknown_names(Store(store.folder), finds) == []


def test_one_of_several_namesakes_is_a_doubt_without_an_estate(tmp_path: Path) -> None:
    def naming(batch: pa.RecordBatch) -> pa.RecordBatch:
        rows = [row | {"estate_match": "清河"} for row in a_step(batch).to_pylist()]
        return pa.RecordBatch.from_pylist(rows, KEPT)

    rows = [(f"W{at}", f"2025-0{at}-05", "清河的物业不修电梯", "", "") for at in (1, 2, 3)]
    with Store.open(tmp_path / "store") as held:
        enrich([a_file(tmp_path / "a.csv", *rows)], held, naming, now=NOW, basis="test", import_id="a")
        correct(held, [Decision("W1", placed=True), Decision("W2", category="电梯")], at="")
    store = Store(tmp_path / "store")
    (several,) = doubts(store)
    assert (several.key, several.complaints, several.confidence) == (("清河", "", ""), 2, 0.0)
    assert several.example == "清河的物业不修电梯"
    assert [each["number"] for each in complaints_in_doubt(store, several.key)] == ["W2", "W3"]


def test_a_correction_is_doubted_where_it_lies_now(tmp_path: Path, store: Store) -> None:
    with Store.open(store.folder) as held:
        correct(held, [Decision("W1", category="电梯")], at="")
    assert doubted_complaints(Store(store.folder)) == []
    moved = taken_in(tmp_path, "b", ("W1", "2025-03-05", "望春园门口夜里摆摊吵得人睡不着觉", "", ""), days=1)
    assert doubted_complaints(moved) == [{"number": "W1", "month": "2025-03"}]


def test_an_empty_store_has_nothing_to_look_at(tmp_path: Path) -> None:
    empty = taken_in(tmp_path, "a", ("W1", "2025-01-05", "路灯不亮", "", ""))
    assert (doubts(empty), doubted_complaints(empty)) == ([], [])
