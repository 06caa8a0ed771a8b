"""What everybody reads of a meeting: the list, its page before, during and after, the projector, the live parts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from huiyin.apps.meetings import limits
from huiyin.apps.meetings.live import Live, live_of, tag_of
from huiyin.apps.meetings.models import Meeting, MeetingEstate
from huiyin.apps.places.models import Estate
from huiyin.documents.qr import qr_svg
from huiyin.domain.meeting_phases import PUBLIC
from huiyin.web.caching import for_everyone
from huiyin.web.htmx import render
from huiyin.web.live import answer_live
from huiyin.web.now import now as clock

PARTS = {"ask": "meetings/_live_ask.html", "screen": "meetings/_live_screen.html", "page": "meetings/_live_top.html"}


def found(pk: int) -> Meeting:
    """A meeting that was announced, else 404."""
    return get_object_or_404(
        Meeting.objects.select_related("area", "pulse").filter(phase__in=sorted(PUBLIC)), pk=pk
    )


def estates_of(meeting: Meeting) -> list[Estate]:
    """The estates that hear a report at this meeting, by name."""
    heard = MeetingEstate.objects.filter(meeting=meeting).select_related("estate")
    return [each.estate for each in heard.order_by("estate__name")]


def live_now(meeting: Meeting) -> Live:
    now = clock()
    return live_of(meeting, needed_minutes=limits.policy(now).floor.question_minutes, now=now)


def following(meeting: Meeting, part: str) -> dict[str, Any]:
    """The meeting now, and what the script that follows it needs: from which version, how often, at which time."""
    tag = tag_of(meeting.pk)  # before reading: what changes meanwhile is asked for again
    live = live_now(meeting)
    return {
        "meeting": meeting,
        "live": live,
        "etag": f'"{tag}-{part}"',
        "poll_ms": limits.policy(live.clock.now).live.poll_seconds * 1000,
        "now_ms": int(live.clock.now.timestamp() * 1000),
    }


@require_GET
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """/meetings/<pk>/live?part=…: the part as everybody sees it, or a 304 for one cheap query."""
    name = request.GET.get("part", "")
    if name not in PARTS:
        raise Http404

    def draw() -> str:
        return render_to_string(PARTS[name], {"live": live_now(found(pk)), "mine": ()})

    return answer_live(request, name=f"meeting {pk} {name}", tag=lambda: f"{tag_of(pk)}-{name}", draw=draw)


@require_GET
@for_everyone
def meeting_list(request: HttpRequest) -> HttpResponse:
    return render(request, "meetings/list.html", {})


@require_GET
@for_everyone
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "meetings/meeting.html", {})


@require_GET
@for_everyone
def screen(request: HttpRequest, pk: int) -> HttpResponse:
    """/meetings/<pk>/screen: the projector."""
    shown = found(pk)
    address = f"{settings.SITE_URL}{reverse('meetings:ask', args=[pk])}"
    context = following(shown, "screen") | {
        "chair": shown.chair_label,
        "reporters": "、".join(shown.estates.exclude(reporter_label="").values_list("reporter_label", flat=True)),
        "qr": mark_safe(qr_svg(address, label=_("扫码打开提问页"))),  # noqa: S308 - our own drawing
    }
    return render(request, "meetings/screen.html", context)
