"""Every state × everybody of the cast: the commands drawn at the desk are exactly those the services would do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from huiyin.apps.ledger import similar
from huiyin.apps.ledger.commands import BY_NAME, COMMANDS, available
from huiyin.apps.ledger.desk_work import Work
from huiyin.apps.ledger.limits import day_of
from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.services import (
    answer,
    askers,
    assign,
    extension,
    giving_up,
    lead,
    merge,
    milestones,
    register,
    reply,
    topics,
    transition,
)
from huiyin.domain.access import Actor
from huiyin.domain.case_workflow import Status
from huiyin.domain.errors import NotPermitted, RuleBroken
from tests import given
from tests.people import Cast, a_cast

ACTING = ("manager", "company_admin", "community_worker", "secretary", "street_officer")
READING = ("technician", "district_officer", "auditor", "operator", "stranger")
Try = Callable[[Cast, Work], Any]


class NothingPending(Exception):
    """There is no proposal to decide: no service could be called."""


def pending(row: Any) -> Any:
    if row is None:
        raise NothingPending
    return row


def original(case: Case) -> Any:
    return case.askers.get(part="original")


def may_answer_code_be_given(cast: Cast, work: Work) -> Any:
    """For who has no account; the service would give one to anybody."""
    if not work.without_account:
        raise NothingPending
    return askers.issue_answer_code(work.without_account[0], by=work.by, now=work.now)


def move_to_other_list(cast: Cast, work: Work) -> Any:
    """Goes through if any other list does."""
    steps = (assign.Step("第一步", day_of(work.now)),)
    refused: list[Exception] = []
    for other in {"immediate", "short_term", "long_term"} - {work.case.case_list}:
        try:
            return extension.change_list(
                work.case, by=work.by, case_list=other, reason="要等材料。", milestones=steps, now=work.now
            )
        except RuleBroken as refusal:
            refused.append(refusal)
    raise refused[0]


# One call of the service with good values for each command; "by" and "now" are the work's.
SERVICES: dict[str, Try] = {
    "assign": lambda cast, w: assign.assign(
        w.case, by=w.by, case_list="short_term", lead=assign.Lead.company(cast.engagement), now=w.now
    ),
    "reject": lambda cast, w: assign.reject(
        w.case, by=w.by, reason_code=given.a_rejection_code(w.now), note="已说明。", now=w.now
    ),
    "start": lambda cast, w: lead.start(w.case, by=w.by, now=w.now),
    "reply": lambda cast, w: reply.reply(
        w.case, by=w.by, text=given.GOOD_REPLY, no_evidence_reason="没有拍。", now=w.now
    ),
    "resume": lambda cast, w: lead.resume(w.case, by=w.by, now=w.now),
    "record-addition": lambda cast, w: lead.resume(w.case, by=w.by, addition="三层。", now=w.now),
    "record-answer": lambda cast, w: answer.answer(
        original(w.case),
        by=w.by,
        answer="not_solved",
        comment="还是不亮。",
        how="slip",
        record_note="纸条 12",
        now=w.now,
    ),
    "record-objection": lambda cast, w: askers.object_to_outcome(
        original(w.case), by=w.by, text="不同意。", on_behalf=True, now=w.now
    ),
    "record-withdrawal": lambda cast, w: answer.withdraw(
        original(w.case), by=w.by, how="slip", record_note="纸条 12", now=w.now
    ),
    "finish-step": lambda cast, w: milestones.finish_milestone(
        pending(w.case.milestones.filter(done_on=None).first()), by=w.by, note="做完了。", now=w.now
    ),
    "move-step": lambda cast, w: milestones.move_milestone(
        pending(w.case.milestones.filter(done_on=None).first()),
        by=w.by,
        due_on=day_of(w.now) + timedelta(days=5),
        reason="下雨。",
        now=w.now,
    ),
    "ask-asker": lambda cast, w: lead.ask_asker(w.case, by=w.by, what_is_missing="哪一层？", now=w.now),
    "ask-extension": lambda cast, w: extension.ask_extension(
        w.case, by=w.by, due_on=day_of(w.case.due_at) + timedelta(days=3), reason="等配件。", now=w.now
    ),
    "decide-extension": lambda cast, w: extension.decide_extension(
        pending(w.case.extensions.filter(state="asked").first()),
        by=w.by,
        approve=False,
        refusal_reason="不急。",
        now=w.now,
    ),
    "change-list": move_to_other_list,
    "propose-lead": lambda cast, w: lead.propose_lead(
        w.case, by=w.by, lead=assign.Lead.of_area(cast.street), reason="归街道。", now=w.now
    ),
    "decide-lead": lambda cast, w: lead.decide_lead(
        pending(w.case.lead_proposals.filter(state__in=["proposed", "to_decide"]).first()),
        by=w.by,
        accept=True,
        now=w.now,
    ),
    "propose-giving-up": lambda cast, w: giving_up.propose_giving_up(
        w.case, by=w.by, reason="归供电。", responsible_instead="供电公司", now=w.now
    ),
    "decide-giving-up": lambda cast, w: giving_up.decide_giving_up(
        pending(w.case.give_up_proposals.filter(state="proposed").first()),
        by=w.by,
        agree=False,
        reason="能办。",
        now=w.now,
    ),
    "decide-reopening": lambda cast, w: answer.decide_reopening(
        w.case, by=w.by, grant=True, reason="再办一次。", now=w.now
    ),
    "decide-objection": lambda cast, w: askers.decide_objection(
        pending(w.case.objections.filter(state="raised").first()),
        by=w.by,
        uphold=False,
        reason="理由成立。",
        now=w.now,
    ),
    "merge": lambda cast, w: merge.merge(
        w.case, into=Case.objects.get(text__startswith="另一件"), by=w.by, now=w.now
    ),
    "unmerge": lambda cast, w: merge.unmerge(w.case, by=w.by, reason="不是一件事。", now=w.now),
    "topic": lambda cast, w: topics.put_in_topic(
        [w.case], topic=topics.open_topic(by=w.by, estate=cast.estate, title="楼道灯", now=w.now), by=w.by
    ),
    "code": may_answer_code_be_given,
}


def test_every_command_of_the_table_is_tried_here() -> None:
    assert set(SERVICES) == set(BY_NAME)
    assert len(BY_NAME) == len(COMMANDS)


@pytest.fixture(scope="module")
def cast(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """One cast for all states, rolled back in the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        everybody = a_cast()
        given.a_registered_case(
            everybody, person=everybody.neighbour, text="另一件：南门积水，下雨就没脚面。"
        )
        similar.forget()
        yield everybody
        transaction.set_rollback(True)


def with_extension(cast: Cast, now: Any) -> Case:
    case = given.a_case(cast, status="in_progress")
    extension.ask_extension(
        case,
        by=cast.by_manager,
        due_on=day_of(case.due_at) + timedelta(days=5),
        reason="等配件。",
        now=now,
    )
    return case


def with_second_extension(cast: Cast, now: Any) -> Case:
    case = with_extension(cast, now)
    extension.decide_extension(case.extensions.get(), by=cast.by_secretary, approve=True, now=now)
    case = Case.objects.get(pk=case.pk)
    extension.ask_extension(
        case, by=cast.by_manager, due_on=day_of(case.due_at) + timedelta(days=5), reason="再等。", now=now
    )
    return case


def with_both_extensions_used(cast: Cast, now: Any) -> Case:
    case = with_second_extension(cast, now)
    extension.decide_extension(
        case.extensions.get(state="asked"), by=cast.by_street_officer, approve=True, now=now
    )
    return case


def with_lead_proposal(cast: Cast, now: Any) -> Case:
    case = given.a_case(cast, status="assigned")
    lead.propose_lead(
        case, by=cast.by_manager, lead=assign.Lead.of_area(cast.street), reason="归街道。", now=now
    )
    return case


def with_department_proposed(cast: Cast, now: Any) -> Case:
    case = given.a_case(cast, status="in_progress")
    lead.propose_lead(
        case, by=cast.by_manager, lead=assign.Lead.department("区供电公司"), reason="归供电。", now=now
    )
    return case


def led_by_community(cast: Cast, now: Any) -> Case:
    case = given.a_case(cast, status="registered")
    assign.assign(
        case,
        by=cast.by_secretary,
        case_list="immediate",
        lead=assign.Lead.of_area(cast.community),
        now=now,
    )
    return case


def led_by_department(cast: Cast, now: Any) -> Case:
    case = given.a_case(cast, status="registered")
    assign.assign(
        case,
        by=cast.by_secretary,
        case_list="short_term",
        lead=assign.Lead.department("区供电公司"),
        now=now,
    )
    lead.start(case, by=cast.by_secretary, now=now)
    return case


def long_term(cast: Cast, now: Any) -> Case:
    case = given.a_case(cast, status="registered")
    steps = [
        assign.Step("勘查", day_of(now) + timedelta(days=10)),
        assign.Step("施工", day_of(now) + timedelta(days=60)),
    ]
    assign.assign(
        case,
        by=cast.by_secretary,
        case_list="long_term",
        lead=assign.Lead.company(cast.engagement),
        milestones=steps,
        now=now,
    )
    return case


def with_giving_up_proposed(cast: Cast, now: Any) -> Case:
    case = given.a_case(cast, status="in_progress")
    giving_up.propose_giving_up(
        case, by=cast.by_manager, reason="归供电。", responsible_instead="供电公司", now=now
    )
    return case


def replied_with_extension_pending(cast: Cast, now: Any) -> Case:
    case = with_extension(cast, now)
    reply.reply(case, by=cast.by_manager, text=given.GOOD_REPLY, no_evidence_reason="没有拍。", now=now)
    return case


def with_objection(cast: Cast, now: Any) -> Case:
    case = given.a_case(cast, status="rejected")
    askers.object_to_outcome(original(case), by=cast.by_resident, text="不同意。", now=now)
    return case


def paused_twice(cast: Cast, now: Any) -> Case:
    case = given.a_case(cast, status="in_progress")
    for _ in range(2):
        lead.ask_asker(case, by=cast.by_manager, what_is_missing="哪一层？", now=now)
        lead.resume(case, by=cast.by_manager, now=now)
    return case


def a_difficulty(cast: Cast, now: Any) -> Case:
    """The company's own matter: the community leads it, so the company can do nothing with it."""
    case = register.register_case(
        by=cast.by_manager,
        text="地下车库排水泵老化，更换要动用维修资金。",
        kind="difficulty",
        source="web",
        estate=cast.estate,
        area=cast.community,
        asker=register.AskerDraft(person_id=cast.manager.pk),
        now=now,
    )
    assign.assign(
        case, by=cast.by_secretary, case_list="short_term", lead=assign.Lead.of_area(cast.community), now=now
    )
    lead.start(case, by=cast.by_secretary, now=now)
    return case


def told_by_nobody_who_can_be_reached(cast: Cast, now: Any) -> Case:
    case = given.a_case(cast, status="in_progress")
    case.askers.update(person=None)
    return case


def on_paper(cast: Cast, now: Any) -> Case:
    return given.a_paper_case(cast)


def with_objection_dismissed(cast: Cast, now: Any) -> Case:
    case = with_objection(cast, now)
    askers.decide_objection(
        case.objections.get(), by=cast.by_street_officer, uphold=False, reason="理由成立。", now=now
    )
    return case


def with_lead_proposal_unanswered(cast: Cast, now: Any) -> Case:
    """The working day of the street has passed, nobody has told the secretary yet."""
    case = with_lead_proposal(cast, now)
    case.lead_proposals.update(accept_until=now)
    return case


VARIANTS = (
    with_extension,
    with_second_extension,
    with_both_extensions_used,
    with_lead_proposal,
    with_lead_proposal_unanswered,
    with_department_proposed,
    led_by_community,
    led_by_department,
    long_term,
    with_giving_up_proposed,
    replied_with_extension_pending,
    with_objection,
    with_objection_dismissed,
    paused_twice,
    a_difficulty,
    told_by_nobody_who_can_be_reached,
    on_paper,
)
A_DAY_LATER = given.A_MONDAY + timedelta(days=1)


def agree(cast: Cast, case: Case, now: Any, roles: tuple[str, ...] = ACTING) -> None:
    """Compare what is drawn with what works, for each role; each try is undone."""
    case = fresh(case)
    row = transition.locked(case)
    for role in roles:
        by: Actor = cast.actor(role)
        drawn = {command.name for command in available(Work(copy(case), by, now))}
        works = {name for name in SERVICES if goes_through(cast, name, Work(copy(case), by, now), row)}
        assert drawn == works, f"{case.status}, {role}"


def fresh(case: Case) -> Case:
    return Case.objects.select_related("estate__area", "area__parent").get(pk=case.pk)


def goes_through(cast: Cast, name: str, work: Work, row: Case) -> bool:
    sid = transaction.savepoint()
    try:
        with first_locked(row):
            SERVICES[name](cast, work)
    except (NotPermitted, RuleBroken, NothingPending):
        return False
    else:
        return True
    finally:
        transaction.savepoint_rollback(sid)


@contextmanager
def first_locked(row: Case) -> Iterator[None]:
    """The first time a service locks the case it is given `row`: each of 4,000 tries begins by reading it.

    It stands there as the try before left it, untouched. From then on the services lock and read for themselves.
    """
    really = transition._locked

    def locked(case_id: int) -> Case:
        if case_id != row.pk:
            return really(case_id)
        transition._locked = really
        return copy(row)

    transition._locked = locked
    try:
        yield
    finally:
        transition._locked = really


@pytest.mark.parametrize("status", [status.value for status in Status])
def test_what_is_drawn_in_a_state_is_what_the_services_do(cast: Cast, status: str) -> None:
    with transaction.atomic():
        case = given.a_case(cast, status=status)
        moment = max(A_DAY_LATER, case.settled_at or A_DAY_LATER)
        agree(cast, case, moment)
        transaction.set_rollback(True)


@pytest.mark.parametrize("status", ["registered", "in_progress", "replied", "rejected"])
def test_who_only_reads_is_drawn_nothing_and_could_do_nothing(cast: Cast, status: str) -> None:
    with transaction.atomic():
        case = given.a_case(cast, status=status)
        agree(cast, case, A_DAY_LATER, READING)
        for role in READING:
            assert available(Work(fresh(case), cast.actor(role), A_DAY_LATER)) == []
        transaction.set_rollback(True)


@pytest.mark.parametrize("make", VARIANTS, ids=lambda make: make.__name__)
def test_what_is_drawn_while_something_is_pending(cast: Cast, make: Callable[[Cast, Any], Case]) -> None:
    with transaction.atomic():
        agree(cast, make(cast, A_DAY_LATER), A_DAY_LATER + timedelta(hours=2))
        transaction.set_rollback(True)


@pytest.mark.parametrize(("status", "days"), [("confirmed", 15), ("unconfirmed", 91), ("rejected", 16)])
def test_when_the_asker_s_time_is_over_nothing_is_recorded_any_more(
    cast: Cast, status: str, days: int
) -> None:
    with transaction.atomic():
        case = given.a_case(cast, status=status)
        later = (case.unconfirmed_at or case.settled_at) + timedelta(days=days)
        agree(cast, case, later)
        drawn = {c.name for c in available(Work(fresh(case), cast.by_community_worker, later))}
        assert not drawn & {"record-answer", "record-objection"}
        transaction.set_rollback(True)
