"""What a person decided of a complaint counts, outlives what comes later, and can be taken back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.analytics.changing import attribute_again, correct, erase, undo_import
from huiyin.analytics.corrections import Corrections, Decision
from huiyin.analytics.store import Store
from huiyin.analytics.teaching import labelled_complaints
from tests.analytics.given_complaints import NAMES, NOW, a_file, a_step, complaints, cube, taken_in

NEXT_DAY, DAY_AFTER = NOW + timedelta(days=1), NOW + timedelta(days=2)
LIFT = ("W1", "2025-01-05 10:00:00", "清河里的物业一直不修三号楼的电梯", "否", "13800000001")
AGAIN = ("W2", "2025-02-06 11:00:00", "清河里的物业还是不修三号楼的电梯", "是", "13800000001")
NOWHERE = ("W3", "2025-02-07 12:00:00", "物业的公交车总是晚点，没有人管", "未评价", "")
AT = "2026-01-06T00:00:00"
READ_BACK = ("estate_code", "estate_certainty", "property_related", "category")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    taken_in(tmp_path / "store", a_file(tmp_path / "a.csv", LIFT, AGAIN, NOWHERE))
    return tmp_path / "store"


def corrected(out: Path, *decisions: Decision) -> list[str]:
    with Store.open(out) as store:
        return correct(store, decisions, at=AT)


def told(out: Path, number: str) -> tuple[object, ...]:
    row = complaints(out)[number]
    return tuple(row[name] for name in READ_BACK)


def counted(out: Path, **where: object) -> int:
    rows = [row for row in cube(out) if all(row[name] == value for name, value in where.items())]
    return sum(int(str(row["complaints"])) for row in rows)


def test_what_was_decided_counts_in_place_of_what_was_read(out: Path) -> None:
    decision = Decision("W1", placed=True, estate_code="E2", property_related=False, category="电梯")
    assert corrected(out, decision) == []
    assert told(out, "W1") == ("E2", "sure", False, "电梯")
    assert counted(out) == 3
    assert counted(out, estate_code="E2", category="电梯", property_related=False) == 1
    assert counted(out, estate_code="E1") == 1


def test_what_nobody_decided_stays_as_it_was_read(out: Path) -> None:
    corrected(out, Decision("W1", category="电梯"))
    assert told(out, "W1") == ("E1", "sure", True, "电梯")


def test_a_complaint_of_no_estate_is_counted_without_one(out: Path) -> None:
    corrected(out, Decision("W1", placed=True))
    assert told(out, "W1") == (None, "unknown", True, "其他")
    assert counted(out, estate_code=None) == 2


def test_what_came_before_is_looked_back_at_as_it_was_decided(out: Path) -> None:
    assert complaints(out)["W2"]["same_caller_before"] is True
    corrected(out, Decision("W1", placed=True, estate_code="E2"))
    assert complaints(out)["W2"]["same_caller_before"] is False


def test_a_number_that_is_not_there_is_told_and_changes_nothing(out: Path) -> None:
    before = complaints(out)
    assert corrected(out, Decision("W9", category="电梯")) == ["W9"]
    assert complaints(out) == before
    assert corrected(out, Decision("W9", category="电梯"), Decision("W1", category="电梯")) == ["W9"]
    assert told(out, "W1")[-1] == "电梯"


def test_without_a_decision_the_machines_reading_holds_again(out: Path) -> None:
    before = complaints(out)
    corrected(out, Decision("W1", placed=True, estate_code="E2", category="电梯"))
    corrected(out, Decision("W1", property_related=False))
    assert told(out, "W1") == ("E1", "sure", False, "其他")
    corrected(out, Decision("W1"))
    assert complaints(out) == before
    assert not (out / "_corrections.arrow").exists()


def test_a_later_file_does_not_undo_what_a_person_decided(tmp_path: Path, out: Path) -> None:
    corrected(out, Decision("W1", placed=True, estate_code="E2", category="电梯"))
    later = (*LIFT[:2], LIFT[2] + "，请尽快", "是", LIFT[4])
    summary = taken_in(out, a_file(tmp_path / "b.csv", later), now=NEXT_DAY)
    assert (summary.replaced, summary.balances) == (1, True)
    assert told(out, "W1") == ("E2", "sure", True, "电梯")
    assert complaints(out)["W1"]["is_solved"] == 1
    assert complaints(out)["W2"]["same_caller_before"] is False
    assert Corrections.of(Store(out)).doubted == []


def test_where_the_text_became_another_a_person_is_asked_once_more(tmp_path: Path, out: Path) -> None:
    corrected(out, Decision("W1", placed=True, estate_code="E2"))
    other = (*LIFT[:2], "望春园门口摆摊的人太多，晚上吵得睡不着", "是", LIFT[4])
    taken_in(out, a_file(tmp_path / "b.csv", other), now=NEXT_DAY)
    assert Corrections.of(Store(out)).doubted == ["W1"]
    assert told(out, "W1")[0] == "E2"
    corrected(out, Decision("W1", placed=True, estate_code="E2"))
    assert Corrections.of(Store(out)).doubted == []


def test_a_decision_taken_back_leaves_what_the_latest_file_was_read_as(tmp_path: Path, out: Path) -> None:
    corrected(out, Decision("W1", placed=True, estate_code="E1"))
    taken_in(out, a_file(tmp_path / "b.csv", (*LIFT[:2], "望春园的路灯不亮", "", "")), now=NEXT_DAY)
    corrected(out, Decision("W1"))
    assert told(out, "W1")[:3] == ("E2", "sure", False)


def test_undoing_an_import_keeps_what_was_decided_and_forgets_what_was_taken_back(
    tmp_path: Path, out: Path
) -> None:
    first = complaints(out)
    corrected(out, Decision("W1", category="电梯"), Decision("W2", category="电梯"))
    second = taken_in(out, a_file(tmp_path / "b.csv", LIFT, AGAIN), now=NEXT_DAY)
    corrected(out, Decision("W2"))
    with Store.open(out) as store:
        undo_import(store, second.import_id, at=AT)
    assert [told(out, number)[-1] for number in ("W1", "W2")] == ["电梯", "其他"]
    corrected(out, Decision("W1"))
    assert complaints(out) == first


def test_a_complaint_that_went_and_comes_again_is_as_it_was_decided(tmp_path: Path, out: Path) -> None:
    new = ("W4", "2025-03-01 10:00:00", "望春园的物业不打扫楼道", "", "")
    second = taken_in(out, a_file(tmp_path / "b.csv", new), now=NEXT_DAY)
    corrected(out, Decision("W4", category="保洁与垃圾"))
    with Store.open(out) as store:
        undo_import(store, second.import_id, at=AT)
    assert "W4" not in complaints(out)
    taken_in(out, a_file(tmp_path / "c.csv", new), now=DAY_AFTER)
    assert told(out, "W4")[-1] == "保洁与垃圾"


def test_a_name_that_is_known_by_now_moves_no_complaint_a_person_placed_nowhere(out: Path) -> None:
    def by_bus(batch: pa.RecordBatch) -> pa.RecordBatch:
        kept = a_step(batch).to_pylist()
        found = [row | {"estate_code": "E2", "estate_certainty": "sure"} for row in kept]
        return pa.RecordBatch.from_pylist(found, a_step(batch).schema)

    corrected(out, Decision("W3", placed=True))
    with Store.open(out) as store:
        assert attribute_again(store, ["公交车"], by_bus) == 0
    assert told(out, "W3")[0] is None
    corrected(out, Decision("W3"))
    assert told(out, "W3")[0] == "E2"


def test_a_complaint_keeps_the_estate_a_claimed_name_gave_it_whatever_is_decided_later(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corrected(out, Decision("W3", category="电梯"))
    monkeypatch.setitem(NAMES, "公交车", "E2")
    with Store.open(out) as store:
        assert attribute_again(store, ["公交车"], a_step) == 1
    corrected(out, Decision("W1", category="装修"))
    assert told(out, "W3")[0] == "E2"
    corrected(out, Decision("W3"))
    assert told(out, "W3")[0] == "E2"
    monkeypatch.delitem(NAMES, "公交车")
    corrected(out, Decision("W3", property_related=True))
    with Store.open(out) as store:
        assert attribute_again(store, [], a_step, released=[("公交车", "E2")]) == 0
    corrected(out, Decision("W2", category="装修"))
    assert told(out, "W3")[0] is None


def test_of_an_erased_complaint_nothing_is_kept_that_was_decided(tmp_path: Path, out: Path) -> None:
    corrected(out, Decision("W1", category="电梯"), Decision("W2", category="电梯"))
    with Store.open(out) as store:
        assert erase(store, ["W1"]) == 1
    left = Corrections.of(Store(out))
    assert (left.decision("W1").is_empty, left.decision("W2").category) == (True, "电梯")
    assert counted(out, category="电梯") == 2
    assert corrected(out, Decision("W1", category="装修")) == ["W1"]


def test_what_is_told_to_the_next_training_is_words_and_labels_alone(out: Path) -> None:
    corrected(out, Decision("W1", category="电梯"), Decision("W3", property_related=False))
    corrected(out, Decision("W2", placed=True))
    assert labelled_complaints(Store(out)) == [
        {"text": LIFT[2], "property_related": None, "category": "电梯"},
        {"text": NOWHERE[2], "property_related": False, "category": None},
    ]


_DECISIONS = st.builds(
    Decision,
    number=st.sampled_from(["W1", "W2", "W3", "W9"]),
    placed=st.booleans(),
    estate_code=st.none(),
    property_related=st.sampled_from([None, True, False]),
    category=st.sampled_from([None, "电梯", "停车与充电"]),
)


@settings(max_examples=15, deadline=None)
@given(decisions=st.lists(_DECISIONS, max_size=5))
def test_whatever_is_decided_every_complaint_is_counted_once_and_can_be_read_as_before(
    tmp_path_factory: pytest.TempPathFactory, decisions: list[Decision]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    out = folder / "store"
    taken_in(out, a_file(folder / "a.csv", LIFT, AGAIN, NOWHERE))
    before = complaints(out)
    for decision in decisions:
        corrected(out, decision)
        assert counted(out) == 3
    corrected(out, *(Decision(number) for number in before))
    assert complaints(out) == before
