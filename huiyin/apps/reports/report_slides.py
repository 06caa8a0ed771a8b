"""A report cut into screens for the projector: one matter each, so that the last row can read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

from huiyin.apps.reports.body import Block
from huiyin.apps.reports.models import Commitment, ReportPhoto
from huiyin.apps.reports.report_charts import ReportCharts, money_by_side
from huiyin.apps.reports.report_page import Asked, ReportPage, ShownSection
from huiyin.web.charts.bars import LyingBars

LONGEST_TEXT = 150
"""Characters on one screen; a longer paragraph stands alone."""
ROWS_A_SLIDE = 4


@dataclass(frozen=True)
class Slide:
    """One screen; `kind` says what the template draws of it."""

    kind: str
    title: str = ""
    section: ShownSection | None = None
    blocks: list[Block] = field(default_factory=list)
    photo: ReportPhoto | None = None
    rows: Sequence[Asked] | Sequence[Commitment] = ()
    first_row: int = 1
    """The number of the first of `rows` where a list goes on from the screen before."""
    chart: LyingBars | None = None

    @property
    def is_short(self) -> bool:
        """So few words that they can be drawn large."""
        said = [block.text for block in self.blocks]
        for row in self.rows:
            said += _words_of(row)
        return bool(said) and sum(len(each) for each in said) <= LONGEST_TEXT


def _words_of(row: Asked | Commitment) -> list[str]:
    if isinstance(row, Asked):
        return [row.demand.title, row.answer.words if row.answer else ""]
    return [row.title, row.target, row.owner]


def slides_of(page: ReportPage, charts: ReportCharts) -> list[Slide]:
    """Title, the sections with their photos, charts and tables, and the hand-over to the questions."""
    slides = [Slide("first")]
    for section in page.sections:
        slides += _section(page, charts, section)
    return [*slides, Slide("last", gettext("请提问"))]


def _section(page: ReportPage, charts: ReportCharts, section: ShownSection) -> Iterator[Slide]:
    title = section.rule.label
    for blocks in _screens([shown.block for shown in section.blocks if shown.has_words]):
        yield Slide("text", title, section, blocks)
    photos = [photo for shown in section.blocks for photo in shown.photos] + section.loose_photos
    for photo in photos:
        yield Slide("photo", title, section, photo=photo)
    if section.holds_accounts:
        for label, chart in money_by_side(page.books):
            yield Slide("money", label, section, chart=chart)
    if section.holds_demands:
        if not charts.by_list.is_empty:
            yield Slide("cases", gettext("登记的事和确认解决的事"), section)
        for first, rows in _cut(page.asked):
            yield Slide("answers", gettext("核心诉求和回应"), section, rows=rows, first_row=first)
    if section.holds_commitments:
        if not charts.kept.is_empty:
            yield Slide("kept", gettext("上期承诺的结果"), section)
        for first, rows in _cut(page.commitments):
            yield Slide("commitments", gettext("承诺"), section, rows=rows, first_row=first)


def _screens(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    screen: list[Block] = []
    for block in blocks:
        if screen and sum(len(each.text) for each in screen) + len(block.text) > LONGEST_TEXT:
            yield screen
            screen = []
        screen.append(block)
    if screen:
        yield screen


def _cut(rows: Sequence[Any]) -> Iterator[tuple[int, Sequence[Any]]]:
    for at in range(0, len(rows), ROWS_A_SLIDE):
        yield at + 1, rows[at : at + ROWS_A_SLIDE]
