"""Work on one case: what the public sees, contact data behind a logged reason, and the commands of the table."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from huiyin.apps.ledger import commands, origins
from huiyin.apps.ledger.case_page import history_entries, late_days, replies_of
from huiyin.apps.ledger.columns import category_label
from huiyin.apps.ledger.commands import Command
from huiyin.apps.ledger.desk_forms import ContactForm
from huiyin.apps.ledger.desk_work import Work
from huiyin.apps.ledger.models import Asker, CasePrivate
from huiyin.apps.ledger.permissions import check_may_see_private
from huiyin.apps.ledger.selectors import cases_for_desk, is_overdue
from huiyin.apps.ledger.views.desk import actor_at_desk
from huiyin.apps.people.models import Contact
from huiyin.apps.people.services.contacts import log_opening
from huiyin.domain.case_numbers import canonical, spoken
from huiyin.domain.case_workflow import LABELS, Status
from huiyin.domain.errors import RuleBroken
from huiyin.domain.ledger_rules import CaseList
from huiyin.web.htmx import redirect, render
from huiyin.web.idempotency import acknowledge, key_of
from huiyin.web.now import now as clock
from huiyin.web.returning import require_POST


def work_on(request: HttpRequest, number: str) -> Work:
    """The case inside the actor's scopes; anything else is a 404."""
    actor = actor_at_desk(request)
    case = get_object_or_404(
        cases_for_desk(actor)
        .select_related(
            "estate__area", "area__parent", "lead_engagement", "merged_into", "topic", "recurrence_of"
        )
        .prefetch_related("extensions"),
        number=canonical(number) or number,
    )
    return Work(case, actor, clock())


def form_of(command: Command, work: Work, request: HttpRequest | None = None) -> Any:
    """A command's form; ids carry its name because several stand on one page."""
    data = (request.POST, request.FILES) if request is not None else (None, None)
    return command.form(*data, work=work, auto_id=f"id_{command.name}_%s")


def case_context(work: Work, **failed: Any) -> dict[str, Any]:
    """What desk_case.html draws; `failed` is {command name: bound form} after a refusal."""
    case, now = work.case, work.now
    drawn = []
    for command in commands.available(work):
        form = failed.get(command.name) or form_of(command, work)
        drawn.append({"command": command, "form": form, "is_open": form.is_bound})
    main = next((each for each in drawn if each["command"].is_main), None)
    if main is not None and not any(each["is_open"] for each in drawn):
        main["is_open"] = True
    return {
        "work": work,
        "case": case,
        "acts": [each for each in drawn if not each["command"].is_rare],
        "rare": [each for each in drawn if each["command"].is_rare],
        "replies": replies_of(case),
        "history": history_entries(case),
        "milestones": work.steps if case.case_list == CaseList.LONG_TERM else [],
        "says_more": case.text.rstrip("。！？.!? ") != case.title.rstrip("。！？.!? "),
        "category": category_label(case.category),
        "origin": origins.link_of(case.origin_key) if case.origin_key else None,
        "facts": origins.facts_of(case, work.by),
        "is_overdue": is_overdue(case, now),
        "late_by_first": late_days(case, now, due_at=case.first_due_at),
        "late_by_current": late_days(case, now, due_at=case.due_at),
        "contact_form": contact_form(work) if work.may_see_private else None,
        "now": now,
    }


@require_GET
def desk_case(request: HttpRequest, number: str) -> HttpResponse:
    """/desk/cases/<number>."""
    work = work_on(request, number)
    if work.case.number != number:
        return redirect(request, "ledger:desk_case", work.case.number)
    context = case_context(work)
    if "new" in request.GET and work.may_enter:
        context["spoken"] = spoken(number)
    return render(request, "ledger/desk_case.html", context)


@never_cache
@require_POST
def desk_command(request: HttpRequest, number: str, command: str) -> HttpResponse:
    """/desk/cases/<number>/<command>: run one row of the table; a failed or doubtful form comes back with its text."""
    row = commands.BY_NAME.get(command)
    if row is None:
        raise Http404
    work = work_on(request, number)
    if not row.permitted(work):
        raise Http404
    if not row.ready(work):
        raise RuleBroken(
            "这件事现在是“%(status)s”，不能这样操作。请刷新页面看最新情况。",
            code=f"case.{command}.not_now",
            status=LABELS[Status(work.case.status)],
        )
    form = form_of(row, work, request)
    if form.is_valid() and not form.is_to_think_over:
        try:
            shown = row.run(work, form)
        except RuleBroken as refusal:
            form.add_refusal(refusal)
        else:
            if isinstance(shown, str):
                context = case_context(work_on(request, number)) | {"code": shown}
                return render(request, "ledger/desk_case.html", context)
            messages.success(request, _(row.done_for(work.case)))
            response = redirect(request, "ledger:desk_case", work.case.number)
            acknowledge(response, key_of(request))
            return response
    work = work_on(request, number)
    return render(request, "ledger/desk_case.html", case_context(work, **{command: form}), status=422)


def contact_form(work: Work, request: HttpRequest | None = None) -> ContactForm:
    return ContactForm(request.POST if request else None, work=work, auto_id="id_contact_%s")


@never_cache
@require_POST
def desk_contact(request: HttpRequest, number: str) -> HttpResponse:
    """/desk/cases/<number>/contact: the words as written and how to reach one asker, logged with the reason."""
    work = work_on(request, number)
    check_may_see_private(work.by, work.case)
    form = contact_form(work, request)
    context: dict[str, Any] = {}
    if form.is_valid():
        asker = form.chosen_asker()
        try:
            log_opening(
                subject=work.case.stream,
                scope=work.case.place_scope,
                reason=form.cleaned_data["reason"],
                by=work.by,
                person=asker.person,
            )
            context["opened"] = opened(work, asker)
        except RuleBroken as refusal:
            form.add_refusal(refusal)
    status = 422 if form.errors else 200
    context = case_context(work) | context | {"contact_form": form}
    return render(request, "ledger/desk_case.html", context, status=status)


def opened(work: Work, asker: Asker) -> dict[str, Any]:
    """What is shown once the opening stands in the log."""
    left = getattr(asker, "contact", None)
    account = Contact.objects.filter(person_id=asker.person_id).first() if asker.person_id else None
    return {
        "asker": asker,
        "name": left.name if left else "",
        "phone": account.phone if account else (left.phone if left else ""),
        "note": left.note if left else "",
        "home": asker.household,
        "private": CasePrivate.objects.filter(case=asker.case).first() if asker.part == "original" else None,
    }
