"""My messages, and the community's round of slips and calls, as people see them."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from huiyin.apps.publishing.models import Message
from tests import given
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
    from huiyin.apps.ledger.models import Case

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
