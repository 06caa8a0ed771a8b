"""After the meeting: its page, the minutes with their corrections, the certificate, ratings, letters, forums."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.apps.audit.models import Event
from huiyin.apps.meetings import selectors
from huiyin.apps.meetings.live import view_of
from huiyin.apps.meetings.minutes_content import content_of
from huiyin.apps.meetings.minutes_page import drawn_minutes
from huiyin.apps.meetings.models import (
    Forum,
    ForumItem,
    Meeting,
    MeetingEstate,
    MinutesCorrection,
    RatingCast,
    RatingToken,
)
from huiyin.apps.meetings.services import ask, notes, rate, run
from huiyin.apps.meetings.services.close import close_meeting
from huiyin.apps.meetings.services.forums import open_forums, plan_forum
from huiyin.apps.meetings.services.minutes import decide_correction, propose_correction
from huiyin.apps.meetings.views import rating
from huiyin.apps.people.models import HouseholdMembership
from huiyin.apps.places.models import Household
from huiyin.web.dates import day_words
from huiyin.web.idempotency import ACKNOWLEDGED_COOKIE, FIELD
from tests import given
from tests import given_meetings as meetings
from tests.apps.meetings.at_pages import as_, it_is
from tests.documents.paper.reading import text_of
from tests.given import BEIJING
from tests.people import Cast

pytestmark = pytest.mark.django_db
AFTER = meetings.CLOSING + timedelta(hours=1)
SCORES = {"understandable": 5, "truthful": 4, "answered": 4, "service": 3, "accounts": 2}


def test_the_page_says_how_long_who_came_and_where_each_question_went(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _cast, meeting = meetings.a_cast_with_meeting("minutes_open")
    it_is(monkeypatch, AFTER)
    page = Client().get(f"/meetings/{meeting.pk}").text
    assert "提问开放 42:00（要满 30 分钟），到场 10 人、10 户（要有 10 户）" in page
    assert "每个提问的去向" in page
    assert "5号楼" in page
    assert "前核对记录，提出更正" in page


def test_a_case_names_the_meeting_and_the_question_it_came_from(
    monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    cast, meeting = meetings.a_cast_with_meeting("questions")
    asked = meetings.a_question(cast, meeting)
    secretary = cast.actor("secretary")
    run.end_questions(meeting, by=secretary, now=meetings.END)
    close_meeting(meeting, by=secretary, now=meetings.CLOSING)
    asked.refresh_from_db()
    it_is(monkeypatch, AFTER)
    came_from = f'<a href="/meetings/questions/{asked.pk}">来自“云杉里小区上半年工作报告会”（2026年7月11日）第 1 问</a>'
    with django_assert_max_num_queries(6) as queries:
        page = Client().get(f"/cases/{asked.case.number}")
    assert sum("meetings_" in query["sql"] for query in queries) == 1
    assert came_from in page.text
    assert came_from in as_(cast, "secretary").get(f"/desk/cases/{asked.case.number}").text
    there = Client().get(f"/meetings/questions/{asked.pk}")
    assert there.headers["Location"] == f"/meetings/{meeting.pk}/minutes#q-1"


def test_who_was_there_proposes_a_correction_and_the_secretary_decides_in_public(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cast, meeting = meetings.a_cast_with_meeting("questions")
    phone = Client()
    it_is(monkeypatch, meetings.FLOOR + timedelta(minutes=1))
    code = f"/meetings/{meeting.pk}/check-in/{_code(meeting)}"
    scanned = phone.get(code)
    phone.post(code, {"building": "7", "scan": scanned.context["scan"]})
    secretary = cast.actor("secretary")
    meeting = run.end_questions(meeting, by=secretary, now=meetings.END)
    meeting = close_meeting(meeting, by=secretary, now=meetings.CLOSING)
    it_is(monkeypatch, AFTER)
    url = f"/meetings/{meeting.pk}/minutes"
    assert Client().post(url, {"text": "记错了"}).status_code == 404
    assert phone.post(url, {"text": "", "question_number": ""}).status_code == 422
    key = "5f0c2c1e-8f6f-4f0a-9a40-0c2f1c6d7e11"
    sent = phone.post(url, {"text": "还说了下半年换灯。", "question_number": "", FIELD: key})
    assert sent.status_code == 303
    assert sent.cookies[ACKNOWLEDGED_COOKIE].value == key, "the kept draft is forgotten"
    row = MinutesCorrection.objects.get()
    desk = as_(cast, "secretary")
    assert "会议记录有 1 条更正等决定" in desk.get("/desk/meetings").text
    decide = f"/desk/meetings/{meeting.pk}/corrections/{row.pk}"
    assert desk.post(decide, {"accept": "yes", "reason": ""}).status_code == 422
    assert desk.post(decide, {"accept": "yes", "reason": "录音里有这一句。"}).status_code == 303
    page = Client().get(url).text
    assert "已采纳" in page
    assert "录音里有这一句" in page


def test_a_supervision_note_of_the_street_stands_in_the_minutes_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cast, meeting = meetings.a_cast_with_meeting("minutes_open")
    it_is(monkeypatch, AFTER)
    words = "答得实在，地下车库一事请书面答复。"
    notes.add_supervision_note(meeting, by=cast.actor("street_officer"), text=words, now=AFTER)
    assert words in Client().get(f"/meetings/{meeting.pk}/minutes").text


def _code(meeting: object) -> str:
    from huiyin.apps.meetings.services.attend import wall_code
    from huiyin.web.now import now

    return wall_code(meeting, now()).code  # type: ignore[arg-type]


def test_locked_minutes_show_their_hash_and_take_no_more_corrections(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cast, meeting = meetings.a_cast_with_meeting("locked")
    it_is(monkeypatch, meetings.LOCKING)
    page = as_(cast, "manager").get(f"/meetings/{meeting.pk}/minutes").text
    assert meeting.minutes.sha256 in page
    assert "提出更正</button>" not in page


def test_a_correction_sent_twice_is_proposed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    cast, meeting = meetings.a_cast_with_meeting("minutes_open")
    it_is(monkeypatch, AFTER)
    told = {"text": "是八月底换。", "question_number": "", FIELD: "5f0c2c1e-8f6f-4f0a-9a40-0c2f1c6d7e11"}
    desk = as_(cast, "manager")
    for _twice in range(2):
        assert desk.post(f"/meetings/{meeting.pk}/minutes", told).status_code == 303
    assert MinutesCorrection.objects.count() == 1


def test_what_was_written_comes_back_when_the_window_or_the_phase_has_moved_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cast, meeting = meetings.a_cast_with_meeting("locked")
    it_is(monkeypatch, meetings.LOCKING)
    words = "答得实在，地下车库一事请书面答复。"
    minutes = as_(cast, "manager").post(f"/meetings/{meeting.pk}/minutes", {"text": words})
    assert minutes.status_code == 422
    assert words in minutes.text
    assert "报告会现在是“记录已锁定”" in minutes.text
    note = as_(cast, "street_officer").post(f"/desk/meetings/{meeting.pk}/add_note", {"text": words})
    assert note.status_code == 409
    assert words in note.text
    assert "报告会现在是“记录已锁定”" in note.text


def test_a_decision_comes_back_when_somebody_else_has_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    cast, meeting = meetings.a_cast_with_meeting("minutes_open")
    it_is(monkeypatch, AFTER)
    row = propose_correction(meeting.minutes, by=cast.by_manager, text="是八月底换。", now=AFTER)
    desk, url = as_(cast, "secretary"), f"/desk/meetings/{meeting.pk}/corrections/{row.pk}"
    desk.post(url, {"accept": "yes", "reason": "录音里有。"})
    late = desk.post(url, {"accept": "no", "reason": "录音里没有找到。"})
    assert late.status_code == 422
    assert "录音里没有找到。" in late.text
    assert "这条更正已经有决定了。" in late.text


def test_where_several_estates_met_each_question_names_its_own() -> None:
    cast, meeting = meetings.a_cast_with_meeting("questions")
    meetings.everything_is_asked(cast, meeting)
    run.end_questions(meeting, by=cast.by_secretary, reason="下雨，人都走了。", now=meetings.CLOSING)
    meeting = close_meeting(meeting, by=cast.by_secretary, now=meetings.CLOSING)
    content: dict[str, Any] = content_of(meeting)
    assert {each["estate_name"] for each in drawn_minutes(content)["questions"]} == {""}
    content["estates"].append({**content["estates"][0], "code": "YSL03", "name": "云杉里北院"})
    assert {each["estate_name"] for each in drawn_minutes(content)["questions"]} == {cast.estate.name}


def test_on_the_phone_too() -> None:
    cast, meeting = meetings.a_cast_with_meeting("questions")
    meetings.everything_is_asked(cast, meeting)
    read = selectors.live(meeting, meetings.CLOSING)
    assert not any(cast.estate.name in each.said_by for each in view_of(read).questions)
    read.questions[0].estate = cast.other_estate
    said = [each.said_by for each in view_of(read).questions]
    assert said[0].startswith(cast.other_estate.name)
    assert all(each.startswith(f"{cast.estate.name} ") for each in said[1:])


def test_the_certificate_lists_the_intervals_and_the_balance() -> None:
    _cast, meeting = meetings.a_cast_with_meeting("locked")
    page = Client().get(f"/meetings/{meeting.pk}/certificate").text
    assert "<b>42 分 0 秒</b>，本区规定至少 30 分钟" in page
    assert "到 10:42:00，<b>42:00</b>" in page
    assert "结论：符合要求" in page
    assert meeting.minutes.sha256 in page
    assert meeting.stream in page


def test_the_lock_is_offered_once_nothing_keeps_the_minutes_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cast, meeting = meetings.a_cast_with_meeting("minutes_open")
    it_is(monkeypatch, AFTER)
    secretary, desk = as_(cast, "secretary"), f"/desk/meetings/{meeting.pk}"
    proposed = propose_correction(
        meeting.minutes, by=cast.by_manager, text="应为 42 分钟。", question_number=None, now=AFTER
    )
    page = secretary.get(desk).text
    assert f'action="{desk}/lock"' not in page
    assert "过后才能锁定" in page
    assert "先决定 1 条更正" in page
    assert f'href="{desk}#corrections"' in secretary.get(f"/meetings/{meeting.pk}/minutes").text
    assert f'href="{desk}#corrections"' not in Client().get(f"/meetings/{meeting.pk}/minutes").text
    assert "核对期还没有过" in secretary.post(f"{desk}/lock").text
    decide_correction(proposed, by=cast.by_secretary, accept=True, reason="录音如此。", now=AFTER)
    it_is(monkeypatch, meetings.LOCKING)
    assert f'action="{desk}/lock"' in secretary.get(desk).text


def test_what_the_company_asked_stands_in_the_minutes_beside_the_balance(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cast, meeting = meetings.a_cast_with_meeting("questions")
    asked = "垃圾站挪到北门行不行？"
    ask.company_asks(meeting, by=cast.by_manager, estate=cast.estate, text=asked, now=meetings.FLOOR)
    run.end_questions(meeting, by=cast.by_secretary, now=meetings.END)
    close_meeting(meeting, by=cast.by_secretary, now=meetings.CLOSING)
    it_is(monkeypatch, AFTER)
    page = Client().get(f"/meetings/{meeting.pk}/minutes").text
    assert "提问 0 个" in page
    assert "另有物业问居民 1 个，不计在内。" in page
    assert "会上没有回答，不进台账" in page


def test_page_and_paper_bear_the_same_dates_and_no_technical_word(in_phase: Any) -> None:
    _cast, meeting = in_phase("locked")
    meeting = Meeting.objects.get(pk=meeting.pk)
    page = re.sub(r"<[^>]+>", "", Client().get(f"/meetings/{meeting.pk}/certificate").text)
    sheet = text_of(Client().get(f"/meetings/{meeting.pk}/certificate.pdf").content)
    locked = day_words(meeting.minutes.locked_at.astimezone(BEIJING).date(), False, with_year=True)
    assert f"会议记录 {locked} 锁定，校验码" in page
    assert f"{meeting.area.name}　{locked}" in page
    assert f"会议记录{locked}锁定，校验码" in sheet
    for held in (page.replace(" ", ""), sheet):
        assert "开会2026年7月11日" in held
        assert "SHA-256" not in held
        assert "历史编号" not in held


def test_there_is_no_certificate_before_the_questions_end() -> None:
    _cast, meeting = meetings.a_cast_with_meeting("questions")
    assert Client().get(f"/meetings/{meeting.pk}/certificate").status_code == 404
    assert Client().get(f"/meetings/{meeting.pk}/minutes").status_code == 404


def test_who_has_homes_in_two_estates_of_the_meeting_rates_for_both(monkeypatch: pytest.MonkeyPatch) -> None:
    cast, meeting = meetings.a_cast_with_meeting("minutes_open")
    MeetingEstate.objects.create(meeting=meeting, estate=cast.other_estate)
    other = Household.objects.create(estate=cast.other_estate, building="1", unit="1", room="101")
    home = HouseholdMembership.objects.get(person=cast.resident)
    home.pk, home.estate, home.household = None, cast.other_estate, other
    home.save()
    it_is(monkeypatch, AFTER)
    client, url = as_(cast, "resident"), f"/meetings/{meeting.pk}/rate"
    first = client.get(url).context["home"]
    told = {**SCORES, "home": first.pk}
    assert client.post(url, told).headers["Location"] == url
    assert "您家已经评议过了" in client.post(url, told).text, "sent twice it is the same home"
    second = client.get(url).context["home"]
    assert second != first
    assert client.post(url, {**SCORES, "home": second.pk}).headers["Location"] == f"/meetings/{meeting.pk}"
    rated = RatingCast.objects.filter(meeting=meeting).values_list("household_id", flat=True)
    assert set(rated) == {first.pk, second.pk}


def test_a_household_rates_once_signed_in_or_by_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    cast, meeting = meetings.a_cast_with_meeting("minutes_open")
    letters = rate.issue_letters(
        meeting, by=cast.actor("secretary"), estate=cast.estate, now=meetings.CLOSING
    )
    it_is(monkeypatch, AFTER)
    client, url = as_(cast, "resident"), f"/meetings/{meeting.pk}/rate"
    page = client.post(url, {"understandable": 5})
    assert page.status_code == 422
    assert "请选一项" in page.text
    assert client.post(url, SCORES).status_code == 303
    own = next(each for each in letters if each.household == RatingCast.objects.get().household)
    assert "您家已经评议过了" in Client().get(f"/rate/{own.token}").text
    other = next(each for each in letters if each is not own)
    assert Client().post(f"/rate/{other.token}", SCORES).status_code == 303
    assert RatingCast.objects.count() == 2
    page = Client().get(f"/meetings/{meeting.pk}").text
    assert "2 户评议" in page
    assert "评议结束后统一公布" in page
    assert "各楼评议户数" not in page
    rate.count_ratings(meeting, now=AFTER + timedelta(days=15))
    it_is(monkeypatch, AFTER + timedelta(days=15))
    page = Client().get(f"/meetings/{meeting.pk}").text
    assert "不到 5 户，不显示分数" in page
    assert "其余楼栋" in page


def test_a_neighbour_without_a_checked_home_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    cast, meeting = meetings.a_cast_with_meeting("minutes_open")
    it_is(monkeypatch, AFTER)
    page = as_(cast, "stranger").get(f"/meetings/{meeting.pk}/rate")
    assert "还没有核实您住在这里" in page.text
    assert as_(cast, "stranger").post(f"/meetings/{meeting.pk}/rate", SCORES).status_code == 404
    assert Client().get("/rate/no-such-letter").status_code == 404


def test_who_cannot_scan_types_the_code_however_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    cast, meeting = meetings.a_cast_with_meeting("minutes_open")
    letter, *_ = rate.issue_letters(
        meeting, by=cast.actor("secretary"), estate=cast.estate, now=meetings.CLOSING
    )
    it_is(monkeypatch, AFTER)
    client = Client()
    opened = client.post("/rate", {"letter": letter.token.replace("-", "　").lower()})
    assert opened.headers["Location"] == f"/rate/{letter.token}"
    assert "每户一次" in client.get(f"/rate/{letter.token.replace('-', '')}").text
    assert client.post(f"/rate/{letter.token.lower()}", SCORES).status_code == 303
    assert RatingCast.objects.get().household == letter.household


def test_letters_printed_before_codes_were_short_still_count(monkeypatch: pytest.MonkeyPatch) -> None:
    cast, meeting = meetings.a_cast_with_meeting("minutes_open")
    letter, *_ = rate.issue_letters(
        meeting, by=cast.actor("secretary"), estate=cast.estate, now=meetings.CLOSING
    )
    old = "mGh2Kx0pQ9vT7bWc5LzR1A"
    kept = RatingToken.objects.filter(household=letter.household)
    kept.update(token_hash=hashlib.sha256(old.encode()).hexdigest())
    it_is(monkeypatch, AFTER)
    assert Client().post(f"/rate/{old.lower()}", SCORES).status_code == 404
    assert Client().post(f"/rate/{old}", SCORES).status_code == 303
    assert RatingCast.objects.get().household == letter.household


def test_guessing_codes_slows_the_address_down(monkeypatch: pytest.MonkeyPatch) -> None:
    cast, meeting = meetings.a_cast_with_meeting("minutes_open")
    letter, *_ = rate.issue_letters(
        meeting, by=cast.actor("secretary"), estate=cast.estate, now=meetings.CLOSING
    )
    it_is(monkeypatch, AFTER)
    cache.clear()
    monkeypatch.setattr(rating, "MOST_GUESSES", 2)
    client = Client()
    missed = client.post("/rate", {"letter": "K7AF-M3TX-9RWA"})
    assert missed.status_code == 422
    assert "没有这个码" in missed.text
    assert client.get(f"/rate/{letter.token}").status_code == 200, "one miss is nothing"
    assert client.get("/rate/K7AF-M3TX-9RWC").status_code == 404
    for answer in (client.get(f"/rate/{letter.token}"), client.post("/rate", {"letter": letter.token})):
        assert answer.status_code == 429
    cache.clear()


def test_letters_are_printed_with_a_code_each_and_can_be_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    cast, meeting = meetings.a_cast_with_meeting("minutes_open")
    it_is(monkeypatch, AFTER)
    client, url = as_(cast, "secretary"), f"/desk/meetings/{meeting.pk}/letters"
    sheets = client.post(url, {"estate": cast.estate.slug})
    assert sheets.text.count('<article class="hy-slip">') == 2  # both households of the cast
    assert sheets.headers["Cache-Control"].count("no-store")
    token = re.search(r"/rate/([\w-]+)", " ".join(each["address"] for each in sheets.context["sheets"]))
    assert token is not None
    letter = RatingToken.objects.get(token_hash=_hash(token[1]))
    assert client.post(f"{url}/{letter.pk}/revoke").status_code == 303
    assert "这封信已经作废" in Client().get(f"/rate/{token[1]}").text
    assert client.post(url, {"estate": cast.estate.slug, "building": "99"}).status_code == 303  # nobody there


def _hash(token: str) -> str:
    from huiyin.apps.meetings.tokens import hash_of

    return hash_of(token)


# --- forums -----------------------------------------------------------------------------------------------


def test_a_forum_lists_what_is_open_and_closes_when_each_item_has_its_word(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = given.a_case(cast, status="in_progress")
    it_is(monkeypatch, meetings.PLANNING)
    open_forums()
    forum = Forum.objects.get()
    client, url = as_(cast, "secretary"), f"/desk/forums/{forum.pk}"
    assert "要安排" in client.get("/desk/forums").text
    assert client.post(f"{url}/plan", {"planned_at": "2026-07-05T15:00", "venue": ""}).status_code == 422
    assert (
        client.post(f"{url}/plan", {"planned_at": "2026-07-05T15:00", "venue": "活动室"}).status_code == 303
    )
    page = client.get(url).text
    assert case.title in page
    assert "还有 1 项没有说明" in page
    held = {"held_on": "2026-07-02", "attendee_count": "23", "summary": "都说清楚了。"}
    refused = client.post(f"{url}/close", held)
    assert refused.status_code == 422
    assert "每一项都要有说明" in refused.text
    item = ForumItem.objects.get()
    state = f"{url}/items/{item.pk}"
    assert as_(cast, "manager").post(state, {"text": "灯已换好，等居民确认。"}).status_code == 303
    assert client.post(f"{url}/close", held).status_code == 303
    public = Client().get(f"/forums/{forum.pk}").text
    assert "灯已换好，等居民确认" in public
    assert "到场 23 人" in public


def test_an_agenda_shows_a_new_case_at_once_and_who_opens_it_can_state_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    given.a_case(cast, status="in_progress")
    it_is(monkeypatch, AFTER)
    open_forums()
    forum, secretary = Forum.objects.get(), cast.actor("secretary")
    plan_forum(forum, by=secretary, planned_at=AFTER + timedelta(days=3), venue="社区会议室")
    late = given.a_registered_case(cast, text="北门的岗亭空了两周，没有人值班。", now=AFTER)
    assert "北门的岗亭空了两周" in Client().get(f"/forums/{forum.pk}").text
    assert not forum.items.filter(case=late).exists(), "who only reads writes nothing"
    desk = as_(cast, "secretary").get(f"/desk/forums/{forum.pk}").text
    item = forum.items.get(case=late)
    assert f"/desk/forums/{forum.pk}/items/{item.pk}" in desk
    assert "还有 2 项没有说明" in desk
    assert as_(cast, "secretary").get(f"/desk/forums/{forum.pk}").text.count(">写说明<") == 2
    assert forum.items.count() == 2


def test_many_items_of_a_forum_get_one_statement_together(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    it_is(monkeypatch, AFTER)
    for text in ("一号楼门禁坏了半个月。", "北门的路灯不亮。", "地下车库漏水。"):
        given.a_registered_case(cast, text=text)
    open_forums()
    forum = Forum.objects.get()
    plan_forum(forum, by=cast.by_secretary, planned_at=AFTER, venue="社区会议室")
    first, second, third = forum.items.order_by("pk")
    client, url = as_(cast, "secretary"), f"/desk/forums/{forum.pk}"
    said = "上周报告会上刚提的，物业本月内书面答复。"
    refused = client.post(f"{url}/statements", {"text": said})
    assert (refused.status_code, "请在下面勾选" in refused.text) == (422, True)
    assert client.post(f"{url}/statements", {"text": said, "item": [first.pk, second.pk]}).status_code == 303
    assert [each.statement for each in forum.items.order_by("pk")] == [said, said, ""]
    lacking = client.get(f"{url}?show=lacking").text
    assert f'id="item-{third.pk}"' in lacking
    assert f'id="item-{first.pk}"' not in lacking


def test_what_was_asked_at_one_meeting_is_stated_with_one_tick_and_few_statements(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cast, meeting = meetings.a_cast_with_meeting("questions")
    for number, place in enumerate(("门禁", "路灯", "车库", "电梯")):
        meetings.a_question(cast, meeting, text=f"{place}的事什么时候办？", key=f"key {number}")
    run.end_questions(meeting, by=cast.by_secretary, now=meetings.END)
    close_meeting(meeting, by=cast.by_secretary, now=meetings.CLOSING)
    it_is(monkeypatch, AFTER)
    beside = given.a_registered_case(cast, text="北门的岗亭空了两周，没有人值班。", now=AFTER)
    open_forums()
    forum = Forum.objects.get()
    plan_forum(forum, by=cast.by_secretary, planned_at=AFTER, venue="社区会议室")
    client, url = as_(cast, "secretary"), f"/desk/forums/{forum.pk}"
    assert "7月11日报告会上提出的 4 项" in re.sub(r"<[^>]+>", "", client.get(url).text)
    said = {"text": "上周报告会上刚提的，物业本月内书面答复。", "meeting": meeting.pk}
    with CaptureQueriesContext(connection) as done:
        assert client.post(f"{url}/statements", said).status_code == 303
    stated = forum.items.exclude(statement="")
    assert (stated.count(), stated.filter(case=beside).exists()) == (4, False)
    assert sum(each["sql"].startswith('UPDATE "meetings_forumitem"') for each in done) == 1
    events = Event.objects.filter(stream=forum.stream, kind="meetings.item_stated")
    assert {each.public["item"] for each in events} == set(stated.values_list("pk", flat=True))
    assert "报告会上提出的" not in client.get(url).text


def test_everybody_finds_the_forums_beside_the_meetings(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    it_is(monkeypatch, AFTER)
    open_forums()
    forum = Forum.objects.get()
    of_the_estate = f"/meetings?estate={cast.estate.slug}"
    assert f'href="{of_the_estate}"' in Client().get(f"/estates/{cast.estate.slug}").text
    assert f'href="/forums/{forum.pk}"' in Client().get(of_the_estate).text
    assert f'href="/forums/{forum.pk}"' not in Client().get("/meetings").text, "no day is fixed yet"
    plan_forum(forum, by=cast.by_secretary, planned_at=AFTER, venue="社区会议室")
    assert f'href="/forums/{forum.pk}"' in Client().get("/meetings").text


def test_a_forum_that_was_not_held_shows_how_late_it_is(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    it_is(monkeypatch, meetings.PLANNING)
    open_forums()
    it_is(monkeypatch, meetings.PLANNING.replace(month=10, day=10))
    assert "没有开，已晚 10 天" in Client().get(f"/forums/{Forum.objects.get().pk}").text


def test_something_new_at_the_forum_becomes_a_case(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    it_is(monkeypatch, meetings.PLANNING)
    open_forums()
    forum = Forum.objects.get()
    told = {"text": "南门快递柜前一下雨就积水。", "nickname": "白鹭", "idempotency_key": "0123456789abcdef"}
    client = as_(cast, "community_worker")
    for _press in range(2):
        assert client.post(f"/desk/forums/{forum.pk}/matters", told).status_code == 303
    assert forum.matters.count() == 1
    assert "南门快递柜前一下雨就积水" in Client().get(f"/forums/{forum.pk}").text
