"""Export → import is the identity, and nothing that leaves runs as a formula."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from huiyin.documents.cells import guard, unguard
from huiyin.documents.refusals import FileRefused
from huiyin.documents.spreadsheets import open_table
from huiyin.documents.writing import Sheet, Value, write_csv, write_xlsx

HEADERS = ["编号", "诉求内容", "＝备注", "@答复", "时间", "小区", "Room_x0041_", "电话"]
NASTY = [
    "=1+1",
    "'=1+1",
    "''-x",
    "+86 139",
    "-",
    "@SUM(A1)",
    "\t=1",
    "\r\n=1",
    "＝1",
    "'",
    "'ok",
    "𠮷㐂龘",
    "👩‍👩‍👧",
    "０１２",
]
NASTY += [
    "001",
    "110106001000",
    "1.10E+11",
    "_x000D_",
    "a\r\nb",
    "a\nb",
    "line\r",
    " 前后空格 ",
    '"',
    '","',
    "2026-06-01",
    "TRUE",
]
NASTY += ["长" * 32_000, "\x01\x1f", "\ufffe\uffff", "\u2028", "\ufeff"]

texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40),
    st.builds(
        str.__add__,
        st.sampled_from(list("=+-@'\t\r\n＝＋－＠")),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
    ),
)
moments = st.datetimes(dt.datetime(1900, 3, 1), dt.datetime(2199, 1, 1)).map(
    lambda m: m.replace(microsecond=0)
)
dates = st.dates(dt.date(1900, 3, 1), dt.date(2199, 1, 1))


@st.composite
def tables(draw: st.DrawFn, values: st.SearchStrategy[Value]) -> tuple[list[str], list[list[Value]]]:
    width = draw(st.integers(1, len(HEADERS)))
    header = draw(st.permutations(HEADERS))[:width]
    row = st.lists(values, min_size=width, max_size=width).filter(
        lambda cells: any(not isinstance(cell, str) or cell.strip() for cell in cells)
    )
    return header, draw(st.lists(row, max_size=12))


@given(tables(st.one_of(texts, texts, moments, dates)))
@settings(max_examples=150, deadline=None)
def test_xlsx_comes_back_as_it_left(table: tuple[list[str], list[list[Value]]]) -> None:
    header, rows = table
    out = io.BytesIO()
    write_xlsx(out, [Sheet("台账", header, rows)])
    back = open_table(out.getvalue())
    assert list(back.headers) == header
    assert [list(row.values) for row in back.rows()] == rows


@given(tables(texts))
@example((["编号"], [["a;b"], ["c;d"]]))
@example((["编号"], [["\x01\x1f"]]))
@example((["编号", "答复", "时间"], [["\t=1", "\r", "\t"], ["=1+1", "\t=1", "\r"]]))
@settings(max_examples=150, deadline=None)
def test_csv_comes_back_as_it_left(table: tuple[list[str], list[list[Value]]]) -> None:
    header, rows = table
    out = io.BytesIO()
    write_csv(out, header, rows)
    back = open_table(out.getvalue())
    assert list(back.headers) == header
    assert [list(row.values) for row in back.rows()] == rows


@given(texts)
@example("'=1")
@settings(max_examples=400)
def test_the_guard_can_always_be_undone_and_leaves_no_trigger_in_front(text: str) -> None:
    assert unguard(guard(text)) == text
    assert guard(text)[:1] not in set("=+-@\t\r\n＝＋－＠")


def test_a_csv_field_that_would_run_is_guarded() -> None:
    out = io.BytesIO()
    write_csv(out, ["内容"], [["=cmd|'/c calc'!A1"], ["+8613900000000"], ["平常"]])
    lines = out.getvalue().decode("utf-8-sig").splitlines()
    assert lines == ['"内容"', "\"'=cmd|'/c calc'!A1\"", '"\'+8613900000000"', '"平常"']


def test_an_xlsx_holds_no_formula_and_no_link() -> None:
    out = io.BytesIO()
    write_xlsx(out, [Sheet("台账", ["内容"], [['=HYPERLINK("http://x")'], ["http://example.org"]])])
    archive = zipfile.ZipFile(io.BytesIO(out.getvalue()))
    sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet
    assert "'=HYPERLINK" in sheet


def test_numbers_are_numbers_in_excel_and_exact_text_when_read(tmp_path: Path) -> None:
    path = tmp_path / "numbers.xlsx"
    write_xlsx(path, [Sheet("数", ["户数", "单价", "编码"], [[120, Decimal("2.35"), 110106199001011234]])])
    (row,) = open_table(path).rows()
    assert row.values == ("120", "2.35", "110106199001011234")


def test_a_cell_excel_cannot_hold_is_refused_and_never_cut(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="请改导出 CSV"):
        write_xlsx(tmp_path / "long.xlsx", [Sheet("长", ["内容"], [["长" * 32_768]])])
