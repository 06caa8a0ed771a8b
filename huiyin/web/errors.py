"""Errors as pages that say what happened and what to do next; refusals of services become 404 and 409."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from huiyin.domain.errors import NotPermitted, Refused, RuleBroken
from huiyin.web.dates import day_words, is_english
from huiyin.web.middleware import is_fragment_request
from huiyin.web.returning import page_at, page_before


def sentence_of(refusal: Refused) -> str:
    """The sentence for the person, in the language of the page, with days as people say them."""
    said = gettext(refusal.message)
    if not refusal.params:
        return said
    return said % {
        name: day_words(value, is_english(), with_year=True) if isinstance(value, date) else value
        for name, value in refusal.params.items()
    }


def error_page(
    request: HttpRequest, *, status: int, title: str, text: str, steps: tuple[str, ...] = (), back: str = ""
) -> HttpResponse:
    """The page of an error, or a short notice where htmx asked for a part of a page."""
    context = {"status": status, "title": title, "text": text, "steps": steps, "back": back}
    template = "errors/fragment.html" if is_fragment_request(request) else "errors/page.html"
    return render(request, template, context, status=status)


class Refusals:
    """Middleware: what a view did not answer itself. NotPermitted is a 404, RuleBroken a 409 with its sentence.

    A method that an address does not take gets a page too: Django's own answer is a blank one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        return not_allowed(request, response) if response.status_code == 405 else response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, NotPermitted):
            return not_found(request, exception)
        if isinstance(exception, RuleBroken):
            return refused(request, exception)
        return None


def refused(request: HttpRequest, refusal: RuleBroken, *, back: str = "") -> HttpResponse:
    """409: the person may, but the state or a rule does not allow it now."""
    return error_page(
        request,
        status=409,
        title=gettext(_("现在还不能这样做")),
        text=sentence_of(refusal),
        back=back or page_before(request),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing here, or nothing here for this reader; the two look the same."""
    return error_page(
        request,
        status=404,
        title=gettext(_("没有找到这个页面")),
        text=gettext(_("可能是编号抄错了一位，也可能这一页只对办理的人开放。")),
        steps=(
            gettext(_("核对编号：形如 26-0041-738，写在短信、回执和公告上。")),
            gettext(_("工作人员请先登录，再打开这一页。")),
            gettext(
                _(
                    "找不到自己提的问题？打电话给社区，报上编号就能查。"
                    "社区电话写在回执、公告和小区的页面上，找不到就拨 12345 问。"
                )
            ),
        ),
    )


def not_allowed(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """405: mostly the address of a form, opened from the browser's bar, from history or an old link."""
    page = error_page(
        request,
        status=405,
        title=gettext(_("这一页不能直接打开")),
        text=gettext(_("这个地址只接收页面上按钮提交的内容。这次没有提交任何内容，也没有改动什么。")),
        steps=(gettext(_("请回到原来的页面，需要的话再按一次按钮。")),),
        back=page_at(request.path),
    )
    page.headers["Allow"] = answer.headers["Allow"]
    return page


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(
        request,
        status=403,
        title=gettext(_("这一步没有完成")),
        text=gettext(_("登录可能已经过期，或者您没有这项权限。内容没有提交。")),
        steps=(gettext(_("请重新登录后再试一次。")),),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_page(
        request,
        status=403,
        title=gettext(_("页面放得太久，请再提交一次")),
        text=gettext(_("为防止他人冒用，表单过一段时间会失效。内容没有提交。")),
        steps=(
            gettext(_("回到刚才的页面，刷新后再提交。写过的字一般还在。")),
            gettext(_("仍然不行？请允许浏览器使用 Cookie，或换一个浏览器打开。")),
        ),
        back=page_before(request),
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(
        request,
        status=400,
        title=gettext(_("没有看懂这个请求")),
        text=gettext(_("地址或内容不完整。请从页面上的链接或按钮重新进入。")),
    )


def too_many_sentence(request: HttpRequest, minutes: int) -> str:
    if request.user.is_authenticated:
        text = gettext(_("您短时间内提交得太多。请 %(minutes)s 分钟后再试，写好的内容先不要关。"))
    else:
        text = gettext(_("同一个网络里短时间内提交得太多。请 %(minutes)s 分钟后再试，写好的内容先不要关。"))
    return text % {"minutes": minutes}


def too_many(request: HttpRequest, minutes: int, *args: object, **kwargs: object) -> HttpResponse:
    """429: too many posts from one account or address (web/limits.py); the view's arguments do not matter."""
    return error_page(
        request,
        status=429,
        title=gettext(_("请稍等一会儿再提交")),
        text=too_many_sentence(request, minutes),
        steps=(gettext(_("事情着急？请拨 12345，或到社区办公室登记，同样有答复。")),),
        back=page_before(request),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    # No context processors: what they need may be what has just failed.
    return HttpResponse(render_to_string("errors/500.html"), status=500)
