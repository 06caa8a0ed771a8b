"""After the meeting: minutes with their corrections, the certificate of the clock, ratings."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from huiyin.apps.meetings import limits
from huiyin.apps.meetings.covering import coverings_of
from huiyin.apps.meetings.desk_commands import speaks_for_company
from huiyin.apps.meetings.forms import CorrectionForm, RatingForm
from huiyin.apps.meetings.minutes_content import content_of
from huiyin.apps.meetings.minutes_page import drawn_certificate, drawn_minutes
from huiyin.apps.meetings.models import Meeting, Minutes, Question
from huiyin.apps.meetings.paper import certificate_day, days_of
from huiyin.apps.meetings.permissions import can_decide
from huiyin.apps.meetings.presence import LETTER, check_in_of, keep
from huiyin.apps.meetings.selectors import certificate_of, meetings_public, minutes_of
from huiyin.apps.meetings.services.minutes import propose_correction
from huiyin.apps.meetings.services.rate import has_rated
from huiyin.apps.meetings.services.rate import rate as cast_rating
from huiyin.apps.meetings.tokens import token_row
from huiyin.apps.meetings.views.asking import A_FULL_HALL
from huiyin.apps.meetings.views.public import estates_of, found
from huiyin.apps.people.selectors import verified_household
from huiyin.apps.places.models import Household
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


# --- ratings ----------------------------------------------------------------------------------------------


def homes_at(request: HttpRequest, meeting: Meeting) -> list[Household]:
    """The verified households of the account at the meeting's estates, by the name of the estate."""
    if not request.user.is_authenticated:
        return []
    found = [verified_household(request.user.pk, estate.pk) for estate in estates_of(meeting)]
    homes = Household.objects.select_related("estate").in_bulk([home for home in found if home])
    return [homes[home] for home in found if home]


def next_to_rate(meeting: Meeting, homes: list[Household]) -> Household | None:
    return next((home for home in homes if not has_rated(meeting, home)), None)


@never_cache
@require_http_methods(["GET", "POST"])
@limited("meetings.rate", anonymous=A_FULL_HALL)
def rate(request: HttpRequest, pk: int) -> HttpResponse:
    """/meetings/<pk>/rate: signed in, for the own household."""
    meeting = found(pk)
    if not request.user.is_authenticated:
        page = reverse("meetings:rate", args=[pk])
        return HttpResponseRedirect(f"{reverse('people:sign_in')}?{urlencode({'next': page})}")
    homes = homes_at(request, meeting)
    if told := request.POST.get("home"):  # the form that was filled in was about this one
        homes = [home for home in homes if str(home.pk) == told]
    home = next_to_rate(meeting, homes) or (homes[0] if homes else None)
    return rating_page(request, meeting, home, "", {"is_not_verified": home is None})


@never_cache
@require_http_methods(["GET", "POST"])
@limited("meetings.rate", anonymous=A_FULL_HALL)
def rate_by_letter(request: HttpRequest, token: str) -> HttpResponse:
    """/rate/<token>: with the letter of a household; before the meeting is over the letter lets it ask the same."""
    letter = token_row(token)
    if letter is None:
        raise Http404
    meeting = found(letter.meeting_id)
    context = {"is_revoked": letter.revoked_at is not None, "is_letter": True}
    home = None if context["is_revoked"] else letter.household
    response = rating_page(request, meeting, home, token, context)
    if home is not None:
        keep(response, meeting, LETTER, token)
    return response


def rating_page(
    request: HttpRequest, meeting: Meeting, home: Household | None, token: str, context: dict[str, Any]
) -> HttpResponse:
    """The five questions, or why there is nothing to rate now."""
    now = clock()
    rule = limits.policy_of(meeting).rating
    is_closed = meeting.closed_at is not None
    is_over = is_closed and now > limits.rating_ends_at(meeting, rule)
    has_spoken = home is not None and has_rated(meeting, home)
    may = home is not None and is_closed and not is_over and not has_spoken
    may = may and is_open(Activity.RATE, meeting.phase)
    if request.method == "POST" and home is None:
        raise Http404
    form = RatingForm(request.POST or None, questions=rule.questions) if may else None
    context |= {
        "meeting": meeting,
        "home": home,
        "heard": estates_of(meeting),
        "form": form,
        "has_spoken": has_spoken,
        "is_over": is_over,
        "is_before": not is_closed,
        "ends_at": limits.rating_ends_at(meeting, rule) if is_closed else None,
        "min_shown": rule.min_shown,
    }
    if request.method == "POST" and form is not None and home is not None and form.is_valid():
        actor: Actor = request.actor  # type: ignore[attr-defined]
        try:
            cast_rating(meeting, scores=form.cleaned_data, by=actor, token=token, estate=home.estate)
        except RuleBroken as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("评议收到了，谢谢。物业看不到是谁打的分。"))
            has_another = not token and next_to_rate(meeting, homes_at(request, meeting)) is not None
            page = "meetings:rate" if has_another else "meetings:meeting"
            return redirect(request, page, meeting.pk)
    return render(request, "meetings/rate.html", context, status=422 if form and form.errors else 200)
