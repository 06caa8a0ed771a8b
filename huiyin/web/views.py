"""The one page of the machinery itself: change the size of the type and go back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from huiyin.web.middleware import keep_reading_mode


def safe_return(request: HttpRequest, default: str = "/") -> str:
    """The page of this site that `next` names, else `default`; never another host."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    # "/\evil" and "//evil" are read as other hosts by browsers; Django's check knows both.
    allowed = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/")
    return wanted if allowed else default


@never_cache
@require_http_methods(["GET", "POST"])
def reading_mode(request: HttpRequest) -> HttpResponse:
    # A GET may switch it, as the link has to work in any in-app browser without a script or a cookie before.
    response = HttpResponseRedirect(safe_return(request))
    wanted = request.POST.get("mode") or request.GET.get("mode")
    keep_reading_mode(response, "elder" if wanted == "elder" else "standard")
    return response
