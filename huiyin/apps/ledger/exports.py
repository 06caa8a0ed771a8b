"""Taking the ledger out as a table that can be brought in again without a change; public columns only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from django.db.models import Prefetch, QuerySet

from huiyin.apps.ledger.columns import EXPORTED, MORE, exported
from huiyin.apps.ledger.models import Case, Reply
from huiyin.documents.writing import Sheet, Value, write_csv, write_xlsx
from huiyin.domain.errors import RuleBroken

MOST_ROWS = 50_000
"""As many as one file may bring in (documents/refusals.py)."""
CHUNK = 1_000
HEADER = [*(field.label for field in EXPORTED), *MORE]
_WIDTHS = {"标题": 32, "内容": 60, "答复": 60, "最近答复": 40, "登记时间": 20, "答复时间": 20, "主办": 28}


def write_table(cases: QuerySet[Case], target: IO[bytes], *, form: str) -> None:
    """Write cases as "xlsx" or "csv" in constant memory: two queries for each thousand rows, and a count.

    Raises RuleBroken for more rows than one file may bring in, FileRefused for a text that no XLSX cell can hold.
    """
    count = cases.count()
    if count > MOST_ROWS:
        raise RuleBroken(
            "一共 %(count)s 件，一次最多导出 %(most)s 件。请先按小区、清单或状态筛选。",
            code="export.too_many",
            count=count,
            most=MOST_ROWS,
        )
    if form == "csv":
        write_csv(target, HEADER, rows_of(cases))
        return
    widths = [_WIDTHS.get(name, max(10, 2 * len(name) + 4)) for name in HEADER]
    write_xlsx(target, [Sheet("台账", HEADER, rows_of(cases), widths)])


def rows_of(cases: QuerySet[Case]) -> Iterator[list[Value]]:
    """One row a case, read a thousand at a time."""
    replies = Prefetch("replies", queryset=Reply.objects.order_by("ordinal"))
    read = cases.select_related("estate", "area").prefetch_related(replies).defer("search")
    for case in read.iterator(chunk_size=CHUNK):
        yield exported(case)
