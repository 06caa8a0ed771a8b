"""Handing a report in, giving it back at a paragraph, approving it: by whom, and what is needed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from huiyin.apps.audit.selectors import history_of
from huiyin.apps.people.models import RoleAssignment
from huiyin.apps.reports.contents import content_of, sha256_of
from huiyin.apps.reports.models import Claim, Report
from huiyin.apps.reports.readiness import outcomes_of
from huiyin.apps.reports.report_page import report_page
from huiyin.apps.reports.selectors import approved_reports, newest_revision
from huiyin.apps.reports.services import drafting, figures, review
from huiyin.domain.access import Actor
from huiyin.domain.errors import NotPermitted, RuleBroken
from tests import given_reports as given
from tests.given_reports import END_OF_JUNE, JANUARY, WRITING

pytestmark = pytest.mark.django_db


def missing(report: Report) -> list[str]:
    return [
        each.sentence
        for outcome in outcomes_of(report, content_of(newest_revision(report)))
        for each in outcome.missing
    ]


def test_an_empty_draft_misses_something_of_every_rule_that_can_be_missed() -> None:
    cast, report = given.a_cast_with_report("draft")
    unmet = {
        each.condition.code
        for each in outcomes_of(report, content_of(newest_revision(report)))
        if not each.is_met
    }
    assert unmet == {
        "SIX_SECTIONS",
        "REQUIRED_METRICS",
        "COMMITMENTS_COMPLETE",
        "SUMS_RIGHT",
        "TOPICS_ANSWERED",
    }
    with pytest.raises(RuleBroken, match="还差 19 处才能提交：“服务履约”还没有写。"):
        review.submit(report, by=cast.by_manager, now=WRITING)


def test_a_complete_report_is_handed_in_with_the_hash_of_its_content() -> None:
    cast, report = given.a_cast_with_report("written")
    assert missing(report) == []
    submitted = review.submit(report, by=cast.by_manager, now=WRITING)
    assert submitted.status == "submitted"
    event = history_of(report.stream)[-1]
    assert event.public["sha256"] == sha256_of(content_of(newest_revision(report)).plain)


def test_an_estate_without_lifts_is_not_asked_about_lifts() -> None:
    cast, report = given.a_cast_with_report("written")
    figures.remove_claim(report, number=1, by=cast.by_manager)
    given.mended(cast, report, body="六部电梯按计划保养。")
    assert missing(report) == ["缺少必报指标“电梯维保”（E01）；确实没有的，公开写明原因。"]
    type(cast.estate).objects.update(lift_count=0)
    report = Report.objects.get(pk=report.pk)
    assert missing(report) == []


def test_what_lies_with_the_community_is_not_written_in() -> None:
    cast, report = given.a_cast_with_report("submitted")
    with pytest.raises(RuleBroken, match="等社区看完再改"):
        given.mended(cast, report, body="再改一改。")
    with pytest.raises(RuleBroken, match="等社区审定"):
        review.submit(report, by=cast.by_manager, now=WRITING)


def test_a_report_comes_back_with_reasons_at_its_paragraphs_and_is_handed_in_again() -> None:
    cast, report = given.a_cast_with_report("submitted")
    with pytest.raises(RuleBroken, match="至少指出一处"):
        review.return_with_reasons(report, reasons=[], by=cast.by_secretary, now=WRITING)
    for draft, says in (
        (review.ReasonDraft("service", "number_missing", paragraph=3), "没有这么多段"),
        (review.ReasonDraft("service", "other"), "另写一句"),
        (review.ReasonDraft("poems", "number_missing"), "没有这个部分"),
    ):
        with pytest.raises(RuleBroken, match=says):
            review.return_with_reasons(report, reasons=[draft], by=cast.by_secretary, now=WRITING)
    returned = review.return_with_reasons(
        report,
        reasons=[
            review.ReasonDraft("service", "number_unclear", paragraph=2),
            review.ReasonDraft("plans", "other", words="车库以外的事也写。"),
        ],
        by=cast.by_secretary,
        now=WRITING,
    )
    assert returned.status == "returned"
    first, second = newest_revision(report).return_reasons.order_by("id")
    assert first.quote.startswith("上半年共保养 72 次")
    assert (second.paragraph, second.quote, second.words) == (0, "", "车库以外的事也写。")
    given.mended(cast, report, body="六部电梯共保养 72 次，记录在机房可查，见【数据1】。")
    assert review.submit(report, by=cast.by_manager, now=WRITING).status == "submitted"


def test_what_is_approved_is_signed_hashed_and_waits_for_a_meeting() -> None:
    cast, report = given.a_cast_with_report("approved")
    revision = newest_revision(report)
    assert revision.approved_by_label == "社区书记 何知夏"
    assert revision.content_sha256 == sha256_of(content_of(revision).plain)
    assert history_of(report.stream)[-1].public["sha256"] == revision.content_sha256
    assert list(approved_reports(cast.street)) == [report]
    assert list(approved_reports(cast.other_community)) == []


@pytest.mark.parametrize(
    "name", ["manager", "community_worker", "street_officer", "district_officer", "stranger"]
)
def test_only_the_secretary_of_the_place_decides(name: str) -> None:
    cast, report = given.a_cast_with_report("submitted")
    for command in (
        lambda: review.approve(report, by=cast.actor(name), now=WRITING),
        lambda: review.return_with_reasons(
            report,
            reasons=[review.ReasonDraft("service", "number_missing")],
            by=cast.actor(name),
            now=WRITING,
        ),
    ):
        with pytest.raises(NotPermitted):
            command()


def test_while_there_is_no_secretary_the_street_approves_and_signs_as_acting() -> None:
    cast, report = given.a_cast_with_report("submitted")
    RoleAssignment.objects.filter(person=cast.secretary).delete()
    review.approve(report, by=cast.by_street_officer, now=WRITING)
    assert newest_revision(report).approved_by_label == "街镇干部 顾长河（代社区书记）"


def test_a_promise_counts_from_the_day_of_approval() -> None:
    cast, report = given.a_cast_with_report("submitted")
    assert report.commitments.get().promised_at is None
    review.approve(report, by=cast.by_secretary, now=WRITING)
    assert report.commitments.get().promised_at == WRITING


def test_an_excuse_that_stood_in_for_evidence_goes_with_its_number() -> None:
    cast, report = given.a_cast_with_report("written")
    figures.remove_claim(report, number=2, by=cast.by_manager)
    revision = newest_revision(report)
    assert not revision.excuses.filter(missing="evidence", key="2").exists()
    drafting.put_excuse(report, missing="metric", key="W01", words=given.EXCUSE, by=cast.by_manager)
    assert missing(report) == []


def test_nothing_is_handed_in_before_its_period_is_over() -> None:
    cast, report = given.a_cast_with_report("written")
    with pytest.raises(RuleBroken, match="还差 1 处才能提交：报告期到 2026年6月30日才结束"):
        review.submit(report, by=cast.by_manager, now=WRITING - timedelta(hours=10))


def test_two_texts_of_one_section_are_put_together_before_it_is_handed_in() -> None:
    cast, report = given.a_cast_with_report("written")
    with pytest.raises(drafting.SectionStale) as stale:
        drafting.write_section(
            report, code="service", body="后到的一份。", seen_version=0, by=cast.by_company_admin, now=WRITING
        )
    assert missing(report) == ["“服务履约”两个人同时改过，还没有合成一份。"]
    drafting.settle_conflict(stale.value.conflict, by=cast.by_manager, now=WRITING)
    assert missing(report) == []


def test_a_list_that_was_sent_while_the_community_looked_is_answered_after_the_return() -> None:
    cast, report = given.a_cast_with_report("submitted")
    demand_list = report.demand_list
    Report.objects.filter(pk=report.pk).update(demand_list=None)
    reasons = [review.ReasonDraft("service", "number_missing")]
    returned = review.return_with_reasons(report, reasons=reasons, by=cast.by_secretary, now=WRITING)
    assert Report.objects.get(pk=returned.pk).demand_list == demand_list


def a_day_of_lifts(report: Report, by: Actor, **changes: object) -> Claim:
    """The required number, of the last day alone."""
    told = {"section": "service", "metric": "E01", "value": Decimal(1), "number": 1}
    day = {"period_from": END_OF_JUNE, "period_to": END_OF_JUNE}
    return figures.put_claim(report, by=by, now=WRITING, **(told | day | changes))  # type: ignore[arg-type]


def test_a_required_number_of_a_part_of_the_period_is_explained_and_owes_the_whole() -> None:
    cast, report = given.a_cast_with_report("written")
    assert a_day_of_lifts(report, cast.by_manager).due_count is None
    (sentence,) = missing(report)
    assert "必报指标“电梯维保”（E01）要按目录的单位、写明台套数、报整个报告期" in sentence
    told = a_day_of_lifts(report, cast.by_manager, explanation="七月才接手维保记录。")
    assert (told.due_count, told.gap) == (72, 71)
    assert missing(report) == []
    page = report_page(report, newest_revision(report))
    assert [each.number for each in page.short_claims] == [1]
    assert page.of_all_days == {1}
    # Beside a number of the whole period one of a part is only a detail.
    whole = {"period_from": None, "period_to": None, "number": None}
    a_day_of_lifts(report, cast.by_manager, value=Decimal(72), **whole)
    assert report.revisions.get().claims.get(number=1).due_count is None


def test_nobody_owes_less_by_counting_no_or_fewer_lifts() -> None:
    cast, report = given.a_cast_with_report("written")
    days = {"period_from": JANUARY, "explanation": "见合同。"}
    with pytest.raises(RuleBroken, match="台套数至少写 1"):
        a_day_of_lifts(report, cast.by_manager, unit_count=0, **days)
    assert a_day_of_lifts(report, cast.by_manager, unit_count=1, **days).due_count == 72
