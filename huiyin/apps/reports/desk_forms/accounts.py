"""One of the books, whose lines are typed or pasted as text."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.apps.ledger.desk_fields import short
from huiyin.apps.reports.desk_forms.fields import PUBLIC, AmountField, WorkForm
from huiyin.apps.reports.editor import Work
from huiyin.apps.reports.services.figures import MOST_LINES, LineDraft
from huiyin.domain.report_parts import Side

LONGEST_LINE = 200
LONGEST_LINES = LONGEST_LINE * MOST_LINES
BETWEEN = re.compile(r"[\s:：]")
AMOUNT = re.compile(r"-?[\d,，]+(?:\.\d+)?")


class AccountForm(WorkForm):
    """One of the books; its lines are typed or pasted, one a row."""

    kind = forms.CharField(widget=forms.HiddenInput)
    opening = AmountField(label=_("期初结余"))
    income_lines = forms.CharField(
        label=_("收入各项"),
        help_text=_("一行一项：科目，空格，金额（元）。可以从表格里复制过来。"),
        widget=short(4),
        max_length=LONGEST_LINES,
        required=False,
    )
    income = AmountField(label=_("收入合计"))
    expense_lines = forms.CharField(
        label=_("支出各项"), widget=short(6), max_length=LONGEST_LINES, required=False
    )
    expense = AmountField(label=_("支出合计"))
    closing = AmountField(label=_("期末结余"))
    note = forms.CharField(label=_("说明"), help_text=PUBLIC, required=False, widget=short(2))

    def prepare(self, work: Work) -> None:
        self.initial["kind"] = self.key
        account = next((each for each in work.content.accounts if each.kind == self.key), None)
        if account is None or self.is_bound:
            return
        self.initial.update(
            {
                "opening": account.opening,
                "income": account.stated_income,
                "expense": account.stated_expense,
                "closing": account.closing,
                "note": account.note,
            }
        )
        for side, name in ((Side.INCOME, "income_lines"), (Side.EXPENSE, "expense_lines")):
            lines = [line for line in account.lines.all() if line.side == side]
            self.initial[name] = "\n".join(f"{line.label} {line.amount}" for line in lines)

    def clean_income_lines(self) -> list[LineDraft]:
        return read_lines(self.cleaned_data["income_lines"], Side.INCOME)

    def clean_expense_lines(self) -> list[LineDraft]:
        return read_lines(self.cleaned_data["expense_lines"], Side.EXPENSE)


def read_lines(text: str, side: Side) -> list[LineDraft]:
    """ "物业费 1768000.00" by line; ValidationError names the line that was not understood."""
    lines = []
    for number, line in enumerate((each for each in text.splitlines() if each.strip()), start=1):
        read = read_line(line.strip(), side)
        if read is None:
            raise forms.ValidationError(
                gettext("第 %(n)s 行没有看懂。请写“科目 金额”，例如：物业费 1768000.00。"),
                code="bad_line",
                params={"n": number},
            )
        lines.append(read)
    return lines


def read_line(line: str, side: Side) -> LineDraft | None:
    """A name, then an amount, with or without commas and 元: cut where the last word begins."""
    if len(line) > LONGEST_LINE:
        return None
    line = line.removesuffix("元").rstrip()
    told = BETWEEN.split(line)[-1]
    label = line.removesuffix(told).strip(" \t:：")
    if not label or not AMOUNT.fullmatch(told):
        return None
    try:
        return LineDraft(side, label, Decimal(re.sub("[,，]", "", told)))
    except InvalidOperation:
        return None
