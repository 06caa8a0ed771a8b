"""Tables as offices make them: titles, merges, two header lines, codes, dates, old encodings."""

from __future__ import annotations

import datetime as dt
import io
import os
from pathlib import Path

import pytest
import xlsxwriter

from huiyin.documents.spreadsheets import Table, open_table
from tests.documents.old_xls import an_xls


def values(table: Table) -> list[list[object]]:
    return [list(row.values) for row in table.rows()]


def a_book(fill, **options) -> bytes:  # type: ignore[no-untyped-def]
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, options) as book:
        fill(book, book.add_worksheet("数据"))
    return out.getvalue()


def test_titles_above_the_header_are_skipped_and_rows_keep_their_numbers() -> None:
    def fill(book, sheet):  # type: ignore[no-untyped-def]
        sheet.merge_range("A1:C1", "某社区诉求台账", book.add_format())
        sheet.write_row("A2", ["填报：", "六月"])
        sheet.write_row("A4", ["编号", "小区", "内容"])
        sheet.write_row("A5", ["1", "甲", "灯不亮"])
        sheet.write_row("A8", ["2", "乙", "门坏了"])

    table = open_table(a_book(fill))
    assert table.headers == ("编号", "小区", "内容")
    assert table.header_row == 4
    assert [row.number for row in table.rows()] == [5, 8]


def test_known_names_find_the_header_where_counting_cannot() -> None:
    data = "甲,乙,丙,丁\n编号,内容,,\n1,灯,,\n".encode()
    assert open_table(data).headers[0] == "甲"
    assert open_table(data, known_headers=["编号", "内容"]).headers == ("编号", "内容")


def test_a_header_of_two_lines_becomes_one() -> None:
    def fill(book, sheet):  # type: ignore[no-untyped-def]
        plain = book.add_format()
        sheet.merge_range("A1:A2", "编号", plain)
        sheet.merge_range("B1:C1", "联系人", plain)
        sheet.merge_range("D1:D2", "内容", plain)
        sheet.write_row("B2", ["姓名", "电话"])
        sheet.write_row("A3", ["1", "王", "13", "灯"])

    table = open_table(a_book(fill))
    assert table.headers == ("编号", "联系人-姓名", "联系人-电话", "内容")
    assert values(table) == [["1", "王", "13", "灯"]]


def test_a_value_merged_downwards_counts_for_each_row() -> None:
    def fill(book, sheet):  # type: ignore[no-untyped-def]
        sheet.write_row("A1", ["小区", "内容"])
        sheet.merge_range("A2:A3", "云杉里", book.add_format())
        sheet.write_column("B2", ["灯", "门", "水"])

    assert values(open_table(a_book(fill))) == [["云杉里", "灯"], ["云杉里", "门"], ["", "水"]]


def test_codes_and_amounts_come_as_exact_text() -> None:
    def fill(book, sheet):  # type: ignore[no-untyped-def]
        sheet.write_row("A1", ["区划", "楼号", "工号", "单价", "比例", "对"])
        sheet.write_row("A2", [110106001000, "007", 2.35, 0.1 + 0.2])
        sheet.write_number("C2", 42, book.add_format({"num_format": "00000"}))
        sheet.write_number("D2", 2.35)
        sheet.write_number("E2", 0.3)
        sheet.write_boolean("F2", True)

    assert values(open_table(a_book(fill))) == [["110106001000", "007", "00042", "2.35", "0.3", "TRUE"]]


@pytest.mark.parametrize("since_1904", [False, True])
def test_dates_follow_their_format(since_1904: bool) -> None:
    formats = [
        'yyyy"年"m"月"d"日"',
        "yyyy/m/d h:mm",
        "h:mm",
        "[h]:mm:ss",
        "m/d/yy",
        "yyyy-mm-dd hh:mm:ss.000",
    ]

    def fill(book, sheet):  # type: ignore[no-untyped-def]
        sheet.write_row("A1", ["日", "时刻", "钟点", "时长", "短", "细"])
        moment = dt.datetime(2026, 6, 8, 9, 30)
        given = [moment.date(), moment, moment.time(), dt.timedelta(hours=26), moment.date(), moment]
        for column, (value, code) in enumerate(zip(given, formats, strict=True)):
            sheet.write_datetime(1, column, value, book.add_format({"num_format": code}))

    (row,) = values(open_table(a_book(fill, date_1904=since_1904)))
    moment = dt.datetime(2026, 6, 8, 9, 30)
    assert row == [moment.date(), moment, moment.time(), "26:00:00", moment.date(), moment]


def test_a_header_that_repeats_or_is_missing_still_has_a_name() -> None:
    table = open_table("编号,电话,电话,\n1,2,3,4\n".encode())
    assert table.headers == ("编号", "电话", "电话（2）", "第4列")
    assert values(table) == [["1", "2", "3", "4"]]


def test_a_row_wider_than_the_header_says_so() -> None:
    (row,) = open_table("编号,内容\n1,灯,坏了\n".encode(), known_headers=["编号", "内容"]).rows()
    assert row.surplus == 0  # the third column got a name of its own
    rows = ["编号,内容"] + [f"{n},灯" for n in range(40)] + ["41,灯,坏了"]
    *_, last = open_table("\n".join(rows).encode()).rows()
    assert last.surplus == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_in_any_usual_encoding_and_delimiter(encoding: str, delimiter: str) -> None:
    lines = [["编号", "内容"], ["001", '"灯不亮\n门也坏"'], ["002", "𠮷㐂龘"]]
    data = "\r\n".join(delimiter.join(line) for line in lines).encode(encoding)
    table = open_table(data)
    assert table.format == "csv"
    assert values(table) == [["001", "灯不亮\n门也坏"], ["002", "𠮷㐂龘"]]


def test_an_old_xls_is_read_by_its_content_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(an_xls([["编号", "内容", "户数"], ["001", "灯不亮", 12.0], ["002", "=1", 2.5]]))
    table = open_table(path)
    assert table.format == "xls"
    assert values(table) == [["001", "灯不亮", "12"], ["002", "=1", "2.5"]]


def test_the_second_sheet_can_be_asked_for_and_an_empty_first_is_passed_over() -> None:
    def fill(book, sheet):  # type: ignore[no-untyped-def]
        for name in ("六月", "七月"):
            other = book.add_worksheet(name)
            other.write_row("A1", ["编号", "月份"])
            other.write_row("A2", ["1", name])

    data = a_book(fill)
    assert open_table(data).sheet == "六月"
    assert values(open_table(data, sheet="七月")) == [["1", "七月"]]
    assert open_table(data).sheets == ("数据", "六月", "七月")


def test_real_files_read_the_same_as_calamine_reads_them() -> None:
    import python_calamine

    folder = Path(os.environ.get("HUIYIN_SHARED", "../shared")) / "data/real"
    for name, rows in (("messages.xlsx", 4326), ("messages_with_replies.xlsx", 2816)):
        path = folder / name
        if not path.exists():
            pytest.skip(f"{path} is not here")
        ours = values(open_table(path))
        sheet = python_calamine.load_workbook(path).get_sheet_by_index(0).to_python()[1:]
        theirs = [[f"{v:.0f}" if isinstance(v, float) else v for v in row] for row in sheet]
        assert len(ours) == rows
        midnight = dt.time()  # calamine drops it even where the format shows hours
        assert [
            [v.date() if isinstance(v, dt.datetime) and v.time() == midnight else v for v in r] for r in ours
        ] == theirs
