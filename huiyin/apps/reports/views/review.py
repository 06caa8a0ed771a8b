"""Looking at a report before it is public: as it will be read, with a place for reasons at every paragraph."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from huiyin.apps.reports.attention import attention_to
from huiyin.apps.reports.desk_forms.commitments import DropPromiseForm, KeepPromiseForm, MovePromiseForm
from huiyin.apps.reports.desk_forms.fields import WorkForm
from huiyin.apps.reports.desk_forms.wording import CorrectionForm, RedactForm
from huiyin.apps.reports.differences import changes_between, changes_since
from huiyin.apps.reports.editor import Work
from huiyin.apps.reports.models import Claim, ReportPhoto
from huiyin.apps.reports.photo_checks import check_photos, photos_of
from huiyin.apps.reports.report_charts import charts_of
from huiyin.apps.reports.report_page import report_page, title_of
from huiyin.apps.reports.return_reasons import faults_in, in_words, reasons_in, reasons_to_begin_with
from huiyin.apps.reports.selectors import approved_revisions
from huiyin.apps.reports.services.review import return_with_reasons
from huiyin.apps.reports.turns import turns_of
from huiyin.apps.reports.views.editor import Failed, ids_of, work_on
from huiyin.domain.errors import RuleBroken
from huiyin.domain.report_parts import CommitmentState
from huiyin.web.errors import sentence_of
from huiyin.web.htmx import redirect, render
from huiyin.web.idempotency import acknowledge, key_of
from huiyin.web.not_saved import CameBack, NotSaved
from huiyin.web.returning import require_POST


@never_cache
@require_GET
def desk_review(request: HttpRequest, pk: int) -> HttpResponse:
    """/desk/reports/<pk>/review: for the secretary to decide, for the company to see what it will look like."""
    return render(request, "reports/desk_review.html", review_context(work_on(request, pk)))


@never_cache
@require_POST
def desk_return_report(request: HttpRequest, pk: int) -> HttpResponse:
    """/desk/reports/<pk>/return: the reasons given at the paragraphs, all at once."""
    work, seen = work_on(request, pk), request.POST.get("seen", "")
    reasons = reasons_in(request.POST, work)
    if work.may_review and seen == work.revision.wording and (faults := faults_in(reasons, work)):
        context = review_context(work, told=request.POST) | {"faults": faults}
        return render(request, "reports/desk_review.html", context, status=422)
    try:
        return_with_reasons(work.report, reasons=reasons, by=work.by, seen=seen)
    except RuleBroken as refusal:
        context = review_context(work, told=request.POST)
        if work.may_review:
            context["refusal"] = sentence_of(refusal)
        else:
            context["lost"] = NotSaved([sentence_of(refusal)], in_words(reasons, work))
        return render(request, "reports/desk_review.html", context, status=422)
    messages.success(request, _("已退回，物业会看到每一处的理由。"))
    response = redirect(request, "reports:desk_review", pk)
    acknowledge(response, key_of(request))
    return response


@never_cache
@require_GET
def desk_photo(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """/desk/reports/<pk>/photos/<n>: a photo held against its claimed day, and other uses of the same picture."""
    work = work_on(request, pk)
    photo = next((each for each in work.content.photos if each.number == number), None)
    if photo is None:
        raise Http404
    return checked(request, work, "photo", photo)


@never_cache
@require_GET
def desk_claim_photos(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """/desk/reports/<pk>/data/<n>: the same for the photos that vouch for a number."""
    work = work_on(request, pk)
    claim = next((each for each in work.content.claims if each.number == number), None)
    if claim is None or not photos_of(claim):
        raise Http404
    return checked(request, work, "claim", claim)


def checked(request: HttpRequest, work: Work, name: str, row: Claim | ReportPhoto) -> HttpResponse:
    """For the public side: the company does not see where else its picture was found."""
    if work.writes or not work.may_read:
        raise Http404
    context = {
        "report": work.report,
        "title": title_of(work.report),
        name: row,
        "photos": check_photos(row),
    }
    return render(request, "reports/desk_photo.html", context)


def review_context(work: Work, *, failed: Failed | None = None, told: Any = None) -> dict[str, Any]:
    """What desk_review.html draws; `told` are the reasons as they were sent."""
    failed = failed or CameBack()
    report = work.report
    context: dict[str, Any] = {
        "work": work,
        "report": report,
        "revision": work.revision,
        "title": title_of(report),
        "refusal": refusal_of(failed.look_at("approve")),
        "promises": [],
        "manages": work.writes or work.reviews,
    }
    if not work.may_read:
        return context
    found = None if work.revision.is_approved else work.findings
    page = report_page(
        report, work.revision, work.content, topics=work.topics, verdicts=work.verdicts, found=found
    )
    if told is None and work.may_review:
        context["filled"] = reasons_to_begin_with(work)
        told = context["filled"].told
    approved = list(approved_revisions(report))
    before = next((each for each in approved if each.number < work.revision.number), None)
    context |= {
        "page": page,
        "charts": charts_of(page),
        "deviations": work.new_deviations,
        "return_reasons": work.rules.return_reasons,
        "faults": [],
        "told": dict(told.items()) if told else {},
        "topics": work.topics,
        "turns": turns_of(report),
        "before": before,
        "changes": changes_between(report, before, work.revision) if before else [],
        "since": changes_since(report, work.returned, work.content) if work.returned else [],
    }
    if work.may_correct:
        context["correction_form"] = failed.take("begin-correction") or CorrectionForm(
            work=work, auto_id=ids_of(CorrectionForm)
        )
    if work.reviews and approved:
        context["redact_form"] = failed.take("redact") or RedactForm(work=work, auto_id=ids_of(RedactForm))
    if not work.writes:
        context["elsewhere"] = work.found_elsewhere
        if not work.revision.is_approved:
            context["attention"] = attention_to(work)
    if work.writes:
        context["promises"] = [
            (each, promise_forms(work, each.pk, failed))
            for each in work.promises
            if each.promised_at is not None and each.state == CommitmentState.OPEN
        ]
    return context


def refusal_of(form: WorkForm | None) -> str:
    """Why a command without a field was refused, said at the head of the page."""
    return " ".join(str(each) for each in form.non_field_errors()) if form is not None else ""


def promise_forms(work: Work, pk: int, failed: Failed) -> list[tuple[str, str, WorkForm]]:
    """Command, label and form of what can be done with an approved promise."""
    rows: tuple[tuple[str, str, type[WorkForm]], ...] = (
        ("keep-promise", _("做到了"), KeepPromiseForm),
        ("move-promise", _("改期"), MovePromiseForm),
        ("drop-promise", _("不再做"), DropPromiseForm),
    )
    return [
        (
            command,
            label,
            failed.take(command, promise=pk) or form(work=work, key=pk, auto_id=ids_of(form, pk)),
        )
        for command, label, form in rows
    ]
