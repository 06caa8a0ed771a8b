"""A store of complaints: what comes in stays, is counted once, can be corrected, undone, erased; whatever breaks."""

from __future__ import annotations

import errno
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from huiyin.analytics import month_rewriting
from huiyin.analytics import store as stores
from huiyin.analytics.asking import keep_estates
from huiyin.analytics.changing import attribute_again, erase, undo_import
from huiyin.analytics.estates import Estate
from huiyin.analytics.manifest import StoreProblem
from huiyin.analytics.pipeline import enrich
from huiyin.analytics.reading.rows import ERROR_HEADINGS
from huiyin.analytics.schema import KEPT, TextStep
from huiyin.analytics.store import Store
from huiyin.analytics.text_step import text_step_of
from tests.analytics.given_complaints import NOW, a_file, a_step, complaints, cube, taken_in

NEXT_DAY, DAY_AFTER = NOW + timedelta(days=1), NOW + timedelta(days=2)
JANUARY = ("W1", "2025-01-05 10:00:00", "清河里的物业不修电梯", "否", "13800000001")
FEBRUARY = ("W2", "2025-02-06 11:00:00", "望春园门前的路灯不亮", "是", "13800000002")
NOWHERE = ("W3", "2025-02-07 12:00:00", "公交车总是晚点", "未评价", "")


def counted(folder: Path) -> int:
    return sum(int(str(row["complaints"])) for row in cube(folder))


def test_an_import_balances_and_can_be_read_as_one_data_set(tmp_path: Path) -> None:
    out = tmp_path / "store"
    summary = taken_in(
        out, a_file(tmp_path / "a.csv", JANUARY, FEBRUARY, NOWHERE, ("", "2025-01-01", "x", "", ""))
    )
    assert (summary.read, summary.stored, summary.rejected) == (4, 3, 1)
    assert summary.balances
    assert summary.errors is not None
    assert "缺少工单编号" in summary.errors.read_text(encoding="utf-8-sig")
    table = parquet.read_table(out)
    assert sorted(table["number"].to_pylist()) == ["W1", "W2", "W3"]
    assert set(table["month"].to_pylist()) == {"2025-01", "2025-02"}
    assert counted(out) == 3
    assert complaints(out)["W3"]["estate_code"] is None


def test_the_same_number_twice_in_a_file_is_kept_once_and_told(tmp_path: Path) -> None:
    again = ("W1", "2025-03-01", "另一段文字", "", "")
    out = tmp_path / "store"
    summary = taken_in(out, a_file(tmp_path / "a.csv", JANUARY, FEBRUARY, again))
    assert summary.errors is not None
    assert "a.csv,4,W1,工单编号与第 2 行重复" in summary.errors.read_text(encoding="utf-8-sig")
    assert complaints(out)["W1"]["text"] == JANUARY[2]


def test_files_taken_in_together_are_as_if_one_came_after_the_other(tmp_path: Path) -> None:
    corrected = ("W1", "2025-02-01 09:00:00", "望春园的物业不修电梯", "是", "13800000001")
    files = (
        a_file(tmp_path / "a.csv", JANUARY, FEBRUARY, JANUARY),
        a_file(tmp_path / "b.csv", corrected, NOWHERE),
    )
    alone = [
        taken_in(tmp_path / "apart", file, now=NOW + timedelta(days=at)) for at, file in enumerate(files)
    ]
    summary = taken_in(tmp_path / "together", *files)
    assert (summary.read, summary.stored, summary.rejected, summary.replaced) == (5, 4, 1, 1)
    assert summary.reasons == alone[0].reasons + alone[1].reasons
    assert Store(tmp_path / "together").imports[0].files == ("a.csv", "b.csv")
    rows = [
        {number: {**row, "import_id": ""} for number, row in complaints(tmp_path / name).items()}
        for name in ("apart", "together")
    ]
    assert rows[0] == rows[1]
    assert counted(tmp_path / "together") == 3


def test_a_name_that_is_claimed_reads_no_more_than_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "store"
    rows = [
        JANUARY,
        ("W8", "2024-06-01", "明珠花园物业不扫地", "", ""),
        ("W9", "2020-01-01", "物业不扫地", "", ""),
    ]
    taken_in(out, a_file(tmp_path / "a.csv", *rows))
    real, read = Store.table_of, []

    def table_of(self: Store, month: str, *given: object, **more: object) -> pa.Table:
        read.append((month, list(given[0]) if given and isinstance(given[0], list) else None))
        return real(self, month, *given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Store, "table_of", table_of)
    with Store.open(out) as store:
        assert attribute_again(store, ["明珠花园"], a_step) == 0
    assert {month for month, columns in read if columns is None} == {"2024-06"}
    assert {month for month, columns in read if columns == ["text"]} == {"2020-01", "2024-06", "2025-01"}


def test_complaints_of_a_claimed_name_are_read_as_those_of_an_estate(tmp_path: Path) -> None:
    def knowing(name: str) -> TextStep:
        """Property is what is about an estate; 清河里 is known, and `name`."""

        def step(batch: pa.RecordBatch) -> pa.RecordBatch:
            kept = a_step(batch)
            about = [
                "E1" if "清河里" in text else "E2" if name in text else None
                for text in batch.column("text").to_pylist()
            ]
            columns = {
                "estate_code": pa.array(about, pa.string()),
                "property_related": pa.array([each is not None for each in about]),
                "category": pa.array(["电梯" if each else "其他" for each in about]),
            }
            for column, values in columns.items():
                field = KEPT.field(column)
                kept = kept.set_column(KEPT.get_field_index(column), field, values.cast(field.type))
            return kept

        return step

    out = tmp_path / "store"
    rows = [
        ("W2", "2025-01-06", "青禾北里暖气不热", "", ""),
        ("W3", "2025-01-07", "青禾北里路灯不亮", "", ""),
    ]
    with Store.open(out) as store:
        enrich([a_file(tmp_path / "a.csv", JANUARY, *rows)], store, knowing("无"), now=NOW, basis="test")
        assert [row["property_related"] for row in complaints(out).values()].count(True) == 1
        assert attribute_again(store, ["青禾北里"], knowing("青禾北里")) == 2
        claimed = [(row["property_related"], row["category"]) for row in complaints(out).values()]
        assert claimed == [(True, "电梯")] * 3
        attribute_again(store, [], knowing("无"), released=[("青禾北里", "E2")])
    assert sorted(row["number"] for row in complaints(out).values() if row["property_related"]) == ["W1"]


def test_a_file_taken_in_again_changes_no_count(tmp_path: Path) -> None:
    out, file = tmp_path / "store", a_file(tmp_path / "a.csv", JANUARY, FEBRUARY)
    taken_in(out, file)
    before = counted(out)
    summary = taken_in(out, file, now=NEXT_DAY)
    assert summary.replaced == 2
    assert counted(out) == before == 2


def test_a_late_correction_moves_a_complaint_to_its_month(tmp_path: Path) -> None:
    out = tmp_path / "store"
    taken_in(out, a_file(tmp_path / "a.csv", JANUARY, FEBRUARY))
    moved = ("W1", "2025-02-01 10:00:00", "望春园的物业不修电梯", "是", "13800000001")
    taken_in(out, a_file(tmp_path / "b.csv", moved), now=NEXT_DAY)
    assert Store(out).months() == ["2025-02"]
    assert complaints(out)["W1"]["estate_code"] == "E2"
    assert counted(out) == 2


def test_undoing_an_import_brings_back_what_it_replaced(tmp_path: Path) -> None:
    out = tmp_path / "store"
    taken_in(out, a_file(tmp_path / "a.csv", JANUARY, FEBRUARY))
    first = complaints(out)
    second = taken_in(
        out,
        a_file(tmp_path / "b.csv", ("W1", "2025-02-01", "改过的内容", "是", ""), NOWHERE),
        now=NEXT_DAY,
    )
    with Store.open(out) as store:
        undo_import(store, second.import_id, at="2026-01-07T00:00:00")
    assert complaints(out) == first
    assert counted(out) == 2
    with Store.open(out) as store, pytest.raises(StoreProblem, match="已撤销"):
        undo_import(store, second.import_id, at="2026-01-07T00:00:00")


def test_an_import_in_the_middle_can_be_undone(tmp_path: Path) -> None:
    """A was corrected by B, B by C. Without B, C stands, and without C then A does."""
    out = tmp_path / "store"
    taken_in(out, a_file(tmp_path / "a.csv", JANUARY))
    first = complaints(out)
    middle = taken_in(
        out,
        a_file(tmp_path / "b.csv", ("W1", "2025-02-01", "第二版", "", ""), NOWHERE),
        now=NEXT_DAY,
    )
    last = taken_in(out, a_file(tmp_path / "c.csv", ("W1", "2025-03-01", "第三版", "", "")), now=DAY_AFTER)
    with Store.open(out) as store:
        undo_import(store, middle.import_id, at="2026-01-08T00:00:00")
        assert {number: row["text"] for number, row in complaints(out).items()} == {"W1": "第三版"}
        undo_import(store, last.import_id, at="2026-01-08T00:00:00")
    assert complaints(out) == first
    assert Store(out).months() == [row["month"] for row in cube(out)] == ["2025-01"]


def test_erasing_takes_the_words_from_every_place_and_leaves_the_count(tmp_path: Path) -> None:
    out = tmp_path / "store"
    taken_in(out, a_file(tmp_path / "a.csv", JANUARY))
    second = taken_in(
        out,
        a_file(tmp_path / "b.csv", ("W1", "2025-01-06", "清河里第二版", "", "13800000001")),
        now=NEXT_DAY,
    )
    with Store.open(out) as store:
        assert erase(store, ["W1", "不存在"]) == 1
        undo_import(store, second.import_id, at="2026-01-08T00:00:00")
    (row,) = complaints(out).values()
    assert (row["text"], row["caller_key"], row["estate_match"]) == ("（已删除）", None, None)
    assert row["estate_code"] == "E1"
    assert counted(out) == 1
    everything = b"".join(path.read_bytes() for path in out.rglob("*") if path.is_file())
    assert "电梯".encode() not in everything
    assert "第二版".encode() not in everything


def test_erased_words_do_not_come_back_with_a_later_file_nor_with_a_run_that_was_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, file = tmp_path / "store", a_file(tmp_path / "a.csv", JANUARY, FEBRUARY)
    first = taken_in(out, file)
    second = a_file(tmp_path / "b.csv", (*JANUARY[:2], "清河里第二版", "", JANUARY[4]))

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(month_rewriting, "mark_repeats", dies)
        with pytest.raises(KeyboardInterrupt):
            taken_in(out, second, now=NEXT_DAY)
    with Store.open(out) as store:
        assert erase(store, ["W1"]) == 1
    everything = b"".join(path.read_bytes() for path in out.rglob("*") if path.is_file())
    assert "第二版".encode() not in everything
    for again in (file, second):
        taken_in(out, again, now=DAY_AFTER)
        row = complaints(out)["W1"]
        assert (row["text"], row["caller_key"], row["estate_match"]) == ("（已删除）", None, None)
    with Store.open(out) as store:
        for record in (first.import_id, *(each.id for each in store.imports[1:])):
            undo_import(store, record, at="2026-01-09T00:00:00")
    assert complaints(out) == {}
    taken_in(out, file, now=DAY_AFTER + timedelta(days=1))
    assert complaints(out)["W1"]["text"] == "（已删除）"
    assert complaints(out)["W2"]["text"] == FEBRUARY[2]
    marks = Store(out).own_table("_erased.arrow")
    assert marks is not None
    assert marks.column_names == ["mark"], "the number itself is not kept"


def test_a_number_can_be_erased_before_its_complaint_comes(tmp_path: Path) -> None:
    out = tmp_path / "store"
    taken_in(out, a_file(tmp_path / "a.csv", FEBRUARY))
    with Store.open(out) as store:
        assert erase(store, ["W1"]) == 0
    taken_in(out, a_file(tmp_path / "b.csv", JANUARY), now=NEXT_DAY)
    assert complaints(out)["W1"]["text"] == "（已删除）"
    assert counted(out) == 2


def test_an_undo_keeps_an_estate_whose_words_masking_has_covered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read again from what is kept, nobody would know it; what still stands there is read with the names of today."""
    monkeypatch.setenv("HUIYIN_KERNELS", "python")
    estates = [Estate("E1", "云杉里"), Estate("E3", "王晓明大院")]
    step, out = text_step_of(estates, b"k"), tmp_path / "store"
    first = a_file(
        tmp_path / "a.csv",
        ("W1", "2025-01-05", "我叫王晓明大院停水", "", ""),
        ("W2", "2025-01-05", "云杉里停水", "", ""),
    )
    again = Path(shutil.copy(first, tmp_path / "b.csv"))
    with Store.open(out) as store:
        enrich([first], store, step, now=NOW, basis="test")
        later = enrich([again], store, step, now=NOW + timedelta(hours=1), basis="test")
        renamed = text_step_of([Estate("E2", "云杉里"), estates[1]], b"k")
        undone = undo_import(store, later.import_id, at="2025-06-02", text_step=renamed)
    assert (undone.taken_out, undone.restored) == (2, 2)
    kept = complaints(out)
    assert "王晓明大院" not in str(kept["W1"]["text"])
    assert [kept[number]["estate_code"] for number in ("W1", "W2")] == ["E3", "E2"]


def test_why_a_row_was_rejected_goes_with_its_words(tmp_path: Path) -> None:
    out = tmp_path / "store"
    told = taken_in(
        out, a_file(tmp_path / "a.csv", JANUARY, ("W1", *JANUARY[1:]), FEBRUARY, ("W2", *FEBRUARY[1:]))
    )
    assert told.errors is not None
    with Store.open(out) as store:
        erase(store, ["W1"])
    assert told.errors.read_text("utf-8-sig").splitlines() == [
        ",".join(["文件", *ERROR_HEADINGS]),
        f"a.csv,5,W2,工单编号与第 4 行重复,2025-02-06 11:00:00,,,{FEBRUARY[2]},,,,,,是,,",
    ]


def test_a_number_that_is_a_formula_is_not_run_by_a_spreadsheet(tmp_path: Path) -> None:
    formula = ("=1+1", *JANUARY[1:])
    summary = taken_in(tmp_path / "store", a_file(tmp_path / "=a.csv", formula, formula))
    assert summary.errors is not None
    assert "'=a.csv,3,'=1+1,工单编号与第 2 行重复" in summary.errors.read_text("utf-8-sig")


def test_a_full_disk_while_words_are_erased_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "store"
    taken_in(out, a_file(tmp_path / "a.csv", JANUARY))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(stores, "write_parquet", full)
        with pytest.raises(StoreProblem, match="磁盘空间不够"), Store.open(out) as store:
            erase(store, ["W1"])
    assert complaints(out)["W1"]["text"] == JANUARY[2]


def test_a_disk_that_is_full_after_the_commit_keeps_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "store"
    taken_in(out, a_file(tmp_path / "a.csv", JANUARY))
    real = Path.replace

    def full(self: Path, target: Path) -> Path:
        if target.name == "complaints.parquet":
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", full)
        taken_in(out, a_file(tmp_path / "b.csv", FEBRUARY), now=NEXT_DAY)
        assert sorted(complaints(out)) == ["W1", "W2"]
        with pytest.raises(StoreProblem, match="磁盘空间不够"):
            taken_in(out, a_file(tmp_path / "c.csv", NOWHERE), now=DAY_AFTER)
    assert sorted(complaints(out)) == ["W1", "W2"]
    taken_in(out, a_file(tmp_path / "c.csv", NOWHERE), now=DAY_AFTER)
    assert sorted(complaints(out)) == ["W1", "W2", "W3"]


def test_the_time_of_the_data_does_not_go_back_when_an_import_is_undone(tmp_path: Path) -> None:
    out = tmp_path / "store"
    taken_in(out, a_file(tmp_path / "a.csv", JANUARY))
    second = taken_in(out, a_file(tmp_path / "b.csv", FEBRUARY), now=NEXT_DAY)
    with Store.open(out) as store:
        undo_import(store, second.import_id, at=DAY_AFTER.isoformat())
    assert Store(out).as_of == DAY_AFTER.isoformat()


def test_a_column_of_forty_thousand_different_words_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = [f"W{at},2025-01-05,物业不修电梯,承办人{at}" for at in range(40_000)]
    path.write_text("\n".join(["工单编号,受理时间,诉求内容,承办单位", *rows]), encoding="utf-8")
    assert taken_in(tmp_path / "store", path).stored == 40_000
    assert taken_in(tmp_path / "store", path, now=NEXT_DAY).replaced == 40_000
    assert complaints(tmp_path / "store")["W39999"]["dispatched_to"] == "承办人39999"


def as_by_a_version_that_told_no_sizes(out: Path) -> None:
    manifest = out / "_store.json"
    told = json.loads(manifest.read_text())
    del told["sizes"]
    manifest.write_text(json.dumps(told))


@pytest.mark.parametrize("place", ["month=2025-01/complaints.parquet", "_cube/2025-01.arrow"])
@pytest.mark.parametrize("is_gone", [True, False])
def test_a_store_that_lost_a_month_is_not_read_without_it(tmp_path: Path, place: str, is_gone: bool) -> None:
    out = tmp_path / "store"
    taken_in(out, a_file(tmp_path / "a.csv", JANUARY, FEBRUARY))
    path = out / place
    whole = path.read_bytes()
    path.unlink() if is_gone else path.write_bytes(whole[:-100])
    with pytest.raises(StoreProblem, match=f"{place} 缺失或已损坏"):
        Store(out)
    with pytest.raises(StoreProblem, match="从备份恢复"), Store.open(out):
        pass
    assert Store(out, months=["2025-02"]).rows_of("2025-02") == 1
    path.write_bytes(whole)
    assert counted(out) == 2


def test_a_store_of_a_version_that_told_no_sizes_is_guarded_from_the_next_commit_on(tmp_path: Path) -> None:
    out = tmp_path / "store"
    taken_in(out, a_file(tmp_path / "a.csv", JANUARY))
    as_by_a_version_that_told_no_sizes(out)
    assert counted(out) == 1
    place = out / "month=2025-01" / "complaints.parquet"
    whole = place.read_bytes()
    place.unlink()
    with pytest.raises(StoreProblem, match="2025-01"):
        Store(out)
    place.write_bytes(whole)
    taken_in(out, a_file(tmp_path / "b.csv", FEBRUARY), now=NEXT_DAY)
    place.write_bytes(whole[:-1])
    with pytest.raises(StoreProblem, match="2025-01"):
        Store(out)


def test_a_month_written_with_smaller_dictionaries_is_taken_on(tmp_path: Path) -> None:
    out = tmp_path / "store"
    taken_in(out, a_file(tmp_path / "a.csv", JANUARY))
    place = out / "month=2025-01" / "complaints.parquet"
    table = parquet.ParquetFile(place).read()
    small = pa.dictionary(pa.int16(), pa.string())
    fields = [each.with_type(small) if pa.types.is_dictionary(each.type) else each for each in table.schema]
    parquet.write_table(table.cast(pa.schema(fields)), place)
    as_by_a_version_that_told_no_sizes(out)
    more = ("W9", "2025-01-20", "望春园的物业不扫地", "", "")
    taken_in(out, a_file(tmp_path / "b.csv", more), now=NEXT_DAY)
    assert {number: row["estate_code"] for number, row in complaints(out).items()} == {"W1": "E1", "W9": "E2"}


def test_what_has_no_time_is_older_than_every_month(tmp_path: Path) -> None:
    out = tmp_path / "store"
    taken_in(out, a_file(tmp_path / "a.csv", JANUARY, FEBRUARY, ("W7", "", "物业不修电梯", "", "")))
    assert Store(out).newest_first() == ["2025-02", "2025-01", "unknown"]


def test_callers_of_a_store_are_hashed_with_one_key(tmp_path: Path) -> None:
    out = tmp_path / "store"
    with Store.open(out) as store:
        store.agree_on_caller_key("one")
        keep_estates(store, [])
    with Store.open(out) as store:
        store.agree_on_caller_key("one")
        with pytest.raises(StoreProblem, match="另一把密钥"):
            store.agree_on_caller_key("another")
        store.change_caller_key("another")
        keep_estates(store, [])
    with Store.open(out) as store:
        store.agree_on_caller_key("another")


def test_a_process_killed_at_any_moment_of_a_commit_leaves_all_or_nothing(tmp_path: Path) -> None:
    file, more = (
        a_file(tmp_path / "a.csv", JANUARY, FEBRUARY),
        a_file(tmp_path / "b.csv", (*JANUARY[:2], "新的", "", ""), NOWHERE),
    )
    program = (
        "import os, sys, signal; from pathlib import Path\n"
        "from tests.analytics.given_complaints import taken_in, NOW\n"
        "from datetime import timedelta\n"
        "out, file, calls = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])\n"
        "real = Path.replace\n"
        "left = [calls]\n"
        "def replace(self, target):\n"
        "    left[0] -= 1\n"
        "    if left[0] < 0: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return real(self, target)\n"
        "Path.replace = replace\n"
        "taken_in(out, file, now=NOW + timedelta(days=1))\n"
    )
    whole = {"W1": "新的", "W2": FEBRUARY[2], "W3": NOWHERE[2]}
    seen = set()
    for calls in (0, 1, 2, 4, 99):
        out = tmp_path / f"store{calls}"
        taken_in(out, file)
        before = {number: row["text"] for number, row in complaints(out).items()}
        died = subprocess.run(
            [sys.executable, "-c", program, str(out), str(more), str(calls)], check=False, cwd=Path.cwd()
        )
        assert died.returncode == (0 if calls == 99 else -signal.SIGKILL)
        found = []
        for _ in ("by a reader alone", "after the next one that writes"):
            found.append({number: row["text"] for number, row in complaints(out).items()})
            assert counted(out) == len(found[-1])
            assert len(Store(out).imports) == (1 if found[-1] == before else 2)
            with Store.open(out):
                pass
        assert found[0] == found[1]
        assert found[0] in (before, whole)
        seen.add(len(found[0]))
        taken_in(out, more, now=DAY_AFTER)
        assert {number: row["text"] for number, row in complaints(out).items()} == whole
    assert seen == {2, 3}


def test_a_reader_sees_the_store_before_or_after_a_commit_at_any_moment_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A correction moves the only complaint of March to January; somebody looks between any two steps on the disk."""
    out = tmp_path / "store"
    march, january = (
        ("W1", "2025-03-05", "清河里第一版", "", ""),
        ("W1", "2025-01-05", "清河里第二版", "", ""),
    )
    taken_in(out, a_file(tmp_path / "a.csv", march))
    seen = []

    def look() -> None:
        store = Store(out)
        (row,) = complaints(out).values()
        seen.append((store.months(), row["text"], counted(out), len(store.imports)))

    for name in ("replace", "unlink"):
        real = getattr(Path, name)

        def step(self: Path, *given: object, _real: Callable[..., object] = real, **more: object) -> object:
            look()
            done = _real(self, *given, **more)
            look()
            return done

        monkeypatch.setattr(Path, name, step)
    taken_in(out, a_file(tmp_path / "b.csv", january), now=NEXT_DAY)
    assert len(seen) > 10
    before, after = (["2025-03"], "清河里第一版", 1, 1), (["2025-01"], "清河里第二版", 1, 2)
    assert seen == [before] * seen.count(before) + [after] * seen.count(after)
    assert (seen[0], seen[-1]) == (before, after)


def test_what_a_reader_has_opened_stays_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "store"
    taken_in(out, a_file(tmp_path / "a.csv", JANUARY, FEBRUARY))
    reader = Store(out)
    taken_in(out, a_file(tmp_path / "b.csv", ("W1", "2025-02-01", "改过的", "", "")), now=NEXT_DAY)
    assert reader.months() == ["2025-01", "2025-02"]
    assert [row["text"] for month in reader.months() for row in reader.table_of(month).to_pylist()] == [
        JANUARY[2],
        FEBRUARY[2],
    ]
    assert Store(out).months() == ["2025-02"]


def test_a_killed_run_goes_on_with_the_file_that_was_not_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "store"
    one, two = a_file(tmp_path / "a.csv", JANUARY, FEBRUARY), a_file(tmp_path / "b.csv", NOWHERE, FEBRUARY)

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(month_rewriting, "mark_repeats", dies)
        with pytest.raises(KeyboardInterrupt):
            taken_in(out, one, two)
    assert not Store(out).imports
    prepared = list((out / "_work").glob("import-*/*/done.json"))
    assert len(prepared) == 2
    summary = taken_in(out, one, two)
    assert (summary.read, summary.stored, summary.rejected, summary.replaced) == (4, 4, 0, 1)
    assert counted(out) == 3


def test_a_full_disk_is_told_and_leaves_the_store_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "store"
    taken_in(out, a_file(tmp_path / "a.csv", JANUARY))
    before = complaints(out)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(stores, "write_parquet", full)
        with pytest.raises(StoreProblem, match="磁盘空间不够"):
            taken_in(out, a_file(tmp_path / "b.csv", FEBRUARY), now=NEXT_DAY)
    assert complaints(out) == before
    assert not (out / "_work").exists()
    assert taken_in(out, a_file(tmp_path / "b.csv", FEBRUARY), now=NEXT_DAY).stored == 1


def test_only_one_process_writes(tmp_path: Path) -> None:
    with (
        Store.open(tmp_path / "store"),
        pytest.raises(StoreProblem, match="另一个程序"),
        Store.open(tmp_path / "store"),
    ):
        pass


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"x")
    with pytest.raises(StoreProblem, match="已有别的文件"), Store.open(tmp_path):
        pass


def test_a_file_that_is_no_table_does_not_keep_the_others_out(tmp_path: Path) -> None:
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 nothing")
    out = tmp_path / "store"
    summary = taken_in(out, broken, a_file(tmp_path / "a.csv", JANUARY))
    assert [each.file for each in summary.refused] == ["broken.xlsx"]
    assert summary.stored == 1
    assert summary.errors is not None
    assert "broken.xlsx,,,文件已损坏" in summary.errors.read_text(encoding="utf-8-sig")


def test_of_a_file_that_is_damaged_in_the_middle_nothing_is_kept_and_of_the_others_all(
    tmp_path: Path,
) -> None:
    count = 70_000
    numbers = [f"N{at}" for at in range(2 * count)]
    damaged = tmp_path / "damaged.parquet"
    table = pa.table({"工单编号": numbers, "诉求内容": ["物业不修电梯"] * len(numbers)})
    parquet.write_table(table, damaged, row_group_size=count, compression="none", use_dictionary=False)
    place = parquet.read_metadata(damaged).row_group(1).column(1).data_page_offset
    data = bytearray(damaged.read_bytes())
    data[place : place + 64] = b"\xff" * 64
    damaged.write_bytes(data)
    whole = a_file(tmp_path / "whole.csv", ("N1", "2025-01-01 08:00", "清河里漏水", "", ""))
    later = a_file(tmp_path / "later.csv", ("N2", "2025-01-02 08:00", "望春园漏水", "", ""))
    out = tmp_path / "store"
    summary = taken_in(out, whole, damaged, later)
    assert (summary.read, summary.stored, summary.rejected, summary.replaced) == (2, 2, 0, 0)
    assert [each.file for each in summary.refused] == ["damaged.parquet"]
    assert set(complaints(out)) == {"N1", "N2"}
    assert summary.errors is not None
    assert len(summary.errors.read_text("utf-8-sig").splitlines()) == 2


def test_of_an_erased_complaint_no_rejected_row_tells_and_an_undone_import_leaves_none(
    tmp_path: Path,
) -> None:
    out, path = tmp_path / "store", tmp_path / "a.csv"
    rows = ["W1,2025-01-07,清河里电梯停了,是,,多", ",2025-01-07,孩子病了,是,", "W2,去年,望春园漏水,是,"]
    path.write_text(
        "\n".join(["工单编号,受理时间,诉求内容,是否解决,联系电话", *rows, ",".join(JANUARY)]),
        encoding="utf-8",
    )
    summary = taken_in(out, path)
    assert (summary.stored, summary.rejected) == (1, 3)
    assert summary.errors is not None
    assert summary.errors.stat().st_mode & 0o777 == 0o600
    with Store.open(out) as store:
        erase(store, ["W1"])
    left = summary.errors.read_text(encoding="utf-8-sig")
    assert "望春园漏水" in left
    assert summary.errors.stat().st_mode & 0o777 == 0o600
    assert not any(words in left for words in ("W1", "清河里电梯停了", "孩子病了"))
    with Store.open(out) as store:
        undo_import(store, summary.import_id, at="2026-01-07T00:00:00")
    assert not summary.errors.exists()
