"""Pages that only tests have: one of each kind that the machinery treats differently."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.urls import include, path

from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.web.caching import for_everyone
from huiyin.web.errors import error_page
from huiyin.web.htmx import redirect, render
from huiyin.web.idempotency import acknowledge, key_of
from huiyin.web.limits import limited
from huiyin.web.returning import login_required, require_POST

drawn: list[str] = []  # how often a page was really made


@for_everyone
def shared(request: HttpRequest) -> HttpResponse:
    drawn.append(request.get_full_path())
    mode = request.reading_mode  # type: ignore[attr-defined]
    return HttpResponse(f"<p>{mode} {len(drawn)}</p>" + "回音 " * 400)


@for_everyone
def shared_with_form(request: HttpRequest) -> HttpResponse:
    drawn.append(request.path)
    return HttpResponse(get_token(request))


def listing(request: HttpRequest) -> HttpResponse:
    return render(request, "errors/page.html", {"title": "整页", "text": ""}, fragment="errors/fragment.html")


def permitted_to_others(request: HttpRequest) -> HttpResponse:
    raise NotPermitted("只有社区书记可以分派。")


def against_a_rule(request: HttpRequest) -> HttpResponse:
    raise RuleBroken("这件事已经延期 %(times)s 次，不能再延。", code="too_many", times=2)


def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError("一三八")


@limited("ask", minutes=10, limit=2)
def ask(request: HttpRequest) -> HttpResponse:
    response = redirect(request, "shared")
    acknowledge(response, key_of(request))
    return response


def explained(request: HttpRequest) -> HttpResponse:
    return error_page(request, status=409, title="现在还不能这样做", text="先登记。")


@require_POST
@login_required
def send(request: HttpRequest) -> HttpResponse:
    return redirect(request, "shared")


handler404 = "huiyin.web.errors.not_found"
handler500 = "huiyin.web.errors.server_error"
urlpatterns = [
    path("", include("huiyin.web.urls")),
    path("shared", shared, name="shared"),
    path("shared-with-form", shared_with_form),
    path("listing", listing),
    path("listing/send", send),
    path("others", permitted_to_others),
    path("rule", against_a_rule),
    path("broken", broken),
    path("ask", ask),
    path("explained", explained),
]
