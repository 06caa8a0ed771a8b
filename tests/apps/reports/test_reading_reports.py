"""Reports as everybody reads them: numbers in their sentences, what was promised, what was corrected, the projector."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from huiyin.apps.evidence.services import add_photo
from huiyin.apps.reports.models import Account, AccountLine, Report
from huiyin.apps.reports.report_charts import charts_of, money_by_side
from huiyin.apps.reports.report_page import Book, report_page, title_of
from huiyin.apps.reports.report_slides import LONGEST_TEXT, slides_of
from huiyin.apps.reports.selectors import newest_revision
from huiyin.apps.reports.services import commitments, corrections, drafting, figures, review
from tests import given_reports as given
from tests.apps.evidence.photos import a_photo
from tests.counting import queries_of
from tests.people import Cast

LATER = given.WRITING + timedelta(days=1)


def a_page(client: Client, report: Report, further: str = "") -> str:
    answer = client.get(f"/reports/{report.pk}{further}")
    assert answer.status_code == 200, (answer.status_code, further)
    return answer.text


def corrected(cast: Cast, report: Report, body: str) -> None:
    corrections.begin_correction(report, reason="补上漏记的一次。", by=cast.by_manager, now=LATER)
    given.mended(cast, report, body=body, now=LATER)
    review.submit(report, by=cast.by_manager, now=LATER)
    review.approve(report, by=cast.by_secretary, now=LATER)


@pytest.mark.parametrize("status", ["draft", "submitted", "returned", "approved"])
def test_nobody_reads_a_report_before_the_meeting_notice(cast: Cast, client: Client, status: str) -> None:
    report = given.a_report(cast, status=status)
    for further in ("", "/digest", "/slides", "/revisions/1"):
        assert client.get(f"/reports/{report.pk}{further}").status_code == 404
    assert "工作报告</a>" not in client.get("/reports").text


def test_a_number_stands_in_its_sentence_beside_what_is_usual(cast: Cast, client: Client) -> None:
    page = a_page(client, given.a_report(cast, status="announced"))
    assert "2026年1月至6月工作报告" in page
    assert '共保养 72 次，见<span class="hy-claim hy-claim--none">72 次</span>' in page
    assert "（常见频次 72 次）" in page
    assert 'href="#data-1"' in page
    assert 'id="data-1"' in page
    assert "380 / 420，分母是应缴户数" in page
    assert "90.48%" in page


def test_what_is_missing_to_the_usual_count_is_said(cast: Cast, client: Client) -> None:
    report = given.a_report(cast, status="written")
    figures.put_claim(
        report, by=cast.by_manager, section="service", metric="E01", value=Decimal(66), number=1, now=LATER
    )
    report = review.submit(report, by=cast.by_manager, now=LATER)
    page = report_page(Report.objects.get(pk=report.pk), newest_revision(report))
    assert [claim.gap for claim in page.short_claims] == [Decimal(6)]
    assert "常见频次 72 次，少 6 次" in page.sections[0].blocks[1].block.html


def test_accounts_answers_promises_and_excuses_are_all_there(cast: Cast, client: Client) -> None:
    page = a_page(client, given.a_report(cast, status="published"))
    for words in (
        "5,000.5",
        "2,100.25",
        "收入合计",
        "七月动工，十月底前修好。",
        "修好地下车库防水",
        "雨季不再滴水",
    ):
        assert words in page
    assert page.count(given.EXCUSE) == 8
    assert "没有这项数据：" in page


def test_a_moved_promise_shows_its_first_date_struck_and_the_reason(db: None, client: Client) -> None:
    cast, report = given.a_cast_with_report("published")
    promise = report.commitments.get()
    commitments.move_commitment(
        promise, to_on=date(2026, 12, 20), reason="防水材料到货晚。", by=cast.by_manager, now=LATER
    )
    page = a_page(client, report)
    assert '<s><span class="visually-hidden">最初期限</span><time datetime="2026-10-31">' in page
    assert '<time datetime="2026-12-20">' in page
    assert "防水材料到货晚。" in page


def test_a_photo_stands_below_the_paragraph_that_names_it_first(cast: Cast, client: Client) -> None:
    report = given.a_report(cast, status="written")
    before, after = (
        add_photo(by=cast.by_manager, upload=ContentFile(a_photo().read(), name="照片.jpg")) for _ in range(2)
    )
    figures.put_photo(
        report,
        by=cast.by_manager,
        section="service",
        evidence=after,
        before=before,
        caption="三号楼门机",
        now=LATER,
    )
    given.mended(cast, report, body="先说这个。\n\n门机换了，见【图1】。\n\n再看【图1】。", now=LATER)
    page = report_page(report, newest_revision(report))
    first, second, third = page.sections[0].blocks
    assert (first.photos, [photo.number for photo in second.photos], third.photos) == ([], [1], [])
    assert '<a href="#photo-1">图 1</a>' in second.block.html
    assert page.sections[0].loose_photos == []
    assert second.has_words
    given.mended(cast, report, body="门机换了。\n\n【图1】\n\n再看\n\n【图1】", now=LATER)
    page = report_page(report, newest_revision(report))
    # Alone in its paragraph it says no more than the caption below it; later it leads back.
    assert [block.has_words for block in page.sections[0].blocks] == [True, False, True, True]
    assert "图 1" not in "".join(
        block.html
        for slide in slides_of(page, charts_of(page))
        for block in slide.blocks
        if block.ordinal == 2 and slide.section is page.sections[0]
    )
    given.mended(cast, report, body="没有提照片。", now=LATER)
    page = report_page(report, newest_revision(report))
    assert [photo.number for photo in page.sections[0].loose_photos] == [1]


def test_nothing_a_company_writes_becomes_markup(cast: Cast, client: Client) -> None:
    report = given.a_report(cast, status="written")
    given.mended(
        cast, report, body="<script>alert(1)</script> <img src=x onerror=y> [点我](javascript:x)", now=LATER
    )
    drafting.put_excuse(
        report, missing="metric", key="S01", words="<b>没有</b>", by=cast.by_manager, now=LATER
    )
    for step in (review.submit,):
        step(report, by=cast.by_manager, now=LATER)
    page = client_of(cast.secretary).get(f"/desk/reports/{report.pk}/review").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert 'href="javascript' not in page
    assert "&lt;b&gt;没有&lt;/b&gt;" in page


def client_of(person: Any) -> Client:
    from tests.people import sign_in

    return sign_in(Client(), person)


def test_a_correction_is_read_first_and_what_it_changed_is_marked(db: None, client: Client) -> None:
    cast, report = given.a_cast_with_report("published")
    assert "看与第 1 版的差别" not in a_page(client, report)
    corrected(cast, report, "六部电梯按计划保养。\n\n上半年共保养 70 次。")
    page = a_page(client, report)
    assert "共保养 70 次" in page
    assert "看与第 1 版的差别" in page
    assert "更正的理由：补上漏记的一次。" in page
    meta = page[page.index("报告期：") : page.index("看与第 1 版的差别")]
    assert meta.index("审定，") < meta.index("当面报告") < meta.index("审定更正"), "in the order of the days"
    changed = a_page(client, report, "/revisions/2")
    assert "<del>72</del><ins>70</ins>" in changed
    first = a_page(client, report, "/revisions/1")
    assert "最早审定的一版" in first
    assert "第 1 版全文" in first
    assert "厨余垃圾每天清运两次" in first
    assert '<span class="hy-claim hy-claim--none">72 次</span>' in first
    assert f'href="/reports/{report.pk}/revisions/1#full"' in page
    assert "厨余垃圾每天清运两次" not in changed
    assert client.get(f"/reports/{report.pk}/revisions/3").status_code == 404


def test_what_a_correction_changed_is_told_in_values_and_not_in_the_marks_that_place_them(
    db: None, client: Client
) -> None:
    cast, report = given.a_cast_with_report("published")
    corrections.begin_correction(report, reason="补上漏记的一次。", by=cast.by_manager, now=LATER)
    given.mended(cast, report, body="上半年共保养【数据1】，一次不少。", now=LATER)
    review.submit(report, by=cast.by_manager, now=LATER)
    review.approve(report, by=cast.by_secretary, now=LATER)
    changed = a_page(client, report, "/revisions/2")
    assert "72 次（数据 1）" in changed
    assert "【数据" not in changed


def test_a_correction_in_the_making_is_nobodys_business_yet(db: None, client: Client) -> None:
    cast, report = given.a_cast_with_report("published")
    corrections.begin_correction(report, reason="补上漏记的一次。", by=cast.by_manager, now=LATER)
    given.mended(cast, report, body="还没有审定的话。", now=LATER)
    assert "还没有审定的话" not in a_page(client, report)
    assert client.get(f"/reports/{report.pk}/revisions/2").status_code == 404


def test_the_digest_counts_and_draws(cast: Cast, client: Client) -> None:
    page = a_page(client, given.a_report(cast, status="announced"), "/digest")
    assert "3 <small>个数据</small>" in page
    assert "钱从哪来，花到哪去" in page
    assert 'aria-label="物业服务的收入和支出各项"' in page
    assert "接下来的承诺" in page


def test_the_projector_shows_one_matter_a_screen_and_links_them_in_a_row(db: None, client: Client) -> None:
    _cast, report = given.a_cast_with_report("announced")
    page = a_page(client, report, "/slides")
    count = page.count("data-slide>")
    assert count > 8
    for number in range(1, count):
        assert f'id="p{number}"' in page
        assert f'href="#p{number + 1}"' in page
    assert f'href="#p{count + 1}"' not in page


def test_money_is_shown_in_two_screens_of_few_bars_with_the_small_ones_in_a_sum() -> None:
    def lines(*amounts: int) -> list[AccountLine]:
        return [AccountLine(label=f"第 {each} 项", amount=Decimal(each * 10_000)) for each in amounts]

    account = Account(kind="income_expenditure")
    (_income, few), (title, many) = money_by_side([Book(account, lines(3), lines(*range(1, 9)))])
    assert [bar.label for bar in few.bars] == ["第 3 项"]
    assert title == "物业服务的支出"
    assert [(bar.label, bar.value) for bar in many.bars[:1] + many.bars[-1:]] == [
        ("第 8 项", 8),
        ("其余 3 项", 6),
    ]
    assert list(money_by_side([])) == []


def test_a_list_goes_on_counting_on_its_second_screen(db: None) -> None:
    _cast, report = given.a_cast_with_report("announced")
    page = report_page(report, newest_revision(report))
    page = replace(page, asked=page.asked * 3)
    told = [
        (slide.first_row, len(slide.rows))
        for slide in slides_of(page, charts_of(page))
        if slide.kind == "answers"
    ]
    assert told == [(1, 4), (5, 2)]


def test_a_long_section_takes_several_screens(cast: Cast) -> None:
    report = given.a_report(cast, status="written")
    given.mended(
        cast, report, body="\n\n".join(["楼道每周清扫两次，缺的次数在春节期间。" * 4] * 4), now=LATER
    )
    page = report_page(report, newest_revision(report))
    texts = [slide for slide in slides_of(page, charts_of(page)) if slide.section is page.sections[0]]
    assert len(texts) > 1
    for slide in texts:
        assert len(slide.blocks) == 1 or sum(len(block.text) for block in slide.blocks) <= LONGEST_TEXT


@pytest.mark.parametrize(
    ("first", "last", "title"),
    [
        (date(2026, 1, 1), date(2026, 6, 30), "2026年1月至6月工作报告"),
        (date(2025, 12, 1), date(2026, 5, 31), "2025年12月至2026年5月工作报告"),
    ],
)
def test_a_report_is_called_by_its_months(first: date, last: date, title: str) -> None:
    assert title_of(Report(period_from=first, period_to=last)) == title


PUBLIC_BUDGETS = {"": 22, "/digest": 22, "/slides": 22, "/revisions/1": 19, "/revisions/newest": 31}


def test_the_public_pages_cost_the_same_however_much_was_written(cast: Cast, client: Client) -> None:
    report = given.a_report(cast, status="published")
    photo = add_photo(by=cast.by_manager, upload=ContentFile(a_photo().read(), name="照片.jpg"))
    counts = []
    for numbers in (range(1), range(1, 2), range(2, 12)):
        corrections.begin_correction(report, reason="补数据。", by=cast.by_manager, now=LATER)
        for number in numbers:
            figures.put_claim(
                report,
                by=cast.by_manager,
                section="service",
                name=f"第 {number} 项",
                unit="次",
                value=Decimal(number),
                evidence=[photo],
                now=LATER,
            )
            figures.put_photo(
                report, by=cast.by_manager, section="service", evidence=photo, caption="现场", now=LATER
            )
            given.promise(cast, report, title=f"第 {number} 项承诺", now=LATER)
        review.submit(report, by=cast.by_manager, now=LATER)
        review.approve(report, by=cast.by_secretary, now=LATER)
        client.get("/reports")
        newest = str(newest_revision(report).number)
        addresses = [f"/reports/{report.pk}{further}".replace("newest", newest) for further in PUBLIC_BUDGETS]
        counts.append([queries_of(lambda at=at: client.get(at)) for at in ("/reports", *addresses)])
    _first, few, many = counts  # the version before the first correction has no evidence at all
    assert few == many
    assert few == [1, *PUBLIC_BUDGETS.values()]


def test_few_words_are_drawn_large_on_the_projector(cast: Cast, client: Client) -> None:
    page = a_page(client, given.a_report(cast, status="announced"), "/slides")
    slide = re.search(r'class="([^"]+)" id="p2"', page)
    assert slide is not None
    assert slide[1].split() == ["hy-slide", "hy-slide--text", "hy-slide--large"]
    assert '<section class="hy-slide hy-slide--money"' in page


def test_the_way_to_the_evidence_stays_with_its_number(cast: Cast, client: Client) -> None:
    page = a_page(client, given.a_report(cast, status="announced"))
    assert re.search(r'</span>\u2060<a class="hy-claim__src" href="#data-1"', page)
