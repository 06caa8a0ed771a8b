"""What the lead asked for while it worked on a case ends with the work; no pile counts what no list shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client

from huiyin.apps.audit.models import Event
from huiyin.apps.ledger.commands import available
from huiyin.apps.ledger.desk_selectors import DESK_STATES, condition_of, counts, duties_of
from huiyin.apps.ledger.desk_work import Work
from huiyin.apps.ledger.models import Case, Extension, GiveUpProposal, LeadProposal, Objection
from huiyin.apps.ledger.selectors import cases_for_desk
from huiyin.apps.ledger.services import answer, assign, extension, giving_up, lead, merge
from huiyin.domain.errors import RuleBroken
from huiyin.web.now import now
from tests import given
from tests.people import Cast

DAY = timedelta(days=1)
AT = given.A_MONDAY + DAY
REQUESTS = (Extension, LeadProposal, GiveUpProposal)


def everything_asked(cast: Cast) -> Case:
    """A case in work whose lead wants a later date, another lead, and out of it."""
    case = given.a_case(cast, status="in_progress")
    extension.ask_extension(case, by=cast.by_manager, due_on=date(2026, 7, 9), reason="等配件。", now=AT)
    lead.propose_lead(
        case, by=cast.by_manager, lead=assign.Lead.of_area(cast.community), reason="归社区。", now=AT
    )
    giving_up.propose_giving_up(
        case, by=cast.by_manager, reason="线路不归物业。", responsible_instead="供电公司", now=AT
    )
    return case


def replied(cast: Cast, case: Case) -> None:
    given._reply(cast, case, AT + DAY)


def merged(cast: Cast, case: Case) -> None:
    into = given.a_registered_case(cast, person=cast.neighbour)
    merge.merge(case, into=into, by=cast.by_secretary, now=AT + DAY)


def withdrawn(cast: Cast, case: Case) -> None:
    answer.withdraw(given.original_asker(case), by=cast.by_resident, now=AT + DAY)


@pytest.mark.parametrize("ends", [replied, merged, withdrawn])
def test_with_the_work_every_pending_request_ends_in_public(
    cast: Cast, client: Client, ends: Callable[[Cast, Case], None]
) -> None:
    case = everything_asked(cast)
    ends(cast, case)
    assert [set(model.objects.values_list("state", flat=True)) for model in REQUESTS] == [{"lapsed"}] * 3
    told = Event.objects.get(stream=case.stream, kind="ledger.requests_lapsed")
    assert told.public["requests"] == ["extension", "lead", "give_up"]
    page = client.get(f"/cases/{case.number}").text
    assert "改期的申请、转办的申请、“解决不了”的申请不用再定了" in page


def test_agreed_that_it_cannot_be_solved_the_other_requests_end_too(cast: Cast) -> None:
    case = everything_asked(cast)
    giving_up.decide_giving_up(case.give_up_proposals.get(), by=cast.by_secretary, agree=True, now=AT)
    states = [model.objects.get().state for model in REQUESTS]
    assert states == ["lapsed", "lapsed", "agreed"]


def test_a_fourth_reopening_that_is_refused_ends_what_was_asked_for_it(cast: Cast) -> None:
    case = given.a_case(cast, status="reopen_requested")
    due_on = (Case.objects.get(pk=case.pk).due_at + DAY).date()
    extension.ask_extension(case, by=cast.by_manager, due_on=due_on, reason="等配件。", now=AT)
    answer.decide_reopening(case, by=cast.by_secretary, grant=False, reason="看过现场。", now=AT)
    assert Extension.objects.get().state == "lapsed"


def test_what_the_old_lead_asked_for_is_not_the_new_leads_word(cast: Cast) -> None:
    case = everything_asked(cast)
    lead.decide_lead(
        case.lead_proposals.get(), by=cast.by_secretary, accept=True, now=AT + timedelta(hours=1)
    )
    assert [model.objects.get().state for model in REQUESTS] == ["lapsed", "accepted", "lapsed"]
    told = Event.objects.get(stream=case.stream, kind="ledger.requests_lapsed")
    assert told.public["requests"] == ["extension", "give_up"]
    with pytest.raises(RuleBroken, match="已经有结果"):
        giving_up.decide_giving_up(
            case.give_up_proposals.get(), by=cast.by_secretary, agree=True, now=AT + DAY
        )


def test_a_lead_that_stays_stands_by_what_it_asked_for(cast: Cast) -> None:
    case = everything_asked(cast)
    lead.decide_lead(
        case.lead_proposals.get(), by=cast.by_secretary, accept=False, now=AT + timedelta(hours=1)
    )
    assert [model.objects.get().state for model in REQUESTS] == ["asked", "declined", "proposed"]


def test_a_giving_up_waits_for_nobody_while_the_asker_is_asked(cast: Cast) -> None:
    case, by = given.a_case(cast, status="in_progress"), cast.by_secretary

    def waits() -> tuple[bool, bool]:
        listed = cases_for_desk(by).filter(condition_of("give_up_proposed", duties_of(by), AT))
        drawn = {command.name for command in available(Work(Case.objects.get(pk=case.pk), by, AT))}
        return listed.exists(), "decide-giving-up" in drawn

    given._propose_giving_up(cast, case, AT)
    assert waits() == (True, True)
    lead.ask_asker(case, by=cast.by_manager, what_is_missing="哪一层？", now=AT)
    assert waits() == (False, False)
    lead.resume(case, by=cast.by_manager, now=AT + timedelta(hours=1))
    assert waits() == (True, True)


def test_what_is_replied_without_requests_says_nothing_of_them(cast: Cast) -> None:
    case = given.a_case(cast, status="replied")
    assert not Event.objects.filter(stream=case.stream, kind="ledger.requests_lapsed").exists()


def test_an_old_proposal_cannot_close_a_case_that_was_reopened(cast: Cast) -> None:
    case = everything_asked(cast)
    old = case.give_up_proposals.get()
    replied(cast, case)
    given._say("not_solved")(cast, case, AT + 2 * DAY)
    lead.start(case, by=cast.by_manager, now=AT + 2 * DAY)
    with pytest.raises(RuleBroken, match="已经有结果"):
        giving_up.decide_giving_up(old, by=cast.by_secretary, agree=True, now=AT + 2 * DAY)
    assert Case.objects.get(pk=case.pk).status == "in_progress"
    giving_up.propose_giving_up(
        case, by=cast.by_manager, reason="新的原因。", responsible_instead="供电公司", now=AT + 2 * DAY
    )


def test_the_plan_of_a_list_that_was_never_reached_is_forgotten(cast: Cast) -> None:
    case = given.a_registered_case(cast)
    by, company = cast.by_secretary, assign.Lead.company(cast.engagement)
    assign.assign(case, by=by, case_list="immediate", lead=company, now=given.A_MONDAY)
    steps = (assign.Step("施工", date(2026, 11, 1)),)
    for case_list in ("short_term", "long_term"):  # the second is the street's to approve
        extension.change_list(case, by=by, case_list=case_list, reason="要备料。", milestones=steps, now=AT)
    assert case.milestones.count() == 1
    given._reply(cast, case, AT + DAY)
    assert not case.milestones.exists()
    assert Case.objects.get(pk=case.pk).case_list == "short_term"


ROLES = ("secretary", "street_officer", "district_officer", "manager", "technician", "auditor")


@pytest.mark.parametrize("role", ROLES)
def test_no_state_counts_a_settled_case_whatever_is_still_asked_of_it(cast: Cast, role: str) -> None:
    """Rows as they might stand there from before: each condition asks for the status itself."""
    asked, settled = everything_asked(cast), everything_asked(cast)
    given._reply(cast, settled, AT + DAY)
    given._say("solved")(cast, settled, AT + DAY)
    for model, state in zip(REQUESTS, ("asked", "to_decide", "proposed"), strict=True):
        model.objects.filter(case=settled).update(state=state)
    Objection.objects.create(
        case=settled, asker=given.original_asker(settled), text="不同意。", raised_at=AT + DAY
    )
    by = cast.actor(role)
    duties, mine = duties_of(by), cases_for_desk(by)
    counted = counts(mine, duties, now(), tuple(DESK_STATES))
    for state in DESK_STATES:
        shown = list(mine.filter(condition_of(state, duties, now())))
        assert settled not in shown, state
        assert counted[state] == len(shown), state
    if role == "secretary":
        assert [counted[key] for key in ("extension_asked", "give_up_proposed", "lead_to_decide")] == [
            1,
            1,
            1,
        ]
        assert asked in mine.filter(condition_of("waiting", duties, now()))
