"""Maintenance records at the desk: the list, months against what is usual, one record with its history, writing."""

from __future__ import annotations

from datetime import date
from typing import Any, BinaryIO, cast

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from huiyin.apps.evidence.models import Evidence
from huiyin.apps.evidence.services import add_document, add_photo
from huiyin.apps.places.models import Engagement
from huiyin.apps.places.selectors import COMPANY_STAFF, estates_for_desk
from huiyin.apps.policies.selectors import policy_on
from huiyin.apps.upkeep.drafts import Rules
from huiyin.apps.upkeep.facts import FactBook
from huiyin.apps.upkeep.forms import (
    CorrectionForm,
    CoverForm,
    NewRecordForm,
    RecordForm,
    VoidForm,
    day_of,
    month_of,
    values_of,
)
from huiyin.apps.upkeep.models import MaintenanceRecord
from huiyin.apps.upkeep.months import lines_of, months_chosen
from huiyin.apps.upkeep.permissions import may_correct, may_cover, may_import, may_record, sees_records
from huiyin.apps.upkeep.selectors import (
    RecordFilter,
    chain_of,
    engagements_for_desk,
    engagements_to_record,
    estates_of_engagements,
    records_for_desk,
)
from huiyin.apps.upkeep.services.covering import cover_words
from huiyin.apps.upkeep.services.records import add_record, correct_record, void_record
from huiyin.domain.access import Actor
from huiyin.domain.clocks import due_day
from huiyin.domain.errors import RuleBroken
from huiyin.domain.months import months_later
from huiyin.web.htmx import redirect, render
from huiyin.web.now import now as clock
from huiyin.web.pagination import paginate
from huiyin.web.returning import require_POST

PER_PAGE = 50


def actor_at_desk(request: HttpRequest) -> Actor:
    """The actor; 404 for who has no record to see."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not sees_records(actor):
        raise Http404
    return actor


def names_of_metrics() -> dict[str, str]:
    return {each.code: each.name for each in policy_on("metrics", due_day(clock())).values.metrics}


def tabs(actor: Actor, here: str) -> dict[str, Any]:
    """`may_add` asks nothing of the database: which estates, the form knows."""
    return {"tab": here, "may_import": may_import(actor), "may_add": bool(actor.scopes(*COMPANY_STAFF))}


@require_GET
def desk_records(request: HttpRequest) -> HttpResponse:
    """/desk/upkeep: what counts, the newest first; on demand also what was replaced."""
    actor = actor_at_desk(request)
    wanted = RecordFilter(
        estate=request.GET.get("estate", "")[:60],
        metric=request.GET.get("metric", "")[:8],
        from_on=day_of(request.GET.get("from", "")),
        to_on=day_of(request.GET.get("to", "")),
        shows_replaced=bool(request.GET.get("replaced")),
    )
    names = names_of_metrics()
    estates = list(estates_for_desk(actor).values_list("slug", "name"))
    page = paginate(request, wanted.apply(records_for_desk(actor)), per_page=PER_PAGE)
    context = tabs(actor, "records") | {
        "page": page,
        "rows": [(row, names.get(row.metric, row.metric)) for row in page],
        "filter": wanted,
        "estates": estates,
        "metrics": [(code, names[code]) for code in Rules(clock()).metrics],
        "shows_estate": len(estates) > 1 and not wanted.estate,
    }
    return render(request, "upkeep/desk_records.html", context, fragment="upkeep/_records.html")


@require_GET
def desk_months(request: HttpRequest) -> HttpResponse:
    """/desk/upkeep/months: done against usual for some months of one contract of an estate.

    A district has a thousand estates: of all their names are read, of one its contracts.
    """
    actor = actor_at_desk(request)
    now = clock()
    rules = Rules(now)
    estates = estates_of_engagements(actor)
    engagement, contracts = _chosen(request, actor, estates[0][0] if estates else "")
    period = months_chosen(
        month_of(request.GET.get("from", "")), month_of(request.GET.get("to", "")), rules.today
    )
    lines = lines_of(FactBook(engagement, now=now), period, rules) if engagement else []
    context = tabs(actor, "months") | {
        "engagement": engagement,
        "contracts": contracts,
        "estates": estates,
        "period": period,
        "until": min(period.to_on, rules.today),
        "recorded": [line for line in lines if line.fact],
        "unrecorded": [line for line in lines if not line.fact],
        "behind": sum(bool(line.gap) for line in lines if line.fact),
        "spans": _spans(rules.today),
        "may_write": engagement is not None and may_record(actor, engagement),
    }
    return render(request, "upkeep/desk_months.html", context, fragment="upkeep/_months.html")


def _chosen(request: HttpRequest, actor: Actor, first: str) -> tuple[Engagement | None, list[Engagement]]:
    """The contract that was asked for, else the latest of the estate, else of the first; beside all of its estate.

    Whoever picks another estate leaves the contract of the one before.
    """
    mine = engagements_for_desk(actor)
    wanted, asked = request.GET.get("estate", "")[:60], request.GET.get("engagement", "")
    named = mine.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 12 else None
    if asked and named is None:
        raise Http404
    slug = wanted or (named.estate.slug if named else first)
    contracts = list(mine.filter(estate__slug=slug))
    if wanted and not contracts:
        raise Http404
    chosen = named if named in contracts else next(iter(contracts), None)
    return chosen, contracts


def _spans(today: date) -> list[tuple[str, date, date]]:
    """What is asked most: this month, the last one, half a year."""
    month = today.replace(day=1)
    before = months_later(month, -1)
    return [
        (_("本月"), month, month),
        (_("上月"), before, before),
        (_("近六个月"), months_later(month, -5), month),
    ]


@require_http_methods(["GET", "POST"])
def desk_record_new(request: HttpRequest) -> HttpResponse:
    """/desk/upkeep/new: one record; the next one is begun from what this one said."""
    actor = actor_at_desk(request)
    engagements = list(engagements_to_record(actor))
    if not engagements:
        raise Http404
    initial = {name: request.GET.get(name, "")[:40] for name in ("engagement", "what", "done_from")}
    form = NewRecordForm(
        request.POST or None,
        request.FILES or None,
        engagements=engagements,
        rules=Rules(clock()),
        initial={name: value for name, value in initial.items() if value},
    )
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                record = add_record(
                    engagement=form.chosen, draft=form.draft, by=actor, document=_brought(form, actor)
                )
        except RuleBroken as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("已记下。"))
            if "again" not in request.POST:
                return redirect(request, "upkeep:desk_record", record.pk)
            told = {"engagement": record.engagement_id, "what": form.cleaned_data["what"]}
            told["done_from"] = record.done_from.isoformat()
            return redirect(request, f"{reverse('upkeep:desk_record_new')}?{urlencode(told)}")
    context = tabs(actor, "new") | {"form": form}
    return render(request, "upkeep/desk_record_new.html", context, status=422 if form.errors else 200)


@require_GET
def desk_record(request: HttpRequest, pk: int) -> HttpResponse:
    """/desk/upkeep/<pk>: one record, what stood before it and what replaced it."""
    actor = actor_at_desk(request)
    return _record_page(request, actor, _record(actor, pk))


@require_http_methods(["GET", "POST"])
def desk_correct_record(request: HttpRequest, pk: int) -> HttpResponse:
    """/desk/upkeep/<pk>/correct: a new record in its place, with the reason."""
    actor = actor_at_desk(request)
    record = _record(actor, pk)
    if not may_correct(actor, record):
        raise Http404
    form = CorrectionForm(
        request.POST or None, request.FILES or None, rules=Rules(clock()), initial=values_of(record)
    )
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                new = correct_record(
                    record,
                    draft=form.draft,
                    reason=form.cleaned_data["reason"],
                    by=actor,
                    document=_brought(form, actor),
                )
        except RuleBroken as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("已更正。原来的一条留在经过里。"))
            return redirect(request, "upkeep:desk_record", new.pk)
    names = names_of_metrics()
    context = {"form": form, "record": record, "name": names.get(record.metric, record.metric)}
    return render(request, "upkeep/desk_correct_record.html", context, status=422 if form.errors else 200)


@require_POST
def desk_void_record(request: HttpRequest, pk: int) -> HttpResponse:
    """/desk/upkeep/<pk>/void: take it back; it counts no more."""
    actor = actor_at_desk(request)
    record = _record(actor, pk)
    if not may_correct(actor, record):
        raise Http404
    form = VoidForm(request.POST, auto_id="void-%s")
    if form.is_valid():
        try:
            new = void_record(record, reason=form.cleaned_data["reason"], by=actor)
        except RuleBroken as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("已撤回，不再计数。"))
            return redirect(request, "upkeep:desk_record", new.pk)
    return _record_page(request, actor, record, void=form)


@require_POST
def desk_cover_words(request: HttpRequest, pk: int) -> HttpResponse:
    """/desk/upkeep/<pk>/cover: cover a name in all records of the engagement."""
    actor = actor_at_desk(request)
    record = _record(actor, pk)
    if not may_cover(actor, record):
        raise Http404
    form = CoverForm(request.POST, auto_id="cover-%s")
    if form.is_valid():
        told = form.cleaned_data
        try:
            count = cover_words(record, secret=told["secret"], reason=told["reason"], by=actor)
        except RuleBroken as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("已遮盖，共 %(count)s 条记录。") % {"count": count})
            return redirect(request, "upkeep:desk_record", record.pk)
    return _record_page(request, actor, record, cover=form)


def _record(actor: Actor, pk: int) -> MaintenanceRecord:
    return get_object_or_404(records_for_desk(actor), pk=pk)


def _record_page(
    request: HttpRequest,
    actor: Actor,
    record: MaintenanceRecord,
    *,
    void: VoidForm | None = None,
    cover: CoverForm | None = None,
) -> HttpResponse:
    chain = chain_of(record)
    newest = chain[0]
    names = names_of_metrics()
    is_counting = newest.pk == record.pk and not record.is_void
    context = {
        "record": record,
        "name": names.get(record.metric, record.metric),
        "chain": chain,
        "newest": newest,
        "paper": next(each.document for each in chain if each.pk == record.pk),
        "is_counting": is_counting,
        "may_correct": is_counting and may_correct(actor, record),
        "void": void or VoidForm(auto_id="void-%s"),
        "cover": (cover or CoverForm(auto_id="cover-%s")) if may_cover(actor, record) else None,
    }
    failed = (void and void.errors) or (cover and cover.errors)
    return render(request, "upkeep/desk_record.html", context, status=422 if failed else 200)


def _brought(form: RecordForm, actor: Actor) -> Evidence | None:
    """The paper of a valid form, kept; in the transaction of the record."""
    paper = form.paper
    if paper is None:
        return None
    add = add_document if form.cleaned_data.get("document") else add_photo
    return add(by=actor, upload=cast("BinaryIO", paper), caption=form.paper_name)
