"""Whether a file may hold a word, and rows taken out of a file of ours."""

from __future__ import annotations

import io
import zipfile

import pytest

from huiyin.documents.searching import may_hold
from huiyin.documents.writing import Sheet, without_rows, write_csv, write_xlsx

ROWS = [["W1", "一"], ["=W2", "二"], ["W3", "W1"]]


def a_csv() -> bytes:
    out = io.BytesIO()
    write_csv(out, ["工单编号", "原因"], ROWS)
    return out.getvalue()


def an_xlsx() -> bytes:
    out = io.BytesIO()
    write_xlsx(out, [Sheet("诉求", ["工单编号", "电话"], [["W1", 13800001234]])])
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_word_is_found_in_csv_however_it_is_encoded(encoding: str) -> None:
    data = a_csv().decode("utf-8-sig").encode(encoding)
    assert may_hold(data, ["W9", "W3"])
    assert not may_hold(data, ["W9"])


def test_a_word_is_found_in_the_cells_of_a_workbook() -> None:
    assert may_hold(an_xlsx(), ["W1"])
    assert may_hold(an_xlsx(), ["13800001234"])
    assert not may_hold(an_xlsx(), ["W9"])


@pytest.mark.parametrize(
    ("word", "stands", "instead"),
    [
        ("13800001234", b"13800001234", b"1.3800001234E+10"),
        ("W1", b"<t>W1</t>", b"<r><t>W</t></r><r><rPr><b/></rPr><t>1</t></r>"),
        ("W1", b"W1", b"&#87;1"),
    ],
    ids=["as Excel writes floats", "in two fonts", "by its code"],
)
def test_a_word_is_found_however_a_workbook_writes_it(word: str, stands: bytes, instead: bytes) -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(an_xlsx())) as archive, zipfile.ZipFile(written, "w") as other:
        for name in archive.namelist():
            other.writestr(name, archive.read(name).replace(stands, instead))
    assert not _bytes_say(written.getvalue(), word)
    assert may_hold(written.getvalue(), [word])
    assert not may_hold(written.getvalue(), ["W9"])


def _bytes_say(data: bytes, word: str) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return any(word.encode() in archive.read(name) for name in archive.namelist())


def test_what_cannot_be_searched_may_hold_it() -> None:
    assert may_hold(b"\xd0\xcf\x11\xe0 an old workbook", ["W9"])
    assert may_hold(b"PAR1 columns", ["W9"])
    assert may_hold(b"PK\x03\x04 broken", ["W9"])
    assert may_hold("工单".encode("gb18030"), ["工单"])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("much", b"0" * 200_000_001)
    assert may_hold(packed.getvalue(), ["W9"])


def test_rows_go_by_the_word_in_one_column_alone() -> None:
    left = without_rows(a_csv(), "工单编号", {"W1", "=W2"}).decode("utf-8-sig").splitlines()
    assert left == ['"工单编号","原因"', '"W3","W1"']
    unquoted = b"number,why\r\nW1,x\r\nW3,W1\r\n"
    assert without_rows(unquoted, "number", {"W1"}).splitlines()[1:] == [b"W3,W1"]


def test_a_file_without_such_rows_or_without_the_column_stays_as_it_is() -> None:
    assert without_rows(a_csv(), "工单编号", {"W9"}) == a_csv()
    assert without_rows(a_csv(), "编号", {"W1"}) == a_csv()
    assert without_rows(b"", "工单编号", {"W1"}) == b""


def test_a_sheet_that_is_hidden_is_not_read_and_may_hold_anything() -> None:
    plain, written = io.BytesIO(), io.BytesIO()
    write_xlsx(plain, [Sheet("诉求", ["工单编号"], [["W1"]]), Sheet("另表", ["工单编号"], [["W2"]])])
    with zipfile.ZipFile(plain) as archive, zipfile.ZipFile(written, "w") as other:
        for name in archive.namelist():
            other.writestr(
                name,
                archive.read(name).replace('name="另表"'.encode(), 'name="另表" state="hidden"'.encode()),
            )
    assert not may_hold(plain.getvalue(), ["W9"])
    assert may_hold(written.getvalue(), ["W9"])
