"""What the check says stands beside the text, as it is typed and as it was saved; numbers in it are on offer."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from huiyin.apps.reports.contents import content_of
from huiyin.apps.reports.findings import findings_of
from huiyin.apps.reports.findings_shown import MOST_SHOWN
from huiyin.apps.reports.models import FindingExcuse, Report
from huiyin.apps.reports.selectors import newest_revision
from huiyin.apps.reports.services import figures, review
from huiyin.apps.reports.services.commitments import put_commitment
from huiyin.apps.reports.services.excusing import excuse_finding
from tests import given_reports as given
from tests.counting import queries_of
from tests.people import Cast, sign_in

LATER = given.WRITING + timedelta(days=1)
PRAISE = "各项服务得到业主的一致好评。"
SAFE = "本小区从未发生过任何安全事故。"
REASON = "街道安全办 2026 年 6 月的通报里，本小区三年没有登记过事故。"
FIELD = r'name="{}"[^>]*value="([^"]*)"'


@pytest.fixture
def told(db: None) -> tuple[Cast, Report]:
    return given.a_cast_with_report("written")


@pytest.fixture
def report(told: tuple[Cast, Report]) -> Report:
    return told[1]


@pytest.fixture
def cast(told: tuple[Cast, Report]) -> Cast:
    return told[0]


@pytest.fixture
def manager(cast: Cast) -> Client:
    return sign_in(Client(), cast.manager)


def section_at(report: Report, query: str = "", code: str = "service") -> str:
    return reverse("reports:desk_section", args=[report.pk, code]) + query


def asked(client: Client, report: Report, body: str) -> str:
    """The fragment for a text that is being typed."""
    url = reverse("reports:desk_findings", args=[report.pk, "service"])
    answer = client.post(url, {"body": body, "version": "1"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return str(answer.text)


def spots(page: str) -> list[tuple[int, int, str, str]]:
    """Every button that leads into the text: from, to, the words there, what would be put in their place."""
    found = re.findall(r'data-span="(\d+) (\d+)" data-words="([^"]*)"(?: data-take="([^"]*)")?', page)
    return [(int(start), int(end), unescape(words), unescape(take)) for start, end, words, take in found]


def test_a_text_that_is_typed_is_told_what_is_amiss_and_nothing_is_kept(
    report: Report, manager: Client
) -> None:
    before = newest_revision(report).sections.get(code="service").body
    page = asked(manager, report, f"{PRAISE}{SAFE}")
    assert 'data-said="必须改 2 处"' in page
    assert "代居民说话，没有问过多少人" in page
    assert 'id="told-service" class="hy-ed__told" hx-swap-oob="true"' in page
    assert "<html" not in page
    assert newest_revision(report).sections.get(code="service").body == before
    assert not FindingExcuse.objects.exists()


def test_buttons_lead_to_the_words_as_a_browser_counts_them(report: Report, manager: Client) -> None:
    body = f"𠮷祥楼共保养【数据1】。{PRAISE}"
    as_counted = body.encode("utf-16-le")
    found = spots(asked(manager, report, body))
    assert found
    for start, end, words, _take in found:
        assert as_counted[2 * start : 2 * end].decode("utf-16-le") == words
    assert (PRAISE.rstrip("。"), "＿ 月发出问卷 ＿ 份，收回 ＿ 份，满意 ＿ 份") in {
        (words, take) for _start, _end, words, take in found
    }


def test_a_browsers_line_ends_do_not_move_the_words(report: Report, manager: Client) -> None:
    (at, *_rest), *_others = spots(asked(manager, report, f"六月换灯 4 盏。\r\n\r\n{PRAISE}"))
    assert at == len("六月换灯 4 盏。\n\n")


def test_what_was_saved_is_told_on_the_page_without_a_script(
    cast: Cast, report: Report, manager: Client
) -> None:
    given.mended(cast, report, body=f"{PRAISE}\n\n六月换灯 4 盏。")
    put_commitment(
        report, by=cast.by_manager, title="安全", measure="确保小区绝不发生任何火灾", now=given.WRITING
    )
    page = manager.get(section_at(report)).text
    assert "必须改 1 处" in page
    assert 'id="finding-service-1"' in page
    assert "“服务履约”里“各项服务得到业主的一致好评”必须改" in page
    plans = manager.get(section_at(report, code="plans")).text
    number = report.commitments.order_by("-number")[0].number
    assert f'<a href="#commitment-{number}">承诺 {number}</a>：“' in plans


def test_a_reason_is_written_where_the_finding_stands_and_taken_back_there(
    cast: Cast, report: Report, manager: Client
) -> None:
    given.mended(cast, report, body=SAFE)
    page = manager.get(section_at(report)).text
    (query,) = set(re.findall(r"\?finding=[0-9a-f]{16}", page))
    form = manager.get(section_at(report, query)).text
    key = query.removeprefix("?finding=")
    assert re.search(FIELD.format("finding"), form) is not None
    told = {"section": "service", "finding": key}
    url = reverse("reports:desk_report_command", args=[report.pk, "excuse-finding"])
    short = manager.post(url, {**told, "reason": "没有。"})
    assert short.status_code == 422
    assert "理由至少写 10 个字" in short.text
    assert "没有。</textarea>" in short.text
    assert manager.post(url, {**told, "reason": REASON}).status_code == 303
    page = manager.get(section_at(report)).text
    assert "没有要改的语句" in page
    assert f'<p class="hy-tight">{REASON}</p>' in page
    url = reverse("reports:desk_report_command", args=[report.pk, "withdraw-excuse"])
    assert manager.post(url, told).status_code == 303
    assert not FindingExcuse.objects.exists()


def test_a_reason_for_words_that_are_gone_is_not_lost(cast: Cast, report: Report, manager: Client) -> None:
    url = reverse("reports:desk_report_command", args=[report.pk, "excuse-finding"])
    answer = manager.post(url, {"section": "service", "finding": "0" * 16, "reason": REASON})
    assert answer.status_code == 422
    assert "没有这句话了" in answer.text
    assert REASON in answer.text


def test_numbers_in_the_text_are_offered_and_fill_in_their_form(
    cast: Cast, report: Report, manager: Client
) -> None:
    page = asked(manager, report, "1 月至 3 月清洗水箱 2 次。去年同期清洗水箱 4 次。电梯保养【数据1】。")
    links = [unescape(each) for each in re.findall(r'href="([^"]+#claim-form)"', page)]
    assert len(links) == 1, "of other days than the report's, and what is placed already, nothing is offered"
    form = manager.get(links[0].removesuffix("#claim-form")).text
    for name, value in (("value", "2"), ("period_from", "2026-01-01"), ("period_to", "2026-03-31")):
        assert f'name="{name}" value="{value}"' in form
    assert '<option value="E06" selected>' in form


def test_what_is_told_of_the_whole_year_or_only_about_is_not_offered(report: Report, manager: Client) -> None:
    assert "#claim-form" not in asked(manager, report, "全年清洗水箱 2 次。清洗水箱 3 次左右。")


def test_a_number_that_is_registered_is_offered_with_its_mark(
    cast: Cast, report: Report, manager: Client
) -> None:
    figures.put_claim(
        report, by=cast.by_manager, section="service", metric="E06", value=Decimal(2), now=given.WRITING
    )
    page = asked(manager, report, "上半年清洗水箱 2 次。")
    assert "#claim-form" not in page
    assert ("2 次", "【数据4】") in {(words, take) for _start, _end, words, take in spots(page)}
    assert "登记为数据" in asked(manager, report, "上半年清洗水箱 3 次。")


def test_a_long_text_is_told_of_a_few_first(report: Report, manager: Client) -> None:
    page = asked(
        manager, report, "".join(f"{n} 号楼从未发生过任何安全事故。" for n in range(1, MOST_SHOWN + 6))
    )
    assert page.count('class="hy-fd"') == MOST_SHOWN
    assert "后面还有 5 处" in page


def test_a_text_too_long_or_not_to_be_written_now_is_not_read(
    cast: Cast, report: Report, manager: Client
) -> None:
    url = reverse("reports:desk_findings", args=[report.pk, "service"])
    assert manager.post(url, {"body": "字" * 20_001, "version": "1"}).status_code == 413
    assert manager.post(url, {"body": "字", "version": "no"}).status_code == 404
    assert manager.get(url).status_code == 405
    unknown = reverse("reports:desk_findings", args=[report.pk, "nowhere"])
    assert manager.post(unknown, {"body": "字", "version": "1"}).status_code == 404
    review.submit(report, by=cast.by_manager, now=LATER)
    assert manager.post(url, {"body": "字", "version": "1"}).status_code == 404


def test_asking_costs_the_same_however_much_is_amiss(cast: Cast, report: Report, manager: Client) -> None:
    counts = []
    for body in (SAFE, "".join(f"{place}号楼{SAFE}清洗水箱 {place} 次。" for place in range(1, 9))):
        given.mended(cast, report, body=body)
        found = findings_of(report, content_of(newest_revision(report)))
        for row in [each for each in found.rows if each.is_blocked][::2]:
            excuse_finding(report, key=row.key.digest, reason=REASON, by=cast.by_manager, now=given.WRITING)
        asked(manager, report, body)
        counts.append(queries_of(lambda body=body: asked(manager, report, body)))
    assert counts[0] == counts[1] <= 13


def test_who_looks_at_a_report_sees_the_words_marked_with_what_is_said_of_them(
    cast: Cast, report: Report
) -> None:
    body = "**本小区从未**发生过任何安全事故。\n\n- 六月换灯 4 盏，见【数据1】。"
    given.mended(cast, report, body=body)
    (row,) = [
        each for each in findings_of(report, content_of(newest_revision(report))).rows if each.is_blocked
    ]
    excuse_finding(report, key=row.key.digest, reason=REASON, by=cast.by_manager, now=given.WRITING)
    review.submit(report, by=cast.by_manager, now=LATER)
    page = sign_in(Client(), cast.secretary).get(f"/desk/reports/{report.pk}/review").text
    open_mark = '<mark class="hy-mk hy-mk--kept">'
    assert f"<strong>{open_mark}本小区从未</mark></strong>{open_mark}发生过任何安全事故</mark>" in page
    assert f'href="#{row.anchor}" aria-label="看意见 {row.number}"' in page
    assert f'id="{row.anchor}"' in page
    assert f"<b>物业的理由：</b>{REASON}" in page
