"""Everything one case page shows, read with a bounded number of queries."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from huiyin.apps.audit.models import Event
from huiyin.apps.ledger import origins
from huiyin.apps.ledger.columns import category_label
from huiyin.apps.ledger.forms import AnswerForm, ObjectionForm, WordsForm
from huiyin.apps.ledger.models import Asker, Case, Reply, ReplyPhoto
from huiyin.apps.ledger.selectors import cases_public, is_overdue
from huiyin.apps.ledger.services.answer import can_withdraw
from huiyin.apps.ledger.services.transition import askers_of
from huiyin.apps.ledger.timeline import Entry, entries, texts_shown
from huiyin.apps.people.actors import person_of
from huiyin.domain.case_workflow import OPEN, OWING_A_REPLY, Status
from huiyin.domain.clocks import days_late, due_day
from huiyin.domain.ledger_rules import CaseList
from huiyin.web.now import now as clock

# What a page reads of the row and its places. The search vector and the columns of estate and area it never shows
# cost more than the rest; the original and the earlier case, which few have, are read where they are shown.
NOT_SHOWN = (
    *("search", "idempotency_key", "file_key", "policy_version", "place_path", "urgency"),
    *("lead_kind", "lead_path", "lead_area", "lead_engagement", "is_on_time", "is_on_time_extended"),
    *("assigned_at", "last_replied_at"),
)
SHOWN = (
    *(field.name for field in Case._meta.concrete_fields if field.name not in NOT_SHOWN),
    *("estate__slug", "estate__name", "area__name", "topic__title"),
)


def case_page(request: HttpRequest, number: str) -> dict[str, Any]:
    """The context of ledger/case.html; Http404 for an unknown number."""
    photos = ReplyPhoto.objects.select_related("evidence").prefetch_related("evidence__renditions")
    replies = Reply.objects.order_by("-ordinal").prefetch_related(Prefetch("photos", queryset=photos))
    case = get_object_or_404(
        cases_public()
        .select_related("topic")
        .only(*SHOWN)
        .prefetch_related(Prefetch("replies", queryset=replies)),
        number=number,
    )
    now = clock()
    history = history_entries(case)
    context = {
        "case": case,
        "category": category_label(case.category),
        "replies": [with_pair(reply) for reply in case.replies.all()],
        "history": history,
        "milestones": list(case.milestones.all()) if case.case_list == CaseList.LONG_TERM else [],
        "origin": origins.link_of(case.origin_key) if case.origin_key else None,
        "is_overdue": is_overdue(case, now),
        "late_by_first": late_days(case, now, first=True),
        "late_by_current": late_days(case, now, first=False),
        "early_by_current": -late_days(case, now, first=False),
        "date_was_moved": due_day(case.first_due_at) != due_day(case.due_at),
        # Reopening gives a new date too, but after the reply: only what moved before it is a second measure.
        "date_was_extended": bool(case.extension_count or case.pause_count)
        and due_day(case.first_due_at) != due_day(case.due_at),
        "moves": [replace(entry, text=entry.text.rstrip("。")) for entry in history if entry.old_due],
        "title_phrases": phrases(case.title),
        "further_text": further_text(case),
        "owes_reply": case.status in OWING_A_REPLY,
        "takes_me_too": case.status in OPEN,
        "now": now,
    }
    if request.user.is_authenticated:
        context |= of_viewer(request, case)
    return context


def history_entries(case: Case) -> list[Entry]:
    """The timeline from the audit events and their kept texts: one query."""
    shown = ("number", "kind", "public", "actor_label", "occurred_at", "told_by_file", "secret__texts")
    rows = Event.objects.filter(stream=case.stream).order_by("number").values_list(*shown, named=True)
    events = list(rows)
    return entries(events, texts_shown(events))


def phrases(title: str) -> list[str]:
    """The title cut after its commas, so that a narrow screen breaks it there."""
    return re.findall(r"[^，、：；]+[，、：；]?|[，、：；]", title)


def further_text(case: Case) -> str:
    """What the text says beyond the title, which is mostly its first sentence."""
    if not case.text.startswith(case.title):
        return case.text
    return case.text[len(case.title) :].lstrip("。！？!?，,；;\n ")


def with_pair(reply: Reply) -> dict[str, Any]:
    """A reply with its before/after pair apart from its other photos."""
    photos = list(reply.photos.all())
    before = next((photo.evidence for photo in photos if photo.moment == ReplyPhoto.Moment.BEFORE), None)
    after = next((photo.evidence for photo in photos if photo.moment == ReplyPhoto.Moment.AFTER), None)
    return {
        "reply": reply,
        "before": before,
        "after": after,
        "others": [photo.evidence for photo in photos if photo.evidence not in (before, after)],
    }


def late_days(case: Case, now: datetime, *, first: bool) -> int:
    """Days between the due date and the first reply (or now while there is none): negative is early, 0 on the day."""
    due = case.first_due_at if first else case.due_at
    done = case.replied_at or case.settled_at or now
    return days_late(due, done) or min(0, (due_day(done) - due_day(due)).days)


def of_viewer(request: HttpRequest, case: Case) -> dict[str, Any]:
    """What a signed-in person may do on this page as an asker."""
    original = case.merged_into or case
    asker: Asker | None = askers_of(original).filter(person=person_of(request)).order_by("pk").first()
    status = Status(original.status)
    return {
        "asker": asker,
        "answers_on": original,
        "may_answer": asker is not None and status in (Status.REPLIED, Status.UNCONFIRMED),
        "may_reopen": asker is not None and status is Status.CONFIRMED,
        "may_urge": asker is not None and status in OWING_A_REPLY and status is not Status.AWAITING_ASKER,
        "may_add": asker is not None and status is Status.AWAITING_ASKER,
        "may_object": asker is not None and status in (Status.REJECTED, Status.NOT_SOLVABLE),
        "may_withdraw": asker is not None and can_withdraw(asker, case, request.actor),  # type: ignore[attr-defined]
        "answer_form": AnswerForm(),
        "words_form": WordsForm(),
        "objection_form": ObjectionForm(),
    }
