"""What a person is asked about names no estate is known by: each once, with all the complaints that write it."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from huiyin.analytics.store import Store
from huiyin.analytics.unknown_names import UnknownName, unknown_names
from tests.analytics.given_complaints import taken_in

STREET, OTHER = "110106001", "110106002"
NAME = "银杏家园"


def found_in(folder: Path, *rows: tuple[str, str, str]) -> list[UnknownName]:
    """Of rows of day, text and division code; the finder knows the name only behind 住在."""
    with (folder / "a.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["工单编号", "受理时间", "诉求内容", "区划代码"])
        writer.writerows((f"N{at}", day, text, area) for at, (day, text, area) in enumerate(rows))
    taken_in(folder / "store", folder / "a.csv")

    def find_names(texts: Sequence[str]) -> list[list[str]]:
        return [[NAME] if f"住在{NAME}" in text else [] for text in texts]

    return unknown_names(Store(folder / "store"), find_names)


def test_a_name_that_was_found_once_counts_in_every_complaint_that_writes_it(tmp_path: Path) -> None:
    (name,) = found_in(
        tmp_path,
        ("2025-03-01", f"我住在{NAME}，物业不扫楼道", STREET),
        ("2025-03-02", f"反映：{NAME}的物业乱收费", f"{STREET}001"),
        ("2025-04-05", f"{NAME}物业不管", STREET),
        ("2025-04-06", "物业不管", STREET),
        ("2025-04-07", f"清河里旁边{NAME}的物业", STREET),
    )
    assert (name.name, name.street_code, name.complaints) == (NAME, STREET, 3)
    assert name.example == f"{NAME}物业不管"


def test_complaints_without_a_street_count_with_the_only_street_that_is_known(tmp_path: Path) -> None:
    (name,) = found_in(
        tmp_path,
        ("2025-03-01", f"我住在{NAME}，物业不扫楼道", STREET),
        ("2025-03-02", f"{NAME}的物业乱收费", ""),
    )
    assert (name.street_code, name.complaints) == (STREET, 2)


def test_two_streets_are_asked_apart_and_what_tells_none_stays_apart_from_both(tmp_path: Path) -> None:
    names = found_in(
        tmp_path,
        ("2025-03-01", f"我住在{NAME}，物业不扫楼道", STREET),
        ("2025-03-02", f"{NAME}的物业乱收费", OTHER),
        ("2025-03-03", f"{NAME}的物业不修灯", OTHER),
        ("2025-03-04", f"{NAME}的物业不修门", ""),
    )
    assert [(each.street_code, each.complaints) for each in names] == [(OTHER, 2), (STREET, 1), ("", 1)]
