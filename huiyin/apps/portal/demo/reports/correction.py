"""One report was wrong at first: a month of parking money was missing. It is corrected in public."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from huiyin.apps.portal.demo.reports.books import Book
from huiyin.apps.portal.demo.reports.calendar import Half
from huiyin.apps.portal.demo.reports.composing import Draft
from huiyin.apps.portal.demo.reports.explaining import explain_deviations
from huiyin.apps.portal.demo.reports.slots import in_words
from huiyin.apps.reports.models import Report
from huiyin.apps.reports.services import review
from huiyin.apps.reports.services.corrections import begin_correction
from huiyin.apps.reports.services.drafting import write_section
from huiyin.apps.reports.services.figures import LineDraft, put_account, put_claim
from huiyin.domain.access import Actor
from huiyin.domain.report_parts import AccountKind

PARKING = "地面停车"
MISSING = Decimal("10460.00")
REASON = (
    "公共收益漏记最后一个月的地面停车收入 10,460 元，居民在报告会后对账时发现，现更正收入、结余和相关文字。"
)


def mistaken(draft: Draft) -> Draft:
    """The report as it was first handed in: its books add up, and one month is missing in them."""
    right = _common(draft)
    lines = tuple(
        replace(line, amount=line.amount - MISSING) if line.label == PARKING else line for line in right.lines
    )
    wrong = replace(right, lines=lines)
    words = draft.sections["accounts"]
    for attribute in ("income", "closing"):
        words = words.replace(in_words(getattr(right, attribute)), in_words(getattr(wrong, attribute)))
    return replace(
        draft,
        sections={**draft.sections, "accounts": words},
        books=[wrong if book.kind is AccountKind.COMMON_REVENUE else book for book in draft.books],
        figures=[
            replace(placed, figure=replace(placed.figure, value=wrong.income))
            if placed.figure.code == "M03"
            else placed
            for placed in draft.figures
        ],
    )


def _common(draft: Draft) -> Book:
    return next(book for book in draft.books if book.kind is AccountKind.COMMON_REVENUE)


def correct(report: Report, draft: Draft, *, by: Actor, secretary: Actor, half: Half) -> None:
    """Through the services, after the report was published: written anew, handed in and approved again."""
    at = half.day(66, 14, 20)
    revision = begin_correction(report, reason=REASON, by=by, now=at)
    right = _common(draft)
    put_account(
        report,
        by=by,
        kind=right.kind,
        opening=right.opening,
        income=right.income,
        expense=right.expense,
        closing=right.closing,
        lines=[LineDraft(line.side, line.label, line.amount) for line in right.lines],
        note=right.note,
        now=at,
    )
    for placed in draft.figures:
        if placed.figure.code == "M03":
            put_claim(
                report,
                by=by,
                section=placed.section,
                metric="M03",
                value=right.income,
                number=placed.number,
                now=at,
            )
    section = revision.sections.get(code="accounts")
    write_section(
        report,
        code="accounts",
        body=draft.sections["accounts"],
        seen_version=section.version,
        by=by,
        now=at,
    )
    explain_deviations(report, now=half.day(67, 10, 15))
    review.submit(report, by=by, now=half.day(67, 10, 15))
    review.approve(report, by=secretary, now=half.day(68, 9, 45))
