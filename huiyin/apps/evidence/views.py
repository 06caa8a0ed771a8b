"""Pages of evidence: the copy behind an address, and covering or taking down on the desk."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import BaseFormSet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.apps.evidence import owners, services
from huiyin.apps.evidence.forms import BoxFormSet, WithdrawForm, boxes_of
from huiyin.apps.evidence.models import Evidence
from huiyin.apps.evidence.permissions import can_manage
from huiyin.apps.evidence.selectors import document_for, download_name, rendition_at, renditions
from huiyin.domain.errors import RuleBroken
from huiyin.integrations.storage import store
from huiyin.web.errors import sentence_of
from huiyin.web.htmx import redirect as to_page
from huiyin.web.htmx import render
from huiyin.web.returning import require_POST

# A browser may keep a picture for ever, a shared cache one hour: what is covered later must not be served on.
CACHE_CONTROL = "public, max-age=31536000, s-maxage=3600, immutable"


@require_safe
def rendition(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """One public copy; 404 as soon as its version was replaced."""
    found = rendition_at(token, name)
    if found is None:
        raise Http404
    etag = f'"{token}-{name}"'
    response: HttpResponseBase
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponseNotModified()
    else:
        try:
            content = store().open(found.path)
        except FileNotFoundError as error:
            raise Http404 from error
        response = FileResponse(content, content_type=f"image/{found.format}")
    response["ETag"] = etag
    response["Cache-Control"] = CACHE_CONTROL
    return _inert(response)


@never_cache
@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download the clean copy of a document, for whom the app that owns it lets see it; never opened in the page."""
    found = document_for(request.actor, pk)  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    try:
        content = store().open(found.copy_key)
    except FileNotFoundError as error:
        raise Http404 from error
    name = f"{download_name(found)}.pdf"
    return _inert(FileResponse(content, content_type="application/pdf", as_attachment=True, filename=name))


@never_cache
@require_http_methods(["GET", "POST"])
def redact(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose what to cover; "preview" draws the boxes without saving."""
    evidence = _managed(request, pk)
    boxes = BoxFormSet(request.POST or None, initial=boxes_of(evidence))
    if request.method == "POST" and boxes.is_valid() and "preview" not in request.POST:
        chosen = [box for form in boxes if (box := form.box())]
        try:
            services.redact(evidence, boxes=chosen, by=request.actor)  # type: ignore[attr-defined]
        except RuleBroken as refusal:
            return _page(request, evidence, boxes=boxes, refusal=refusal, status=422)
        messages.success(request, _("已保存。照片换了新地址，旧地址打不开了。"))
        return to_page(request, "evidence:redact", pk=pk)
    return _page(
        request, evidence, boxes=boxes, status=422 if boxes.is_bound and not boxes.is_valid() else 200
    )


@never_cache
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a photo or document off every page."""
    evidence = _managed(request, pk)
    form = WithdrawForm(request.POST)
    if form.is_valid():
        try:
            services.withdraw(evidence, reason=form.cleaned_data["reason"], by=request.actor)  # type: ignore[attr-defined]
        except RuleBroken as refusal:
            form.add_refusal(refusal)
        else:
            said = (
                _("文件已撤下，下载不到了。")
                if evidence.is_document
                else _("照片已撤下，公开页面上看不到了。")
            )
            messages.success(request, said)
            return to_page(request, "evidence:redact", pk=pk)
    return _page(request, evidence, withdrawing=form, status=422)


def _inert(response: HttpResponseBase) -> HttpResponseBase:
    """A file that strangers brought: no browser guesses its kind or runs what is in it."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _managed(request: HttpRequest, pk: int) -> Evidence:
    evidence = get_object_or_404(Evidence.objects.prefetch_related("renditions"), pk=pk)
    if not can_manage(request.actor, evidence):  # type: ignore[attr-defined]
        raise Http404
    return evidence


def _page(
    request: HttpRequest,
    evidence: Evidence,
    *,
    boxes: BaseFormSet[Any] | None = None,
    withdrawing: WithdrawForm | None = None,
    refusal: RuleBroken | None = None,
    status: int = 200,
) -> HttpResponse:
    pictures = renditions(evidence, "jpeg")
    boxes = boxes if boxes is not None else BoxFormSet(initial=boxes_of(evidence))
    # What is filled in and one more row; the rest opens on demand, a phone's screen is short.
    shown = 1 + max([form.number for form in boxes if form.sides or form.errors], default=1)
    context = {
        "evidence": evidence,
        "picture": pictures[-1] if pictures else None,
        "boxes": boxes,
        "first_boxes": boxes.forms[:shown],
        "more_boxes": boxes.forms[shown:],
        "withdrawing": withdrawing or WithdrawForm(),
        "refusal": sentence_of(refusal) if refusal else "",
        "owner_page": owners.page_of(evidence),
    }
    return render(request, "evidence/redact.html", context, status=status)
