"""Closing: every question asked becomes exactly one outcome in the ledger, all of them or none (domain.md §4)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.origins import Origin
from huiyin.apps.ledger.services.askers import join_together
from huiyin.apps.ledger.services.assign import Lead, assign, reject
from huiyin.apps.ledger.services.merge import merge
from huiyin.apps.ledger.services.register import AskerDraft, register_case
from huiyin.apps.ledger.services.reply import reply
from huiyin.apps.meetings import limits
from huiyin.apps.meetings.balance import balance_of
from huiyin.apps.meetings.minutes_content import content_of
from huiyin.apps.meetings.models import Meeting, MeetingEstate, Minutes, Question
from huiyin.apps.meetings.permissions import check_decide
from huiyin.apps.meetings.selectors import supports_of
from huiyin.apps.meetings.services.steps import held, move, witness
from huiyin.apps.places.selectors import scope_of_engagement
from huiyin.apps.reports.services import lifecycle
from huiyin.domain.access import ROLE_LABELS, Actor, FixedActor, Role, Scope
from huiyin.domain.canonical import instant
from huiyin.domain.case_workflow import OPEN
from huiyin.domain.errors import RuleBroken
from huiyin.domain.ledger_rules import CaseList, Source
from huiyin.domain.meeting_rules import MeetingOutcome
from huiyin.domain.question_workflow import Direction, Outcome, QuestionStatus, outcome_of
from huiyin.domain.report_workflow import ReportStatus
from huiyin.language.masking import mask
from huiyin.web.now import now as clock

NOT_SHOWN = "报告会第 %(number)s 问，原文不公开：%(reason)s"
UNREAD_AND_MERGED = "没有放行展示，已和同一件事合并。"

# Who asks the same, with an account to be told in and a household that was verified; under the question that the own
# one was merged into, and without those whose own question stands there.
_WHO_JOINS = """
SELECT coalesce(asked.merged_into_id, asked.id), support.person_id, support.household_id
FROM meetings_support AS support JOIN meetings_question AS asked ON asked.id = support.question_id
WHERE support.meeting_id = %s AND support.person_id IS NOT NULL AND support.household_id IS NOT NULL
    AND asked.direction = 'to_company' AND NOT EXISTS (
        SELECT FROM meetings_question AS own
        JOIN meetings_questionprivate AS author ON author.question_id = own.id
        WHERE coalesce(own.merged_into_id, own.id) = coalesce(asked.merged_into_id, asked.id)
            AND (author.person_id = support.person_id OR author.household_id = support.household_id)
    )
ORDER BY support.id
"""
Homes = list[tuple[int, int]]


@dataclass(frozen=True)
class SpokenFor:
    """Writes down in the ledger what the company's reporter answered at the meeting, and nothing else.

    The meeting witnessed the answer: who recorded it and who spoke stand in its history, and both stand in the label.
    The right is that of the reporter for the one engagement that reported; it is made here alone, for one reply.
    """

    recorder: Actor
    label: str
    engagement: Scope

    @property
    def key(self) -> str:
        return self.recorder.key

    def holds(self, role: Role, scope: Scope | None = None) -> bool:
        return role is Role.MANAGER and scope == self.engagement

    def scopes(self, *roles: Role) -> tuple[Scope, ...]:
        return (self.engagement,) if Role.MANAGER in roles else ()


@transaction.atomic
def close_meeting(
    meeting: Meeting, *, by: Actor, no_sitting_reason: str = "", now: datetime | None = None
) -> Meeting:
    """closed → minutes_open: each question gets its one outcome, the reports count as presented, minutes are drafted.

    With too few households a further sitting is owed first; to go without one needs a public reason. A question that
    nobody dealt with becomes a case. One transaction: a crash leaves the meeting as it was, a second run is refused.
    """
    now = now or clock()
    meeting = held(meeting)
    by = check_decide(by, meeting)
    move(meeting, "close")
    if meeting.outcome == MeetingOutcome.TOO_FEW:
        meeting.no_sitting_reason = mask(no_sitting_reason.strip())[:300]
        if not meeting.no_sitting_reason:
            raise RuleBroken(
                "到场户数不足，%(day)s 前要再开一次。确实不再开的，请写明理由，理由会公开。",
                code="close.sitting_owed",
                field="no_sitting_reason",
                day=meeting.new_sitting_by or "",
            )
    meeting.closed_at = now
    meeting.save()
    counted = settle_questions(meeting, by=by, now=now)
    for heard in meeting.estates.select_related("report").order_by("estate_id"):
        if heard.report is not None and heard.report.status == ReportStatus.ANNOUNCED:
            lifecycle.present(heard.report, by=by, now=now)
    days = limits.policy_of(meeting).minutes.correction_days
    minutes = Minutes.objects.create(
        meeting=meeting,
        content=content_of(meeting),
        opened_at=now,
        corrections_until=limits.end_of(limits.day_of(now) + timedelta(days=days)),
    )
    witness(
        meeting,
        "meeting_closed",
        by=by,
        now=now,
        public={
            **counted,
            "outcome": str(meeting.outcome),
            "open_seconds": meeting.open_seconds,
            "households": meeting.household_count,
            "corrections_until": instant(minutes.corrections_until),
        },
        texts={"no_sitting_reason": meeting.no_sitting_reason},
    )
    return meeting


def settle_questions(meeting: Meeting, *, by: Actor, now: datetime) -> dict[str, object]:
    """Give every resident's question its outcome and its ledger case, those first that others were merged into.

    What the company asked the residents stays as it stands: nobody owes it an answer.

    Call it holding the meeting and its pulse. Returns the balance as the event says it.
    """
    questions = list(
        Question.objects.filter(meeting=meeting, outcome="", direction=Direction.TO_COMPANY)
        .select_related("private", "estate__area", "merged_into_case")
        .order_by("number")
    )
    waiting = [each for each in questions if each.is_held]
    if waiting:
        raise RuleBroken(
            "还有 %(count)s 个提问等人看过放行（第 %(numbers)s 问），放行或不展示以后再转台账。",
            code="close.held",
            count=len(waiting),
            numbers="、".join(str(each.number) for each in waiting),
        )
    supports = supports_of(meeting)
    hearing = {
        each.estate_id: each
        for each in MeetingEstate.objects.filter(meeting=meeting).select_related(
            "report__engagement__company", "report__engagement__estate"
        )
    }
    joining = _who_joins(meeting)
    made: dict[int, Case] = {}
    for question in sorted(questions, key=_originals_first):
        case = _registered(meeting, question, by=by, now=now)
        made[question.pk] = case
        question.case, question.outcome = case, outcome_of(question.status)
        question.support_count = supports.get(question.pk, 0)
        homes = joining.get(question.pk, [])
        if homes and question.status not in (QuestionStatus.REJECTED, QuestionStatus.MERGED):
            join_together(
                case, homes=homes, by=by, now=now
            )  # first: what is said to the asker they are told too
        if question.status == QuestionStatus.REJECTED:
            reject(case, by=by, reason_code=question.rejected_code, note=question.rejected_note, now=now)
        elif question.spoken_answer:  # also of one that was hidden afterwards
            _reply_as_spoken(question, case, hearing[question.estate_id], by=by, now=now)
        elif question.status == QuestionStatus.MERGED:
            into = _where_it_went(question.merged_into_case or made[question.merged_into_id or 0])
            if into.status in OPEN:
                merge(case, into=into, by=by, now=now)
            else:  # done in the meantime: what is asked again stands on its own
                question.outcome = Outcome.CASE
            if homes:
                join_together(into if into.status in OPEN else case, homes=homes, by=by, now=now)
        question.save(update_fields=["case", "outcome", "support_count"])
        _forget_contact(question)
        witness(
            meeting,
            "question_recorded",
            by=by,
            now=now,
            public={"question": question.number, "outcome": str(question.outcome), "case": case.number},
        )
    balance = balance_of(meeting)
    if not balance.is_even:
        raise RuntimeError(f"{meeting}: the balance is not even after closing: {balance}")
    return {
        "asked": balance.asked,
        "cases": balance.cases,
        "merged": balance.merged,
        "rejected": balance.rejected,
    }


def _who_joins(meeting: Meeting) -> dict[int, Homes]:
    """By question: the accounts and households that become co-askers of its case, in the order they pressed."""
    joining: defaultdict[int, Homes] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_WHO_JOINS, [meeting.pk])
        for question_id, person_id, household_id in cursor.fetchall():
            joining[question_id].append((person_id, household_id))
    return dict(joining)


def _originals_first(question: Question) -> tuple[bool, int, int]:
    """Those others were merged into, then the merged; into cases in the order of their keys, as the ledger locks."""
    return question.status == QuestionStatus.MERGED, question.merged_into_case_id or 0, question.number


def _where_it_went(case: Case) -> Case:
    """The case as it stands now; where it was merged itself meanwhile, its original."""
    case.refresh_from_db(fields=["status", "merged_into"])
    return case.merged_into or case


def _registered(meeting: Meeting, question: Question, *, by: Actor, now: datetime) -> Case:
    private = question.private
    asker = AskerDraft(
        person_id=private.person_id,
        household_id=private.household_id,
        channel=private.channel,
        name=private.name,
        phone=private.phone,
    )
    is_shown = question.is_public
    is_residents_word = private.person_id is not None
    return register_case(
        by=FixedActor(f"person:{private.person_id}", ROLE_LABELS[Role.RESIDENT]) if is_residents_word else by,
        text=private.text or question.text,
        public_text="" if is_shown else _not_shown(question),
        area=question.estate.area,
        estate=question.estate,
        source=Source.MEETING,
        building=question.building if is_shown else "",
        nickname=question.nickname if is_shown else "",
        asker=asker,
        origin=Origin("meetings.question", str(question.pk)),
        origin_label=f"第 {question.number} 问 {meeting.title}"[:40],
        idempotency_key=f"meetings.question:{question.pk}",
        now=now,
    )


def _not_shown(question: Question) -> str:
    """What the ledger says in place of words that were hidden, or that nobody let through."""
    reason = question.hidden_reason or question.rejected_reason or UNREAD_AND_MERGED
    return NOT_SHOWN % {"number": question.number, "reason": reason}


def _forget_contact(question: Question) -> None:
    """How to reach the asker and the words as written lie with the case from now on, and nowhere else."""
    private = question.private
    if private.name or private.phone or private.text:
        private.name = private.phone = private.text = ""
        private.save(update_fields=["name", "phone", "text"])


def _reply_as_spoken(
    question: Question, case: Case, heard: MeetingEstate, *, by: Actor, now: datetime
) -> None:
    """Assigned, started and replied with what was said at the meeting (domain.md §5)."""
    engagement = heard.report.engagement if heard.report else None
    speaker: Actor = by
    lead = Lead.of_area(question.estate.area)
    if engagement is not None:
        lead = Lead.company(engagement)
        label = f"{question.answered_by_label}（报告会当场答复，{by.label} 记录）"[:80]
        speaker = SpokenFor(by, label, scope_of_engagement(engagement))
    assign(case, by=by, case_list=CaseList.IMMEDIATE, lead=lead, now=now)
    reply(case, by=speaker, text=question.spoken_answer, is_spoken=True, was_heard=True, now=now)
