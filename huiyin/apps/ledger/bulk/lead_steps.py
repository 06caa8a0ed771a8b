"""What the community and the lead do, step by step, with the rules of the services."""

from __future__ import annotations

from datetime import timedelta

from huiyin.apps.ledger import limits
from huiyin.apps.ledger.bulk import history as told
from huiyin.apps.ledger.bulk.played import Played, Rows, leave_pause, play, say
from huiyin.apps.ledger.models import (
    Extension,
    GiveUpProposal,
    Pause,
    ReplyPhoto,
)
from huiyin.apps.ledger.services.assign import days_of, lead_fields, planned, titles_of
from huiyin.apps.ledger.services.extension import extend
from huiyin.apps.ledger.services.register import ADDED
from huiyin.apps.ledger.services.reply import mark_replied
from huiyin.apps.ledger.services.transition import end_pause, freeze_miss, move
from huiyin.domain.canonical import instant
from huiyin.domain.case_workflow import Status
from huiyin.domain.ledger_rules import (
    CaseList,
)
from huiyin.language.masking import mask


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
