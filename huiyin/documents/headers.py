"""Finding the header of a table that people decorated: titles above it, merged groups, a second header line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from huiyin.documents.cells import Cell, cell_text, header_key, is_blank, looks_like_a_number

LOOK_AT_ROWS = 30
_LONGEST_HEADER = 60

NumberedCells = tuple[int, dict[int, Cell]]
Merge = tuple[int, int, int, int]


@dataclass(frozen=True)
class Header:
    """Where the names stand: `first_row` to `last_row`, and the column each name belongs to."""

    first_row: int
    last_row: int
    names: tuple[str, ...]
    columns: tuple[int, ...]


def find_header(rows: list[NumberedCells], merges: Iterable[Merge], known: frozenset[str]) -> Header | None:
    """The first row that names (nearly) as many columns as any other; names in `known` decide before numbers."""
    if not rows:
        return None
    matches = [len({header_key(cell_text(c)) for c in cells.values()} & known) for _, cells in rows]
    if max(matches) >= min(2, max(len(cells) for _, cells in rows)) and max(matches) > 0:
        at = matches.index(max(matches))
    else:
        names = [sum(_may_be_a_name(cell) for cell in cells.values()) for _, cells in rows]
        enough = max(1, -(-max(names) * 3 // 4))
        at = next(i for i, count in enumerate(names) if count >= enough) if max(names) else 0
    number, cells = rows[at]
    below = dict(rows).get(number + 1, {})
    groups = [m for m in merges if m[0] == m[2] == number and m[3] > m[1] and m[1] in cells]
    under = [c for m in groups for c in range(m[1], m[3] + 1) if c in below]
    if groups and under and all(_may_be_a_name(cell) for cell in below.values()):
        return _two_lines(number, cells, below, groups)
    return _header(number, number, {c: cell_text(v).strip() for c, v in cells.items()}, rows)


def _may_be_a_name(cell: Cell) -> bool:
    return (
        isinstance(cell, str)
        and not is_blank(cell)
        and len(cell) <= _LONGEST_HEADER
        and not looks_like_a_number(cell)
    )


def _two_lines(
    number: int, top: Mapping[int, Cell], below: Mapping[int, Cell], groups: list[Merge]
) -> Header:
    names = {c: cell_text(v).strip() for c, v in top.items()}
    for _, left, _, right in groups:
        group = names[left]
        for column in range(left, right + 1):
            part = cell_text(below.get(column, "")).strip()
            names[column] = f"{group}-{part}" if part else group
    for column, value in below.items():
        names.setdefault(column, cell_text(value).strip())
    return _header(number, number + 1, names, [])


def _header(first: int, last: int, names: Mapping[int, str], rows: list[NumberedCells]) -> Header:
    filled = {c for number, cells in rows if number > last for c, v in cells.items() if not is_blank(v)}
    named = {c for c, name in names.items() if name}
    columns = sorted(named | filled)
    seen: dict[str, int] = {}
    result = []
    for column in columns:
        name = names.get(column) or f"第{column + 1}列"
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name}（{seen[name]}）")
    return Header(first, last, tuple(result), tuple(columns))
