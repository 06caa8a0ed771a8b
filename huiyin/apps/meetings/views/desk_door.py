"""The door from inside: the wall with its rotating code, the list, and paper typed in later."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from huiyin.apps.meetings.attendance import attendance_of
from huiyin.apps.meetings.desk_forms.entering import ListForm, OpenNamesForm
from huiyin.apps.meetings.models import Meeting
from huiyin.apps.meetings.permissions import can_assist
from huiyin.apps.meetings.selectors import list_of
from huiyin.apps.meetings.services.attend import check_in_by_list, leave_by_list, wall_code
from huiyin.apps.meetings.views.desk_console import PRIVATE, at_console, at_record
from huiyin.apps.meetings.views.public import estates_of
from huiyin.apps.people.services import log_opening
from huiyin.documents.qr import qr_svg
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.domain.meeting_phases import Activity, is_open
from huiyin.web.htmx import redirect, render
from huiyin.web.idempotency import key_of
from huiyin.web.live import is_known, with_tag
from huiyin.web.now import now as clock
from huiyin.web.pagination import paginate
from huiyin.web.returning import require_POST

MOST_ROWS = 50


@never_cache
@require_GET
def desk_wall(request: HttpRequest, pk: int) -> HttpResponse:
    """/desk/meetings/<pk>/wall: on a screen or tablet at the door; the code follows by itself."""
    _actor, meeting = at_console(request, pk)
    return render(request, "meetings/desk_wall.html", wall_context(meeting))


@require_GET
def desk_wall_live(request: HttpRequest, pk: int) -> HttpResponse:
    """The code of this half minute; 304 while the wall shows it already."""
    _actor, meeting = at_console(request, pk)
    context = wall_context(meeting)
    if is_known(request, context["etag"]):
        response = HttpResponse(status=304)
        del response.headers["Content-Type"]
    else:
        response = render(request, "meetings/_wall.html", context)
    return with_tag(response, context["etag"], cache_control=PRIVATE)


def wall_context(meeting: Meeting) -> dict[str, Any]:
    """The code as a picture and in letters, for who cannot scan."""
    now = clock()
    shown = wall_code(meeting, now)
    address = f"{settings.SITE_URL}{reverse('meetings:check_in', args=[meeting.pk, shown.code])}"
    people = attendance_of(meeting).people
    return {
        "meeting": meeting,
        "code": shown.code,
        "people": people,
        "qr": mark_safe(qr_svg(address, label=_("扫码签到"))),  # noqa: S308 - our own drawing
        "etag": f'"{meeting.pk}-{shown.code}-{people}"',
        "now_ms": int(now.timestamp() * 1000),
    }


@require_http_methods(["GET", "POST"])
def desk_attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """/desk/meetings/<pk>/attendance: who came, without names; one line of the list or of the paper sheet at a time."""
    actor, meeting = at_record(request, pk) if request.method == "GET" else at_console(request, pk)
    form = ListForm(request.POST or None, estates=estates_of(meeting))
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            row = check_in_by_list(
                meeting,
                by=actor,
                idempotency_key=key_of(request),
                estate=form.chosen_estate(),
                way=told["way"],
                building=told["building"],
                unit=told["unit"],
                room=told["room"],
                name=told["name"],
            )
        except RuleBroken as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, _("记下了：%(building)s。接着记下一位。") % {"building": row.building})
            return redirect(request, f"{reverse('meetings:desk_attendance', args=[pk])}?way={row.way}")
    elif request.method == "GET" and request.GET.get("way"):
        form = ListForm(initial={"way": request.GET["way"]}, estates=estates_of(meeting))
    context = attendance_context(request, actor, meeting) | {"form": form}
    return render(request, "meetings/desk_attendance.html", context, status=422 if form.errors else 200)


def attendance_context(request: HttpRequest, actor: Actor, meeting: Meeting) -> dict[str, Any]:
    may_assist = can_assist(actor, meeting)
    return {
        "meeting": meeting,
        "form": ListForm(estates=estates_of(meeting)),
        "names_form": OpenNamesForm(auto_id="id_names_%s"),
        "shows_names": False,
        "attendance": attendance_of(meeting),
        "page": paginate(request, list_of(meeting), per_page=MOST_ROWS, count=False),
        "may_assist": may_assist,
        "may_enter": may_assist and is_open(Activity.ENTER_ATTENDANCE, meeting.phase),
    }


@never_cache
@require_POST
def desk_names(request: HttpRequest, pk: int) -> HttpResponse:
    """/desk/meetings/<pk>/attendance/names: the list with names and rooms for who keeps it, logged with the reason."""
    actor, meeting = at_console(request, pk)
    form = OpenNamesForm(request.POST, auto_id="id_names_%s")
    context = attendance_context(request, actor, meeting) | {"names_form": form}
    if form.is_valid():
        try:
            log_opening(
                subject=meeting.stream, scope=meeting.scope, reason=form.cleaned_data["reason"], by=actor
            )
            context["shows_names"] = True
        except RuleBroken as refusal:
            form.add_refusal(refusal)
    return render(request, "meetings/desk_attendance.html", context, status=422 if form.errors else 200)


@require_POST
def desk_leave(request: HttpRequest, pk: int, check_in: int) -> HttpResponse:
    """Somebody on the list goes home."""
    actor, meeting = at_console(request, pk)
    row = get_object_or_404(list_of(meeting), pk=check_in)
    if row.left_at is not None:
        raise Http404
    leave_by_list(row, by=actor)
    messages.success(request, _("记下了离场时间。"))
    return redirect(request, "meetings:desk_attendance", pk)
