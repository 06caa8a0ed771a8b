"""Meetings at the desk: what waits, planning a new one, one meeting with its commands."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from huiyin.apps.ledger.desk_selectors import duties_of
from huiyin.apps.meetings import desk_commands, limits
from huiyin.apps.meetings.desk_commands import Command
from huiyin.apps.meetings.desk_forms.minutes import DecisionForm
from huiyin.apps.meetings.desk_forms.planning import NewMeetingForm, agenda_text
from huiyin.apps.meetings.desk_list import waiting_for
from huiyin.apps.meetings.live import live_now
from huiyin.apps.meetings.models import Meeting, MinutesCorrection
from huiyin.apps.meetings.paper import MOST_SLIPS, NOTICED, cases_asked_on_paper
from huiyin.apps.meetings.permissions import can_assist, can_decide, can_read_letters, can_read_record
from huiyin.apps.meetings.selectors import (
    laggards,
    meetings_for_desk,
    meetings_under_way,
    minutes_of,
    terms_of,
)
from huiyin.apps.meetings.services.minutes import decide_correction
from huiyin.apps.meetings.services.plan import DEFAULT_AGENDA, plan_meeting
from huiyin.apps.meetings.services.rate import LETTERS_FROM
from huiyin.apps.meetings.views.desk import actor_at_desk, meeting_at_desk
from huiyin.apps.meetings.views.public import estates_of
from huiyin.apps.places.models import Area
from huiyin.apps.places.selectors import areas_for_desk, estates_in
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.domain.meeting_phases import Phase
from huiyin.web.htmx import redirect, render
from huiyin.web.idempotency import acknowledge, key_of
from huiyin.web.now import now as clock
from huiyin.web.pagination import paginate
from huiyin.web.returning import require_POST


@require_GET
def desk_meetings(request: HttpRequest) -> HttpResponse:
    """/desk/meetings: what waits for somebody first, then all of them."""
    actor = actor_at_desk(request)
    now = clock()
    context = {
        "waiting": waiting_for(actor, now),
        "page": paginate(request, meetings_for_desk(actor), per_page=30, count=False),
        "laggards": laggards(now, actor),
        "may_plan": bool(duties_of(actor).acts_as_secretary),
        "now": now,
        "tab": "meetings",
    }
    return render(request, "meetings/desk_meetings.html", context)


def communities_to_plan(actor: Actor) -> list[Area]:
    """Where the actor acts as secretary."""
    prefixes = duties_of(actor).acts_as_secretary
    areas = areas_for_desk(actor).filter(level=Area.Level.COMMUNITY)
    return [area for area in areas if prefixes and area.path.startswith(prefixes)]


@require_http_methods(["GET", "POST"])
def desk_new(request: HttpRequest) -> HttpResponse:
    """/desk/meetings/new?area=…: with several communities one is chosen first."""
    actor = actor_at_desk(request)
    areas = communities_to_plan(actor)
    if not areas:
        raise Http404
    wanted = request.POST.get("area") or request.GET.get("area", "")
    area = next((each for each in areas if each.code == wanted), areas[0] if len(areas) == 1 else None)
    if area is None:
        return render(request, "meetings/desk_new.html", {"areas": areas, "tab": "meetings"})
    estates = estates_in(area)
    first_thing = terms_of(area).filter(ends_on=None, meetings=None).first()
    under_way = list(meetings_under_way(estates))
    context = {
        "area": area,
        "areas": areas,
        "term": first_thing,
        "under_way": under_way,
        "tab": "meetings",
    }
    if request.method == "GET":
        initial = {
            "title": _("%(area)s物业工作报告会") % {"area": area.name},
            "agenda": agenda_text(DEFAULT_AGENDA),
            "estates": list(estates) if estates.count() == 1 else [],
        }
        form = NewMeetingForm(initial=initial, estates=estates, is_another=bool(under_way))
        return render(request, "meetings/desk_new.html", context | {"form": form})
    form = NewMeetingForm(request.POST, estates=estates, is_another=bool(under_way))
    if form.is_valid():
        told = form.cleaned_data
        try:
            meeting = plan_meeting(
                area=area,
                estates=list(told["estates"]),
                title=told["title"],
                planned_at=told["planned_at"],
                venue=told["venue"],
                is_outside=told["is_outside"],
                venue_reason=told["venue_reason"],
                agenda=form.agenda_lines(),
                term=first_thing,
                is_further=told.get("is_further", False),
                by=actor,
            )
        except RuleBroken as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("报告会已排好。报告审定以后就可以公告。"))
            response = redirect(request, "meetings:desk_meeting", meeting.pk)
            acknowledge(response, key_of(request))
            return response
    return render(request, "meetings/desk_new.html", context | {"form": form}, status=422)


def form_of(command: Command, meeting: Meeting, request: HttpRequest | None = None) -> Any:
    """A command's form; ids carry its name because several stand on one page."""
    return command.form(
        request.POST if request is not None else None,
        meeting=meeting,
        estates=estates_of(meeting),
        now=clock(),
        auto_id=f"id_{command.name}_%s",
    )


def meeting_context(
    actor: Actor, meeting: Meeting, *, decided: dict[int, DecisionForm] | None = None, **failed: Any
) -> dict[str, Any]:
    """What desk_meeting.html draws; `failed` is {command name: bound form} after a refusal."""
    now = clock()
    drawn = []
    for command in desk_commands.COMMANDS:
        if command.available(actor, meeting) or command.name in failed:
            form = failed.get(command.name) or form_of(command, meeting)
            drawn.append({"command": command, "form": form, "is_open": form.is_bound})
    main = next((each for each in drawn if each["command"].is_main), None)
    if main is not None and not any(each["is_open"] for each in drawn):
        main["is_open"] = True
    minutes = minutes_of(meeting)
    is_wanted = Q(state=MinutesCorrection.State.PROPOSED) | Q(pk__in=decided or ())
    proposed = minutes.corrections.filter(is_wanted) if minutes else []
    return {
        "meeting": meeting,
        "estates": meeting.estates.all(),
        "further": meeting.sittings.filter(announced_at__isnull=False),
        "agenda": meeting.agenda.all(),
        "team": meeting.team.select_related("estate"),
        "notes": meeting.supervision_notes.all(),
        "results": meeting.results.select_related("estate"),
        "live": live_now(meeting, now),
        "minutes": minutes,
        "corrections": [
            (row, (decided or {}).get(row.pk) or DecisionForm(auto_id=f"id_c{row.pk}_%s")) for row in proposed
        ],
        "may_decide": can_decide(actor, meeting),
        "may_read_letters": can_read_letters(actor, meeting) and meeting.phase in LETTERS_FROM,
        "may_assist": can_assist(actor, meeting),
        "has_notice": meeting.phase in NOTICED,
        "most_slips": MOST_SLIPS,
        "has_case_slips": minutes is not None and cases_asked_on_paper(meeting).exists(),
        "may_console": can_read_record(actor, meeting)
        and meeting.phase not in (Phase.DRAFT, Phase.CANCELLED),
        "acts": [each for each in drawn if not each["command"].is_rare],
        "rare": [each for each in drawn if each["command"].is_rare],
        "notice_wanted": limits.policy(now).notice.days,
        "now": now,
        "tab": "meetings",
    }


@require_GET
def desk_meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """/desk/meetings/<pk>."""
    actor, meeting = meeting_at_desk(request, pk)
    return render(request, "meetings/desk_meeting.html", meeting_context(actor, meeting))


@never_cache
@require_POST
def desk_command(request: HttpRequest, pk: int, command: str) -> HttpResponse:
    """/desk/meetings/<pk>/<command>: run one row of the table; a failed form comes back with its text."""
    row = desk_commands.BY_NAME.get(command)
    if row is None:
        raise Http404
    actor, meeting = meeting_at_desk(request, pk)
    if not row.permitted(actor, meeting):
        raise Http404
    form = form_of(row, meeting, request)
    is_ready = row.ready(meeting)
    if not is_ready:  # the phase has moved meanwhile: what was written comes back with the reason
        form.add_refusal(desk_commands.not_now(row, meeting))
    if form.is_valid():
        try:
            row.run(meeting, actor, form, key_of(request))
        except RuleBroken as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _(row.done))
            response = redirect(request, "meetings:desk_meeting", pk)
            acknowledge(response, key_of(request))
            return response
    actor, meeting = meeting_at_desk(request, pk)
    context = meeting_context(actor, meeting, **{command: form})
    return render(request, "meetings/desk_meeting.html", context, status=422 if is_ready else 409)


@require_POST
def desk_decide_correction(request: HttpRequest, pk: int, correction: int) -> HttpResponse:
    """The secretary decides on one proposed correction of the minutes, with a public reason."""
    actor, meeting = meeting_at_desk(request, pk)
    if not can_decide(actor, meeting):
        raise Http404
    row = get_object_or_404(MinutesCorrection, minutes__meeting=meeting, pk=correction)
    form = DecisionForm(request.POST, auto_id=f"id_c{row.pk}_%s")
    if form.is_valid():
        told = form.cleaned_data
        try:
            decide_correction(row, by=actor, accept=told["accept"] == "yes", reason=told["reason"])
        except RuleBroken as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("决定已公开。"))
            return redirect(request, "meetings:desk_meeting", pk)
    context = meeting_context(actor, meeting, decided={row.pk: form})
    return render(request, "meetings/desk_meeting.html", context, status=422)
