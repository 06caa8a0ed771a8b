"""With HUIYIN_KERNELS=python nothing is compiled or loaded for it, and what is kept is the same."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from huiyin.analytics.columns import picked
from huiyin.language.kernels import compiled, plain
from huiyin.language.kernels.caches import compiled_folder, is_all_compiled, remember_all_compiled
from huiyin.language.kernels.choosing import WORTH_COMPILING, compiles_first, kernels
from tests.analytics.given_complaints import a_file, complaints, cube, taken_in

pytestmark = pytest.mark.xdist_group("kernels")  # one process compiles them, others go on

LIFT = "清河里三号楼二单元的电梯这个月已经坏了四次，老人上下楼非常不方便，希望物业尽快更换配件彻底修好"
ROWS = [
    *(
        (f"W{at}", f"2025-01-{at % 28 + 1:02d} 08:00", LIFT, "是", f"138123400{at % 3:02d}")
        for at in range(12)
    ),
    *(
        (f"V{at}", f"2025-03-{at % 28 + 1:02d} 08:00", f"望春园第 {at} 件：漏水", "", "13800000001")
        for at in range(12)
    ),
    ("W1", "2025-01-01 08:00", "又一次", "", ""),
]
PROGRAM = (
    "import sys\n"
    "from pathlib import Path\n"
    "from tests.analytics.given_complaints import taken_in\n"
    "taken_in(Path(sys.argv[1]), Path(sys.argv[2]))\n"
    "print(sorted({'numba', 'pandas', 'duckdb'} & set(sys.modules)))\n"
)
KERNELS_ASKED = (
    "from huiyin.language.kernels.choosing import kernels\n"
    "kernels()\n"
    "from huiyin.language.kernels import finding, keys, scanning\n"
    "from tests.analytics.test_the_text_step import enriched\n"
    "enriched(['电话13800000000', '请回复到 a@b.cn'])\n"
    "asked = (scanning._scan, scanning._find_all, finding._find_covered, keys._keys)\n"
    "print([(len(each.signatures), sum(each.stats.cache_misses.values())) for each in asked])\n"
)


def test_what_is_kept_is_the_same_and_no_compiler_is_loaded(tmp_path: Path) -> None:
    file = a_file(tmp_path / "a.csv", *ROWS)
    taken_in(tmp_path / "compiled", file)
    told = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, str(tmp_path / "plain"), str(file)],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "HUIYIN_KERNELS": "python"},
        cwd=Path.cwd(),
    )
    assert told.stdout.strip() == "[]"
    kept = complaints(tmp_path / "plain")
    assert kept == complaints(tmp_path / "compiled")
    assert len({row["repeat_group"] for number, row in kept.items() if number.startswith("W")}) == 1
    assert sum(bool(row["same_caller_before"]) for row in kept.values()) == 9 + 11
    assert cube(tmp_path / "plain") == cube(tmp_path / "compiled")


def test_texts_are_taken_from_several_pieces_as_from_one() -> None:
    pieces = pa.chunked_array([["甲", None, "乙丙"], [], ["丁", "", "戊"]], pa.string())
    whole = pieces.combine_chunks()
    for rows in ([0, 1, 2, 3, 4, 5], [5, 0, 4, 1], [3, 4, 5], [2, 2, 0]):
        order = np.array(rows, np.int64)
        assert picked(pieces, order).to_pylist() == whole.take(pa.array(order)).to_pylist()


def test_a_machine_that_never_compiled_reads_a_small_file_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(compiled, "make_ready", lambda: asked.append(is_all_compiled()))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert (kernels(WORTH_COMPILING - 1), kernels(WORTH_COMPILING), kernels()) == (plain, compiled, compiled)
    compiled_folder().mkdir(parents=True)
    (compiled_folder() / "scanning._scan-1.py311.nbi").touch()
    assert kernels(1) is plain  # another process is still compiling
    assert (compiles_first(1), compiles_first(WORTH_COMPILING)) == (False, True)
    remember_all_compiled()
    assert kernels(1) is compiled
    assert not compiles_first(WORTH_COMPILING)
    assert asked == [False, False, True]


def test_what_is_made_ready_is_all_that_a_file_needs() -> None:
    """Otherwise each worker would compile the rest for itself."""
    kernels()
    told = subprocess.run(
        [sys.executable, "-c", KERNELS_ASKED], check=True, capture_output=True, text=True, cwd=Path.cwd()
    )
    assert told.stdout.strip() == str([(1, 0)] * 4)
