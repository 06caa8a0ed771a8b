"""What was not mended after a report was given back is told again, until it is mended or the secretary drops it."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from huiyin.apps.reports.models import Report, ReturnReason
from huiyin.apps.reports.selectors import newest_revision
from huiyin.apps.reports.services import drafting, figures, review
from tests import given_reports as given
from tests.people import Cast, sign_in

pytestmark = pytest.mark.django_db
LATER = given.WRITING + timedelta(days=1)
UNMENDED, MENDED = "还没有改", "已改"


@pytest.fixture
def before_the_secretary(db: None) -> tuple[Cast, Report]:
    return given.a_cast_with_report("submitted")


def give_back(cast: Cast, report: Report, *reasons: review.ReasonDraft, now: Any = LATER) -> None:
    review.return_with_reasons(report, reasons=reasons, by=cast.by_secretary, now=now)


def looked_at(cast: Cast, report: Report) -> str:
    return sign_in(Client(), cast.secretary).get(f"/desk/reports/{report.pk}/review").text


def fields_in(page: str) -> dict[str, str]:
    """The reasons as a browser would send them back, untouched."""
    chosen = {
        name: (re.search(r'<option value="(\w*)" selected', options) or ["", ""])[1]
        for name, options in re.findall(
            r'<select [^>]*name="(reason-[^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL
        )
    }
    words = dict(re.findall(r'<textarea [^>]*name="(words-[^"]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL))
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen is not None
    return {name: value for name, value in (chosen | words).items() if value} | {"seen": seen[1]}


def last_given() -> list[tuple[str, int]]:
    """Where the reasons of the last time are."""
    rows = ReturnReason.objects.all()
    return [(each.section, each.paragraph) for each in rows if each.given_at == rows[0].given_at]


def test_reasons_that_were_not_mended_are_filled_in_again_and_the_mended_one_is_not(
    before_the_secretary: tuple[Cast, Report],
) -> None:
    cast, report = before_the_secretary
    give_back(
        cast,
        report,
        review.ReasonDraft("service", "other", paragraph=2, words="次数不对。"),
        review.ReasonDraft("waste", "number_missing", paragraph=1),
        review.ReasonDraft("plans", "other", words="写清做什么。"),
    )
    body = f"开头新加一段。\n\n{given.SECTIONS['waste']}"
    given.mended(cast, report, code="waste", body=body, now=LATER)
    given.mended(cast, report, code="plans", body="9 月 30 日前修好车库防水。", now=LATER)
    review.submit(report, by=cast.by_manager, now=LATER)
    page = looked_at(cast, report)
    sent = fields_in(page)
    assert sent.pop("seen")
    assert sent == {
        "reason-service-2": "other",
        "words-service-2": "次数不对。",
        "reason-waste-2": "number_missing",
    }
    assert "还没有改的理由已经填进“退回理由”" in page


def test_returned_for_something_else_the_company_reads_the_old_reasons_too(
    before_the_secretary: tuple[Cast, Report],
) -> None:
    cast, report = before_the_secretary
    give_back(cast, report, review.ReasonDraft("service", "other", paragraph=2, words="次数不对。"))
    review.submit(report, by=cast.by_manager, now=LATER)
    secretary = sign_in(Client(), cast.secretary)
    told = fields_in(looked_at(cast, report)) | {"reason-waste-1": "number_missing"}
    assert secretary.post(f"/desk/reports/{report.pk}/return", told).status_code == 303
    section = sign_in(Client(), cast.manager).get(f"/desk/reports/{report.pk}/sections/service").text
    assert "次数不对。" in section
    assert last_given() == [("service", 2), ("waste", 1)]


def test_the_secretary_drops_one_by_taking_its_reason_away(
    before_the_secretary: tuple[Cast, Report],
) -> None:
    cast, report = before_the_secretary
    give_back(cast, report, review.ReasonDraft("service", "other", paragraph=2, words="次数不对。"))
    review.submit(report, by=cast.by_manager, now=LATER)
    secretary = sign_in(Client(), cast.secretary)
    told = fields_in(looked_at(cast, report)) | {
        "reason-service-2": "",
        "reason-waste-1": "number_missing",
    }
    assert secretary.post(f"/desk/reports/{report.pk}/return", told).status_code == 303
    assert last_given() == [("waste", 1)]


def test_a_reason_for_a_whole_section_with_many_numbers_is_not_mended_by_doing_nothing(
    cast: Cast,
) -> None:
    report = given.a_report(cast, status="written")
    for n in range(10):
        figures.put_claim(
            report, by=cast.by_manager, section="service", name=f"换灯 {n}", value=Decimal(n + 1), unit="盏"
        )
    for claim in newest_revision(report).claims.filter(metric=""):
        key = str(claim.number)
        drafting.put_excuse(report, missing="evidence", key=key, words="没有照片。", by=cast.by_manager)
    review.submit(report, by=cast.by_manager, now=LATER)
    give_back(cast, report, review.ReasonDraft("service", "other", words="数字太多。"))
    section = f"/desk/reports/{report.pk}/sections/service"
    manager = sign_in(Client(), cast.manager)
    assert UNMENDED in told_at(manager.get(section).text)
    review.submit(report, by=cast.by_manager, now=LATER)
    page = looked_at(cast, report)
    since = page[page.index('id="since"') :].partition("</section>")[0]
    assert UNMENDED in since
    assert "退回以后，物业什么也没有改。" in since


def told_at(page: str) -> str:
    """The reason as the company reads it above its text."""
    return page[page.index("社区退回，") :].partition("</div>")[0]


def test_a_number_of_the_section_or_placed_in_the_paragraph_mends_it(
    before_the_secretary: tuple[Cast, Report],
) -> None:
    cast, report = before_the_secretary
    give_back(
        cast,
        report,
        review.ReasonDraft("service", "other", words="次数和记录对不上。"),
        review.ReasonDraft("service", "other", paragraph=2, words="次数不对。"),
        review.ReasonDraft("service", "other", paragraph=1, words="说清几部。"),
    )
    told: dict[str, Any] = {"section": "service", "metric": "E01", "number": 1, "now": LATER}
    figures.put_claim(report, by=cast.by_manager, value=Decimal(70), explanation="有两次没有做。", **told)
    page = sign_in(Client(), cast.manager).get(f"/desk/reports/{report.pk}/sections/service").text
    told_of = {
        words: page[page.index(words) :].partition("</div>")[0] for words in ("对不上", "不对", "几部")
    }
    assert MENDED in told_of["对不上"]
    assert MENDED in told_of["不对"]
    assert UNMENDED in told_of["几部"]


def test_what_needs_eyes_first_names_them_in_one_line(before_the_secretary: tuple[Cast, Report]) -> None:
    cast, report = before_the_secretary
    give_back(
        cast,
        report,
        review.ReasonDraft("service", "other", paragraph=2, words="次数不对。"),
        review.ReasonDraft("waste", "other", paragraph=1, words="写清吨数。"),
    )
    review.submit(report, by=cast.by_manager, now=LATER)
    page = looked_at(cast, report)
    first = page[page.index('id="first"') :].partition("</section>")[0]
    assert '<a href="#since">上次退回的 2 处，有 2 处没有改</a>' in first
    assert "次数不对。" not in first


def test_a_reason_that_is_not_complete_is_said_at_its_field_and_linked(
    before_the_secretary: tuple[Cast, Report],
) -> None:
    cast, report = before_the_secretary
    told = {
        "seen": newest_revision(report).wording,
        "words-service-1": "次数不对",
        "reason-waste-1": "other",
    }
    refused = sign_in(Client(), cast.secretary).post(f"/desk/reports/{report.pk}/return", told)
    assert refused.status_code == 422
    page = refused.text
    assert '<a href="#reason-service-1">服务履约，第 1 段：请从清单里选一个理由。</a>' in page
    assert '<a href="#words-waste-1">' in page
    assert 'name="reason-service-1" aria-invalid="true" aria-describedby="reason-service-1-error"' in page
    assert "这个理由要另写一句说明。" in page[page.index('id="words-waste-1-error"') :].partition("</p>")[0]
    assert not ReturnReason.objects.exists()
