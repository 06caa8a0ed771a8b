"""Paper and phone: the community worker types in a slip or a call, reads the number out, prints the receipt."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from huiyin.apps.ledger import similar
from huiyin.apps.ledger.entry_forms import EntryForm
from huiyin.apps.ledger.permissions import ENTERING_ROLES
from huiyin.apps.ledger.services.register import AskerDraft, register_case
from huiyin.apps.ledger.views.desk import actor_at_desk, tabs
from huiyin.apps.ledger.views.desk_case import work_on
from huiyin.documents.qr import qr_svg
from huiyin.domain.case_numbers import spoken
from huiyin.domain.errors import RuleBroken
from huiyin.web.htmx import redirect, render
from huiyin.web.idempotency import acknowledge, key_of


@require_http_methods(["GET", "POST"])
def desk_new(request: HttpRequest) -> HttpResponse:
    """/desk/cases/new: similar cases are shown once before a new one is registered."""
    actor = actor_at_desk(request)
    if not actor.scopes(*ENTERING_ROLES):
        raise Http404
    form = EntryForm(request.POST or None, actor=actor)
    context: dict[str, Any] = tabs(actor, "new") | {"form": form}
    if request.method == "GET" or not form.is_valid():
        return render(request, "ledger/desk_new.html", context, status=422 if form.is_bound else 200)
    told = form.cleaned_data
    estate, area = form.chosen_place()
    if estate is not None and not request.POST.get("is_new"):
        matches = [
            match for match in similar.like(estate, told["text"], sure_only=True) if match.case.is_open
        ]
        if matches:
            return render(request, "ledger/desk_new.html", context | {"matches": matches})
    try:
        case = register_case(
            by=actor,
            text=told["text"],
            estate=estate,
            area=area,
            building=told["building"],
            nickname=told["nickname"],
            kind=told["kind"],
            source=told["source"],
            asker=AskerDraft(
                channel=told["channel"], name=told["name"], phone=told["phone"], note=told["note"]
            ),
            idempotency_key=key_of(request),
        )
    except RuleBroken as refusal:
        form.add_refusal(refusal)
        return render(request, "ledger/desk_new.html", context, status=422)
    messages.success(request, _("已登记。请把编号念给对方，或打印回执。"))
    response = redirect(request, f"{reverse('ledger:desk_case', args=[case.number])}?new=1")
    acknowledge(response, key_of(request))
    return response


@require_GET
def desk_receipt(request: HttpRequest, number: str) -> HttpResponse:
    """/desk/cases/<number>/receipt: a slip with the number, how it is read out, and a QR code of the public page."""
    work = work_on(request, number)
    if not work.may_enter:
        raise Http404
    case = work.case
    address = f"{settings.SITE_URL}{reverse('ledger:case', args=[case.number])}"
    label = _("扫码看 %(number)s 的进展") % {"number": case.number}
    context = {
        "case": case,
        "spoken": spoken(case.number),
        "address": address,
        "qr": mark_safe(qr_svg(address, label=label)),  # noqa: S308 - made of our own digits and our label
        "now": work.now,
    }
    return render(request, "ledger/desk_receipt.html", context)
