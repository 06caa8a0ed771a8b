"""Complaints that repeat become cases: the nth of one matter at an estate, and what comes again after closing."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from huiyin.analytics.following_up import NthRule, RecurrenceRule, wanted_cases
from huiyin.analytics.store import Store
from tests.analytics.given_complaints import NOW, a_file, taken_in

NTH = NthRule("many", ["其他"], nth=3, days=30, since=datetime(2025, 1, 1))
AGAIN = RecurrenceRule("again", ["其他"], since=datetime(2025, 1, 1))


def wanted(folder: Path, import_id: str, *rules: NthRule | RecurrenceRule) -> dict[str, str]:
    """Number → rule."""
    nth = [each for each in rules if isinstance(each, NthRule)]
    again = [each for each in rules if isinstance(each, RecurrenceRule)]
    found = wanted_cases(Store(folder), import_id, [], nth, again)
    return {each["number"]: each["rule"] for each in found}


def said(number: int, on: str, text: str, caller: int = 0) -> tuple[str, ...]:
    return (f"N{number}", f"{on} 08:00:00", text, "", f"1390000{caller or number:04d}")


MATTERS = (
    "清河里物业不扫楼道",
    "清河里的物业乱停车没人管",
    "清河里门禁坏了物业不修",
    "清河里路灯不亮物业推诿",
    "清河里绿化枯死物业不补",
    "清河里垃圾堆满物业不清",
)


@pytest.mark.parametrize(
    ("days", "full"),
    [
        (["01-02", "01-03"], []),
        (["01-02", "01-03", "01-04"], ["N3"]),
        (["01-02", "01-03", "01-04", "01-05", "01-06"], ["N3"]),
        (["01-02", "01-03", "01-04", "01-05", "01-06", "01-07"], ["N3", "N6"]),
        (["01-02", "01-03", "02-20"], []),
        (["01-02", "01-20", "02-10", "02-11"], ["N4"]),
    ],
)
def test_the_nth_complaint_of_one_matter_within_the_days_fills_the_count_and_it_begins_anew(
    tmp_path: Path, days: list[str], full: list[str]
) -> None:
    rows = [said(at, f"2025-{day}", MATTERS[at - 1]) for at, day in enumerate(days, 1)]
    summary = taken_in(tmp_path / "store", a_file(tmp_path / "a.csv", *rows))
    assert sorted(wanted(tmp_path / "store", summary.import_id, NTH)) == full


def test_the_count_goes_on_over_imports_and_only_a_new_complaint_fills_it(tmp_path: Path) -> None:
    out = tmp_path / "store"
    first = taken_in(out, a_file(tmp_path / "a.csv", *(said(at, "2025-01-30", MATTERS[at]) for at in (1, 2))))
    second = taken_in(
        out,
        a_file(
            tmp_path / "b.csv", said(3, "2025-02-02", MATTERS[3]), said(4, "2025-02-03", "望春园物业不扫楼道")
        ),
        now=NOW + timedelta(days=1),
    )
    assert wanted(out, second.import_id, NTH) == {"N3": "many"}
    assert wanted(out, first.import_id, NTH) == {}


def test_the_same_caller_once_more_and_other_matters_are_not_counted(tmp_path: Path) -> None:
    rows = [
        said(1, "2025-01-02", MATTERS[0], caller=1),
        said(2, "2025-01-03", MATTERS[1], caller=1),
        said(3, "2025-01-04", MATTERS[2]),
        said(4, "2025-01-05", "清河里门前修路"),
        said(5, "2024-12-31", MATTERS[4]),
    ]
    summary = taken_in(tmp_path / "store", a_file(tmp_path / "a.csv", *rows))
    late = NthRule("many", ["其他"], nth=3, days=30, since=datetime(2025, 1, 6))
    assert wanted(tmp_path / "store", summary.import_id, NTH) == {"N3": "many"}
    assert wanted(tmp_path / "store", summary.import_id, late) == {}


def test_what_comes_again_after_it_was_closed_is_wanted_also_of_the_same_caller(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [
                ("工单编号", "受理时间", "诉求内容", "办结时间", "联系电话"),
                ("N1", "2025-01-02", MATTERS[0], "2025-01-05", "13900000001"),
                ("N2", "2025-01-09", MATTERS[1], "", "13900000001"),
                ("N3", "2025-01-10", MATTERS[2], "", "13900000002"),
            ]
        )
    summary = taken_in(tmp_path / "store", path)
    assert wanted(tmp_path / "store", summary.import_id, AGAIN, NTH) == {"N2": "again"}
