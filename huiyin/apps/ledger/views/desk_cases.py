"""The ledger as a table: filters, saved filters, choosing many, printing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from huiyin.apps.ledger import limits
from huiyin.apps.ledger.desk_selectors import (
    BUILT_IN,
    COUNTED_BESIDE,
    STATE_LABELS,
    DeskFilter,
    counts,
    duties_of,
    saved_filters,
)
from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.paper import case_slips
from huiyin.apps.ledger.selectors import cases_for_desk, cases_public, is_overdue
from huiyin.apps.ledger.services.filters import delete_filter, save_filter
from huiyin.apps.ledger.views.desk import actor_at_desk, filter_of, person_id_of, query_of, tabs
from huiyin.apps.places.selectors import estates_for_desk
from huiyin.documents.paper.press import render as print_on_paper
from huiyin.domain.case_numbers import canonical
from huiyin.domain.errors import RuleBroken
from huiyin.domain.ledger_rules import LIST_LABELS, SOURCE_LABELS
from huiyin.web.errors import sentence_of
from huiyin.web.htmx import redirect, render
from huiyin.web.now import now as clock
from huiyin.web.pagination import paginate
from huiyin.web.pdf import pdf_response, size_of
from huiyin.web.returning import require_POST

PER_PAGE = 50
# What a row prints; a case has three times as many columns.
PRINTED = (
    *("pk", "number", "place_path", "title", "building", "case_list", "status"),
    *("first_due_at", "due_at", "me_too_count"),
)
PLACES = ("estate__name", "area__name")
MOST_PRINTED = 300
MOST_SLIPS = 60
"""Twenty sheets of A4: what is handed out in a day, and 0.2 s of a web process."""
SHORT = {
    "open": "没办完的",
    "overdue": "逾期",
    "due_today": "今天到期",
    "waiting": "等我处理",
    "replied": "等确认",
    "not_solved": "居民说没办好",
}


class Slices(Sequence[Any]):
    """The rows of a list of cases by pages, each a named tuple of what is printed."""

    def __init__(self, cases: QuerySet[Case], *, names_places: bool) -> None:
        self.cases, self.names_places = cases.select_related(None), names_places

    def __len__(self) -> int:
        return self.cases.count()

    def __getitem__(self, part: Any) -> Any:
        if not self.names_places:
            return self.cases.values_list(*PRINTED, named=True)[part]
        # The database cuts the page before it joins places to it.
        page = (
            cases_public().filter(pk__in=self.cases.values("pk")[part]).order_by(*self.cases.query.order_by)
        )
        return page.values_list(*PRINTED, *PLACES, named=True)


@require_GET
def desk_cases(request: HttpRequest) -> HttpResponse:
    """/desk/cases: the open cases by due date, 50 a page."""
    actor = actor_at_desk(request)
    now = clock()
    wanted = filter_of(request.GET)
    mine = cases_for_desk(actor)
    number = canonical(wanted.text)
    if number and mine.filter(number=number).exists():
        return redirect(request, "ledger:desk_case", number)
    duties = duties_of(actor)
    listed = wanted.read(mine, duties, now)
    is_counted = wanted.is_only_a_state and wanted.state in COUNTED_BESIDE
    counted = counts(mine, duties, now, COUNTED_BESIDE, listed=None if is_counted else wanted)
    total = counted[wanted.state] if is_counted else counted["listed"]
    if wanted.is_only_a_state:
        counted[wanted.state] = total
    offered = choices(actor, wanted)
    shows_estate = len(offered["estates"]) > 1 and not wanted.estate
    page = paginate(request, Slices(listed, names_places=shows_estate), per_page=PER_PAGE, total=total)
    context: dict[str, Any] = (
        tabs(actor, "cases")
        | offered
        | {
            "page": page,
            "filter": wanted,
            "built_in": [(key, SHORT[key], counted.get(key)) for key in BUILT_IN],
            "saved": saved_filters(person_id_of(request)),
            "export_query": query_of(wanted),
            "shows_estate": shows_estate,
            "may_choose": any(duties.decides(row.place_path) for row in page.items),
            "vacant": duties.vacant,
            "now": now,
        }
    )
    return render(request, "ledger/desk_cases.html", context, fragment="ledger/_desk_cases_results.html")


def choices(actor: Any, wanted: DeskFilter) -> dict[str, Any]:
    """What the filter's selects offer; the estates are one query."""
    categories = limits.categories(clock()).categories
    return {
        "estates": list(estates_for_desk(actor).values_list("slug", "name")),
        "states": [(key, label) for key, label in STATE_LABELS.items()],
        "lists": [(key.value, label) for key, label in LIST_LABELS.items()],
        "sources": [(key.value, label) for key, label in SOURCE_LABELS.items()],
        "categories": [(each.code, each.label) for each in categories],
        "has_more_conditions": bool(wanted.category or wanted.source),
    }


@require_GET
def desk_print(request: HttpRequest) -> HttpResponse:
    """/desk/cases/print: the same filter on A4, at most 300 lines."""
    actor = actor_at_desk(request)
    now = clock()
    wanted = filter_of(request.GET)
    rows = wanted.read(cases_for_desk(actor).defer("text", "search"), duties_of(actor), now)
    cases = list(rows[: MOST_PRINTED + 1])
    for case in cases:
        case.late = is_overdue(case, now)  # type: ignore[attr-defined]
    context = {
        "cases": cases[:MOST_PRINTED],
        "has_more": len(cases) > MOST_PRINTED,
        "most": MOST_PRINTED,
        "title": STATE_LABELS.get(wanted.state, _("全部事项")),
        "back": f"{reverse('ledger:desk_cases')}?{query_of(wanted)}",
        "slips": f"{reverse('ledger:desk_slips')}?{query_of(wanted)}",
        "most_slips": MOST_SLIPS,
        "now": now,
    }
    return render(request, "ledger/desk_print.html", context)


@require_GET
def desk_slips(request: HttpRequest) -> HttpResponse:
    """/desk/cases/slips.pdf: a slip with number and QR code for each case of the filter, to cut and hand out."""
    actor = actor_at_desk(request)
    now = clock()
    wanted = filter_of(request.GET)
    rows = wanted.read(cases_for_desk(actor).defer("text", "search"), duties_of(actor), now)
    cases = list(rows[:MOST_SLIPS])
    if not cases:
        return redirect(request, f"{reverse('ledger:desk_print')}?{query_of(wanted)}")
    pdf = print_on_paper(case_slips(cases), size_of(request))
    response = pdf_response(pdf, name=f"回执 {limits.day_of(now):%Y-%m-%d}")
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def desk_save_filter(request: HttpRequest) -> HttpResponse:
    actor_at_desk(request)
    query = query_of(filter_of(QueryDict(request.POST.get("query", ""))))
    try:
        save_filter(person_id=person_id_of(request), name=request.POST.get("name", ""), query=query)
        messages.success(request, _("已存为常用筛选。"))
    except RuleBroken as refusal:
        messages.warning(request, sentence_of(refusal))
    return redirect(request, f"{reverse('ledger:desk_cases')}?{query}")


@require_POST
def desk_delete_filter(request: HttpRequest, pk: int) -> HttpResponse:
    actor_at_desk(request)
    delete_filter(person_id=person_id_of(request), pk=pk)
    messages.success(request, _("已删掉这个常用筛选。"))
    return redirect(request, "ledger:desk_cases")
