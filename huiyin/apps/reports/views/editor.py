"""Writing a report: a section with its text, saved as one types, and everything that has its place there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from huiyin.apps.reports.desk_forms.accounts import AccountForm
from huiyin.apps.reports.desk_forms.answers import AnswerForm, ExcuseForm, PointForm
from huiyin.apps.reports.desk_forms.commitments import CommitmentForm, LastForm
from huiyin.apps.reports.desk_forms.fields import WorkForm
from huiyin.apps.reports.desk_forms.numbers import ClaimForm
from huiyin.apps.reports.desk_forms.photos import PhotoForm
from huiyin.apps.reports.desk_forms.wording import BodyForm
from huiyin.apps.reports.editor import Tab, Work
from huiyin.apps.reports.findings import body_text
from huiyin.apps.reports.findings_shown import Asked, findings_context
from huiyin.apps.reports.offered_claims import PREFILLED
from huiyin.apps.reports.report_page import title_of
from huiyin.apps.reports.selectors import approved_revisions, newest_revision, reports_for_desk
from huiyin.apps.reports.services.drafting import SectionStale, write_section
from huiyin.apps.reports.views.desk import actor_at_desk
from huiyin.domain.account_sums import WrongSum
from huiyin.domain.errors import RuleBroken
from huiyin.domain.policy_reports import Holds
from huiyin.domain.report_parts import ACCOUNT_LABELS, AccountKind
from huiyin.web.errors import sentence_of
from huiyin.web.htmx import redirect, render
from huiyin.web.not_saved import CameBack
from huiyin.web.now import now as clock

Failed = CameBack[WorkForm]


@dataclass(frozen=True)
class Book:
    """One account in the editor: its form, the form of the excuse for having none, and what does not add up in it."""

    label: str
    is_required: bool
    form: WorkForm
    excuse_form: WorkForm
    wrong: tuple[WrongSum, ...]


def work_on(request: HttpRequest, pk: int) -> Work:
    """The report inside the actor's scopes; anything else is a 404.

    While the company still writes a correction, others go on with what was approved.
    """
    actor = actor_at_desk(request)
    report = get_object_or_404(reports_for_desk(actor), pk=pk)
    work = Work(report, newest_revision(report), actor)
    approved = None if work.may_read else approved_revisions(report).first()
    return Work(report, approved, actor, is_corrected=True) if approved else work


@require_GET
def desk_report(request: HttpRequest, pk: int) -> HttpResponse:
    """/desk/reports/<pk>: who writes goes on where something lacks or was returned, others read."""
    work = work_on(request, pk)
    if not work.may_write:
        return redirect(request, "reports:desk_review", pk)
    tabs = work.tabs
    first = next((tab for tab in tabs if tab.missing or tab.returned), tabs[0])
    return redirect(request, "reports:desk_section", pk, first.rule.code)


@never_cache
@require_http_methods(["GET", "POST"])
def desk_section(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """/desk/reports/<pk>/sections/<code>: one section with everything that has its place there; POST saves the text."""
    work = work_on(request, pk)
    if not work.writes or work.section(code) is None:
        raise Http404
    if request.method == "POST":
        return save(request, work, code)
    if not work.may_write:
        return redirect(request, "reports:desk_review", pk)
    return render(request, "reports/desk_section.html", section_context(request, work, code))


def save(request: HttpRequest, work: Work, code: str) -> HttpResponse:
    """The text; a stale one is refused with both kept. htmx gets the line that says so, a browser the page."""
    form = BodyForm(request.POST)
    if not form.is_valid():
        raise Http404
    status, refusal, late = 200, "", None
    try:
        write_section(
            work.report,
            code=code,
            body=form.cleaned_data["body"],
            seen_version=form.cleaned_data["version"],
            late=form.cleaned_data["late"],
            by=work.by,
        )
    except SectionStale as stale:
        status, late = 409, stale.conflict
    except RuleBroken as refused:
        status, refusal = 422, sentence_of(refused)
    work = work_on(request, work.report.pk)
    context = section_context(request, work, code) | {"late": late, "refusal": refusal}
    context["seen_version"] = form.cleaned_data["version"]
    if refusal:
        context["body"] = form.cleaned_data["body"]
    if request.is_htmx:  # type: ignore[attr-defined]
        # 200 also for what was refused: the line says what happened, and htmx puts it into the page.
        return render(request, "reports/_saved.html", context | {"is_fragment": True})
    if status != 200:
        return render(request, "reports/desk_section.html", context, status=status)
    messages.success(request, _("已保存。"))
    return redirect(request, "reports:desk_section", work.report.pk, code)


def section_context(
    request: HttpRequest, work: Work, code: str, *, failed: Failed | None = None
) -> dict[str, Any]:
    """What desk_section.html draws; `failed` is the form that came back."""
    failed = failed or CameBack()
    section = work.section(code)
    assert section is not None
    rule = work.rules.section(code)
    forms = _Forms(request, work, code, failed)
    context: dict[str, Any] = {
        "work": work,
        "report": work.report,
        "title": title_of(work.report),
        "tabs": work.tabs,
        "rule": rule,
        "numeral": numeral_of(work.tabs, code),
        "section": section,
        "body": section.body,
        "conflicts": list(section.conflicts.filter(settled_at=None)),
        "given": [each for each in work.given if each.reason.section == code],
        "claims": [each for each in work.content.claims if each.section == code],
        "claim_form": forms.claim(),
        "required": [(each, forms.excuse("metric", each.code)) for each in work.required_here(code)],
        "without_evidence": [
            (each, forms.excuse("evidence", str(each.number)))
            for each in work.content.claims
            if each.section == code and not each.shown_evidence
        ],
        "photos": [each for each in work.content.photos if each.section == code],
        "photo_form": forms.one("put-photo", PhotoForm, "photo"),
        "now": clock(),
    }
    read = body_text(rule, section.body, work.content.claims, [each.number for each in work.content.photos])
    asked = _asked(request, failed)
    context |= findings_context(work, rule, work.findings, read.read, work.content.claims, asked)
    if rule.holds is Holds.ACCOUNTS:
        wrong = work.wrong_sums
        context["books"] = [
            Book(
                label,
                kind in work.rules.accounts,
                forms.account(kind),
                forms.excuse("account", kind.value),
                wrong.get(kind, ()),
            )
            for kind, label in ACCOUNT_LABELS.items()
        ]
    if rule.holds is Holds.DEMANDS:
        context["demands"] = [
            (each, forms.of_key("answer", AnswerForm, "demand", each.demand.pk)) for each in work.topics.rows
        ]
    if rule in work.topics.sections:
        context |= topics_context(work, forms)
    if rule.holds is Holds.COMMITMENTS:
        told = {each.commitment_id: each for each in work.content.commitment_accounts}
        context["owed"] = [
            (each, told.get(each.pk), forms.of_key("account-for", LastForm, "commitment", each.pk))
            for each in work.owed
        ]
        context["commitments"] = work.content.commitments
        context["commitment_form"] = forms.one("put-commitment", CommitmentForm, "commitment")
    return context


def topics_context(work: Work, forms: _Forms) -> dict[str, Any]:
    """What residents raised; a passage is pointed at only where none was found for a topic that must be answered."""
    return {
        "topic_rows": [
            (
                each,
                forms.of_key("point", PointForm, "demand", each.demand.pk)
                if each.is_owed or each.is_only_pointed_at
                else None,
            )
            for each in work.topics.rows
        ],
        "answering": _("和").join(f"“{each.label}”" for each in work.topics.sections),
        "demands_section": work.rules.section_holding(Holds.DEMANDS).code,
    }


def _asked(request: HttpRequest, failed: Failed) -> Asked | None:
    """The finding for which a reason is written: by the form that came back, else by `?finding=`."""
    came_back = failed.look_at("excuse-finding")
    if came_back is not None:
        return Asked(str(came_back.data.get("finding")), failed)
    told = request.GET.get("finding", "")
    return Asked(told) if told else None


class _Forms:
    """The forms of one page: fresh ones, and the one that came back in its own place."""

    def __init__(self, request: HttpRequest, work: Work, section: str, failed: Failed) -> None:
        self.request, self.work, self.section, self.failed = request, work, section, failed

    def one(self, command: str, form: type[WorkForm], query: str) -> WorkForm:
        """The form to add a row; `?claim=3` opens row 3 in it."""
        key = self.request.GET.get(query)
        fresh = form(work=self.work, section=self.section, key=key, auto_id=ids_of(form))
        return self.failed.take(command) or fresh

    def claim(self) -> WorkForm:
        """`?metric=F02` opens it for that metric, asking only what belongs to it, `?metric=` for a name of one's own.

        A number on offer is filled in.
        """
        told = self.request.GET.get("metric")
        known = {"", *(each.code for each in self.work.catalogue.of_section(self.section))}
        if self.failed.look_at("put-claim") or self.request.GET.get("claim") or told not in known:
            return self.one("put-claim", ClaimForm, "claim")
        initial = {"metric": told} | {
            name: self.request.GET[name][:60] for name in PREFILLED if name in self.request.GET
        }
        return ClaimForm(work=self.work, section=self.section, initial=initial, auto_id=ids_of(ClaimForm))

    def of_key(self, command: str, form: type[WorkForm], field: str, key: Any) -> WorkForm:
        """The form of one row among several of the same kind."""
        fresh = form(work=self.work, section=self.section, key=key, auto_id=ids_of(form, key))
        return self.failed.take(command, **{field: key}) or fresh

    def account(self, kind: AccountKind) -> WorkForm:
        return self.of_key("put-account", AccountForm, "kind", kind.value)

    def excuse(self, missing: str, key: str) -> WorkForm:
        came_back = self.failed.take("excuse", missing=missing, key_of=key)
        return came_back or ExcuseForm(
            work=self.work,
            section=self.section,
            key=(missing, key),
            auto_id=ids_of(ExcuseForm, f"{missing}_{key}"),
        )


def ids_of(form: type[WorkForm], key: Any = "", *, failed: bool = False) -> str:
    """Ids carry the form's name and its row: several forms stand on one page."""
    name = form.__name__.removesuffix("Form").lower()
    return f"id_{name}_{'failed' if failed else key}_%s"


def numeral_of(tabs: list[Tab], code: str) -> str:
    return next(tab.numeral for tab in tabs if tab.rule.code == code)
