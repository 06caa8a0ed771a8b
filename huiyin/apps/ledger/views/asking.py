"""Asking: find the estate, write, see whether it is one of these already, send; and what askers do afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from huiyin.apps.ledger import similar
from huiyin.apps.ledger.ask_draft import DRAFT
from huiyin.apps.ledger.case_page import case_page, replies_of
from huiyin.apps.ledger.forms import AnswerForm, AskForm, CodeForm, ObjectionForm, WordsForm
from huiyin.apps.ledger.joining import offers
from huiyin.apps.ledger.models import AnswerGiven, Asker, Case
from huiyin.apps.ledger.selectors import cases_public, my_cases
from huiyin.apps.ledger.services import answer as answering
from huiyin.apps.ledger.services import askers, lead
from huiyin.apps.ledger.services.register import LONGEST_TEXT, AskerDraft, register_case
from huiyin.apps.ledger.services.transition import askers_of
from huiyin.apps.people.actors import person_of
from huiyin.apps.people.selectors import memberships_of, verified_household
from huiyin.apps.places.models import Estate
from huiyin.apps.places.selectors import estates_matching, estates_public
from huiyin.domain.case_numbers import canonical
from huiyin.domain.errors import RuleBroken
from huiyin.domain.ledger_rules import Source
from huiyin.web.errors import sentence_of, too_many, too_many_sentence
from huiyin.web.htmx import redirect, render
from huiyin.web.idempotency import acknowledge, key_of
from huiyin.web.limits import limited
from huiyin.web.pagination import paginate
from huiyin.web.returning import login_required, require_POST

MOST_ESTATES = 30
DRAWN_BY = {"answer_form": "may_answer", "words_form": "may_add", "objection_form": "may_object"}


def ask_later(request: HttpRequest, minutes: int) -> HttpResponse:
    """Braked: who is signed in gets the text back in the form."""
    estate = estates_public().filter(slug=request.POST.get("estate", "")).first()
    if estate is None or not request.user.is_authenticated:
        return too_many(request, minutes)
    form = AskForm(request.POST)
    form.add_error(None, too_many_sentence(request, minutes))
    return render(request, "ledger/ask.html", {"form": form, "estate": estate}, status=429)


@require_http_methods(["GET", "POST"])
@limited("ledger.ask", refused=ask_later)
def ask(request: HttpRequest) -> HttpResponse:
    """/ask?estate=…: without an estate one is looked for first."""
    slug = request.POST.get("estate") or request.GET.get("estate", "")
    estate = estates_public().filter(slug=slug).first()
    if estate is None:
        return choose_estate(request)
    if request.method == "POST":
        return submit(request, estate)
    draft = request.session.pop(DRAFT, None) if request.GET.get("draft") else None
    form = AskForm(initial=draft or first_values(request))
    return render(request, "ledger/ask.html", {"form": form, "estate": estate, "was_kept": draft is not None})


def choose_estate(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "")[:60]
    found = list(estates_matching(text)[:MOST_ESTATES]) if text else []
    mine: list[Estate] = []
    if request.user.is_authenticated:
        mine = [home.estate for home in memberships_of(request.user)]
    context = {"q": text, "found": found, "mine": mine}
    return render(request, "ledger/ask_where.html", context)


def first_values(request: HttpRequest) -> dict[str, str]:
    again = request.GET.get("again", "")
    values = {"kind": "question", "nickname": getattr(request.user, "nickname", "")}
    number = canonical(again) if again else None
    before = cases_public().filter(number=number).first() if number else None
    if before is not None:
        values |= {"building": before.building, "kind": before.kind}
    return values


def submit(request: HttpRequest, estate: Estate) -> HttpResponse:
    """Not signed in: the text is kept until after signing in. Signed in: similar open ones first, then the ledger."""
    form = AskForm(request.POST)
    context: dict[str, Any] = {"form": form, "estate": estate}
    if not form.is_valid():
        return render(request, "ledger/ask.html", context, status=422)
    if not request.user.is_authenticated:
        request.session[DRAFT] = {name: request.POST.get(name, "") for name in form.fields}
        back = f"{reverse('ledger:ask')}?{urlencode({'estate': estate.slug, 'draft': '1'})}"
        return redirect(request, f"{reverse('people:sign_in')}?{urlencode({'next': back})}")
    if not request.POST.get("is_new"):
        found = similar.like(estate, form.cleaned_data["text"], sure_only=True)
        if still_open := [match.case for match in found if match.case.is_open]:
            matches = offers(still_open, estate=estate, person=person_of(request))
            may_join = any(match.may_join for match in matches)
            return render(
                request,
                "ledger/ask.html",
                context | {"matches": matches, "may_join": may_join, "asks_is_new": True},
            )
    again = canonical(request.POST.get("again", "") or request.GET.get("again", ""))
    try:
        case = register_case(
            by=request.actor,  # type: ignore[attr-defined]
            text=form.cleaned_data["text"],
            building=form.cleaned_data["building"],
            nickname=form.cleaned_data["nickname"],
            kind=form.cleaned_data["kind"],
            source=Source.WEB,
            estate=estate,
            area=estate.area,
            asker=AskerDraft(
                person_id=request.user.pk, household_id=verified_household(request.user.pk, estate.pk)
            ),
            idempotency_key=key_of(request),
            recurrence_of=cases_public().filter(number=again).first() if again else None,
        )
    except RuleBroken as refusal:
        form.add_refusal(refusal)
        return render(request, "ledger/ask.html", context, status=422)
    messages.success(request, _("已登记，编号 %(number)s。答复会发到您的手机。") % {"number": case.number})
    response = redirect(request, "ledger:case", case.number)
    acknowledge(response, key_of(request))
    return response


@require_POST
def similar_cases(request: HttpRequest) -> HttpResponse:
    """/ask/similar: the fragment below the text while somebody types.

    Posted though it changes nothing: the words are not masked yet, and addresses are kept by proxies and logs.
    """
    estate = get_object_or_404(estates_public(), slug=request.POST.get("estate", ""))
    matches = similar.like(estate, request.POST.get("text", "")[:LONGEST_TEXT])
    return render(request, "ledger/_similar.html", {"matches": matches, "estate": estate})


@login_required
@require_GET
def my_cases_page(request: HttpRequest) -> HttpResponse:
    """/my/cases: what I asked and joined, what waits for my word first."""
    mine = my_cases(person_of(request).pk)
    speaks = ["replied", "awaiting_asker"]
    waiting = list(mine.filter(Q(status__in=speaks) | Q(merged_into__status__in=speaks))[:20])
    others = mine.exclude(pk__in=[case.pk for case in waiting])
    page = paginate(request, others, per_page=30, count=False)
    return render(request, "ledger/my_cases.html", {"page": page, "waiting": waiting})


def _mine(request: HttpRequest, number: str) -> tuple[Case, Asker]:
    """The case and my place in it; anybody else's is a 404."""
    case = get_object_or_404(cases_public().select_related("merged_into"), number=number)
    asker = askers_of(case.merged_into or case).filter(person=person_of(request)).order_by("pk").first()
    if asker is None:
        raise Http404
    return case, asker


def _arrived(request: HttpRequest, number: str) -> HttpResponse:
    """Back to the case; the browser may forget its draft."""
    response = redirect(request, "ledger:case", number)
    acknowledge(response, key_of(request))
    return response


def _again(request: HttpRequest, number: str, name: str, form: Any, *, status: int = 422) -> HttpResponse:
    """The case page once more with the failed form, its text kept: also where it would not be drawn any more."""
    failed = {name: form, DRAWN_BY[name]: True}
    return render(request, "ledger/case.html", case_page(request, number) | failed, status=status)


def later(name: str, form_class: type[Any]) -> Callable[..., HttpResponse]:
    """Braked: the asker gets the case page with the form as it was sent; anybody else a 404, as without the brake."""

    def refused(request: HttpRequest, minutes: int, number: str) -> HttpResponse:
        _mine(request, number)
        form = form_class(request.POST)
        form.add_error(None, too_many_sentence(request, minutes))
        return _again(request, number, name, form, status=429)

    return refused


@login_required
@require_POST
@limited("ledger.asker", refused=later("answer_form", AnswerForm))
def answer(request: HttpRequest, number: str) -> HttpResponse:
    _case, asker = _mine(request, number)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            answering.answer(asker, by=request.actor, **form.cleaned_data)  # type: ignore[attr-defined]
        except RuleBroken as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("记下了，谢谢。您的话已写进经过。"))
            return _arrived(request, number)
    return _again(request, number, "answer_form", form)


@login_required
@require_POST
@limited("ledger.asker")
def join_case(request: HttpRequest, number: str) -> HttpResponse:
    case = get_object_or_404(cases_public().select_related("merged_into"), number=number)
    try:
        askers.join_case(case, by=request.actor, person_id=person_of(request).pk)  # type: ignore[attr-defined]
    except RuleBroken as refusal:
        if refusal.code != "me_too.not_verified":
            raise
        messages.warning(request, sentence_of(refusal))
        return redirect(request, f"{reverse('people:my_account')}#home")
    messages.success(request, _("已同问。有答复会告诉您，办没办好您也可以说。"))
    return redirect(request, "ledger:case", (case.merged_into or case).number)


@login_required
@require_POST
@limited("ledger.asker")
def urge(request: HttpRequest, number: str) -> HttpResponse:
    _case, asker = _mine(request, number)
    askers.urge(asker, by=request.actor)  # type: ignore[attr-defined]
    messages.success(request, _("已催办，写进了经过。"))
    return redirect(request, "ledger:case", number)


@login_required
@require_POST
@limited("ledger.asker")
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    _case, asker = _mine(request, number)
    answering.withdraw(asker, by=request.actor)  # type: ignore[attr-defined]
    messages.success(request, _("已撤回。还有问题的话可以再提。"))
    return redirect(request, "ledger:case", number)


@login_required
@require_POST
@limited("ledger.asker", refused=later("words_form", WordsForm))
def add_to_case(request: HttpRequest, number: str) -> HttpResponse:
    """What the lead asked for: the clock runs again."""
    case, _asker = _mine(request, number)
    form = WordsForm(request.POST)
    if form.is_valid():
        asked = case.merged_into or case
        try:
            lead.resume(asked, by=request.actor, addition=form.cleaned_data["text"])  # type: ignore[attr-defined]
        except RuleBroken as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("补充已送到，期限接着算。"))
            return _arrived(request, number)
    return _again(request, number, "words_form", form)


@login_required
@require_POST
@limited("ledger.asker", refused=later("objection_form", ObjectionForm))
def object_to_outcome(request: HttpRequest, number: str) -> HttpResponse:
    _case, asker = _mine(request, number)
    form = ObjectionForm(request.POST)
    if form.is_valid():
        try:
            askers.object_to_outcome(asker, by=request.actor, text=form.cleaned_data["text"])  # type: ignore[attr-defined]
        except RuleBroken as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("异议已送到街镇，结果会公开。"))
            return _arrived(request, number)
    return _again(request, number, "objection_form", form)


@require_http_methods(["GET", "POST"])
@limited("ledger.answer_by_code", limit=20)
def answer_by_code(request: HttpRequest) -> HttpResponse:
    """/answer: an asker without an account answers once with the code from the SMS, the call or the slip."""
    code_form = CodeForm(request.POST or None, initial={"number": request.GET.get("number", "")})
    answer_form = AnswerForm(request.POST if "answer" in request.POST else None)
    context: dict[str, Any] = {"code_form": code_form, "answer_form": answer_form}
    if request.method == "GET" or not code_form.is_valid():
        return render(request, "ledger/answer_by_code.html", context, status=422 if request.POST else 200)
    number = canonical(code_form.cleaned_data["number"]) or ""
    code = "".join(filter(str.isdigit, code_form.cleaned_data["code"]))
    try:
        asker = askers.asker_by_code(number, code)
        context["case"] = asker.case.merged_into or asker.case
        context["item"] = next(iter(replies_of(context["case"])), None)
        if answer_form.is_valid():
            answering.answer(
                asker,
                by=askers.code_holder(asker),
                how=AnswerGiven.By.CODE,
                **answer_form.cleaned_data,
            )
            messages.success(request, _("记下了，谢谢。您的话已写进经过。"))
            return redirect(request, "ledger:case", context["case"].number)
    except RuleBroken as refusal:
        (answer_form if "case" in context else code_form).add_refusal(refusal)
        return render(request, "ledger/answer_by_code.html", context, status=422)
    return render(request, "ledger/answer_by_code.html", context, status=422 if answer_form.is_bound else 200)
