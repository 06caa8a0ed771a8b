"""{% load ledger %}: one row of the desk's table of cases."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from huiyin.domain.case_workflow import OWING_A_REPLY
from huiyin.domain.clocks import days_late
from huiyin.domain.ledger_rules import LIST_LABELS, CaseList
from huiyin.web.chips import chip_html, look_of
from huiyin.web.templatetags.hy import due
from huiyin.web.words import word

register = template.Library()


@register.simple_tag
def desk_row(row: Any, may_choose: bool, shows_estate: bool, now: datetime) -> SafeString:
    """`row` of `views.desk_cases.Slices`. Drawn here, for cell by cell fifty cost more than the rest of the page."""
    number, place = escape(row.number), (row.estate__name or row.area__name) if shows_estate else ""
    late_days = days_late(row.due_at, now) if row.status in OWING_A_REPLY else 0
    cells = [
        f'<td class="hy-nowrap" data-th="{word("编号")}">{number}</td>',
        f'<th scope="row"><a href="/desk/cases/{number}">{escape(row.title)}</a></th>',
        f'<td class="hy-nowrap" data-th="{word("小区")}">{escape(place)}</td>' if shows_estate else "",
        f'<td data-th="{word("楼栋")}">{escape(row.building)}</td>',
        f'<td class="hy-nowrap" data-th="{word("清单")}">{word(LIST_LABELS[CaseList(row.case_list)])}</td>',
        f'<td class="hy-nowrap" data-th="{word("期限")}">{due(row.first_due_at, row.due_at)}</td>',
        f'<td class="num" data-th="{word("同问")}">{row.me_too_count or ""}</td>',
    ]
    if may_choose:
        cells.insert(
            0,
            '<td class="hy-ck"><label><input class="form-check-input" type="checkbox" name="case" '
            f'value="{row.pk}" autocomplete="off"><span class="visually-hidden">{word("选中")} {number}</span>'
            "</label></td>",
        )
    late = chip_html("bad", "alert-triangle", f"{word('逾期')} {late_days} {word('天')}") if late_days else ""
    cells.append(f"<td>{late} {look_of(row.status).html()}</td>")
    return mark_safe(f"<tr>{''.join(cells)}</tr>")  # noqa: S308
