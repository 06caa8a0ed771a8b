"""Many cases at once: choose in the table, see them once more, confirm; what is refused is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from huiyin.apps.ledger.bulk_forms import BulkAssignForm, BulkListForm, BulkTopicForm
from huiyin.apps.ledger.desk_selectors import duties_of
from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.selectors import cases_for_desk
from huiyin.apps.ledger.services import extension, topics
from huiyin.apps.ledger.services.assign import BulkOutcome, bulk_assign
from huiyin.apps.ledger.views.desk import actor_at_desk, filter_of, query_of
from huiyin.domain.access import Actor
from huiyin.domain.errors import Refused, RuleBroken
from huiyin.web.errors import sentence_of
from huiyin.web.htmx import redirect, render
from huiyin.web.returning import require_POST

MOST = 100


def _assign(cases: list[Case], by: Actor, form: BulkAssignForm) -> BulkOutcome:
    return bulk_assign(cases, by=by, case_list=form.cleaned_data["case_list"])


def _change_list(cases: list[Case], by: Actor, form: BulkListForm) -> BulkOutcome:
    outcome = BulkOutcome([], [])
    for case in cases:
        try:
            extension.change_list(case, by=by, **form.cleaned_data)
        except Refused as refusal:
            outcome.refused.append((case, sentence_of(refusal)))
        else:
            outcome.done.append(case)
    return outcome


def _topic(cases: list[Case], by: Actor, form: BulkTopicForm) -> BulkOutcome:
    topic = form.chosen_topic()
    title = form.cleaned_data["title"].strip()
    if title and cases[0].estate is not None:
        topic = topics.open_topic(by=by, estate=cases[0].estate, title=title)
    topics.put_in_topic(cases, topic=topic, by=by)
    return BulkOutcome(cases, [])


@dataclass(frozen=True)
class Act:
    label: str
    form: type[Any]
    run: Callable[[list[Case], Actor, Any], BulkOutcome]
    why: str


ACTS = {
    "assign": Act(
        gettext_noop("一起分派"),
        BulkAssignForm,
        _assign,
        gettext_noop("由各小区现在的物业企业主办；没有物业的由社区主办。期限从各自登记那天算。"),
    ),
    "list": Act(
        gettext_noop("一起改清单"),
        BulkListForm,
        _change_list,
        gettext_noop("期限推后的算一次改期，理由公开。"),
    ),
    "topic": Act(
        gettext_noop("一起归入热点"),
        BulkTopicForm,
        _topic,
        gettext_noop("只能归并同一个小区的事项。"),
    ),
}


@require_POST
def desk_bulk(request: HttpRequest) -> HttpResponse:
    """/desk/cases/bulk: first the chosen cases and the form, then the outcome; `query` is the list they stood in."""
    actor = actor_at_desk(request)
    query = query_of(filter_of(QueryDict(request.POST.get("query", ""))))
    back = f"{reverse('ledger:desk_cases')}?{query}"
    if not duties_of(actor).decides_somewhere:
        raise Http404
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise Http404
    ids = [int(pk) for pk in request.POST.getlist("case")[:MOST] if pk.isdecimal() and len(pk) < 12]
    cases = list(cases_for_desk(actor).filter(pk__in=ids).order_by("due_at", "id"))
    if not cases:
        messages.warning(request, _("先选中事项。"))
        return redirect(request, back)
    is_confirmed = "confirm" in request.POST
    form = act.form(request.POST if is_confirmed else None, cases=cases)
    context = {
        "act": act,
        "act_name": request.POST["act"],
        "cases": cases,
        "form": form,
        "query": query,
        "back": back,
    }
    if not is_confirmed or not form.is_valid():
        return render(request, "ledger/desk_bulk.html", context, status=422 if is_confirmed else 200)
    try:
        outcome = act.run(cases, actor, form)
    except RuleBroken as refusal:
        form.add_refusal(refusal)
        return render(request, "ledger/desk_bulk.html", context, status=422)
    if outcome.refused:
        return render(request, "ledger/desk_bulk_outcome.html", context | {"outcome": outcome})
    messages.success(request, _("%(count)s 件都办好了。") % {"count": len(outcome.done)})
    return redirect(request, back)
