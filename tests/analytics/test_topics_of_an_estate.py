"""Complaints of one estate about the same matter become a topic: how many, by whom, when, how hot."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from huiyin.analytics import topics
from huiyin.analytics.changing import erase
from huiyin.analytics.pipeline import enrich
from huiyin.analytics.schema import KEPT
from huiyin.analytics.store import Store
from huiyin.analytics.topics import Topic, is_urgent, topics_of
from huiyin.domain.topic_heat import HeatWeights
from tests.analytics.given_child import told
from tests.analytics.given_complaints import NOW, a_file, a_step, taken_in

WEIGHTS = HeatWeights(volume=1, spread=1, recency=1, urgency=1, negative=1, many=10, half_life_in_days=30)
LIFT = "清河里物业不修电梯"
ROWS = [
    ("G1", "2025-04-02 08:00:00", f"{LIFT}，停了一周", "否", "13800000001"),
    ("G2", "2025-05-03 08:00:00", f"{LIFT}，老人下不了楼", "是", "13800000002"),
    ("G3", "2025-05-29 08:00:00", f"{LIFT}，又停了", "", "13800000002"),
    ("G4", "2025-05-30 08:00:00", "清河里物业停车乱收费", "", "13800000003"),
    ("G5", "2025-05-30 09:00:00", "望春园物业不修电梯", "", "13800000004"),
    ("G6", "2025-05-30 09:00:00", "清河里门口修路", "", "13800000005"),
]


def by_matter(complaints: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    complaints = list(complaints)
    assert {estate for _, estate, _ in complaints} <= {"清河里", "望春园"}, "by the name, as texts write it"
    return {number: f"{estate}{'电梯' in text}" for number, estate, text in complaints}


def found(folder: Path, today: date = date(2025, 7, 1)) -> list[Topic]:
    names = {"E1": "清河里", "E2": "望春园"}
    return list(
        topics_of(
            Store(folder),
            names,
            today=today,
            weights=WEIGHTS,
            group=by_matter,
            title=lambda texts, estate: min(texts, key=len).removeprefix(estate),
        )
    )


def test_three_of_one_matter_at_one_estate_are_a_topic(tmp_path: Path) -> None:
    taken_in(tmp_path / "store", a_file(tmp_path / "a.csv", *ROWS))
    (topic,) = found(tmp_path / "store")
    assert (topic.estate, topic.title, topic.numbers) == ("E1", "物业不修电梯，又停了", ["G1", "G2", "G3"])
    assert (topic.complaints, topic.callers) == (3, 2)
    assert (topic.first_on, topic.last_on) == ("2025-04-02", "2025-05-29")
    assert topic.example == f"{LIFT}，又停了"


def test_topics_are_the_same_however_few_rows_are_read_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = [(f"{row[0]}b", *row[1:]) for row in ROWS]
    taken_in(tmp_path / "store", a_file(tmp_path / "a.csv", *ROWS, *more))
    at_once = found(tmp_path / "store")
    assert [(topic.estate, topic.complaints) for topic in at_once] == [("E1", 6)]
    monkeypatch.setattr(topics, "_ROWS_AT_ONCE", 1)
    assert found(tmp_path / "store") == at_once


def test_time_is_counted_back_from_the_newest_complaint_of_the_store(tmp_path: Path) -> None:
    """A file of May that is brought in July is as hot as on the day it ends."""
    taken_in(tmp_path / "store", a_file(tmp_path / "a.csv", *ROWS))
    (late,), (early,) = found(tmp_path / "store"), found(tmp_path / "store", date(2025, 5, 30))
    assert late == early
    assert (late.recent, late.before) == (2, 1)
    assert late.shares["spread"] == pytest.approx(2 / 3, abs=0.001)
    assert late.shares["negative"] == 0.5


def test_of_months_that_are_not_stored_one_after_the_other_six_by_the_calendar_are_read(
    tmp_path: Path,
) -> None:
    rows = [
        (f"G{at}", f"{month}-05 08:00:00", f"{LIFT}，停了", "", f"1380000000{at}")
        for at, month in enumerate(("2019-01", "2021-01", "2024-11", "2024-12", "2025-05"))
    ]
    taken_in(tmp_path / "store", a_file(tmp_path / "a.csv", *rows))
    assert found(tmp_path / "store") == []
    taken_in(tmp_path / "store", a_file(tmp_path / "b.csv", ("G9", "2025-01-05 08:00:00", *rows[0][2:])))
    (topic,) = found(tmp_path / "store")
    assert (topic.complaints, topic.first_on) == (3, "2024-12-05")


def test_words_that_were_erased_make_no_topic(tmp_path: Path) -> None:
    taken_in(tmp_path / "store", a_file(tmp_path / "a.csv", *ROWS))
    with Store.open(tmp_path / "store") as store:
        erase(store, ["G2"])
    assert found(tmp_path / "store") == []


def test_the_child_tells_topics_with_real_titles(tmp_path: Path) -> None:
    taken_in(tmp_path / "store", a_file(tmp_path / "a.csv", *ROWS))
    estate: dict[str, Any] = {"code": "E1", "name": "清河里", "aliases": [], "area_code": "", "company": ""}
    lines = told(
        {
            "command": "topics",
            "folder": str(tmp_path / "store"),
            "estates": [{**estate, "households": 10}],
            "today": "2025-07-01",
            "weights": asdict(WEIGHTS),
        }
    )
    (topic,) = lines[0]["topics"]
    assert topic["numbers"] == ["G1", "G2", "G3"]
    assert "电梯" in topic["title"]
    assert lines[1] == {"done": {"topics": 1}}
    nothing = {"command": "topics", "folder": str(tmp_path / "none"), "estates": [], "today": "2025-07-01"}
    assert told({**nothing, "weights": asdict(WEIGHTS)}) == [{"done": {"topics": 0}}]


@pytest.mark.parametrize(
    ("word", "told"), [("紧急", True), ("特急", True), ("非紧急", False), ("一般", False)]
)
def test_which_words_say_that_a_complaint_is_urgent(word: str, told: bool) -> None:
    assert is_urgent(word) is told


def test_the_example_is_the_newest_of_the_category_most_have(tmp_path: Path) -> None:
    rows = (*ROWS[:3], ("G9", "2025-06-01 08:00:00", f"{LIFT}，邻居吵架", "", ""))
    a_file(tmp_path / "a.csv", *rows)
    by_category = {"其他": ["G1", "G2", "G3"], "邻里": ["G9"]}

    def step(batch: pa.RecordBatch) -> pa.RecordBatch:
        kept = a_step(batch)
        numbers = batch.column("number").to_pylist()
        named = [next(name for name, each in by_category.items() if number in each) for number in numbers]
        at = KEPT.get_field_index("category")
        return kept.set_column(at, KEPT.field(at), pa.array(named).cast(KEPT.field(at).type))

    with Store.open(tmp_path / "store") as store:
        enrich([tmp_path / "a.csv"], store, step, now=NOW, basis="test")
    (topic,) = found(tmp_path / "store")
    assert (topic.complaints, topic.category, topic.last_on) == (4, "其他", "2025-06-01")
    assert topic.example == f"{LIFT}，又停了"
