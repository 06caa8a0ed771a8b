"""One case as anybody reads it: both dates, the reply, what was said, and never who asked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from huiyin.apps.ledger import limits
from huiyin.apps.ledger.case_page import further_text, phrases
from huiyin.apps.ledger.models import Case, Extension
from huiyin.apps.ledger.services import askers, assign, extension, merge, reply
from huiyin.web import anchors
from huiyin.web.now import now
from tests import given
from tests.apps.ledger.many import many_cases
from tests.people import Cast, sign_in


@pytest.fixture(autouse=True)
def _anchor_is_known(cast: Cast) -> None:
    anchors.latest()


def page_of(case: Case, client: Client | None = None) -> str:
    return (client or Client()).get(reverse("ledger:case", args=[case.number])).text


def test_a_moved_date_stands_beside_the_first_one_with_its_reason(cast: Cast) -> None:
    case = given.a_case(cast, status="in_progress")
    asked = extension.ask_extension(
        case,
        by=cast.by_manager,
        due_on=date(2026, 7, 10),
        reason="要找原施工单位查线路图",
        now=given.A_MONDAY,
    )
    extension.decide_extension(asked, by=cast.by_secretary, approve=True, now=given.A_MONDAY)
    page = page_of(case)
    assert 'visually-hidden">最初期限</span><time datetime="2026-07-01">' in page
    assert 'visually-hidden">现在期限</span><time datetime="2026-07-10">' in page
    assert "要找原施工单位查线路图" in page
    assert Extension.objects.get().decided_by_label in page


def test_nobody_reads_who_asked(cast: Cast, client: Client) -> None:
    case = given.a_registered_case(
        cast, text="我叫周有福，住6号楼2单元302，电话13912345678，灯不亮。", nickname="槐花"
    )
    page = page_of(case, client)
    for secret in ("周有福", "302", "13912345678"):
        assert secret not in page
    assert "槐花" in page


def test_only_askers_are_offered_the_four_answers(cast: Cast, client: Client) -> None:
    case = given.a_case(cast, status="replied")
    assert 'value="solved"' not in page_of(case)
    assert 'value="solved"' not in page_of(case, sign_in(Client(), cast.neighbour))
    assert 'value="solved"' in page_of(case, sign_in(client, cast.resident))


def test_me_too_is_offered_only_to_who_may_join(cast: Cast) -> None:
    case = given.a_case(cast, status="in_progress")
    join = reverse("ledger:join_case", args=[case.number])
    assert f'action="{join}"' in page_of(case, sign_in(Client(), cast.neighbour))
    elsewhere = page_of(case, sign_in(Client(), cast.stranger))
    assert join not in elsewhere
    assert "只有云杉里的住户能同问" in elsewhere
    assert "先添住址，核实后可同问" in elsewhere
    assert "要先登录" not in elsewhere
    assert "同问要先登录" in page_of(case)
    Case.objects.update(estate=None)
    assert "同问" not in page_of(case).partition("<aside")[0].partition("<main")[2]


def test_not_solved_needs_a_sentence_and_keeps_what_was_written(cast: Cast, client: Client) -> None:
    case = given.a_case(cast, status="replied")
    sign_in(client, cast.resident)
    answer = reverse("ledger:answer", args=[case.number])
    refused = client.post(answer, {"answer": "not_solved", "comment": ""})
    assert refused.status_code == 422
    assert "hy-error" in refused.text
    client.post(answer, {"answer": "not_solved", "comment": "灯还是不亮。"})
    assert Case.objects.get(pk=case.pk).status == "reopened"
    assert "灯还是不亮。" in page_of(case)


def test_an_answer_after_the_session_ended_leads_back_to_the_case(cast: Cast, client: Client) -> None:
    case = given.a_case(cast, status="replied")
    page = reverse("ledger:case", args=[case.number])
    sent = client.post(
        reverse("ledger:answer", args=[case.number]),
        {"answer": "not_solved", "comment": "还是黑的"},
        headers={"referer": f"http://testserver{page}"},
    )
    assert sent.headers["Location"] == f"/sign-in?next={page}"
    text = page_of(case, sign_in(client, cast.resident))
    assert f'data-draft="answer-{case.number}"' in text  # the browser puts the words back
    key = "0f8fad5b-d9cb-469f-a165-70867728950e"
    arrived = client.post(
        reverse("ledger:answer", args=[case.number]), {"answer": "solved", "idempotency_key": key}
    )
    assert arrived.cookies["hy_ack"].value == key


def test_the_number_may_be_written_in_other_ways(cast: Cast, client: Client) -> None:
    case = given.a_registered_case(cast)
    answer = client.get(f"/cases/{case.number.replace('-', '')}")
    assert answer.headers["Location"] == reverse("ledger:case", args=[case.number])
    assert client.get("/cases/26-0000-000").status_code == 404


def test_the_steps_of_a_long_term_case_are_promises_too(cast: Cast) -> None:
    case = given.a_registered_case(cast)
    steps = [assign.Step("征求意见", date(2026, 8, 1)), assign.Step("施工", date(2026, 11, 1))]
    lead = assign.Lead.company(cast.engagement)
    assign.assign(
        case, by=cast.by_secretary, case_list="long_term", lead=lead, milestones=steps, now=given.A_MONDAY
    )
    page = page_of(case)
    assert "征求意见" in page
    assert 'datetime="2026-11-01"' in page


@pytest.mark.parametrize("others", [100, 10_000])
def test_a_case_asks_six_queries_at_most(
    cast: Cast,
    client: Client,
    others: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    many_cases(cast, others)
    for status in ("registered", "replied", "reopen_requested", "not_solvable"):
        address = reverse("ledger:case", args=[given.a_case(cast, status=status).number])
        with django_assert_max_num_queries(6):
            assert client.get(address).status_code == 200


def test_a_title_breaks_after_its_commas_and_is_not_said_twice(cast: Cast) -> None:
    assert phrases("6号楼灯不亮，老人不敢下楼") == ["6号楼灯不亮，", "老人不敢下楼"]
    case = given.a_registered_case(cast)
    assert case.text.startswith(case.title)
    assert further_text(case) == "几层的灯坏了两个多月。"


def test_the_reader_sees_how_many_days_late_an_open_case_is(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = given.a_case(cast, status="in_progress")
    monkeypatch.setenv("HUIYIN_NOW", (case.due_at + timedelta(days=4)).isoformat())
    assert "已经晚了 4 天" in page_of(case, client)


def test_the_first_reply_is_judged_by_the_date_it_was_owed_by_also_after_a_reopening(cast: Cast) -> None:
    case = given.a_case(cast, status="in_progress")
    asked = extension.ask_extension(
        case, by=cast.by_manager, due_on=date(2026, 7, 10), reason="等配件", now=given.A_MONDAY
    )
    extension.decide_extension(asked, by=cast.by_secretary, approve=True, now=given.A_MONDAY)
    late = given.A_MONDAY + timedelta(days=41)
    given._reply(cast, case, late)
    assert "按改后的期限，晚了 2 天" in page_of(case)
    given._STEPS["not_solved"](cast, case, late + timedelta(days=3))
    page = page_of(case)
    assert "按改后的期限，晚了 2 天" in page
    assert "提前" not in page
    assert "现在的期限从重新办理算起" in page


def test_a_date_moved_after_the_first_reply_is_no_second_measure_of_it(cast: Cast) -> None:
    case = given.a_case(cast, status="reopened")
    now = given.A_MONDAY + timedelta(days=1)
    asked = extension.ask_extension(
        case, by=cast.by_manager, due_on=date(2026, 7, 20), reason="等配件", now=now
    )
    extension.decide_extension(asked, by=cast.by_secretary, approve=True, now=now)
    page = page_of(case)
    assert "按最初期限，按时答复。" in page
    assert "按改后的期限" not in page


@pytest.mark.parametrize(
    ("status", "days", "words"),
    [
        ("confirmed", 14, "又不行了？"),
        ("unconfirmed", 90, "这件事解决了吗？"),
        ("rejected", 15, "不同意这个结果？"),
    ],
)
def test_what_the_asker_may_no_longer_say_is_not_asked(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch, status: str, days: int, words: str
) -> None:
    case = given.a_case(cast, status=status)
    since = case.unconfirmed_at or case.settled_at
    assert since is not None
    monkeypatch.setenv("HUIYIN_NOW", (since + timedelta(days=days)).isoformat())
    assert words in page_of(case, sign_in(client, cast.resident))
    monkeypatch.setenv("HUIYIN_NOW", (since + timedelta(days=days, seconds=1)).isoformat())
    assert words not in page_of(case, sign_in(Client(), cast.resident))


def test_who_wrote_too_late_reads_why_beside_the_own_words(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = given.a_case(cast, status="confirmed")
    assert case.settled_at is not None
    monkeypatch.setenv("HUIYIN_NOW", (case.settled_at + timedelta(days=15)).isoformat())
    sign_in(client, cast.resident)
    told = {"answer": "not_solved", "comment": "又不亮了。"}
    refused = client.post(reverse("ledger:answer", args=[case.number]), told)
    assert refused.status_code == 422
    assert "会标明是再次发生" in refused.text
    assert "又不亮了。" in refused.text


def test_an_asker_may_urge_once_a_day_also_while_the_lead_waits(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUIYIN_NOW", (given.A_MONDAY + timedelta(hours=9)).isoformat())
    case = given.a_case(cast, status="awaiting_asker")
    sign_in(client, cast.resident)
    assert "催办</button>" in page_of(case, client)
    client.post(reverse("ledger:urge", args=[case.number]))
    assert Case.objects.get(pk=case.pk).urge_count == 1
    assert "催办</button>" not in page_of(case, client)


def test_a_reopening_stands_in_the_history_with_its_new_date(cast: Cast) -> None:
    page = page_of(given.a_case(cast, status="reopened"))
    case = Case.objects.get()
    assert "提问人说：未解决，重新办理，期限：" in page
    assert f'重新办理，期限：<time datetime="{limits.day_of(case.due_at)}">' in page


def test_a_merged_case_shows_the_reply_the_lead_and_the_dates_of_its_original(cast: Cast) -> None:
    original = given.a_case(cast, status="in_progress")
    merged = given.a_registered_case(cast, person=cast.neighbour, now=given.A_MONDAY + timedelta(days=3))
    merge.merge(merged, into=original, by=cast.by_secretary, now=given.A_MONDAY + timedelta(days=4))
    reply.reply(
        original,
        by=cast.by_manager,
        text=given.GOOD_REPLY,
        no_evidence_reason="现场已恢复，没有拍照。",
        now=given.A_MONDAY + timedelta(days=5),
    )
    page = page_of(merged, sign_in(Client(), cast.neighbour))
    assert "这件事解决了吗？" in page
    assert given.GOOD_REPLY in page
    assert f"<dd>{original.lead_label}</dd>" in page
    assert "还没有分派" not in page
    assert (
        f'<b><span class="visually-hidden">现在期限</span><time datetime="{limits.day_of(original.due_at)}">'
        in page
    )
    assert reverse("ledger:case", args=[original.number]) in page


def test_a_matter_of_an_old_ledger_was_not_asked_by_an_import(cast: Cast) -> None:
    page = page_of(given.a_registered_case(cast, source="import"))
    assert "旧台账导入" in page
    assert "旧台账导入提出" not in page.partition('id="tl"')[0]


def test_what_the_street_dismissed_is_not_offered_again(cast: Cast, client: Client) -> None:
    case = given.a_case(cast, status="rejected", now=now() - timedelta(days=1))
    sign_in(client, cast.resident)
    assert "不同意这个结果？" in page_of(case, client)
    objection = askers.object_to_outcome(given.original_asker(case), by=cast.by_resident, text="是物业的事。")
    assert "不同意这个结果？" not in page_of(case, client)
    askers.decide_objection(objection, by=cast.by_street_officer, uphold=False, reason="产权不在物业。")
    assert "不同意这个结果？" not in page_of(case, client)


WITHDRAW = "撤回这件事"


def test_only_who_asked_first_may_withdraw_and_only_while_open(cast: Cast, client: Client) -> None:
    sign_in(client, cast.resident)
    assert WITHDRAW in page_of(given.a_case(cast, status="in_progress"), client)
    assert WITHDRAW not in page_of(given.a_case(cast, status="confirmed"), client)


def test_nobody_is_offered_to_withdraw_while_a_neighbour_waits_too(cast: Cast, client: Client) -> None:
    case = given.a_case(cast, status="in_progress")
    askers.join_case(case, by=cast.by_neighbour, person_id=cast.neighbour.pk, now=given.A_MONDAY)
    for person in (cast.resident, cast.neighbour):
        assert WITHDRAW not in page_of(case, sign_in(Client(), person))
    sign_in(client, cast.resident)
    client.post(reverse("ledger:withdraw", args=[case.number]))
    assert Case.objects.get(pk=case.pk).status == "in_progress"


def test_askers_of_merged_cases_are_not_offered_to_withdraw(cast: Cast) -> None:
    original = given.a_registered_case(cast)
    merged = given.a_registered_case(cast, person=cast.neighbour)
    merge.merge(merged, into=original, by=cast.by_secretary, now=given.A_MONDAY + timedelta(hours=1))
    for person in (cast.resident, cast.neighbour):
        for case in (original, merged):
            assert WITHDRAW not in page_of(case, sign_in(Client(), person))


def test_one_line_says_how_many_askers_a_reply_has_reached(cast: Cast) -> None:
    case = given.a_case(cast, status="in_progress")
    joined = askers.join_case(case, by=cast.by_neighbour, person_id=cast.neighbour.pk, now=given.A_MONDAY)
    later = given.A_MONDAY + timedelta(days=1)
    row = reply.reply(
        case, by=cast.by_manager, text=given.GOOD_REPLY, no_evidence_reason="没有拍照。", now=later
    )
    for asker in (given.original_asker(case), joined):
        reply.record_delivery(asker, reply=row, channel="sms", delivered_at=later, now=later)
    page = page_of(case)
    assert page.count("答复已送到") == 1
    assert "答复已送到 2 位提问人" in page
