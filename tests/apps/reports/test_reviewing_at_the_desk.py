"""The secretary before a report: as it will be read, reasons at its paragraphs, photos held against other uses."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from huiyin.apps.evidence.models import Evidence
from huiyin.apps.evidence.selectors import apart_km
from huiyin.apps.evidence.services import add_photo, withdraw
from huiyin.apps.reports.models import Report, ReturnReason
from huiyin.apps.reports.photo_checks import MOST_LOOKALIKES
from huiyin.apps.reports.report_page import report_page
from huiyin.apps.reports.selectors import newest_revision
from huiyin.apps.reports.services import corrections, drafting, figures, lifecycle, review
from huiyin.domain.errors import RuleBroken
from tests import given_reports as given
from tests.apps.evidence.made_over import a_photograph
from tests.apps.evidence.photos import a_heic, a_photo
from tests.counting import queries_of
from tests.people import Cast, sign_in

pytestmark = pytest.mark.django_db
LATER = given.WRITING + timedelta(days=1)


@pytest.fixture
def before_the_secretary(db: None) -> tuple[Cast, Report]:
    return given.a_cast_with_report("submitted")


def test_a_draft_is_the_companys_own_paper(cast: Cast) -> None:
    report = given.a_report(cast, status="written")
    page = sign_in(Client(), cast.secretary).get(f"/desk/reports/{report.pk}/review").text
    assert "物业还在写" in page
    assert "三号楼的门机换了新的" not in page


def test_it_is_shown_as_it_will_be_read_with_a_place_for_reasons_at_each_paragraph(
    before_the_secretary: tuple[Cast, Report],
) -> None:
    cast, report = before_the_secretary
    page = sign_in(Client(), cast.secretary).get(f"/desk/reports/{report.pk}/review").text
    assert '<span class="hy-claim hy-claim--none">72 次</span>' in page
    assert 'name="reason-service-2"' in page
    assert 'name="reason-plans-0"' in page
    assert 'name="reason-service-3"' not in page
    assert "这里只有说法，没有数字。" in page
    manager = sign_in(Client(), cast.manager).get(f"/desk/reports/{report.pk}/review").text
    assert "退回理由" not in manager.replace("退回理由：", "")


def test_returning_needs_a_reason_and_keeps_what_was_written(
    before_the_secretary: tuple[Cast, Report],
) -> None:
    cast, report = before_the_secretary
    secretary = sign_in(Client(), cast.secretary)
    path = f"/desk/reports/{report.pk}/return"
    seen = {"seen": newest_revision(report).wording}
    assert "请至少指出一处要改的地方。" in secretary.post(path, seen).text
    half = secretary.post(path, seen | {"reason-waste-1": "other", "words-service-1": "次数不对"})
    assert half.status_code == 422
    assert "次数不对</textarea>" in half.text
    told = seen | {
        "reason-waste-1": "number_missing",
        "reason-service-2": "other",
        "words-service-2": "第二段次数不对。",
    }
    done = secretary.post(path, told, follow=True)
    assert "已退回" in done.text
    rows = ReturnReason.objects.order_by("section").values_list("section", "paragraph", "words")
    assert list(rows) == [("service", 2, "第二段次数不对。"), ("waste", 1, "")]
    assert "退回理由：</b>这里需要修改。第二段次数不对。" in done.text


def test_approving_asks_once_and_is_final(before_the_secretary: tuple[Cast, Report]) -> None:
    cast, report = before_the_secretary
    secretary = sign_in(Client(), cast.secretary)
    page = secretary.get(f"/desk/reports/{report.pk}/review").text
    assert "确定审定" in page
    seen = newest_revision(report).wording
    assert page.count(f'name="seen" value="{seen}"') == 2
    done = secretary.post(f"/desk/reports/{report.pk}/approve", {"seen": seen}, follow=True)
    assert "已审定。" in done.text
    assert Report.objects.get(pk=report.pk).status == "approved"
    again = secretary.post(f"/desk/reports/{report.pk}/approve")
    assert again.status_code == 422


def test_words_that_were_not_on_the_page_are_neither_approved_nor_returned(
    before_the_secretary: tuple[Cast, Report],
) -> None:
    cast, report = before_the_secretary
    seen = newest_revision(report).wording
    reasons = [review.ReasonDraft("service", "number_missing")]
    review.return_with_reasons(report, reasons=reasons, by=cast.by_secretary, now=LATER)
    given.mended(cast, report, body="6 月 3 日换灯 4 盏。", now=LATER)
    review.submit(report, by=cast.by_manager, now=LATER)
    secretary = sign_in(Client(), cast.secretary)
    for command, told in (("approve", {}), ("return", {"reason-waste-1": "number_missing"})):
        late = secretary.post(f"/desk/reports/{report.pk}/{command}", {"seen": seen, **told})
        assert late.status_code == 422
        assert "物业又交来了新的一稿" in late.text
        assert "6 月 3 日换灯 4 盏。" in late.text
    assert Report.objects.get(pk=report.pk).status == "submitted"


def test_evidence_withdrawn_since_it_was_handed_in_is_told_and_stops_the_approval() -> None:
    cast, report = given.a_cast_with_report("written")
    photo = add_photo(by=cast.by_manager, upload=ContentFile(a_photo().read()))
    told = {"section": "service", "metric": "E01", "value": Decimal(72), "number": 1, "now": given.WRITING}
    figures.put_claim(report, by=cast.by_manager, evidence=[photo], **told)
    drafting.put_excuse(report, missing="evidence", key="1", words="", by=cast.by_manager)
    review.submit(report, by=cast.by_manager, now=LATER)
    withdraw(photo, reason="拍到了人脸。", by=cast.by_manager)
    secretary = sign_in(Client(), cast.secretary)
    page = secretary.get(f"/desk/reports/{report.pk}/review").text
    assert "照现在的规定和记录，缺 1 处" in page
    assert "确定审定" not in page
    assert report_page(report, newest_revision(report)).evidenced_count == 0
    with pytest.raises(RuleBroken, match="数据 1“电梯维保”没有佐证"):
        review.approve(report, by=cast.by_secretary, now=LATER)
    reasons = [review.ReasonDraft("service", "number_unclear")]
    review.return_with_reasons(report, reasons=reasons, by=cast.by_secretary, now=LATER)
    editor = sign_in(Client(), cast.manager)
    page = editor.get(f"/desk/reports/{report.pk}/sections/service?claim=1").text
    assert "数据 1 电梯维保没有佐证" in page, "where an excuse can be written"
    assert f'name="kept" value="{photo.pk}"' not in page


def test_a_correction_shows_the_reviewer_what_it_changes() -> None:
    cast, report = given.a_cast_with_report("published")
    corrections.begin_correction(report, reason="漏记一次。", by=cast.by_manager, now=LATER)
    given.mended(cast, report, body=given.SECTIONS["service"].replace("72", "70"), now=LATER)
    review.submit(report, by=cast.by_manager, now=LATER)
    page = sign_in(Client(), cast.secretary).get(f"/desk/reports/{report.pk}/review").text
    assert "和第 1 版的差别" in page
    assert "<ins>70</ins>" in page


def test_a_photo_used_elsewhere_is_shown_to_the_reviewer_and_not_to_the_company(cast: Cast) -> None:
    report = given.a_report(cast, status="written")
    other = add_photo(by=cast.by_neighbour, upload=ContentFile(a_photo().read(), name="照片.jpg"))
    photo = add_photo(by=cast.by_manager, upload=ContentFile(a_photo().read(), name="照片.jpg"))
    figures.put_photo(
        report,
        by=cast.by_manager,
        section="service",
        evidence=photo,
        caption="三号楼门机",
        claimed_on=date(2026, 6, 20),
        now=LATER,
    )
    review.submit(report, by=cast.by_manager, now=LATER)
    path = f"/desk/reports/{report.pk}/photos/1"
    secretary = sign_in(Client(), cast.secretary)
    assert f'href="{path}"' in secretary.get(f"/desk/reports/{report.pk}/review").text
    page = secretary.get(path).text
    assert "同一个文件" in page
    assert "比所说的早 5 天" in page
    assert other.token in page
    assert secretary.get(f"/desk/reports/{report.pk}/photos/2").status_code == 404
    assert sign_in(Client(), cast.manager).get(path).status_code == 404


def test_the_photos_at_a_number_are_held_against_its_days_and_other_uses(cast: Cast) -> None:
    report = given.a_report(cast, status="written")
    by = cast.by_manager
    used = add_photo(by=by, upload=ContentFile(a_photo().read(), name="照片.jpg"))
    far = add_photo(by=by, upload=a_heic(picture=a_photograph(3, 240, 180), place=(39.905, 116.655)))
    add_photo(by=cast.by_neighbour, upload=ContentFile(a_photo().read(), name="照片.jpg"))
    told = {"section": "service", "metric": "E01", "value": Decimal(72), "number": 1}
    figures.put_claim(report, by=by, **told, evidence=[used, far], now=LATER)  # type: ignore[arg-type]
    review.submit(report, by=by, now=LATER)
    path = f"/desk/reports/{report.pk}/data/1"
    secretary = sign_in(Client(), cast.secretary)
    reviewed = secretary.get(f"/desk/reports/{report.pk}/review").text
    row = reviewed[reviewed.index(f'href="{path}"') :]
    assert "核对数据 1 的 2 张照片" in row
    assert row.index("1 张在别处也用过") < row.index("</p>")
    page = secretary.get(path).text
    assert "同一个文件" in page
    assert "照片自带的拍摄日期与所说的一致" in page
    assert f"照片自带的位置离上面第一张至少 {apart_km(used, far)} 公里" in page
    assert secretary.get(f"/desk/reports/{report.pk}/data/2").status_code == 404
    company = sign_in(Client(), cast.manager)
    assert company.get(path).status_code == 404
    assert "在别处也用过" not in company.get(f"/desk/reports/{report.pk}/review").text


def test_whoever_may_cover_or_take_down_a_photo_is_led_there() -> None:
    cast, report = given.a_cast_with_report("written")
    before, after, paper = (
        add_photo(by=cast.by_manager, upload=ContentFile(a_photo().read(), name="照片.jpg")) for _ in range(3)
    )
    figures.put_photo(
        report,
        by=cast.by_manager,
        section="service",
        before=before,
        evidence=after,
        caption="门机",
        now=LATER,
    )
    figures.put_claim(
        report,
        by=cast.by_manager,
        section="service",
        name="换灯",
        value=Decimal(1),
        unit="盏",
        evidence=[paper],
    )
    places = [f'href="/desk/evidence/{each.pk}/redact"' for each in (before, after, paper)]
    manager = sign_in(Client(), cast.manager)
    section = manager.get(f"/desk/reports/{report.pk}/sections/service").text
    assert [place in section for place in places] == [True, True, False]
    review.submit(report, by=cast.by_manager, now=LATER)
    for person, is_led in ((cast.secretary, True), (cast.manager, True), (cast.community_worker, False)):
        page = sign_in(Client(), person).get(f"/desk/reports/{report.pk}/review").text
        assert [place in page for place in places] == [is_led] * 3
    review.approve(report, by=cast.by_secretary, now=LATER)
    lifecycle.announce(report, by=cast.by_secretary, now=LATER)
    assert "遮盖或撤下" not in Client().get(f"/reports/{report.pk}").text


def test_looking_at_a_photo_costs_the_same_with_more_other_uses_than_are_shown(cast: Cast) -> None:
    report = given.a_report(cast, status="written")

    def a_shot() -> Evidence:
        return add_photo(by=cast.by_manager, upload=ContentFile(a_photo().read(), name="照片.jpg"))

    shot = a_shot()
    figures.put_photo(report, by=cast.by_manager, section="service", evidence=shot, caption="门机", now=LATER)
    review.submit(report, by=cast.by_manager, now=LATER)
    client = sign_in(Client(), cast.secretary)
    client.get("/desk/reports")
    counts = []
    for others in (MOST_LOOKALIKES, 3):
        for _ in range(others):
            a_shot()
        counts.append(queries_of(lambda: client.get(f"/desk/reports/{report.pk}/photos/1")))
    assert counts[0] == counts[1] <= 60


def test_a_reason_that_was_sent_is_no_draft_any_more_nor_one_for_other_words(
    before_the_secretary: tuple[Cast, Report],
) -> None:
    cast, report = before_the_secretary
    secretary = sign_in(Client(), cast.secretary)
    first = secretary.get(f"/desk/reports/{report.pk}/review").text
    key = "11111111-aaaa-4bbb-8ccc-222222222222"
    told = {
        "seen": newest_revision(report).wording,
        "idempotency_key": key,
        "reason-waste-1": "number_missing",
    }
    done = secretary.post(f"/desk/reports/{report.pk}/return", told)
    assert done.headers["X-Acknowledged"] == done.cookies["hy_ack"].value == key
    review.submit(report, by=cast.by_manager, now=LATER)
    second = secretary.get(f"/desk/reports/{report.pk}/review").text
    drafts = [re.findall(r'data-draft="([^"]+)"', page) for page in (first, second)]
    assert len(drafts[0]) == len(drafts[1]) == 1
    assert drafts[0] != drafts[1], "what was begun for the old wording is not filled into the new one"


def test_looking_again_shows_the_last_reasons_and_what_was_mended_since(
    before_the_secretary: tuple[Cast, Report],
) -> None:
    cast, report = before_the_secretary
    reasons = [
        review.ReasonDraft("service", "other", paragraph=2, words="次数不对。"),
        review.ReasonDraft("waste", "other", paragraph=1, words="写清吨数。"),
    ]
    review.return_with_reasons(report, reasons=reasons, by=cast.by_secretary, now=LATER)
    body = given.SECTIONS["service"].replace("上半年共保养 72 次", "上半年共保养 70 次")
    given.mended(cast, report, body=body, now=LATER)
    review.submit(report, by=cast.by_manager, now=LATER)
    secretary = sign_in(Client(), cast.secretary)
    page = secretary.get(f"/desk/reports/{report.pk}/review").text
    since = page[page.index('id="since"') :].partition("</section>")[0]
    service, waste = since.index("次数不对。"), since.index("写清吨数。")
    assert since.index("已改") < service < since.index("还没有改") < waste
    assert "<del>72</del><ins>70</ins>" in since
    assert "厨余垃圾每天清运两次" not in since[since.index("物业改了什么") :]
    review.approve(report, by=cast.by_secretary, now=LATER)
    manager = sign_in(Client(), cast.manager).get(f"/desk/reports/{report.pk}/review").text
    assert "次数不对。　<span" in manager
    assert "已改" in manager[manager.index("次数不对。") :]
    assert 'id="since"' not in manager


def test_an_approved_report_is_as_far_as_it_is_in_the_list() -> None:
    cast, report = given.a_cast_with_report("presented")
    page = sign_in(Client(), cast.secretary).get(f"/desk/reports/{report.pk}/review").text
    head = page[page.index("<h1>") : page.index("</p>", page.index("<h1>"))]
    assert "已当面报告" in head
    assert "社区已审定" not in head


def test_two_numbers_of_the_same_that_differ_are_told_to_company_and_secretary() -> None:
    cast, report = given.a_cast_with_report("written")
    again = figures.put_claim(
        report, by=cast.by_manager, section="service", metric="E01", value=Decimal(69), now=given.WRITING
    )
    drafting.put_excuse(
        report, missing="evidence", key=str(again.number), words="没有照片。", by=cast.by_manager
    )
    editor = sign_in(Client(), cast.manager).get(f"/desk/reports/{report.pk}/sections/service").text
    first = editor[editor.index('<li id="claim-1">') :].partition("</li>")[0]
    assert f"同一件事、同样的日期，数据 {again.number} 写的是 69 次。" in first
    review.submit(report, by=cast.by_manager, now=LATER)
    page = sign_in(Client(), cast.secretary).get(f"/desk/reports/{report.pk}/review").text
    told = page[page.index('id="first"') :].partition("</section>")[0]
    assert "同一件事有两个数" in told
    assert f"电梯维保，日期相同：数据 1 写 72 次，数据 {again.number} 写 69 次" in told
