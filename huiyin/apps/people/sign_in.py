"""Sign-in by phone code on top of allauth: adapters, the code's process, limits against guessing (ADR 0005)."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.internal.userkit import user_id_to_str
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from huiyin.apps.people import known_browsers, phones, sign_in_limits
from huiyin.apps.people.models import Contact, Person
from huiyin.apps.people.selectors import actor_of
from huiyin.apps.people.services import give_consent, person_of_phone, register_person, set_phone
from huiyin.apps.people.sms import send_sms
from huiyin.domain.access import SYSTEM
from huiyin.domain.errors import RuleBroken
from huiyin.integrations.sms import SmsFailed
from huiyin.web.errors import too_many
from huiyin.web.limits import address_of
from huiyin.web.now import now


class PhoneAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """How allauth finds a person by phone; it never learns of names, mails or passwords."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _lazy("错的次数太多，请过几分钟再试。"),
        "rate_limited": _lazy("错的次数太多，请过几分钟再试。"),
    }

    def set_phone(self, user: Person, phone: str, verified: bool) -> None:
        set_phone(person=user, phone=phone, by=SYSTEM, is_verified=verified)

    def get_phone(self, user: Person) -> tuple[str, bool] | None:
        contact = Contact.objects.filter(person_id=user.pk).first()
        return (contact.phone, contact.verified_at is not None) if contact else None

    def set_phone_verified(self, user: Person, phone: str) -> None:
        Contact.objects.filter(person_id=user.pk, phone=phone, verified_at=None).update(verified_at=now())

    def get_user_by_phone(self, phone: str) -> Person | None:
        return person_of_phone(phone)

    def send_verification_code_sms(self, user: Person | None, phone: str, code: str, **kwargs: Any) -> None:
        minutes = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60
        text = _("【回音】登录验证码 %(code)s，%(minutes)s 分钟内有效。工作人员不会向您要验证码。")
        send_sms(phone, text % {"code": code, "minutes": minutes}, code=code)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("people:my_start")

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Our own pages say what happened."""

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _lazy("动态码不对，或者已经用过。请等应用里换成下一个再填。"),
    }

    def get_totp_label(self, user: Person) -> str:
        return user.display_name or user.key


class SignInProcess(LoginCodeVerificationProcess):  # type: ignore[misc]
    """One code sent to one number; an unknown number gets its account when the code has been typed in."""

    def send(self, skip_enumeration_mails: bool = False) -> None:
        phone = self.state["phone"]
        self.state["code"] = PhoneAccountAdapter().generate_phone_verification_code(
            user=self.user, phone=phone
        )
        PhoneAccountAdapter().send_verification_code_sms(self.user, phone, self.state["code"])

    def resend(self) -> None:
        self.send()
        self.record_resend()
        self.persist()

    def finish(self, redirect_url: str | None) -> HttpResponse:
        if self.user is None:
            person = register_person(phone=self.state["phone"], by=SYSTEM, is_verified=True)
            give_consent(person=person, purpose="account", by=actor_of(person))
            self._user = person
            self.state["user_id"] = user_id_to_str(person)
            self.stage.login.user = person
        sign_in_limits.forget_wrong_codes(self.state["phone"])
        answer: HttpResponse = super().finish(redirect_url)
        known_browsers.remember(self.request, answer, self.state["phone"])
        return answer


def begin(request: HttpRequest, phone: str) -> None:
    """Send a code to the number and remember it in the session; raises RuleBroken with the reason it was not sent."""
    phone = phones.normalised(phone)
    sign_in_limits.check_not_locked(request, phone)
    if not sign_in_limits.may_send(request, phone):
        raise RuleBroken(
            _("这个号码刚才或今天要过太多次验证码，请稍后再试。"), code="sign_in.too_often", field="phone"
        )
    person = person_of_phone(phone)
    if person is not None and not person.is_active:
        person = None
    login = Login(user=person, phone=phone)
    login.state["stages"] = {"current": LoginByCodeStage.key}
    stage = LoginByCodeStage(LoginStageController(request, login), request, login)
    stage.state.update(SignInProcess.initial_state(user=person, phone=phone), initiated_by_user=True)
    process = SignInProcess(stage=stage)
    _send(process.send)
    process.persist()


def resend(process: SignInProcess, request: HttpRequest) -> None:
    """Send a fresh code to the same number; raises RuleBroken like `begin`."""
    if not process.can_resend or not sign_in_limits.may_send(request, process.state["phone"]):
        raise RuleBroken(_("一分钟内只能发一次验证码，请稍后再试。"), code="sign_in.too_often", field="code")
    _send(process.resend)


def _send(send: Any) -> None:
    try:
        send()
    except SmsFailed as failure:
        raise RuleBroken(
            _("短信没有发出去，不是您的问题。请过几分钟再试，或打电话给社区。"),
            code="sign_in.sms_failed",
            field="phone",
        ) from failure


def resumed(request: HttpRequest) -> SignInProcess | None:
    """The code that was sent in this session and is still valid."""
    stage = LoginStageController.enter(request, LoginByCodeStage.key)
    if stage is None:
        return None
    process = SignInProcess(stage=stage)
    valid: SignInProcess | None = process.abort_if_invalid()
    return valid


def note_wrong_code(process: SignInProcess, request: HttpRequest) -> bool:
    """Count a wrong code; True while this code may be tried again."""
    sign_in_limits.note_wrong_code(request, process.state["phone"])
    may_try_again: bool = process.record_invalid_attempt()
    return may_try_again


def client_address(request: HttpRequest) -> str:
    """The caller's address as the rest of the site reads it, for allauth and axes."""
    return address_of(request) or "127.0.0.1"


def locked_out_page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    return too_many(request, minutes=60)
