"""Old ledgers as people keep them: rows, files of them, and the way of a file through the import."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any

from huiyin.apps.imports.models import Import
from huiyin.apps.imports.services import run_import, set_mapping, start_import, upload_file
from huiyin.apps.ledger.exports import write_table
from huiyin.apps.ledger.imports import NAME
from huiyin.apps.ledger.models import Case
from huiyin.documents.spreadsheets import open_table
from huiyin.documents.writing import Sheet, Value, write_csv, write_xlsx
from huiyin.domain.access import Actor

Row = dict[str, Value]
REPLY = "9盏灯已经换好，保修一年。"


def a_row(number: int = 1, **changes: Value) -> Row:
    """A replied matter at 云杉里; changes may leave cells empty with None."""
    row: Row = {
        "编号": f"旧{number:04d}",
        "小区": "云杉里",
        "标题": f"{number}号楼楼道灯不亮",
        "内容": f"{number}号楼东侧楼道灯不亮，老人晚上不敢下楼。",
        "类别": "公共设施维修与改造",
        "登记时间": "2026-03-02 09:15:00",
        "主办": "青禾物业服务有限公司",
        "答复": REPLY,
        "答复时间": "2026-03-12 16:00:00",
    }
    return row | changes


def open_row(number: int = 1, **changes: Value) -> Row:
    """The same without a reply."""
    return a_row(number, 答复=None, 答复时间=None, **changes)


def a_file(rows: Iterable[Mapping[str, Value]], *, form: str = "xlsx") -> bytes:
    rows = list(rows)
    header = list(dict.fromkeys(name for row in rows for name in row))
    out = io.BytesIO()
    cells = [[row.get(name) for name in header] for row in rows]
    if form == "csv":
        write_csv(out, header, cells)
    else:
        write_xlsx(out, [Sheet("台账", header, cells)])
    return out.getvalue()


def bring(data: bytes, by: Actor, *, name: str = "旧台账.xlsx", **options: str) -> Import:
    """Upload, map as suggested, check; the import comes back checked or failed."""
    import_ = upload_file(kind=NAME, data=data, name=name, by=by)
    told = {"unknown_estate": "refuse", **options}
    return set_mapping(import_, mapping=import_.mapping, options=told, by=by)


def import_rows(rows: Iterable[Mapping[str, Value]], by: Actor, **options: str) -> Import:
    return import_data(a_file(rows), by, **options)


def import_data(data: bytes, by: Actor, **options: str) -> Import:
    import_ = bring(data, by, **options)
    assert import_.state == "checked", import_.error
    if not import_.rows_ok:
        return import_
    start_import(import_, by=by, defer=False)
    return run_import(import_.pk, by=by)


def balance(import_: Import) -> tuple[int, int, int, int]:
    """New, updated, unchanged, refused."""
    return import_.created_count, import_.updated_count, import_.unchanged_count, import_.rows_bad


def reasons(import_: Import) -> list[list[list[str]]]:
    return [row.reasons for row in import_.rejected.all()]


def exported(cases: Any = None, *, form: str = "xlsx") -> bytes:
    out = io.BytesIO()
    write_table(Case.objects.all() if cases is None else cases, out, form=form)
    return out.getvalue()


def read(data: bytes) -> list[dict[str, Any]]:
    table = open_table(data)
    return [dict(zip(table.headers, row.values, strict=True)) for row in table.rows()]
