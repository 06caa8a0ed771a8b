"""Where a reader returns to: after an error, after signing in, and from an address that is no page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_POST as takes_posts

from huiyin.web.middleware import is_fragment_request
from huiyin.web.views import safe_return

View = TypeVar("View", bound=Callable[..., Any])


def require_POST(view: View) -> View:  # noqa: N802 - named as Django's
    """Django's, and marked: there is nothing to look at here, so nobody is sent here to look."""
    taking = takes_posts(view)
    taking.is_no_page = True  # type: ignore[attr-defined]
    return taking


def login_required(view: View) -> View:
    """Django's, but who has to sign in returns to a page, where the form stood."""

    @wraps(view)
    def known(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        return to_sign_in(request)

    return cast("View", known)


def to_sign_in(request: HttpRequest, *, address: str | None = None) -> HttpResponse:
    """To signing in (or to `address`, where more is asked), and from there back to the page.

    A part of a page is no place to sign in: htmx gets 401 with a line that leads there. It puts nothing in the place
    of anything, so what was being written stays (frontend/js/signedout.js).
    """
    answer = redirect_to_login(page_to_return_to(request), address)
    if is_fragment_request(request):
        return render(request, "errors/signed_out.html", {"address": answer.url}, status=401)
    return answer


def page_to_return_to(request: HttpRequest) -> str:
    """The page that was asked for; where something was sent instead, the page it was sent from."""
    if request.method in ("GET", "HEAD"):
        return page_at(request.get_full_path())
    return page_at(page_before(request) or request.path)


def page_before(request: HttpRequest) -> str:
    """The page of this site the reader came from, or nothing."""
    referrer = request.META.get("HTTP_REFERER", "")
    host = f"{request.scheme}://{request.get_host()}"
    # "//evil" after our own host would be read as another host once it stands alone.
    is_ours = referrer.startswith(f"{host}/") and not referrer[len(host) :].startswith(("//", "/\\"))
    return referrer[len(host) :] if is_ours else safe_return(request, "")


def page_at(address: str) -> str:
    """This address if it is a page, else the nearest one above it: /cases/26-0041-738 for its /answer."""
    path, _query, _words = address.partition("?")
    if _is_page(path):
        return address
    while path and not _is_page(path):
        path = path.rpartition("/")[0]
    return path or "/"


def _is_page(path: str) -> bool:
    try:
        view = resolve(path).func
    except Resolver404:
        return False
    return not getattr(view, "is_no_page", False)
