"""Asking on the phone, before and during the meeting, and saying: I ask the same."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from huiyin.apps.meetings.forms import QuestionForm
from huiyin.apps.meetings.models import Meeting, Question, Support
from huiyin.apps.meetings.presence import account_mark, check_in_of, letter_of
from huiyin.apps.meetings.selectors import my_questions
from huiyin.apps.meetings.services import ask as asking
from huiyin.apps.meetings.tokens import household_of_token
from huiyin.apps.meetings.views.public import estates_of, following, found
from huiyin.apps.people.selectors import memberships_of
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.domain.question_workflow import QuestionStatus
from huiyin.language.masking import needs_a_reader
from huiyin.web.errors import sentence_of, too_many_sentence
from huiyin.web.htmx import redirect, render
from huiyin.web.idempotency import acknowledge, key_of
from huiyin.web.limits import limited
from huiyin.web.middleware import is_fragment_request
from huiyin.web.returning import require_POST

DRAFT = "meetings.question"
A_FULL_HALL = 3000
"""Posts in ten minutes from one address: a hall full of phones often has only one."""


@require_http_methods(["GET", "POST"])
@limited("meetings.ask", anonymous=A_FULL_HALL)
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """/meetings/<pk>/ask: the clock, what is answered now, my question, what comes next."""
    meeting = found(pk)
    if request.method == "POST":
        return submit(request, meeting)
    draft = request.session.pop(DRAFT, None) if "draft" in request.GET else None
    form = QuestionForm(initial=draft or first_values(request, meeting), estates=estates_of(meeting))
    return render(request, "meetings/ask.html", ask_context(request, meeting, form))


def ask_context(request: HttpRequest, meeting: Meeting, form: QuestionForm) -> dict[str, Any]:
    person_id = request.user.pk if request.user.is_authenticated else None
    came = check_in_of(request, meeting)
    part = "all" if "all" in request.GET else "ask"
    return following(meeting, part) | {
        "part": part,
        "everything": part == "all",
        "own": my_questions(meeting, person_id=person_id, check_in=came),
        "form": form,
        "account": account_mark(request),
        "estates": form.estates,
        "mine": supported_by(request, meeting),
        "is_known": asking.verified_person(request.actor) is not None,  # type: ignore[attr-defined]
        "checked_in": came,
    }


def first_values(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    """The nickname of the account, the building of the home or of the check-in."""
    values: dict[str, Any] = {"nickname": getattr(request.user, "nickname", "")}
    came = check_in_of(request, meeting)
    if came is not None:
        return values | {"building": came.building, "estate": came.estate_id}
    if request.user.is_authenticated:
        ids = {estate.pk for estate in estates_of(meeting)}
        for home in memberships_of(request.user):
            if home.estate_id in ids:
                return values | {"building": home.building, "estate": home.estate_id}
    return values


def supported_by(request: HttpRequest, meeting: Meeting) -> list[int]:
    """The questions this person or this letter's household asks too."""
    mine = Support.objects.filter(meeting=meeting)
    if request.user.is_authenticated:
        mine = mine.filter(person_id=request.user.pk)
    elif household := household_of_token(meeting.pk, letter_of(request)):
        mine = mine.filter(household_id=household)
    else:
        return []
    return list(mine.values_list("question_id", flat=True))


def submit(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    form = QuestionForm(request.POST, estates=estates_of(meeting))
    if not form.is_valid():
        return again(request, meeting, form)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    came = check_in_of(request, meeting)
    if came is None and asking.verified_person(actor) is None:
        return sign_in_first(request, meeting)
    if request.POST.get("account", account_mark(request)) != account_mark(request):
        if not request.user.is_authenticated:
            return sign_in_first(request, meeting)
        form.add_error(None, _("写这个问题时登录的不是现在这个账号。"))
        return again(request, meeting, form, status=412)
    try:
        question = asking.ask(
            meeting,
            by=actor,
            estate=form.chosen_estate(),
            text=form.cleaned_data["text"],
            building=form.cleaned_data["building"],
            nickname=form.cleaned_data["nickname"],
            check_in=came,
            idempotency_key=key_of(request),
        )
    except RuleBroken as refusal:
        form.add_refusal(refusal)
        return again(request, meeting, form)
    said = _("已收到，是第 %(number)s 问。") % {"number": question.number}
    if question.status == QuestionStatus.HELD:
        said += (
            _("里面可能写到了姓名、电话或住处，工作人员看过后显示。")
            if needs_a_reader(form.cleaned_data["text"])
            else _("工作人员看过后显示。")
        )
    if is_fragment_request(request):
        response = render(request, "meetings/_said.html", {"text": said})
    else:
        messages.success(request, said)
        response = redirect(request, "meetings:ask", meeting.pk)
    acknowledge(response, key_of(request))
    return response


def again(request: HttpRequest, meeting: Meeting, form: QuestionForm, *, status: int = 422) -> HttpResponse:
    """The page with what is to be mended; for the script only the sentences."""
    if is_fragment_request(request):
        said = [str(error) for errors in form.errors.values() for error in errors]
        return render(request, "meetings/_said.html", {"text": " ".join(said)}, status=status)
    return render(request, "meetings/ask.html", ask_context(request, meeting, form), status=status)


def sign_in_first(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Who has neither checked in nor a verified phone signs in; the text is kept, on the phone or in the session."""
    page = reverse("meetings:ask", args=[meeting.pk])
    if is_fragment_request(request):
        response = render(
            request, "meetings/_said.html", {"text": _("请先签到，或用手机号登录。")}, status=401
        )
        response.headers["HX-Redirect"] = f"{reverse('people:sign_in')}?{urlencode({'next': page})}"
        return response
    names = ("text", "estate", "building", "nickname")
    request.session[DRAFT] = {name: request.POST.get(name, "") for name in names}
    return HttpResponseRedirect(f"{reverse('people:sign_in')}?{urlencode({'next': f'{page}?draft=1'})}")


def support_later(request: HttpRequest, minutes: int, pk: int) -> HttpResponse:
    return answered(request, pk, too_many_sentence(request, minutes), status=429)


@require_POST
@limited("meetings.support", anonymous=A_FULL_HALL, refused=support_later)
def support(request: HttpRequest, pk: int) -> HttpResponse:
    """同问 on one question of this meeting."""
    meeting = found(pk)
    told = request.POST.get("question", "")
    number = int(told) if told.isdecimal() and len(told) < 6 else 0
    question = get_object_or_404(Question, meeting=meeting, number=number)
    if not question.is_public:
        raise Http404
    actor: Actor = request.actor  # type: ignore[attr-defined]
    letter = letter_of(request)
    if asking.verified_person(actor) is None and household_of_token(pk, letter) is None:
        return sign_in_to_support(request, pk)
    try:
        asking.support(question, by=actor, token=letter)
    except RuleBroken as refusal:
        return answered(request, pk, sentence_of(refusal), status=409)
    return answered(request, pk, _("已同问第 %(number)s 问。") % {"number": question.number})


def sign_in_to_support(request: HttpRequest, pk: int) -> HttpResponse:
    address = f"{reverse('people:sign_in')}?{urlencode({'next': reverse('meetings:ask', args=[pk])})}"
    if not is_fragment_request(request):
        return HttpResponseRedirect(address)
    response = render(request, "meetings/_said.html", {"text": _("请先用手机号登录。")}, status=401)
    response.headers["HX-Redirect"] = address
    return response


def answered(request: HttpRequest, pk: int, said: str, *, status: int = 200) -> HttpResponse:
    if is_fragment_request(request):
        return render(request, "meetings/_said.html", {"text": said}, status=status)
    (messages.success if status == 200 else messages.warning)(request, said)
    return redirect(request, "meetings:ask", pk)
