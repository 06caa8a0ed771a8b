"""Asking at a meeting: by phone, by slip, by the company; held, hidden, merged, answered, taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.apps.meetings import selectors
from huiyin.apps.meetings.console import Nearest
from huiyin.apps.meetings.live import live_now
from huiyin.apps.meetings.models import CheckIn, Meeting, Pulse, Question
from huiyin.apps.meetings.services import ask, attend, close, moderate, run
from huiyin.apps.people.services import erase_person
from huiyin.domain.access import ANONYMOUS, Actor
from huiyin.domain.errors import NotPermitted, RuleBroken
from tests import given
from tests.given_meetings import (
    CHARGING,
    END,
    FLOOR,
    LIFT,
    MINUTE,
    NOTICE,
    REVENUE,
    SPOKEN,
    a_held_question,
    a_paper_question,
    a_phone_comes,
    a_question,
)
from tests.people import Cast, a_person

pytestmark = pytest.mark.django_db
InPhase = Callable[..., tuple[Cast, Meeting]]
NOW = FLOOR + 5 * MINUTE


@pytest.fixture
def live(in_phase: InPhase) -> tuple[Cast, Meeting]:
    return in_phase("questions")


def test_a_question_of_a_verified_phone_is_shown_at_once(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    question = a_question(cast, meeting, text=LIFT)
    assert (question.number, question.status, question.text) == (1, "shown", LIFT)
    assert question.private.person == cast.resident
    assert question.private.household.room == "302"


def test_who_only_checked_in_may_ask_and_is_held_until_somebody_has_read_it(
    live: tuple[Cast, Meeting],
) -> None:
    cast, meeting = live
    question = a_held_question(cast, meeting)
    assert question.status == "held"
    assert not question.is_public
    (waiting,) = live_now(meeting, NOW).held
    assert (waiting.id, waiting.reason) == (question.pk, "提问的手机没有登录")
    shown = moderate.let_through(question, by=cast.actor("community_worker"), now=NOW)
    assert shown.is_public


def test_a_stranger_to_the_meeting_asks_nothing(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    with pytest.raises(NotPermitted, match="请先签到"):
        a_question(cast, meeting, by=ANONYMOUS)
    assert not Question.objects.exists()


def test_a_key_sent_again_is_the_same_question(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    first = a_question(cast, meeting, key="from the phone")
    again = a_question(cast, meeting, key="from the phone", text="同一个问题又发了一次。")
    assert again == first
    assert a_question(cast, meeting, text=CHARGING).number == 2, "no number is lost with the second try"


def test_a_building_told_by_its_number_is_read_as_a_building(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    question = ask.ask(
        meeting,
        by=cast.actor("resident"),
        estate=cast.estate,
        text=LIFT,
        building="6",
        idempotency_key="by number",
        now=NOW,
    )
    assert question.building == "6号楼"


def test_a_key_sent_again_is_the_same_question_however_late_it_comes(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    asked = [a_question(cast, meeting, text=f"第 {n} 件事什么时候办？", key=f"key {n}") for n in range(5)]
    assert a_question(cast, meeting, key="key 4") == asked[4], "the fifth is no sixth"
    run.end_questions(meeting, by=cast.actor("secretary"), now=END)
    assert a_question(cast, meeting, key="key 0", now=END + MINUTE) == asked[0], (
        "its answer was lost on the way"
    )
    with pytest.raises(RuleBroken, match="这个阶段不能提问"):
        a_question(cast, meeting, key="a new one", now=END + MINUTE)
    assert Pulse.objects.get(meeting=meeting).last_number == 5


def test_a_number_is_given_back_when_asking_fails(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    with pytest.raises(RuleBroken, match="请选这场报告会的小区"):
        ask.ask(
            meeting,
            by=cast.actor("resident"),
            estate=cast.other_estate,
            text=LIFT,
            idempotency_key="elsewhere",
            now=NOW,
        )
    assert a_question(cast, meeting).number == 1


def test_questions_in_advance_are_open_from_the_notice_on(in_phase: InPhase) -> None:
    cast, meeting = in_phase("announced")
    assert a_question(cast, meeting, now=NOTICE + MINUTE).is_in_advance


@pytest.mark.parametrize("phase", ["draft", "closed"])
def test_nobody_asks_when_the_phase_does_not_allow_it(in_phase: InPhase, phase: str) -> None:
    cast, meeting = in_phase(phase)
    with pytest.raises(RuleBroken, match="这个阶段不能提问"):
        a_question(cast, meeting)


def test_one_person_asks_five_questions_and_no_more(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    for number in range(5):
        a_question(cast, meeting, text=f"第 {number} 件事什么时候办？")
    with pytest.raises(RuleBroken, match="已经提了 5 个问题"):
        a_question(cast, meeting, text="还有一件事。")
    assert Pulse.objects.get(meeting=meeting).last_number == 5


@pytest.mark.parametrize(
    "text",
    [
        "隔壁老王家天天半夜吵，他老婆张桂兰还骂人",
        "302的王大妈摔了一跤，电话13912345678",
        "隔壁的欧阳晓月，什么时候能管管？",
    ],
)
def test_what_may_name_somebody_waits_until_it_has_been_read(live: tuple[Cast, Meeting], text: str) -> None:
    cast, meeting = live
    question = a_question(cast, meeting, text=text)
    assert (question.status, question.is_public) == ("held", False)
    (waiting,) = live_now(meeting, NOW).held
    assert waiting.reason == "可能写到了别人，读一遍，没有姓名、电话、住处再放行"
    assert moderate.let_through(question, by=cast.actor("community_worker"), now=NOW).is_public


def test_a_question_of_the_company_that_names_somebody_waits_too(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    text = "302的王大妈家漏水，谁有她的电话？"
    question = ask.company_asks(meeting, by=cast.actor("manager"), estate=cast.estate, text=text, now=NOW)
    assert (question.status, question.text) == ("held", "〔房号〕的〔姓名〕大妈家漏水，谁有她的电话？")


def test_what_is_private_is_masked_and_kept_apart(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    question = a_question(cast, meeting, text="打我电话 13912345678，电梯什么时候修？")
    assert "13912345678" not in question.text
    assert "13912345678" in question.private.text


def test_a_slip_says_how_the_echo_goes_back_and_nobody_else_reads_it(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    question = a_paper_question(cast, meeting)
    assert (question.private.name, question.private.channel) == ("周有福", "call")
    assert "周有福" not in question.text + question.nickname
    with pytest.raises(NotPermitted):
        ask.ask_for_somebody(meeting, by=cast.actor("manager"), estate=cast.estate, text=LIFT, now=NOW)


def test_the_company_asks_the_residents(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    question = ask.company_asks(
        meeting, by=cast.actor("manager"), estate=cast.estate, text="垃圾站挪到北门行不行？", now=NOW
    )
    assert question.direction == "to_residents"
    assert question.nickname == "青禾物业服务有限公司"
    with pytest.raises(NotPermitted):
        ask.company_asks(
            meeting, by=cast.actor("resident"), estate=cast.estate, text="能不能？行不行？", now=NOW
        )


def test_the_company_asks_for_help_and_the_community_leads(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    said = {"by": cast.actor("manager"), "estate": cast.estate, "text": "南门违停挡了消防通道，请协调交管。"}
    case = ask.raise_difficulty(meeting, **said, idempotency_key="one press", now=NOW)
    assert (case.kind, case.source) == ("difficulty", "meeting")
    assert ask.raise_difficulty(meeting, **said, idempotency_key="one press", now=NOW) == case
    assert meeting.difficulties.get().case == case


# --- the same question ------------------------------------------------------------------------------------


def test_a_neighbour_supports_once(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    question = a_question(cast, meeting)
    assert ask.support(question, by=cast.actor("neighbour"), now=NOW)
    assert not ask.support(question, by=cast.actor("neighbour"), now=NOW)
    assert selectors.supports_of(meeting, NOW + MINUTE) == {question.pk: 1}


def test_whose_question_it_is_counts_by_asking_also_where_it_was_merged(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    question, other = a_question(cast, meeting), a_question(cast, meeting, text=REVENUE, by=cast.by_neighbour)
    with pytest.raises(RuleBroken, match="您家提的"):
        ask.support(question, by=cast.by_resident, now=NOW)
    moderate.merge(other, into=question, by=cast.by_secretary, now=NOW)
    with pytest.raises(RuleBroken, match="您家提的"):
        ask.support(question, by=cast.by_neighbour, now=NOW)
    assert selectors.supports_of(meeting, NOW + MINUTE) == {}


def test_one_household_supports_once_whoever_of_it_does(live: tuple[Cast, Meeting]) -> None:
    from huiyin.apps.people.selectors import actor_of
    from huiyin.apps.people.services import claim_household, verify_household

    cast, meeting = live
    spouse = a_person(20)
    home = claim_household(
        person=spouse, estate=cast.estate, building="3", unit="2", room="501", by=actor_of(spouse)
    )
    verify_household(membership=home, by=cast.actor("community_worker"))
    question = a_question(cast, meeting)
    assert ask.support(question, by=cast.actor("neighbour"), now=NOW)
    assert not ask.support(question, by=actor_of(spouse), now=NOW)


def test_supporting_needs_a_phone_or_a_letter(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    question = a_question(cast, meeting)
    for by, token in ((ANONYMOUS, ""), (ANONYMOUS, "a guess")):
        with pytest.raises(NotPermitted):
            ask.support(question, by=by, token=token, now=NOW)


def test_a_support_touches_no_row_that_another_one_waits_for(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    question = a_question(cast, meeting)
    with CaptureQueriesContext(connection) as done:
        ask.support(question, by=cast.actor("neighbour"), now=NOW)
    written = [each["sql"] for each in done if not each["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE"))]
    assert len(written) == 1
    assert "INSERT INTO meetings_support" in written[0]
    assert not any("FOR " in each["sql"] for each in done)


def test_who_supports_a_merged_question_supports_the_one_it_went_into(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    first, second = a_question(cast, meeting, text=LIFT), a_question(cast, meeting, text="电梯老坏。")
    ask.support(second, by=cast.actor("neighbour"), now=NOW)
    moderate.merge(second, into=first, by=cast.actor("secretary"), now=NOW)
    ask.support(first, by=cast.actor("neighbour"), now=NOW)
    assert selectors.supports_of(meeting, NOW + MINUTE) == {first.pk: 1}


# --- the console ------------------------------------------------------------------------------------------


def test_a_hidden_question_is_seen_by_its_author_alone_with_the_reason(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    question = a_question(cast, meeting)
    hidden = moderate.hide(question, by=cast.actor("secretary"), reason_code="insult", now=NOW)
    assert not hidden.is_public
    shown = live_now(meeting, NOW)
    assert shown.queue == []
    assert shown.balance.hidden == 1
    mine = selectors.my_questions(meeting, person_id=cast.resident.pk).get()
    assert mine.hidden_reason == "原文里有侮辱或诽谤他人的话。"
    with pytest.raises(RuleBroken, match="请从列表里选一个理由"):
        moderate.hide(
            a_question(cast, meeting, text=CHARGING), by=cast.actor("secretary"), reason_code="no", now=NOW
        )


def test_what_was_hidden_before_it_was_rejected_stays_hidden_when_that_is_taken_back(
    live: tuple[Cast, Meeting],
) -> None:
    cast, meeting = live
    by = cast.actor("secretary")
    question = moderate.hide(a_question(cast, meeting), by=by, reason_code="insult", now=NOW)
    rejected = moderate.reject(question, by=by, reason_code="in_court", now=NOW)
    assert not rejected.is_public
    assert moderate.take_back(rejected, by=by, now=NOW).status == "hidden"


def test_what_nobody_let_through_is_held_again_when_its_hiding_is_taken_back(
    live: tuple[Cast, Meeting],
) -> None:
    cast, meeting = live
    by = cast.actor("secretary")
    hidden = moderate.hide(a_held_question(cast, meeting), by=by, reason_code="advertising", now=NOW)
    taken_back = moderate.take_back(hidden, by=by, now=NOW)
    assert (taken_back.status, taken_back.is_public) == ("held", False)
    own = moderate.hide(a_question(cast, meeting), by=by, reason_code="advertising", now=NOW)
    assert moderate.take_back(own, by=by, now=NOW).status == "shown", "of a verified phone"


def test_what_nobody_let_through_is_not_shown_by_rejecting_or_merging_it(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    by = cast.actor("secretary")
    rejected = moderate.reject(a_held_question(cast, meeting), by=by, reason_code="in_court", now=NOW)
    merged = moderate.merge(
        a_held_question(cast, meeting, nonce="the nonce of another phone"),
        into=a_question(cast, meeting, text=CHARGING),
        by=by,
        now=NOW,
    )
    assert (rejected.is_public, merged.is_public) == (False, False)
    pages = [Client().get(f"/meetings/{meeting.pk}{page}").text for page in ("", "/ask", "/screen")]
    assert not any(rejected.text in page for page in pages)
    assert CHARGING in pages[1]
    with pytest.raises(RuleBroken, match="不能同问"):
        ask.support(rejected, by=cast.actor("neighbour"), now=NOW)
    assert moderate.take_back(rejected, by=by, now=NOW).status == "held"


def test_what_was_let_through_once_is_shown_again_when_its_hiding_is_taken_back(
    live: tuple[Cast, Meeting],
) -> None:
    cast, meeting = live
    by = cast.actor("secretary")
    read = moderate.let_through(a_held_question(cast, meeting), by=by, now=NOW)
    hidden = moderate.hide(read, by=by, reason_code="advertising", now=NOW)
    assert moderate.take_back(hidden, by=by, now=NOW).status == "shown"


def test_the_current_question_leaves_the_screen_with_its_answer(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    question = moderate.make_current(a_question(cast, meeting), by=cast.actor("community_worker"), now=NOW)
    shown = live_now(meeting, NOW).current
    assert shown is not None
    assert shown.id == question.pk
    answered = moderate.answer_on_the_spot(question, by=cast.actor("community_worker"), text=SPOKEN, now=NOW)
    assert answered.answered_by_label == "项目负责人 梁小禾"
    assert live_now(meeting, NOW).current is None


def test_the_community_alone_writes_down_what_was_answered(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    question = a_question(cast, meeting)
    for other in ("resident", "stranger", "street_officer", "manager"):
        with pytest.raises(NotPermitted):
            moderate.answer_on_the_spot(question, by=cast.actor(other), text=SPOKEN, now=NOW)
    worker = cast.actor("community_worker")
    assert moderate.answer_on_the_spot(question, by=worker, text=SPOKEN, now=NOW).status == "answered"


def test_the_worker_decides_nothing(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    worker: Actor = cast.actor("community_worker")
    question, other = a_question(cast, meeting), a_question(cast, meeting, text=CHARGING)
    for refused in (
        lambda: moderate.hide(question, by=worker, reason_code="insult", now=NOW),
        lambda: moderate.reject(question, by=worker, reason_code="in_court", now=NOW),
        lambda: moderate.merge(question, into=other, by=worker, now=NOW),
    ):
        with pytest.raises(NotPermitted):
            refused()
    assert moderate.defer(question, by=worker, now=NOW).status == "deferred"


def test_an_answered_and_a_merged_question_can_be_hidden_and_the_answer_stays(
    live: tuple[Cast, Meeting],
) -> None:
    cast, meeting = live
    by = cast.actor("secretary")
    answered, other, merged = (a_question(cast, meeting, text=text) for text in (LIFT, REVENUE, CHARGING))
    moderate.answer_on_the_spot(answered, by=by, text=SPOKEN, now=NOW)
    moderate.merge(merged, into=other, by=by, now=NOW)
    assert moderate.hide(merged, by=by, reason_code="insult", now=NOW).merged_into is None
    hidden = moderate.hide(answered, by=by, reason_code="insult", now=NOW)
    assert (hidden.is_public, hidden.spoken_answer) == (False, SPOKEN)
    shown = moderate.take_back(answered, by=by, now=NOW)
    assert (shown.status, shown.is_public, shown.spoken_answer) == ("answered", True, SPOKEN)
    moderate.hide(answered, by=by, reason_code="insult", now=NOW)
    run.end_questions(meeting, by=by, now=END)
    close.close_meeting(meeting, by=by, now=END)
    case = Question.objects.select_related("case").get(pk=answered.pk).case
    assert (case.status, case.replies.get().text) == ("replied", SPOKEN)
    assert LIFT not in case.text


def test_a_question_that_has_taken_others_in_is_not_hidden_with_them(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    by = cast.actor("secretary")
    polite, rude = a_question(cast, meeting), a_question(cast, meeting, text=REVENUE)
    moderate.merge(polite, into=rude, by=by, now=NOW)
    with pytest.raises(RuleBroken, match="不能不展示。请先把它们分开"):
        moderate.hide(rude, by=by, reason_code="insult", now=NOW)


def test_merging_follows_to_the_last_original(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    by = cast.actor("secretary")
    first, second, third = (
        a_question(cast, meeting, text=text) for text in (LIFT, "电梯老坏。", "梯子又停了。")
    )
    moderate.merge(third, into=second, by=by, now=NOW)
    moderate.merge(second, into=first, by=by, now=NOW)
    third.refresh_from_db()
    assert third.merged_into == first
    with pytest.raises(RuleBroken, match="别的问题已经并入"):
        moderate.reject(first, by=by, reason_code="in_court", now=NOW)
    assert moderate.take_back(third, by=by, now=NOW).merged_into is None


def test_a_question_joins_a_matter_the_ledger_has_already(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    by = cast.actor("secretary")
    case = given.a_case(cast, status="in_progress")
    merged = moderate.merge_into_case(a_question(cast, meeting), case=case, by=by, now=NOW)
    assert merged.merged_into_case == case
    done = given.a_case(cast, status="rejected")
    with pytest.raises(RuleBroken, match="还没办结"):
        moderate.merge_into_case(a_question(cast, meeting, text=CHARGING), case=done, by=by, now=NOW)


def test_similar_questions_are_found_and_others_are_not(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    lift = a_question(cast, meeting, text=LIFT)
    a_question(cast, meeting, text=REVENUE)
    again = a_question(cast, meeting, text="2号楼电梯又停了，到底修不修？")
    shown = {
        each.id: each for each in live_now(selectors.meetings_public().get(pk=meeting.pk), NOW).questions
    }
    assert Nearest(list(shown.values())).to(shown[again.pk]) == [shown[lift.pk]]


def test_the_queue_is_ordered_by_support(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    first, second = a_question(cast, meeting, text=LIFT), a_question(cast, meeting, text=CHARGING)
    ask.support(second, by=cast.actor("neighbour"), now=NOW)
    assert [each.id for each in live_now(meeting, NOW + MINUTE).queue] == [second.pk, first.pk]


# --- the version of a live page ---------------------------------------------------------------------------


def test_every_change_a_live_page_shows_is_a_new_version(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    by = cast.actor("secretary")
    seen = [selectors.live_version(meeting.pk, NOW)]

    def changed() -> None:
        seen.append(selectors.live_version(meeting.pk, NOW))
        assert seen[-1] not in seen[:-1]

    question = a_question(cast, meeting)
    changed()
    other, third = a_question(cast, meeting, text=CHARGING), a_held_question(cast, meeting)
    changed()
    for act in (
        lambda: moderate.make_current(question, by=by, now=NOW),
        lambda: moderate.answer_on_the_spot(question, by=by, text=SPOKEN, now=NOW),
        lambda: moderate.hide(question, by=by, reason_code="insult", now=NOW),
        lambda: moderate.take_back(question, by=by, now=NOW),
        lambda: moderate.defer(other, by=by, now=NOW),
        lambda: moderate.merge(other, into=question, by=by, now=NOW),
        lambda: moderate.let_through(third, by=by, now=NOW),
        lambda: moderate.reject(third, by=by, reason_code="in_court", now=NOW),
        lambda: a_phone_comes(cast, meeting, nonce="another phone's nonce", now=NOW),
        lambda: attend.leave(CheckIn.objects.latest("pk"), now=NOW),
        lambda: erase_person(person=cast.resident, by=cast.by_resident, now=NOW),
        lambda: run.pause(meeting, by=by, now=NOW),
        lambda: run.resume(meeting, by=by, now=NOW),
        lambda: run.end_questions(meeting, by=by, reason="停电。", now=NOW),
    ):
        act()
        changed()
    assert "槐花" not in str([each.said_by for each in live_now(meeting, NOW).questions[:2]])


def test_a_version_costs_one_query_and_supports_show_in_steps(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    question = a_question(cast, meeting)
    with CaptureQueriesContext(connection) as done:
        before = selectors.live_version(meeting.pk, NOW)
    assert len(done) == 1
    ask.support(question, by=cast.actor("neighbour"), now=NOW)
    assert selectors.live_version(meeting.pk, NOW) == before
    assert selectors.live_version(meeting.pk, NOW + MINUTE) != before
    assert selectors.live_version(0, NOW) is None


def test_a_live_page_costs_the_same_for_two_and_for_twenty_questions(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    counts = []
    for already, wanted in ((0, 2), (2, 20)):
        for number in range(already, wanted):
            ask.ask_for_somebody(
                meeting,
                by=cast.actor("community_worker"),
                estate=cast.estate,
                text=f"第 {number} 件事。",
                now=NOW,
            )
        with CaptureQueriesContext(connection) as done:
            shown = live_now(meeting, NOW)
            assert len(shown.queue) == wanted
        counts.append(len(done))
    assert counts == [6, 6]
