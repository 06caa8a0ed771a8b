"""A date that is written wrong costs its own row, not the months of the whole district."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from huiyin.analytics.checking import check_file
from huiyin.analytics.erased import Erased
from huiyin.analytics.reading.files import read_complaints
from huiyin.analytics.reading.times import end_of_day
from huiyin.analytics.store import Store
from tests.analytics.given_complaints import taken_in

BEIJING = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 28, 9, 0, tzinfo=BEIJING)


def a_file(path: Path, *times: tuple[str, str]) -> Path:
    """One row for each (received, closed)."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["工单编号", "受理时间", "诉求内容", "办结时间"])
        out.writerows((f"W{at}", begun, "电梯停了", closed) for at, (begun, closed) in enumerate(times, 1))
    return path


@pytest.mark.parametrize(
    ("received", "closed", "reason"),
    [
        ("2036-11-05 08:00:00", "", "受理时间“2036-11-05 08:00:00”在将来"),
        ("2026-11-29", "", "受理时间“2026-11-29 00:00:00”在将来"),
        ("2026-11-05", "2026-12-01", "办结时间“2026-12-01 00:00:00”在将来"),
        (
            "2026-11-05 14:00",
            "2026-11-05 09:00",
            "办结早于受理：“2026-11-05 09:00:00”在“2026-11-05 14:00:00”之前",
        ),
        (
            "2026-11-05 14:00",
            "2026-11-04",
            "办结早于受理：“2026-11-04 00:00:00”在“2026-11-05 14:00:00”之前",
        ),
        ("2026-11-28 23:59:59", "", ""),
        ("2026-11-05 14:00", "2026-11-05", ""),
        ("2026-11-05", "2026-11-05", ""),
        ("", "2026-11-05", ""),
        ("2026-11-05", "", ""),
    ],
)
def test_a_time_that_cannot_be_is_rejected_with_what_was_written(
    tmp_path: Path, received: str, closed: str, reason: str
) -> None:
    path = a_file(tmp_path / "a.csv", ("2026-11-01", ""), (received, closed), ("2026-11-02", "2026-11-03"))
    ((batch, rejected),) = read_complaints(path, until=end_of_day(NOW))
    kept = batch.column("number").to_pylist()
    assert [(each.row, each.number, each.reason) for each in rejected] == (
        [(3, "W2", reason)] if reason else []
    )
    assert kept == (["W1", "W3"] if reason else ["W1", "W2", "W3"])


def test_the_day_is_beijings_whatever_zone_the_clock_has() -> None:
    assert end_of_day(datetime.fromisoformat("2026-11-27T16:30:00+00:00")).date() == NOW.date()


def test_the_dry_run_and_the_import_reject_the_same_rows_by_the_same_clock(tmp_path: Path) -> None:
    path = a_file(
        tmp_path / "a.csv", ("2026-11-28 10:00", ""), ("2036-11-05", ""), ("2026-11-03", "2026-11-02")
    )
    check = check_file(
        path, tmp_path / "errors.csv", told={}, now=NOW, erased=Erased.of(Store(tmp_path / "store"))
    )
    summary = taken_in(tmp_path / "store", path, now=NOW)
    assert (check.read, check.rejected) == (summary.read, summary.rejected) == (3, 2)
    assert summary.reasons == check.reasons == {"受理时间…在将来": 1, "办结早于受理：…之前": 1}
    assert Store(tmp_path / "store").months() == ["2026-11"]
    next_day = taken_in(tmp_path / "other", path, now=NOW.replace(day=27))
    assert next_day.reasons["受理时间…在将来"] == 2
