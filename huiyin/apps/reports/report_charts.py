"""The charts of a report: cases by list and by month, income and expenditure, what became of promises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext

from huiyin.apps.ledger.limits import end_of, start_of
from huiyin.apps.ledger.selectors import cases_public
from huiyin.apps.reports.models import AccountLine, CommitmentAccount, Report
from huiyin.apps.reports.report_page import Book, ReportPage
from huiyin.domain.case_workflow import Status
from huiyin.domain.ledger_rules import LIST_LABELS
from huiyin.domain.report_parts import BECAME_LABELS, OF_OWN, AccountKind
from huiyin.web.charts.bars import (
    Bars,
    LyingBars,
    Parts,
    Series,
    grouped_bars,
    lying_bars,
    parts_of_a_whole,
    stacked_bars,
)

TEN_THOUSAND = Decimal(10_000)
MOST_BARS = 6
"""On one screen of the projector."""


@dataclass(frozen=True)
class ReportCharts:
    by_month: Bars
    """Cases registered in the period, by month and list."""
    by_list: Bars
    """By list, beside those the askers confirmed."""
    money: LyingBars | None
    kept: Parts


def charts_of(page: ReportPage) -> ReportCharts:
    by_month, by_list = cases_by_month(page.report)
    return ReportCharts(
        by_month, by_list, income_and_expenditure(page.books), kept_commitments(page.accounts_of_last)
    )


def cases_by_month(report: Report) -> tuple[Bars, Bars]:
    """The cases registered in the period: by month and list, and by list beside those the askers confirmed."""
    months = list(_months(report.period_from, report.period_to))
    registered: dict[tuple[str, date], int] = {}
    confirmed: dict[str, int] = {}
    rows = (
        cases_public()
        .filter(
            estate_id=report.estate_id,
            registered_at__gte=start_of(report.period_from),
            registered_at__lte=end_of(report.period_to),
        )
        .order_by()
        .annotate(month=TruncMonth("registered_at"))
        .values_list("case_list", "month", "status")
        .annotate(Count("pk"))
    )
    for case_list, month, status, count in rows:
        key = (case_list, month.date())
        registered[key] = registered.get(key, 0) + count
        if status == Status.CONFIRMED:
            confirmed[case_list] = confirmed.get(case_list, 0) + count
    by_month = stacked_bars(
        [gettext("%(month)s月") % {"month": month.month} for month in months],
        [
            Series(str(label), [registered.get((code.value, month), 0) for month in months])
            for code, label in LIST_LABELS.items()
        ],
        unit=gettext("件"),
    )
    all_of = [sum(n for (code, _m), n in registered.items() if code == each.value) for each in LIST_LABELS]
    by_list = grouped_bars(
        [str(label) for label in LIST_LABELS.values()],
        [
            Series(gettext("登记"), all_of),
            Series(gettext("提问人确认解决"), [confirmed.get(code.value, 0) for code in LIST_LABELS]),
        ],
        unit=gettext("件"),
    )
    return by_month, by_list


def income_and_expenditure(books: Iterable[Book]) -> LyingBars | None:
    """The lines of the company's own book, largest first, in 10,000 yuan; None where there is no such book."""
    book = _own_book(books)
    if book is None:
        return None
    rows = [
        (f"{line.get_side_display()}：{line.label}", in_ten_thousands(line.amount), look)
        for lines, look in ((book.income, 1), (book.expense, 2))
        for line in _largest_first(lines)
    ]
    return lying_bars(rows, unit=gettext("万元"))


def money_by_side(books: Iterable[Book]) -> Iterator[tuple[str, LyingBars]]:
    """The same for the projector: income, then expenditure, each with few bars, the small ones in a sum."""
    book = _own_book(books)
    if book is None:
        return
    sides = ((gettext("物业服务的收入"), book.income, 1), (gettext("物业服务的支出"), book.expense, 2))
    for title, lines, look in sides:
        ordered = _largest_first(lines)
        most = MOST_BARS if len(ordered) <= MOST_BARS else MOST_BARS - 1
        rows = [(line.label, in_ten_thousands(line.amount), look) for line in ordered[:most]]
        if small := ordered[most:]:
            left = sum((line.amount for line in small), Decimal(0))
            rows.append((gettext("其余 %(n)s 项") % {"n": len(small)}, in_ten_thousands(left), look))
        if rows:
            yield title, lying_bars(rows, unit=gettext("万元"))


def _own_book(books: Iterable[Book]) -> Book | None:
    return next((each for each in books if each.account.kind == AccountKind.INCOME_EXPENDITURE), None)


def _largest_first(lines: Iterable[AccountLine]) -> list[AccountLine]:
    return sorted(lines, key=lambda line: -line.amount)


def in_ten_thousands(amount: Decimal) -> Decimal:
    return (amount / TEN_THOUSAND).quantize(Decimal("0.01"))


def kept_commitments(accounts: Iterable[CommitmentAccount]) -> Parts:
    """What became of the promises of the last report, its own ones: kept, late, dropped."""
    became = [account.became for account in accounts]
    looks = {each: at for at, each in enumerate(sorted(OF_OWN, key=list(BECAME_LABELS).index), start=1)}
    rows = [(str(BECAME_LABELS[each]), became.count(each), look) for each, look in looks.items()]
    return parts_of_a_whole(rows, unit=gettext("项"))


def _months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
