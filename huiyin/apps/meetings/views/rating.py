"""Rating a meeting: signed in, or with the letter of a household, scanned or typed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from huiyin.apps.meetings import limits
from huiyin.apps.meetings.forms import LetterCodeForm, RatingForm
from huiyin.apps.meetings.models import Meeting, RatingToken
from huiyin.apps.meetings.presence import LETTER, keep
from huiyin.apps.meetings.services.rate import has_rated
from huiyin.apps.meetings.services.rate import rate as cast_rating
from huiyin.apps.meetings.tokens import as_printed, token_row
from huiyin.apps.meetings.views.asking import A_FULL_HALL
from huiyin.apps.meetings.views.public import estates_of, found
from huiyin.apps.people.selectors import verified_household
from huiyin.apps.places.models import Household
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.domain.meeting_phases import Activity, is_open
from huiyin.web.errors import too_many
from huiyin.web.htmx import redirect, render
from huiyin.web.limits import is_allowed, is_spent, limited
from huiyin.web.now import now as clock

MOST_GUESSES, GUESS_MINUTES = 100, 5
"""A hall or a building may share one address, and an old hand mistypes twice: codes are long enough for many tries."""


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
def rate_by_code(request: HttpRequest) -> HttpResponse:
    """/rate: who cannot scan types the code of the letter, in whatever way it is written."""
    if has_guessed_too_often(request):
        return too_many(request, GUESS_MINUTES)
    form = LetterCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        token = as_printed(form.cleaned_data["letter"])
        if letter_told(request, token) is not None:
            return redirect(request, "meetings:rate_by_letter", token)
        form.add_error("letter", _("没有这个码。请对着信再看一遍，一共 12 个字。"))
    return render(request, "meetings/rate_by_code.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@limited("meetings.rate", anonymous=A_FULL_HALL)
def rate_by_letter(request: HttpRequest, token: str) -> HttpResponse:
    """/rate/<token>: with the letter of a household; before the meeting is over the letter lets it ask the same."""
    if has_guessed_too_often(request):
        return too_many(request, GUESS_MINUTES)
    token = as_printed(token)
    letter = letter_told(request, token)
    if letter is None:
        raise Http404
    meeting = found(letter.meeting_id)
    context = {"is_revoked": letter.revoked_at is not None, "is_letter": True}
    home = None if context["is_revoked"] else letter.household
    response = rating_page(request, meeting, home, token, context)
    if home is not None:
        keep(response, meeting, LETTER, token)
    return response


def has_guessed_too_often(request: HttpRequest) -> bool:
    """Codes that no letter bears slow their address down, a right one included."""
    return is_spent(request, "meetings.letter", limit=MOST_GUESSES, seconds=GUESS_MINUTES * 60)


def letter_told(request: HttpRequest, token: str) -> RatingToken | None:
    """The letter with this code; a code without one is counted as a guess."""
    letter = token_row(token)
    if letter is None:
        is_allowed(request, "meetings.letter", limit=MOST_GUESSES, seconds=GUESS_MINUTES * 60)
    return letter


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
