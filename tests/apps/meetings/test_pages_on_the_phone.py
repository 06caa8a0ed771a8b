"""Asking, supporting and checking in on a phone: with an account, with a check-in, with a letter, without anything."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from huiyin.apps.meetings import live as live_meeting
from huiyin.apps.meetings.models import CheckIn, Meeting, Question, Support
from huiyin.apps.meetings.services import ask, attend, moderate, rate, run
from huiyin.apps.meetings.views import door
from tests import given_meetings as given
from tests.apps.meetings.at_pages import as_, it_is
from tests.people import Cast

pytestmark = pytest.mark.django_db
NOW = given.FLOOR + timedelta(minutes=5)
KEY = "0123456789abcdef"
AS_PART = {"HX-Request": "true"}


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch) -> tuple[Cast, Meeting]:
    cast, meeting = given.a_cast_with_meeting("questions")
    it_is(monkeypatch, NOW)
    return cast, meeting


def question(**changes: str) -> dict[str, str]:
    return {"text": given.LIFT, "building": "6号楼", "nickname": "槐花", "idempotency_key": KEY, **changes}


def scan(client: Client, meeting: Meeting) -> dict[str, str]:
    """Open the address on the wall; the fields the form carries."""
    page = client.get(f"/meetings/{meeting.pk}/check-in/{attend.wall_code(meeting, NOW).code}")
    assert page.status_code == 200
    return {"scan": page.context["scan"]}


def come_in(client: Client, meeting: Meeting, **changes: str) -> object:
    code = attend.wall_code(meeting, NOW).code
    told = {"building": "7", "unit": "2", "room": "402", **scan(client, meeting), **changes}
    return client.post(f"/meetings/{meeting.pk}/check-in/{code}", told)


# --- asking -----------------------------------------------------------------------------------------------


def test_a_question_sent_twice_is_asked_once_and_the_script_hears_its_number(
    live: tuple[Cast, Meeting],
) -> None:
    cast, meeting = live
    client, url = as_(cast, "resident"), f"/meetings/{meeting.pk}/ask"
    first = client.post(url, question(), headers=AS_PART)
    again = client.post(url, question(), headers=AS_PART)
    assert (first.status_code, again.status_code) == (200, 200)
    assert "已收到，是第 1 问" in first.text == again.text
    assert first.cookies["hy_ack"].value == first.headers["X-Acknowledged"] == KEY
    assert Question.objects.count() == 1


def test_without_a_script_the_question_stands_in_the_queue_afterwards(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    page = as_(cast, "resident").post(f"/meetings/{meeting.pk}/ask", question(), follow=True)
    assert "已收到，是第 1 问" in page.text
    assert given.LIFT in page.text
    assert "<span>同问</span><b></b>" in page.text  # nobody yet: no zero


def test_nobody_sends_what_was_written_under_another_account(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    url = f"/meetings/{meeting.pk}/ask"
    marks = {role: as_(cast, role).get(url).context["account"] for role in ("resident", "neighbour")}
    assert Client().get(url).context["account"] == ""
    neighbour = as_(cast, "neighbour")
    for written_by in (marks["resident"], ""):
        sent = neighbour.post(url, question(account=written_by), headers=AS_PART)
        assert sent.status_code == 412
        assert "写这个问题时登录的不是现在这个账号。" in sent.text
    page = neighbour.post(url, question(account=""))
    assert f'name="account" value="{marks["neighbour"]}"' in page.text  # pressed again it is theirs
    assert not Question.objects.exists()
    assert neighbour.post(url, question(account=marks["neighbour"])).status_code == 303
    assert Client().post(url, question(account=marks["resident"]), headers=AS_PART).status_code == 401


def test_what_the_head_of_the_queue_leaves_out_can_be_found_and_supported(
    live: tuple[Cast, Meeting], monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, meeting = live
    for text in ("第一件事呢？", "第二件事呢？", "第三件事呢？", "第四件事呢？"):
        given.a_question(cast, meeting, text=text)
    monkeypatch.setattr(live_meeting, "MOST_QUEUED", 2)
    monkeypatch.setattr(live_meeting, "MOST_NEW", 1)
    url = f"/meetings/{meeting.pk}/ask"
    page = as_(cast, "neighbour").get(url).text
    assert "第三件事呢？" not in page
    assert page.index("第二件事呢？") < page.index("刚提的") < page.index("第四件事呢？")
    assert 'name="question" value="4"' in page
    assert "还有 1 个没有列在这里。" in page
    assert f'<a href="{url}?all=1">看全部</a>' in page
    everything = as_(cast, "neighbour").get(f"{url}?all=1")
    followed = Client().get(f"/meetings/{meeting.pk}/live?part={everything.context['part']}")
    for drawn in (everything.text, followed.text):
        assert 'name="question" value="3"' in drawn
        assert "没有列在这里" not in drawn


def test_who_is_not_known_signs_in_first_and_finds_the_text_again(live: tuple[Cast, Meeting]) -> None:
    _cast, meeting = live
    client, url = Client(), f"/meetings/{meeting.pk}/ask"
    sent = client.post(url, question())
    assert sent.status_code == 302
    assert sent.headers["Location"].startswith("/sign-in?next=")
    assert given.LIFT in client.get(url, {"draft": "1"}).text
    assert not Question.objects.exists()


def test_the_script_is_told_to_sign_in_and_keeps_the_text_itself(live: tuple[Cast, Meeting]) -> None:
    _cast, meeting = live
    answer = Client().post(f"/meetings/{meeting.pk}/ask", question(), headers=AS_PART)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == f"/sign-in?next=%2Fmeetings%2F{meeting.pk}%2Fask"


def test_who_only_checked_in_asks_and_somebody_reads_it_before_it_shows(live: tuple[Cast, Meeting]) -> None:
    _cast, meeting = live
    client = Client()
    assert come_in(client, meeting).status_code == 303
    page = client.post(f"/meetings/{meeting.pk}/ask", question(), follow=True)
    assert "工作人员看过后显示" in page.text
    assert given.LIFT not in page.text.split("<main")[1].split("接下来")[1]
    assert "另有 1 个等工作人员看过再显示" in page.text


def test_a_question_that_is_too_short_says_so_beside_the_field_and_to_the_script(
    live: tuple[Cast, Meeting],
) -> None:
    cast, meeting = live
    client, url = as_(cast, "resident"), f"/meetings/{meeting.pk}/ask"
    page = client.post(url, question(text="灯"))
    assert page.status_code == 422
    assert "请把问题写清楚" in page.text
    said = client.post(url, question(text="灯"), headers=AS_PART)
    assert (said.status_code, "<html" in said.text) == (422, False)


def test_once_the_questions_are_over_the_page_leads_to_the_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    cast, meeting = given.a_cast_with_meeting("closed")
    it_is(monkeypatch, given.END)
    page = as_(cast, "resident").get(f"/meetings/{meeting.pk}/ask").text
    assert "现在不收新问题" in page
    assert f"/ask?estate={cast.estate.slug}" in page


# --- asking the same ----------------------------------------------------------------------------------------


def test_a_neighbour_asks_the_same_once_and_sees_it_pressed(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    asked = given.a_question(cast, meeting, now=NOW)
    client = as_(cast, "neighbour")
    for _press in range(2):
        answer = client.post(f"/meetings/{meeting.pk}/support", {"question": "1"}, headers=AS_PART)
        assert answer.status_code == 200
    assert Support.objects.count() == 1
    page = client.get(f"/meetings/{meeting.pk}/ask").text
    assert f'data-mine="{asked.pk}"' in page
    assert 'aria-pressed="true"' in page
    assert "#i-check" in page.split('aria-pressed="true"')[1].split("</button>")[0]


def test_the_letter_of_a_household_lets_a_phone_without_an_account_ask_the_same(
    live: tuple[Cast, Meeting],
) -> None:
    cast, meeting = live
    given.a_question(cast, meeting, now=NOW)
    letter = rate.issue_letters(meeting, by=cast.actor("secretary"), estate=cast.estate, now=NOW)[0]
    client = Client()
    assert client.post(f"/meetings/{meeting.pk}/support", {"question": "1"}).status_code == 302
    assert "会后开始评议" in client.get(f"/rate/{letter.token}").text
    assert client.post(f"/meetings/{meeting.pk}/support", {"question": "1"}).status_code == 303
    assert Support.objects.get().household_id == letter.household.pk


def test_a_question_nobody_may_see_cannot_be_supported(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    given.a_held_question(cast, meeting, now=NOW)
    answer = as_(cast, "neighbour").post(f"/meetings/{meeting.pk}/support", {"question": "1"})
    assert answer.status_code == 404


def test_what_the_company_asks_residents_is_answered_and_not_supported(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    asked = ask.company_asks(
        meeting, by=cast.actor("manager"), estate=cast.estate, text=given.REVENUE, now=NOW
    )
    given.a_question(cast, meeting, now=NOW)
    client = as_(cast, "neighbour")
    page = client.get(f"/meetings/{meeting.pk}/ask").text
    assert "物业问居民" in page
    assert re.findall(r'data-support="(\d+)"', page) == [str(meeting.questions.get(number=2).pk)]
    answer = client.post(f"/meetings/{meeting.pk}/support", {"question": "1"}, headers=AS_PART)
    assert answer.status_code == 409
    assert "请举手或写纸条回答" in answer.text
    assert not asked.supports.exists()


# --- at the door --------------------------------------------------------------------------------------------


def test_the_code_counts_when_it_is_scanned_and_there_is_time_to_write(
    live: tuple[Cast, Meeting], monkeypatch: pytest.MonkeyPatch
) -> None:
    _cast, meeting = live
    before, client = CheckIn.objects.count(), Client()
    code, kept = attend.wall_code(meeting, NOW).code, scan(client, meeting)
    it_is(monkeypatch, NOW + timedelta(minutes=6))
    told = {"building": "7", "unit": "2", "room": "402", **kept}
    assert client.post(f"/meetings/{meeting.pk}/check-in/{code}", told).status_code == 303
    assert client.post(f"/meetings/{meeting.pk}/check-in/{code}", told).status_code == 303  # pressed again
    assert CheckIn.objects.count() == before + 1
    assert client.cookies["hy_in"]["path"] == f"/meetings/{meeting.pk}"


def test_a_code_that_was_passed_on_is_over(
    live: tuple[Cast, Meeting], monkeypatch: pytest.MonkeyPatch
) -> None:
    _cast, meeting = live
    before, code = CheckIn.objects.count(), attend.wall_code(meeting, NOW).code
    it_is(monkeypatch, NOW + timedelta(minutes=6))
    page = Client().get(f"/meetings/{meeting.pk}/check-in/{code}")
    assert page.status_code == 409
    assert "这个签到码已经换了" in page.text
    forged = {"building": "7", "scan": "x"}
    assert Client().post(f"/meetings/{meeting.pk}/check-in/{code}", forged).status_code == 422
    assert CheckIn.objects.count() == before


def test_one_scan_lets_one_phone_in_once(live: tuple[Cast, Meeting]) -> None:
    _cast, meeting = live
    before, phone, other = CheckIn.objects.count(), Client(), Client()
    url = f"/meetings/{meeting.pk}/check-in/{attend.wall_code(meeting, NOW).code}"
    told = {"building": "7", "unit": "2", **scan(phone, meeting)}
    passed_on = other.post(url, {**told, "room": "501"})
    assert passed_on.status_code == 422
    assert "请用这部手机重新扫墙上现在的二维码。" in passed_on.text
    other.get(url)  # a scan of its own does not make the other's page its own
    assert other.post(url, {**told, "room": "501"}).status_code == 422
    assert CheckIn.objects.count() == before
    for room in ("402", "403", "404"):
        homes = {**told, "room": room, "nonce": f"a fresh nonce for {room}"}
        assert phone.post(url, homes).status_code == 303
    assert CheckIn.objects.count() == before + 1
    assert CheckIn.objects.latest("pk").private.room == "402"


def test_a_page_without_a_scan_checks_nobody_in(live: tuple[Cast, Meeting]) -> None:
    _cast, meeting = live
    before, code = CheckIn.objects.count(), attend.wall_code(meeting, NOW).code
    told = {"building": "7", "nonce": "0123456789abcdef"}
    assert Client().post(f"/meetings/{meeting.pk}/check-in/{code}", told).status_code == 422
    assert CheckIn.objects.count() == before


def test_a_hall_that_scans_too_late_is_not_kept_out(live: tuple[Cast, Meeting]) -> None:
    _cast, meeting = live
    client = Client(REMOTE_ADDR="203.0.113.9")
    over = attend.wall_code(meeting, NOW - timedelta(minutes=5)).code
    for _ in range(door.MOST_GUESSES + 1):
        late = client.get(f"/meetings/{meeting.pk}/check-in/{over}")
    assert late.status_code == 409
    assert "请对着墙上现在的码再扫一次" in late.text
    right = attend.wall_code(meeting, NOW).code
    assert client.get(f"/meetings/{meeting.pk}/check-in/{right}").status_code == 200


def test_who_guesses_codes_is_slowed_down_until_the_right_one_does_not_count_either(
    live: tuple[Cast, Meeting],
) -> None:
    _cast, meeting = live
    client = Client(REMOTE_ADDR="203.0.113.10")
    tried = [
        client.get(f"/meetings/{meeting.pk}/check-in/WRNG{number:04d}").status_code
        for number in range(door.MOST_GUESSES + 1)
    ]
    assert tried == [409] * door.MOST_GUESSES + [429]
    right = f"/meetings/{meeting.pk}/check-in/{attend.wall_code(meeting, NOW).code}"
    assert client.get(right).status_code == 429
    assert Client(REMOTE_ADDR="203.0.113.11").get(right).status_code == 200


def test_who_came_to_the_first_sitting_checks_in_at_the_second(
    live: tuple[Cast, Meeting], monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, meeting = live
    phone = Client()
    come_in(phone, meeting)
    by, again = cast.by_secretary, given.START + timedelta(days=8)
    run.end_questions(meeting, by=by, reason="天黑了，改天再开。", now=NOW)
    run.add_sitting(meeting, by=by, planned_at=again, venue="花园", now=NOW)
    it_is(monkeypatch, again)
    url = f"/meetings/{meeting.pk}/check-in/{attend.wall_code(meeting, again).code}"
    scanned = phone.get(url)
    assert "您已签到" not in scanned.text
    told = {"scan": scanned.context["scan"], "building": "7", "unit": "2", "room": "402"}
    assert phone.post(url, told).status_code == 303
    assert "您已签到" in phone.get(url).text
    ordinals = CheckIn.objects.filter(way="code").values_list("sitting__ordinal", flat=True)
    assert list(ordinals) == [1, 2]


def test_who_leaves_says_so_with_the_same_phone(live: tuple[Cast, Meeting]) -> None:
    _cast, meeting = live
    client = Client()
    come_in(client, meeting)
    assert client.post(f"/meetings/{meeting.pk}/check-out").status_code == 303
    assert CheckIn.objects.latest("pk").left_at == NOW


def test_who_checked_in_with_the_account_can_leave_on_any_of_its_devices(live: tuple[Cast, Meeting]) -> None:
    cast, meeting = live
    phone = as_(cast, "resident")
    come_in(phone, meeting)
    other = as_(cast, "resident")
    code = attend.wall_code(meeting, NOW).code
    assert "我要离场，签退" in other.get(f"/meetings/{meeting.pk}/check-in/{code}").text
    assert "已签退" in other.post(f"/meetings/{meeting.pk}/check-out", follow=True).text
    assert CheckIn.objects.latest("pk").left_at == NOW


def test_who_never_checked_in_is_told_so_on_the_page_of_the_meeting(live: tuple[Cast, Meeting]) -> None:
    _cast, meeting = live
    told = Client().post(f"/meetings/{meeting.pk}/check-out", follow=True)
    assert told.status_code == 200
    assert "没有签到，不用签退" in told.text


def test_the_author_of_a_hidden_question_reads_why_and_nobody_else_its_words(
    live: tuple[Cast, Meeting],
) -> None:
    cast, meeting = live
    asked = given.a_question(cast, meeting, now=NOW)
    moderate.hide(asked, by=cast.actor("secretary"), reason_code="personal_data", now=NOW)
    own = as_(cast, "resident").get(f"/meetings/{meeting.pk}/ask").text
    assert "原文里有别人的姓名、电话、住址等个人信息。事情照常进台账。" in own
    assert given.LIFT in own
    assert given.LIFT not in as_(cast, "neighbour").get(f"/meetings/{meeting.pk}/ask").text


def test_a_hall_with_one_address_is_not_braked_and_one_account_is(
    live: tuple[Cast, Meeting], settings: Any
) -> None:
    cast, meeting = live
    cache.clear()  # the same people pressed in other tests, at the same moment
    settings.ANONYMOUS_POSTS_PER_WINDOW = settings.SIGNED_IN_POSTS_PER_WINDOW = 2
    for room in range(4):
        assert come_in(Client(REMOTE_ADDR="203.0.113.10"), meeting, room=f"10{room}").status_code == 303
    client, url = as_(cast, "neighbour"), f"/meetings/{meeting.pk}/support"
    given.a_question(cast, meeting, now=NOW)
    presses = [client.post(url, {"question": "1"}, headers=AS_PART).status_code for _press in range(3)]
    assert presses == [200, 200, 429]
