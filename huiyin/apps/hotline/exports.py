"""A ranking as a file: every row says what it was computed by, so that a number keeps its meaning when it is copied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import IO

from django.utils import timezone

from huiyin.apps.hotline.standings import Line
from huiyin.documents.writing import Sheet, Value, write_csv, write_xlsx
from huiyin.domain.complaint_measures import Measure
from huiyin.domain.complaint_periods import ComplaintPeriod

CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
_DIGITS = Decimal("0.0001")


@dataclass(frozen=True)
class Definition:
    """What a ranking is of, for each of its rows."""

    measure: Measure
    by_name: str
    per_households: bool
    period: ComplaintPeriod
    as_of: datetime | None

    @property
    def header(self) -> list[str]:
        below = "分母" if self.measure.is_share else "户数"
        value = "占比" if self.measure.is_share else "每千户件数" if self.per_households else "件数合计"
        numbers = ["件数", below, "不计入的件数", value, "排位用的数值", "说明"]
        return [
            "位次",
            "较上期上升",
            self.by_name,
            "所在",
            *numbers,
            *("指标", "公式", "版本", "时期", "截至"),
        ]

    @property
    def cells(self) -> list[Value]:
        until = timezone.localtime(self.as_of).replace(tzinfo=None, microsecond=0) if self.as_of else None
        return [self.measure.name, self.measure.formula, self.measure.version, self.period.words, until]


def write_lines(lines: Iterable[Line], told: Definition, target: IO[bytes], *, form: str) -> None:
    """As "xlsx" or "csv"."""
    if form == "csv":
        write_csv(target, told.header, _rows(lines, told))
        return
    widths = [8, 12, 24, 16, 10, 10, 14, 12, 14, 24, 20, 48, 8, 16, 20]
    write_xlsx(target, [Sheet("排名", told.header, _rows(lines, told), widths)])


def _rows(lines: Iterable[Line], told: Definition) -> Iterator[list[Value]]:
    for line in lines:
        ranked = line.ranked
        yield [
            ranked.place,
            ranked.moved,
            line.named.name,
            line.named.where,
            ranked.numerator,
            _number(ranked.denominator),
            ranked.excluded,
            _number(ranked.value),
            _number(ranked.ranked_by) if ranked.place else None,
            "只含您能看到的部分，不排位" if line.is_part else "样本少，不排位" if ranked.is_small else None,
            *told.cells,
        ]


def _number(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(_DIGITS).normalize()
