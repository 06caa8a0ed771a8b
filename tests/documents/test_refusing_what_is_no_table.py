"""Files are judged by their bytes; what is dangerous or no table at all is refused with a clear sentence."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable

import pytest
import xlsxwriter

from huiyin.documents.refusals import FileRefused, Limits
from huiyin.documents.spreadsheets import open_table
from tests.costs import assert_costs_at_most, assert_grows_with_length
from tests.documents.old_xls import an_xls


def a_zip(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def an_xlsx(change: Callable[[dict[str, bytes]], None] = lambda parts: None) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row("A1", ["编号", "内容"])
        sheet.write_row("A2", ["1", "灯不亮"])
    with zipfile.ZipFile(io.BytesIO(out.getvalue())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    return a_zip(parts)


SHEET = "xl/worksheets/sheet1.xml"
BOMB = b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;&a;'>]><worksheet>&b;</worksheet>"
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)

REFUSALS = [
    ("a program", b"MZ\x90\0" + bytes(100), "程序文件"),
    ("an old Word file", OLE + "WordDocument".encode("utf-16-le"), "Word"),
    ("a web page", b"\n <HTML><table><tr><td>1</td></tr></table></html>", "网页"),
    ("a web page in UTF-8 with BOM", b"\xef\xbb\xbf<!DOCTYPE html><p>1", "网页"),
    ("Word", a_zip({"[Content_Types].xml": b"", "word/document.xml": b""}), "Word"),
    ("an archive", a_zip({"台账.csv": b"1,2"}), "压缩包"),
    ("a PDF", b"%PDF-1.7", "PDF"),
    ("a picture", b"\x89PNG\r\n\x1a\n", "图片"),
    ("bytes", b"abc\0def", "不是表格"),
    ("nothing", b"", "空的"),
    ("blank lines", b"\n\n  \n", "空的"),
    ("only commas", b",,,\n,,\n", "没有内容"),
    ("a cut xlsx", an_xlsx()[:-200], "损坏"),
    ("a protected xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "密码"),
    ("macros", an_xlsx(lambda p: p.update({"xl/vbaProject.bin": b"x"})), "宏"),
    ("a nested archive", an_xlsx(lambda p: p.update({"xl/embeddings/a.zip": b"x"})), "嵌着"),
    ("an entity bomb in the sheet", an_xlsx(lambda p: p.update({SHEET: BOMB})), "实体"),
    ("an entity bomb in the strings", an_xlsx(lambda p: p.update({"xl/sharedStrings.xml": BOMB})), "实体"),
    ("broken XML", an_xlsx(lambda p: p.update({SHEET: b"<worksheet><row>"})), "损坏"),
    ("a bomb by ratio", an_xlsx(lambda p: p.update({SHEET: b" " * 60_000_000})), "大得不正常"),
    ("many entries", a_zip({f"{n}.xml": b"" for n in range(1001)}), "大得不正常"),
    ("no known encoding", b"\xff\xfe" + b"\x00\xd8" * 20, "编码"),
    ("a broken xls", an_xls([["编号"]])[:1600], "损坏"),
]


@pytest.mark.parametrize(("data", "word"), [r[1:] for r in REFUSALS], ids=[r[0] for r in REFUSALS])
def test_it_is_refused_in_plain_words(data: bytes, word: str) -> None:
    with pytest.raises(FileRefused, match=word):
        list(open_table(data).rows())


def test_two_far_corners_cost_nothing() -> None:
    corners = (
        b'<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>A</t></is></c></row>'
        b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    far = an_xlsx(lambda p: p.update({SHEET: corners}))
    near = an_xlsx(lambda p: p.update({SHEET: corners.replace(b"1048576", b"2")}))
    assert [row.number for row in open_table(far).rows()] == [1048576]
    assert_costs_at_most(8, lambda: list(open_table(far).rows()), lambda: list(open_table(near).rows()))


def test_a_comment_full_of_merges_costs_no_more_than_its_length() -> None:
    def open_with(merges: int) -> None:
        assert open_table(data[merges]).headers == ("编号", "内容")

    data = {}
    for merges in (12_500, 100_000):
        comment = b"<!-- " + b"<mergeCell " * merges + b"--></worksheet>"
        data[merges] = an_xlsx(
            lambda p, end=comment: p.update({SHEET: p[SHEET].replace(b"</worksheet>", end)})
        )
    assert_grows_with_length(open_with, 12_500, 100_000)


def test_a_sheet_with_prefixed_names_is_read() -> None:
    sheet = (
        b'<x:worksheet xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"><x:sheetData><x:row><x:c t="inlineStr">'
        b"<x:is><x:t>A</x:t></x:is></x:c></x:row><x:row><x:c><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    )
    (row,) = open_table(an_xlsx(lambda p: p.update({SHEET: sheet}))).rows()
    assert (row.number, row.values) == (2, ("1",))


def test_a_hostile_xls_takes_down_only_the_child() -> None:
    data = bytearray(an_xls([["编号", "内容"], ["1", 2.0]]))
    at = data.rindex(struct.pack("<HHHHH", 0x0203, 14, 1, 1, 0))
    data[at + 4 : at + 8] = struct.pack("<HH", 65535, 65535)
    with pytest.raises(FileRefused):
        open_table(bytes(data))


LIMITS = [
    ("编号,内容\n" + "1,灯\n" * 5, Limits(max_rows=4), "超过 4 行"),
    ("a,b,c\n1,2,3\n", Limits(max_columns=2), "超过 2 列"),
    ("编号,内容\n1," + "长" * 11, Limits(max_cell_chars=10), "第 2 行有一格超过 10 字"),
    ("编号,内容\n" + "1,灯坏了\n" * 50, Limits(max_total_chars=100), "文字太多"),
    ("编号,内容\n" + "1,灯\n" * 50, Limits(max_bytes=100), "超过 0 MB"),
]


@pytest.mark.parametrize(("text", "limits", "sentence"), LIMITS)
def test_limits_are_the_callers(text: str, limits: Limits, sentence: str) -> None:
    with pytest.raises(FileRefused, match=sentence):
        list(open_table(text.encode(), limits=limits).rows())
