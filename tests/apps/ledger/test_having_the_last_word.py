"""Closing belongs to the resident: answers, the window, reopening, several askers, codes, objections."""

from __future__ import annotations

from datetime import timedelta

import pytest

from huiyin.apps.ledger.models import Asker, Case
from huiyin.apps.ledger.selectors import is_overdue
from huiyin.apps.ledger.services import answer, askers, merge, register, reply
from huiyin.domain.errors import NotPermitted, RuleBroken
from tests import given
from tests.people import Cast


def test_only_the_asker_answers_never_the_leads_side(cast: Cast) -> None:
    case = given.a_case(cast, status="replied")
    mine = given.original_asker(case)
    for name in ("neighbour", "manager", "secretary", "stranger"):
        with pytest.raises(NotPermitted):
            answer.answer(mine, by=cast.actor(name), answer="solved")
    with pytest.raises(NotPermitted):
        answer.answer(mine, by=cast.actor("manager"), answer="solved", how="call", record_note="6月3日 10:00")


def test_a_negative_answer_needs_a_word_on_what_is_missing(cast: Cast) -> None:
    case = given.a_case(cast, status="replied")
    with pytest.raises(RuleBroken, match="哪里没办好"):
        answer.answer(given.original_asker(case), by=cast.actor("resident"), answer="partly")


def test_the_community_worker_answers_for_the_asker_with_a_record(cast: Cast) -> None:
    case = given.a_case(cast, status="replied")
    mine, worker = given.original_asker(case), cast.actor("community_worker")
    with pytest.raises(RuleBroken, match="纸条编号或通话时间"):
        answer.answer(mine, by=worker, answer="solved", how="call")
    case = answer.answer(mine, by=worker, answer="solved", how="call", record_note="6月3日 10:00 电话")
    assert case.status == "confirmed"


def test_silence_is_never_solved(cast: Cast) -> None:
    case = given.a_case(cast, status="replied")
    assert case.answer_until is not None
    assert answer.close_window(case, now=case.answer_until).status == "replied"
    case = answer.close_window(case, now=case.answer_until + timedelta(seconds=1))
    assert case.status == "unconfirmed"


def test_an_unconfirmed_case_may_still_be_confirmed_for_90_days(cast: Cast) -> None:
    case = given.a_case(cast, status="unconfirmed")
    assert case.unconfirmed_at is not None
    mine, by = given.original_asker(case), cast.actor("resident")
    with pytest.raises(RuleBroken, match="超过 90 天"):
        answer.answer(mine, by=by, answer="solved", now=case.unconfirmed_at + timedelta(days=91))
    assert (
        answer.answer(mine, by=by, answer="solved", now=case.unconfirmed_at + timedelta(days=89)).status
        == "confirmed"
    )


def test_paper_gives_fourteen_days(cast: Cast) -> None:
    case = given.a_case(cast, status="in_progress")
    row = reply.reply(
        case,
        by=cast.actor("manager"),
        text=given.GOOD_REPLY,
        no_evidence_reason="没有拍照。",
        now=given.A_MONDAY,
    )
    reply.record_delivery(
        given.original_asker(case), reply=row, channel="slip", delivered_at=given.A_MONDAY, now=given.A_MONDAY
    )
    case = Case.objects.get(pk=case.pk)
    assert case.answer_until is not None
    assert (case.answer_until.date() - given.A_MONDAY.date()).days == 14


def test_who_cannot_be_reached_shows_as_not_reached_and_is_never_counted_solved(cast: Cast) -> None:
    case = given.a_case(cast, status="in_progress")
    row = reply.reply(
        case,
        by=cast.actor("manager"),
        text=given.GOOD_REPLY,
        no_evidence_reason="没有拍照。",
        now=given.A_MONDAY,
    )
    reply.record_not_reached(given.original_asker(case), reply=row, channel="sms", now=given.A_MONDAY)
    case = answer.close_window(case, now=given.A_MONDAY + timedelta(days=15))
    assert (case.status, case.is_reached) == ("unconfirmed", False)


def test_a_case_reopens_three_times_by_itself_and_the_fourth_is_decided(cast: Cast) -> None:
    case = given.a_case(cast, status="reopen_requested")
    assert case.reopened_count == 3
    with pytest.raises(NotPermitted):
        answer.decide_reopening(case, by=cast.actor("manager"), grant=True, reason="继续。")
    with pytest.raises(RuleBroken, match="理由"):
        answer.decide_reopening(case, by=cast.actor("secretary"), grant=False, reason=" ")
    case = answer.decide_reopening(case, by=cast.actor("secretary"), grant=True, reason="线路确实没修好。")
    assert case.status == "in_progress"


def test_the_fourth_not_solved_gives_the_secretary_days_to_decide(cast: Cast) -> None:
    case = given.a_case(cast, status="in_progress")
    later = given.A_MONDAY + timedelta(days=60)
    for hours in (0, 2, 4):
        given._reply(cast, case, later + timedelta(hours=hours))
        given._STEPS["not_solved"](cast, case, later + timedelta(hours=hours + 1))
    given._reply(cast, case, later + timedelta(hours=6))
    said_at = later + timedelta(days=20)
    given._STEPS["not_solved"](cast, case, said_at)
    case = Case.objects.get(pk=case.pk)
    assert case.status == "reopen_requested"
    assert is_overdue(case, later + timedelta(days=19)) is False
    assert is_overdue(case, said_at + timedelta(days=1)) is False, "nobody could have done it earlier"
    assert is_overdue(case, said_at + timedelta(days=8)) is True


def test_a_confirmed_case_can_be_reopened_for_14_days(cast: Cast) -> None:
    case = given.a_case(cast, status="confirmed")
    assert case.settled_at is not None
    mine, by = given.original_asker(case), cast.actor("resident")
    with pytest.raises(RuleBroken, match="再次发生"):
        answer.answer(
            mine, by=by, answer="not_solved", comment="又不亮了", now=case.settled_at + timedelta(days=15)
        )
    again = answer.answer(
        mine, by=by, answer="not_solved", comment="又不亮了", now=case.settled_at + timedelta(days=13)
    )
    assert again.status == "reopened"


def test_each_asker_of_a_merged_case_answers_for_itself(cast: Cast) -> None:
    original = given.a_case(cast, status="in_progress")
    other = given.a_registered_case(cast, person=cast.neighbour)
    merge.merge(other, into=original, by=cast.actor("secretary"), now=given.A_MONDAY)
    row = reply.reply(
        original,
        by=cast.actor("manager"),
        text=given.GOOD_REPLY,
        no_evidence_reason="没有拍照。",
        now=given.A_MONDAY,
    )
    for case in (original, other):
        reply.record_delivery(
            given.original_asker(case),
            reply=row,
            channel="sms",
            delivered_at=given.A_MONDAY,
            now=given.A_MONDAY,
        )
    first = answer.answer(
        given.original_asker(original), by=cast.actor("resident"), answer="solved", now=given.A_MONDAY
    )
    assert first.status == "replied", "one 'solved' of two is not yet solved"
    second = answer.answer(
        given.original_asker(other),
        by=cast.actor("neighbour"),
        answer="not_solved",
        comment="我家门口还黑",
        now=given.A_MONDAY,
    )
    assert (second.pk, second.status) == (original.pk, "reopened")


def test_one_solved_and_no_negative_confirms_at_the_end_of_the_window(cast: Cast) -> None:
    case = given.a_case(cast, status="in_progress")
    askers.join_case(case, by=cast.actor("neighbour"), person_id=cast.neighbour.pk, now=given.A_MONDAY)
    row = reply.reply(
        case,
        by=cast.actor("manager"),
        text=given.GOOD_REPLY,
        no_evidence_reason="没有拍照。",
        now=given.A_MONDAY,
    )
    for asker in case.askers.all():
        reply.record_delivery(
            asker, reply=row, channel="sms", delivered_at=given.A_MONDAY, now=given.A_MONDAY
        )
    answer.answer(given.original_asker(case), by=cast.actor("resident"), answer="solved", now=given.A_MONDAY)
    case = Case.objects.get(pk=case.pk)
    assert case.answer_until is not None
    assert answer.close_window(case, now=case.answer_until + timedelta(days=1)).status == "confirmed"


def test_me_too_takes_a_verified_household_once(cast: Cast) -> None:
    case = given.a_case(cast, status="assigned")
    by, person = cast.actor("neighbour"), cast.neighbour
    askers.join_case(case, by=by, person_id=person.pk)
    with pytest.raises(RuleBroken, match="已经在这件事里"):
        askers.join_case(case, by=by, person_id=person.pk)
    with pytest.raises(RuleBroken, match="已经在这件事里"):
        askers.join_case(case, by=cast.actor("resident"), person_id=cast.resident.pk)
    with pytest.raises(RuleBroken, match="核实"):
        askers.join_case(case, by=cast.actor("technician"), person_id=cast.technician.pk)
    assert Case.objects.get(pk=case.pk).me_too_count == 1


def test_a_one_time_code_answers_once_and_is_locked_after_five_wrong_tries(cast: Cast) -> None:
    case = given.a_paper_case(cast)
    given_steps = given._STEPS
    for number, step in enumerate(("assign", "start", "reply"), 1):
        given_steps[step](cast, case, given.A_MONDAY + timedelta(hours=number))
    mine: Asker = given.original_asker(case)
    now = given.A_MONDAY + timedelta(hours=5)
    code = askers.issue_answer_code(mine, now=now)
    assert askers.asker_by_code(case.number, code, now=now) == mine
    answer.answer(mine, by=askers.code_holder(mine), answer="solved", how="code", now=now)
    with pytest.raises(RuleBroken, match="验证码不对"):
        askers.asker_by_code(case.number, code, now=now)
    other = askers.issue_answer_code(mine, now=now)
    for _ in range(5):
        with pytest.raises(RuleBroken):
            askers.asker_by_code(case.number, a_wrong_code_like(other), now=now)
    with pytest.raises(RuleBroken):
        askers.asker_by_code(case.number, other, now=now)


def a_wrong_code_like(code: str) -> str:
    """The same first digits, the last one another."""
    return code[:-1] + str((int(code[-1]) + 1) % 10)


def test_wrong_tries_lock_the_code_that_begins_alike_and_no_neighbours(cast: Cast) -> None:
    case, other = given.a_paper_case(cast), given.a_paper_case(cast)
    now = given.A_MONDAY + timedelta(hours=5)
    merge.merge(other, into=case, by=cast.actor("secretary"), now=now)
    mine, neighbours = given.original_asker(case), given.original_asker(other)
    code, neighbours_code = (askers.issue_answer_code(each, now=now) for each in (mine, neighbours))
    while code[:3] == neighbours_code[:3]:
        neighbours_code = askers.issue_answer_code(neighbours, now=now)
    # A stranger knows the number, which is public, and tries what comes to mind.
    unlike = next(
        f"{first:03d}00000" for first in range(1000) if f"{first:03d}" not in (code[:3], neighbours_code[:3])
    )
    for tried in [unlike] * 20 + [a_wrong_code_like(code)] * 5:
        with pytest.raises(RuleBroken, match="不对"):
            askers.asker_by_code(case.number, tried, now=now)
    with pytest.raises(RuleBroken, match="不对"):
        askers.asker_by_code(case.number, code, now=now)
    assert askers.asker_by_code(case.number, neighbours_code, now=now) == neighbours


def test_an_objection_goes_to_the_street_within_15_days(cast: Cast) -> None:
    case = given.a_case(cast, status="rejected")
    mine, by = given.original_asker(case), cast.actor("resident")
    assert case.settled_at is not None
    with pytest.raises(RuleBroken, match="超过 15 天"):
        askers.object_to_outcome(
            mine, by=by, text="这就是物业的事。", now=case.settled_at + timedelta(days=16)
        )
    objection = askers.object_to_outcome(mine, by=by, text="这就是物业的事。", now=case.settled_at)
    with pytest.raises(NotPermitted):
        askers.decide_objection(objection, by=cast.actor("secretary"), uphold=True, reason="应当受理。")
    case = askers.decide_objection(
        objection, by=cast.actor("street_officer"), uphold=True, reason="应当受理。"
    )
    assert case.status == "in_progress"
    assert case.lead_label


def test_what_the_street_dismissed_is_not_raised_again(cast: Cast) -> None:
    case = given.a_case(cast, status="rejected")
    mine, now = given.original_asker(case), case.settled_at
    assert now is not None
    objection = askers.object_to_outcome(mine, by=cast.by_resident, text="这就是物业的事。", now=now)
    askers.decide_objection(
        objection, by=cast.by_street_officer, uphold=False, reason="产权不在物业。", now=now
    )
    with pytest.raises(RuleBroken, match="不能再提"):
        askers.object_to_outcome(mine, by=cast.by_resident, text="还是物业的事。", now=now)


def test_a_new_outcome_may_be_objected_to_after_an_earlier_no(cast: Cast) -> None:
    case = given.a_case(cast, status="rejected")
    mine = given.original_asker(case)
    hour = timedelta(hours=1)
    now = given.A_MONDAY + hour
    for uphold in (False, True):
        Case.objects.filter(pk=case.pk).update(settled_at=now)
        objection = askers.object_to_outcome(mine, by=cast.by_resident, text="是物业的事。", now=now)
        askers.decide_objection(
            objection, by=cast.by_street_officer, uphold=uphold, reason="看过了。", now=now
        )
        now += hour
    assert Case.objects.get(pk=case.pk).status == "in_progress"


def test_the_same_key_registers_once(cast: Cast) -> None:
    key = "k" * 20
    first = given.a_registered_case(cast, idempotency_key=key)
    again = given.a_registered_case(cast, idempotency_key=key)
    assert first.pk == again.pk
    assert Case.objects.count() == 1


def test_numbers_have_no_gaps(cast: Cast) -> None:
    numbers = [given.a_registered_case(cast).number for _ in range(3)]
    with pytest.raises(RuleBroken):
        given.a_registered_case(cast, text="短")
    numbers.append(given.a_registered_case(cast).number)
    assert [number.replace("-", "")[2:8] for number in numbers] == ["000001", "000002", "000003", "000004"]


def test_what_the_public_reads_is_masked_and_the_words_are_kept_apart(cast: Cast) -> None:
    case = given.a_registered_case(cast, text="我叫王小明，电话13800138000，住6号楼2单元302室，楼道灯不亮。")
    shown = f"{case.title}{case.text}"
    assert "13800138000" not in shown
    assert "302" not in shown
    assert "13800138000" in case.private.text


def test_an_area_case_belongs_to_no_estate(cast: Cast) -> None:
    case = register.register_case(
        by=cast.actor("resident"),
        text="望溪路路口没有路灯。",
        area=cast.community,
        asker=register.AskerDraft(person_id=cast.resident.pk),
        now=given.A_MONDAY,
    )
    assert case.estate is None
    assert case.place_path == cast.community.path


def test_wrong_tries_lock_a_code_that_was_made_before_first_digits_were_kept(cast: Cast) -> None:
    case = given.a_paper_case(cast)
    mine, now = given.original_asker(case), given.A_MONDAY
    code = askers.issue_answer_code(mine, now=now)
    mine.codes.update(first_digits="")
    assert askers.asker_by_code(case.number, code, now=now) == mine
    for _ in range(5):
        with pytest.raises(RuleBroken, match="不对"):
            askers.asker_by_code(case.number, a_wrong_code_like(code), now=now)
    with pytest.raises(RuleBroken, match="不对"):
        askers.asker_by_code(case.number, code, now=now)
