"""The public texts of a case: the secretary chooses one, writes what stands in its place, and why."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from huiyin.apps.ledger.desk_work import Work
from huiyin.apps.ledger.forms import RedactForm
from huiyin.apps.ledger.public_texts import public_texts
from huiyin.apps.ledger.services.redact import redact_text
from huiyin.apps.ledger.views.desk_case import work_on
from huiyin.domain.errors import RuleBroken
from huiyin.web.htmx import redirect, render


def _work(request: HttpRequest, number: str) -> Work:
    work = work_on(request, number)
    if not work.is_secretary:
        raise Http404
    return work


@never_cache
@require_GET
def desk_texts(request: HttpRequest, number: str) -> HttpResponse:
    """/desk/cases/<number>/texts."""
    case = _work(request, number).case
    return render(request, "ledger/desk_texts.html", {"case": case, "texts": public_texts(case)})


@never_cache
@require_http_methods(["GET", "POST"])
def desk_redact(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """/desk/cases/<number>/texts/<key>: the words to begin with are those that stand there now."""
    work = _work(request, number)
    text = next((each for each in public_texts(work.case) if each.key == key), None)
    if text is None:
        messages.info(request, _("这段文字刚刚有了变化，请再选一次。"))
        return redirect(request, "ledger:desk_texts", number)
    form = RedactForm(request.POST or None, initial={"words": text.words}, may_be_empty=text.may_be_empty)
    if request.method == "POST" and form.is_valid():
        try:
            redact_text(work.case, by=work.by, key=key, **form.cleaned_data)
        except RuleBroken as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("公开文字已改，原文不再显示，记录仍可核验。"))
            return redirect(request, "ledger:desk_texts", number)
    context = {"case": work.case, "text": text, "form": form}
    return render(request, "ledger/desk_redact.html", context, status=422 if form.errors else 200)
