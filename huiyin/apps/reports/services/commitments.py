"""Promises: planned while the report is written; once approved a date moves in public, or the promise is settled."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from huiyin.apps.reports.models import Commitment, CommitmentMove, Report
from huiyin.apps.reports.permissions import check_keeps, check_writer
from huiyin.apps.reports.services.witness import added_before, locked_report, witness_report, writable
from huiyin.apps.reports.services.wording import masked, required
from huiyin.domain.access import Actor
from huiyin.domain.clocks import due_day
from huiyin.domain.errors import RuleBroken
from huiyin.domain.report_parts import CommitmentState
from huiyin.web.now import now as clock


@transaction.atomic
def put_commitment(
    report: Report,
    *,
    by: Actor,
    title: str,
    measure: str = "",
    target: str = "",
    owner: str = "",
    due_on: date | None = None,
    funding: str = "",
    number: int | None = None,
    idempotency_key: str = "",
    now: datetime | None = None,
) -> Commitment:
    """Plan a promise, or change the planned one with that `number`; what was approved stands as it is.

    A key sent again gets the promise it planned before.
    """
    report = locked_report(report)
    check_writer(by, report)
    revision = writable(report)
    if due_on is not None and due_on <= report.period_to:
        raise RuleBroken("承诺是报告期以后的事，期限要晚于报告期。", code="promise.due_on", field="due_on")
    if number is None:
        planned = added_before(report.commitments.all(), idempotency_key)
        if planned is not None:
            return planned
        last = report.commitments.aggregate(last=Max("number"))["last"] or 0
        commitment = Commitment(
            report=report,
            number=last + 1,
            first_revision=revision.number,
            idempotency_key=idempotency_key or None,
        )
    else:
        commitment = _planned(report, number)
    commitment.title = required(title, 60, "title", "请写承诺做什么。")
    commitment.measure = masked(measure, 600, "measure")
    commitment.target = masked(target, 120, "target")
    commitment.owner = masked(owner, 60, "owner")
    commitment.funding = masked(funding, 120, "funding")
    commitment.first_due_on = commitment.due_on = due_on
    commitment.save()
    return commitment


@transaction.atomic
def remove_commitment(report: Report, *, number: int, by: Actor, now: datetime | None = None) -> None:
    """Take a planned promise out, with what pointed to it."""
    report = locked_report(report)
    check_writer(by, report)
    writable(report)
    commitment = _planned(report, number)
    commitment.answers.update(commitment=None)
    commitment.delete()


def _planned(report: Report, number: int) -> Commitment:
    commitment = report.commitments.filter(number=number).first()
    if commitment is None:
        raise RuleBroken("报告里没有这个编号，可能刚刚被删掉了。", code="report.no_such_number")
    if commitment.promised_at is not None:
        raise RuleBroken("已经审定的承诺不能改写；期限要变的，公开说明理由后改期。", code="promise.stands")
    return commitment


@transaction.atomic
def move_commitment(
    commitment: Commitment, *, to_on: date, reason: str, by: Actor, now: datetime | None = None
) -> CommitmentMove:
    """Move the date to a later one, with a public reason; the first date stays and is always shown."""
    now = now or clock()
    commitment = _standing(commitment, by)
    assert commitment.due_on is not None
    if to_on <= commitment.due_on:
        raise RuleBroken("新期限要晚于现在的期限。", code="promise.not_later", field="to_on")
    reason = required(reason, 600, "reason", "请写明为什么改期，这个理由会公开。")
    move = CommitmentMove.objects.create(
        commitment=commitment,
        from_on=commitment.due_on,
        to_on=to_on,
        reason=reason,
        moved_by_label=by.label[:80],
        moved_at=now,
    )
    commitment.due_on = to_on
    commitment.save(update_fields=["due_on"])
    witness_report(
        commitment.report,
        "commitment_moved",
        by=by,
        now=now,
        public={
            "commitment": commitment.number,
            "from": move.from_on.isoformat(),
            "to": to_on.isoformat(),
        },
        texts={"reason": reason},
    )
    return move


@transaction.atomic
def keep_commitment(
    commitment: Commitment, *, words: str, by: Actor, now: datetime | None = None
) -> Commitment:
    """The company says that it is kept, and how."""
    return _settled(commitment, CommitmentState.KEPT, words, by, now or clock())


@transaction.atomic
def drop_commitment(
    commitment: Commitment, *, reason: str, by: Actor, now: datetime | None = None
) -> Commitment:
    """The company gives it up, with a public reason."""
    return _settled(commitment, CommitmentState.DROPPED, reason, by, now or clock())


def _settled(
    commitment: Commitment, state: CommitmentState, words: str, by: Actor, now: datetime
) -> Commitment:
    commitment = _standing(commitment, by)
    settle(
        commitment,
        state=state,
        words=required(words, 1000, "words", "请写明怎样办到的，或者为什么不做了。"),
        label=by.label,
        on=due_day(now),
    )
    witness_report(
        commitment.report,
        f"commitment_{state}",
        by=by,
        now=now,
        public={"commitment": commitment.number, "state": str(state)},
        texts={"words": commitment.settled_words},
    )
    return commitment


def settle(commitment: Commitment, *, state: CommitmentState, words: str, label: str, on: date) -> None:
    """Write down how a promise ended; whoever calls witnesses it."""
    commitment.state = state
    commitment.settled_on = on
    commitment.settled_words = words
    commitment.settled_by_label = label[:80]
    commitment.save(update_fields=["state", "settled_on", "settled_words", "settled_by_label"])


def reopen(commitment: Commitment) -> None:
    """It is not settled after all; whoever calls witnesses it."""
    commitment.state = CommitmentState.OPEN
    commitment.settled_on, commitment.settled_words, commitment.settled_by_label = None, "", ""
    commitment.save(update_fields=["state", "settled_on", "settled_words", "settled_by_label"])


def _standing(commitment: Commitment, by: Actor) -> Commitment:
    """The promise, locked: it was approved, is open, and `by` speaks for whoever has to keep it."""
    report = locked_report(commitment.report)
    commitment = Commitment.objects.select_for_update(of=("self",), no_key=True).get(pk=commitment.pk)
    commitment.report = report
    check_keeps(by, commitment)
    if commitment.promised_at is None:
        raise RuleBroken("报告还没有审定，直接改承诺就可以。", code="promise.planned")
    if commitment.state != CommitmentState.OPEN:
        raise RuleBroken("这项承诺已经有了结果。", code="promise.settled")
    return commitment
