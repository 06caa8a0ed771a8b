"""Running one row of the table of commands (report_commands.py) on a report, and what is shown after."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache

from huiyin.apps.reports import report_commands
from huiyin.apps.reports.desk_forms.fields import WorkForm
from huiyin.apps.reports.desk_forms.numbers import ClaimForm
from huiyin.apps.reports.editor import Work
from huiyin.apps.reports.report_commands import Command
from huiyin.apps.reports.views.editor import ids_of, section_context, work_on
from huiyin.apps.reports.views.review import review_context
from huiyin.domain.errors import RuleBroken
from huiyin.web.htmx import redirect, render
from huiyin.web.idempotency import acknowledge, key_of
from huiyin.web.not_saved import CameBack
from huiyin.web.returning import require_POST


@never_cache
@require_POST
def desk_report_command(request: HttpRequest, pk: int, command: str) -> HttpResponse:
    """/desk/reports/<pk>/<command>: run one row of the table; a failed form comes back with its text."""
    row = report_commands.BY_NAME.get(command)
    work = work_on(request, pk)
    if row is None or not row.allowed(work):
        raise Http404
    if "fit" in request.POST and row.form is ClaimForm:
        return fitting_page(request, work)
    form = row.form(request.POST, request.FILES, work=work, auto_id=ids_of(row.form, failed=True))
    if form.is_valid():
        try:
            said = report_commands.run(row, work, form, key=key_of(request))
        except RuleBroken as refusal:
            form.add_refusal(refusal)
        else:
            tell = messages.warning if isinstance(said, report_commands.Doubtful) else messages.success
            tell(request, said)
            response = redirect(request, page_after(row, work, form))
            acknowledge(response, key_of(request))
            return response
    return failed_page(request, pk, row, form)


def fitting_page(request: HttpRequest, work: Work) -> HttpResponse:
    """Another metric was chosen in the form of a number: the same page, asking what belongs to that one."""
    section = request.POST.get("section", "")
    if not work.may_write or work.section(section) is None:
        raise Http404
    form = ClaimForm.fitting(request.POST, work=work, section=section, auto_id=ids_of(ClaimForm))
    context = section_context(request, work, section, failed=CameBack({"put-claim": form}))
    return render(request, "reports/desk_section.html", context)


def page_after(row: Command, work: Work, form: WorkForm) -> str:
    """The section it was sent from, else the report's own page."""
    section = form.cleaned_data.get("section") or ""
    if row.leads_to == "section" and work.section(section) is not None:
        return reverse("reports:desk_section", args=[work.report.pk, section])
    return reverse("reports:desk_report", args=[work.report.pk])


def failed_page(request: HttpRequest, pk: int, row: Command, form: WorkForm) -> HttpResponse:
    """The page the form stood on, with the form as it was sent; where it has no place any more, with what it said."""
    work = work_on(request, pk)
    section = str(form.data.get("section", ""))
    failed = CameBack({row.name: form})
    if not work.may_write or row.leads_to != "section" or work.section(section) is None:
        context, template = review_context(work, failed=failed), "reports/desk_review.html"
    else:
        context = section_context(request, work, section, failed=failed)
        template = "reports/desk_section.html"
    context["lost"] = next(iter(failed.lost), None)
    return render(request, template, context, status=422)
