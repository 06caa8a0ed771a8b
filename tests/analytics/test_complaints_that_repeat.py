"""The three marks of repetition, told apart."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.analytics.repeats import Looked, mark_repeats, matters_of
from huiyin.analytics.schema import KEPT

LIFT = "三号楼二单元的电梯这个月已经坏了四次，老人上下楼非常不方便，希望物业尽快更换配件彻底修好"
NOON = datetime(2025, 3, 10, 12)


def complaints(*rows: dict[str, object]) -> pa.Table:
    usual = {
        "text": LIFT,
        "estate_code": "E1",
        "category": "电梯",
        "received_at": NOON,
        "property_related": True,
        "import_id": "i",
    }
    return pa.Table.from_pylist(
        [usual | {"number": f"W{at}"} | row for at, row in enumerate(rows)], schema=KEPT
    )


def marked(table: pa.Table, before: pa.Table | None = None) -> list[dict[str, object]]:
    earlier = [] if before is None else [matters_of(before.select(Looked))]
    return mark_repeats(table, earlier, days=90).to_pylist()


def test_nearly_the_same_words_at_one_estate_are_a_group_whoever_calls() -> None:
    first, second, third, fourth = marked(
        complaints(
            {"caller_key": 1},
            {"caller_key": 2, "text": LIFT + "，谢谢"},
            {"estate_code": "E2"},
            {"text": "小区北门的垃圾桶没有人清运，夏天气味很大，楼下住户没有办法开窗，请协调"},
        )
    )
    assert first["repeat_group"] == second["repeat_group"] is not None
    assert third["repeat_group"] is fourth["repeat_group"] is None
    assert not first["same_caller_before"]
    assert not second["same_caller_before"]


def test_the_same_caller_again_is_told_though_the_words_are_others() -> None:
    first, second, third = marked(
        complaints(
            {"caller_key": 1, "text": "电梯又停了"},
            {"caller_key": 1, "text": "还是没有人来看", "received_at": NOON + timedelta(days=5)},
            {"caller_key": 1, "category": "绿化", "received_at": NOON + timedelta(days=6)},
        )
    )
    assert [row["same_caller_before"] for row in (first, second, third)] == [False, True, False]
    assert not second["recurrence"]


def test_a_matter_that_comes_back_after_it_was_closed_is_a_recurrence() -> None:
    before = complaints(
        {"caller_key": 1, "received_at": datetime(2025, 2, 20), "closed_at": datetime(2025, 2, 25)},
        {"caller_key": 2, "received_at": datetime(2025, 2, 20), "closed_at": datetime(2025, 3, 25)},
        {"caller_key": 3, "received_at": datetime(2024, 11, 1), "closed_at": datetime(2024, 11, 2)},
    )
    rows = marked(
        complaints({"caller_key": 1}, {"caller_key": 2}, {"caller_key": 3}),
        before,
    )
    assert [row["recurrence"] for row in rows] == [True, False, False]
    assert [row["same_caller_before"] for row in rows] == [True, True, False]


def test_a_group_whose_first_complaint_was_closed_recurs_from_another_caller() -> None:
    first, second = marked(
        complaints(
            {"caller_key": 1, "closed_at": NOON + timedelta(days=1)},
            {"caller_key": 2, "received_at": NOON + timedelta(days=9)},
        )
    )
    assert (first["recurrence"], second["recurrence"]) == (False, True)


def test_what_one_caller_says_again_and_again_is_not_said_by_many() -> None:
    rows = marked(
        complaints(*({"caller_key": 7, "received_at": NOON + timedelta(days=at)} for at in range(3)))
    )
    assert [row["repeat_group"] for row in rows] == [None] * 3
    assert [row["same_caller_before"] for row in rows] == [False, True, True]


def test_a_caller_nobody_knows_is_not_taken_for_another_one() -> None:
    rows = marked(complaints({"caller_key": 7}, {"caller_key": None}, {"caller_key": None}))
    assert [row["repeat_group"] for row in rows] == [None] * 3
    three = marked(complaints({"caller_key": 7}, {"caller_key": None}, {"caller_key": 8}))
    assert len({row["repeat_group"] for row in three} - {None}) == 1


def test_all_neighbours_that_come_after_the_closing_recur() -> None:
    first = {"caller_key": 1, "received_at": NOON, "closed_at": NOON + timedelta(hours=1)}
    later = [
        {"caller_key": 100 + at, "received_at": NOON + timedelta(days=1, minutes=at)} for at in range(100)
    ]
    assert sum(bool(row["recurrence"]) for row in marked(complaints(first, *later))) == 100


def test_what_has_no_time_repeats_nothing() -> None:
    rows = marked(
        complaints(
            {"caller_key": 7, "received_at": None}, {"caller_key": 7, "received_at": None}, {"caller_key": 8}
        )
    )
    assert not any(row["same_caller_before"] or row["repeat_group"] for row in rows)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.integers(1, 4), st.integers(0, 30), st.none() | st.integers(-3, 20)), max_size=25
    )
)
def test_a_recurrence_is_one_of_a_matter_that_came_before_and_was_closed(
    rows: list[tuple[int, int, int | None]],
) -> None:
    """Against the definition; all are of one month, of different minutes, with words of their own."""
    at = [NOON + timedelta(days=day, minutes=which) for which, (_, day, _) in enumerate(rows)]
    closed = [
        None if after is None else when + timedelta(days=after)
        for when, (_, _, after) in zip(at, rows, strict=True)
    ]
    table = complaints(
        *(
            {"caller_key": caller, "received_at": when, "closed_at": end, "text": f"第{which}件"}
            for which, ((caller, _, _), when, end) in enumerate(zip(rows, at, closed, strict=True))
        )
    )
    found = mark_repeats(table, [], days=10).to_pylist()
    for one, row in enumerate(found):
        before = [
            other
            for other in range(len(rows))
            if rows[other][0] == rows[one][0] and timedelta(0) < at[one] - at[other] <= timedelta(days=10)
        ]
        assert row["same_caller_before"] == bool(before)
        ends = [end for other in before if (end := closed[other]) is not None]
        assert row["recurrence"] == any(end <= at[one] for end in ends)


def test_a_complaint_without_estate_or_caller_repeats_nothing() -> None:
    rows = marked(
        complaints({"estate_code": None}, {"estate_code": None}, {"text": "电梯坏"}, {"text": "电梯坏"})
    )
    assert all(row["repeat_group"] is None and not row["same_caller_before"] for row in rows)


@settings(max_examples=30, deadline=None)
@given(order=st.permutations(range(7)), letters=st.lists(st.integers(0, 39), min_size=7, max_size=7))
def test_the_order_of_the_rows_does_not_matter(order: list[int], letters: list[int]) -> None:
    """Also of complaints of one moment, each of which is like some of the others only."""
    words = [LIFT[:at] + "甲乙丙丁"[at % 4] * 2 + LIFT[at + 2 :] for at in letters]
    table = complaints(
        *(
            {"caller_key": 1 + at % 3, "received_at": NOON + timedelta(days=at // 3), "text": text}
            for at, text in enumerate(words)
        )
    )
    as_they_are = {row["number"]: row for row in marked(table)}
    assert {row["number"]: row for row in marked(table.take(order))} == as_they_are


def test_no_complaints_are_no_fault() -> None:
    assert marked(complaints()) == []
