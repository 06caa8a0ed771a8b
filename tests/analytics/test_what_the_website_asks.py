"""The child's answers: a dry run, an import, its undoing, a name that is known by now, words that are erased."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from huiyin.analytics.changing import undo_import
from huiyin.analytics.child import CELL
from huiyin.analytics.store import ERASED, Store
from huiyin.integrations import children
from tests.analytics.given_child import told
from tests.analytics.given_complaints import a_file, complaints

ESTATES = [
    {
        "code": "E1",
        "name": "清河里",
        "aliases": [],
        "area_code": "110106001",
        "company": "",
        "households": 10,
    },
    {
        "code": "E2",
        "name": "望春园",
        "aliases": [],
        "area_code": "110106001",
        "company": "",
        "households": 10,
    },
]
ROWS = [
    ("G1", "2025-03-01 08:00:00", "清河里物业不修电梯，我的电话是13800001234", "否", "13800001234"),
    ("G2", "2025-03-02 08:00:00", "明珠花园物业不扫楼道", "是", "13900001234"),
    ("G3", "2025-04-02 08:00:00", "明珠花园物业停车乱收费", "", "13700001234"),
    ("G3", "2025-04-03 08:00:00", "明珠花园物业停车乱收费", "", "13700001234"),
    ("", "2025-04-03 08:00:00", "没有编号", "", ""),
]


def asked(folder: Path, command: str, **more: Any) -> dict[str, Any]:
    return {
        "command": command,
        "folder": str(folder / "store"),
        "file": str(folder / "a.csv"),
        "errors": str(folder / "errors.csv"),
        "mapping": {},
        "import_id": "web-1",
        "estates": ESTATES,
        "secret": "secret",
        "now": "2025-05-01T08:00:00+00:00",
        **more,
    }


def cells(lines: list[dict[str, Any]]) -> dict[tuple[str, str | None], int]:
    """(month, estate) → complaints, of the months that were told."""
    found: dict[tuple[str, str | None], int] = {}
    for line in lines:
        for row in line.get("rows", []):
            cell = dict(zip(CELL, row, strict=True))
            key = (line["month"], cell["estate_code"])
            found[key] = found.get(key, 0) + cell["complaints"]
    return found


def last(lines: list[dict[str, Any]], name: str) -> Any:
    return next(line[name] for line in reversed(lines) if name in line)


def test_a_dry_run_counts_every_row_and_keeps_nothing_but_reasons(tmp_path: Path) -> None:
    a_file(tmp_path / "a.csv", *ROWS)
    done = last(told(asked(tmp_path, "check")), "done")
    assert (done["read"], done["rejected"]) == (5, 2)
    assert done["reasons"] == {"工单编号与第 … 行重复": 1, "缺少工单编号": 1}
    assert done["months"] == {"2025-03": 2, "2025-04": 1}
    assert (done["attributed"], done["property_related"]) == (1, 3)
    assert [(row["number"], row["estate"]) for row in done["sample"]] == [
        ("G1", "E1"),
        ("G2", ""),
        ("G3", ""),
    ]
    assert "13800001234" not in json.dumps(done)
    assert "5,G3,工单编号与第 4 行重复" in (tmp_path / "errors.csv").read_text("utf-8-sig")
    assert not (tmp_path / "store").exists()


def test_an_import_balances_and_tells_its_months_and_the_names_nobody_knows(tmp_path: Path) -> None:
    a_file(tmp_path / "a.csv", *ROWS)
    lines = told(asked(tmp_path, "store"))
    done = last(lines, "done")
    assert done["read"] == done["stored"] + done["rejected"] == 5
    assert (done["attributed"], done["replaced"], done["property_related"]) == (1, 0, 3)
    assert cells(lines) == {("2025-03", "E1"): 1, ("2025-03", None): 1, ("2025-04", None): 1}
    (name,) = last(lines, "names")
    assert (name["name"], name["complaints"], name["import_id"]) == ("明珠花园", 2, "web-1")


def test_an_import_that_was_committed_before_its_asker_died_is_told_again_and_not_stored_twice(
    tmp_path: Path,
) -> None:
    a_file(tmp_path / "a.csv", *ROWS)
    first = told(asked(tmp_path, "store"))
    again = told(asked(tmp_path, "store"))
    assert last(again, "done") == last(first, "done")
    assert cells(again) == cells(first)
    assert len(Store(tmp_path / "store").imports) == 1


def test_a_name_that_is_known_by_now_attributes_what_writes_it(tmp_path: Path) -> None:
    a_file(tmp_path / "a.csv", *ROWS)
    told(asked(tmp_path, "store"))
    known = [ESTATES[0], {**ESTATES[1], "aliases": ["明珠花园"]}]
    lines = told(asked(tmp_path, "attribute_again", names=["明珠花园"], estates=known))
    assert last(lines, "done") == {"attributed": 2}
    assert cells(lines) == {("2025-03", "E1"): 1, ("2025-03", "E2"): 1, ("2025-04", "E2"): 1}
    assert last(lines, "names") == []
    row = complaints(tmp_path / "store")["G2"]
    assert (row["estate_code"], row["estate_match"], row["estate_certainty"]) == ("E2", "明珠花园", "sure")
    assert complaints(tmp_path / "store")["G1"]["estate_code"] == "E1"


def test_an_import_is_taken_back_once(tmp_path: Path) -> None:
    a_file(tmp_path / "a.csv", *ROWS)
    told(asked(tmp_path, "store"))
    lines = told(asked(tmp_path, "undo"))
    assert last(lines, "done") == {"taken_out": 3, "restored": 0}
    assert {line["month"]: line["rows"] for line in lines if "month" in line} == {
        "2025-03": [],
        "2025-04": [],
    }
    assert last(told(asked(tmp_path, "undo")), "done") == {"taken_out": 3, "restored": 0}
    assert complaints(tmp_path / "store") == {}


def left(lines: list[dict[str, Any]]) -> list[str]:
    months: list[str] = last(lines, "all_months")
    return months


def test_whoever_asks_again_is_told_which_months_are_left(tmp_path: Path) -> None:
    """The commit was done and the asker died: an undoing, a command line's undoing, a correction that moves a month."""
    march = a_file(tmp_path / "a.csv", ROWS[0])
    assert left(told(asked(tmp_path, "store"))) == ["2025-03"]
    with Store.open(tmp_path / "store") as store:
        undo_import(store, "web-1", at="2025-05-02")
    assert left(told(asked(tmp_path, "undo"))) == []
    assert left(told(asked(tmp_path, "refresh"))) == []
    told(asked(tmp_path, "store", import_id="web-2"))
    january = a_file(tmp_path / "b.csv", ("G1", "2025-01-05", *ROWS[0][2:]))
    for _ in range(2):
        lines = told(asked(tmp_path, "store", import_id="web-3", file=str(january)))
        assert (left(lines), cells(lines)) == (["2025-01"], {("2025-01", "E1"): 1})
    assert march.exists()


def test_what_quotes_erased_words_is_named_and_a_dry_run_shows_them_no_more(tmp_path: Path) -> None:
    a_file(tmp_path / "a.csv", *ROWS)
    told(asked(tmp_path, "store"))
    examples = {"a": "…物业不扫楼道", "b": "…停车乱收费…", "c": "别处的话"}
    assert last(told(asked(tmp_path, "quoted", numbers=["G2"], examples=examples)), "done") == {
        "quoted": ["a"]
    }
    told(asked(tmp_path, "erase", numbers=["G2"]))
    assert [row["number"] for row in last(told(asked(tmp_path, "check")), "done")["sample"]] == ["G1", "G3"]


def test_a_store_refuses_another_key_of_callers(tmp_path: Path) -> None:
    a_file(tmp_path / "a.csv", *ROWS)
    told(asked(tmp_path, "store"))
    refused = last(told(asked(tmp_path, "store", import_id="web-2", secret="another")), "refused")
    assert refused["code"] == "caller_key"


def test_words_are_erased_and_the_count_stays(tmp_path: Path) -> None:
    a_file(tmp_path / "a.csv", *ROWS)
    told(asked(tmp_path, "store"))
    lines = told(asked(tmp_path, "erase", numbers=["G1"]))
    assert last(lines, "done") == {"erased": 1}
    assert complaints(tmp_path / "store")["G1"]["text"] == ERASED
    assert cells(lines)["2025-03", "E1"] == 1


def test_a_file_that_is_no_table_is_refused_in_a_sentence_and_a_breakdown_names_no_words(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.csv").write_bytes(b"%PDF-1.4 13800001234")
    (line,) = [each for each in told(asked(tmp_path, "check")) if "refused" in each]
    assert line["refused"]["code"] == "not_a_table"
    (line,) = told({"command": "check", "file": "13800001234"})
    assert line["broken"].startswith("KeyError < child.py:")
    assert "13800001234" not in line["broken"]


def test_it_speaks_lines_of_json_as_a_process(tmp_path: Path) -> None:
    a_file(tmp_path / "a.csv", *ROWS)
    lines: list[Any] = []
    children.run("huiyin.analytics.child", asked(tmp_path, "check"), lines.append)
    assert lines[-1]["done"]["read"] == 5
