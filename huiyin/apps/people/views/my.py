"""A person's own pages: start after signing in, account, home, consents, own data, leaving."""

from __future__ import annotations

import json

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from huiyin.apps.people import phones, services
from huiyin.apps.people.forms import EraseForm, HomeForm, NicknameForm
from huiyin.apps.people.middleware import second_factor_address
from huiyin.apps.people.models import Contact
from huiyin.apps.people.requests import SignedInRequest
from huiyin.apps.people.selectors import consents_of, memberships_of, openings_about
from huiyin.domain.consent import PURPOSES
from huiyin.domain.errors import RuleBroken
from huiyin.web.errors import sentence_of
from huiyin.web.now import now
from huiyin.web.returning import login_required, require_POST
from huiyin.web.views import safe_return


@never_cache
@login_required
@require_GET
def my_start(request: SignedInRequest) -> HttpResponse:
    """Where one lands after signing in: staff at the desk, a new resident at the account, else back."""
    wanted = safe_return(request, "")
    actor = request.actor
    if actor.lacks_second_factor:
        return redirect_to_login(wanted or request.path, second_factor_address(request))
    if actor.is_staff:
        return redirect(wanted or _page("portal:desk", "/desk/people"))
    if wanted:
        return redirect(wanted)
    if not request.user.nickname and not memberships_of(request.user).exists():
        return redirect("people:my_account")
    return redirect(_page("ledger:my_cases", reverse("people:my_account")))


def _page(name: str, other: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return other


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def my_account(request: SignedInRequest) -> HttpResponse:
    person = request.user
    form = NicknameForm(
        request.POST if request.method == "POST" else None, initial={"nickname": person.nickname}
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.set_nickname(person=person, nickname=form.cleaned_data["nickname"], by=request.actor)
        except RuleBroken as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("昵称已经保存。"))
            return redirect("people:my_account")
    return _account_page(request, form, HomeForm())


@never_cache
@login_required
@require_POST
def claim_home(request: SignedInRequest) -> HttpResponse:
    form = HomeForm(request.POST)
    if form.is_valid():
        services.claim_household(person=request.user, by=request.actor, **form.cleaned_data)
        services.give_consent(person=request.user, purpose="household", by=request.actor)
        messages.success(request, _("住址已经记下。社区工作人员核实后，您可以点“同问”。"))
        return redirect("people:my_account")
    return _account_page(request, NicknameForm(initial={"nickname": request.user.nickname}), form)


@never_cache
@login_required
@require_POST
def end_home(request: SignedInRequest, pk: int) -> HttpResponse:
    membership = get_object_or_404(memberships_of(request.user), pk=pk)
    services.end_membership(membership=membership, by=request.actor)
    messages.success(request, _("这条住址已经去掉。"))
    return redirect("people:my_account")


def _account_page(request: SignedInRequest, form: NicknameForm, home_form: HomeForm) -> HttpResponse:
    contact = Contact.objects.filter(person=request.user).first()
    context = {
        "form": form,
        "home_form": home_form,
        "phone": phones.hinted(contact.phone) if contact else "",
        "homes": memberships_of(request.user),
        "is_new": not request.user.nickname,
    }
    has_errors = bool(form.errors or home_form.errors)
    return render(request, "people/my_account.html", context, status=422 if has_errors else 200)


@never_cache
@login_required
@require_GET
def my_privacy(request: SignedInRequest) -> HttpResponse:
    standing = consents_of(request.user)
    context = {
        "consents": [(purpose, standing.get(purpose.code)) for purpose in PURPOSES.values()],
        "openings": openings_about(request.user)[:50],
    }
    return render(request, "people/my_privacy.html", context)


@never_cache
@login_required
@require_POST
def set_consent(request: SignedInRequest, purpose: str) -> HttpResponse:
    is_given = request.POST.get("given") == "1"
    change = services.give_consent if is_given else services.withdraw_consent
    try:
        change(person=request.user, purpose=purpose, by=request.actor)
        messages.success(request, _("已经同意。") if is_given else _("已经撤回。"))
    except RuleBroken as refusal:
        messages.warning(request, sentence_of(refusal))
    return redirect("people:my_privacy")


@never_cache
@login_required
@require_POST
def export_my_data(request: SignedInRequest) -> HttpResponse:
    told = services.export_person(person=request.user, by=request.actor)
    answer = HttpResponse(
        json.dumps(told, ensure_ascii=False, indent=2, default=str),
        content_type="application/json; charset=utf-8",
    )
    answer["Content-Disposition"] = f'attachment; filename="huiyin-my-data-{now():%Y%m%d}.json"'
    return answer


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def erase_me(request: SignedInRequest) -> HttpResponse:
    form = EraseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.erase_person(person=request.user, by=request.actor)
        except RuleBroken as refusal:
            form.add_refusal(refusal)
        else:
            logout(request)
            messages.success(request, _("账号已经注销，您的手机号和住址已经删除。"))
            return redirect("/")
    return render(request, "people/erase_me.html", {"form": form}, status=422 if form.errors else 200)
