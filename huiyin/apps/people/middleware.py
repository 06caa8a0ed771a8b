"""Who acts in this request, and the gate before every staff page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from huiyin.apps.people.actors import actor_of
from huiyin.domain.access import ANONYMOUS, Actor
from huiyin.web.returning import to_sign_in

DESK = "/desk"


class ActorMiddleware:
    """Sets `request.actor` (nothing is read until somebody asks) and guards everything below /desk.

    A visitor is sent to sign in, a person without a staff role gets 404, staff who need a second factor and have
    not given one in this session are sent to it; until then they hold none of those roles anywhere.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: actor_in(request))  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        path = request.path_info
        if path != DESK and not path.startswith(f"{DESK}/"):
            return None
        if not request.user.is_authenticated:
            return to_sign_in(request)
        actor: Actor = request.actor  # type: ignore[attr-defined]
        if getattr(actor, "lacks_second_factor", False):
            return to_sign_in(request, address=second_factor_address(request))
        if not getattr(actor, "is_staff", False):
            raise Http404
        return None


def actor_in(request: HttpRequest) -> Actor:
    if not request.user.is_authenticated:
        return ANONYMOUS
    actor = actor_of(request.user)
    return actor if has_given_second_factor(request) else actor.without_second_factor()


def has_given_second_factor(request: HttpRequest) -> bool:
    """A TOTP or recovery code was accepted in this session; allauth keeps the record."""
    return any(entry.get("method") == "mfa" for entry in get_authentication_records(request, request.user))


def second_factor_address(request: HttpRequest) -> str:
    return reverse(
        "people:second_factor_again" if is_mfa_enabled(request.user) else "people:second_factor_new"
    )
