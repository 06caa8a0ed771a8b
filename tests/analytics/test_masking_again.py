"""What rules of masking find later is covered in all that is kept, as if it had come in by them."""

from __future__ import annotations

import csv
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from huiyin.analytics import month_rewriting, remasking
from huiyin.analytics.changing import correct, erase, undo_import
from huiyin.analytics.corrections import Corrections, Decision
from huiyin.analytics.pipeline import Summary, enrich
from huiyin.analytics.reading.rows import ERROR_HEADINGS
from huiyin.analytics.remasking import Remasked, remask
from huiyin.analytics.schema import KEPT, MASKED_WORDS, Masking
from huiyin.analytics.store import Store
from huiyin.analytics.text_step import masked_words, masking_of
from tests.analytics.given_complaints import NAMES, NOW, Row, a_step, complaints, cube

HEADINGS = ["工单编号", "受理时间", "诉求内容", "承办单位", "联系电话", "办结时间"]
SECRET, COVERED = "wxid8812", "〔账号〕"
LIFT = "清河里物业不修电梯，电梯天天停在半路老人出不了门"
FIRST: Sequence[Row] = (
    ("W1", "2025-01-05", f"{LIFT}，微信{SECRET}", f"张三{SECRET}", "13800000001", "2025-01-06"),
    ("W2", "2025-01-06", f"{LIFT}，账号{SECRET}", "物业科", "13800000002", ""),
    ("W3", "2025-02-07", "望春园门前的路灯不亮", f"李四{SECRET}", "13800000003", ""),
    ("W4", "2025-03-08", f"{LIFT}，请加{SECRET}", "物业科", "13800000001", ""),
    ("W5", "", f"望春园物业不扫地，请加{SECRET}", "物业科", "13800000001", ""),
    ("W6", "2025-03-09", f"望春园物业不扫地，请加{SECRET}", f"王五{SECRET}", "13800000006", ""),
    ("W7", "2025-08-09", "公交车总是晚点", "", "13800000007", ""),
)
LATER: Sequence[Row] = (
    ("W1", "2025-02-05", f"{LIFT}，微信{SECRET}", f"张三{SECRET}", "13800000001", "2025-02-06"),
    ("W2", "2025-01-06", f"{LIFT}，还是没有修，账号{SECRET}", "物业科", "13800000002", ""),
    ("W5", "2025-03-08", f"望春园物业不扫地，请加{SECRET}", "物业科", "13800000001", ""),
    ("W8", "2025-03-10", f"{LIFT}，请加{SECRET}", "物业科", "13800000008", ""),
)


def covered(texts: pa.Array) -> pa.Array:
    return pc.replace_substring(texts, SECRET, COVERED)


def untouched(texts: pa.Array) -> pa.Array:
    return texts


def a_step_that_masks(masking: Masking) -> Any:
    def step(batch: pa.RecordBatch) -> pa.RecordBatch:
        kept = a_step(batch)
        texts = batch.column("text").to_pylist()
        columns = {
            "text": masking(batch.column("text")),
            "estate_match": pa.array(
                [next((name for name in NAMES if name in text), None) for text in texts]
            ),
            **{name: masked_words(name, batch.column(name), masking) for name in MASKED_WORDS},
        }
        for name, column in columns.items():
            at = KEPT.get_field_index(name)
            kept = kept.set_column(at, KEPT.field(name), column.cast(KEPT.field(name).type))
        return kept

    return step


def taken_in(folder: Path, path: Path, rows: Sequence[Row], masking: Masking, *, days: int = 0) -> Summary:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADINGS, *rows])
    with Store.open(folder) as store:
        now = NOW + timedelta(days=days)
        return enrich([path], store, a_step_that_masks(masking), now=now, basis="test")


def a_store(folder: Path, masking: Masking) -> str:
    """Complaints that came twice, one of them corrected, one erased; returns the later import."""
    taken_in(folder, folder.with_suffix(".csv"), FIRST, masking)
    with Store.open(folder) as store:
        decisions = [Decision("W1", category="电梯"), Decision("W6", placed=True, estate_code="E1")]
        assert correct(store, decisions, at="2026-01-05") == []
        assert erase(store, ["W4"]) == 1
    return taken_in(folder, folder.with_suffix(".csv"), LATER, masking, days=1).import_id


def remasked(folder: Path, masking: Masking = covered) -> Remasked:
    with Store.open(folder) as store:
        return remask(store, masking)


def everything(folder: Path) -> tuple[Any, ...]:
    """Rows, counts and what was decided; without the names of imports, which no two stores share."""
    rows = {number: {**row, "import_id": ""} for number, row in complaints(folder).items()}
    store = Store(folder)
    return rows, cube(folder), Corrections.of(store).told(store), Corrections.of(store).doubted


def test_a_store_that_is_masked_again_is_as_if_all_had_come_in_by_the_rules_of_now(tmp_path: Path) -> None:
    of_now, of_before = tmp_path / "now", tmp_path / "before"
    undone = {folder: a_store(folder, step) for folder, step in ((of_now, covered), (of_before, untouched))}
    assert everything(of_before) != everything(of_now)
    assert remasked(of_before) == Remasked(complaints=6, replaced=3, rejected=0, unread=())
    assert everything(of_before) == everything(of_now)
    assert complaints(of_before)["W4"]["text"] == "（已删除）"
    assert complaints(of_before)["W6"]["dispatched_to"] == f"王五{COVERED}"
    for folder, import_id in undone.items():
        with Store.open(folder) as store:
            undo_import(store, import_id, at="2026-01-07")
    assert everything(of_before) == everything(of_now)
    assert complaints(of_before)["W5"]["text"] == f"望春园物业不扫地，请加{COVERED}"
    assert "unknown" in Store(of_before).months()
    kept = b"".join(path.read_bytes() for path in of_before.rglob("*") if path.is_file())
    assert SECRET.encode() not in kept


def test_erased_words_are_left_in_no_dictionary(tmp_path: Path) -> None:
    out = tmp_path / "store"
    a_store(out, untouched)
    with Store.open(out) as store:
        erase(store, ["W6"])
    assert "王五".encode() not in b"".join(path.read_bytes() for path in out.rglob("*") if path.is_file())


def test_what_is_masked_already_is_not_committed_again(tmp_path: Path) -> None:
    out = tmp_path / "store"
    a_store(out, untouched)
    remasked(out)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert remasked(out) == Remasked(0, 0, 0, ())
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_each_text_is_masked_once_and_some_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "store"
    a_store(out, untouched)
    monkeypatch.setattr(remasking, "_ROWS_AT_ONCE", 2)
    seen: list[list[str]] = []

    def masking(texts: pa.Array) -> pa.Array:
        seen.append(texts.to_pylist())
        return covered(texts)

    remasked(out, masking)
    texts = [
        some for some in seen if any(each[-1:] in "点亮" or LIFT in each or "扫地" in each for each in some)
    ]
    assert sum(map(len, texts)) == 8 + 3, "each complaint and each that is kept for undoing"
    assert max(map(len, texts)) <= 2


def test_the_words_that_named_an_estate_go_where_they_are_covered_and_the_estate_stays(
    tmp_path: Path,
) -> None:
    out = tmp_path / "store"
    for days in (0, 1):
        last = taken_in(out, tmp_path / f"{days}.csv", FIRST, untouched, days=days)
    remasked(out, lambda texts: pc.replace_substring(texts, "清河里", "〔住址〕"))
    assert {number: complaints(out)[number]["estate_match"] for number in ("W1", "W3")} == {
        "W1": None,
        "W3": "望春园",
    }
    assert complaints(out)["W1"]["estate_code"] == "E1"
    with Store.open(out) as store:
        undo_import(store, last.import_id, at="2026-01-08", text_step=a_step_that_masks(untouched))
    assert complaints(out)["W1"]["estate_code"] == "E1"


def test_what_was_decided_of_a_text_stands_for_what_masking_leaves_of_it(tmp_path: Path) -> None:
    out = tmp_path / "store"
    row = ("W1", "2025-01-05", "清河里电梯坏了，住三号楼的李桂芬老人家里急用轮椅", "", "", "")
    taken_in(out, tmp_path / "a.csv", [row], untouched)
    with Store.open(out) as store:
        correct(store, [Decision("W1", category="电梯")], at="2026-01-05")
    again = taken_in(out, tmp_path / "b.csv", [row], untouched, days=1)
    remasked(
        out, lambda texts: pc.replace_substring(texts, "坏了，住三号楼的李桂芬老人家里急用轮椅", "〔隐私〕")
    )
    with Store.open(out) as store:
        undo_import(store, again.import_id, at="2026-01-07")
        assert Corrections.of(store).doubted == []
    assert complaints(out)["W1"]["category"] == "电梯"
    other = ("W1", "2025-01-05", "望春园物业乱收停车费，问了几次都没有人管", "", "", "")
    taken_in(out, tmp_path / "c.csv", [other], untouched, days=2)
    remasked(out, lambda texts: pc.replace_substring(texts, "问了几次", "〔隐私〕"))
    assert Corrections.of(Store(out)).doubted == ["W1"]


def test_of_rejected_rows_only_what_stood_in_them_is_masked_and_what_cannot_be_read_is_left(
    tmp_path: Path,
) -> None:
    out = tmp_path / "store"
    taken_in(out, tmp_path / "a.csv", FIRST, covered)
    folder = out / "_errors"
    folder.mkdir(exist_ok=True)
    phone = "13800001234"
    for name, quoting in (("a", csv.QUOTE_MINIMAL), ("b", csv.QUOTE_ALL)):
        with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            rows = [["文件", *ERROR_HEADINGS], [phone, phone, phone, phone, *[phone] * 11]]
            csv.writer(file, quoting=quoting).writerows(rows)
    (folder / "c.csv").write_bytes("行,工单编号\n1,电话".encode("gbk"))
    (folder / "d.csv").write_text("行,工单编号\n1," + "长" * 140_000, encoding="utf-8")
    left = [(folder / name).read_bytes() for name in ("c.csv", "d.csv")]
    done = remasked(out)
    assert (done.complaints, done.rejected) == (0, 2)
    assert [sentence.partition("：")[0] for sentence in done.unread] == [
        "退回行 c.csv 没有重新遮盖",
        "退回行 d.csv 没有重新遮盖",
    ]
    assert [(folder / name).read_bytes() for name in ("c.csv", "d.csv")] == left
    minimal = (folder / "a.csv").read_text("utf-8-sig").splitlines()[1]
    assert minimal == ",".join([phone, phone, "〔手机号〕", phone, *["〔手机号〕"] * 11])
    assert (folder / "b.csv").read_text("utf-8-sig").splitlines()[1] == ",".join(
        f'"{cell}"' for cell in minimal.split(",")
    )


def test_a_run_that_dies_leaves_the_store_as_it_was_and_the_next_one_finishes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, whole = tmp_path / "store", tmp_path / "whole"
    a_store(out, untouched)
    a_store(whole, covered)
    before = everything(out)

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(month_rewriting, "mark_repeats", dies)
        with pytest.raises(KeyboardInterrupt):
            remasked(out)
    assert everything(out) == before
    remasked(out)
    assert everything(out) == everything(whole)


def test_a_process_killed_at_any_moment_of_masking_leaves_all_or_nothing(tmp_path: Path) -> None:
    program = (
        "import os, sys, signal; from pathlib import Path\n"
        "from tests.analytics.test_masking_again import remasked\n"
        "real, left = Path.replace, [int(sys.argv[2])]\n"
        "def replace(self, target):\n"
        "    left[0] -= 1\n"
        "    if left[0] < 0: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return real(self, target)\n"
        "Path.replace = replace\n"
        "remasked(Path(sys.argv[1]))\n"
    )
    whole = tmp_path / "whole"
    a_store(whole, covered)
    for calls in (0, 1, 3):
        out = tmp_path / f"store{calls}"
        a_store(out, untouched)
        before = everything(out)
        died = subprocess.run([sys.executable, "-c", program, str(out), str(calls)], check=False)
        assert died.returncode == -signal.SIGKILL
        assert everything(out) in (before, everything(whole))
        remasked(out)
        assert everything(out) == everything(whole)


@pytest.mark.parametrize("size", [0, None])
def test_many_texts_and_few_are_masked_alike(size: int | None) -> None:
    texts = pa.array(["", "清河里停电，请致电13800000001", "路灯不亮", "微信号：wxid_8812ab，回复到 a@b.cn"])
    masking = masking_of(size)
    after = ["清河里停电，请致电〔手机号〕", "路灯不亮", "微信号：〔账号〕，回复到 〔邮箱〕"]
    assert masking(texts).to_pylist() == ["", *after]
    assert masking(texts.slice(1)).to_pylist() == after
    assert masking(texts.slice(0, 0)).to_pylist() == []
