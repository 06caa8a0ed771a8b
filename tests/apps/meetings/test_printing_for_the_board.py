"""What hangs on the board and goes from hand to hand: notice, certificate, slips, agenda."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.apps.meetings.models import Forum, Meeting, Question
from huiyin.apps.meetings.services import announce, close, run
from huiyin.apps.meetings.services.forums import close_forum, open_forums, plan_forum, state
from huiyin.apps.meetings.services.plan import change_plan
from huiyin.documents.paper.press import SIZES
from tests import given
from tests.apps.meetings.at_pages import as_, it_is
from tests.documents.paper.reading import flat, pages_of, text_of
from tests.given_meetings import (
    CLOSING,
    END,
    FLOOR,
    LOCKING,
    MINUTE,
    NOTICE,
    START,
    a_paper_question,
    a_question,
)
from tests.people import Cast

pytestmark = pytest.mark.django_db
InPhase = Callable[..., tuple[Cast, Meeting]]


def sheet(client: Client, address: str) -> str:
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf"), address
    return text_of(answer.content)


# --- the notice -------------------------------------------------------------------------------------------


def test_the_notice_says_when_where_who_and_how_to_ask(in_phase: InPhase, client: Client) -> None:
    _cast, meeting = in_phase("announced")
    answer = client.get(f"/meetings/{meeting.pk}/notice.pdf")
    assert unquote(answer["Content-Disposition"]).endswith("''公告 云杉里小区上半年工作报告会.pdf")
    text = text_of(answer.content)
    for words in (
        "云杉里小区上半年工作报告会",
        "2026年7月11日星期六上午9:30",
        "云杉里小区中心花园",
        "书记何知夏",
        "项目负责人",
        "写明",
        "扫码写下您要问的事",
        f"/meetings/{meeting.pk}",
    ):
        assert flat(words) in text, words


@pytest.mark.parametrize("size", SIZES)
def test_the_notice_is_one_page_of_either_size(in_phase: InPhase, client: Client, size: str) -> None:
    _cast, meeting = in_phase("announced")
    (page,) = pages_of(client.get(f"/meetings/{meeting.pk}/notice.pdf", {"size": size}).content)
    assert round(float(page.mediabox.width) / 72 * 25.4) == {"A4": 210, "A3": 297}[size]


@pytest.mark.parametrize("phase", ["draft", "postponed", "cancelled"])
def test_there_is_no_notice_of_what_does_not_take_place(
    in_phase: InPhase, client: Client, phase: str
) -> None:
    _cast, meeting = in_phase(phase)
    assert client.get(f"/meetings/{meeting.pk}/notice.pdf").status_code == 404


def test_a_notice_after_a_postponement_shows_the_first_date_too(in_phase: InPhase, client: Client) -> None:
    cast, meeting = in_phase("postponed")
    by = cast.actor("secretary")
    change_plan(
        meeting,
        title=meeting.title,
        venue=meeting.venue,
        planned_at=START + timedelta(days=14),
        by=by,
        now=NOTICE + timedelta(days=2),
    )
    announce.announce(meeting, by=by, now=NOTICE + timedelta(days=2))
    text = sheet(client, f"/meetings/{meeting.pk}/notice.pdf")
    assert "原定2026年7月11日上午9:30，改为2026年7月25日" in text


def test_the_notice_costs_the_same_however_much_is_on_it(
    in_phase: InPhase, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _cast, meeting = in_phase("announced")
    address = f"/meetings/{meeting.pk}/notice.pdf"
    client.get(address)
    with django_assert_num_queries(24) as few:
        client.get(address)
    for number in range(10, 16):
        meeting.agenda.create(ordinal=number, title=f"第 {number} 项")
    with django_assert_num_queries(len(few)):
        client.get(address)


# --- the certificate --------------------------------------------------------------------------------------


def test_the_certificate_lists_each_interval_and_what_it_counts(in_phase: InPhase, client: Client) -> None:
    cast, meeting = in_phase("paused")
    by = cast.actor("secretary")
    run.resume(meeting, by=by, now=FLOOR + 15 * MINUTE)
    a_question(cast, meeting, now=FLOOR + 16 * MINUTE)
    run.end_questions(meeting, by=by, now=FLOOR + 41 * MINUTE)
    address = f"/meetings/{meeting.pk}/certificate.pdf"
    before = sheet(client, address)
    assert "第1场10:00:00起10:10:00止10分钟" in before
    assert "第1场10:15:00起10:41:00止26分钟" in before
    assert "合计36分钟" in before
    assert "还没有全部转台账。会议记录还没有锁定" in before
    close.close_meeting(meeting, by=by, now=CLOSING)
    assert "进台账1个" in sheet(client, address)


def test_the_certificate_of_locked_minutes_bears_their_hash(in_phase: InPhase, client: Client) -> None:
    _cast, meeting = in_phase("locked")
    text = sheet(client, f"/meetings/{meeting.pk}/certificate.pdf")
    assert meeting.minutes.sha256 in text
    assert "符合要求" in text
    assert "42分钟" in text


def test_a_certificate_of_too_little_time_says_so_with_its_reason(in_phase: InPhase, client: Client) -> None:
    cast, meeting = in_phase("questions")
    run.end_questions(meeting, by=cast.actor("secretary"), reason="停电。", now=FLOOR + 5 * MINUTE)
    text = sheet(client, f"/meetings/{meeting.pk}/certificate.pdf")
    assert "提问时间不足原因：停电。" in text


def test_there_is_no_certificate_before_the_end(in_phase: InPhase, client: Client) -> None:
    _cast, meeting = in_phase("questions")
    assert client.get(f"/meetings/{meeting.pk}/certificate.pdf").status_code == 404


def test_the_certificate_costs_the_same_however_many_questions(
    in_phase: InPhase, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cast, meeting = in_phase("closed")
    address = f"/meetings/{meeting.pk}/certificate.pdf"
    client.get(address)
    with django_assert_num_queries(13) as few:
        client.get(address)
    given.a_registered_case(cast)
    for number in range(2, 8):
        Question.objects.create(
            meeting=meeting,
            estate=cast.estate,
            number=number,
            text="问",
            is_let_through=True,
            asked_at=END,
            status_since=END,
        )
    with django_assert_num_queries(len(few)):
        client.get(address)


@pytest.mark.parametrize("address", ["/meetings/{}/notice.pdf", "/meetings/{}/certificate.pdf"])
def test_no_resident_is_on_a_public_sheet(in_phase: InPhase, client: Client, address: str) -> None:
    cast, meeting = in_phase("questions")
    a_question(cast, meeting)
    a_paper_question(cast, meeting)
    by = cast.actor("secretary")
    for held in Question.objects.filter(status="held"):
        held.status = "shown"
        held.save()
    run.end_questions(meeting, by=by, now=END)
    close.close_meeting(meeting, by=by, now=CLOSING)
    text = sheet(client, address.format(meeting.pk))
    for words in ("周有福", "13900000000", "槐花", "周大爷", "6号楼"):
        assert words not in text, words


# --- slips ------------------------------------------------------------------------------------------------


def test_empty_slips_are_numbered_on(in_phase: InPhase, monkeypatch: pytest.MonkeyPatch) -> None:
    cast, meeting = in_phase("announced")
    it_is(monkeypatch, START)
    answer = as_(cast, "community_worker").get(f"/desk/meetings/{meeting.pk}/slips.pdf?first=31&count=4")
    assert answer["Cache-Control"] == "private, no-store"
    text = text_of(answer.content)
    assert [number for number in ("第030号", "第031号", "第034号", "第035号") if number in text] == [
        "第031号",
        "第034号",
    ]
    assert len(pages_of(answer.content)) == 2


@pytest.mark.parametrize(
    ("asked", "pages"), [("", 10), ("?count=0", 1), ("?count=999", 20), ("?count=x", 10)]
)
def test_nobody_prints_slips_without_end(
    in_phase: InPhase, monkeypatch: pytest.MonkeyPatch, asked: str, pages: int
) -> None:
    cast, meeting = in_phase("announced")
    it_is(monkeypatch, START)
    answer = as_(cast, "secretary").get(f"/desk/meetings/{meeting.pk}/slips.pdf{asked}")
    assert len(pages_of(answer.content)) == pages


def test_who_asked_on_paper_gets_the_number_on_a_slip(
    in_phase: InPhase, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cast, meeting = in_phase("questions")
    by = cast.actor("secretary")
    a_question(cast, meeting)
    paper = a_paper_question(cast, meeting)
    run.end_questions(meeting, by=by, now=END)
    it_is(monkeypatch, CLOSING)
    client = as_(cast, "community_worker")
    address = f"/desk/meetings/{meeting.pk}/case-slips.pdf"
    assert client.get(address).status_code == 404, "nothing has a number before the closing"
    Question.objects.filter(pk=paper.pk).update(status="shown")
    close.close_meeting(meeting, by=by, now=CLOSING)
    paper.refresh_from_db()
    assert address in client.get(f"/desk/meetings/{meeting.pk}").text
    text = text_of(client.get(address).content)
    assert flat(f"已登记{paper.case.number}") in text
    assert text.count("念作：") == 1
    with django_assert_num_queries(10):
        client.get(address)


# --- the forum --------------------------------------------------------------------------------------------


def test_a_forums_agenda_is_for_the_desk_until_it_is_closed(
    cast: Cast, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    case = given.a_case(cast, status="in_progress")
    open_forums(now=given.A_MONDAY)
    forum = Forum.objects.get(estate=cast.estate)
    address = f"forums/{forum.pk}/agenda.pdf"
    desk = as_(cast, "secretary")
    assert desk.get(f"/desk/{address}").status_code == 404, "not planned yet"
    plan_forum(forum, by=cast.by_secretary, planned_at=given.A_MONDAY, venue="社区活动室", now=given.A_MONDAY)
    text = text_of(desk.get(f"/desk/{address}").content)
    for words in ("业主座谈会议程", "社区活动室", f"{case.number}{case.title}", "到期的承诺没有"):
        assert flat(words) in text, words
    assert client.get(f"/{address}").status_code == 404
    for item in forum.items.all():
        state(item, by=cast.by_secretary, text="正在办。", now=given.A_MONDAY)
    close_forum(
        forum,
        by=cast.by_secretary,
        held_on=given.A_MONDAY.date(),
        attendee_count=9,
        now=given.A_MONDAY,
    )
    client.get(f"/{address}")
    with django_assert_num_queries(3):
        assert flat(case.title) in sheet(client, f"/{address}")


# --- where people look for them ---------------------------------------------------------------------------


def test_the_pages_lead_to_their_sheets(in_phase: InPhase, monkeypatch: pytest.MonkeyPatch) -> None:
    cast, meeting = in_phase("locked")
    it_is(monkeypatch, LOCKING)
    notice, certificate = (f"/meetings/{meeting.pk}/{name}.pdf" for name in ("notice", "certificate"))
    client = Client()
    page = client.get(f"/meetings/{meeting.pk}").text
    assert f'href="{notice}"' in page
    assert f'href="{certificate}"' in page
    for further in ("/minutes", "/certificate"):
        assert f'href="{certificate}"' in client.get(f"/meetings/{meeting.pk}{further}").text
    desk = as_(cast, "secretary").get(f"/desk/meetings/{meeting.pk}").text
    for address in (
        notice,
        f"{notice}?size=A3",
        certificate,
        f"/reports/{meeting.estates.get().report_id}/digest.pdf",
    ):
        assert f'href="{address}"' in desk, address
    assert f'action="/desk/meetings/{meeting.pk}/slips.pdf"' in desk
