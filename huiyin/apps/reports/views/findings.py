"""What the check of words says of a text while it is typed."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from huiyin.apps.reports.desk_forms.wording import BodyForm
from huiyin.apps.reports.findings import body_text, found_in
from huiyin.apps.reports.findings_shown import findings_context
from huiyin.apps.reports.services.drafting import LONGEST_BODY
from huiyin.apps.reports.views.editor import work_on
from huiyin.web.htmx import render
from huiyin.web.returning import require_POST


@never_cache
@require_POST
def desk_findings(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """/desk/reports/<pk>/sections/<code>/findings: of a text that is being typed; nothing of it is kept."""
    work = work_on(request, pk)
    form = BodyForm(request.POST)
    rule = next((each for each in work.rules.sections if each.code == code), None)
    if not work.may_write or rule is None or not form.is_valid():
        raise Http404
    body = form.cleaned_data["body"].replace("\r\n", "\n")
    if len(body) > LONGEST_BODY:
        return HttpResponse(_("最多写 %(count)s 个字。") % {"count": LONGEST_BODY}, status=413)
    revision = work.revision
    claims = list(revision.claims.all())
    text = body_text(rule, body, claims, revision.photos.values_list("number", flat=True))
    found = found_in([text], work.rules, revision.finding_excuses.filter(section=code, place=""))
    context = findings_context(work, rule, found, text.read, claims)
    return render(request, "reports/_findings.html", context | {"is_fragment": True})
