"""Due dates are promises: what moves them, who must agree, and what never changes."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest

from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.services import assign, extension, lead, merge, reply
from huiyin.domain.clocks import end_of_day
from huiyin.domain.errors import NotPermitted, RuleBroken
from tests import given
from tests.people import Cast


def test_the_limit_of_the_default_list_runs_from_registration(cast: Cast) -> None:
    case = given.a_registered_case(cast)
    assert case.first_due_at == end_of_day(date(2026, 7, 1))
    assert case.policy_version


def test_assignment_counts_from_registration_not_from_today(cast: Cast) -> None:
    case = given.a_registered_case(cast)
    assigned = assign.assign(
        case,
        by=cast.actor("secretary"),
        case_list="immediate",
        lead=assign.Lead.company(cast.engagement),
        now=given.A_MONDAY + timedelta(days=2),
    )
    assert assigned.first_due_at == end_of_day(date(2026, 6, 4))


def test_an_assignment_may_promise_earlier_but_never_later_than_the_list(cast: Cast) -> None:
    case = given.a_registered_case(cast)
    by, lead_ = cast.actor("secretary"), assign.Lead.company(cast.engagement)
    with pytest.raises(RuleBroken, match="期限不能晚于"):
        assign.assign(
            case, by=by, case_list="short_term", lead=lead_, due_on=date(2026, 7, 2), now=given.A_MONDAY
        )
    earlier = assign.assign(
        case, by=by, case_list="short_term", lead=lead_, due_on=date(2026, 6, 10), now=given.A_MONDAY
    )
    assert earlier.due_at == end_of_day(date(2026, 6, 10))


def test_a_long_term_case_needs_its_steps(cast: Cast) -> None:
    case = given.a_registered_case(cast)
    by, lead_ = cast.actor("secretary"), assign.Lead.company(cast.engagement)
    with pytest.raises(RuleBroken, match="分几步"):
        assign.assign(case, by=by, case_list="long_term", lead=lead_, now=given.A_MONDAY)
    steps = [assign.Step("征求意见", date(2026, 8, 1)), assign.Step("施工", date(2026, 11, 1))]
    case = assign.assign(case, by=by, case_list="long_term", lead=lead_, milestones=steps, now=given.A_MONDAY)
    assert [step.title for step in case.milestones.all()] == ["征求意见", "施工"]


def test_the_first_extension_is_approved_by_the_secretary_the_second_by_the_street(cast: Cast) -> None:
    case = given.a_case(cast, status="in_progress")
    first_due = case.first_due_at
    for ordinal, (approver, other, day) in enumerate(
        [
            ("secretary", "street_officer", date(2026, 7, 10)),
            ("street_officer", "secretary", date(2026, 7, 20)),
        ],
        1,
    ):
        asked = extension.ask_extension(
            case, by=cast.actor("manager"), due_on=day, reason="线路要找原施工单位查图。", now=given.A_MONDAY
        )
        with pytest.raises(NotPermitted):
            extension.decide_extension(asked, by=cast.actor(other), approve=True, now=given.A_MONDAY)
        extension.decide_extension(asked, by=cast.actor(approver), approve=True, now=given.A_MONDAY)
        case = Case.objects.get(pk=case.pk)
        assert (case.extension_count, case.due_at, case.first_due_at) == (ordinal, end_of_day(day), first_due)
    with pytest.raises(RuleBroken, match="不能再改"):
        extension.ask_extension(
            case, by=cast.actor("manager"), due_on=date(2026, 7, 30), reason="还要时间。", now=given.A_MONDAY
        )


def test_a_change_to_a_list_with_a_later_date_is_an_extension(cast: Cast) -> None:
    case = given.a_registered_case(cast)
    assign.assign(
        case,
        by=cast.actor("secretary"),
        case_list="immediate",
        lead=assign.Lead.company(cast.engagement),
        now=given.A_MONDAY,
    )
    extension.change_list(
        case, by=cast.actor("secretary"), case_list="short_term", reason="要等配件。", now=given.A_MONDAY
    )
    case = Case.objects.get(pk=case.pk)
    assert case.case_list == "short_term"
    assert case.extension_count == 1
    assert case.first_due_at == end_of_day(date(2026, 6, 4))
    assert case.due_at == end_of_day(date(2026, 7, 1))


def test_a_pause_moves_the_current_date_only_and_ends_by_itself(cast: Cast) -> None:
    case = given.a_case(cast, status="awaiting_asker")
    first_due = case.first_due_at
    started = case.pauses.get().started_at
    case = lead.resume(case, by=cast.actor("resident"), addition="是三层。", now=started + timedelta(days=3))
    assert case.first_due_at == first_due
    assert case.due_at == first_due + timedelta(days=3)
    assert "补充：是三层。" in case.text


def test_a_case_pauses_at_most_twice(cast: Cast) -> None:
    case = given.a_case(cast, status="awaiting_asker")
    at = given.A_MONDAY + timedelta(days=1)
    lead.resume(case, by=cast.actor("manager"), now=at)
    lead.ask_asker(case, by=cast.actor("manager"), what_is_missing="哪一盏？", now=at)
    lead.resume(case, by=cast.actor("manager"), now=at)
    with pytest.raises(RuleBroken, match="不能再停"):
        lead.ask_asker(case, by=cast.actor("manager"), what_is_missing="还有吗？", now=at)


def test_the_time_paused_is_added_to_the_longest_a_case_may_be_extended(cast: Cast) -> None:
    case = given.a_registered_case(cast)
    assign.assign(
        case,
        by=cast.actor("secretary"),
        case_list="long_term",
        lead=assign.Lead.company(cast.engagement),
        due_on=date(2027, 5, 30),
        milestones=[assign.Step("施工", date(2026, 11, 1))],
        now=given.A_MONDAY,
    )
    lead.start(case, by=cast.actor("manager"), now=given.A_MONDAY)
    lead.ask_asker(case, by=cast.actor("manager"), what_is_missing="哪一层？", now=given.A_MONDAY)
    case = lead.resume(case, by=cast.actor("manager"), now=given.A_MONDAY + timedelta(days=7))
    assert case.due_at == end_of_day(date(2027, 6, 6))
    latest = date(2027, 6, 8)  # 365 days from registration and the seven of the pause
    for due_on, is_too_late in ((latest + timedelta(days=1), True), (latest, False)):
        ask = partial(
            extension.ask_extension,
            case,
            by=cast.actor("manager"),
            due_on=due_on,
            reason="等住户签字。",
            now=given.A_MONDAY + timedelta(days=8),
        )
        if is_too_late:
            with pytest.raises(RuleBroken, match="新期限太晚了"):
                ask()
        else:
            assert ask().new_due_at == end_of_day(latest)


def test_another_lead_takes_over_with_the_same_clock(cast: Cast) -> None:
    case = given.a_case(cast, status="in_progress")
    due = case.due_at
    proposal = lead.propose_lead(
        case,
        by=cast.actor("manager"),
        lead=assign.Lead.of_area(cast.community),
        reason="公共照明归社区统一改造。",
        now=given.A_MONDAY,
    )
    with pytest.raises(NotPermitted):
        lead.decide_lead(proposal, by=cast.actor("stranger"), accept=True, now=given.A_MONDAY)
    lead.decide_lead(proposal, by=cast.actor("secretary"), accept=True, now=given.A_MONDAY)
    case = Case.objects.get(pk=case.pk)
    assert case.lead_label == cast.community.name
    assert (case.due_at, case.status) == (due, "in_progress")


def test_a_miss_is_frozen_whatever_becomes_of_the_case(cast: Cast) -> None:
    case = given.a_registered_case(cast)
    late = case.first_due_at + timedelta(hours=1)
    case = assign.assign(
        case,
        by=cast.actor("secretary"),
        case_list="long_term",
        lead=assign.Lead.company(cast.engagement),
        milestones=[assign.Step("一步", date(2026, 9, 1))],
        now=late,
    )
    assert case.missed_first_due_at == end_of_day(date(2026, 7, 1))
    row = reply.reply(
        case, by=cast.actor("manager"), text=given.GOOD_REPLY, no_evidence_reason="没有拍照。", now=late
    )
    assert row.case.is_on_time is False


def test_a_reply_on_the_last_day_is_on_time_and_one_a_moment_later_is_not(cast: Cast) -> None:
    on_time, late = given.a_case(cast, status="in_progress"), given.a_case(cast, status="in_progress")
    for case, moment, expected in (
        (on_time, on_time.first_due_at, True),
        (late, late.first_due_at + timedelta(microseconds=1), False),
    ):
        reply.reply(
            case, by=cast.actor("manager"), text=given.GOOD_REPLY, no_evidence_reason="没有拍照。", now=moment
        )
        assert Case.objects.get(pk=case.pk).is_on_time is expected


def test_an_unmerged_case_still_counts_from_its_own_registration(cast: Cast) -> None:
    case = given.a_case(cast, status="merged")
    case = merge.unmerge(
        case, by=cast.actor("secretary"), reason="不是同一盏灯。", now=given.A_MONDAY + timedelta(days=5)
    )
    assert case.status == "registered"
    assert case.first_due_at == end_of_day(date(2026, 7, 1))
