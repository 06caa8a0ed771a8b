"""My messages, and the community's round of slips and calls, as people see them."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.services import answer, askers, assign, extension, merge, reply
from huiyin.apps.people.models import RoleAssignment
from huiyin.apps.publishing.models import Message
from huiyin.apps.publishing.selectors import slips_for_desk
from tests import given
from tests.apps.ledger.test_deciding_for_the_street_itself import a_matter_of_the_street
from tests.apps.publishing import told
from tests.people import Cast, sign_in


@pytest.fixture
def worker(cast: Cast) -> Client:
    return sign_in(Client(), cast.community_worker)


def test_i_see_what_i_was_told_and_reading_it_leads_to_the_case(cast: Cast, client: Client) -> None:
    case = given.a_case(cast, status="replied")
    told.run_reactions()
    sign_in(client, cast.resident)
    page = client.get(reverse("publishing:my_messages"))
    assert case.number in page.text
    message = Message.objects.get(reply__case=case, channel="in_site")
    answer = client.post(reverse("publishing:open_message", args=[message.pk]))
    assert answer.headers["Location"] == reverse("ledger:case", args=[case.number])
    assert Message.objects.get(pk=message.pk).read_at is not None


def test_a_chosen_slip_is_printed_with_number_code_and_ticks(cast: Cast, worker: Client) -> None:
    row = told.a_reply_to_be_told(cast, channel="slip")
    told.run_reactions()
    round_ = worker.get(reverse("publishing:desk_messages")).text
    assert "要打印的纸条 1 张" in round_
    slip = worker.post(reverse("publishing:print_slips"), {"message": [told.the_message(row).pk]})
    for words in (row.case.number, given.GOOD_REPLY, "已解决", "14 天内", "<svg"):
        assert words in slip.text
    assert re.search(r"验证码 \d{4} \d{4}", slip.text)
    assert "no-store" in slip.headers["Cache-Control"]
    assert "周有福" not in slip.text
    assert "13900000000" not in slip.text
    assert "要送的 1 张" in worker.get(reverse("publishing:desk_messages")).text


def test_two_calls_about_one_case_are_told_apart_on_the_board(cast: Cast, worker: Client) -> None:
    told.a_reply_to_be_told(cast, channel="call")
    told.run_reactions()
    first = Message.objects.get(channel="call")
    for number, body in enumerate((first.body, "这件事又延了一次期，原因见事项页。"), start=1):
        Message.objects.create(
            asker=first.asker,
            case=first.case,
            event_id=first.event_id + number,
            kind=first.kind,
            channel="call",
            body=body,
            state="to_call",
            made_at=first.made_at,
        )
    board = worker.get("/desk").text
    assert board.count(first.body[:20]) == 2
    assert board.count("第 2 位提问人") == 1
    assert "这件事又延了一次期" in board


def test_not_reached_is_public_and_offers_another_way(cast: Cast, worker: Client, client: Client) -> None:
    row = told.a_reply_to_be_told(cast, channel="call")
    told.run_reactions()
    message = told.the_message(row)
    worker.post(reverse("publishing:record_brought", args=[message.pk]), {"reached": "no"})
    assert "没联系上提问人" in client.get(reverse("ledger:case", args=[row.case.number])).text
    assert "改送纸条" in worker.get(reverse("publishing:desk_messages")).text
    worker.post(reverse("publishing:bring_instead", args=[message.pk]), {"channel": "slip"})
    assert "要打印的纸条 1 张" in worker.get(reverse("publishing:desk_messages")).text


def test_where_the_community_leads_the_street_brings_the_answer(cast: Cast, worker: Client) -> None:
    row = told.a_reply_to_be_told(cast, channel="slip")
    told.run_reactions()
    Case.objects.filter(pk=row.case_id).update(
        lead_kind="area", lead_area=cast.community, lead_engagement=None, lead_path=cast.community.path
    )
    assert "请街镇送达" in worker.get(reverse("publishing:desk_messages")).text
    message = told.the_message(row)
    assert (
        worker.post(reverse("publishing:record_brought", args=[message.pk]), {"reached": "yes"}).status_code
        == 404
    )
    street = sign_in(Client(), cast.street_officer)
    assert "打印选中的" in street.get(reverse("publishing:desk_messages")).text


def test_in_a_matter_of_the_street_itself_the_district_brings_the_answer(cast: Cast) -> None:
    case = a_matter_of_the_street(cast, now=given.A_MONDAY)
    by, lead = cast.by_street_officer, assign.Lead.of_area(cast.street)
    assign.assign(case, by=by, case_list="short_term", lead=lead, now=given.A_MONDAY)
    reply.reply(case, by=by, text=given.GOOD_REPLY, no_evidence_reason="没有拍照。", now=told.REPLIED_AT)
    told.a_reply_to_be_told(cast, channel="call")  # the community's
    told.run_reactions()
    page = reverse("publishing:desk_messages")
    street = sign_in(Client(), cast.street_officer)
    assert "请区里打电话" in street.get(page).text
    district = sign_in(Client(), cast.district_officer)
    assert "要打的电话 1 个" in district.get(page).text
    assert case.number in district.get("/desk").text
    assert "要打的电话" not in street.get("/desk").text
    message = Message.objects.get(case=case, channel="call")
    district.post(reverse("publishing:record_brought", args=[message.pk]), {"reached": "yes"})
    assert Message.objects.get(pk=message.pk).state == "delivered"


def test_without_a_community_worker_the_street_brings_the_answer(cast: Cast) -> None:
    row = told.a_reply_to_be_told(cast, channel="slip")
    told.run_reactions()
    page, street = reverse("publishing:desk_messages"), sign_in(Client(), cast.street_officer)
    assert "请社区工作者送达" in street.get(page).text
    assert "要打印、送达的纸条" not in street.get("/desk").text
    RoleAssignment.objects.filter(person=cast.community_worker).delete()
    assert "打印选中的" in street.get(page).text
    assert row.case.number in street.get("/desk").text
    assert "请街镇送达" in sign_in(Client(), cast.secretary).get(page).text
    printed = street.post(reverse("publishing:print_slips"), {"message": [told.the_message(row).pk]})
    assert re.search(r"验证码 \d{4} \d{4}", printed.text)


def test_a_slip_brought_after_the_days_says_so_and_the_case_shows_as_reached(
    cast: Cast, worker: Client, client: Client
) -> None:
    row = told.a_reply_to_be_told(cast, channel="slip")
    told.run_reactions()
    message = told.the_message(row)
    answer.close_window(row.case, now=told.REPLIED_AT + timedelta(days=15))
    page = reverse("ledger:case", args=[row.case.number])
    assert "没联系上提问人" in client.get(page).text
    brought = reverse("publishing:record_brought", args=[message.pk])
    worker.post(reverse("publishing:print_slips"), {"message": [message.pk]})
    shown = worker.post(brought, {"reached": "yes"}, follow=True).text
    assert "等反馈的日子过了，提问人仍可以说办没办好" in shown
    assert "从今天起" not in shown
    assert "没联系上提问人" not in client.get(page).text
    assert "答复已送到提问人" in client.get(page).text


def test_a_slip_is_addressed_to_who_asked_in_the_merged_case(cast: Cast, worker: Client) -> None:
    original = given.a_case(cast, status="replied", nickname="槐花")
    paper = given.a_paper_case(cast)
    paper.askers.update(channel="slip")
    merge.merge(paper, into=original, by=cast.by_secretary)
    told.run_reactions("ledger.case_merged")
    message = Message.objects.get(asker__case=paper)
    assert "周大爷" in worker.get(reverse("publishing:desk_messages")).text
    slip = worker.post(reverse("publishing:print_slips"), {"message": [message.pk]}).text
    for words in ("周大爷", original.number, given.GOOD_REPLY):
        assert words in slip
    assert "槐花" not in slip


def a_paper_case_in_work(cast: Cast) -> Case:
    case = given.a_paper_case(cast)
    case.askers.update(channel="slip")
    for number, step in enumerate(("assign", "start"), 1):
        given._STEPS[step](cast, case, given.A_MONDAY + timedelta(hours=number))
    return Case.objects.get(pk=case.pk)


def test_the_slip_of_an_extension_says_both_dates_with_their_year_and_the_reason(
    cast: Cast, worker: Client
) -> None:
    case = a_paper_case_in_work(cast)
    for due_on, reason, by in (
        (date(2026, 12, 24), "等配件到货。", cast.by_secretary),
        (date(2027, 1, 15), "厂家停产，另找。", cast.by_street_officer),
    ):
        asked = extension.ask_extension(case, by=cast.by_manager, due_on=due_on, reason=reason)
        extension.decide_extension(asked, by=by, approve=True)
    told.run_reactions("ledger.extension_approved")
    first, second = Message.objects.filter(case=case, kind="ledger.extension_approved").order_by("event_id")
    slip = worker.post(reverse("publishing:print_slips"), {"message": [second.pk]}).text
    for words in ("期限从 12月24日 改到 2027年1月15日", "最初的期限 7月1日", "理由：厂家停产，另找。"):
        assert words in slip
    slip = worker.post(reverse("publishing:print_slips"), {"message": [first.pk]}).text
    assert "理由：等配件到货。" in slip


def test_the_slip_of_a_dismissed_objection_says_why_it_was_dismissed(cast: Cast, worker: Client) -> None:
    case = given.a_paper_case(cast)
    case.askers.update(channel="slip")
    given._reject(cast, case, given.A_MONDAY)
    asker, by, now = given.original_asker(case), cast.by_community_worker, given.A_MONDAY
    raised = askers.object_to_outcome(asker, by=by, text="要办。", on_behalf=True, now=now)
    askers.decide_objection(raised, by=cast.by_street_officer, uphold=False, reason="不归物业管。")
    told.run_reactions("ledger.objection_dismissed")
    message = Message.objects.get(case=case, kind="ledger.objection_dismissed")
    assert (
        "理由：不归物业管。" in worker.post(reverse("publishing:print_slips"), {"message": [message.pk]}).text
    )


def test_the_secretary_sees_who_brings_it(cast: Cast) -> None:
    told.a_reply_to_be_told(cast, channel="call")
    told.run_reactions()
    page = sign_in(Client(), cast.secretary).get(reverse("publishing:desk_messages")).text
    assert "请社区工作者打电话" in page
    assert "打通了" not in page


@pytest.mark.parametrize("count", [1, 12])
def test_what_a_department_leads_costs_the_street_no_query_a_row(
    cast: Cast, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for channel in ("slip", "call") * count:
        told.a_reply_to_be_told(cast, channel=channel)
    told.run_reactions()
    Case.objects.update(lead_kind="department", lead_label="区供电公司", lead_engagement=None, lead_path="")
    street = sign_in(Client(), cast.street_officer)
    street.get(reverse("publishing:desk_messages"))
    with django_assert_max_num_queries(6):
        assert "打印选中的" in street.get(reverse("publishing:desk_messages")).text
    ids, by = list(Message.objects.values_list("pk", flat=True)), cast.by_street_officer
    with django_assert_max_num_queries(1):
        assert len(slips_for_desk(by, ids)) == count


@pytest.mark.parametrize("count", [1, 12])
def test_both_pages_ask_the_same_number_of_queries_whatever_there_is(
    cast: Cast, worker: Client, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        told.a_reply_to_be_told(cast, channel="slip")
        told.a_reply_to_be_told(cast, channel="call")
        given.a_case(cast, status="replied")
    told.run_reactions()
    worker.get(reverse("publishing:desk_messages"))
    with django_assert_max_num_queries(6):  # session, person, second factor, roles, counts, messages
        worker.get(reverse("publishing:desk_messages"))
    resident = sign_in(Client(), cast.resident)
    with django_assert_max_num_queries(5):
        resident.get(reverse("publishing:my_messages"))
