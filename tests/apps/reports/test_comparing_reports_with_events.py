"""`huiyin verify` finds a report or a list whose rows say something else than its events.

The web role cannot change or remove what was approved (test_correcting_a_report.py), only put something beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from huiyin.apps.audit.services import record
from huiyin.apps.evidence.models import Evidence
from huiyin.apps.evidence.services import add_photo
from huiyin.apps.reports import row_checks
from huiyin.apps.reports.models import (
    AccountLine,
    Claim,
    Commitment,
    CommitmentAccount,
    Demand,
    DemandList,
    Excuse,
    PointedPassage,
    Report,
    ReportPhoto,
    Revision,
    Section,
    TopicAnswer,
)
from huiyin.apps.reports.services import commitments
from huiyin.domain.access import SYSTEM
from tests import given_reports as given
from tests.apps.evidence.photos import a_photo
from tests.given_reports import WRITING
from tests.people import Cast

pytestmark = pytest.mark.django_db


def found(stream: str = "") -> list[str]:
    return [
        each.what
        for compare in (row_checks.report_differences, row_checks.list_differences)
        for each in compare(stream)
    ]


@pytest.mark.parametrize("status", ["draft", "submitted", "returned", "approved", "announced", "published"])
def test_what_the_services_wrote_agrees(status: str) -> None:
    given.a_cast_with_report(status)
    assert found() == []


def _a_photo(revision: Revision) -> ReportPhoto:
    photo = add_photo(by=SYSTEM, upload=a_photo(), now=WRITING)
    return ReportPhoto(revision=revision, number=1, section="service", evidence=photo, caption="门机")


ADDED: list[tuple[str, Callable[[Revision], Any]]] = [
    ("正文", lambda revision: Section(revision=revision, code="poems", position=7, body="一句话。")),
    (
        "数据",
        lambda revision: Claim(revision=revision, number=9, section="waste", name="树", value=Decimal(1)),
    ),
    ("照片", _a_photo),
    (
        "账目",
        lambda revision: AccountLine(
            account=revision.accounts.first(), position=9, side="income", label="广告", amount=Decimal(1)
        ),
    ),
    ("公开说明", lambda revision: Excuse(revision=revision, missing="metric", key="E02", words="没有。")),
    (
        "对诉求的回应",
        lambda revision: TopicAnswer(
            revision=revision,
            demand=Demand.objects.create(
                demand_list=revision.report.demand_list, title="别的", added_at=WRITING
            ),
            section="demands",
            words="好。",
        ),
    ),
    (
        "物业指出的回答",
        lambda revision: PointedPassage(
            revision=revision,
            demand=revision.report.demand_list.demands.get(rank=2),
            section="plans",
            text_sha256="0" * 64,
        ),
    ),
    (
        "承诺",
        lambda revision: Commitment(
            report=revision.report,
            number=9,
            title="别的",
            first_due_on=given.AUTUMN,
            due_on=given.AUTUMN,
            promised_at=WRITING,
        ),
    ),
    (
        "上一期的承诺",
        lambda revision: CommitmentAccount(
            revision=revision, commitment=revision.report.commitments.get(), became="kept", words="好了。"
        ),
    ),
]


@pytest.mark.parametrize(("part", "row"), ADDED, ids=[part for part, _row in ADDED])
def test_what_was_put_into_an_approved_revision_is_named(part: str, row: Callable[[Revision], Any]) -> None:
    _cast, report = given.a_cast_with_report("published")
    row(report.revisions.get()).save()
    assert found() == [f"第 1 稿的{part}"]


def test_another_picture_in_the_place_of_one_is_found(cast: Cast) -> None:
    report = given.a_report(cast, status="written")
    photo = add_photo(by=cast.by_manager, upload=a_photo(), now=WRITING)
    given.figures.put_photo(report, by=cast.by_manager, section="service", evidence=photo, caption="门机")
    given.review.submit(report, by=cast.by_manager, now=WRITING)
    given.review.approve(report, by=cast.by_secretary, now=WRITING)
    assert found() == []
    Evidence.objects.filter(pk=photo.pk).update(sha256="0" * 64)
    assert found() == ["第 1 稿的照片"]


CHANGES: list[tuple[Any, dict[str, object], str]] = [
    (Report, {"status": "presented"}, "状态"),
    (Demand, {"household_count": 99}, "诉求的次序或户数"),
    (DemandList, {"status": "confirmed"}, "状态"),
]


@pytest.mark.parametrize(("model", "change", "what"), CHANGES)
def test_a_status_or_a_count_that_was_changed_is_found(
    model: Any, change: dict[str, object], what: str
) -> None:
    given.a_cast_with_report("published")
    model.objects.filter(pk__in=model.objects.order_by("pk").values("pk")[:1]).update(**change)
    assert found() == [what]


def test_an_approval_nobody_witnessed_and_a_witnessed_one_that_is_gone_are_found() -> None:
    _cast, report = given.a_cast_with_report("published")
    Revision.objects.create(
        report=report,
        number=2,
        state="approved",
        reason="改。",
        opened_at=WRITING,
        approved_at=WRITING,
        approved_by_label="谁",
        content_sha256="0" * 64,
    )
    assert found() == ["第 2 稿的审定没有记录"]
    record(
        kind="reports.report_approved",
        stream=report.stream,
        by=SYSTEM,
        now=WRITING,
        public={"status": "published", "revision": 3, "sha256": "0" * 64},
    )
    assert found()[-1] == "审定过的第 3 稿不见了"


def test_a_report_that_is_gone_is_found() -> None:
    record(
        kind="reports.report_opened",
        stream="report/999999",
        by=SYSTEM,
        now=WRITING,
        public={"status": "draft"},
    )
    assert found() == ["这份报告不在了"]


def test_one_stream_can_be_asked_for_alone() -> None:
    _cast, report = given.a_cast_with_report("published")
    Report.objects.update(status="presented")
    DemandList.objects.update(status="confirmed")
    assert found(report.stream) == ["状态"]
    assert [each.stream for each in row_checks.list_differences(f"demands/{report.demand_list_id}")] == [
        f"demands/{report.demand_list_id}"
    ]


def test_comparing_costs_the_same_however_many_reports_there_are(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    report = given.a_report(cast, status="approved")
    with django_assert_num_queries(21):
        assert list(row_checks.report_differences("")) == []
    report.pk = None
    report.period_from, report.period_to = given.AUTUMN, given.AUTUMN
    report.save()
    with django_assert_num_queries(21):
        assert list(row_checks.report_differences("")) != []


def a_moved_promise() -> Commitment:
    cast, report = given.a_cast_with_report("published")
    promise = report.commitments.get()
    later = given.AUTUMN + timedelta(days=30)
    commitments.move_commitment(promise, to_on=later, reason="材料没到。", by=cast.by_manager, now=WRITING)
    return promise


PROMISES: list[tuple[str, Callable[[Commitment], object]]] = [
    (
        "承诺 1 的期限",
        lambda promise: Commitment.objects.filter(pk=promise.pk).update(due_on=date(2027, 12, 31)),
    ),
    (
        "承诺 1 的结果",
        lambda promise: Commitment.objects.filter(pk=promise.pk).update(
            state="kept", settled_on=given.AUTUMN, settled_words="做到了。"
        ),
    ),
    ("承诺 1 的改期", lambda promise: promise.moves.update(reason="别的理由。")),
    ("承诺 1 的改期", lambda promise: promise.moves.update(from_on=date(2026, 1, 1))),
]


@pytest.mark.parametrize(("what", "change"), PROMISES)
def test_a_promise_moved_or_settled_beside_its_events_is_found(
    what: str, change: Callable[[Commitment], object]
) -> None:
    promise = a_moved_promise()
    assert found() == []
    change(promise)
    assert found() == [what]


def test_the_words_with_which_a_promise_was_kept_are_compared() -> None:
    cast, report = given.a_cast_with_report("published")
    promise = report.commitments.get()
    commitments.keep_commitment(promise, words="十月完工。", by=cast.by_manager, now=WRITING)
    assert found() == []
    Commitment.objects.filter(pk=promise.pk).update(settled_words="九月就完工了。")
    assert found() == ["承诺 1 的结果"]
