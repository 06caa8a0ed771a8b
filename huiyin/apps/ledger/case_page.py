"""Everything one case page shows, read with a bounded number of queries."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import F
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from huiyin.apps.audit.models import Event
from huiyin.apps.evidence.models import Evidence
from huiyin.apps.ledger import origins
from huiyin.apps.ledger.columns import category_label
from huiyin.apps.ledger.forms import AnswerForm, ObjectionForm, WordsForm
from huiyin.apps.ledger.joining import offers
from huiyin.apps.ledger.limits import deadlines
from huiyin.apps.ledger.models import Asker, Case, Reply, ReplyPhoto
from huiyin.apps.ledger.selectors import cases_public, is_overdue
from huiyin.apps.ledger.services.answer import can_answer, can_withdraw
from huiyin.apps.ledger.services.askers import can_object, can_urge
from huiyin.apps.ledger.services.transition import askers_of
from huiyin.apps.ledger.timeline import Entry, entries, texts_shown
from huiyin.apps.people.actors import person_of
from huiyin.domain.case_workflow import OPEN, OWING_A_REPLY, Status
from huiyin.domain.clocks import days_late, due_day
from huiyin.domain.ledger_rules import CaseList
from huiyin.web.now import now as clock

# What a page reads of the row and its places. The search vector and the columns of estate and area it never shows
# cost more than the rest; topic, original and earlier case, which few have, are read where they are shown.
NOT_SHOWN = (
    *("search", "idempotency_key", "file_key", "policy_version", "place_path", "urgency"),
    *("lead_kind", "lead_path", "lead_area", "lead_engagement", "is_on_time"),
    *("assigned_at", "last_replied_at", "ladder_round", "imported_at"),
)
SHOWN = (
    *(field.name for field in Case._meta.concrete_fields if field.name not in NOT_SHOWN),
    *("estate__slug", "estate__name", "area__name"),
)


def case_page(request: HttpRequest, number: str) -> dict[str, Any]:
    """The context of ledger/case.html; Http404 for an unknown number."""
    cases = cases_public().only(*SHOWN)
    case = handled = get_object_or_404(cases, number=number)
    if case.merged_into_id:
        case.merged_into = handled = cases.get(pk=case.merged_into_id)
    now = clock()
    history = history_entries(case)
    moves = [entry for entry in history if entry.old_due]
    promised = handled.due_at_first_reply or handled.due_at
    context = {
        "case": case,
        # Merged into another one it has its dates, lead and replies there.
        "handled": handled,
        "category": category_label(case.category),
        "replies": replies_of(handled),
        "history": history,
        "milestones": list(handled.milestones.all()) if handled.case_list == CaseList.LONG_TERM else [],
        "origin": origins.link_of(case.origin_key) if case.origin_key else None,
        "is_overdue": is_overdue(handled, now),
        "late_by_first": late_days(handled, now, due_at=handled.first_due_at),
        "late_by_current": late_days(handled, now, due_at=promised),
        "early_by_current": -late_days(handled, now, due_at=promised),
        "date_was_moved": due_day(handled.first_due_at) != due_day(handled.due_at),
        # Reopening gives a new date too, but after the reply: only what moved before it is a second measure.
        "date_was_extended": due_day(handled.first_due_at) != due_day(promised),
        "moves": [replace(entry, text=entry.text.rstrip("。")) for entry in moves] if handled is case else [],
        "title_phrases": phrases(case.title),
        "further_text": further_text(case),
        "owes_reply": handled.status in OWING_A_REPLY,
        "takes_me_too": case.status in OPEN and case.estate is not None,
        "now": now,
    }
    if request.user.is_authenticated:
        context |= of_viewer(request, case, now)
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


@dataclass(frozen=True)
class ShownReply:
    """A reply with its photos; a before/after pair is drawn apart from the others."""

    reply: Reply
    photos: list[ReplyPhoto]

    @property
    def before(self) -> Evidence | None:
        return self._of(ReplyPhoto.Moment.BEFORE)

    @property
    def after(self) -> Evidence | None:
        return self._of(ReplyPhoto.Moment.AFTER)

    @property
    def others(self) -> list[Evidence]:
        pair = (self.before, self.after)
        return [photo.evidence for photo in self.photos if photo.evidence not in pair]

    def _of(self, moment: ReplyPhoto.Moment) -> Evidence | None:
        return next((photo.evidence for photo in self.photos if photo.moment == moment), None)


def replies_of(case: Case) -> list[ShownReply]:
    """The latest first: one query where no reply has a photo, three where some have."""
    rows: list[Any] = list(
        Reply.objects.filter(case=case)
        .annotate(moment=F("photos__moment"), evidence_id=F("photos__evidence"))
        .order_by("-ordinal", "photos")
    )
    ids = {row.evidence_id for row in rows if row.evidence_id}
    evidence = Evidence.objects.prefetch_related("renditions").in_bulk(ids) if ids else {}
    return [
        ShownReply(
            reply,
            [
                ReplyPhoto(reply=reply, evidence=evidence[row.evidence_id], moment=row.moment)
                for row in (reply, *further)
                if row.evidence_id
            ],
        )
        for _, (reply, *further) in groupby(rows, key=lambda row: row.pk)
    ]


def late_days(case: Case, now: datetime, *, due_at: datetime) -> int:
    """Days between a due date and the first reply (or now while there is none): negative is early, 0 on the day."""
    done = case.replied_at or case.settled_at or now
    return days_late(due_at, done) or min(0, (due_day(done) - due_day(due_at)).days)


def of_viewer(request: HttpRequest, case: Case, now: datetime) -> dict[str, Any]:
    """What a signed-in person may do on this page as an asker."""
    original = case.merged_into or case
    person = person_of(request)
    asker: Asker | None = askers_of(original).filter(person=person).order_by("pk").first()
    if asker is None:
        if case.estate is None or case.status not in OPEN:
            return {"asker": None}
        return {"asker": None, "offer": offers([case], estate=case.estate, person=person)[0]}
    may_speak = can_answer(original, now)
    is_confirmed = original.status == Status.CONFIRMED
    return {
        "asker": asker,
        "answers_on": original,
        "days": deadlines(now).values.answers,
        "may_answer": may_speak and not is_confirmed,
        "may_reopen": may_speak and is_confirmed,
        "may_urge": can_urge(asker, original, now),
        "may_add": original.status == Status.AWAITING_ASKER,
        "may_object": can_object(original, now),
        "may_withdraw": can_withdraw(asker, case, request.actor),  # type: ignore[attr-defined]
        "answer_form": AnswerForm(),
        "words_form": WordsForm(),
        "objection_form": ObjectionForm(),
    }
