"""一图读懂 for the board: what the report counts and promises, on a sheet that says where all of it stands."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.apps.reports.models import Claim
from huiyin.apps.reports.paper import lines_of
from tests import given_reports as given
from tests.documents.paper.reading import flat, pages_of, text_of

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
    with django_assert_max_num_queries(4):
        told = lines_of([report])
    claims = Claim.objects.filter(revision__report=report).count()
    assert told[report.pk].startswith(f"写明 {claims} 个数据")
    assert told[report.pk].endswith("承诺 1 件事。")
