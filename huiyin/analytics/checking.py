"""A dry run: every row of a file is read and judged as an import would, and nothing is kept but why rows are not."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from huiyin.analytics.corrections import Corrections
from huiyin.analytics.erased import Erased
from huiyin.analytics.reading.files import read_parts
from huiyin.analytics.reading.rows import ERROR_HEADINGS
from huiyin.analytics.reading.times import end_of_day
from huiyin.analytics.repeated_numbers import Numbers
from huiyin.analytics.schema import NO_MONTH, TextStep
from huiyin.integrations.private_files import for_owner_alone
from huiyin.language.masking import mask

_SHOWN = ("received_at", "text", "area_code", "category_given", "urgency", "dispatched_to")
_READ = ("estate_code", "property_related", "category")
_SHOWN_ROWS = 5
_LONGEST = 120


@dataclass
class Check:
    """read = good + rejected.

    `sample`: the first good rows, masked, as far as they say something, with the code of the estate and the category
    that are read in them.
    """

    read: int = 0
    rejected: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    remarks: Counter[str] = field(default_factory=Counter)
    """What was left out of good rows → how many."""
    months: Counter[str] = field(default_factory=Counter)
    """Month, as the store names it → good rows."""
    attributed: int = 0
    """Good rows of an estate, beyond doubt or likely."""
    property_related: int = 0
    sample: list[dict[str, str]] = field(default_factory=list)

    @property
    def good(self) -> int:
        return self.read - self.rejected


def check_file(
    path: Path,
    errors: Path,
    *,
    told: Mapping[str, str],
    now: datetime,
    erased: Erased,
    step: TextStep | None = None,
    corrections: Corrections | None = None,
    tell: Callable[[int], None] = lambda _: None,
) -> Check:
    """Judge a file; rejected rows go to `errors` (CSV: row, number, reason, the row). Raises FileRefused.

    Complaints of which the store has `erased` the words are not shown. `step` tells which estate each names and whether
    it concerns property; without it nothing is said of that. What people decided of a complaint goes before it.
    """
    check = Check()
    numbers = Numbers()
    numbers.begin_file()
    with open(errors, "w", encoding="utf-8-sig", newline="", opener=for_owner_alone) as file:
        out = csv.writer(file)
        out.writerow(ERROR_HEADINGS)
        for read in read_parts(path, told=told, until=end_of_day(now)):
            good, twice = numbers.first_of(read.batch)
            faulty = sorted([*read.rejected, *twice], key=lambda each: each.row)
            out.writerows(each.cells for each in faulty)
            check.read += good.num_rows + len(faulty)
            check.rejected += len(faulty)
            check.reasons.update(each.kind for each in faulty)
            check.remarks.update(read.remarks)
            check.months.update(_months_of(good))
            if step and good.num_rows:
                good = _with_what_was_read(good, step(good), corrections)
                check.attributed += good.num_rows - good.column("estate_code").null_count
                check.property_related += pc.sum(good.column("property_related")).as_py()
            if len(check.sample) < _SHOWN_ROWS:
                told_again = good.filter(pa.array(~erased.among(good.column("number"))))
                check.sample += _shown(told_again.slice(0, _SHOWN_ROWS - len(check.sample)))
            tell(check.read)
    return check


def _with_what_was_read(
    good: pa.RecordBatch, enriched: pa.RecordBatch, corrections: Corrections | None
) -> pa.RecordBatch:
    read = pa.Table.from_batches([enriched])
    read = corrections.applied_to(read) if corrections else read
    for name in _READ:
        good = good.append_column(name, read[name].combine_chunks())
    return good


def _months_of(batch: pa.RecordBatch) -> Counter[str]:
    months = pc.fill_null(pc.strftime(batch.column("received_at"), "%Y-%m"), NO_MONTH)
    return Counter({each["values"]: each["counts"] for each in pc.value_counts(months).to_pylist()})


def _shown(batch: pa.RecordBatch) -> list[dict[str, str]]:
    rows = []
    for row in batch.to_pylist():
        said = {name: mask(str(row[name]))[:_LONGEST] for name in _SHOWN if row[name] not in (None, "")}
        if "property_related" in row:
            said |= {"estate": row["estate_code"] or "", "category": row["category"]}
        rows.append({"row": str(row["row"]), "number": mask(row["number"]), **said})
    return rows
