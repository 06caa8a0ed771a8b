"""How often codes are sent and guessed, counted where attempts come from and more widely for the number (ADR 0005).

A limit on the number alone would let anybody who knows it lock its owner out.
"""

from __future__ import annotations

from allauth.core import ratelimit
from allauth.core.internal.ratelimit import get_ip
from axes.handlers.proxy import AxesProxyHandler
from django.http import HttpRequest
from django.utils.translation import gettext as _

from huiyin.apps.people import known_browsers, phones
from huiyin.domain.errors import RuleBroken


def may_send(request: HttpRequest, phone: str) -> bool:
    """Count a code to this number; False if it is one too many."""
    number = phones.keyed_hash(phone)
    if known_browsers.is_known(request, phone):
        return bool(ratelimit.consume(request, action="request_login_code", key=f"{number}:known"))
    here = ratelimit.consume(request, action="request_login_code", key=f"{number}:{get_ip(request)}")
    return bool(here and ratelimit.consume(request, action="codes_of_a_number", key=number))


def check_not_locked(request: HttpRequest, phone: str) -> None:
    if not AxesProxyHandler.is_allowed(request, {"username": _name(request, phone)}):
        raise RuleBroken(
            _("验证码错了太多次，一小时内不能再试。请稍后再来，或打电话给社区。"),
            code="sign_in.locked",
            field="phone",
        )


def note_wrong_code(request: HttpRequest, phone: str) -> None:
    AxesProxyHandler.user_login_failed(
        sender=note_wrong_code, credentials={"username": _name(request, phone)}, request=request
    )


def forget_wrong_codes(phone: str) -> None:
    for name in guarded_names(phone):
        AxesProxyHandler.reset_attempts(username=name)


def guarded_names(phone: str) -> tuple[str, str]:
    """Under what axes counts failures of strangers and of known browsers: hashes, so its tables hold no number."""
    name = f"phone:{phones.keyed_hash(phone)[:24]}"
    return name, f"{name}:known"


def _name(request: HttpRequest, phone: str) -> str:
    strangers, known = guarded_names(phone)
    return known if known_browsers.is_known(request, phone) else strangers
