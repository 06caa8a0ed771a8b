"""What people read instead of the machine: `huiyin hotline correct`, and `labels` to learn from it."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from huiyin.analytics.asking import kept_estates
from huiyin.analytics.store import Store
from huiyin.config.hotline.opening import BadUse, opened
from huiyin.config.hotline.printing import Row
from huiyin.documents.cells import guard
from huiyin.domain.clocks import BEIJING
from huiyin.domain.complaint_numbers import number_of
from huiyin.integrations.private_files import for_owner_alone

if TYPE_CHECKING:
    from huiyin.analytics.correction_files import Read


def correct_complaints(options: argparse.Namespace) -> Sequence[Row]:
    from huiyin.analytics.changing import correct
    from huiyin.analytics.correction_files import Read, decision_of, read_corrections
    from huiyin.analytics.corrections import Corrections

    if (options.number is None) == (options.corrections is None):
        raise BadUse("请写一个工单编号，或用 --corrections 指明更正表。")
    if options.corrections and not options.corrections.is_file():
        raise BadUse(f"找不到文件：{options.corrections}")
    estates = set(kept_estates(opened(options.folder))["code"].to_pylist())
    now = datetime.now(BEIJING)
    with Store.open(options.folder) as store:
        before = Corrections.of(store)
        if options.corrections:
            read = read_corrections(options.corrections, before, estates)
        else:
            read = Read(1, {0: decision_of(_cells(options), before, estates)})
        missing = frozenset(
            correct(store, list(read.decisions.values()), at=now.isoformat(timespec="seconds"))
        )
        read.rejected += [
            (row, decision.number, "库里没有这件诉求，或内容已删除")
            for row, decision in read.decisions.items()
            if decision.number in missing
        ]
        errors = _corrections_rejected(store, read, now)
    print(
        f"读入 {read.count:,} = 更正 {read.count - len(read.rejected):,} + 退回 {len(read.rejected):,}",
        file=sys.stderr,
    )
    if errors:
        print(f"退回的行和原因：{errors}", file=sys.stderr)
    if read.count == len(read.rejected):
        raise BadUse("没有更正任何诉求。")
    return [
        {"read": read.count, "corrected": read.count - len(read.rejected), "rejected": len(read.rejected)}
    ]


def _cells(options: argparse.Namespace) -> Mapping[str, str]:
    told = {"estate_code": options.estate, "property_related": options.property, "category": options.category}
    return {
        "number": number_of(options.number),
        **{name: (word or "").strip() for name, word in told.items()},
    }


def _corrections_rejected(store: Store, read: Read, now: datetime) -> Path | None:
    """Rejected rows with their reasons, in a file for the person; none if none was rejected."""
    from huiyin.language.masking import mask

    if not read.rejected:
        return None
    path = store.folder / "_errors" / f"corrections-{now:%Y%m%d-%H%M%S}.csv"
    path.parent.mkdir(exist_ok=True)
    with open(path, "w", encoding="utf-8-sig", newline="", opener=for_owner_alone) as file:
        out = csv.writer(file)
        out.writerow(["行", "工单编号", "原因"])
        out.writerows(
            (row or "", guard(mask(number)), guard(reason)) for row, number, reason in sorted(read.rejected)
        )
    return path


def write_labels(options: argparse.Namespace) -> Sequence[Row]:
    from huiyin.analytics.teaching import labelled_complaints

    rows = labelled_complaints(opened(options.folder))
    with options.out.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return [{"file": str(options.out), "rows": len(rows)}]
