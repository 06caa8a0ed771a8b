"""{% load ledger %}: one row of the desk's table of cases."""

from __future__ import annotations

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from huiyin.apps.ledger.models import Case
from huiyin.domain.ledger_rules import LIST_LABELS, CaseList
from huiyin.web.chips import chip_html, look_of
from huiyin.web.templatetags.hy import due
from huiyin.web.words import word

register = template.Library()


@register.simple_tag
def desk_row(case: Case, may_choose: bool, shows_estate: bool, late_days: int) -> SafeString:
    """`case` with its estate and area. Drawn here, for cell by cell fifty rows cost more than the rest of the page."""
    number, place = escape(case.number), case.estate.name if case.estate else case.area.name
    cells = [
        f'<td class="hy-nowrap" data-th="{word("编号")}">{number}</td>',
        f'<th scope="row"><a href="/desk/cases/{number}">{escape(case.title)}</a></th>',
        f'<td class="hy-nowrap" data-th="{word("小区")}">{escape(place)}</td>' if shows_estate else "",
        f'<td data-th="{word("楼栋")}">{escape(case.building)}</td>',
        f'<td class="hy-nowrap" data-th="{word("清单")}">{word(LIST_LABELS[CaseList(case.case_list)])}</td>',
        f'<td class="hy-nowrap" data-th="{word("期限")}">{due(case.first_due_at, case.due_at)}</td>',
        f'<td class="num" data-th="{word("同问")}">{case.me_too_count or ""}</td>',
    ]
    if may_choose:
        cells.insert(
            0,
            '<td class="hy-ck"><label><input class="form-check-input" type="checkbox" name="case" '
            f'value="{case.pk}" autocomplete="off"><span class="visually-hidden">{word("选中")} {number}</span>'
            "</label></td>",
        )
    late = chip_html("bad", "alert-triangle", f"{word('逾期')} {late_days} {word('天')}") if late_days else ""
    cells.append(f"<td>{late} {look_of(case.status).html()}</td>")
    return mark_safe(f"<tr>{''.join(cells)}</tr>")  # noqa: S308
