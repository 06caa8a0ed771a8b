"""Closing: every question has exactly one outcome in the ledger, then minutes, corrections and the lock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.apps.audit.models import Event
from huiyin.apps.audit.verification import Counts, problems
from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.services import answer as answers
from huiyin.apps.ledger.services import merge
from huiyin.apps.meetings import selectors
from huiyin.apps.meetings.balance import balance_of
from huiyin.apps.meetings.models import FloorInterval, Meeting, Minutes, Question
from huiyin.apps.meetings.services import ask, close, minutes, moderate, notes, run
from huiyin.apps.people.models import Contact, HouseholdMembership, Person
from huiyin.apps.people.selectors import actor_of
from huiyin.apps.places.models import Household
from huiyin.apps.publishing.models import Message
from huiyin.domain.access import ANONYMOUS
from huiyin.domain.errors import NotPermitted, RuleBroken
from tests import given
from tests.apps.publishing.told import run_reactions
from tests.given_meetings import (
    CHARGING,
    CLOSING,
    END,
    FLOOR,
    LIFT,
    LOCKING,
    MINUTE,
    REVENUE,
    SPOKEN,
    a_held_question,
    a_paper_question,
    a_phone_comes,
    a_question,
)
from tests.people import Cast

pytestmark = pytest.mark.django_db
InPhase = Callable[..., tuple[Cast, Meeting]]
NOW = FLOOR + 5 * MINUTE
DAY = timedelta(days=1)
CLOSING_ONE_ANSWERED = 100


def closed(cast: Cast, meeting: Meeting, **said: object) -> Meeting:
    by = cast.actor("secretary")
    run.end_questions(meeting, by=by, now=END)
    return close.close_meeting(meeting, by=by, now=CLOSING, **said)


def again(question: Question) -> Question:
    return Question.objects.select_related("case__merged_into").get(pk=question.pk)


def test_a_whole_meeting_comes_out_even(in_phase: InPhase) -> None:
    """One of each: answered, deferred, hidden, not dealt with, merged, rejected, and one for the residents."""
    cast, meeting = in_phase("questions")
    by = cast.actor("secretary")
    answered = moderate.answer_on_the_spot(a_question(cast, meeting), by=by, text=SPOKEN, now=NOW)
    deferred = moderate.defer(a_question(cast, meeting, text=CHARGING), by=by, now=NOW)
    hidden = moderate.hide(
        a_question(cast, meeting, text="你们都是骗子。"), by=by, reason_code="insult", now=NOW
    )
    left = a_paper_question(cast, meeting)
    merged = moderate.merge(
        a_question(cast, meeting, text="电梯又停了。", by=cast.actor("neighbour")),
        into=answered,
        by=by,
        now=NOW,
    )
    rejected = moderate.reject(
        a_question(cast, meeting, text="邻居欠我钱怎么办？"), by=by, reason_code="private_dispute", now=NOW
    )
    other_way = ask.company_asks(
        meeting, by=cast.actor("manager"), estate=cast.estate, text="垃圾站挪到北门行不行？", now=NOW
    )
    moderate.answer_on_the_spot(other_way, by=by, text="到场的十户都同意挪到北门。", now=NOW)
    meeting = closed(cast, meeting)

    counted = balance_of(meeting)
    assert counted.is_even
    assert (counted.asked, counted.cases, counted.merged, counted.rejected) == (6, 4, 1, 1)
    assert (counted.answered, counted.hidden, counted.to_residents) == (1, 1, 1)
    outcomes = {
        each.number: (each.outcome, each.case.status if each.case else "")
        for each in selectors.questions_of(meeting)
    }
    assert outcomes == {
        1: ("case", "replied"),
        2: ("case", "registered"),
        3: ("case", "registered"),
        4: ("case", "registered"),
        5: ("merged", "merged"),
        6: ("rejected", "rejected"),
        7: ("", ""),
    }
    assert again(merged).case.merged_into == again(answered).case
    assert again(deferred).case.text == CHARGING
    assert again(rejected).case.public_reason == rejected.rejected_reason
    assert again(left).case.askers.get().contact.name == "周有福"
    assert "骗子" not in again(hidden).case.text + again(hidden).case.title
    assert again(hidden).case.private.text == "你们都是骗子。"
    assert meeting.estates.get().report.status == "presented"
    assert list(problems(Counts())) == []
    said_by = {each.number: _registered_by(again(each).case) for each in (answered, left)}
    assert said_by == {1: "居民", 4: "社区书记 何知夏"}


def _registered_by(case: Case) -> str:
    return Event.objects.get(stream=case.stream, kind="ledger.case_registered").actor_label


def test_what_was_said_on_the_spot_is_the_reply_and_the_asker_has_the_last_word(in_phase: InPhase) -> None:
    cast, meeting = in_phase("questions")
    question = a_question(cast, meeting)
    moderate.answer_on_the_spot(question, by=cast.actor("community_worker"), text=SPOKEN, now=NOW)
    closed(cast, meeting)
    case = again(question).case
    reply = case.replies.get()
    assert (reply.text, reply.is_spoken) == (SPOKEN, True)
    assert reply.author_label == "项目负责人 梁小禾（报告会当场答复，社区书记 何知夏 记录）"
    assert case.lead_engagement == cast.engagement
    answers.answer(
        given.original_asker(case),
        by=cast.actor("resident"),
        answer="not_solved",
        comment="还是停。",
        now=CLOSING + DAY,
    )
    assert Case.objects.get(pk=case.pk).status == "reopened"


def test_an_answer_that_said_nothing_stands_as_it_was_said(in_phase: InPhase) -> None:
    cast, meeting = in_phase("questions")
    question = a_question(cast, meeting)
    said = "这个问题我们高度重视，会尽快处理，感谢您的理解。"
    moderate.answer_on_the_spot(question, by=cast.actor("community_worker"), text=said, now=NOW)
    closed(cast, meeting)
    assert again(question).case.replies.get().text == said


def test_a_merged_asker_keeps_an_own_answer(in_phase: InPhase) -> None:
    cast, meeting = in_phase("questions")
    by = cast.actor("secretary")
    first = a_question(cast, meeting)
    second = a_question(cast, meeting, text="电梯又停了。", by=cast.actor("neighbour"))
    moderate.merge(second, into=first, by=by, now=NOW)
    closed(cast, meeting)
    mine = given.original_asker(again(second).case)
    assert mine.person == cast.neighbour


def test_a_question_joins_an_open_case_and_stands_alone_where_that_was_done_meanwhile(
    in_phase: InPhase,
) -> None:
    cast, meeting = in_phase("questions")
    by = cast.actor("secretary")
    still_open, done, moved = (given.a_registered_case(cast) for _ in range(3))
    joins = moderate.merge_into_case(a_question(cast, meeting), case=still_open, by=by, now=NOW)
    alone = moderate.merge_into_case(a_question(cast, meeting, text=CHARGING), case=done, by=by, now=NOW)
    follows = moderate.merge_into_case(a_question(cast, meeting, text=REVENUE), case=moved, by=by, now=NOW)
    given._reject(cast, done, NOW)
    merge.merge(moved, into=still_open, by=by, now=NOW)
    meeting = closed(cast, meeting)
    assert (again(follows).outcome, again(follows).case.merged_into) == ("merged", still_open)
    assert (again(joins).outcome, again(joins).case.merged_into) == ("merged", still_open)
    assert (again(alone).outcome, again(alone).case.status) == ("case", "registered")
    assert balance_of(meeting).is_even


def test_cases_take_questions_in_in_the_order_in_which_the_ledger_locks_them(in_phase: InPhase) -> None:
    """Else a closing and a merge of the secretary in the next room would wait for each other."""
    cast, meeting = in_phase("questions")
    by = cast.actor("secretary")
    older, newer = (given.a_registered_case(cast) for _ in range(2))
    moderate.merge_into_case(a_question(cast, meeting), case=newer, by=by, now=NOW)
    moderate.merge_into_case(a_question(cast, meeting, text=CHARGING), case=older, by=by, now=NOW)
    closed(cast, meeting)
    took_in = Event.objects.filter(kind="ledger.case_took_in").order_by("pk")
    assert [event.stream for event in took_in] == [older.stream, newer.stream]


def test_what_nobody_has_read_is_read_before_the_closing(in_phase: InPhase) -> None:
    cast, meeting = in_phase("questions")
    question = a_held_question(cast, meeting)
    with pytest.raises(RuleBroken, match="还有 1 个提问等人看过放行（第 1 问）"):
        closed(cast, meeting)
    assert Meeting.objects.get(pk=meeting.pk).phase == "closed"
    moderate.let_through(question, by=cast.actor("community_worker"), now=END + MINUTE)
    close.close_meeting(meeting, by=cast.actor("secretary"), now=CLOSING)
    assert again(question).case.askers.get().channel == "slip"


def test_closing_again_changes_nothing(in_phase: InPhase) -> None:
    cast, meeting = in_phase("questions")
    a_question(cast, meeting)
    closed(cast, meeting)
    before = Case.objects.count(), Event.objects.count()
    with pytest.raises(RuleBroken):
        close.close_meeting(meeting, by=cast.actor("secretary"), now=CLOSING + MINUTE)
    assert (Case.objects.count(), Event.objects.count()) == before


def test_a_closing_that_breaks_in_the_middle_leaves_nothing_half(
    in_phase: InPhase, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, meeting = in_phase("questions")
    for text in (LIFT, CHARGING, REVENUE):
        a_question(cast, meeting, text=text)
    run.end_questions(meeting, by=cast.actor("secretary"), now=END)
    before = Case.objects.count(), Event.objects.count()
    register = close.register_case
    calls = []

    def dies_at_the_third(**said: object) -> Case:
        calls.append(said)
        if len(calls) == 3:
            raise ConnectionError("the power is gone")
        return register(**said)

    monkeypatch.setattr(close, "register_case", dies_at_the_third)
    with pytest.raises(ConnectionError):
        close.close_meeting(meeting, by=cast.actor("secretary"), now=CLOSING)
    assert (Case.objects.count(), Event.objects.count()) == before
    assert not Question.objects.exclude(outcome="").exists()
    monkeypatch.undo()
    close.close_meeting(meeting, by=cast.actor("secretary"), now=CLOSING)
    assert Question.objects.filter(outcome="case").count() == 3


def test_too_few_households_and_no_further_sitting_needs_a_public_reason(in_phase: InPhase) -> None:
    cast, meeting = in_phase("questions", households=3)
    by = cast.actor("secretary")
    run.end_questions(meeting, by=by, reason="来的人少。", now=END)
    with pytest.raises(RuleBroken, match="不再开的，请写明理由"):
        close.close_meeting(meeting, by=by, now=END + 31 * DAY)  # who lets the days pass says why, too
    over = close.close_meeting(
        meeting, by=by, no_sitting_reason="小区只有 12 户，改为逐户走访。", now=CLOSING
    )
    assert over.no_sitting_reason == "小区只有 12 户，改为逐户走访。"
    assert selectors.minutes_of(over).content["meeting"]["outcome"] == "too_few"


def test_supports_are_counted_once_and_for_all(in_phase: InPhase) -> None:
    cast, meeting = in_phase("questions")
    first, second = a_question(cast, meeting), a_question(cast, meeting, text="电梯又停了。")
    for question in (first, second):
        ask.support(question, by=cast.actor("neighbour"), now=NOW)
    moderate.merge(second, into=first, by=cast.actor("secretary"), now=NOW)
    closed(cast, meeting)
    assert (again(first).support_count, again(second).support_count) == (1, 0)


def test_contact_data_lies_with_the_case_and_nowhere_else_afterwards(in_phase: InPhase) -> None:
    cast, meeting = in_phase("questions")
    question = a_paper_question(cast, meeting)
    closed(cast, meeting)
    private = again(question).private
    assert (private.name, private.phone, private.text) == ("", "", "")


# --- minutes ----------------------------------------------------------------------------------------------


def test_minutes_are_made_from_what_happened(in_phase: InPhase) -> None:
    cast, meeting = in_phase("questions")
    by = cast.actor("secretary")
    hidden = a_question(cast, meeting, text="你们都是骗子。")
    moderate.hide(hidden, by=by, reason_code="insult", now=NOW)
    moderate.answer_on_the_spot(a_question(cast, meeting), by=by, text=SPOKEN, now=NOW)
    notes.add_supervision_note(meeting, by=cast.actor("street_officer"), text="秩序良好，答复具体。", now=NOW)
    notes.add_result(meeting, by=by, text="同意把垃圾站挪到北门。", owner="青禾物业", now=NOW)
    ask.raise_difficulty(
        meeting, by=cast.actor("manager"), estate=cast.estate, text="南门违停，请协调交管。", now=NOW
    )
    content = selectors.minutes_of(closed(cast, meeting)).content
    first, second = content["questions"]
    assert (first["text"], first["hidden_reason"]) == ("", "原文里有侮辱或诽谤他人的话。")
    assert (second["text"], second["answer"], second["outcome"]) == (LIFT, SPOKEN, "case")
    assert content["clock"]["open_seconds"] == 42 * 60
    assert content["attendance"]["households"] == 10
    assert content["notes"][0]["text"] == "秩序良好，答复具体。"
    assert content["results"][0]["text"] == "同意把垃圾站挪到北门。"
    assert content["difficulties"][0]["case"] == meeting.difficulties.get().case.number
    assert "槐花" not in str(content), "no name of a resident, not even a nickname"


def test_only_who_was_there_proposes_a_correction(in_phase: InPhase) -> None:
    cast, meeting = in_phase("questions")
    phone = a_phone_comes(cast, meeting, now=NOW)
    a_question(cast, meeting)
    told = closed(cast, meeting).minutes
    by_phone = minutes.propose_correction(
        told, by=ANONYMOUS, check_in=phone, text="第 1 问是 3 号楼。", question_number=1, now=CLOSING + DAY
    )
    assert (by_phone.ordinal, by_phone.proposer_label) == (1, "居民")
    by_company = minutes.propose_correction(
        told, by=cast.actor("manager"), text="主机是一台。", now=CLOSING + DAY
    )
    assert by_company.proposer_label == "项目负责人 梁小禾"
    for stays_away in ("resident", "stranger", "anonymous"):
        with pytest.raises(NotPermitted, match="签到过的人"):
            minutes.propose_correction(told, by=cast.actor(stays_away), text="不对。", now=CLOSING + DAY)
    with pytest.raises(RuleBroken, match="没有第 9 问"):
        minutes.propose_correction(
            told, by=ANONYMOUS, check_in=phone, text="不对。", question_number=9, now=CLOSING + DAY
        )


def test_the_window_of_three_days_closes_and_proposals_are_decided_before_the_lock(in_phase: InPhase) -> None:
    cast, meeting = in_phase("minutes_open")
    by = cast.actor("secretary")
    told = meeting.minutes
    proposal = minutes.propose_correction(
        told, by=cast.actor("manager"), text="主机是一台。", now=CLOSING + DAY
    )
    with pytest.raises(RuleBroken, match="核对期还没有过"):
        minutes.lock_minutes(told, by=by, now=CLOSING + 3 * DAY)
    with pytest.raises(RuleBroken, match="不能再提出更正"):
        minutes.propose_correction(told, by=cast.actor("manager"), text="还有。", now=LOCKING)
    assert minutes.lock_due(now=LOCKING) == 0
    with pytest.raises(RuleBroken, match="还有 1 条更正没有决定"):
        minutes.lock_minutes(told, by=by, now=LOCKING)
    minutes.decide_correction(proposal, by=by, accept=True, reason="录音里确实是一台。", now=LOCKING)
    assert minutes.lock_due(now=LOCKING) == 1
    locked = Minutes.objects.get(pk=told.pk)
    assert locked.content["corrections"][0]["state"] == "accepted"
    assert locked.sha256 == minutes.hash_of(locked.content)
    assert Meeting.objects.get(pk=meeting.pk).phase == "locked"
    assert meeting.estates.get().report.status == "published"


def test_the_lock_waits_for_a_note_that_is_just_being_written(in_phase: InPhase) -> None:
    """Whoever adds something holds the pulse: the lock takes it before it reads what is to stand still."""
    _cast, meeting = in_phase("minutes_open")
    with CaptureQueriesContext(connection) as queries:
        minutes.lock_minutes(meeting.minutes, now=LOCKING)
    told = [query["sql"] for query in queries]
    pulse, notes_read, proposals_read = (
        next(place for place, sql in enumerate(told) if sql.startswith(verb) and table in sql)
        for verb, table in (
            ("UPDATE", "meetings_pulse"),
            ("SELECT", "meetings_supervisionnote"),
            ("SELECT", "meetings_minutescorrection"),
        )
    )
    assert pulse < min(notes_read, proposals_read)


def test_locked_minutes_that_were_changed_are_found(in_phase: InPhase) -> None:
    _cast, meeting = in_phase("locked")
    assert list(problems(Counts())) == []
    told = Minutes.objects.get(meeting=meeting)
    Minutes.objects.filter(pk=told.pk).update(content={**told.content, "agenda": ["换过的议程"]})
    (problem,) = problems(Counts())
    assert (problem.stream, problem.what) == (meeting.stream, "会议记录")


def test_what_the_certificate_and_the_pages_read_stands_still_with_the_minutes(in_phase: InPhase) -> None:
    cast, meeting = in_phase("questions")
    question = a_question(cast, meeting)
    told = closed(cast, meeting).minutes
    minutes.lock_minutes(told, now=LOCKING)
    assert list(problems(Counts())) == []
    FloorInterval.objects.update(opened_at=FLOOR + 20 * MINUTE)
    Question.objects.filter(pk=question.pk).update(text="没有人问过电梯。")
    found = [problem.what for problem in problems(Counts()) if problem.stream == meeting.stream]
    assert found == ["提问开放的第 1 段", "锁定以后改过的提问"]


def test_a_meeting_that_was_removed_is_found(in_phase: InPhase) -> None:
    _cast, meeting = in_phase("draft")
    stream = meeting.stream
    Meeting.objects.filter(pk=meeting.pk).delete()
    assert [(each.stream, each.what) for each in problems(Counts())] == [(stream, "这场报告会不在了")]


def test_a_question_that_was_removed_or_turned_is_found(in_phase: InPhase) -> None:
    cast, meeting = in_phase("questions")
    kept, turned = a_question(cast, meeting), a_question(cast, meeting, text=CHARGING)
    gone = a_question(cast, meeting, text=REVENUE)
    meeting = closed(cast, meeting)
    Question.objects.filter(pk=turned.pk).update(outcome="rejected")
    Question.objects.filter(pk=gone.pk).delete()
    found = sorted(problem.what for problem in problems(Counts()) if problem.stream == meeting.stream)
    assert found == ["第 2 问的去向", "第 3 问不见了"]
    assert not balance_of(meeting).is_even
    assert again(kept).outcome == "case"


def test_what_nobody_let_through_stands_nowhere_in_public_and_is_counted_with_its_reason(
    in_phase: InPhase,
) -> None:
    cast, meeting = in_phase("questions")
    by = cast.actor("secretary")
    held = [
        a_held_question(cast, meeting),
        a_held_question(cast, meeting, nonce="the nonce of another phone"),
    ]
    rejected = moderate.reject(held[0], by=by, reason_code="private_dispute", now=NOW)
    moderate.merge(held[1], into=a_question(cast, meeting), by=by, now=NOW)
    meeting = closed(cast, meeting)
    told = Minutes.objects.get().content["questions"]
    assert [(each["text"], each["rejected_reason"]) for each in told[:2]] == [
        ("", rejected.rejected_reason),
        ("", ""),
    ]
    assert Minutes.objects.get().content["balance"]["rejected"] == 1
    for question in held:
        case = again(question).case
        assert REVENUE not in case.text + case.title
        assert "原文不公开" in case.text
        for url in (f"/meetings/{meeting.pk}/minutes", f"/cases/{case.number}"):
            assert REVENUE not in Client().get(url).text


def neighbours(cast: Cast, count: int) -> list[Person]:
    """Accounts with a verified household each, in building 11."""
    people = Person.objects.bulk_create(Person(display_name="居民", joined_at=NOW) for _ in range(count))
    homes = Household.objects.bulk_create(
        Household(estate=cast.estate, building="11", unit="1", room=str(room)) for room in range(count)
    )
    HouseholdMembership.objects.bulk_create(
        HouseholdMembership(
            person=person,
            estate=cast.estate,
            household=home,
            claimed_at=NOW,
            verified_at=NOW,
            verified_by_key=cast.by_community_worker.key,
        )
        for person, home in zip(people, homes, strict=True)
    )
    Contact.objects.bulk_create(
        Contact(
            person=person, phone=f"1390000{number:04d}", phone_hmac=f"neighbour {number}", verified_at=NOW
        )
        for number, person in enumerate(people)
    )
    return people


def supported(question: Question, *people: Person) -> None:
    for person in people:
        assert ask.support(question, by=actor_of(person), now=NOW)


def test_who_asked_the_same_with_a_verified_home_is_told_and_answers_for_itself(in_phase: InPhase) -> None:
    cast, meeting = in_phase("questions")
    by = cast.actor("secretary")
    first, second, third = neighbours(cast, 3)
    answered, left = a_question(cast, meeting), a_paper_question(cast, meeting)
    merged = a_question(cast, meeting, text="电梯又停了。", by=cast.actor("neighbour"))
    supported(merged, first, second)
    supported(answered, first, third)
    supported(left, third)
    ask.support(answered, by=cast.actor("neighbour"), now=NOW)
    ask.support(answered, by=cast.actor("stranger"), now=NOW)
    moderate.answer_on_the_spot(answered, by=by, text=SPOKEN, now=NOW)
    moderate.merge(merged, into=answered, by=by, now=NOW)
    closed(cast, meeting)

    case = again(answered).case
    assert [each.person for each in case.askers.filter(part="me_too").order_by("pk")] == [
        first,
        second,
        third,
    ], "once each, not who has an own question there and not who has no verified home"
    assert (case.me_too_count, again(left).case.me_too_count, again(merged).case.me_too_count) == (3, 1, 0)
    assert not Message.objects.exists(), "they are told by the queue, after the closing"
    run_reactions()
    told = Message.objects.filter(asker__person=second, kind="ledger.case_replied")
    assert sorted(told.values_list("channel", flat=True)) == ["in_site", "sms"]
    joined = Event.objects.get(kind="ledger.neighbours_joined", stream=case.stream)
    assert (joined.public["count"], joined.public["me_too"]) == (3, 3)
    asker = case.askers.get(person=second)
    answers.answer(asker, by=actor_of(second), answer="not_solved", comment="还是天天停。", now=CLOSING + DAY)
    case.refresh_from_db()
    assert case.status == "reopened"
    assert balance_of(meeting).asked == 3
    assert list(problems(Counts())) == []


def test_a_rejected_question_takes_nobody_along(in_phase: InPhase) -> None:
    cast, meeting = in_phase("questions")
    question = a_question(cast, meeting)
    supported(question, *neighbours(cast, 2))
    moderate.reject(question, by=cast.actor("secretary"), reason_code="private_dispute", now=NOW)
    closed(cast, meeting)
    case = again(question).case
    assert (case.me_too_count, case.askers.count()) == (0, 1)


def test_who_asks_the_same_as_an_open_case_joins_that_case(in_phase: InPhase) -> None:
    cast, meeting = in_phase("questions")
    case = given.a_case(cast)
    question = a_question(cast, meeting, by=cast.actor("neighbour"))
    supported(question, *neighbours(cast, 2))
    moderate.merge_into_case(question, case=case, by=cast.actor("secretary"), now=NOW)
    closed(cast, meeting)
    case.refresh_from_db()
    assert case.me_too_count == 2


@pytest.mark.parametrize("count", [2, 40])
def test_closing_takes_as_many_queries_for_forty_who_ask_the_same_as_for_two(
    in_phase: InPhase, count: int
) -> None:
    cast, meeting = in_phase("questions")
    question = a_question(cast, meeting)
    supported(question, *neighbours(cast, count))
    moderate.answer_on_the_spot(question, by=cast.actor("secretary"), text=SPOKEN, now=NOW)
    run.end_questions(meeting, by=cast.actor("secretary"), now=END)
    with CaptureQueriesContext(connection) as captured:
        close.close_meeting(meeting, by=cast.actor("secretary"), now=CLOSING)
    assert again(question).case.me_too_count == count
    assert len(captured) <= CLOSING_ONE_ANSWERED
