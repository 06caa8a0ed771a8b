"""The asker's word: solved, partly, not, cannot tell; only it closes a case as solved."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from huiyin.apps.ledger import limits
from huiyin.apps.ledger.models import AnswerGiven, Asker, AskerMessageCode, Case
from huiyin.apps.ledger.permissions import (
    as_resident,
    check_may_answer_for_askers,
    check_secretary,
    is_asker,
    led_from_home,
)
from huiyin.apps.ledger.services.lapse import lapse_requests
from huiyin.apps.ledger.services.transition import (
    askers_of,
    leave_pause,
    locked,
    locked_for,
    move,
    witness,
)
from huiyin.domain.access import SYSTEM, Actor
from huiyin.domain.case_workflow import Status, target_of
from huiyin.domain.errors import NotPermitted, Refused, RuleBroken
from huiyin.domain.ledger_rules import (
    NEGATIVE,
    Answer,
    check_within,
    command_at_window_end,
    command_for_answer,
)
from huiyin.language.masking import mask
from huiyin.web.now import now as clock

By = AnswerGiven.By


@transaction.atomic
def answer(
    asker: Asker,
    *,
    by: Actor,
    answer: str,
    comment: str = "",
    how: str = By.SELF,
    record_note: str = "",
    now: datetime | None = None,
) -> Case:
    """Take one asker's answer to the latest reply and move the case as the table says.

    `how` is self, code (the asker holds a one-time code), slip or call; for slip and call a community worker enters
    it with a note of the record. A negative answer needs a word on what is missing.
    """
    now = now or clock()
    case = locked_for(asker)
    asker = Asker.objects.select_for_update(no_key=True).get(pk=asker.pk)
    given = Answer(answer)
    _check_who(asker, case, by, how, given)
    comment, record_note = mask(comment.strip()), mask(record_note.strip())[:120]
    _check_what(case, given, comment, how, record_note, now)
    policy = limits.deadlines(now).values.answers
    others = [
        Answer(a) if a else None
        for a in askers_of(case).exclude(pk=asker.pk).values_list("answer", flat=True)
    ]
    if how == By.CODE and not AskerMessageCode.objects.filter(asker=asker, used_at=None).update(used_at=now):
        raise RuleBroken("这个验证码已经用过。", code="code.used", field="code")
    command = command_for_answer(
        given,
        Status(case.status),
        latest_of_others=others,
        reopened_count=case.reopened_count,
        own_reopenings=policy.own_reopenings,
    )
    latest = case.replies.first()
    assert latest is not None
    AnswerGiven.objects.create(
        asker=asker,
        reply=latest,
        answer=given,
        comment=comment,
        by=how,
        record_note=record_note,
        entered_by_key=by.key,
        answered_at=now,
    )
    asker.answer, asker.answered_at = given, now
    asker.save(update_fields=["answer", "answered_at"])
    if command:
        move(case, command, now)
        after_move(case, command, now)
    case.save()
    witness(
        case,
        "asker_answered",
        by=as_resident(by) if how == By.SELF else by,
        now=now,
        public={
            "answer": str(given),
            "asker": asker.pk,
            "how": str(how),
            "reply": latest.ordinal,
        },
        texts={"comment": comment},
        private={"record_note": record_note},
    )
    return case


def _check_who(asker: Asker, case: Case, by: Actor, how: str, given: Answer) -> None:
    if how == By.SELF:
        if not is_asker(by, asker):
            raise NotPermitted("只有提问人和同问的住户能选。", code="ledger.is_asker")
        # Who works for the lead may live here and say what is missing, but nobody confirms the own work.
        if given is Answer.SOLVED and led_from_home(by, case):
            raise RuleBroken("您是主办单位的人，不能自己确认解决。", code="answer.leads_side", field="answer")
    elif how == By.CODE:
        if by.key != f"asker:{asker.pk}":
            raise NotPermitted("只有提问人和同问的住户能选。", code="ledger.is_asker")
    else:
        check_may_answer_for_askers(by, case)


def _check_what(case: Case, given: Answer, comment: str, how: str, record_note: str, now: datetime) -> None:
    policy = limits.deadlines(now).values.answers
    if case.status not in (Status.REPLIED, Status.UNCONFIRMED, Status.CONFIRMED):
        raise RuleBroken("要等主办单位答复以后才能选。", code="answer.not_now")
    if given in NEGATIVE and not comment:
        raise RuleBroken("请写一句哪里没办好。", code="answer.no_comment", field="comment")
    if how in (By.SLIP, By.CALL) and not record_note:
        raise RuleBroken("代为登记要写明纸条编号或通话时间。", code="answer.no_record", field="record_note")
    if case.status == Status.UNCONFIRMED and case.unconfirmed_at:
        check_within(
            case.unconfirmed_at,
            now,
            policy.unconfirmed_days,
            sentence="已经超过 %(days)s 天，不能再选。事情还在的话，请重新提出。",
            code="answer.too_late",
        )
    if case.status == Status.CONFIRMED:
        if given not in NEGATIVE:
            raise RuleBroken("这件事已经确认解决了。", code="answer.already_confirmed")
        check_within(
            case.settled_at or now,
            now,
            policy.reopen_confirmed_days,
            sentence="确认解决已经超过 %(days)s 天。又出问题的话，请重新提出，会标明是再次发生。",
            code="answer.recurrence",
        )


def after_move(case: Case, command: str, now: datetime) -> None:
    """What a move brings with it: a reopened case owes a new answer within the policy's days."""
    if command in ("reopen", "request_reopen"):
        case.ladder_round += 1
        case.unconfirmed_at = None
        case.answer_until = None
    if command == "reopen":
        case.reopened_count += 1
        case.due_at = limits.reopened_due(case, now)
    if command in ("leave_unconfirmed", "lapse"):
        case.unconfirmed_at = now
        case.answer_until = None
    if command == "confirm":
        case.unconfirmed_at = None
        case.answer_until = None


@transaction.atomic
def close_window(case: Case, *, now: datetime | None = None) -> Case:
    """The answering window is over (periodic task): confirmed by those who answered, or unconfirmed; never solved.

    Without any delivery the case waits longer and then shows as not reached.
    """
    now = now or clock()
    case = locked(case)
    if case.status != Status.REPLIED or not window_is_over(case, now):
        return case
    answers = [Answer(a) if a else None for a in askers_of(case).values_list("answer", flat=True)]
    was_delivered = case.answer_until is not None
    command = command_at_window_end(answers)
    move(case, command, now)
    after_move(case, command, now)
    if not was_delivered:
        case.is_reached = False
    case.save()
    kind = "case_confirmed" if case.status == Status.CONFIRMED else "case_unconfirmed"
    witness(case, kind, by=SYSTEM, now=now, public={"is_reached": case.is_reached})
    return case


def window_is_over(case: Case, now: datetime) -> bool:
    if case.answer_until is not None:
        return now > case.answer_until
    policy = limits.deadlines(now).values.answers
    return case.last_replied_at is not None and now > case.last_replied_at + timedelta(
        days=policy.undelivered_days
    )


@transaction.atomic
def decide_reopening(case: Case, *, by: Actor, grant: bool, reason: str, now: datetime | None = None) -> Case:
    """The fourth time the secretary decides, with a public reason: in progress again, or not solvable."""
    now = now or clock()
    case = locked(case)
    by = check_secretary(by, case)
    if not reason.strip():
        raise RuleBroken("请写明理由，这个理由会公开。", code="reopen.no_reason", field="reason")
    move(case, "grant_reopen" if grant else "refuse_reopen", now)
    reason = mask(reason.strip())
    if grant:
        case.reopened_count += 1
        case.ladder_round += 1
        case.due_at = limits.reopened_due(case, now)
    else:
        case.public_reason = reason
    case.save()
    kind = "reopening_granted" if grant else "reopening_refused"
    witness(case, kind, by=by, now=now, texts={"reason": reason})
    if not grant:
        lapse_requests(case, now=now)
    return case


def check_can_withdraw(asker: Asker, case: Case, by: Actor) -> None:
    """Raise unless this asker may withdraw this case now."""
    if not is_asker(by, asker) or asker.part != "original" or asker.case_id != case.pk:
        raise NotPermitted("只有提问人可以撤回。", code="ledger.is_asker")
    target_of("withdraw", Status(case.status))
    others = askers_of(case).exclude(pk=asker.pk).count()
    if others:
        raise RuleBroken(
            "还有 %(count)s 户在等这件事，不能撤回。您自己不用再管，答复后可以不选。",
            code="withdraw.others_wait",
            count=others,
        )


def can_withdraw(asker: Asker, case: Case, by: Actor) -> bool:
    """The same rule for the page: whether the button is drawn."""
    try:
        check_can_withdraw(asker, case, by)
    except Refused:
        return False
    return True


@transaction.atomic
def withdraw(asker: Asker, *, by: Actor, now: datetime | None = None) -> Case:
    """any open → withdrawn, by the original asker; a miss stays counted.

    Not while others wait for the same echo (me too, merged cases): each asker speaks for itself alone.
    """
    now = now or clock()
    case = locked(asker.case)
    check_can_withdraw(asker, case, by)
    move(case, "withdraw", now)
    leave_pause(case, now)
    case.save()
    witness(case, "case_withdrawn", by=as_resident(by), now=now)
    lapse_requests(case, now=now)
    return case
