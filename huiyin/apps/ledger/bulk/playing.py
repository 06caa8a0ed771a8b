"""One function a kind of step: what it does to the rows in memory, with the rules of the services (ADR 0012)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import singledispatch
from typing import Any, Protocol

from django.db.models import Model

from huiyin.apps.audit.bulk import EventDraft
from huiyin.apps.ledger import limits
from huiyin.apps.ledger.bulk import history as told
from huiyin.apps.ledger.models import (
    AnswerGiven,
    Asker,
    Case,
    Escalation,
    Extension,
    GiveUpProposal,
    Milestone,
    Pause,
    Reply,
    ReplyPhoto,
    Urge,
)
from huiyin.apps.ledger.models.askers import Part
from huiyin.apps.ledger.selectors import round_of
from huiyin.apps.ledger.services.answer import after_move, window_is_over
from huiyin.apps.ledger.services.assign import days_of, lead_fields, planned, titles_of
from huiyin.apps.ledger.services.escalate import steps_due
from huiyin.apps.ledger.services.extension import extend
from huiyin.apps.ledger.services.register import ADDED
from huiyin.apps.ledger.services.reply import mark_replied, window_end
from huiyin.apps.ledger.services.transition import end_pause, freeze_miss, move, standing_fields
from huiyin.domain.access import SYSTEM, Actor
from huiyin.domain.canonical import instant
from huiyin.domain.case_workflow import Status
from huiyin.domain.ledger_rules import (
    Answer,
    CaseList,
    command_at_window_end,
    command_for_answer,
)
from huiyin.language.masking import mask


@dataclass
class Played:
    """One case in memory with everything that hangs on it."""

    history: told.History
    case: Case
    askers: list[Asker]
    replies: list[Reply] = field(default_factory=list)
    pause: Pause | None = None
    extension_count: int = 0
    milestones: list[Milestone] = field(default_factory=list)
    merged: list[Played] = field(default_factory=list)
    ladder: set[tuple[int, str, str]] = field(default_factory=set)

    def everybody(self) -> list[Asker]:
        return [*self.askers, *(asker for other in self.merged for asker in other.askers)]


class Rows(Protocol):
    """Where played rows and drafts go."""

    def keep(self, row: Model) -> None: ...

    def new_asker(self, **values: Any) -> Asker: ...

    def new_reply(self, **values: Any) -> Reply: ...

    def draft(self, draft: EventDraft) -> None: ...

    def find(self, key: str) -> Played: ...


def say(
    rows: Rows,
    played: Played,
    kind: str,
    *,
    by: Actor,
    now: datetime,
    public: Mapping[str, Any] | None = None,
    texts: Mapping[str, str] | None = None,
    private: Mapping[str, Any] | None = None,
) -> None:
    """Draft the event that `transition.witness` would have recorded."""
    case = played.case
    rows.draft(
        EventDraft(
            kind=f"ledger.{kind}",
            stream=case.stream,
            by=by,
            now=played.history.recorded_at or now,
            occurred_at=now if played.history.recorded_at else None,
            told_by_file=played.history.recorded_at is not None,
            public={**standing_fields(case), **(public or {})},
            texts={name: text for name, text in (texts or {}).items() if text},
            private=dict(private or {}),
        )
    )


def leave_pause(played: Played, now: datetime) -> None:
    """What `transition.leave_pause` does to the row."""
    if played.pause is not None and played.pause.resumed_at is None:
        end_pause(played.case, played.pause, now)


@singledispatch
def play(step: told.Step, played: Played, rows: Rows) -> None:
    raise TypeError(f"no way to play {type(step).__name__}")


@play.register
def _(step: told.Assigned, played: Played, rows: Rows) -> None:
    case = played.case
    move(case, "assign", step.at)
    due = limits.due_for(
        CaseList(step.case_list), registered_at=case.registered_at, urgency=case.urgency, on=step.at
    )
    step.lead.put_on(case)
    case.case_list = step.case_list
    case.first_due_at = case.due_at = limits.end_of(step.due_on) if step.due_on else due.at
    case.due_is_provisional = due.is_provisional
    case.policy_version = due.policy_version
    case.assigned_at = step.at
    for ordinal, plan in enumerate(step.milestones, start=1):
        milestone = planned(case, plan, ordinal)
        played.milestones.append(milestone)
        rows.keep(milestone)
    public = {
        **lead_fields(case),
        "milestones": days_of(played.milestones),
        **({"urgency": case.urgency} if case.urgency else {}),
    }
    texts = {"lead": case.lead_label, **titles_of(played.milestones)}
    say(rows, played, "case_assigned", by=step.by, now=step.at, public=public, texts=texts)


@play.register
def _(step: told.Rejected, played: Played, rows: Rows) -> None:
    move(played.case, "reject", step.at)
    played.case.public_reason = limits.public_reason("rejection", step.reason_code, step.note, step.at)
    public, texts = {"reason_code": step.reason_code}, {"reason": played.case.public_reason}
    say(rows, played, "case_rejected", by=step.by, now=step.at, public=public, texts=texts)


@play.register
def _(step: told.Started, played: Played, rows: Rows) -> None:
    move(played.case, "start", step.at)
    say(rows, played, "case_started", by=step.by, now=step.at)


@play.register
def _(step: told.AskedAsker, played: Played, rows: Rows) -> None:
    case = played.case
    move(case, "ask_asker", step.at)
    case.pause_count += 1
    pause = Pause(
        case=case,
        what_is_missing=mask(step.what_is_missing.strip()),
        started_at=step.at,
        ends_at=step.at + timedelta(days=limits.deadlines(step.at).values.pauses.max_days),
    )
    played.pause = pause
    rows.keep(pause)
    public, texts = {"until": instant(pause.ends_at)}, {"what_is_missing": pause.what_is_missing}
    say(rows, played, "asker_was_asked", by=step.by, now=step.at, public=public, texts=texts)


@play.register
def _(step: told.Resumed, played: Played, rows: Rows) -> None:
    case, pause = played.case, played.pause
    assert pause is not None
    move(case, "resume", step.at)
    end_pause(case, pause, step.at)
    addition = mask(step.addition.strip())
    if addition:
        case.text = f"{case.text}{ADDED}{addition}"
    say(rows, played, "case_resumed", by=step.by, now=step.at, texts={"addition": addition})


@play.register
def _(step: told.Replied, played: Played, rows: Rows) -> None:
    case = played.case
    if case.status in (Status.ASSIGNED, Status.REOPENED):
        move(case, "start", step.at)
        say(rows, played, "case_started", by=step.by, now=step.at)
    move(case, "reply", step.at)
    mark_replied(case, step.at)
    for asker in played.everybody():
        asker.answer, asker.answered_at, asker.delivered_at, asker.is_reached = "", None, None, True
    reply = rows.new_reply(
        case=case,
        ordinal=len(played.replies) + 1,
        text=mask(step.text.strip()),
        author_key=step.by.key,
        author_label=step.by.label[:80],
        replied_at=step.at,
        no_evidence_reason=mask(step.no_evidence_reason.strip())[:200],
        is_spoken=step.is_spoken,
    )
    played.replies.append(reply)
    for moment, evidence in step.photos:
        rows.keep(ReplyPhoto(reply=reply, evidence=evidence, moment=moment))
    public = {
        "reply": reply.ordinal,
        "photos": [evidence.sha256 for _, evidence in step.photos],
        "is_spoken": step.is_spoken,
        "is_on_time": case.is_on_time,
    }
    texts = {"text": reply.text, "no_evidence_reason": reply.no_evidence_reason}
    say(rows, played, "case_replied", by=step.by, now=step.at, public=public, texts=texts)


@play.register
def _(step: told.Delivered, played: Played, rows: Rows) -> None:
    case, asker, reply = played.case, played.everybody()[step.asker], played.replies[-1]
    asker.delivered_at, asker.is_reached = step.at, True
    until = window_end(step.at, channel=step.channel, now=step.at)
    waited = asker not in played.askers or asker.joined_at <= reply.replied_at
    if waited and (case.answer_until is None or until > case.answer_until):
        case.answer_until = until
    case.is_reached = True
    public = {
        "reply": reply.ordinal,
        "asker": asker.pk,
        "channel": str(step.channel),
        "answer_until": instant(case.answer_until) if case.answer_until else "",
    }
    say(rows, played, "reply_delivered", by=step.by, now=step.at, public=public, private={"note": ""})


@play.register
def _(step: told.Answered, played: Played, rows: Rows) -> None:
    case, asker = played.case, played.everybody()[step.asker]
    given = Answer(step.answer)
    others = [
        Answer(each.answer) if each.answer else None for each in played.everybody() if each is not asker
    ]
    policy = limits.deadlines(step.at).values.answers
    command = command_for_answer(
        given,
        Status(case.status),
        latest_of_others=others,
        reopened_count=case.reopened_count,
        own_reopenings=policy.own_reopenings,
    )
    comment, note = mask(step.comment.strip()), mask(step.record_note.strip())[:120]
    rows.keep(
        AnswerGiven(
            asker=asker,
            reply=played.replies[-1],
            answer=given,
            comment=comment,
            by=step.how,
            record_note=note,
            entered_by_key=step.by.key,
            answered_at=step.at,
        )
    )
    asker.answer, asker.answered_at, asker.is_reached = given, step.at, True
    case.is_reached = True
    if command:
        move(case, command, step.at)
        after_move(case, command, step.at)
    public = {
        "answer": str(given),
        "asker": asker.pk,
        "how": str(step.how),
        "reply": played.replies[-1].ordinal,
    }
    texts, private = {"comment": comment}, {"record_note": note}
    say(rows, played, "asker_answered", by=step.by, now=step.at, public=public, texts=texts, private=private)


@play.register
def _(step: told.WindowClosed, played: Played, rows: Rows) -> None:
    case = played.case
    if case.status != Status.REPLIED or not window_is_over(case, step.at):
        return
    answers = [Answer(asker.answer) if asker.answer else None for asker in played.everybody()]
    was_reached = case.answer_until is not None or any(answers)
    command = command_at_window_end(answers)
    move(case, command, step.at)
    after_move(case, command, step.at)
    if not was_reached:
        case.is_reached = False
    kind = "case_confirmed" if case.status == Status.CONFIRMED else "case_unconfirmed"
    say(rows, played, kind, by=SYSTEM, now=step.at, public={"is_reached": case.is_reached})


@play.register
def _(step: told.Joined, played: Played, rows: Rows) -> None:
    case = played.case
    asker = rows.new_asker(
        case=case,
        part=Part.ME_TOO,
        person_id=step.person_id,
        household_id=step.household_id,
        joined_at=step.at,
    )
    played.askers.append(asker)
    case.me_too_count += 1
    public = {"asker": asker.pk, "me_too": case.me_too_count}
    say(rows, played, "neighbour_joined", by=step.by, now=step.at, public=public)


@play.register
def _(step: told.Urged, played: Played, rows: Rows) -> None:
    case, asker = played.case, played.everybody()[step.asker]
    rows.keep(Urge(case=case, asker=asker, urged_on=limits.day_of(step.at), urged_at=step.at))
    case.urge_count += 1
    public = {"count": case.urge_count, "asker": asker.pk}
    say(rows, played, "case_urged", by=step.by, now=step.at, public=public)


@play.register
def _(step: told.Extended, played: Played, rows: Rows) -> None:
    case = played.case
    freeze_miss(case, step.at)
    played.extension_count += 1
    extension = Extension(
        case=case,
        ordinal=played.extension_count,
        old_due_at=case.due_at,
        new_due_at=limits.end_of(step.due_on),
        reason=mask(step.reason.strip())[:300],
        asked_by_label=step.by.label[:80],
        asked_at=step.at,
        state=Extension.State.APPROVED,
        decided_by_label=step.approved_by.label[:80],
        decided_at=step.approved_at,
    )
    rows.keep(extension)
    dates = {"new_due_at": instant(extension.new_due_at), "ordinal": extension.ordinal}
    texts = {"reason": extension.reason}
    say(
        rows, played, "extension_asked", by=step.by, now=step.at, public=dates | {"new_list": ""}, texts=texts
    )
    freeze_miss(case, step.approved_at)
    extend(case, extension.new_due_at)
    public = dates | {"old_due_at": instant(extension.old_due_at)}
    say(
        rows,
        played,
        "extension_approved",
        by=step.approved_by,
        now=step.approved_at,
        public=public,
        texts=texts,
    )


@play.register
def _(step: told.Escalated, played: Played, rows: Rows) -> None:
    case = played.case
    due = list(steps_due(case, step.at))
    freeze_miss(case, step.at)
    for rung, reason in due:
        taken = (round_of(case, reason), str(rung), str(reason))
        if taken in played.ladder:
            continue
        played.ladder.add(taken)
        rows.keep(Escalation(case=case, rung=rung, reason=reason, round=taken[0], escalated_at=step.at))
        public = {"rung": str(rung), "reason": str(reason)}
        say(rows, played, "case_escalated", by=SYSTEM, now=step.at, public=public)


@play.register
def _(step: told.GivenUp, played: Played, rows: Rows) -> None:
    case = played.case
    proposal = GiveUpProposal(
        case=case,
        reason=mask(step.reason.strip()),
        responsible_instead=mask(step.responsible_instead.strip())[:80],
        proposed_by_label=step.by.label[:80],
        proposed_at=step.at,
        state=GiveUpProposal.State.AGREED,
        decided_at=step.agreed_at,
    )
    rows.keep(proposal)
    texts = {"reason": proposal.reason, "responsible_instead": proposal.responsible_instead}
    say(rows, played, "give_up_proposed", by=step.by, now=step.at, texts=texts)
    move(case, "give_up", step.agreed_at)
    case.public_reason, case.responsible_instead = proposal.reason, proposal.responsible_instead
    public = {"proposed_by": proposal.proposed_by_label}
    say(rows, played, "case_not_solvable", by=step.agreed_by, now=step.agreed_at, public=public, texts=texts)


@play.register
def _(step: told.MergedInto, played: Played, rows: Rows) -> None:
    into = rows.find(step.into)
    move(played.case, "merge", step.at)
    leave_pause(played, step.at)
    for asker in played.everybody():
        asker.answer, asker.answered_at, asker.delivered_at = "", None, None
    played.case.merged_into = into.case
    into.merged.append(played)
    say(rows, played, "case_merged", by=step.by, now=step.at, public={"into": into.case.number})
    say(rows, into, "case_took_in", by=step.by, now=step.at, public={"merged": played.case.number})


@play.register
def _(step: told.Withdrawn, played: Played, rows: Rows) -> None:
    move(played.case, "withdraw", step.at)
    leave_pause(played, step.at)
    public = {"asker": played.askers[0].pk, "how": "self"}
    say(rows, played, "case_withdrawn", by=step.by, now=step.at, public=public)


@play.register
def _(step: told.MilestoneDone, played: Played, rows: Rows) -> None:
    milestone = played.milestones[step.ordinal - 1]
    milestone.done_on = limits.day_of(step.at)
    milestone.note = mask(step.note.strip())[:200]
    public = {"ordinal": milestone.ordinal, "due_on": milestone.due_on.isoformat()}
    texts = {"title": milestone.title, "note": milestone.note}
    say(rows, played, "milestone_done", by=step.by, now=step.at, public=public, texts=texts)


@play.register
def _(step: told.PutInTopic, played: Played, rows: Rows) -> None:
    played.case.topic = step.topic
    say(rows, played, "topic_set", by=step.by, now=step.at, public={"topic": step.topic.pk})


@play.register
def _(step: told.RepliedByFile, played: Played, rows: Rows) -> None:
    """Nothing of this was seen by the system: punctuality by the file's own times, unconfirmed, no delivery."""
    case = played.case
    mark_replied(case, step.at)
    case.status = Status.UNCONFIRMED
    case.settled_at = case.unconfirmed_at = step.at
    reply = rows.new_reply(
        case=case,
        ordinal=1,
        text=mask(step.text.strip()),
        author_key=step.by.key,
        author_label=step.author_label[:80],
        replied_at=step.at,
        is_told_by_file=True,
    )
    played.replies.append(reply)
    public = {"reply": 1, "photos": [], "is_spoken": False, "is_on_time": case.is_on_time}
    say(rows, played, "case_replied", by=step.by, now=step.at, public=public, texts={"text": reply.text})
