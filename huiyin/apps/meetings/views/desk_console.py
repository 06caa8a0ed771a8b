"""The console: one hand on a tablet. Acts are plain forms; with the script they queue and the queue follows live."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from huiyin.apps.meetings.clock import clock_of, goes_on_until
from huiyin.apps.meetings.console import Failed, console_of
from huiyin.apps.meetings.console_acts import CLOCK_BY_NAME, QUESTION_BY_NAME, stands_already
from huiyin.apps.meetings.desk_forms.entering import EnterQuestionForm
from huiyin.apps.meetings.live import poll_ms
from huiyin.apps.meetings.models import Meeting, Question
from huiyin.apps.meetings.permissions import can_assist, can_read_record
from huiyin.apps.meetings.selectors import questions_of
from huiyin.apps.meetings.services.ask import ask_for_somebody
from huiyin.apps.meetings.views.desk import meeting_at_desk
from huiyin.apps.meetings.views.public import estates_of, tag_of
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.domain.meeting_phases import Phase
from huiyin.web.errors import sentence_of
from huiyin.web.htmx import redirect, render
from huiyin.web.idempotency import key_of
from huiyin.web.live import is_known, with_tag
from huiyin.web.middleware import is_fragment_request
from huiyin.web.now import now as clock
from huiyin.web.returning import require_POST

PRIVATE = "private, no-cache"


def at_record(request: HttpRequest, pk: int) -> tuple[Actor, Meeting]:
    """Who may read here: who works here, and the auditor; anybody else finds nothing."""
    actor, meeting = meeting_at_desk(request, pk)
    if not can_read_record(actor, meeting) or meeting.phase in (Phase.DRAFT, Phase.CANCELLED):
        raise Http404
    return actor, meeting


def at_console(request: HttpRequest, pk: int) -> tuple[Actor, Meeting]:
    """Who may work here: the chair and the community's workers."""
    actor, meeting = at_record(request, pk)
    if not can_assist(actor, meeting):
        raise Http404
    return actor, meeting


@require_GET
def desk_console(request: HttpRequest, pk: int) -> HttpResponse:
    """/desk/meetings/<pk>/console."""
    actor, meeting = at_record(request, pk)
    return render(request, "meetings/desk_console.html", console_context(request, actor, meeting))


@require_GET
def desk_console_live(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a part for the script; 304 while nothing has changed."""
    actor, meeting = at_record(request, pk)
    etag = console_tag(meeting)
    if is_known(request, etag):
        response = HttpResponse(status=304)
        del response.headers["Content-Type"]
    else:
        context = console_context(request, actor, meeting)
        response = render(request, "meetings/_console.html", context)
    return with_tag(response, etag, cache_control=PRIVATE)


def console_tag(meeting: Meeting) -> str:
    """Weak: the tokens of the forms differ each time, what they say does not.

    Two things change with the clock alone: the minimum is reached, and it is too late to go on.
    """
    now = clock()
    is_long_enough = not clock_of(meeting, now).missing
    by_clock = f"{'-full' if is_long_enough else ''}{'-on' if goes_on_until(meeting, now) else ''}"
    return f'W/"{tag_of(meeting.pk, "console")}{by_clock}"'


def console_context(
    request: HttpRequest,
    actor: Actor,
    meeting: Meeting,
    *,
    failed: Failed | None = None,
    enter_form: EnterQuestionForm | None = None,
) -> dict[str, Any]:
    etag = console_tag(meeting)
    now = clock()
    everything = "all" in request.GET
    return {
        "console": console_of(meeting, actor, now=now, everything=everything, failed=failed),
        "enter_form": enter_form or EnterQuestionForm(estates=estates_of(meeting), auto_id="id_enter_%s"),
        "meeting": meeting,
        "etag": etag,
        "everything": everything,
        "poll_ms": poll_ms(meeting.phase, now),
        "now_ms": int(now.timestamp() * 1000),
    }


@never_cache
@require_POST
def desk_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """/desk/meetings/<pk>/console/<act>: run one act; refused, its part stands open with what was written."""
    actor, meeting = at_console(request, pk)
    if act == "enter":
        return enter(request, actor, meeting)
    question = asked_about(request, meeting) if act in QUESTION_BY_NAME else None
    row = QUESTION_BY_NAME.get(act) or CLOCK_BY_NAME.get(act)
    if row is None or not row.permitted(actor, meeting):
        raise Http404
    told = {name: str(value) for name, value in request.POST.items()}
    try:
        if question is not None:
            QUESTION_BY_NAME[act].run(question, actor, told)
        else:
            CLOCK_BY_NAME[act].run(meeting, actor, told)
    except RuleBroken as refusal:
        if not (told.get("again") and stands_already(act, refusal, question, told)):
            return refused(request, actor, meeting, act, question, refusal, told)
    return done(request, actor, pk, question)


def asked_about(request: HttpRequest, meeting: Meeting) -> Question:
    told = request.POST.get("question", "")
    wanted = int(told) if told.isdecimal() and len(told) < 12 else 0
    return get_object_or_404(questions_of(meeting), pk=wanted)


def done(request: HttpRequest, actor: Actor, pk: int, question: Question | None) -> HttpResponse:
    """The console as it stands now; without the script back to it, where the row was."""
    if not is_fragment_request(request):
        response = redirect(request, "meetings:desk_console", pk)
        if question is not None:
            response.headers["Location"] += f"#cq-{question.pk}"
        return response
    _actor, meeting = at_console(request, pk)
    context = console_context(request, actor, meeting)
    response = render(request, "meetings/_console.html", context)
    return with_tag(response, context["etag"], cache_control=PRIVATE)


def refused(
    request: HttpRequest,
    actor: Actor,
    meeting: Meeting,
    act: str,
    question: Question | None,
    refusal: RuleBroken,
    told: dict[str, str],
) -> HttpResponse:
    """For the script the sentence alone, which it keeps beside the act; else the console with the form open."""
    said = sentence_of(refusal)
    if is_fragment_request(request):
        return render(request, "meetings/_said.html", {"text": said}, status=409)
    _actor, meeting = at_console(request, meeting.pk)
    failed = Failed(act, question.pk if question else 0, said, told)
    context = console_context(request, actor, meeting, failed=failed)
    return render(request, "meetings/desk_console.html", context, status=422)


def enter(request: HttpRequest, actor: Actor, meeting: Meeting) -> HttpResponse:
    """A slip or a raised hand, typed in by the community."""
    form = EnterQuestionForm(request.POST, estates=estates_of(meeting), auto_id="id_enter_%s")
    if form.is_valid():
        told = form.cleaned_data
        try:
            ask_for_somebody(
                meeting,
                by=actor,
                estate=form.chosen_estate(),
                text=told["text"],
                way=told["way"],
                building=told["building"],
                nickname=told["nickname"],
                name=told["name"],
                phone=told["phone"],
                idempotency_key=key_of(request) or None,
            )
        except RuleBroken as refusal:
            form.add_refusal(refusal)
        else:
            return done(request, actor, meeting.pk, None)
    if is_fragment_request(request):
        said = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return render(request, "meetings/_said.html", {"text": said}, status=422)
    failed = Failed("enter", 0, _("这个问题还没有登记，请先改好表里的内容。"), {})
    context = console_context(request, actor, meeting, failed=failed, enter_form=form)
    return render(request, "meetings/desk_console.html", context, status=422)
