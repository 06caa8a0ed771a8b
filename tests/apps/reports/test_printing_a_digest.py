"""一图读懂 for the board: what the report counts and promises, on a sheet that says where all of it stands."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.apps.reports.models import Claim, Report, TopicAnswer
from huiyin.apps.reports.paper import lines_of
from huiyin.apps.reports.services import commitments, demands, lifecycle, review, voices
from huiyin.apps.reports.services.opening import open_report
from huiyin.domain.access import SYSTEM
from tests import given_reports as given
from tests.documents.paper.reading import flat, pages_of, text_of
from tests.people import Cast, a_cast

pytestmark = pytest.mark.django_db


def test_the_digest_says_what_the_report_counts_and_promises(client: Client) -> None:
    _cast, report = given.a_cast_with_report("announced")
    answer = client.get(f"/reports/{report.pk}/digest.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert "一图读懂" in unquote(answer["Content-Disposition"])
    assert len(pages_of(answer.content)) == 1
    text = text_of(answer.content)
    claim, promise = Claim.objects.filter(revision__report=report)[0], report.commitments.get()
    for words in (
        "一图读懂",
        report.engagement.company.name,
        claim.name,
        promise.title,
        promise.owner,
        "常见频次",
        "审定",
        f"/reports/{report.pk}/digest",
    ):
        assert flat(words) in text, words
    assert client.get(f"/reports/{report.pk}/digest.pdf").content == answer.content


@pytest.mark.parametrize("status", ["draft", "submitted", "approved"])
def test_no_digest_hangs_out_before_the_notice(client: Client, status: str) -> None:
    _cast, report = given.a_cast_with_report(status)
    assert client.get(f"/reports/{report.pk}/digest.pdf").status_code == 404


def test_a_digest_has_a_large_size_and_a_budget(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    _cast, report = given.a_cast_with_report("published")
    with django_assert_max_num_queries(20):
        large = client.get(f"/reports/{report.pk}/digest.pdf", {"size": "A3"})
    assert round(float(pages_of(large.content)[0].mediabox.width) / 72 * 25.4) == 297


def test_the_digest_is_found_beside_the_report(client: Client) -> None:
    _cast, report = given.a_cast_with_report("announced")
    for page in ("", "/digest"):
        assert f'href="/reports/{report.pk}/digest.pdf"' in client.get(f"/reports/{report.pk}{page}").text


def test_a_notice_speaks_of_a_report_in_one_sentence(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    _cast, report = given.a_cast_with_report("announced")
    with django_assert_max_num_queries(15):
        told = lines_of([report])
    claims = Claim.objects.filter(revision__report=report).count()
    assert told[report.pk].startswith(f"写明 {claims} 个数据")
    assert told[report.pk].endswith("回应 2 件诉求；承诺 1 件事。")


def announced(cast: Cast, report: Report) -> Report:
    review.submit(report, by=cast.by_manager, now=given.WRITING)
    review.approve(report, by=cast.by_secretary, now=given.WRITING)
    return lifecycle.announce(report, by=SYSTEM, now=given.WRITING)


def a_report_on_a_long_list() -> tuple[Cast, Report]:
    """Six matters that weigh more than the two of every list here; each is answered in words of its own."""
    cast = a_cast()
    demand_list = given.a_demand_list(cast)
    for title in ("楼道灯不亮", "垃圾清运不及时", "水压低", "车位少", "路灯不亮", "树挡窗户"):
        told = {"source": "paper", "text": f"{title}。", "title": title, "now": given.COLLECTING}
        voices.add_voice(demand_list, by=cast.actor("community_worker"), **told)
    for step in (demands.confirm, demands.send):
        demand_list = step(demand_list, by=cast.by_secretary, now=given.COLLECTING)
    report = open_report(engagement=cast.engagement, by=cast.by_manager, now=given.WRITING)
    return cast, given.write(cast, report)


def test_what_is_not_on_the_sheet_is_counted_and_a_dropped_promise_is_no_plan(client: Client) -> None:
    cast, report = given.a_cast_with_report("written")
    for number in range(8):
        given.promise(cast, report, title=f"更换第{number}台水泵")
    announced(cast, report)
    by, now = cast.by_manager, given.WRITING
    commitments.drop_commitment(report.commitments.get(number=1), reason="没有钱。", by=by, now=now)
    commitments.keep_commitment(report.commitments.get(number=2), words="已经换好。", by=by, now=now)
    dropped = report.commitments.get(number=1).title
    note = "其余承诺：在做 1 项，已兑现 1 项，不再做 1 项，见全文。"
    text = text_of(client.get(f"/reports/{report.pk}/digest.pdf").content)
    assert flat("下一步答应的事7 件") in text
    assert flat(note) in text
    page = client.get(f"/reports/{report.pk}/digest").text
    assert note in page
    for shown in (text, page):
        assert flat(dropped) not in flat(shown)
        assert flat("更换第6台水泵") in flat(shown)
        assert flat("更换第7台水泵") not in flat(shown)
    slides = client.get(f"/reports/{report.pk}/slides").text
    assert f"<b>{dropped}</b>" in slides
    assert "　不再做<br>" in slides


def test_a_demand_without_an_answer_is_shown_as_such(client: Client) -> None:
    cast, report = a_report_on_a_long_list()
    left_out = report.demand_list.demands.get(title__contains="窗户")
    answered = report.demand_list.demands.get(title__contains="漏水")
    assert (left_out.rank, answered.rank) == (6, 7), "light enough to be left out"
    TopicAnswer.objects.filter(demand__in=(left_out, answered)).delete()
    announced(cast, report)
    for further in ("", "/slides"):
        page = client.get(f"/reports/{report.pk}{further}").text
        after = page[page.index("核心诉求和回应") :]
        assert after.index(left_out.title) < after.index("没有回应") < after.index(answered.title), further
        assert "见第五部分第 1 段" in after[after.index(answered.title) :]
        assert "逐件回应" not in page
    assert "共 8 件，报告回应了 7 件" in client.get(f"/reports/{report.pk}").text
    assert "逐件回应" not in client.get(f"/reports/{report.pk}/digest").text
    text = text_of(client.get(f"/reports/{report.pk}/digest.pdf").content)
    assert flat("清单上共 8 件") in text
    assert "8 件诉求里回应 7 件" in lines_of([report])[report.pk]
