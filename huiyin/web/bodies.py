"""How much one request may bring, all its files together; asked before anything reads the form."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from huiyin.web.errors import error_page


class BodySize:
    """Middleware above CSRF, which reads the form: 413 for too large a body, 411 for one without a length.

    Each file has its own, smaller limit; without this one a request could fill the disk with files before any of
    them is looked at.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = request.META.get("CONTENT_LENGTH") or "0"
        if "HTTP_TRANSFER_ENCODING" in request.META or not told.isdecimal():
            return error_page(
                request,
                status=411,
                title=_("没有看懂这个请求"),
                text=_("内容没有写明多长，没有收下。请从页面上的按钮重新提交。"),
            )
        limit = settings.MAX_BODY_BYTES
        if int(told) > limit:
            return error_page(
                request,
                status=413,
                title=_("一次传的内容太大"),
                text=_("一次最多传 %(limit)s MB，内容没有收下。") % {"limit": limit // 1024 // 1024},
                steps=(_("请分几次传，或先把照片缩小再传。"),),
            )
        return self.get_response(request)
