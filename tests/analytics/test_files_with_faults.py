"""Whatever is wrong with a file: each row is kept or rejected with a reason, or the file is refused in a sentence."""

from __future__ import annotations

import csv
import io
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from huiyin.analytics.checking import check_file
from huiyin.analytics.erased import Erased
from huiyin.analytics.reading.csv.records import records_of
from huiyin.analytics.reading.files import look_at, read_complaints, read_parts
from huiyin.analytics.reading.mapping import headings, refuse_data
from huiyin.analytics.reading.times import end_of_day
from huiyin.analytics.store import Store
from huiyin.documents.refusals import FileRefused
from tests.costs import assert_grows_with_length

HEADER = "工单编号,受理时间,诉求内容,是否解决\n"
ROWS = "W1,2025-03-07,电梯停了,是\nW2,2025-03-08,漏水,否\n"
UNREADABLE = "有认不出的字符：编码混杂或文件损坏"
Outcome = tuple[list[str], list[tuple[int, str]]]
"""Numbers that are kept; (row, reason) of the others."""


def outcome(path: Path) -> Outcome:
    pieces = list(read_complaints(path))
    kept = [number for batch, _ in pieces for number in batch.column("number").to_pylist()]
    return kept, [(each.row, each.reason) for _, rejected in pieces for each in rejected]


def of_bytes(tmp_path: Path, data: bytes) -> Outcome:
    path = tmp_path / "complaints.csv"
    path.write_bytes(data)
    return outcome(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "，"])
def test_any_usual_way_of_writing_it_gives_the_same_rows(
    tmp_path: Path, encoding: str, line_end: str, delimiter: str
) -> None:
    text = (HEADER + ROWS).replace(",", delimiter).replace("\n", line_end)
    assert of_bytes(tmp_path, text.encode(encoding)) == (["W1", "W2"], [])


@pytest.mark.parametrize(
    ("text", "kept", "rejected"),
    [
        pytest.param(HEADER, [], [], id="a header and nothing else"),
        pytest.param(HEADER.strip(), [], [], id="a header without a line end"),
        pytest.param(HEADER + ROWS + HEADER, ["W1", "W2"], [(4, "这一行又是表头")], id="the header again"),
        pytest.param((HEADER + ROWS).replace("\n", ",,\n"), ["W1", "W2"], [], id="commas behind every line"),
        pytest.param(HEADER + ROWS.replace("\n", ",\n"), ["W1", "W2"], [], id="commas behind the rows alone"),
        pytest.param(
            HEADER.replace("\n", ",,\n") + ROWS, ["W1", "W2"], [], id="commas behind the header alone"
        ),
        pytest.param(
            HEADER.replace("受理时间", '"受理\n时间"') + ROWS, ["W1", "W2"], [], id="a heading of two lines"
        ),
        pytest.param(
            HEADER + 'W1,,"一\n二\r\n三",是\nW2,,灯,\n', ["W1", "W2"], [], id="line ends within a cell"
        ),
        pytest.param(
            HEADER + "W1,,一\r二,是\nW2,,灯,\n", ["W1", "W2"], [(3, "缺少诉求内容")], id="a line cut by CR"
        ),
        pytest.param(HEADER + "W1\nW2,,漏水\n", ["W2"], [(2, "缺少诉求内容")], id="short rows"),
        pytest.param(
            HEADER + "W1,,门,窗,坏,是\n" + ROWS.replace("W1", "W3"),
            ["W3", "W2"],
            [(2, "列数不对：应有 4 列，这一行有 6 列")],
            id="a comma too many",
        ),
        pytest.param(HEADER + "W1,,电梯\0停了,是\nW2,,灯,\n", ["W2"], [(2, UNREADABLE)], id="a NUL byte"),
        pytest.param(HEADER + '"\n', [], [(2, "引号没有成对")], id="a quotation mark alone"),
        pytest.param("某街道\n\n" + HEADER + ROWS, ["W1", "W2"], [], id="a title and an empty line above"),
    ],
)
def test_a_fault_costs_its_own_row(
    tmp_path: Path, text: str, kept: list[str], rejected: list[tuple[int, str]]
) -> None:
    assert of_bytes(tmp_path, text.encode()) == (kept, rejected)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "文件是空的"),
        (b" \n\n", "文件是空的"),
        (b"\xef\xbb\xbf", "文件是空的"),
        (b"\xff\xfe", "文件是空的"),
        (b"\0" * 5_000, "这不是表格文件"),
        (bytes(range(256)) * 40, "这不是表格文件"),
        (b"%PDF-1.4", "这是 PDF 文件"),
        (b"<html><table><tr><td>", "这是网页文件改了后缀"),
        (b"PK\x03\x04junk", "文件已损坏"),
        (b"PAR1", "文件已损坏"),
        (b"PAR1" + b"junk" * 20 + b"PAR1", "文件已损坏"),
        ("工单编号,受理时间\nW1,\n".encode(), "找不到诉求内容这一列。文件的列有：工单编号、受理时间"),
    ],
)
def test_what_is_no_list_of_complaints_is_refused_in_a_sentence(
    tmp_path: Path, data: bytes, sentence: str
) -> None:
    with pytest.raises(FileRefused, match=sentence):
        of_bytes(tmp_path, data)


def test_rows_of_another_encoding_are_rejected_whichever_cell_shows_it(tmp_path: Path) -> None:
    heading = "工单编号,诉求内容,承办单位\n"
    rows = [
        "W1,电梯停了,甲街道\n".encode(),
        "W2,漏水,望溪街道\n".encode("gb18030"),
        "W3,灯,乙街道\n".encode(),
    ]
    assert of_bytes(tmp_path, heading.encode() + b"".join(rows)) == (["W1", "W3"], [(3, UNREADABLE)])


def test_a_day_that_does_not_exist_is_no_day(tmp_path: Path) -> None:
    days = {
        "2025-02-30": None,
        "2025/4/31": None,
        "20250229": None,
        "2025-13-01": None,
        "前天": None,
        "0001-01-01T00:00:00+14:00": None,
        "2025-3-2 10:30": datetime(2025, 3, 2, 10, 30),
        "2025年3月7日 下午3点": datetime(2025, 3, 7, 15),
        "20250307090500": datetime(2025, 3, 7, 9, 5),
        "2025-03-07T01:05:00Z": datetime(2025, 3, 7, 9, 5),
        "2025.3.7": datetime(2025, 3, 7),
        "2025.2.30": None,
        "2025.3.19 23:10": datetime(2025, 3, 19, 23, 10),
        "2025年03月02日 09时21分": datetime(2025, 3, 2, 9, 21),
        "2025年3月2日9时": datetime(2025, 3, 2, 9),
        "2025/03/05 上午9:20": datetime(2025, 3, 5, 9, 20),
        "2025-03-05 9:00 PM": datetime(2025, 3, 5, 21),
        "2025-03-05 12:05 AM": datetime(2025, 3, 5, 0, 5),
        "2025-03-31 24:00": datetime(2025, 4, 1),
        "2025-3-3 09:21:00.0": datetime(2025, 3, 3, 9, 21),
        "45678.5": datetime(2025, 1, 21, 12),
    }
    path = tmp_path / "complaints.csv"
    path.write_text(HEADER + "".join(f"{day},{day},灯,\n" for day in days), encoding="utf-8")
    pieces = list(read_complaints(path))
    found = {row["number"]: row["received_at"] for batch, _ in pieces for row in batch.to_pylist()}
    assert found == {day: at for day, at in days.items() if at}
    assert sum(len(rejected) for _, rejected in pieces) == list(days.values()).count(None)


def test_what_is_told_of_a_cell_that_cannot_be_read_is_masked(tmp_path: Path) -> None:
    cells = {"13812345678": "11 位数字", "李秀英 3-2-501": "11 个字", "前天": "2 个字"}
    _, rejected = of_bytes(tmp_path, (HEADER + "".join(f"W,{cell},灯,\n" for cell in cells)).encode())
    assert [reason for _, reason in rejected] == [f"受理时间“{said}”认不出" for said in cells.values()]


def test_an_answer_nobody_knows_is_left_out_and_counted_and_its_complaint_is_kept(tmp_path: Path) -> None:
    said = {"√": 1, "诉求已解决": 1, "暂未解决": 0, "未回访": -1, "大概": None, "李秀英 13812345678": None}
    path = tmp_path / "complaints.csv"
    rows = "".join(f"W{at},,灯,{word}\n" for at, word in enumerate(said))
    path.write_text(HEADER + rows + "W9,,,大概\n", encoding="utf-8")
    (read,) = read_parts(path)
    assert read.batch.column("is_solved").to_pylist() == list(said.values())
    assert read.remarks == {"是否解决的写法认不出，按没有填写存入": 2}
    assert [each.reason for each in read.rejected] == ["缺少诉求内容"]


@pytest.mark.parametrize(
    ("word", "answer"), [("较满意", 1), ("比较满意", 1), ("一般", -1), ("不太满意", 0), ("很好", None)]
)
def test_how_people_say_that_they_are_satisfied(tmp_path: Path, word: str, answer: int | None) -> None:
    path = tmp_path / "complaints.csv"
    path.write_text(f"工单编号,诉求内容,是否满意\nW1,灯,{word}\n", encoding="utf-8")
    ((batch, _),) = read_complaints(path)
    assert batch.column("is_satisfied").to_pylist() == [answer]


@pytest.mark.parametrize(
    ("first", "told"),
    [
        ("W1,13812345678,电梯停了,是", "第 2 列写的是 11 位数字"),
        ("W1,2025-03-07 09:00,电梯停了,是", "第 2 列写的是 16 个字"),
        ("W1,李秀英13812345678,电梯停了,是", "第 2 列写的是 14 个字"),
        ("W1,110105197001011234,电梯停了,是", "第 2 列写的是 18 位数字"),
        ("W1,3号楼2单元501室,电梯停了,是", "第 2 列写的是"),
        (f"W1,李,{'电梯停了' * 30},是", "第 3 列写的是 120 个字"),
    ],
)
def test_a_file_without_headings_is_refused_and_nothing_of_its_first_row_is_told(
    tmp_path: Path, first: str, told: str
) -> None:
    path = tmp_path / "complaints.csv"
    path.write_text(f"{first}\n{ROWS}", encoding="utf-8")
    for look in (look_at, lambda path: list(read_complaints(path))):
        with pytest.raises(FileRefused, match="表头像是数据") as refused:
            look(path)
        assert told in str(refused.value)
        assert "李" not in str(refused.value)
        assert "138" not in str(refused.value)


def test_a_rejected_row_is_mended_in_the_error_file_and_brought_again(tmp_path: Path) -> None:
    path, errors = tmp_path / "complaints.csv", tmp_path / "errors.csv"
    path.write_text(
        "工单号,来电时间,问题描述,派单单位,是否解决,联系电话\n"
        "W1,前天,=电梯停了 请打13812345678,望溪物业,是,13812345678\n"
        "W2,2036-11-05,漏水,望溪物业,否,13812345679\n",
        encoding="utf-8",
    )
    erased, now = Erased.of(Store(tmp_path / "store")), datetime(2026, 11, 28, tzinfo=UTC)
    assert check_file(path, errors, told={}, now=now, erased=erased).rejected == 2
    written = errors.read_text(encoding="utf-8-sig")
    assert "13812345678" not in written
    assert "13812345679" not in written
    assert "'=电梯停了" in written
    mended = written.replace("前天", "2026-11-03").replace("2036-11-05", "2026-11-05")
    (tmp_path / "mended.csv").write_text(mended, encoding="utf-8")
    ((batch, rejected),) = read_complaints(tmp_path / "mended.csv", until=end_of_day(now))
    assert rejected == []
    assert [
        (row["number"], str(row["received_at"]), row["dispatched_to"], row["is_solved"])
        for row in batch.to_pylist()
    ] == [("W1", "2026-11-03 00:00:00", "望溪物业", 1), ("W2", "2026-11-05 00:00:00", "望溪物业", 0)]
    assert batch.column("text").to_pylist()[1] == "漏水"


def test_only_figures_are_the_code_of_a_place(tmp_path: Path) -> None:
    path = tmp_path / "complaints.csv"
    codes = ["119901001", "望溪街道", "", "119901001"]
    rows = "".join(f"W{at},灯,{code}\n" for at, code in enumerate(codes))
    path.write_text(f"工单编号,诉求内容,所属区划\n{rows}", encoding="utf-8")
    (read,) = read_parts(path)
    assert read.batch.column("area_code").to_pylist() == ["119901001", None, None, "119901001"]
    assert read.remarks == {"区划代码写的不是数字，按没有填写存入": 1}
    assert read.rejected == []


@pytest.mark.parametrize(
    ("number", "is_rounded"),
    [
        ("2026110212345670", True),
        ("202611021234567000", True),
        ("202611021234567", False),
        ("2026110212345671", False),
        ("WX20261102123456700", False),
    ],
)
def test_a_long_number_that_a_spreadsheet_has_rounded_is_named_as_such(
    tmp_path: Path, number: str, *, is_rounded: bool
) -> None:
    path = tmp_path / "complaints.csv"
    path.write_text(f"工单编号,诉求内容\n{number},灯\n{number},漏水\n", encoding="utf-8")
    erased = Erased.of(Store(tmp_path / "store"))
    check = check_file(
        path, tmp_path / "errors.csv", told={}, now=datetime(2026, 11, 28, tzinfo=UTC), erased=erased
    )
    ((reason, count),) = check.reasons.items()
    assert reason.startswith("工单编号与第 … 行重复")
    assert (count, "设为文本" in reason) == (1, is_rounded)


def test_no_heading_that_is_known_is_taken_for_data() -> None:
    refuse_data([word for words in headings().values() for word in words])


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_line_of_200_megabytes_costs_one_row_and_little_memory(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "complaints.csv"
    some = ("水" * 1_000_000).encode(encoding)
    with path.open("wb") as file:
        file.write((HEADER + "W1,2025-03-07,漏,是\nW2,2025-03-07,").encode(encoding))
        while file.tell() < 200_000_000:
            file.write(some)
        file.write(",是\nW3,2025-03-07,漏水,是\n".encode(encoding))
    tracemalloc.start()
    found = outcome(path)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == (["W1", "W3"], [(3, "这一行超过 1,048,576 字")])
    assert most < 100_000_000


def test_marks_that_open_in_every_row_cost_no_more_than_their_length() -> None:
    def read(count: int) -> None:
        rows = [
            'W1,他说"水管,"漏了',
            *['W2,"裂了"一条缝,"还在漏'] * count,
            "W3,漏水,楼道",
            'W4,"又漏\n了",楼道',
        ]
        found = list(records_of("\n".join(rows) + "\n", ",", 3))
        assert [fields for fields, fault, _ in found if not fault] == [
            ["W3", "漏水", "楼道"],
            ["W4", "又漏\n了", "楼道"],
        ]
        assert len(found) == count + 3

    assert_grows_with_length(read, 1_000, 8_000)


# --- workbooks ---


def a_book(tmp_path: Path, build: Callable[[xlsxwriter.Workbook], None], **options: Any) -> Path:
    path = tmp_path / "complaints.xlsx"
    with xlsxwriter.Workbook(str(path), options) as book:
        build(book)
    return path


def a_sheet(book: xlsxwriter.Workbook, name: str, *numbers: str) -> Any:
    sheet = book.add_worksheet(name)
    sheet.write_row(0, 0, ["工单编号", "受理时间", "诉求内容"])
    for row, number in enumerate(numbers, 1):
        sheet.write_row(row, 0, [number, "2025-03-07", "漏水"])
    return sheet


def test_days_counted_from_1904_and_values_of_formulas_are_read(tmp_path: Path) -> None:
    def build(book: xlsxwriter.Workbook) -> None:
        sheet = a_sheet(book, "诉求", "W1", "W2")
        sheet.write_datetime(
            1, 1, datetime(2025, 3, 7, 9, 5), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        )
        sheet.write_formula(2, 0, '="W"&3', value="W3")
        sheet.write_formula(2, 2, "=A1&A2", value="")

    (batch, rejected), *_ = read_complaints(a_book(tmp_path, build, date_1904=True))
    assert [(row["number"], row["received_at"]) for row in batch.to_pylist()] == [
        ("W1", datetime(2025, 3, 7, 9, 5))
    ]
    assert [(each.number, each.reason) for each in rejected] == [("W3", "缺少诉求内容")]


def test_headings_under_a_merged_one_are_known(tmp_path: Path) -> None:
    def build(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 3, "某街道诉求明细")
        for column, name in enumerate(["工单编号", "受理时间"]):
            sheet.merge_range(1, column, 2, column, name)
        sheet.merge_range(1, 2, 1, 3, "诉求")
        sheet.write_row(2, 2, ["诉求标题", "诉求内容"])
        sheet.write_row(3, 0, ["W1", "2025-03-07", "电梯", "停了"])

    path = a_book(tmp_path, build)
    assert look_at(path).mapping["text"] == "诉求-诉求内容"
    (batch, rejected), *_ = read_complaints(path)
    assert (batch.column("text").to_pylist(), rejected) == (["电梯。停了"], [])


def test_every_visible_sheet_of_complaints_is_read_and_rows_of_others_say_so(tmp_path: Path) -> None:
    def build(book: xlsxwriter.Workbook) -> None:
        notes = book.add_worksheet("说明")
        notes.write_row(0, 0, ["填表说明", "备注"])
        notes.write_row(1, 0, ["请按月填写", "谢谢"])
        a_sheet(book, "1月", "W1", "W2")
        a_sheet(book, "2月", "W3", "")
        a_sheet(book, "草稿", "W9").hide()
        book.add_worksheet("空表")

    pieces = list(read_complaints(a_book(tmp_path, build)))
    kept = [number for batch, _ in pieces for number in batch.column("number").to_pylist()]
    assert kept == ["W1", "W2", "W3"]
    assert [each.cells[:3] for _, rejected in pieces for each in rejected] == [
        (5, "", "这张工作表没有工单编号、诉求内容两列（工作表“说明”第 2 行）"),
        (8, "", "缺少工单编号（工作表“2月”第 3 行）"),
    ]


def test_a_header_again_in_a_workbook_is_no_complaint(tmp_path: Path) -> None:
    def build(book: xlsxwriter.Workbook) -> None:
        sheet = a_sheet(book, "诉求", "W1", "W2")
        sheet.write_row(3, 0, ["工单编号", "受理时间", "诉求内容"])

    assert outcome(a_book(tmp_path, build)) == (["W1", "W2"], [(4, "这一行又是表头")])


def test_a_workbook_that_unpacks_beyond_measure_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 100_000_000)
    with pytest.raises(FileRefused, match="大得不正常"):
        look_at(path)


# --- Parquet ---


def a_parquet(tmp_path: Path, **columns: Any) -> Path:
    path = tmp_path / "complaints.parquet"
    parquet.write_table(pa.table({"number": ["W1", "W2"], "text": ["电梯停了", "漏水"], **columns}), path)
    return path


@pytest.mark.parametrize(
    ("columns", "kept", "rejected"),
    [
        ({}, ["W1", "W2"], []),
        ({"number": [188119.0, float("nan")]}, ["188119"], [(2, "缺少工单编号")]),
        ({"number": pa.array(["W1", "W2"], pa.large_string())}, ["W1", "W2"], []),
        ({"text": [b"\xe7\x81\xaf", b"\xff\xfe"]}, ["W1"], [(2, UNREADABLE)]),
        ({"text": pa.nulls(2)}, [], [(1, "缺少诉求内容"), (2, "缺少诉求内容")]),
        ({"time": [date(2025, 3, 7), None], "solved": [1.0, 0.0]}, ["W1", "W2"], []),
        ({"solved": ["是", "大概"]}, ["W1", "W2"], []),
        ({"other": [{"a": 1}, None]}, ["W1", "W2"], []),
    ],
)
def test_columns_of_parquet_are_taken_as_they_come(
    tmp_path: Path, columns: dict[str, Any], kept: list[str], rejected: list[tuple[int, str]]
) -> None:
    assert outcome(a_parquet(tmp_path, **columns)) == (kept, rejected)


@pytest.mark.parametrize(
    ("odd", "kind"),
    [
        ([{"a": 1}, None], "struct"),
        ([["a"], []], "list"),
        (pa.array([1, 2], pa.time64("us")), "time64"),
    ],
)
def test_a_nested_or_odd_column_of_parquet_is_refused_by_its_name(
    tmp_path: Path, odd: Any, kind: str
) -> None:
    with pytest.raises(FileRefused, match=f"“text”这一列装的是 {kind}"):
        outcome(a_parquet(tmp_path, text=odd))


def test_parquet_that_declares_more_rows_than_it_has_bytes_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "bomb.parquet"
    same = pa.array(["W1"]).dictionary_encode().take(pa.array([0] * 500_000))
    parquet.write_table(pa.table({"number": same, "text": same}), path)
    assert path.stat().st_size < 10_000
    with pytest.raises(FileRefused, match="大得不正常"):
        look_at(path)


def test_a_long_word_that_a_short_parquet_names_again_and_again_fills_no_memory(tmp_path: Path) -> None:
    words = pa.DictionaryArray.from_arrays(pa.array([0] * 4_000, pa.int32()), ["水" * 300_000])
    path = tmp_path / "complaints.parquet"
    parquet.write_table(pa.table({"number": [f"W{at}" for at in range(4_000)], "text": words}), path)
    before = pa.total_allocated_bytes()
    most = count = 0
    for batch, rejected in read_complaints(path):
        most = max(most, pa.total_allocated_bytes() - before)
        count += len(rejected) + batch.num_rows
    assert count == 4_000
    assert most < 300_000_000


# --- anything ---


def balances(path: Path) -> None:
    """Refused in a sentence, or every row is there once."""
    try:
        pieces = list(read_complaints(path))
    except FileRefused:
        return
    rows = [row for batch, _ in pieces for row in batch.column("row").to_pylist()]
    rows += [each.row for _, rejected in pieces for each in rejected]
    assert len(rows) == len(set(rows))
    assert all(each.reason for _, rejected in pieces for each in rejected)


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=400), start=st.sampled_from([b"", HEADER.encode(), HEADER.encode("gb18030")]))
def test_any_bytes_are_refused_or_balance(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, start: bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "complaints"
    path.write_bytes(start + data)
    balances(path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("whole")
    return {
        "xlsx": a_book(folder, lambda book: a_sheet(book, "诉求", "W1", "W2")).read_bytes(),
        "parquet": a_parquet(folder, time=[date(2025, 3, 7), None]).read_bytes(),
    }


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(kind=st.sampled_from(["xlsx", "parquet"]), data=st.data())
def test_a_damaged_file_is_refused_or_balances(
    tmp_path_factory: pytest.TempPathFactory, whole: dict[str, bytes], kind: str, data: st.DataObject
) -> None:
    damaged = bytearray(whole[kind])
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(4, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("damaged") / "complaints"
    path.write_bytes(damaged[: data.draw(st.integers(8, len(damaged)))])
    balances(path)


READABLE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffd"), max_size=30)


@settings(max_examples=150, deadline=None)
@given(
    texts=st.lists(READABLE, min_size=1, max_size=8),
    delimiter=st.sampled_from(",;\t|"),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
)
def test_every_text_comes_back_however_the_file_is_written(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], delimiter: str, line_end: str, encoding: str
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writerow(["工单编号", "诉求内容", "承办单位"])
    writer.writerows([f"W{at}", text, "街道"] for at, text in enumerate(texts))
    path = tmp_path_factory.mktemp("dialect") / "complaints.csv"
    path.write_bytes(out.getvalue().encode(encoding))
    pieces = list(read_complaints(path))
    found = {row["number"]: row["text"] for batch, _ in pieces for row in batch.to_pylist()}
    lost = {each.number: each.reason for _, rejected in pieces for each in rejected}
    blank = {f"W{at}" for at, text in enumerate(texts) if not text.strip()}
    assert lost == dict.fromkeys(blank, "缺少诉求内容")
    expected = {f"W{at}": text for at, text in enumerate(texts) if f"W{at}" not in blank}
    assert {number: _lines(text) for number, text in found.items()} == {
        number: _lines(text) for number, text in expected.items()
    }


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize(
    ("lines", "rejected"),
    [
        pytest.param([",,,,只有备注"], [(8, "缺少工单编号")], id="read fast"),
        pytest.param(
            ["W8,2025-03-09,多一列,是,,多的"],
            [(8, "列数不对：应有 5 列，这一行有 6 列")],
            id="read patiently",
        ),
    ],
)
def test_lines_in_which_nothing_stands_are_no_rows_however_the_file_is_read(
    tmp_path: Path, lines: list[str], rejected: list[tuple[int, str]]
) -> None:
    before = ["W1,2025-03-07,电梯停了,是,", "", " , ,,,", ",,,,", "\t", "W2,2025-03-08,漏水,否,"]
    header = HEADER.replace("\n", ",备注")
    assert of_bytes(tmp_path, "\n".join([header, *before, *lines, ""]).encode()) == (["W1", "W2"], rejected)


def test_millions_of_empty_lines_fill_no_memory(tmp_path: Path) -> None:
    tracemalloc.start()
    try:
        outcome_of = of_bytes(tmp_path, (HEADER + ROWS + "\n" * 1_500_000 + ROWS.replace("W", "V")).encode())
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert outcome_of == (["W1", "W2", "V1", "V2"], [])
    assert most < 40_000_000


def test_a_name_that_slipped_into_the_column_of_a_time_or_an_answer_is_not_given_back(tmp_path: Path) -> None:
    header = "工单编号,受理时间,诉求内容,是否解决,办结时间\n"
    path = tmp_path / "complaints.csv"
    path.write_text(header + "W1,李秀英,电梯停了,王小明,2025年3月7日 上午9:20\n", encoding="utf-8")
    errors = tmp_path / "errors.csv"
    store = Store(tmp_path / "store")
    check_file(path, errors, told={}, erased=Erased.of(store), now=datetime(2026, 11, 20, tzinfo=UTC))
    written = errors.read_text(encoding="utf-8-sig")
    assert "电梯停了" in written
    assert "2025年3月7日 上午9:20" in written
    assert "李秀英" not in written
    assert "王小明" not in written
