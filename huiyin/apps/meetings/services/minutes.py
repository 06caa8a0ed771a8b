"""Minutes: those who were there may correct them for some days, the secretary decides, then they are locked."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from huiyin.apps.ledger.permissions import as_resident
from huiyin.apps.meetings import limits
from huiyin.apps.meetings.balance import balance_of
from huiyin.apps.meetings.minutes_content import content_of, correction_of
from huiyin.apps.meetings.models import CheckIn, Meeting, Minutes, MinutesCorrection
from huiyin.apps.meetings.permissions import can_speak_for_company, check_decide
from huiyin.apps.meetings.services.steps import beat, held, locked, move, read, witness
from huiyin.apps.people.actors import person_id_of
from huiyin.apps.reports.services import lifecycle
from huiyin.domain.access import ANONYMOUS, ROLE_LABELS, SYSTEM, Actor, Role
from huiyin.domain.canonical import JSON, canonical, instant
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.domain.meeting_phases import Activity, Phase, check_open
from huiyin.domain.report_workflow import ReportStatus
from huiyin.language.masking import mask
from huiyin.web.now import now as clock

LONGEST = 500


@transaction.atomic
def propose_correction(
    minutes: Minutes,
    *,
    by: Actor,
    text: str,
    question_number: int | None = None,
    check_in: CheckIn | None = None,
    idempotency_key: str | None = None,
    now: datetime | None = None,
) -> MinutesCorrection:
    """Who was checked in, by account or phone, or the company that reported, says what should be otherwise.

    The same key returns the proposal it made before.
    """
    now = now or clock()
    beat(minutes.meeting_id)
    if idempotency_key and (made := minutes.corrections.filter(idempotency_key=idempotency_key).first()):
        return made
    meeting = read(minutes.meeting_id)
    check_open(Activity.CORRECT, meeting.phase)
    present = check_in or _present(meeting, by)
    is_present = present is not None and present.sitting.meeting_id == meeting.pk
    if not (is_present or _is_of_the_company(meeting, by)):
        raise NotPermitted("签到过的人才能提出更正。", code="meetings.correct")
    if now > minutes.corrections_until:
        raise RuleBroken("核对期已过，不能再提出更正。", code="correction.too_late")
    text = mask(text.replace("\x00", "").strip())
    if not text:
        raise RuleBroken("请写明哪里记得不对，应该是什么。", code="correction.no_text", field="text")
    if len(text) > LONGEST:
        raise RuleBroken("最多写 %(count)s 个字。", code="correction.long", field="text", count=LONGEST)
    if question_number is not None and not meeting.questions.filter(number=question_number).exists():
        raise RuleBroken(
            "没有第 %(n)s 问。", code="correction.no_question", field="question", n=question_number
        )
    actor = by if not is_present else (as_resident(by) if person_id_of(by) else ANONYMOUS)
    last = minutes.corrections.aggregate(last=Max("ordinal"))["last"] or 0
    row = MinutesCorrection.objects.create(
        minutes=minutes,
        ordinal=last + 1,
        check_in=present if is_present else None,
        proposer_label=ROLE_LABELS[Role.RESIDENT] if is_present else by.label[:80],
        question_number=question_number,
        text=text,
        proposed_at=now,
        idempotency_key=idempotency_key or None,
    )
    witness(
        meeting,
        "correction_proposed",
        by=actor,
        now=now,
        public={"correction": row.ordinal, "question": question_number},
        texts={"text": text},
    )
    return row


@transaction.atomic
def decide_correction(
    correction: MinutesCorrection, *, by: Actor, accept: bool, reason: str, now: datetime | None = None
) -> MinutesCorrection:
    """The secretary decides with a public reason; both the proposal and the decision stand in the locked minutes."""
    now = now or clock()
    meeting = locked(correction.minutes.meeting)
    by = check_decide(by, meeting)
    check_open(Activity.CORRECT, meeting.phase)
    beat(meeting.pk)
    correction.refresh_from_db()
    if correction.state != MinutesCorrection.State.PROPOSED:
        raise RuleBroken("这条更正已经有决定了。", code="correction.decided")
    correction.reason = limits.own_words(reason, field="reason", sentence="请写明理由，理由会公开。")[:300]
    correction.state = MinutesCorrection.State.ACCEPTED if accept else MinutesCorrection.State.REFUSED
    correction.decided_by_label = by.label[:80]
    correction.decided_at = now
    correction.save()
    witness(
        meeting,
        "correction_decided",
        by=by,
        now=now,
        public={"correction": correction.ordinal, "state": correction.state},
        texts={"reason": correction.reason},
    )
    return correction


@transaction.atomic
def lock_minutes(minutes: Minutes, *, by: Actor = SYSTEM, now: datetime | None = None) -> Minutes:
    """minutes_open → locked once the window is over, each proposal decided, the balance even; reports are published."""
    now = now or clock()
    meeting = held(minutes.meeting)  # a note or a proposal that is just being written is waited for
    if by.key != SYSTEM.key:
        by = check_decide(by, meeting)
    move(meeting, "lock")
    minutes = Minutes.objects.select_for_update(no_key=True).get(pk=minutes.pk)
    check_lockable(minutes, now)
    if not balance_of(meeting).is_even:
        raise RuleBroken("提问的去向对不上，不能锁定记录。请联系运维人员核验。", code="lock.uneven")
    content = content_of(meeting)
    content["corrections"] = [correction_of(each) for each in minutes.corrections.all()]
    minutes.content = content
    minutes.sha256 = hash_of(content)
    minutes.locked_at = now
    minutes.locked_by_label = by.label[:80]
    minutes.save()
    meeting.save(update_fields=["phase"])
    for heard in meeting.estates.select_related("report").order_by("estate_id"):
        if heard.report is not None and heard.report.status == ReportStatus.PRESENTED:
            lifecycle.publish(heard.report, by=by, now=now)
    balance = content["balance"]
    witness(
        meeting,
        "minutes_locked",
        by=by,
        now=now,
        public={"sha256": minutes.sha256, "locked_at": instant(now), "balance": balance},
    )
    return minutes


def check_lockable(minutes: Minutes, now: datetime) -> None:
    """Raise what still keeps the minutes open."""
    if now <= minutes.corrections_until:
        raise RuleBroken("核对期还没有过。", code="lock.window_open")
    waiting = minutes.corrections.filter(state=MinutesCorrection.State.PROPOSED).count()
    if waiting:
        raise RuleBroken("还有 %(count)s 条更正没有决定。", code="lock.corrections_waiting", count=waiting)


def lock_due(*, now: datetime | None = None) -> int:
    """Lock whatever may be locked (task), each in its own transaction; undecided proposals wait for the secretary."""
    now = now or clock()
    due = Minutes.objects.filter(
        meeting__phase=Phase.MINUTES_OPEN, locked_at=None, corrections_until__lt=now
    ).exclude(corrections__state=MinutesCorrection.State.PROPOSED)
    done = 0
    for minutes in due.select_related("meeting"):
        # What keeps one meeting open never keeps the others.
        with suppress(RuleBroken):
            lock_minutes(minutes, now=now)
            done += 1
    return done


def hash_of(content: dict[str, JSON]) -> str:
    """SHA-256 over the canonical bytes: anybody who has the minutes can compute it (docs/explanation/verify.md)."""
    return hashlib.sha256(canonical(content)).hexdigest()


def _present(meeting: Meeting, by: Actor) -> CheckIn | None:
    person_id = person_id_of(by)
    if person_id is None:
        return None
    return (
        CheckIn.objects.filter(sitting__meeting=meeting, person_id=person_id)
        .select_related("sitting")
        .first()
    )


def _is_of_the_company(meeting: Meeting, by: Actor) -> bool:
    heard = meeting.estates.select_related("report__engagement")
    return any(each.report and can_speak_for_company(by, each.report.engagement) for each in heard)
