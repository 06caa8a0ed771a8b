"""What is done with a topic of the complaints: put among the demands of the estate, and taken back."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from huiyin.apps.hotline import services
from huiyin.apps.hotline.forms import SendTopicForm
from huiyin.apps.hotline.models import HotlineTopic
from huiyin.apps.hotline.permissions import can_send
from huiyin.apps.hotline.selectors import topics_to_join
from huiyin.apps.hotline.services.topics import check_withdraw, words_of
from huiyin.apps.hotline.views.numbers import actor_at_desk
from huiyin.apps.ledger.taking_up import places_of
from huiyin.domain.access import Actor
from huiyin.domain.clocks import due_day
from huiyin.domain.errors import RuleBroken
from huiyin.web.errors import sentence_of
from huiyin.web.htmx import redirect, render
from huiyin.web.now import now
from huiyin.web.returning import require_POST


@require_http_methods(["GET", "HEAD", "POST"])
def send_topic(request: HttpRequest, pk: int) -> HttpResponse:
    """Word it and see what will be public, then press; afterwards the page says where it went and takes it back."""
    actor, topic = _topic(request, pk)
    if topic.case is not None:
        return _sent_page(request, actor, topic)
    if not topic.complaint_count:
        raise Http404
    form = SendTopicForm(
        request.POST or None,
        initial={"title": topic.title, "text": words_of(topic, due_day(now()))},
        topics=topics_to_join(topic),
    )
    if form.is_valid() and not form.is_to_look_at:
        try:
            services.send_topic(topic, by=actor, **form.told)
        except RuleBroken as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("已加入核心诉求。"))
            return redirect(request, _with_period(request, reverse("hotline:send_topic", args=[pk])))
    context = {"topic": topic, "estate": topic.estate, "form": form, "period_query": _period_query(request)}
    return render(request, "hotline/send_topic.html", context, status=422 if form.errors else 200)


@require_POST
def withdraw_topic(request: HttpRequest, pk: int) -> HttpResponse:
    """The press is undone; where that is too late the page says why."""
    actor, topic = _topic(request, pk)
    try:
        services.withdraw_topic(topic, by=actor)
    except RuleBroken as refusal:
        messages.warning(request, sentence_of(refusal))
        return redirect(request, "hotline:send_topic", pk)
    messages.success(request, _("已撤回，台账里这件事不再办理。"))
    return redirect(request, _with_period(request, reverse("hotline:desk_estate", args=[topic.estate.slug])))


def _with_period(request: HttpRequest, path: str) -> str:
    """The address, with the period from which one came."""
    return f"{path}{_period_query(request)}"


def _period_query(request: HttpRequest) -> str:
    period = request.GET.get("period", "")[:10]
    return f"?{urlencode({'period': period})}" if period else ""


def _topic(request: HttpRequest, pk: int) -> tuple[Actor, HotlineTopic]:
    """For the secretary of its community; 404 for everybody else."""
    actor = actor_at_desk(request)
    rows = HotlineTopic.objects.select_related("estate__area", "topic", "case__estate", "case__area")
    topic = get_object_or_404(rows, pk=pk)
    if not can_send(topic.estate, actor):
        raise Http404
    return actor, topic


def _sent_page(request: HttpRequest, actor: Actor, topic: HotlineTopic) -> HttpResponse:
    assert topic.topic is not None
    context: dict[str, Any] = {
        "topic": topic,
        "estate": topic.estate,
        "period_query": _period_query(request),
        "places": places_of(topic.topic, now()),
        "why_not": _why_not(topic, actor),
    }
    return render(request, "hotline/sent_topic.html", context)


def _why_not(topic: HotlineTopic, actor: Actor) -> str:
    try:
        check_withdraw(topic, actor)
    except RuleBroken as refusal:
        return sentence_of(refusal)
    return ""
