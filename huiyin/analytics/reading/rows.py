"""Cells as a file gives them → a batch of RAW, and the rows that cannot be kept, each with its reason."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huiyin.analytics.columns import texts_of
from huiyin.analytics.reading.mapping import ANSWERS, FIELDS, TIMES, answers, headings, shape_of
from huiyin.analytics.schema import RAW
from huiyin.documents.cells import Cell, cell_text, guard
from huiyin.documents.moments import read_moment
from huiyin.domain.clocks import BEIJING
from huiyin.domain.complaint_numbers import AS_A_FIGURE, KEPT_AS_TEXT

LONGEST_TEXT = 20_000
"""Characters of one complaint; a longer one is a fault of the file."""
LONGEST_NUMBER = 64
_TIME = RAW.field("received_at").type
_FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d",
    "%Y-%m-%d",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日",
    "%Y.%m.%d",
    "%Y.%m.%d %H:%M",
    "%Y.%m.%d %H:%M:%S",
    "%Y年%m月%d日 %H时%M分",
    "%Y年%m月%d日 %H时%M分%S秒",
    "%Y-%m-%d %H:%M:%S.0",
    "%Y%m%d %H:%M:%S",
    "%Y%m%d%H%M%S",
    "%Y%m%d",
)
_DIGITS_ALONE = {"%Y%m%d%H%M%S": 14, "%Y%m%d": 8}
"""How many they are where nothing stands between: 2025115 may be two days."""
NO_ROWS = pa.RecordBatch.from_pylist([], RAW)
_EARLIEST, _LATEST = 631_152_000_000, 4_102_444_800_000  # 1990, 2100
_EXCEL_DAY = re.compile(r"\d{5}(\.\d+)?")
_EXCEL_START = datetime(1899, 12, 30)  # noqa: DTZ001 - the clock of whoever typed it
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:|\d{8}T\d{4}")
_OF_A_TIME = re.compile("[年月日号时点分秒上下午中晚周星期一二三四五六]+")
_UNREADABLE = "[\x00\ufffd]"
_UNREADABLE_REASON = "有认不出的字符：编码混杂或文件损坏"
_END_OF_UNREADABLE = int.from_bytes("\ufffd".encode()[1:], "little")
_TOTAL = r"^[合总小累共][\s\x{3000}]*计[\s:：]*[\d,，.]*\s*[件条宗]?$"
ROUNDED_NUMBER = "编号多半被表格软件当成数字，末几位变成了 0，请把这一列设为文本后重新导出"
_ERRORS = pa.array(["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!"])
_BEGINS_A_NUMBER = np.zeros(256, np.bool_)
_BEGINS_A_NUMBER[np.frombuffer(f"{string.digits}{string.ascii_letters}".encode(), np.uint8)] = True
_NAMES = {
    "received_at": "受理时间",
    "closed_at": "办结时间",
    "is_responded": "是否响应",
    "is_solved": "是否解决",
    "is_satisfied": "是否满意",
}

_GIVEN_BACK = tuple(field for field in FIELDS if field not in ("number", "caller"))
"""Columns of a rejected row that can be mended and brought again; who called is not told."""
GIVEN_BACK_ROWS = 1_000
"""Of one part of a file. Where more are wrong, it is the file or its mapping."""
ERROR_HEADINGS = ("行", "工单编号", "原因", *(headings()[field][1] for field in _GIVEN_BACK))
"""Of an error file; by these the columns are found again."""
MASKED_HEADINGS = frozenset(ERROR_HEADINGS) - {"行", "原因"}
"""Under which stands what stood in the row."""
_ANSWER_IN_WORDS = {1: "是", 0: "否", -1: "未评价"}
"""A row that was read already gives its answers back so: what it said first is not known any more."""
_PARTICULAR = re.compile(r"“.*”|\d+(?= [行列])")


@dataclass(frozen=True)
class Rejected:
    """One row that is not kept: its number in the file (the header is row 1), its complaint number and why."""

    row: int
    number: str
    reason: str
    where: str = ""
    """In a workbook's further sheets, whose rows are counted on: which, and the row there."""
    written: tuple[str, ...] = ()
    """What stands in the row, in the order of `_GIVEN_BACK`; empty where it is not known."""

    @property
    def cells(self) -> tuple[int | str, ...]:
        """As a line of an error file, which a spreadsheet opens: nothing personal in it, no formula."""
        place = f"（{self.where}）" if self.where else ""
        row = (guard(_masked(cell)) for cell in self.written)
        return self.row or "", guard(_masked(self.number)), f"{self.reason}{place}", *row

    @property
    def kind(self) -> str:
        """The reason without what was written in the row."""
        return _PARTICULAR.sub("…", self.reason)


class Read(NamedTuple):
    """A batch of RAW, what was rejected beside it, and how many rows of the file they are: rows begin with 1."""

    batch: pa.RecordBatch
    rejected: list[Rejected]
    rows: int
    remarks: Mapping[str, int]
    """What was left out of rows that are kept → how many they are."""


@dataclass(frozen=True)
class Ready:
    """A part of a file that is read already."""

    made: Read

    def read(self) -> Read:
        return self.made


def to_raw(
    cells: Mapping[str, pa.Array],
    rows: pa.Array,
    called: Mapping[str, str] = MappingProxyType({}),
    *,
    count: int,
) -> Read:
    """`cells`: field → column of the file, strings or of a type of its own; `rows`: their numbers in the file.

    `count`: how many rows of the file they stand for.
    `called`: field → what its column is called, by which a header in the midst of the rows is known.
    """
    faults = _Faults()
    unknown: dict[str, pa.Array] = {}
    columns: dict[str, pa.Array] = {"row": rows.cast(pa.int64())}
    number = _trimmed(_text_of(cells["number"]))
    if _is_not_ascii(number):  # as complaint_numbers.number_of, for a whole column
        number = _trimmed(pc.replace_substring_regex(pc.utf8_normalize(number, form="NFKC"), r"\p{Cf}+", ""))
    if is_odd := _begins_otherwise(number):
        number = _bare(number)
    text = _text_of(cells["text"])
    if "title" in cells:
        text = _with_title(_trimmed(_text_of(cells["title"])), text)
    if "number" in called and _any(again := pc.equal(number, called["number"].strip())):
        faults.add(
            pc.and_(again, pc.equal(_trimmed(text), called["text"].strip())), lambda at: "这一行又是表头"
        )
    faults.add(pc.equal(number, ""), lambda at: "缺少工单编号")
    if is_odd:
        faults.add(pc.match_substring_regex(number, _TOTAL), lambda at: "这一行是合计，不是诉求")
    faults.add(pc.greater(pc.binary_length(number), LONGEST_NUMBER), lambda at: "工单编号太长")
    if _holds(number, "+"):
        faults.add(
            pc.match_substring_regex(number, AS_A_FIGURE), lambda at: f"工单编号不完整：{ROUNDED_NUMBER}"
        )
    lengths = pc.binary_length(text)
    if _any(pc.less(lengths, 16)):
        faults.add(pc.equal(pc.utf8_trim_whitespace(text), ""), lambda at: "缺少诉求内容")
        if _holds(text, "#"):
            faults.add(pc.is_in(_trimmed(text), _ERRORS), lambda at: "诉求内容是表格软件的出错提示")
    if _any(pc.greater(lengths, LONGEST_TEXT)):
        faults.add(
            pc.greater(pc.utf8_length(text), LONGEST_TEXT), lambda at: f"诉求内容超过 {LONGEST_TEXT:,} 字"
        )
    columns["number"], columns["text"] = number, text
    for field in ("channel", "area_code", "category_given", "urgency", "dispatched_to", "caller"):
        if field in cells:
            found = _trimmed(_text_of(cells[field]))
            columns[field] = pc.if_else(pc.equal(found, ""), None, found)
    if "area_code" in columns:
        code = columns["area_code"]
        if _any(pc.invert(pc.ascii_is_decimal(code))):
            code = _bare(code)
            if _any(is_words := pc.invert(pc.ascii_is_decimal(code))):
                code = pc.if_else(is_words, None, code)
                unknown["区划代码写的不是数字，按没有填写存入"] = is_words
            columns["area_code"] = code
    for column in columns.values():
        if pa.types.is_string(column.type) and _may_be_unreadable(column):
            faults.add(pc.match_substring_regex(column, _UNREADABLE), lambda at: _UNREADABLE_REASON)
    for field in TIMES:
        if field in cells:
            columns[field], written = _times(cells[field])
            bad = pc.and_(pc.is_null(columns[field]), pc.not_equal(written, ""))
            faults.add(bad, lambda at, field=field, written=written: _unread(field, written[at]))
    for field in ANSWERS:
        if field in cells:
            columns[field], is_unknown = _answers(cells[field])
            if _any(is_unknown):
                unknown[f"{_NAMES[field]}的写法认不出，按没有填写存入"] = is_unknown
    arrays = [columns.get(field.name, pa.nulls(len(rows), field.type)) for field in RAW]
    batch = pa.RecordBatch.from_arrays(arrays, schema=RAW)
    if not faults.reasons:
        return Read(batch, [], count, {said: where.true_count for said, where in unknown.items()})
    rejected = [
        Rejected(
            rows[at].as_py(),
            number[at].as_py()[:LONGEST_NUMBER],
            reason,
            written=written_in(cells, at) if place < GIVEN_BACK_ROWS else (),
        )
        for place, (at, reason) in enumerate(sorted(faults.reasons.items()))
    ]
    is_kept = pa.array([at not in faults.reasons for at in range(len(rows))])
    left = {said: pc.and_(where, is_kept).true_count for said, where in unknown.items()}
    remarks = {said: found for said, found in left.items() if found}
    return Read(batch.filter(is_kept), rejected, count, remarks)


def written_in(columns: Mapping[str, pa.Array], at: int) -> tuple[str, ...]:
    """What stands in a row of these columns, as a rejected one tells it."""
    cells = {field: columns[field][at].as_py() for field in _GIVEN_BACK if field in columns}
    said = {
        field: _ANSWER_IN_WORDS.get(cell, cell) if field in ANSWERS else cell for field, cell in cells.items()
    }
    return given_back({field: str(cell) for field, cell in said.items() if cell is not None})


def given_back(cells: Mapping[str, str]) -> tuple[str, ...]:
    """As a rejected row tells what stands in it; in place of a time or an answer no name.

    In a row that was shifted somebody's stands there, and masking does not know one without words around it.
    """
    left = {field: written for field, written in cells.items() if _may_stand(field, written)}
    return tuple(left.get(field, "")[:LONGEST_TEXT] for field in _GIVEN_BACK)


def _may_stand(field: str, written: str) -> bool:
    if field not in TIMES and field not in ANSWERS:
        return True
    from huiyin.language.personal.names import begins_like_a_name  # its words take a while to load

    return written.strip() in answers() or not begins_like_a_name(_OF_A_TIME.sub(" ", written))


class _Faults:
    """The first reason of each faulty row."""

    def __init__(self) -> None:
        self.reasons: dict[int, str] = {}

    def add(self, bad: pa.Array, reason: Callable[..., str]) -> None:
        if not _any(bad):
            return
        for at in pc.indices_nonzero(pc.fill_null(bad, False)).to_pylist():
            self.reasons.setdefault(at, reason(at))


def _may_be_unreadable(column: pa.Array) -> bool:
    """Whether its bytes hold a NUL, or the last two of U+FFFD; a regular expression costs ten times as much."""
    data = np.frombuffer(column.buffers()[2] or b"", np.uint8)
    if not len(data):
        return False
    pairs = (data[at : at + (len(data) - at) // 2 * 2].view("<u2") for at in (0, 1))
    return not data.min() or any((each == _END_OF_UNREADABLE).any() for each in pairs)


def _holds(column: pa.Array, sign: str) -> bool:
    """Whether its bytes hold this sign; a regular expression costs ten times as much."""
    data, _ = texts_of(column)
    return bool((data == ord(sign)).any())


def _is_not_ascii(column: pa.Array) -> bool:
    return bool((texts_of(column)[0] > 0x7F).any())


def _any(mask: pa.Array) -> bool:
    return bool(pc.any(mask, min_count=0).as_py())


def _text_of(column: pa.Array) -> pa.Array:
    """As strings, empty where there is nothing."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if not pa.types.is_string(column.type):
        column = column.cast(pa.string())
    return pc.fill_null(column, "") if column.null_count else column


def _trimmed(column: pa.Array) -> pa.Array:
    return pc.utf8_trim_whitespace(column)


def _begins_otherwise(numbers: pa.Array) -> bool:
    """Whether one begins neither with a figure nor with a letter; a regular expression costs twenty times as much."""
    data, offsets = texts_of(numbers)
    starts = offsets[:-1][np.diff(offsets) > 0]
    return not _BEGINS_A_NUMBER[data[starts]].all()


def _bare(column: pa.Array) -> pa.Array:
    return _trimmed(pc.replace_substring_regex(column, KEPT_AS_TEXT, r"\1\2"))


def _with_title(title: pa.Array, text: pa.Array) -> pa.Array:
    """The title before the text, unless the text begins with it or there is none."""
    pairs = zip(title.to_pylist(), text.to_pylist(), strict=True)
    return pa.array(
        [each if not head or each.startswith(head) else f"{head}。{each}" for head, each in pairs],
        pa.string(),
    )


def _unread(field: str, written: pa.Scalar) -> str:
    """Without what is written: a shifted cell holds somebody's telephone or name."""
    said = written.as_py()
    return _UNREADABLE_REASON if "\ufffd" in said else f"{_NAMES[field]}“{shape_of(said)}”认不出"


def _masked(text: str) -> str:
    from huiyin.language.masking import mask  # its patterns take a while to load

    return mask(text)


def _times(column: pa.Array) -> tuple[pa.Array, pa.Array]:
    """(times, what was written); null where nothing is written or it is no time between 1990 and 2100."""
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        if pa.types.is_timestamp(column.type) and column.type.tz:
            column = pc.local_timestamp(column.cast(pa.timestamp(column.type.unit, "Asia/Shanghai")))
        return _sane(column.cast(_TIME, safe=False)), _text_of(column)
    written = _trimmed(_text_of(column))
    blank_as_null = pc.if_else(pc.equal(written, ""), None, written)
    try:
        return _sane(blank_as_null.cast(_TIME)), written
    except pa.ArrowInvalid:
        pass
    found = pa.nulls(len(written), _TIME)
    for pattern in _FORMATS:
        left = pc.if_else(pc.is_null(found), blank_as_null, None)
        if digits := _DIGITS_ALONE.get(pattern):
            left = pc.if_else(pc.equal(pc.binary_length(left), digits), left, None)
        if left.null_count == len(left):
            break
        found = pc.coalesce(found, pc.strptime(left, format=pattern, unit="ms", error_is_null=True))
    # Arrow takes 30 February for 2 March: what may be such a day is read again.
    rolled = pc.and_(pc.less_equal(pc.day(found), 3), pc.match_substring_regex(written, "29|30|31"))
    found = pc.if_else(pc.fill_null(rolled, False), None, found)
    left = pc.and_(pc.is_null(found), pc.is_valid(blank_as_null))
    if _any(left):
        values = found.to_pylist()
        for at in pc.indices_nonzero(left).to_pylist():
            values[at] = _time_of(written[at].as_py())
        found = pa.array(values, _TIME)
    return _sane(found), written


def _sane(times: pa.Array) -> pa.Array:
    moments = times.cast(pa.int64())
    inside = pc.and_(pc.greater_equal(moments, _EARLIEST), pc.less(moments, _LATEST))
    return times if not _any(pc.invert(inside)) else pc.if_else(inside, times, None)


def _time_of(written: str) -> datetime | None:
    """As people type it, ISO with a zone, the day number of a spreadsheet."""
    if _EXCEL_DAY.fullmatch(written):
        return _EXCEL_START + timedelta(seconds=round(float(written) * 86_400))
    try:
        if (typed := read_moment(written)) is not None:
            return typed
        if not _ISO.match(written):
            return None
        moment = datetime.fromisoformat(written)
        return moment.astimezone(BEIJING).replace(tzinfo=None) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        return None


def _answers(column: pa.Array) -> tuple[pa.Array, pa.Array]:
    """(1, 0, -1 or null; where a word is not known, which is null too)."""
    if pa.types.is_boolean(column.type):
        return column.cast(pa.int8()), pa.array([False] * len(column))
    encoded = _trimmed(_text_of(column)).dictionary_encode()
    words = encoded.dictionary.to_pylist()
    values = pa.array([answers().get(word) for word in words], pa.int8())
    known = pa.array([word == "" or word in answers() for word in words], pa.bool_())
    return values.take(encoded.indices), pc.invert(known.take(encoded.indices))


def columns_of(records: Sequence[Sequence[Cell]], places: Mapping[str, int]) -> dict[str, pa.Array]:
    """Records of cells → field → strings; a short record is filled with empty cells."""
    return {
        field: pa.array(
            [cell_text(record[at]) if at < len(record) else "" for record in records], pa.string()
        )
        for field, at in places.items()
    }
