"""The reply as it is being written: what it still lacks, beside the form."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache

from huiyin.apps.ledger.desk_forms import LONGEST_REPLY
from huiyin.apps.ledger.permissions import check_lead
from huiyin.apps.ledger.reply_checks import weigh_in_time
from huiyin.apps.ledger.selectors import cases_for_desk
from huiyin.apps.ledger.views.desk import actor_at_desk
from huiyin.domain.case_numbers import canonical
from huiyin.web.htmx import render
from huiyin.web.returning import require_POST


@never_cache
@require_POST
def desk_reply_check(request: HttpRequest, number: str) -> HttpResponse:
    """/desk/cases/<number>/reply-check: the fragment below the text while somebody types.

    Posted though it changes nothing: the words are not masked yet, and addresses are kept by proxies and logs.
    """
    actor = actor_at_desk(request)
    case = get_object_or_404(cases_for_desk(actor), number=canonical(number) or number)
    check_lead(actor, case)
    text = request.POST.get("text", "").replace("\r\n", "\n")[:LONGEST_REPLY].strip()
    return render(request, "ledger/_reply_check.html", {"weighed": weigh_in_time(case, text)})
