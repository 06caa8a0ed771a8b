"""Messages in the account, and the community's round: slips to print and bring, calls to make, what did not arrive."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from huiyin.apps.ledger.limits import deadlines
from huiyin.apps.ledger.services.reply import Delivery
from huiyin.apps.people.actors import person_of
from huiyin.apps.publishing import selectors, services
from huiyin.apps.publishing.models import Message
from huiyin.documents.qr import qr_svg
from huiyin.domain.access import Actor
from huiyin.domain.case_numbers import spoken
from huiyin.domain.errors import RuleBroken
from huiyin.integrations.sms import ReportRefused, read_report
from huiyin.web.errors import sentence_of
from huiyin.web.htmx import redirect, render
from huiyin.web.now import now as clock
from huiyin.web.pagination import paginate
from huiyin.web.returning import login_required, require_POST

MOST_SLIPS = 40
BROUGHT = {
    Delivery.OPENS_WINDOW: gettext_noop("记下了：已送到。从今天起等提问人说办没办好。"),
    Delivery.AFTER_WINDOW: gettext_noop("记下了：已送到。等反馈的日子过了，提问人仍可以说办没办好。"),
    Delivery.CHANGES_NOTHING: gettext_noop("记下了：已送到。"),
}


@login_required
@require_GET
def my_messages(request: HttpRequest) -> HttpResponse:
    """/my/messages: what I was told, newest first."""
    page = paginate(request, selectors.messages_of(person_of(request).pk), per_page=30, count=False)
    return render(request, "publishing/my_messages.html", {"page": page})


@login_required
@require_POST
def open_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Reading it is its delivery (a POST: a link that is only fetched ahead must not count as read)."""
    message = get_object_or_404(selectors.messages_of(person_of(request).pk), pk=pk)
    services.open_message(message, by=_actor(request))
    return redirect(request, "ledger:case", message.case.number)


@require_GET
def desk_messages(request: HttpRequest) -> HttpResponse:
    """/desk/messages: four piles, each row with its verbs."""
    _check_brings(request)
    to_print, printed, to_call, failed = selectors.piles_for_desk(_actor(request))
    context = {"to_print": to_print, "printed": printed, "to_call": to_call, "failed": failed}
    return render(request, "publishing/desk_messages.html", context)


@never_cache
@require_POST
def print_slips(request: HttpRequest) -> HttpResponse:
    """The chosen slips on paper. Each printing makes a new code, so the page is the answer to the POST itself."""
    _check_brings(request)
    chosen = [int(each) for each in request.POST.getlist("message")[:MOST_SLIPS] if each.isdecimal()]
    found = selectors.slips_for_desk(_actor(request), chosen)
    if not found:
        notices.warning(request, _("没有选中能打印的纸条。"))
        return redirect(request, "publishing:desk_messages")
    slips = [_slip(request, message, services.print_slip(message, by=_actor(request))) for message in found]
    days = deadlines(clock()).values.answers.days_after_delivery_by_paper
    return render(request, "publishing/slips.html", {"slips": slips, "days": days, "now": clock()})


def _slip(request: HttpRequest, message: Message, code: str) -> dict[str, Any]:
    number = message.case.number
    page = "ledger:answer_by_code" if code else "ledger:case"
    path = f"{reverse(page)}?{urlencode({'number': number})}" if code else reverse(page, args=[number])
    drawing = qr_svg(f"{settings.SITE_URL}{path}", label=_("扫码打开这件事"))
    return {
        "message": message,
        "case": message.case,
        "asked": message.asker.case,
        "reason": selectors.reason_of(message),
        "code": f"{code[:4]} {code[4:]}" if code else "",
        "spoken": spoken(number),
        "qr": mark_safe(drawing),  # noqa: S308 - our own drawing
    }


@require_POST
def record_brought(request: HttpRequest, pk: int) -> HttpResponse:
    """A slip was handed over or a call was made: reached or not."""
    message = _to_bring(request, pk)
    is_reached = request.POST.get("reached") == "yes"
    if not is_reached and request.POST.get("reached") != "no":
        raise Http404
    try:
        outcome = services.record_brought(message, by=_actor(request), reached=is_reached)
    except RuleBroken as refusal:
        notices.warning(request, sentence_of(refusal))
    else:
        notices.success(request, _(BROUGHT[outcome]) if outcome else _("记下了：没联系上。"))
    return redirect(request, "publishing:desk_messages")


@require_POST
def bring_instead(request: HttpRequest, pk: int) -> HttpResponse:
    """What did not arrive goes another way."""
    message = _to_bring(request, pk)
    try:
        services.bring_instead(message, by=_actor(request), channel=request.POST.get("channel", ""))
    except RuleBroken as refusal:
        notices.warning(request, sentence_of(refusal))
    else:
        notices.success(request, _("已放进要送的里。"))
    return redirect(request, "publishing:desk_messages")


@csrf_exempt
@require_POST
def sms_report(request: HttpRequest) -> HttpResponse:
    """/sms/reports: the gateway says what became of a message, signed with the secret both sides know."""
    if not services.reports_follow():
        raise Http404
    try:
        report = read_report(
            request.body,
            timestamp=request.headers.get("X-Timestamp", ""),
            signature=request.headers.get("X-Signature", ""),
            secret=settings.SMS_SECRET,
            now=clock().timestamp(),
        )
    except ReportRefused:
        return HttpResponse(status=403)
    services.take_report(report)
    return HttpResponse(status=204)


def _to_bring(request: HttpRequest, pk: int) -> Message:
    message: Message = get_object_or_404(selectors.messages_for_desk(_actor(request)), pk=pk)
    return message


def _check_brings(request: HttpRequest) -> None:
    if not _actor(request).scopes(*selectors.BRINGERS):
        raise Http404


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
