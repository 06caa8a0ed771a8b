"""Another list, another lead, a pause: what each may change, and what it must leave alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from huiyin.apps.audit.models import Event
from huiyin.apps.ledger.models import Asker, Case, LeadProposal
from huiyin.apps.ledger.services import askers, assign, extension, lead, milestones
from huiyin.apps.ledger.services.escalate import tend
from huiyin.domain.clocks import end_of_day
from huiyin.domain.errors import NotPermitted, RuleBroken
from tests import given
from tests.people import Cast

DAY = timedelta(days=1)
STEPS = (assign.Step("征求意见", date(2026, 9, 1)), assign.Step("施工", date(2026, 11, 1)))


def assigned(cast: Cast, case_list: str = "short_term", due_on: date | None = None) -> Case:
    case = given.a_registered_case(cast)
    return assign.assign(
        case,
        by=cast.actor("secretary"),
        case_list=case_list,
        lead=assign.Lead.company(cast.engagement),
        due_on=due_on,
        milestones=STEPS,
        now=given.A_MONDAY,
    )


def change(cast: Cast, case: Case, case_list: str, *, days: int = 0) -> object:
    return extension.change_list(
        case,
        by=cast.actor("secretary"),
        case_list=case_list,
        reason="重新看过现场。",
        milestones=STEPS,
        now=given.A_MONDAY + days * DAY,
    )


def test_a_change_of_list_never_gives_an_overdue_case_a_later_date_by_itself(cast: Cast) -> None:
    case = assigned(cast, due_on=date(2026, 6, 8))
    change(cast, case, "immediate", days=9)
    changed = Case.objects.get(pk=case.pk)
    assert (changed.case_list, changed.due_at) == ("immediate", case.due_at)


def test_a_second_change_to_the_long_list_keeps_its_plan_until_the_street_decides(cast: Cast) -> None:
    case = assigned(cast, "immediate")
    change(cast, case, "short_term")
    asked = change(cast, case, "long_term")
    assert Case.objects.get(pk=case.pk).case_list == "short_term"
    extension.decide_extension(asked, by=cast.actor("street_officer"), approve=True, now=given.A_MONDAY)  # type: ignore[arg-type]
    case = Case.objects.get(pk=case.pk)
    assert case.case_list == "long_term"
    assert [step.title for step in case.milestones.all()] == ["征求意见", "施工"]


def test_a_refused_change_to_the_long_list_leaves_no_plan_behind(cast: Cast) -> None:
    case = assigned(cast, "immediate")
    change(cast, case, "short_term")
    asked = change(cast, case, "long_term")
    extension.decide_extension(
        asked,  # type: ignore[arg-type]
        by=cast.actor("street_officer"),
        approve=False,
        refusal_reason="三十天够了。",
        now=given.A_MONDAY,
    )
    assert not case.milestones.exists()


def test_back_to_the_long_list_the_steps_that_were_done_stay(cast: Cast) -> None:
    case = assigned(cast, "long_term")
    milestones.finish_milestone(
        case.milestones.get(ordinal=1), by=cast.actor("manager"), note="开过会了。", now=given.A_MONDAY
    )
    change(cast, case, "short_term")
    with pytest.raises(RuleBroken):
        milestones.finish_milestone(
            case.milestones.get(ordinal=2), by=cast.actor("manager"), note="完工了。", now=given.A_MONDAY
        )
    change(cast, case, "long_term")
    told = [(step.ordinal, step.title, step.done_on is not None) for step in case.milestones.all()]
    assert told == [(1, "征求意见", True), (2, "征求意见", False), (3, "施工", False)]


def test_the_titles_of_steps_are_masked_and_stand_among_the_texts(cast: Cast) -> None:
    case = given.a_registered_case(cast)
    assign.assign(
        case,
        by=cast.actor("secretary"),
        case_list="long_term",
        lead=assign.Lead.department("供电公司，电话13800138000"),
        milestones=[assign.Step("找王工，电话13800138000", date(2026, 9, 1))],
        now=given.A_MONDAY,
    )
    case = Case.objects.get(pk=case.pk)
    event = Event.objects.select_related("secret").get(stream=case.stream, kind="ledger.case_assigned")
    said = f"{case.lead_label}{case.milestones.get().title}{event.public}{event.secret.texts}"
    assert "13800138000" not in said
    assert "王工" not in str(event.public)


def test_a_new_lead_has_its_working_day_before_the_secretary_decides(cast: Cast) -> None:
    case = assigned(cast)
    by = cast.actor("secretary")
    proposal = lead.propose_lead(
        case,
        by=cast.actor("manager"),
        lead=assign.Lead.of_area(cast.street),
        reason="归街道统一改造。",
        now=given.A_MONDAY,
    )
    with pytest.raises(RuleBroken, match="答复时限内"):
        lead.decide_lead(proposal, by=by, accept=True, now=given.A_MONDAY + DAY / 2)
    late = proposal.accept_until + timedelta(minutes=1)
    with pytest.raises(RuleBroken, match="已过答复时限"):
        lead.decide_lead(proposal, by=cast.actor("street_officer"), accept=True, now=late)
    decided = lead.decide_lead(proposal, by=by, accept=True, now=late)
    assert decided.state == LeadProposal.State.ACCEPTED


def test_the_clock_does_not_stand_for_an_asker_who_was_never_reached(cast: Cast) -> None:
    case = given.a_case(cast, status="awaiting_asker")
    due = case.due_at
    case = lead.record_question_not_reached(
        given.original_asker(case), channel="sms", now=given.A_MONDAY + 2 * DAY
    )
    assert (case.status, case.due_at) == ("in_progress", due)
    with pytest.raises(RuleBroken, match="联系不上"):
        lead.ask_asker(
            case, by=cast.actor("manager"), what_is_missing="哪一层？", now=given.A_MONDAY + 2 * DAY
        )
    lead.record_question_reached(given.original_asker(case), channel="call", now=given.A_MONDAY + 2 * DAY)
    lead.ask_asker(case, by=cast.actor("manager"), what_is_missing="哪一层？", now=given.A_MONDAY + 2 * DAY)


def test_nobody_is_asked_where_nobody_can_be_told(cast: Cast) -> None:
    case = given.a_case(cast, status="in_progress")
    Asker.objects.filter(case=case).update(person=None)
    with pytest.raises(RuleBroken, match="联系不上"):
        lead.ask_asker(case, by=cast.actor("manager"), what_is_missing="哪一层？", now=given.A_MONDAY)


def test_an_urgent_class_gives_its_own_limit_and_never_a_longer_one(cast: Cast) -> None:
    by, lead_ = cast.actor("secretary"), assign.Lead.company(cast.engagement)
    for case_list, urgency, due in (
        ("short_term", "two_hours", given.A_MONDAY + timedelta(hours=2)),
        ("short_term", "seven_days", end_of_day(date(2026, 6, 8))),
        ("immediate", "fifteen_days", end_of_day(date(2026, 6, 4))),
    ):
        case = assign.assign(
            given.a_registered_case(cast),
            by=by,
            case_list=case_list,
            lead=lead_,
            urgency=urgency,
            now=given.A_MONDAY,
        )
        assert (case.first_due_at, case.urgency) == (due, urgency)
    with pytest.raises(RuleBroken, match="紧急程度"):
        assign.assign(
            given.a_registered_case(cast),
            by=by,
            case_list="short_term",
            lead=lead_,
            urgency="at_once",
            now=given.A_MONDAY,
        )


def test_urges_before_the_reply_do_not_climb_the_ladder_again_after_it(cast: Cast) -> None:
    case = given.a_case(cast, status="in_progress")
    mine, by = given.original_asker(case), cast.actor("resident")
    for day in range(1, 6):
        askers.urge(mine, by=by, now=given.A_MONDAY + day * DAY)
    tend(now=given.A_MONDAY + 5 * DAY)
    given._reply(cast, case, given.A_MONDAY + 6 * DAY)
    given._say("not_solved")(cast, case, given.A_MONDAY + 7 * DAY)
    tend(now=given.A_MONDAY + 8 * DAY)
    assert [(step.round, step.reason) for step in case.escalations.all()] == [(0, "urged")]


def test_what_an_elder_said_by_phone_ends_the_pause(cast: Cast) -> None:
    case = given.a_case(cast, status="awaiting_asker")
    worker = cast.actor("community_worker")
    with pytest.raises(NotPermitted):
        lead.resume(case, by=worker, now=given.A_MONDAY + DAY)
    case = lead.resume(case, by=worker, addition="是三层东侧。", now=given.A_MONDAY + DAY)
    assert case.status == "in_progress"
    assert "是三层东侧。" in case.text
