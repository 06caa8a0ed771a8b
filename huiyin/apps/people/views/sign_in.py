"""Signing in by phone code, the second factor of staff, signing out."""

from __future__ import annotations

from urllib.parse import urlencode

from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.login import record_authentication
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.flows import activate_totp
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from huiyin.apps.people import phones, sign_in_limits
from huiyin.apps.people import sign_in as signing_in
from huiyin.apps.people.forms import CodeForm, PhoneForm
from huiyin.apps.people.requests import SignedInRequest
from huiyin.apps.people.selectors import actor_of
from huiyin.apps.people.sign_in import SecondFactorAdapter
from huiyin.apps.people.sms import outbox_is_open
from huiyin.documents.qr import qr_svg
from huiyin.domain.access import SECOND_FACTOR_ROLES
from huiyin.domain.consent import PURPOSES
from huiyin.domain.errors import RuleBroken
from huiyin.web.returning import login_required, require_POST
from huiyin.web.views import safe_return


def _with_next(name: str, wanted: str) -> str:
    return reverse(name) + (f"?{urlencode({'next': wanted})}" if wanted else "")


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    wanted = safe_return(request, "")
    if request.user.is_authenticated:
        return redirect(_with_next("people:my_start", wanted))
    form = PhoneForm(
        request.POST if request.method == "POST" else None, initial={"phone": request.GET.get("phone", "")}
    )
    if request.method == "POST" and form.is_valid():
        try:
            signing_in.begin(request, form.cleaned_data["phone"])
        except RuleBroken as refusal:
            form.add_refusal(refusal)
        else:
            return redirect(_with_next("people:sign_in_code", wanted))
    context = {
        "form": form,
        "next": wanted,
        "purpose": PURPOSES["account"],
        "outbox_is_open": outbox_is_open(),
    }
    return render(request, "people/sign_in.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    wanted = safe_return(request, "")
    if request.user.is_authenticated:
        return redirect(_with_next("people:my_start", wanted))
    process = signing_in.resumed(request)
    if process is None:
        messages.warning(request, _("验证码过期了，请重新获取。"))
        return redirect(_with_next("people:sign_in", wanted))
    is_resend = request.POST.get("action") == "resend"
    form = CodeForm(request.POST if request.method == "POST" and not is_resend else None)
    if is_resend:
        try:
            signing_in.resend(process, request)
            messages.success(request, _("新的验证码已经发出，以最后收到的为准。"))
        except RuleBroken as refusal:
            messages.warning(request, _(refusal.message))
        return redirect(_with_next("people:sign_in_code", wanted))
    if form.is_bound and form.is_valid():
        try:
            sign_in_limits.check_not_locked(request, process.state["phone"])
        except RuleBroken as refusal:
            form.add_refusal(refusal)
        else:
            if compare_user_code(actual=form.cleaned_data["code"], expected=process.code):
                return process.finish(_with_next("people:my_start", wanted))
            if not signing_in.note_wrong_code(process, request):
                messages.warning(request, _("验证码错了太多次，请重新获取。"))
                return redirect(_with_next("people:sign_in", wanted))
            form.add_error("code", _("验证码不对。请看最后收到的那条短信。"))
    context = {
        "form": form,
        "next": wanted,
        "phone": phones.hinted(process.state["phone"]),
        "can_resend": process.can_resend,
        "outbox_is_open": outbox_is_open(),
    }
    return render(request, "people/sign_in_code.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@login_stage_required(stage=AuthenticateStage.key, redirect_urlname="account_login")  # type: ignore[untyped-decorator]
def second_factor(request: HttpRequest) -> HttpResponse:
    """After the phone code: the number of the authenticator app, or a recovery code."""
    stage = request._login_stage  # type: ignore[attr-defined]
    form = AuthenticateForm(data=request.POST if request.method == "POST" else None, user=stage.login.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        answer: HttpResponse = stage.exit()
        return answer
    context = {"form": form, "outbox_is_open": outbox_is_open()}
    return render(request, "people/second_factor.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def second_factor_again(request: SignedInRequest) -> HttpResponse:
    """For a session that began before the second factor was set up elsewhere."""
    if not is_mfa_enabled(request.user):
        return redirect(_with_next("people:second_factor_new", safe_return(request, "")))
    form = ReauthenticateForm(data=request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect(safe_return(request, reverse("people:my_start")))
    context = {"form": form, "next": safe_return(request, ""), "outbox_is_open": outbox_is_open()}
    return render(request, "people/second_factor.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def second_factor_new(request: SignedInRequest) -> HttpResponse:
    """Set up the authenticator app; only for staff who need it and have none."""
    wanted = safe_return(request, "")
    if is_mfa_enabled(request.user):
        return redirect(_with_next("people:second_factor_again", wanted))
    if not actor_of(request.user).roles & SECOND_FACTOR_ROLES:
        return redirect("people:my_account")
    form = ActivateTOTPForm(data=request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        _authenticator, recovery = activate_totp(request, form)
        record_authentication(request, request.user, method="mfa", type="totp")
        codes = recovery.wrap().get_unused_codes() if recovery else []
        context = {"codes": codes, "next": wanted or reverse("people:my_start")}
        return render(request, "people/recovery_codes.html", context)
    url = SecondFactorAdapter().build_totp_url(request.user, form.secret)
    context = {
        "form": form,
        "next": wanted,
        "secret": " ".join(form.secret[at : at + 4] for at in range(0, len(form.secret), 4)),
        # Made by our own code from numbers only.
        "qr": mark_safe(qr_svg(url, label=_("用动态码应用扫描的二维码"))),  # noqa: S308
    }
    return render(request, "people/second_factor_new.html", context, status=422 if form.errors else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.success(request, _("已经退出。"))
    return redirect("/")
