"""After the meeting: minutes with their corrections, and the certificate of the clock."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from huiyin.apps.meetings.covering import coverings_of
from huiyin.apps.meetings.desk_commands import speaks_for_company
from huiyin.apps.meetings.forms import CorrectionForm
from huiyin.apps.meetings.minutes_content import content_of
from huiyin.apps.meetings.minutes_page import drawn_certificate, drawn_minutes
from huiyin.apps.meetings.models import Meeting, Minutes, Question
from huiyin.apps.meetings.paper import certificate_day, days_of
from huiyin.apps.meetings.permissions import can_decide
from huiyin.apps.meetings.presence import check_in_of
from huiyin.apps.meetings.selectors import certificate_of, meetings_public, minutes_of
from huiyin.apps.meetings.services.minutes import propose_correction
from huiyin.apps.meetings.views.asking import A_FULL_HALL
from huiyin.apps.meetings.views.public import found
from huiyin.documents.qr import qr_svg
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.domain.meeting_phases import HELD, Activity, is_open
from huiyin.web.caching import for_everyone
from huiyin.web.htmx import redirect, render
from huiyin.web.idempotency import acknowledge, key_of
from huiyin.web.limits import limited
from huiyin.web.now import now as clock


@require_GET
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """/meetings/questions/<pk>: where a question of the ledger came from, in the minutes or at the meeting."""
    asked = get_object_or_404(Question, pk=pk)
    meeting = found(asked.meeting_id)
    page = "meetings:minutes" if meeting.phase in HELD else "meetings:meeting"
    return HttpResponseRedirect(f"{reverse(page, args=[meeting.pk])}#q-{asked.number}")


# --- minutes ----------------------------------------------------------------------------------------------


def recorded(pk: int) -> tuple[Meeting, Minutes]:
    """A meeting whose minutes are public, else 404."""
    meeting = found(pk)
    kept = minutes_of(meeting)
    if kept is None:
        raise Http404
    return meeting, kept


def takes_corrections(meeting: Meeting, kept: Minutes) -> bool:
    return is_open(Activity.CORRECT, meeting.phase) and clock() <= kept.corrections_until


def may_correct(request: HttpRequest, meeting: Meeting) -> bool:
    """Who was checked in, or the company that reported."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return check_in_of(request, meeting) is not None or speaks_for_company(actor, meeting)


@require_http_methods(["GET", "POST"])
@limited("meetings.correct", anonymous=A_FULL_HALL)
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """/meetings/<pk>/minutes: what happened, and for those who were there where it is recorded wrongly."""
    meeting, kept = recorded(pk)
    form = None
    if (
        request.method == "POST"
    ):  # also when the window has closed meanwhile: then the words come back with the reason
        if not may_correct(request, meeting):
            raise Http404
        form = CorrectionForm(request.POST)
    elif takes_corrections(meeting, kept) and may_correct(request, meeting):
        form = CorrectionForm()
    if form is not None and form.is_valid():
        try:
            propose_correction(
                kept,
                by=request.actor,  # type: ignore[attr-defined]
                text=form.cleaned_data["text"],
                question_number=form.cleaned_data["question_number"],
                check_in=check_in_of(request, meeting),
                idempotency_key=key_of(request),
            )
        except RuleBroken as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("已提出。社区书记决定后，提法和理由都会公开。"))
            response = redirect(request, "meetings:minutes", pk)
            acknowledge(response, key_of(request))
            return response
    context = {
        "meeting": meeting,
        "minutes": kept,
        "content": drawn_minutes(kept.content if kept.locked_at else content_of(meeting)),
        "corrections": kept.corrections.all(),
        "coverings": coverings_of(meeting.stream),
        "form": form,
        "may_decide": kept.locked_at is None and can_decide(request.actor, meeting),  # type: ignore[attr-defined]
    }
    return render(request, "meetings/minutes.html", context, status=422 if form and form.errors else 200)


@require_GET
@for_everyone
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """/meetings/<pk>/certificate: the clock's intervals and what was counted, to print."""
    meeting = get_object_or_404(meetings_public().filter(ended_at__isnull=False), pk=pk)
    address = f"{settings.SITE_URL}{reverse('meetings:certificate', args=[pk])}"
    kept = minutes_of(meeting)
    context = {
        "meeting": meeting,
        "minutes": kept,
        "certificate": drawn_certificate(certificate_of(meeting, clock())),
        "days": days_of(meeting),
        "signed_on": certificate_day(meeting, kept),
        "qr": mark_safe(qr_svg(address, label=_("扫码核验"))),  # noqa: S308 - our own drawing
        "address": address,
    }
    return render(request, "meetings/certificate.html", context)
