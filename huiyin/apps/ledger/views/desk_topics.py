"""Topics of an estate, grouped by hand, and the bulletins of the three lists."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from huiyin.apps.ledger.desk_selectors import Duties, bulletins_for_desk
from huiyin.apps.ledger.models import Case, Topic
from huiyin.apps.ledger.selectors import cases_for_desk
from huiyin.apps.ledger.services.bulletins import issue_bulletin
from huiyin.apps.ledger.services.topics import open_topic, put_in_topic
from huiyin.apps.ledger.views.desk import area_actor_at_desk, tabs
from huiyin.apps.places.models import Estate
from huiyin.apps.places.selectors import estates_for_desk
from huiyin.domain.access import Actor
from huiyin.domain.case_workflow import OPEN
from huiyin.domain.errors import RuleBroken
from huiyin.web.errors import sentence_of
from huiyin.web.htmx import redirect, render
from huiyin.web.now import now as clock
from huiyin.web.pagination import paginate
from huiyin.web.returning import require_POST

MOST_CASES = 200


@require_GET
def desk_topics(request: HttpRequest) -> HttpResponse:
    """/desk/topics: the estates with how many topics and how many open cases stand in none."""
    actor, _duties = area_actor_at_desk(request)
    estates = list(estates_for_desk(actor))
    if len(estates) == 1:
        return redirect(request, "ledger:desk_estate_topics", estates[0].slug)
    ids = [estate.pk for estate in estates]
    topic_counts = dict(
        Topic.objects.filter(estate_id__in=ids).order_by().values_list("estate_id").annotate(Count("pk"))
    )
    loose_counts = dict(
        Case.objects.filter(estate_id__in=ids, topic=None, status__in=sorted(OPEN))
        .order_by()
        .values_list("estate_id")
        .annotate(Count("pk"))
    )
    rows = [(estate, topic_counts.get(estate.pk, 0), loose_counts.get(estate.pk, 0)) for estate in estates]
    return render(request, "ledger/desk_topics.html", tabs(actor, "topics") | {"rows": rows})


@require_GET
def desk_estate_topics(request: HttpRequest, slug: str) -> HttpResponse:
    """/desk/topics/<slug>: topics with their cases, and the open cases that stand in none."""
    actor, duties = area_actor_at_desk(request)
    estate = get_object_or_404(estates_for_desk(actor), slug=slug)
    return render(request, "ledger/desk_estate_topics.html", topics_context(actor, duties, estate))


def topics_context(actor: Actor, duties: Duties, estate: Estate) -> dict[str, Any]:
    topics = list(Topic.objects.filter(estate=estate).order_by("title"))
    cases = (
        cases_for_desk(actor)
        .filter(estate=estate)
        .filter(Q(topic__isnull=False) | Q(status__in=sorted(OPEN)))
        .defer("text", "search")
    )
    by_topic: dict[int | None, list[Case]] = {}
    for case in cases[:MOST_CASES]:
        by_topic.setdefault(case.topic_id, []).append(case)
    return tabs(actor, "topics") | {
        "estate": estate,
        "topics": [(topic, by_topic.get(topic.pk, [])) for topic in topics],
        "loose": by_topic.get(None, []),
        "may_act": estate.area.path.startswith(duties.acts_as_secretary),
    }


def secretary_at(request: HttpRequest, slug: str) -> tuple[Actor, Estate]:
    """The secretary of the estate (or the street acting for one), else 404."""
    actor, duties = area_actor_at_desk(request)
    estate = get_object_or_404(estates_for_desk(actor), slug=slug)
    if not estate.area.path.startswith(duties.acts_as_secretary):
        raise Http404
    return actor, estate


@require_POST
def desk_open_topic(request: HttpRequest, slug: str) -> HttpResponse:
    actor, estate = secretary_at(request, slug)
    try:
        topic = open_topic(by=actor, estate=estate, title=request.POST.get("title", ""))
        messages.success(request, _("热点“%(title)s”已开，可以归入事项了。") % {"title": topic.title})
    except RuleBroken as refusal:
        messages.warning(request, sentence_of(refusal))
    return redirect(request, "ledger:desk_estate_topics", slug)


@require_POST
def desk_put_in_topic(request: HttpRequest, slug: str) -> HttpResponse:
    """The chosen cases into a topic, or out of any where none is named."""
    actor, estate = secretary_at(request, slug)
    ids = [int(pk) for pk in request.POST.getlist("case")[:MOST_CASES] if pk.isdecimal() and len(pk) < 12]
    cases = list(cases_for_desk(actor).filter(estate=estate, pk__in=ids))
    wanted = request.POST.get("topic", "")
    topic = get_object_or_404(Topic, estate=estate, pk=int(wanted)) if wanted.isdecimal() else None
    if cases:
        moved = put_in_topic(cases, topic=topic, by=actor)
        messages.success(request, _("改了 %(count)s 件。") % {"count": moved})
    else:
        messages.warning(request, _("先选中事项。"))
    return redirect(request, "ledger:desk_estate_topics", slug)


@require_GET
def desk_bulletins(request: HttpRequest) -> HttpResponse:
    """/desk/bulletins: what is owed first, then what was issued."""
    actor, duties = area_actor_at_desk(request)
    now = clock()
    page = paginate(request, bulletins_for_desk(actor), per_page=50)
    for bulletin in page.items:
        bulletin.is_late = bulletin.issued_at is None and now > bulletin.due_at
        bulletin.may_issue = bulletin.issued_at is None and bulletin.estate.area.path.startswith(
            duties.acts_as_secretary
        )
    return render(request, "ledger/desk_bulletins.html", tabs(actor, "bulletins") | {"page": page})


@require_POST
def desk_issue_bulletin(request: HttpRequest, pk: int) -> HttpResponse:
    actor, _duties = area_actor_at_desk(request)
    bulletin = get_object_or_404(bulletins_for_desk(actor), pk=pk)
    try:
        issue_bulletin(bulletin, by=actor)
        messages.success(request, _("已发布，可以打印张贴。"))
    except RuleBroken as refusal:
        messages.warning(request, sentence_of(refusal))
    return redirect(request, "ledger:desk_bulletins")
