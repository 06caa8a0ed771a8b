"""A complaint number that comes twice is told with the row where it stood first, also when half of a file does."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from huiyin.analytics.numbers import Keys
from huiyin.analytics.repeated_numbers import Numbers
from tests.analytics.given_complaints import a_file, complaints, taken_in
from tests.costs import assert_grows_with_length

DAY = "2025-10-08 10:00"


def a_row(number: str, text: str) -> tuple[str, ...]:
    return number, DAY, f"{text}的物业不扫楼道", "否", ""


def test_looking_up_where_they_stood_takes_no_longer_for_each_the_longer_the_file_is() -> None:
    def look_up(count: int) -> None:
        numbers = Numbers()
        numbers.begin_file()
        keys: Keys = np.arange(1, count + 1, dtype=np.uint64)
        rows = np.arange(1, count + 1, dtype=np.int32)
        first = numbers.add(keys, rows, of=count)
        again = numbers.add(keys[::5], rows[::5], of=count // 5)
        assert not first.is_twice.any()
        assert again.first_rows.tolist() == rows[::5].tolist()

    assert_grows_with_length(look_up, 100_000, 1_000_000)


def test_what_an_earlier_file_says_twice_and_a_later_one_once_is_rejected_as_in_a_file_of_its_own(
    tmp_path: Path,
) -> None:
    earlier = a_file(
        tmp_path / "a.csv",
        a_row("W1", "清河里"),
        a_row("W2", "清河里"),
        a_row("W1", "望春园"),
        a_row("W2", "望春园"),
        a_row("W3", "望春园"),
        a_row("W3", "清河里"),
    )
    later = a_file(tmp_path / "b.csv", a_row("W1", "后来清河里"))
    together = taken_in(tmp_path / "together", earlier, later)
    assert (together.read, together.stored, together.rejected, together.replaced) == (7, 4, 3, 1)
    assert together.attributed == 4
    assert together.errors is not None
    with together.errors.open(encoding="utf-8-sig", newline="") as file:
        told = [row[:4] for row in csv.reader(file)][1:]
    assert told == [
        ["a.csv", "4", "W1", "工单编号与第 2 行重复"],
        ["a.csv", "5", "W2", "工单编号与第 3 行重复"],
        ["a.csv", "7", "W3", "工单编号与第 6 行重复"],
    ]

    one_by_one = tmp_path / "one_by_one"
    summaries = [taken_in(one_by_one, earlier), taken_in(one_by_one, later)]
    for count in ("read", "stored", "rejected", "replaced", "attributed"):
        assert sum(getattr(each, count) for each in summaries) == getattr(together, count)
    texts = [
        {number: row["text"] for number, row in complaints(store).items()}
        for store in (one_by_one, tmp_path / "together")
    ]
    assert texts[0] == texts[1]
