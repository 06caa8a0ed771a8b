"""Quarterly owners' forums: the public page, and at the desk their agenda, statements and closing."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from huiyin.apps.meetings import limits
from huiyin.apps.meetings.covering import cover_at_forum, coverings_of
from huiyin.apps.meetings.desk_forms.fields import CoverWordsForm
from huiyin.apps.meetings.desk_forms.forums import CloseForumForm, ForumPlanForm, MatterForm, StatementForm
from huiyin.apps.meetings.forum_due import about
from huiyin.apps.meetings.forum_selectors import (
    agenda_now,
    agenda_of,
    days_late,
    forum_missing,
    forums_for_desk,
    forums_public,
    is_settled,
    meetings_behind,
)
from huiyin.apps.meetings.models import Forum, ForumItem, Meeting
from huiyin.apps.meetings.permissions import can_enter_at_forum, can_hold_forum, can_state
from huiyin.apps.meetings.quarters import quarter_words
from huiyin.apps.meetings.services import forums as holding
from huiyin.apps.meetings.views.desk import actor_at_desk, forum_at_desk
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.domain.forum_agenda import ITEM_LABELS, Due, ItemKind
from huiyin.web.caching import for_everyone
from huiyin.web.forms import Form
from huiyin.web.htmx import redirect, render
from huiyin.web.idempotency import key_of
from huiyin.web.now import now as clock
from huiyin.web.pagination import paginate
from huiyin.web.returning import require_POST


def groups_of(items: list[Any]) -> list[tuple[str, list[Any]]]:
    """The agenda by kind, in the order of the rule."""
    by_kind: dict[str, list[Any]] = {}
    for row in items:
        item = row["item"] if isinstance(row, dict) else row
        by_kind.setdefault(item.kind, []).append(row)
    return [(_(ITEM_LABELS[kind]), by_kind[kind]) for kind in ItemKind if kind in by_kind]


@require_GET
@for_everyone
def forum(request: HttpRequest, pk: int) -> HttpResponse:
    """/forums/<pk>: what is spoken of and where each matter stands."""
    found = get_object_or_404(forums_public(), pk=pk)
    now = clock()
    context = {
        "forum": found,
        "groups": groups_of(agenda_now(found, now)),
        "matters": found.matters.select_related("case"),
        "late": days_late(found, now),
        "quarter": quarter_words(found),
        "coverings": coverings_of(found.stream),
        "now": now,
    }
    return render(request, "meetings/forum.html", context)


@require_GET
def desk_forums(request: HttpRequest) -> HttpResponse:
    """/desk/forums: the quarters, latest first, with what is late."""
    actor = actor_at_desk(request)
    now = clock()
    page = paginate(request, forums_for_desk(actor), per_page=50, count=False)
    rows = [(each, quarter_words(each), days_late(each, now)) for each in page.items]
    return render(request, "meetings/desk_forums.html", {"page": page, "rows": rows, "tab": "forums"})


def forum_context(actor: Actor, found: Forum, **failed: Any) -> dict[str, Any]:
    """What desk_forum.html draws; `failed` holds bound forms after a refusal, statements by "state_<item>"."""
    now = clock()
    items, lacking = tended(found, now)
    rows: list[dict[str, Any]] = []
    for item in items:
        item.forum = found
        name = f"state_{item.pk}"
        form = failed.get(name) or StatementForm(initial={"text": item.statement}, auto_id=f"id_{name}_%s")
        may = found.closed_at is None and can_state(actor, item)
        rows.append(
            {
                "item": item,
                "form": form if may else None,
                "is_lacking": about(item) in lacking,
                "is_settled": is_settled(item),
            }
        )
    is_open = found.closed_at is None
    mine = [row["item"] for row in rows if row["is_lacking"] and row["form"]]
    only_lacking = failed.get("only_lacking", False)
    together = failed.get("together") or StatementForm(auto_id="id_together_%s")
    return {
        "only_lacking": only_lacking,
        "together_form": together if len(mine) > 1 else None,
        "of_meetings": of_meetings(mine),
        "chosen_meetings": failed.get("chosen_meetings", frozenset()),
        "chosen": failed.get("chosen", frozenset()),
        "forum": found,
        "quarter": quarter_words(found),
        "groups": groups_of([row for row in rows if row["is_lacking"]] if only_lacking else rows),
        "matters": found.matters.select_related("case"),
        "lacking_count": len(lacking),
        "late": days_late(found, now),
        "today": limits.day_of(now),
        "tab": "forums",
        **commands_of(actor, found, is_open, failed),
    }


def of_meetings(items: list[ForumItem]) -> list[tuple[Meeting, int]]:
    """Meetings at which several of these were asked for, with how many: a closing brings dozens at once."""
    behind = meetings_behind(items)
    counts = Counter(meeting.pk for meeting in behind.values())
    known = {meeting.pk: meeting for meeting in behind.values()}
    return [(known[key], count) for key, count in sorted(counts.items()) if count > 1]


def tended(found: Forum, now: datetime) -> tuple[list[ForumItem], set[Due]]:
    """The agenda, and what of it lacks a statement. Who opens it can state at once what came in a moment ago."""
    items = list(agenda_of(found))
    if found.closed_at is not None:
        return items, set()
    lacking = set(forum_missing(found, now))
    if found.planned_at is not None and not lacking <= {about(item) for item in items}:
        with suppress(RuleBroken):  # somebody has closed it since it was read
            holding.extend_agenda(found, now=now)
        items = list(agenda_of(found))
    return items, lacking


def commands_of(actor: Actor, found: Forum, is_open: bool, failed: dict[str, Any]) -> dict[str, Form | None]:
    """The forms of who holds the forum, and of who types in at it."""
    holds = is_open and can_hold_forum(actor, found)
    enters = is_open and can_enter_at_forum(actor, found)
    initial = {"planned_at": found.planned_at, "venue": found.venue}
    return {
        "plan_form": failed.get("plan") or ForumPlanForm(initial=initial, auto_id="id_plan_%s")
        if holds
        else None,
        "close_form": failed.get("close") or CloseForumForm(auto_id="id_close_%s") if holds else None,
        "cover_form": failed.get("cover") or CoverWordsForm(auto_id="id_cover_%s")
        if can_hold_forum(actor, found)
        else None,
        "matter_form": failed.get("matter") or MatterForm(auto_id="id_matter_%s") if enters else None,
    }


@require_GET
def desk_forum(request: HttpRequest, pk: int) -> HttpResponse:
    """/desk/forums/<pk>?show=lacking: the agenda, or what of it still needs a statement."""
    actor, found = forum_at_desk(request, pk)
    only_lacking = request.GET.get("show") == "lacking"
    return render(request, "meetings/desk_forum.html", forum_context(actor, found, only_lacking=only_lacking))


def answered(
    request: HttpRequest, pk: int, name: str, form: Form, said: str, act: Any, **shown: Any
) -> HttpResponse:
    """Run `act` with the valid form, or show the page once more with it."""
    if form.is_valid():
        try:
            act()
        except RuleBroken as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, said)
            return redirect(request, "meetings:desk_forum", pk)
    actor, found = forum_at_desk(request, pk)
    return render(
        request, "meetings/desk_forum.html", forum_context(actor, found, **{name: form}, **shown), status=422
    )


@require_POST
def desk_forum_plan(request: HttpRequest, pk: int) -> HttpResponse:
    actor, found = forum_at_desk(request, pk)
    if not can_hold_forum(actor, found):
        raise Http404
    form = ForumPlanForm(request.POST, auto_id="id_plan_%s")
    return answered(
        request,
        pk,
        "plan",
        form,
        _("时间和地点定了，议程已自动列好。"),
        lambda: holding.plan_forum(found, by=actor, **form.cleaned_data),
    )


@require_POST
def desk_forum_close(request: HttpRequest, pk: int) -> HttpResponse:
    actor, found = forum_at_desk(request, pk)
    if not can_hold_forum(actor, found):
        raise Http404
    form = CloseForumForm(request.POST, auto_id="id_close_%s")
    return answered(
        request,
        pk,
        "close",
        form,
        _("座谈会已结束，每一项都有说明。"),
        lambda: holding.close_forum(found, by=actor, **form.cleaned_data),
    )


@require_POST
def desk_forum_cover(request: HttpRequest, pk: int) -> HttpResponse:
    """What should not be public in statements and summary, also after the forum."""
    actor, found = forum_at_desk(request, pk)
    if not can_hold_forum(actor, found):
        raise Http404
    form = CoverWordsForm(request.POST, auto_id="id_cover_%s")
    return answered(
        request,
        pk,
        "cover",
        form,
        _("已遮盖。"),
        lambda: cover_at_forum(found, by=actor, **form.cleaned_data),
    )


@require_POST
def desk_forum_matter(request: HttpRequest, pk: int) -> HttpResponse:
    actor, found = forum_at_desk(request, pk)
    if not can_enter_at_forum(actor, found):
        raise Http404
    form = MatterForm(request.POST, auto_id="id_matter_%s")
    key = key_of(request) or None
    return answered(
        request,
        pk,
        "matter",
        form,
        _("已登记进台账。"),
        lambda: holding.bring_matter(found, by=actor, idempotency_key=key, **form.cleaned_data),
    )


@require_POST
def desk_forum_state(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    actor, found = forum_at_desk(request, pk)
    row: ForumItem = get_object_or_404(agenda_of(found), pk=item)
    row.forum = found
    if not can_state(actor, row):
        raise Http404
    form = StatementForm(request.POST, auto_id=f"id_state_{item}_%s")
    return answered(
        request,
        pk,
        f"state_{item}",
        form,
        _("说明记好了，会公开。"),
        lambda: holding.state(row, by=actor, text=form.cleaned_data["text"]),
    )


@require_POST
def desk_forum_state_together(request: HttpRequest, pk: int) -> HttpResponse:
    """/desk/forums/<pk>/statements: the ticked items get one sentence; an item somebody else leads is a 404.

    With a ticked meeting all that was asked there and still lacks a statement of this person.
    """
    actor, found = forum_at_desk(request, pk)
    chosen, chosen_meetings = ids_told(request, "item"), ids_told(request, "meeting")
    agenda = list(agenda_of(found))
    for row in agenda:
        row.forum = found
    mine = {row.pk: row for row in agenda if can_state(actor, row)}
    if not mine or not chosen <= mine.keys():
        raise Http404
    wanted = set(chosen)
    if chosen_meetings:
        lacking = [row for row in mine.values() if not row.statement and not is_settled(row)]
        behind = meetings_behind(lacking)
        wanted |= {key for key, meeting in behind.items() if meeting.pk in chosen_meetings}
    rows = [mine[key] for key in sorted(wanted)]
    form = StatementForm(request.POST, auto_id="id_together_%s")
    return answered(
        request,
        pk,
        "together",
        form,
        _("勾选的事项记下了同一句说明，会公开。"),
        lambda: holding.state_together(found, by=actor, items=rows, text=form.cleaned_data["text"]),
        chosen=chosen,
        chosen_meetings=chosen_meetings,
    )


def ids_told(request: HttpRequest, name: str) -> frozenset[int]:
    return frozenset(int(told) for told in request.POST.getlist(name) if told.isdecimal() and len(told) < 12)
