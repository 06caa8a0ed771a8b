"""Demand lists at the desk: the estates with theirs, one list with its lines, its commands, the sheet with the QR."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from huiyin.apps.reports import demand_commands
from huiyin.apps.reports.demand_forms import (
    ListForm,
    MergeForm,
    RedactListForm,
    SetAsideForm,
    TypeInForm,
    WordForm,
)
from huiyin.apps.reports.demand_page import DemandWork, Line
from huiyin.apps.reports.desk_reading import estates_to_collect
from huiyin.apps.reports.permissions import COMPANY_WRITERS
from huiyin.apps.reports.selectors import demand_lists_for_desk, redactions_of
from huiyin.apps.reports.services.demands import open_demand_list
from huiyin.apps.reports.views.desk import MOST_WAITING, actor_at_desk, month_of
from huiyin.documents.qr import qr_svg
from huiyin.domain.errors import RuleBroken
from huiyin.web.errors import sentence_of
from huiyin.web.htmx import redirect, render
from huiyin.web.idempotency import acknowledge, key_of
from huiyin.web.not_saved import CameBack
from huiyin.web.now import now as clock
from huiyin.web.pagination import paginate
from huiyin.web.returning import require_POST


@require_GET
def desk_demands(request: HttpRequest) -> HttpResponse:
    """/desk/demands."""
    actor = actor_at_desk(request)
    page = paginate(request, demand_lists_for_desk(actor), per_page=30, count=False)
    context = {
        "page": page,
        "is_company": bool(actor.scopes(*COMPANY_WRITERS)),
        "to_open": estates_to_collect(actor)[:MOST_WAITING],
    }
    return render(request, "reports/desk_demands.html", context)


@require_POST
def desk_open_demands(request: HttpRequest, slug: str) -> HttpResponse:
    """/desk/demands/open/<slug>: begin collecting at one estate."""
    actor = actor_at_desk(request)
    estate = get_object_or_404(estates_to_collect(actor), slug=slug)
    try:
        begins_on = month_of(request.POST.get("month", ""))
        opened = open_demand_list(estate=estate, by=actor, begins_on=begins_on)
    except RuleBroken as refusal:
        messages.warning(request, sentence_of(refusal))
        return redirect(request, "reports:desk_demands")
    messages.success(request, _("开始收集了。台账里的热点已经列入，把二维码贴出去，居民就能扫码提。"))
    return redirect(request, "reports:desk_demand_list", opened.pk)


def work_on(request: HttpRequest, pk: int) -> DemandWork:
    """The list inside the actor's scopes; anything else is a 404."""
    actor = actor_at_desk(request)
    return DemandWork(get_object_or_404(demand_lists_for_desk(actor), pk=pk), actor)


@never_cache
@require_GET
def desk_demand_list(request: HttpRequest, pk: int) -> HttpResponse:
    """/desk/demands/<pk>; ?line=<pk> opens one line with what can be done with it."""
    work = work_on(request, pk)
    return render(
        request, "reports/desk_demand_list.html", list_context(work, opened=request.GET.get("line", ""))
    )


@never_cache
@require_POST
def desk_demand_command(request: HttpRequest, pk: int, command: str) -> HttpResponse:
    """/desk/demands/<pk>/<command>: run one row of the table; a failed form comes back with its text."""
    row = demand_commands.BY_NAME.get(command)
    work = work_on(request, pk)
    if row is None or not row.allowed(work):
        raise Http404
    told = request.POST.get("demand", "")
    line = work.demand(int(told)) if told.isdecimal() and len(told) < 10 else None
    form = row.form(request.POST, work=work, line=line, auto_id=f"id_{command}_%s")
    if form.is_valid():
        form.cleaned_data["idempotency_key"] = key_of(request)
        try:
            said = row.run(work, form.cleaned_data)
        except RuleBroken as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, said or _(row.done))
            response = redirect(request, "reports:desk_demand_list", pk)
            acknowledge(response, key_of(request))
            return response
    context = list_context(work_on(request, pk), opened=told, failed=CameBack({command: form}))
    return render(request, "reports/desk_demand_list.html", context, status=422)


@require_GET
def desk_demands_print(request: HttpRequest, pk: int) -> HttpResponse:
    """/desk/demands/<pk>/print: a sheet for the board and the doors, with the QR of the collection page."""
    work = work_on(request, pk)
    if not work.types_in:
        raise Http404
    address = request.build_absolute_uri(reverse("reports:demands", args=[work.list.estate.slug]))
    context = {
        "list": work.list,
        "estate": work.list.estate,
        "address": address,
        "qr": mark_safe(qr_svg(address, label=_("扫码提诉求"))),  # noqa: S308 - our own drawing
    }
    return render(request, "reports/desk_demands_print.html", context)


def list_context(
    work: DemandWork, *, opened: str = "", failed: CameBack[ListForm] | None = None
) -> dict[str, Any]:
    """What desk_demand_list.html draws; only the opened line has its forms, so that a long list stays light."""
    failed = failed or CameBack()
    line = next((row for row in work.standing if str(row.demand.pk) == opened), None)
    context: dict[str, Any] = {
        "work": work,
        "list": work.list,
        "estate": work.list.estate,
        "rows": work.standing,
        "aside": work.aside,
        "opened": line,
        "redactions": redactions_of(work.list),
        "days_left": work.days_left,
        "now": clock(),
    }
    if work.may_type_in:
        context["type_in"] = failed.take("type-in") or TypeInForm(work=work, auto_id="id_type-in_%s")
    if work.decides:
        context["redact_form"] = failed.take("redact") or RedactListForm(work=work, auto_id="id_redact_%s")
    if line is not None and work.may_decide:
        context["acts"] = line_forms(work, line, failed)
    context["lost"] = failed.lost
    return context


LINE_FORMS: dict[str, tuple[str, str, type[ListForm]]] = {
    "word": (gettext_noop("改写成一句话"), "edit", WordForm),
    "merge": (gettext_noop("并入另一条"), "arrows-join", MergeForm),
    "set-aside": (gettext_noop("不列入清单"), "circle-minus", SetAsideForm),
}


def line_forms(
    work: DemandWork, line: Line, failed: CameBack[ListForm]
) -> list[tuple[str, str, str, ListForm]]:
    """Command, label, icon and form of what can be done with one line."""
    return [
        (
            command,
            label,
            icon,
            failed.take(command) or form(work=work, line=line.demand, auto_id=f"id_{command}_%s"),
        )
        for command, (label, icon, form) in LINE_FORMS.items()
    ]
