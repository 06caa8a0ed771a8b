"""A large file is read by forked workers, and so are many months written: what comes out is as from one process."""

from __future__ import annotations

import csv
import os
import signal
from pathlib import Path

import pyarrow as pa
import pytest
import xlsxwriter

from huiyin.analytics import month_rewriting, workers
from huiyin.analytics.estates import Estate
from huiyin.analytics.pipeline import enrich
from huiyin.analytics.reading.csv import window
from huiyin.analytics.store import Store
from huiyin.analytics.text_step import place_index_of
from tests.analytics.given_complaints import NOW, a_file, a_step, complaints, cube, taken_in

ROWS = [
    (
        f"W{at % 380}",
        f"2025-{at % 12 + 1:02d}-07 08:00",
        f"清河里物业第 {at} 件：电梯停了",
        "是",
        f"1381234{at:04d}",
    )
    for at in range(400)
]


@pytest.fixture
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "_FIRST_BLOCK", 1_024)
    monkeypatch.setattr(window, "_BLOCK", 4_096)
    monkeypatch.setattr(month_rewriting, "_MUCH", 100)


def rejected(path: Path | None) -> list[list[str]]:
    assert path is not None
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1:]


def without_import(folder: Path) -> dict[str, dict[str, object]]:
    return {number: {**row, "import_id": ""} for number, row in complaints(folder).items()}


def test_workers_keep_and_reject_what_one_process_does(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    file = a_file(tmp_path / "a.csv", *ROWS)
    alone = taken_in(tmp_path / "alone", file)
    request.getfixturevalue("_small_parts")
    together = taken_in(tmp_path / "together", file)
    assert (together.read, together.stored, together.rejected) == (400, 380, 20)
    assert rejected(together.errors) == rejected(alone.errors)
    assert rejected(together.errors)[0][:4] == ["a.csv", "382", "W0", "工单编号与第 2 行重复"]
    assert without_import(tmp_path / "together") == without_import(tmp_path / "alone")
    assert cube(tmp_path / "together") == cube(tmp_path / "alone")


@pytest.mark.usefixtures("_small_parts")
def test_what_a_worker_cannot_read_as_complaints_comes_back_as_rejected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line too long to be a record, and a sheet of a workbook in which no complaints stand."""
    monkeypatch.setattr(window, "LONGEST_RECORD", 8_192)
    endless = ("W900", "2025-03-07 08:00", "漏水" * 9_000, "是", "13812340000")
    file = a_file(tmp_path / "a.csv", *ROWS[:200], endless, *ROWS[200:])
    book = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(str(book)) as sheets:
        for month in range(1, 5):
            sheet = sheets.add_worksheet(f"{month}月")
            sheet.write_row(0, 0, ["工单编号", "受理时间", "诉求内容"])
            sheet.write_row(1, 0, [f"B{month}", f"2025-{month:02d}-07", "清河里物业不扫楼道"])
        sheets.add_worksheet("说明").write_row(0, 0, ["填表说明"])
        sheets.get_worksheet_by_name("说明").write_row(1, 0, ["请按月填写"])
    told = taken_in(tmp_path / "out", file, book)
    assert (told.read, told.stored, told.rejected) == (406, 384, 22)
    assert told.reasons["这张工作表没有工单编号、诉求内容两列"] == 1
    assert [row[3] for row in rejected(told.errors) if row[1] == "202"] == ["这一行超过 1,048,576 字"]


@pytest.mark.usefixtures("_small_parts")
def test_a_worker_that_is_killed_is_told_and_the_next_run_completes(tmp_path: Path) -> None:
    file, out, ours = a_file(tmp_path / "a.csv", *ROWS), tmp_path / "store", os.getpid()

    def dies(batch: pa.RecordBatch) -> pa.RecordBatch:
        if os.getpid() != ours:
            os.kill(os.getpid(), signal.SIGKILL)
        return a_step(batch)

    with Store.open(out) as store, pytest.raises(workers.WorkerLost, match="被系统中止"):
        enrich([file], store, dies, now=NOW, basis="test")
    assert not Store(out).imports
    assert taken_in(out, file).stored == 380
    assert len(complaints(out)) == 380


def test_what_a_worker_raises_is_raised_and_order_is_kept() -> None:
    assert list(workers.in_order(lambda at: at * at, range(20))) == [at * at for at in range(20)]

    def fails(at: int) -> int:
        if at == 3:
            raise OSError(28, "No space left on device")
        return at

    with pytest.raises(OSError, match="No space left") as problem:
        list(workers.in_order(fails, range(20)))
    assert problem.value.errno == 28


def test_a_list_of_estates_is_read_from_the_cache_the_second_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    estates = [Estate("E1", "清河里", area_code="110108001"), Estate("E2", "望春园")]
    made, kept = place_index_of(estates), place_index_of(estates)
    assert len(list((tmp_path / "huiyin").glob("places-*.pickle"))) == 1
    assert "gazetteer" not in vars(kept)
    assert kept.codes == made.codes
    assert kept.areas_of("110108001") == made.areas_of("110108001") == (0, 1, 2)
    (found,) = kept.gazetteer.find(["清河里电梯停了"])
    assert found is not None
    assert kept.number_of(found.estate) == 0
    place_index_of([*estates, Estate("E3", "燕语庭")])
    assert len(list((tmp_path / "huiyin").glob("places-*.pickle"))) == 2
