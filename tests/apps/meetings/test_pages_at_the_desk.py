"""Planning, announcing, attendance, terms: the desk's pages, each command a form that keeps its text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from huiyin.apps.audit.models import Event
from huiyin.apps.meetings.models import (
    CheckIn,
    CommitteeTerm,
    ConsultationResult,
    Meeting,
    SupervisionNote,
    TeamMember,
)
from huiyin.apps.meetings.services import run
from huiyin.apps.meetings.services.attend import check_in_by_list
from huiyin.apps.meetings.services.terms import start_term
from huiyin.apps.people.models import ContactOpening
from huiyin.domain.errors import RuleBroken
from tests import given_meetings as given
from tests.apps.meetings.at_pages import as_, it_is
from tests.people import Cast

pytestmark = pytest.mark.django_db
NOW = given.FLOOR + timedelta(minutes=10)
PLAN = {
    "title": "云杉里社区物业工作报告会",
    "planned_at": "2026-07-11T09:30",
    "venue": "云杉里小区中心花园",
    "agenda": "主持人说明会议安排 | 5 | 社区书记\n居民提问 | 30 分钟\n小结",
}


def plan(client: Client, cast: Cast, **changes: object) -> object:
    return client.post("/desk/meetings/new", {"estates": [cast.estate.pk], **PLAN, **changes})


def command(client: Client, meeting: Meeting, name: str, **told: object) -> object:
    return client.post(f"/desk/meetings/{meeting.pk}/{name}", told)


def test_the_secretary_plans_a_meeting_with_its_agenda(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    it_is(monkeypatch, given.PLANNING)
    client = as_(cast, "secretary")
    assert "主持人说明会议安排 | 5 | 社区书记" in client.get("/desk/meetings/new").text  # the usual one
    assert plan(client, cast).status_code == 303
    meeting = Meeting.objects.get()
    assert meeting.planned_at == given.START
    lines = [(item.title, item.minutes, item.speaker) for item in meeting.agenda.all()]
    assert lines == [("主持人说明会议安排", 5, "社区书记"), ("居民提问", 30, ""), ("小结", None, "")]
    assert "排好了，还没有公告" in client.get("/desk/meetings").text
    assert Client().get(f"/meetings/{meeting.pk}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"agenda": "小结 | 很久"}, "第 1 行没有看懂"),
        ({"estates": []}, "请至少选一个小区"),
        ({"planned_at": "明天"}, "没有看懂这个时间"),
        ({"planned_at": "2026-07-01T09:30"}, "开始时间要晚于现在"),
        ({"is_outside": "on"}, "开在别处要写明原因"),
    ],
)
def test_what_is_wrong_with_a_plan_stands_beside_its_field(
    changes: dict[str, object], sentence: str, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    it_is(monkeypatch, given.PLANNING)
    page = plan(as_(cast, "secretary"), cast, **changes)
    assert page.status_code == 422
    assert sentence in page.text
    assert "云杉里小区中心花园" in page.text  # what was written is still there
    assert not Meeting.objects.exists()


def test_a_second_meeting_has_to_be_ticked(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    it_is(monkeypatch, given.PLANNING)
    client = as_(cast, "secretary")
    assert "仍要另排一场" not in client.get("/desk/meetings/new").text
    plan(client, cast)
    first = Meeting.objects.get()
    page = client.get("/desk/meetings/new").text
    assert f'href="/desk/meetings/{first.pk}"' in page
    assert "仍要另排一场" in page
    refused = plan(client, cast)
    assert refused.status_code == 422
    assert "确实要另排一场，请勾选" in refused.text
    assert "云杉里小区中心花园" in refused.text
    assert plan(client, cast, is_further="on").status_code == 303
    assert Meeting.objects.count() == 2


def test_the_first_meeting_of_a_new_term_counts_as_its_first_thing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_term(area=cast.community, starts_on=given.PLANNING.date(), by=cast.actor("street_officer"))
    it_is(monkeypatch, given.PLANNING)
    client = as_(cast, "secretary")
    assert "开门第一件事" in client.get("/desk/meetings/new").text
    plan(client, cast)
    assert Meeting.objects.get().term == CommitteeTerm.objects.get()


def test_announcing_too_late_asks_for_a_reason_that_is_public(monkeypatch: pytest.MonkeyPatch) -> None:
    cast, meeting = given.a_cast_with_meeting("draft")
    it_is(monkeypatch, given.START - timedelta(days=3))
    client = as_(cast, "secretary")
    page = command(client, meeting, "announce", short_notice_reason="")
    assert page.status_code == 422
    assert "要提前 7 天公告，现在只提前了 3 天" in page.text
    reason = "原定场地临时要检修，只有这一天能用。"
    assert command(client, meeting, "announce", short_notice_reason=reason).status_code == 303
    assert reason in Client().get(f"/meetings/{meeting.pk}").text


def test_postponed_and_cancelled_meetings_say_why_in_public(monkeypatch: pytest.MonkeyPatch) -> None:
    cast, meeting = given.a_cast_with_meeting("announced")
    it_is(monkeypatch, given.NOTICE + timedelta(days=1))
    client = as_(cast, "secretary")
    assert command(client, meeting, "postpone", reason_code="emergency").status_code == 422  # needs words
    assert command(client, meeting, "postpone", reason_code="weather").status_code == 303
    page = Client().get(f"/meetings/{meeting.pk}").text
    assert "已延期" in page
    assert "天气不适合开会" in page
    assert "延期了，还没有定新的时间" in client.get("/desk/meetings").text
    assert command(client, meeting, "cancel", reason_code="company_changes").status_code == 303
    page = Client().get(f"/meetings/{meeting.pk}").text
    assert "已取消" in page
    assert 'href="/reports/' not in page, "a report that is not public any more"


def test_a_deputy_reports_with_a_public_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    cast, meeting = given.a_cast_with_meeting("announced")
    it_is(monkeypatch, given.START)
    pk = cast.estate.pk
    told = {f"label_{pk}": "客服主管 陶景明", f"reason_{pk}": "ill", f"note_{pk}": ""}
    assert command(as_(cast, "secretary"), meeting, "open_reporting", **told).status_code == 303
    page = Client().get(f"/meetings/{meeting.pk}").text
    assert "客服主管 陶景明" in page
    assert "本人生病，不能到场" in page


def test_a_command_that_is_not_open_now_is_refused_with_the_phase(monkeypatch: pytest.MonkeyPatch) -> None:
    cast, meeting = given.a_cast_with_meeting("questions")
    it_is(monkeypatch, NOW)
    client = as_(cast, "secretary")
    answer = command(client, meeting, "announce")
    assert answer.status_code == 409
    assert "报告会现在是“正在提问”" in answer.text
    assert command(client, meeting, "dance").status_code == 404


def test_who_of_the_company_came_and_who_did_not_is_public(monkeypatch: pytest.MonkeyPatch) -> None:
    cast, meeting = given.a_cast_with_meeting("questions")
    it_is(monkeypatch, NOW)
    client = as_(cast, "community_worker")
    assert command(client, meeting, "record_team", members="梁小禾 | 项目负责人 | 迟到").status_code == 422
    members = "梁小禾 | 项目负责人 | 报告\n段立新 | 工程主管\n陶景明 | 客服主管 | 未到"
    assert command(client, meeting, "record_team", members=members).status_code == 303
    assert TeamMember.objects.filter(is_present=True).count() == 2
    page = Client().get(f"/meetings/{meeting.pk}").text
    assert "未到" in page
    assert members.splitlines()[2] in client.get(f"/desk/meetings/{meeting.pk}").text  # to be mended


def test_street_notes_results_and_the_companys_own_words_have_their_forms(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cast, meeting = given.a_cast_with_meeting("questions")
    it_is(monkeypatch, NOW)
    note = {"text": "收支部分请把合同一并公示。"}
    assert command(as_(cast, "street_officer"), meeting, "add_note", **note).status_code == 303
    assert command(as_(cast, "manager"), meeting, "add_note", **note).status_code == 404
    result = {"text": "九月前成立电梯更换小组。", "owner": "社区", "due_on": "2026-09-01"}
    assert command(as_(cast, "secretary"), meeting, "add_result", **result).status_code == 303
    manager = as_(cast, "manager")
    assert command(manager, meeting, "company_asks", text="周末施工大家能接受吗？").status_code == 303
    asked = {"text": "地下车库排水泵要更换，维修资金还没有批下来。"}
    assert command(manager, meeting, "raise_difficulty", **asked).status_code == 303
    page = Client().get(f"/meetings/{meeting.pk}").text
    assert "收支部分请把合同一并公示" in page
    assert "九月前成立电梯更换小组" in page
    assert "地下车库排水泵要更换" in page


def test_paper_typed_in_later_counts_like_a_code(monkeypatch: pytest.MonkeyPatch) -> None:
    cast, meeting = given.a_cast_with_meeting("questions")
    it_is(monkeypatch, NOW)
    client, url = as_(cast, "community_worker"), f"/desk/meetings/{meeting.pk}/attendance"
    before = CheckIn.objects.count()
    line = {"way": "paper", "building": "8", "unit": "1", "room": "301", "name": "周有福"}
    assert client.post(url, line).headers["Location"].endswith("?way=paper")
    assert client.post(url, {"way": "paper", "building": ""}).status_code == 422
    assert CheckIn.objects.count() == before + 1
    assert "周有福" not in client.get(url).text
    assert "周有福" not in Client().get(f"/meetings/{meeting.pk}").text


@pytest.mark.parametrize(
    ("role", "path", "told", "count"),
    [
        ("street_officer", "add_note", {"text": "答得实在。"}, SupervisionNote.objects.count),
        ("secretary", "add_result", {"text": "周末换灯。"}, ConsultationResult.objects.count),
        (
            "community_worker",
            "attendance",
            {"way": "paper", "building": "9", "room": "904"},
            CheckIn.objects.count,
        ),
    ],
)
def test_what_is_sent_twice_is_recorded_once(
    monkeypatch: pytest.MonkeyPatch, role: str, path: str, told: dict[str, str], count: Callable[[], int]
) -> None:
    cast, meeting = given.a_cast_with_meeting("questions")
    it_is(monkeypatch, given.FLOOR + timedelta(minutes=9))
    client, before = as_(cast, role), count()
    for _twice in range(2):
        sent = client.post(f"/desk/meetings/{meeting.pk}/{path}", {**told, "idempotency_key": "k" * 32})
        assert sent.status_code in (302, 303)
    assert count() == before + 1


def test_names_and_rooms_are_shown_once_it_is_logged_why(monkeypatch: pytest.MonkeyPatch) -> None:
    cast, meeting = given.a_cast_with_meeting("questions")
    said = {"estate": cast.estate, "building": "8", "unit": "1", "room": "909", "name": "周有福"}
    check_in_by_list(meeting, by=cast.by_community_worker, now=NOW, **said)
    it_is(monkeypatch, NOW)
    client, url = as_(cast, "community_worker"), f"/desk/meetings/{meeting.pk}/attendance"
    listed = client.get(url).text
    assert "周有福" not in listed
    assert "909" not in listed
    refused = client.post(f"{url}/names", {"reason": " "})
    assert refused.status_code == 422
    assert "周有福" not in refused.text
    assert not ContactOpening.objects.exists()
    shown = client.post(f"{url}/names", {"reason": "核对有没有漏记。"})
    assert "周有福" in shown.text
    assert "8号楼 1单元 909" in shown.text
    opening = ContactOpening.objects.get()
    assert (opening.subject, opening.reason) == (meeting.stream, "核对有没有漏记。")
    event = Event.objects.filter(stream=meeting.stream).latest("number")
    assert event.kind == "people.contact_opened"


def test_a_day_that_went_by_is_not_called_today(monkeypatch: pytest.MonkeyPatch) -> None:
    cast, meeting = given.a_cast_with_meeting("announced")
    client, late = as_(cast, "secretary"), given.START + timedelta(days=1)
    it_is(monkeypatch, given.START)
    assert "今天开会。" in client.get("/desk/meetings").text
    it_is(monkeypatch, late)
    page = client.get("/desk/meetings").text
    assert "今天开会。" not in page
    assert "公告的日子过了，会没有开。" in page
    with pytest.raises(RuleBroken, match="请先延期"):
        run.open_reporting(meeting, by=cast.by_secretary, now=late)


def test_the_wall_shows_another_code_every_half_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    cast, meeting = given.a_cast_with_meeting("questions")
    client, url = as_(cast, "community_worker"), f"/desk/meetings/{meeting.pk}/wall/live"
    it_is(monkeypatch, NOW)
    first = client.get(url)
    known = {"If-None-Match": first.headers["ETag"]}
    assert client.get(url, headers=known).status_code == 304
    it_is(monkeypatch, NOW + timedelta(seconds=30))
    second = client.get(url, headers=known)
    assert second.status_code == 200
    assert second.context["code"] != first.context["code"]
    assert "<svg" in second.text


def test_communities_that_are_late_with_the_first_thing_are_named(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    it_is(monkeypatch, given.PLANNING)
    officer = as_(cast, "street_officer")
    told = {"area": cast.community.pk, "starts_on": "2026-04-01"}
    assert officer.post("/desk/terms", told).status_code == 303
    assert officer.post("/desk/terms", told).status_code == 422  # it has begun already
    for page in (officer.get("/desk/terms"), Client().get("/meetings")):
        assert "云杉里社区" in page.text
        assert "晚 32 天" in page.text
    assert as_(cast, "manager").post("/desk/terms", told).status_code == 404


@pytest.mark.parametrize("role", ["manager", "street_officer", "auditor"])
def test_who_cannot_act_is_shown_the_meeting_and_not_its_console(
    role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, meeting = given.a_cast_with_meeting("questions")
    it_is(monkeypatch, given.FLOOR)
    listed = as_(cast, role).get("/desk/meetings").text
    assert "正在开会。" in listed
    assert f"/desk/meetings/{meeting.pk}/console" not in listed
    assert f"/desk/meetings/{meeting.pk}/console" in as_(cast, "secretary").get("/desk/meetings").text


def test_the_secretarys_day_names_the_meeting_that_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    cast, meeting = given.a_cast_with_meeting("closed")
    it_is(monkeypatch, given.END)
    page = as_(cast, "secretary").get("/desk").text
    assert "提问结束了，还没有转台账" in page
    assert f'href="/desk/meetings/{meeting.pk}"' in page
    assert "还没有转台账" not in as_(cast, "manager").get("/desk").text
