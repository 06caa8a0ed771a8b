"""What a meeting and a forum print: notice, certificate and agenda for the board, slips to hand out."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from huiyin.apps.ledger.paper import case_slips
from huiyin.apps.meetings import paper
from huiyin.apps.meetings.forum_selectors import agenda_now, forums_public
from huiyin.apps.meetings.models import Forum, Meeting
from huiyin.apps.meetings.permissions import can_assist
from huiyin.apps.meetings.quarters import quarter_words
from huiyin.apps.meetings.selectors import meetings_public, minutes_of
from huiyin.apps.meetings.views.desk import forum_at_desk, meeting_at_desk
from huiyin.documents.paper.documents import Sheet
from huiyin.documents.paper.press import render as print_on_paper
from huiyin.web.caching import for_everyone
from huiyin.web.now import now as clock
from huiyin.web.pdf import pdf_response, size_of

USUAL_SLIPS = 30


def printed(request: HttpRequest, told: Sheet, *, name: str) -> HttpResponse:
    return pdf_response(print_on_paper(told, size_of(request)), name=name)


def for_the_desk(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
@for_everyone
def notice_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """/meetings/<pk>/notice.pdf: the notice for the board, ?size=A3 for a large one."""
    rows = meetings_public().select_related("area__parent").filter(phase__in=sorted(paper.NOTICED))
    meeting = get_object_or_404(rows, pk=pk)
    return printed(request, paper.meeting_notice(meeting), name=f"公告 {meeting.title}")


@require_GET
@for_everyone
def certificate_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """/meetings/<pk>/certificate.pdf: the clock's intervals and what was counted, to sign and post."""
    rows = meetings_public().select_related("area__parent").filter(ended_at__isnull=False)
    meeting = get_object_or_404(rows, pk=pk)
    told = paper.clock_certificate(meeting, minutes_of(meeting), now=clock())
    return printed(request, told, name=f"提问时长证明 {meeting.title}")


@require_GET
@for_everyone
def forum_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """/forums/<pk>/agenda.pdf: what was spoken of, once the forum is over."""
    rows = forums_public().select_related("estate__area__parent").filter(closed_at__isnull=False)
    return agenda_sheet(request, get_object_or_404(rows, pk=pk))


@require_GET
def desk_forum_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """/desk/forums/<pk>/agenda.pdf: to prepare with, as it stands now."""
    _actor, forum = forum_at_desk(request, pk)
    return for_the_desk(agenda_sheet(request, forum))


def agenda_sheet(request: HttpRequest, forum: Forum) -> HttpResponse:
    if forum.planned_at is None:
        raise Http404
    quarter, now = quarter_words(forum), clock()
    told = paper.forum_agenda(forum, agenda_now(forum, now), quarter=quarter, now=now)
    return printed(request, told, name=f"{forum.estate.name} {told.title}")


def meeting_to_assist(request: HttpRequest, pk: int) -> Meeting:
    """A meeting at whose door the actor works."""
    actor, meeting = meeting_at_desk(request, pk)
    if not can_assist(actor, meeting):
        raise Http404
    return meeting


@require_GET
def desk_question_slips(request: HttpRequest, pk: int) -> HttpResponse:
    """/desk/meetings/<pk>/slips.pdf?first=…&count=…: empty numbered slips for those who ask on paper."""
    meeting = meeting_to_assist(request, pk)
    if meeting.phase not in paper.NOTICED:
        raise Http404
    first = number_in(request, "first", 1, most=9999)
    count = number_in(request, "count", USUAL_SLIPS, most=paper.MOST_SLIPS)
    told = paper.blank_slips(meeting, first=first, count=count)
    return for_the_desk(printed(request, told, name=f"提问纸条 {meeting.title}"))


def number_in(request: HttpRequest, name: str, usual: int, *, most: int) -> int:
    """A number of the query string between 1 and `most`; the usual one for anything else."""
    told = request.GET.get(name, "")
    return min(max(int(told), 1), most) if told.isdecimal() and len(told) < 6 else usual


@require_GET
def desk_case_slips(request: HttpRequest, pk: int) -> HttpResponse:
    """/desk/meetings/<pk>/case-slips.pdf: for who asked on paper, the number under which it goes on."""
    meeting = meeting_to_assist(request, pk)
    cases = list(paper.cases_asked_on_paper(meeting))
    if not cases:
        raise Http404
    return for_the_desk(printed(request, case_slips(cases), name=f"登记回执 {meeting.title}"))
