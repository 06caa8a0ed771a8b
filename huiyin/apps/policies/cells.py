"""One table of a policy, and how its reasons are written: shared by the policies of every surface."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from huiyin.domain.policy_words import Reason


@dataclass(frozen=True)
class Table:
    """One table; the first cell of a row names it."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def is_short(self) -> bool:
        """Two columns: such tables stand side by side where there is room."""
        return len(self.columns) <= 2

    @property
    def cells(self) -> list[list[tuple[str, str]]]:
        """The rows with each cell beside its column, for tables that become cards on a phone."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]


def table(title: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Table:
    return Table(title, columns, tuple(rows))


def marked(shown: Table, labels: Collection[str]) -> Table:
    """The table with a remark at the rows whose values the version does not have of its own."""
    remark = _("（此版本未写，按系统默认）")
    rows = (row if row[0] not in labels else (row[0], row[1] + remark, *row[2:]) for row in shown.rows)
    return replace(shown, rows=tuple(rows))


def reason_table(title: str, reasons: Iterable[Reason]) -> Table:
    return table(
        title,
        (_("公开的理由"), _("给人的指引"), _("要不要另写说明")),
        ((each.sentence, each.guidance, _("要写") if each.needs_words else _("可不写")) for each in reasons),
    )
