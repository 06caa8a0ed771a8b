"""The asker's word: solved, partly, not, cannot tell; only it closes a case as solved."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from huiyin.apps.ledger import limits
from huiyin.apps.ledger.models import AnswerGiven, Asker, AskerMessageCode, Case
from huiyin.apps.ledger.models.askers import Part
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
from huiyin.domain.case_workflow import LABELS, Status, target_of
from huiyin.domain.errors import NotPermitted, RuleBroken, passes
from huiyin.domain.ledger_rules import (
    NEGATIVE,
    Answer,
    Source,
    check_within,
    command_at_window_end,
    command_for_answer,
)
from huiyin.language.masking import mask
from huiyin.web.now import now as clock

By = AnswerGiven.By
ON_BEHALF = (By.SLIP, By.CALL)


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

    `how` is self, code (the asker holds a one-time code), slip, call or the hotline's call-back; for slip and call
    whoever speaks for askers (permissions) enters it with a note of the record. A negative answer needs a word on what
    is missing.
    """
    now = now or clock()
    case = locked_for(asker)
    asker = Asker.objects.select_for_update(no_key=True).get(pk=asker.pk)
    given = Answer(answer)
    _check_who(asker, case, by, how, given)
    comment, record_note = mask(comment.strip()), mask(record_note.strip())[:120]
    _check_what(case, given, comment, how, record_note, now)
    if how in ON_BEHALF:
        check_can_record_answer(case, by, now)
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
    # Whoever answers was reached, also where no message got through.
    asker.answer, asker.answered_at, asker.is_reached = given, now, True
    asker.save(update_fields=["answer", "answered_at", "is_reached"])
    case.is_reached = True
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


@transaction.atomic
def answer_by_call_back(case: Case, *, is_solved: bool, now: datetime | None = None) -> Case:
    """What the hotline was told when it called back answers for the asker of a complaint (domain.md §5).

    Raises RuleBroken while there is nothing to answer.
    """
    asker = Asker.objects.get(case_id=case.pk, part=Part.ORIGINAL)
    given = Answer.SOLVED if is_solved else Answer.NOT_SOLVED
    said = str(By.HOTLINE.label)
    comment = "" if is_solved else f"{said}时说没有解决。"
    return answer(asker, by=SYSTEM, answer=given, comment=comment, how=By.HOTLINE, record_note=said, now=now)


def reply_heard_at(case: Case) -> datetime | None:
    """When its asker was reached with the latest reply, if that is known, else when it was given; None without one."""
    reached = Asker.objects.filter(case_id=case.pk, part=Part.ORIGINAL).values_list("delivered_at", flat=True)
    return reached.first() or case.last_replied_at


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
    elif how == By.HOTLINE:
        if case.source != Source.HOTLINE or by.key != SYSTEM.key:
            raise NotPermitted("回访只答 12345 转来的事项。", code="ledger.call_back")
    else:
        check_may_answer_for_askers(by, case)


def _check_what(case: Case, given: Answer, comment: str, how: str, record_note: str, now: datetime) -> None:
    check_can_answer(case, now)
    if case.status == Status.CONFIRMED and given not in NEGATIVE:
        raise RuleBroken("这件事已经确认解决了。", code="answer.already_confirmed")
    if given in NEGATIVE and not comment:
        raise RuleBroken("请写一句哪里没办好。", code="answer.no_comment", field="comment")
    if how in ON_BEHALF and not record_note:
        raise RuleBroken("代为登记要写明纸条编号或通话时间。", code="answer.no_record", field="record_note")


def check_can_answer(case: Case, now: datetime) -> None:
    """Raise unless an asker may say something of the reply now; of a confirmed case only that it is not solved."""
    policy = limits.deadlines(now).values.answers
    if case.status not in (Status.REPLIED, Status.UNCONFIRMED, Status.CONFIRMED):
        raise RuleBroken("要等主办单位答复以后才能选。", code="answer.not_now")
    if case.status == Status.UNCONFIRMED and case.unconfirmed_at:
        check_within(
            case.unconfirmed_at,
            now,
            policy.unconfirmed_days,
            sentence="已经超过 %(days)s 天，不能再选。事情还在的话，请重新提出。",
            code="answer.too_late",
        )
    if case.status == Status.CONFIRMED:
        check_within(
            case.settled_at or now,
            now,
            policy.reopen_confirmed_days,
            sentence="确认解决已经超过 %(days)s 天。又出问题的话，请重新提出，会标明是再次发生。",
            code="answer.recurrence",
        )


def can_answer(case: Case, now: datetime) -> bool:
    """The same rule for the page: whether the answers are drawn."""
    return passes(check_can_answer, case, now)


def check_can_record_answer(case: Case, by: Actor, now: datetime) -> None:
    """Raise unless an asker's word may be typed in now by somebody else than who wrote the reply.

    While a community has no secretary the street acts for it and still speaks for its askers: two people then.
    """
    check_can_answer(case, now)
    latest = case.replies.first()
    if latest is not None and latest.author_key == by.key:
        raise RuleBroken(
            "答复是您写的，提问人的话请另一位来登记；提问人也可以凭验证码自己选。", code="answer.own_reply"
        )


def can_record_answer(case: Case, by: Actor, now: datetime) -> bool:
    """The same rule for the desk: whether the form is drawn."""
    return passes(check_can_record_answer, case, by, now)


def after_move(case: Case, command: str, now: datetime) -> None:
    """What a move brings with it: a reopened case owes a new answer, or a decision, within the policy's days."""
    if command in ("reopen", "request_reopen"):
        case.ladder_round += 1
        case.unconfirmed_at = None
        case.answer_until = None
        # Also while the secretary decides: nobody is late with what could not have been done earlier.
        case.due_at = limits.reopened_due(case, now)
    if command == "reopen":
        case.reopened_count += 1
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
    was_reached = case.answer_until is not None or any(answers)
    command = command_at_window_end(answers)
    move(case, command, now)
    after_move(case, command, now)
    if not was_reached:
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


def check_can_withdraw(asker: Asker, case: Case, by: Actor, how: str = By.SELF) -> None:
    """Raise unless this asker may withdraw this case now; for one without an account, who may speak for askers."""
    if asker.part != "original" or asker.case_id != case.pk:
        raise NotPermitted("只有提问人可以撤回。", code="ledger.is_asker")
    if how in ON_BEHALF:
        check_may_answer_for_askers(by, case)
        if asker.person_id is not None:
            raise RuleBroken("提问人有账号，请本人撤回。", code="withdraw.has_account", field="asker")
    elif not is_asker(by, asker):
        raise NotPermitted("只有提问人可以撤回。", code="ledger.is_asker")
    target_of("withdraw", Status(case.status))
    others = askers_of(case).exclude(pk=asker.pk).count()
    if others:
        raise RuleBroken(
            "还有 %(count)s 户在等这件事，不能撤回。您自己不用再管，答复后可以不选。",
            code="withdraw.others_wait",
            count=others,
        )


def can_withdraw(asker: Asker, case: Case, by: Actor, how: str = By.SELF) -> bool:
    """The same rule for the page: whether the button is drawn."""
    return passes(check_can_withdraw, asker, case, by, how)


@transaction.atomic
def withdraw(
    asker: Asker, *, by: Actor, how: str = By.SELF, record_note: str = "", now: datetime | None = None
) -> Case:
    """any open → withdrawn, by the original asker; a miss stays counted.

    Without an account the word comes by slip or call, entered by who may speak for askers with a note of the record.
    Not while others wait for the same echo (me too, merged cases): each asker speaks for itself alone.
    """
    now = now or clock()
    case = locked(asker.case)
    check_can_withdraw(asker, case, by, how)
    record_note = mask(record_note.strip())[:120]
    if how in ON_BEHALF and not record_note:
        raise RuleBroken("代为登记要写明纸条编号或通话时间。", code="answer.no_record", field="record_note")
    move(case, "withdraw", now)
    leave_pause(case, now)
    case.save()
    witness(
        case,
        "case_withdrawn",
        by=by if how in ON_BEHALF else as_resident(by),
        now=now,
        public={"asker": asker.pk, "how": str(how)},
        private={"record_note": record_note} if record_note else None,
    )
    lapse_requests(case, now=now)
    return case


def check_can_take_back(case: Case, by: Actor) -> Actor:
    """Who signs; raises unless what the hotline brought may be taken back, since nobody has begun to work on it."""
    if case.source != Source.HOTLINE:
        raise NotPermitted("只有 12345 转来的事项可以这样撤回。", code="ledger.take_back")
    signs = by if by.key == SYSTEM.key else check_secretary(by, case)
    if case.status not in (Status.REGISTERED, Status.ASSIGNED) or case.reopened_count:
        raise RuleBroken(
            "这件事现在是“%(status)s”，已经有人在办，不能再撤回。",
            code="take_back.begun",
            status=LABELS[Status(case.status)],
        )
    others = askers_of(case).count() - 1
    if others:
        raise RuleBroken("还有 %(count)s 户在等这件事，不能撤回。", code="withdraw.others_wait", count=others)
    return signs


def can_take_back(case: Case, by: Actor) -> bool:
    """The same rule for the page."""
    return passes(check_can_take_back, case, by)


@transaction.atomic
def take_back(case: Case, *, by: Actor, now: datetime | None = None) -> Case:
    """A complaint or a topic of the hotline that is taken back withdraws its case, as its caller might (domain.md §5).

    By the system where an import is undone, by the secretary who had put it in. A miss stays counted.
    """
    now = now or clock()
    case = locked(case)
    by = check_can_take_back(case, by)
    asker = Asker.objects.get(case_id=case.pk, part=Part.ORIGINAL)
    move(case, "withdraw", now)
    case.save()
    witness(case, "case_withdrawn", by=by, now=now, public={"asker": asker.pk, "how": str(By.HOTLINE)})
    lapse_requests(case, now=now)
    return case
