"""The console: one act a press, refusals beside what was written, and acts that are sent again after a dead network."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.apps.meetings import limits
from huiyin.apps.meetings.clock import clock_of
from huiyin.apps.meetings.console import MOST_ROWS, console_of
from huiyin.apps.meetings.live import MOST_QUEUED, live_now
from huiyin.apps.meetings.models import CheckIn, Meeting, Question
from huiyin.apps.meetings.permissions import can_run
from huiyin.apps.meetings.services import ask, moderate, plan, run
from huiyin.apps.people.models import RoleAssignment
from huiyin.apps.people.selectors import actor_of
from tests import given_meetings as given
from tests.apps.meetings.at_pages import as_, it_is
from tests.people import Cast, a_person

pytestmark = pytest.mark.django_db
NOW = given.FLOOR + timedelta(minutes=10)
AS_PART = {"HX-Request": "true"}


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch) -> tuple[Cast, Meeting]:
    cast, meeting = given.a_cast_with_meeting("questions")
    it_is(monkeypatch, NOW)
    return cast, meeting


def press(client: Client, meeting: Meeting, act: str, *, as_script: bool = False, **told: object) -> object:
    url = f"/desk/meetings/{meeting.pk}/console/{act}"
    return client.post(url, told, headers=AS_PART if as_script else {})


def test_a_question_goes_from_held_to_the_screen_to_its_answer(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    question = given.a_held_question(cast, meeting, now=NOW)
    client = as_(cast, "community_worker")
    page = client.get(f"/desk/meetings/{meeting.pk}/console").text
    assert "放行" in page
    assert press(client, meeting, "let_through", question=question.pk).status_code == 303
    assert press(client, meeting, "make_current", question=question.pk).status_code == 303
    answered = press(client, meeting, "answer", question=question.pk, text=given.SPOKEN)
    assert answered.headers["Location"].endswith(f"/console#cq-{question.pk}")
    question.refresh_from_db()
    assert (question.status, question.answered_by_label) == ("answered", "项目负责人 梁小禾")
    page = client.get(f"/desk/meetings/{meeting.pk}/console").text
    assert "提问 1</b><span>＝</span>进台账 1（其中当场答复 1、不展示 0）" in page


def test_an_answer_that_says_little_is_written_down_and_the_console_says_what_it_lacks(
    live: tuple[Cast, Meeting],
) -> None:
    cast, meeting = live
    client = as_(cast, "community_worker")
    full = "6月3日，工程部检查了两台电梯的主机，八月底前更换，负责人梁小禾。"
    for text in (full, "会尽快处理，请大家放心等待消息。"):
        question = given.a_question(cast, meeting, key=text, now=NOW)
        press(client, meeting, "make_current", question=question.pk)
        assert press(client, meeting, "answer", question=question.pk, text=text).status_code == 303
    page = client.get(f"/desk/meetings/{meeting.pk}/console").text
    assert "1 个答得不全" in page
    assert "记下的答复：空答复。可以当场追问。" in page


def test_hiding_needs_a_reason_and_the_form_comes_back_open(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    question = given.a_question(cast, meeting, now=NOW)
    client = as_(cast, "secretary")
    told = {"question": question.pk, "reason_code": "nothing", "note": "写错了"}
    page = press(client, meeting, "hide", **told)
    assert page.status_code == 422
    assert f'id="do-hide-{question.pk}" data-keep open' in page.text
    assert "请从列表里选一个理由" in page.text
    assert 'value="写错了"' in page.text
    assert press(client, meeting, "hide", **{**told, "reason_code": "insult"}).status_code == 303
    question.refresh_from_db()
    assert question.status == "hidden"


@pytest.mark.parametrize("into", ["2", "case", "99", "第二问"])
def test_similar_questions_are_merged_by_number_or_into_an_open_case(
    into: str, live: tuple[Cast, Meeting]
) -> None:
    from tests import given as cases

    cast, meeting = live
    question = given.a_question(cast, meeting, now=NOW)
    other = given.a_question(cast, meeting, text=given.CHARGING, now=NOW)
    case = cases.a_case(cast, status="in_progress")
    told = case.number if into == "case" else into
    answer = press(as_(cast, "secretary"), meeting, "merge", question=question.pk, into=told)
    question.refresh_from_db()
    if into in ("99", "第二问"):
        assert (answer.status_code, question.status) == (422, "shown")
        assert "没有找到" in answer.text
    elif into == "2":
        assert question.merged_into_id == other.pk
    else:
        assert question.merged_into_case_id == case.pk


def test_the_script_gets_the_console_anew_or_the_sentence_alone(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    question = given.a_question(cast, meeting, now=NOW)
    client = as_(cast, "secretary")
    done = press(client, meeting, "make_current", as_script=True, question=question.pk)
    assert (done.status_code, "<html" in done.text) == (200, False)
    assert "hy-cq--now" in done.text
    live_part = client.get(
        f"/desk/meetings/{meeting.pk}/console/live", headers={"If-None-Match": done.headers["ETag"]}
    )
    assert live_part.status_code == 304
    refused = press(client, meeting, "let_through", as_script=True, question=question.pk)
    assert refused.status_code == 409
    assert "这个问题现在是“等回答”" in refused.text


def test_an_act_whose_answer_was_lost_is_done_when_it_is_sent_again(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    question = given.a_question(cast, meeting, now=NOW)
    client = as_(cast, "secretary")
    told = {"question": question.pk, "text": given.SPOKEN}
    assert press(client, meeting, "answer", as_script=True, **told).status_code == 200
    assert press(client, meeting, "answer", as_script=True, again="1", **told).status_code == 200
    # Another tablet wrote other words meanwhile: that is not the same act.
    other = {**told, "text": "九月底前换掉一台主机，段立新负责。", "again": "1"}
    assert press(client, meeting, "answer", as_script=True, **other).status_code == 409
    assert press(client, meeting, "pause", as_script=True).status_code == 200
    assert press(client, meeting, "pause", as_script=True, again="1").status_code == 200
    assert press(client, meeting, "pause", as_script=True).status_code == 409


def test_a_pause_that_had_to_wait_says_since_when_the_floor_was_shut(
    live: tuple[Cast, Meeting], monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, meeting = live
    it_is(monkeypatch, NOW + timedelta(minutes=2))
    press(as_(cast, "secretary"), meeting, "pause", again="1", since=NOW.isoformat())
    counted = clock_of(Meeting.objects.get(pk=meeting.pk), NOW + timedelta(minutes=2)).counted
    assert counted == timedelta(minutes=10)


@pytest.mark.parametrize("told", ["nonsense", "2030-01-01T00:00:00Z", "2026-07-11T10:05:00"])
def test_a_pause_can_never_lengthen_the_clock(told: str, live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    assert press(as_(cast, "secretary"), meeting, "pause", since=told).status_code == 303
    assert clock_of(Meeting.objects.get(pk=meeting.pk), NOW).counted == timedelta(minutes=10)


def test_ending_before_thirty_minutes_needs_a_public_reason(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    client = as_(cast, "secretary")
    page = press(client, meeting, "end_questions", reason="")
    assert page.status_code == 422
    assert "不足 30 分钟" in page.text
    press(client, meeting, "end_questions", reason="下大雨，居民要求改天接着开。")
    meeting.refresh_from_db()
    assert (meeting.phase, meeting.outcome) == ("closed", "not_reached")


def test_ending_the_questions_is_confirmed_once_also_when_the_time_is_full(
    live: tuple[Cast, Meeting], monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, meeting = live
    given.a_question(cast, meeting, now=NOW)
    ask.company_asks(meeting, by=cast.by_manager, estate=cast.estate, text=given.REVENUE, now=NOW)
    it_is(monkeypatch, given.END)
    page = as_(cast, "secretary").get(f"/desk/meetings/{meeting.pk}/console").text
    confirmation = page.split('id="do-end"')[1].split("</details>")[0]
    assert "结束以后 5 分钟内可以续开" in confirmation
    assert "还有 1 个没轮到，会后书面答复。" in confirmation
    assert "确定，结束提问" in confirmation
    assert page.count(f"/desk/meetings/{meeting.pk}/console/end_questions") == 1


def test_a_mistaken_end_is_taken_back_for_five_minutes_and_the_page_says_until_when(
    live: tuple[Cast, Meeting], monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, meeting = live
    client, url = as_(cast, "secretary"), f"/desk/meetings/{meeting.pk}/console"
    ended = press(client, meeting, "end_questions", as_script=True, reason="点错了。").text
    assert "10:15 前可以续开提问" in ended
    assert press(client, meeting, "go_on").status_code == 303
    assert "续开提问" not in client.get(url).text
    press(client, meeting, "end_questions", reason="散会了。")
    known = {"If-None-Match": client.get(f"{url}/live").headers["ETag"]}
    it_is(monkeypatch, NOW + timedelta(minutes=5))
    late = client.get(f"{url}/live", headers=known)
    assert late.status_code == 200
    assert "续开提问" not in late.text
    refused = press(client, meeting, "go_on")
    assert refused.status_code == 422
    assert "请再开一次" in refused.text
    meeting.refresh_from_db()
    assert meeting.phase == "closed"


@pytest.mark.parametrize("act", ["hide", "reject"])
def test_no_reason_for_the_public_is_chosen_by_itself(act: str, live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    question = given.a_question(cast, meeting, now=NOW)
    client = as_(cast, "secretary")
    page = client.get(f"/desk/meetings/{meeting.pk}/console").text
    select = page.split(f'id="r-{act}-{question.pk}"')[1].split("</select>")[0]
    assert '><option value="">请选理由</option><option value=' in select
    refused = press(client, meeting, act, question=question.pk, reason_code="")
    assert (refused.status_code, "请从列表里选一个理由" in refused.text) == (422, True)


def test_what_the_company_asks_cannot_be_sent_to_the_ledger(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    other_way = ask.company_asks(
        meeting, by=cast.actor("manager"), estate=cast.estate, text="垃圾站挪到北门行不行？", now=NOW
    )
    client = as_(cast, "secretary")
    page = client.get(f"/desk/meetings/{meeting.pk}/console").text
    assert "提问 0</b>" in page
    assert "物业问居民 1 个，不计在内。" in page
    assert 'data-label="转台账' not in page
    assert 'data-label="不受理' not in page
    refused = press(client, meeting, "defer", question=other_way.pk)
    assert (refused.status_code, "不进台账" in refused.text) == (422, True)


def test_a_raised_hand_is_typed_in_once(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    client = as_(cast, "community_worker")
    told = {
        "text": "楼门口的台阶松了。",
        "way": "floor",
        "nickname": "周大爷",
        "idempotency_key": "0123456789abcdef",
    }
    for _press in range(2):
        assert press(client, meeting, "enter", **told).status_code == 303
    assert Question.objects.get().way == "floor"
    short = press(client, meeting, "enter", text="", way="floor")
    assert (short.status_code, Question.objects.count()) == (422, 1)
    assert "这里要填写" in short.text


def test_workers_help_and_the_chair_decides(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    question = given.a_question(cast, meeting, now=NOW)
    worker = as_(cast, "community_worker")
    page = worker.get(f"/desk/meetings/{meeting.pk}/console").text
    assert "上大屏" in page
    assert "暂停计时" not in page
    assert "do-hide-" not in page
    assert press(worker, meeting, "hide", question=question.pk, reason_code="insult").status_code == 404
    assert press(worker, meeting, "pause").status_code == 404


def test_the_auditor_reads_the_console_and_the_list_and_can_press_nothing(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    question = given.a_question(cast, meeting, now=NOW)
    moderate.hide(question, by=cast.actor("secretary"), reason_code="insult", now=NOW)
    auditor, at = as_(cast, "auditor"), f"/desk/meetings/{meeting.pk}"
    page = auditor.get(f"{at}/console").text
    assert question.text in page  # what was hidden, and why, is what an auditor looks for
    assert "您在这里只看，不操作" in page
    assert 'data-act="' not in page
    assert f"{at}/wall" not in page
    listed = auditor.get(f"{at}/attendance").text
    assert "5号楼" in listed
    assert " 101" not in listed
    assert "记一位" not in listed
    assert auditor.post(f"{at}/attendance/names", {"reason": "审计"}).status_code == 404
    assert auditor.post(f"{at}/attendance", {"building": "5"}).status_code == 404
    desk = auditor.get(at).text
    assert f"{at}/console" in desk
    assert f"{at}/wall" not in desk


def test_a_named_deputy_runs_the_clock(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    plan.name_deputy(
        meeting,
        by=cast.actor("secretary"),
        label="社区工作者 白露",
        reason_code="ill",
        person_id=cast.community_worker.pk,
        now=NOW,
    )
    assert press(as_(cast, "community_worker"), meeting, "pause").status_code == 303


def test_a_deputy_who_works_elsewhere_now_finds_nothing(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    named = {"label": "社区工作者 白露", "reason_code": "ill", "person_id": cast.community_worker.pk}
    plan.name_deputy(meeting, by=cast.actor("secretary"), now=NOW, **named)
    RoleAssignment.objects.filter(person=cast.community_worker).update(area=cast.other_community)
    deputy = as_(cast, "community_worker")
    assert press(deputy, meeting, "pause").status_code == 404
    assert deputy.get(f"/desk/meetings/{meeting.pk}/attendance").status_code == 404


def test_a_deputy_runs_nothing_once_the_questions_have_their_outcomes() -> None:
    cast, meeting = given.a_cast_with_meeting("minutes_open")
    meeting.deputy = cast.community_worker
    meeting.save()
    assert not can_run(cast.actor("community_worker"), meeting)
    meeting.phase = "closed"
    assert can_run(cast.actor("community_worker"), meeting)


def test_the_console_asks_for_a_reason_by_the_policy_of_the_notice(
    live: tuple[Cast, Meeting], monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, meeting = live
    CheckIn.objects.all().delete()
    adopted = limits.policy(NOW)
    lowered = replace(adopted, floor=replace(adopted.floor, min_households=0))
    monkeypatch.setattr(limits, "policy", lambda now: lowered)
    it_is(monkeypatch, given.END)
    client = as_(cast, "secretary")
    assert "到场要有 10 户，现在 0 户" in client.get(f"/desk/meetings/{meeting.pk}/console").text
    refused = press(client, meeting, "end_questions")
    assert refused.status_code == 422
    assert 'id="end-reason"' in refused.text
    assert press(client, meeting, "end_questions", reason="下雨。").status_code == 303


def test_when_the_clock_is_full_the_console_is_drawn_anew_and_no_reason_is_kept(
    live: tuple[Cast, Meeting], monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, meeting = live
    client, url = as_(cast, "secretary"), f"/desk/meetings/{meeting.pk}/console/live"
    early = client.get(url)
    assert 'id="end-reason"' in early.text
    known = {"If-None-Match": early.headers["ETag"]}
    it_is(monkeypatch, NOW + timedelta(minutes=10))
    assert client.get(url, headers=known).status_code == 304
    it_is(monkeypatch, given.FLOOR + timedelta(minutes=30))
    later = client.get(url, headers=known)
    assert later.status_code == 200
    assert 'id="end-reason"' not in later.text
    assert "确定，结束提问" in later.text
    press(client, meeting, "end_questions", reason="时间还差一点。")  # from the page before
    meeting.refresh_from_db()
    assert (meeting.outcome, meeting.outcome_reason) == ("compliant", "")


def test_the_street_that_acts_for_the_secretary_costs_the_same_for_two_and_for_twelve(
    live: tuple[Cast, Meeting],
) -> None:
    cast, meeting = live
    RoleAssignment.objects.filter(person=cast.secretary).delete()
    client, counts = as_(cast, "street_officer"), []
    for already, wanted in ((0, 2), (2, 12)):
        for number in range(already, wanted):
            given.a_question(cast, meeting, by=actor_of(a_person(30 + number)), text=f"第 {number} 件事。")
        client.get(f"/desk/meetings/{meeting.pk}/console")
        with CaptureQueriesContext(connection) as done:
            page = client.get(f"/desk/meetings/{meeting.pk}/console")
        assert page.text.count("console/reject") == wanted
        counts.append(len(done))
    assert counts[0] == counts[1]


def test_an_answer_taken_back_by_mistake_is_written_down_again_after_the_questions(
    live: tuple[Cast, Meeting],
) -> None:
    cast, meeting = live
    question = given.a_question(cast, meeting, now=NOW)
    by = cast.actor("secretary")
    moderate.answer_on_the_spot(question, by=by, text=given.SPOKEN, now=NOW)
    run.end_questions(meeting, by=by, reason="停电。", now=NOW)
    client = as_(cast, "secretary")
    press(client, meeting, "take_back", question=question.pk)
    page = client.get(f"/desk/meetings/{meeting.pk}/console").text
    assert f'id="do-answer-{question.pk}"' in page
    assert "console/make_current" not in page
    assert press(client, meeting, "answer", question=question.pk, text=given.SPOKEN).status_code == 303
    question.refresh_from_db()
    assert (question.status, question.spoken_answer) == ("answered", given.SPOKEN)


def test_a_pause_since_no_moment_is_a_pause_now(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    pressed = press(as_(cast, "secretary"), meeting, "pause", since="2026-13-45T00:00:00Z")
    assert pressed.status_code == 303
    assert clock_of(Meeting.objects.get(), NOW).counted == NOW - given.FLOOR


def test_a_question_of_another_meeting_is_nothing_here(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    client = as_(cast, "secretary")
    assert press(client, meeting, "make_current", question=999999).status_code == 404
    assert press(client, meeting, "make_current", question="x").status_code == 404
    assert press(client, meeting, "dance").status_code == 404


def test_nothing_is_lost_from_the_balance_when_questions_are_taken_back(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    question = given.a_question(cast, meeting, now=NOW)
    moderate.reject(
        question, by=cast.actor("secretary"), reason_code="in_court", note="不在本小区。", now=NOW
    )
    client = as_(cast, "secretary")
    assert "不受理 1</p>" in client.get(f"/desk/meetings/{meeting.pk}/console").text
    press(client, meeting, "take_back", question=question.pk)
    assert "待处理 1" in client.get(f"/desk/meetings/{meeting.pk}/console").text


def test_the_console_reaches_every_question_that_waits(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    Question.objects.bulk_create(
        Question(
            meeting=meeting,
            estate=cast.estate,
            number=number,
            text=f"第 {number} 件事什么时候办？",
            asked_at=NOW,
            status_since=NOW,
            is_let_through=True,
        )
        for number in range(1, 46)
    )
    by = cast.actor("secretary")
    assert console_of(meeting, by, now=NOW).rest_count == 45 - MOST_ROWS
    assert len(console_of(meeting, by, now=NOW, everything=True).queue) == 45
    assert len(live_now(meeting, NOW).queue) == MOST_QUEUED, "phones read the head of it"


def test_the_console_names_the_question_that_may_be_the_same(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    first = given.a_question(cast, meeting, now=NOW)
    second = given.a_question(cast, meeting, text="电梯三个月停了四次，是修还是换？", now=NOW)
    page = as_(cast, "secretary").get(f"/desk/meetings/{meeting.pk}/console").text
    assert f"可能是同一件：第 {first.number} 问 {first.text}" in page
    assert f'id="m-{second.pk}" name="into" maxlength="20" value="1"' in page
