"""Files as hotlines export them: what is read, what is rejected, and that nothing is lost between."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from huiyin.analytics.reading.csv import window
from huiyin.analytics.reading.csv.cells import read_fast, read_patiently
from huiyin.analytics.reading.csv.layout import layout_of
from huiyin.analytics.reading.files import read_complaints
from huiyin.analytics.reading.mapping import find_mapping
from huiyin.analytics.reading.rows import to_raw
from huiyin.documents.refusals import FileRefused
from huiyin.domain.complaint_numbers import number_of

HEADER = "工单编号,受理时间,诉求标题,诉求内容,是否解决,联系电话\n"


def read(path: Path, **how: object) -> tuple[list[dict[str, object]], list[tuple[int, str]]]:
    """All kept rows and (row, reason) of all others."""
    pieces = list(read_complaints(path, **how))  # type: ignore[arg-type]
    kept = [row for batch, _ in pieces for row in batch.to_pylist()]
    return kept, [(each.row, each.reason) for _, rejected in pieces for each in rejected]


def written(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "complaints.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_is_read_in_the_encodings_offices_use(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path, HEADER + "W1,2025/3/7 9:05,电梯,三号电梯停了两天,未解决,13800000000\n", encoding)
    (row,), rejected = read(path)
    assert rejected == []
    assert row["number"] == "W1"
    assert row["text"] == "电梯。三号电梯停了两天"
    assert row["received_at"] == datetime(2025, 3, 7, 9, 5)
    assert row["is_solved"] == 0
    assert row["caller"] == "13800000000"
    assert row["row"] == 2


def test_a_title_above_the_header_and_line_breaks_in_a_cell_are_no_fault(tmp_path: Path) -> None:
    path = written(tmp_path, "某街道诉求明细\n" + HEADER + 'W1,2025-03-07,,"第一行\n第二行",是,\n')
    (row,), rejected = read(path)
    assert row["text"] == "第一行\n第二行"
    assert row["row"] == 3
    assert rejected == []


def test_rows_that_cannot_be_kept_say_why_and_where(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        HEADER
        + ",2025-03-07,,没有编号,是,\n"
        + "W2,2025-03-07,,,是,\n"
        + "W3,前天,,时间不对,是,\n"
        + "W4,2025-03-07,,答案认不出,大概,\n"
        + "W5,2025-03-07,,多一列,是,,,,\n"
        + "W6,2025-03-07,,好的一行,是,\n",
    )
    kept, rejected = read(path)
    assert [row["number"] for row in kept] == ["W4", "W6"]
    assert rejected == [
        (2, "缺少工单编号"),
        (3, "缺少诉求内容"),
        (4, "受理时间“2 个字”认不出"),
        (6, "列数不对：应有 6 列，这一行有 9 列"),
    ]


def test_a_file_of_mixed_encodings_loses_only_the_rows_that_are_not_readable(tmp_path: Path) -> None:
    path = tmp_path / "complaints.csv"
    good = HEADER + "W1,2025-03-07,,电梯停了,是,\n"
    path.write_bytes(
        good.encode()
        + "W2,2025-03-07,,楼道灯坏了,是,\n".encode("gb18030")
        + "W3,2025-03-07,,漏水,是,\n".encode()
    )
    kept, rejected = read(path)
    assert [row["number"] for row in kept] == ["W1", "W3"]
    assert rejected == [(3, "有认不出的字符：编码混杂或文件损坏")]


def test_a_nul_byte_costs_one_row(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER + "W1,2025-03-07,,电梯\0停了,是,\nW2,2025-03-07,,漏水,是,\n")
    kept, rejected = read(path)
    assert [row["number"] for row in kept] == ["W2"]
    assert rejected == [(2, "有认不出的字符：编码混杂或文件损坏")]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_no_row_is_lost_where_blocks_meet(
    tmp_path: Path, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window, "_FIRST_BLOCK", 1_024)
    monkeypatch.setattr(window, "_BLOCK", 4_096)
    lines = "".join(f'W{at},2025-03-07,,"第 {at} 件\n{"水" * (at % 90)}",是,\n' for at in range(1_000))
    kept, rejected = read(written(tmp_path, HEADER + lines, encoding))
    assert [row["number"] for row in kept] == [f"W{at}" for at in range(1_000)]
    assert [row["row"] for row in kept] == list(range(2, 1_002))
    assert rejected == []


def test_a_quotation_mark_left_open_costs_one_row(tmp_path: Path) -> None:
    lines = "".join(f"W{at},2025-03-07,,第 {at} 件,是,\n" for at in range(2, 2_000))
    path = written(tmp_path, HEADER + 'W1,2025-03-07,,"电梯停了,是,\n' + lines)
    kept, rejected = read(path)
    assert len(kept) == 1_998
    assert rejected == [(2, "引号没有成对")]


def test_a_mark_left_open_and_one_further_down_do_not_swallow_the_rows_between(tmp_path: Path) -> None:
    between = "".join(f"W{at},2025-03-07,,第 {at} 件,是,\n" for at in range(2, 50))
    tail = 'W50,2025-03-07,,"两行\n文字",是,\nW51,2025-03-07,,漏水,是,\n'
    path = written(tmp_path, HEADER + 'W1,2025-03-07,,"电梯停了,是,\n' + between + tail)
    kept, rejected = read(path)
    assert [row["number"] for row in kept] == [f"W{at}" for at in range(2, 52)]
    assert rejected == [(2, "引号没有成对")]


def test_marks_left_open_in_two_rows_do_not_make_one_of_them(tmp_path: Path) -> None:
    open_ones = "".join(f'W{at},2025-03-07,,"第 {at} 件,是,\n' for at in range(1, 5))
    kept, rejected = read(written(tmp_path, HEADER + open_ones + "W5,2025-03-07,,漏水,是,\n"))
    assert [row["number"] for row in kept] == ["W5"]
    assert rejected == [(row, "引号没有成对") for row in range(2, 6)]


@pytest.mark.parametrize("faulty", ["W9,2025-03-07,,停水,是,,一格太多\n", ""])
def test_inches_within_a_cell_open_nothing(tmp_path: Path, faulty: str) -> None:
    """Read by columns or, because of one faulty row, line by line: no row between two inch marks is lost."""
    rows = [f"N{at},2025-03-07,,更换{at}寸管道,是," for at in range(60)]
    rows[3], rows[41] = '"N3",2025-03-07,,更换4"管道,是,', 'N41,2025-03-07,,"更换""6""管道\n两处",是,'
    rows[50] = 'N50,2025-03-07,,更换8" 和"旧"管道,是,'
    kept, rejected = read(written(tmp_path, HEADER + "\n".join(rows) + "\n" + faulty))
    assert [row["number"] for row in kept] == [f"N{at}" for at in range(60)]
    assert [kept[at]["text"] for at in (3, 41, 50)] == [
        '更换4"管道',
        '更换"6"管道\n两处',
        '更换8" 和"旧"管道',
    ]
    assert [row for row, _ in rejected] == ([62] if faulty else [])


def test_a_mark_left_open_before_many_megabytes_costs_one_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window, "_FIRST_BLOCK", 1_024)
    monkeypatch.setattr(window, "_BLOCK", 4_096)
    rows = "".join(f"W{at},2025-03-07,,漏水,是,\n" for at in range(2, 2_000))
    kept, rejected = read(written(tmp_path, HEADER + 'W1,2025-03-07,,"电梯停了,是,\n' + rows))
    assert len(kept) == 1_998
    assert rejected == [(2, "引号没有成对")]


def test_a_workbook_and_a_parquet_file_give_the_same_rows(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "complaints.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["留言编号", "留言时间", "留言详情"])
    sheet.write_row(1, 0, [188119, "2019/5/27 16:04:44", "楼道灯不亮"])
    book.close()
    table = pa.table({"id": [188119], "time": [datetime(2019, 5, 27, 16, 4, 44)], "text": ["楼道灯不亮"]})
    parquet.write_table(table, tmp_path / "complaints.parquet")
    (from_book,), _ = read(tmp_path / "complaints.xlsx")
    (from_parquet,), _ = read(tmp_path / "complaints.parquet")
    assert from_book | {"row": 0} == from_parquet | {"row": 0}
    assert from_book["number"] == "188119"


def test_a_number_that_was_kept_from_becoming_a_figure_is_the_same_number(tmp_path: Path) -> None:
    header = "工单编号,诉求内容,区划代码\n"
    numbers = ("0012", '="0013"', '"=""0014"""', "'0015", "\t0016", "'=1+1", "D''17", "京〔2025〕18号")
    path = written(
        tmp_path, header + "".join(f'{each},清河里,="110106001"\n' for each in numbers) + '="",没有编号,\n'
    )
    kept, rejected = read(path)
    assert [row["number"] for row in kept] == [
        *("0012", "0013", "0014", "0015", "0016", "=1+1", "D''17", "京〔2025〕18号")
    ]
    assert {row["area_code"] for row in kept} == {"110106001"}
    assert rejected == [(10, "缺少工单编号")]


def test_a_row_that_adds_up_the_others_is_no_complaint(tmp_path: Path) -> None:
    totals = ("合计", "合 计：", "总　计", "小计", "累计 1,204 件", "共计：3")
    others = ("合计1号", "小计划-2", "总3")
    rows = "".join(f'"{each}",,,12,,\n' for each in (*totals, *others))
    kept, rejected = read(written(tmp_path, HEADER + rows))
    assert rejected == [(row, "这一行是合计，不是诉求") for row in range(2, 2 + len(totals))]
    assert [row["number"] for row in kept] == list(others)


def test_a_number_that_a_spreadsheet_took_for_a_figure_is_nobodys(tmp_path: Path) -> None:
    """Any other may have become the same, here or in the next file."""
    kept, rejected = read(
        written(tmp_path, HEADER + "2.02606E+11,,,灯不亮,,\n3e+12,,,漏水,,\nA1+2,,,停水,,\n")
    )
    assert [row["number"] for row in kept] == ["A1+2"]
    assert [row for row, reason in rejected if "请把这一列设为文本后重新导出" in reason] == [2, 3]


@pytest.mark.parametrize("error", ["#DIV/0!", "#N/A", " #REF! "])
def test_what_a_spreadsheet_writes_in_place_of_words_is_no_complaint(tmp_path: Path, error: str) -> None:
    kept, rejected = read(written(tmp_path, HEADER + f"W1,,,{error},,\nW2,,,#3楼漏水,,\n"))
    assert [row["number"] for row in kept] == ["W2"]
    assert rejected == [(2, "诉求内容是表格软件的出错提示")]


def test_numbers_that_look_alike_are_one(tmp_path: Path) -> None:
    spelled = ("BJ2026", "ＢＪ2026", "BJ\u200b2026", "\ufeffBJ2026", "BJ２０２６")
    kept, _ = read(written(tmp_path, HEADER + "".join(f"{each},,,灯不亮,,\n" for each in spelled)))
    assert [row["number"] for row in kept] == ["BJ2026"] * len(spelled)
    assert {number_of(each) for each in (*spelled, '="BJ2026"', "'BJ2026", " BJ2026 ")} == {"BJ2026"}


def test_half_past_midnight_as_spreadsheets_write_it_in_chinese(tmp_path: Path) -> None:
    times = {
        "2025/1/5 上午12:30": datetime(2025, 1, 5, 0, 30),
        "2025/1/5 下午12:30": datetime(2025, 1, 5, 12, 30),
        "2025-01-05 凌晨12:10": datetime(2025, 1, 5, 0, 10),
        "2025-01-05 晚上12:00": datetime(2025, 1, 6),
    }
    rows = "".join(f"W{at},{each},,灯不亮,,\n" for at, each in enumerate(times))
    kept, _ = read(written(tmp_path, HEADER + rows))
    assert [row["received_at"] for row in kept] == list(times.values())
    odd = "".join(
        f"W{at},{each},,灯不亮,,\n" for at, each in enumerate(("2025115", "2025-01-05-06", "2025W015"))
    )
    assert [row for row, _ in read(written(tmp_path, HEADER + odd))[1]] == [2, 3, 4]


def test_decimals_of_a_parquet_file_are_the_numbers_they_are(tmp_path: Path) -> None:
    numbers = [Decimal("12345678901234567.00"), Decimal("200.00"), None]
    columns = {
        "工单编号": pa.array(numbers, pa.decimal128(20, 2)),
        "诉求内容": ["清河里", "望春园", "没有编号"],
        "区划代码": pa.array([Decimal("110106001.0"), None, None], pa.decimal128(12, 1)),
        "是否解决": pa.array([Decimal("1.0"), Decimal("0.0"), None], pa.decimal128(3, 1)),
    }
    parquet.write_table(pa.table(columns), tmp_path / "a.parquet")
    kept, rejected = read(tmp_path / "a.parquet")
    assert [(row["number"], row["area_code"], row["is_solved"]) for row in kept] == [
        ("12345678901234567", "110106001", 1),
        ("200", None, 0),
    ]
    assert rejected == [(3, "缺少工单编号")]


def test_a_column_can_be_told(tmp_path: Path) -> None:
    path = written(tmp_path, "甲,乙\nW1,楼道灯不亮\n")
    with pytest.raises(FileRefused, match="找不到工单编号、诉求内容这一列。文件的列有：甲、乙"):
        read(path)
    (row,), _ = read(path, told={"number": "甲", "text": "乙"})
    assert (row["number"], row["text"]) == ("W1", "楼道灯不亮")
    with pytest.raises(FileRefused, match="文件里没有“丙”这一列"):
        read(path, told={"number": "甲", "text": "丙"})


@settings(max_examples=60, deadline=None)
@given(
    cells=st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffd"), max_size=20),
        min_size=1,
        max_size=8,
    )
)
def test_both_readers_of_csv_agree(tmp_path_factory: pytest.TempPathFactory, cells: list[str]) -> None:
    quoted = [cell.replace('"', '""') for cell in cells]
    text = HEADER + "".join(f'W{at},2025-03-07,,"{cell}",是,\n' for at, cell in enumerate(quoted))
    path = tmp_path_factory.mktemp("both") / "complaints.csv"
    path.write_bytes(text.encode())
    layout = layout_of(path).mapped()
    body = pa.py_buffer(text.removeprefix(HEADER).encode())
    fast = read_fast(body, layout)
    patient = read_patiently(body, layout, skipped=1)
    assert fast is not None
    assert to_raw(fast, pa.array(range(2, 2 + len(cells))), count=1 + len(cells)) == patient


def test_a_missing_column_is_asked_for_among_those_that_are_not_taken_yet() -> None:
    with pytest.raises(FileRefused, match="例如 --column text=说法。"):
        find_mapping(["工单编号", "受理时间", "说法"])
