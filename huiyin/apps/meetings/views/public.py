"""What everybody reads of a meeting: the list, its page before, during and after, the projector, the live parts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from huiyin.apps.meetings import limits
from huiyin.apps.meetings.forum_selectors import days_late, forums_arranged, forums_at
from huiyin.apps.meetings.live import live_now, poll_ms
from huiyin.apps.meetings.models import Meeting
from huiyin.apps.meetings.paper import NOTICED
from huiyin.apps.meetings.quarters import quarter_words
from huiyin.apps.meetings.rating_results import rating_results
from huiyin.apps.meetings.selectors import laggards, live_version, meetings_at, meetings_public, minutes_of
from huiyin.apps.places.models import Estate
from huiyin.apps.places.selectors import estates_public
from huiyin.documents.qr import qr_svg
from huiyin.domain.meeting_phases import HELD, LIVE, Activity, Phase, is_open
from huiyin.language.words import words_of_a_line
from huiyin.web.caching import for_everyone
from huiyin.web.htmx import render
from huiyin.web.live import answer_live
from huiyin.web.now import now as clock
from huiyin.web.pagination import paginate

MOST_COMING = 60
MOST_FORUMS = 8
PARTS = {
    "ask": "meetings/_live_ask.html",
    "all": "meetings/_live_ask.html",
    "screen": "meetings/_live_screen.html",
    "page": "meetings/_live_top.html",
}


def found(pk: int) -> Meeting:
    """A meeting that was announced, else 404."""
    return get_object_or_404(meetings_public(), pk=pk)


def estates_of(meeting: Meeting) -> list[Estate]:
    """The estates that hear a report at this meeting, by name."""
    return sorted((each.estate for each in meeting.estates.all()), key=lambda estate: estate.sort_key)


def tag_of(pk: int, part: str) -> str:
    """The version of a part: one query; 404 where there is no such meeting."""
    version = live_version(pk, clock())
    if version is None:
        raise Http404
    return f"{pk}-{version}-{part}"


def following(meeting: Meeting, part: str) -> dict[str, Any]:
    """The meeting now, and what the script that follows it needs: from which version, how often, at which time."""
    etag = f'"{tag_of(meeting.pk, part)}"'  # before reading: what changes meanwhile is asked for again
    now = clock()
    return {
        "meeting": meeting,
        "live": live_now(meeting, now),
        "etag": etag,
        "poll_ms": poll_ms(meeting.phase, now),
        "now_ms": int(now.timestamp() * 1000),
    }


@require_GET
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """/meetings/<pk>/live?part=…: the part as everybody sees it, or a 304 for one cheap query."""
    name = request.GET.get("part", "")
    if name not in PARTS:
        raise Http404

    def draw() -> str:
        meeting, now = found(pk), clock()
        context = {"live": live_now(meeting, now), "mine": (), "poll_ms": poll_ms(meeting.phase, now)}
        context["everything"] = name == "all"
        return render_to_string(PARTS[name], context)

    return answer_live(request, name=f"meeting {pk} {name}", tag=lambda: tag_of(pk, name), draw=draw)


@require_GET
@for_everyone
def meeting_list(request: HttpRequest) -> HttpResponse:
    """/meetings?estate=…: what is coming and what runs now, then what was, newest first; owners' forums beside."""
    now = clock()
    wanted = request.GET.get("estate", "")[:60]
    estate = estates_public().filter(slug=wanted).first() if wanted else None
    rows = meetings_at(estate) if estate else meetings_public()
    ahead = [*sorted(LIVE), Phase.ANNOUNCED, Phase.POSTPONED]
    coming = list(rows.filter(phase__in=ahead).order_by("planned_at", "id")[:MOST_COMING])
    forums = list((forums_at(estate) if estate else forums_arranged())[:MOST_FORUMS])
    context = {
        "live": [each for each in coming if each.phase in LIVE],
        "coming": [each for each in coming if each.phase not in LIVE],
        "page": paginate(request, rows.exclude(phase__in=ahead), per_page=20, count=False),
        "forums": [(each, quarter_words(each), days_late(each, now)) for each in forums],
        "laggards": [] if estate else laggards(now),
        "estate": estate,
        "now": now,
    }
    return render(request, "meetings/list.html", context)


@require_GET
@for_everyone
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """/meetings/<pk>: before it the notice, during it what is said, after it what came of it."""
    shown = found(pk)
    now = clock()
    sittings = list(shown.sittings.all())
    if len(sittings) > 1:
        prefetch_related_objects(sittings, "reporters__estate")
    context = following(shown, "page") | {
        "title_words": words_of_a_line(shown.title),
        "heard": shown.estates.all(),
        "agenda": shown.agenda.all(),
        "sittings": sittings,
        "team": shown.team.select_related("estate"),
        "notes": shown.supervision_notes.all(),
        "results": shown.results.select_related("estate"),
        "difficulties": shown.difficulties.select_related("case"),
        "minutes": minutes_of(shown) if shown.phase in HELD else None,
        "ratings": rating_results(shown, now) if shown.phase in HELD else [],
        "notice_wanted": limits.policy_of(shown).notice.days,
        "households_wanted": limits.policy_of(shown).floor.min_households,
        "has_notice": shown.phase in NOTICED,
        "is_over": shown.phase in (*HELD, Phase.CLOSED),
        "is_live": shown.phase in LIVE,
        "takes_questions": is_open(Activity.ASK, shown.phase),
        "now": now,
    }
    return render(request, "meetings/meeting.html", context)


@require_GET
@for_everyone
def screen(request: HttpRequest, pk: int) -> HttpResponse:
    """/meetings/<pk>/screen: the projector."""
    shown = found(pk)
    address = f"{settings.SITE_URL}{reverse('meetings:ask', args=[pk])}"
    context = following(shown, "screen") | {
        "chair": shown.chair_label,
        "reporters": "、".join(each.reporter_label for each in shown.estates.all() if each.reporter_label),
        "qr": mark_safe(qr_svg(address, label=_("扫码打开提问页"))),  # noqa: S308 - our own drawing
    }
    return render(request, "meetings/screen.html", context)
