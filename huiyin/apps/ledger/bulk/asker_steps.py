"""What askers do, what reaches them, and what the clock does on their behalf, with the rules of the services."""

from __future__ import annotations

from huiyin.apps.ledger import limits
from huiyin.apps.ledger.bulk import history as told
from huiyin.apps.ledger.bulk.played import Played, Rows, leave_pause, play, say
from huiyin.apps.ledger.models import (
    AnswerGiven,
    Escalation,
    Urge,
)
from huiyin.apps.ledger.models.askers import Part
from huiyin.apps.ledger.selectors import round_of
from huiyin.apps.ledger.services.answer import after_move, window_is_over
from huiyin.apps.ledger.services.escalate import steps_due
from huiyin.apps.ledger.services.reply import window_end
from huiyin.apps.ledger.services.transition import freeze_miss, move
from huiyin.domain.access import SYSTEM
from huiyin.domain.canonical import instant
from huiyin.domain.case_workflow import Status
from huiyin.domain.ledger_rules import (
    Answer,
    command_at_window_end,
    command_for_answer,
)
from huiyin.language.masking import mask


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
def _(step: told.Withdrawn, played: Played, rows: Rows) -> None:
    move(played.case, "withdraw", step.at)
    leave_pause(played, step.at)
    public = {"asker": played.askers[0].pk, "how": "self"}
    say(rows, played, "case_withdrawn", by=step.by, now=step.at, public=public)
