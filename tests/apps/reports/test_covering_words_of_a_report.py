"""A name that masking missed is covered in an approved report: in every revision, in public, and nothing else moves."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.apps.audit.models import EventSecret
from huiyin.apps.audit.selectors import history_of
from huiyin.apps.audit.verification import Counts, problems
from huiyin.apps.evidence.services import add_document
from huiyin.apps.reports import row_checks
from huiyin.apps.reports.contents import content_of, sha256_of
from huiyin.apps.reports.models import Claim, Commitment, Redaction, Report, Revision, Section
from huiyin.apps.reports.services import corrections, covering, drafting, figures, lifecycle, review
from huiyin.apps.reports.services.opening import open_report
from huiyin.domain.errors import NotPermitted, RuleBroken
from tests import given_reports as given
from tests.apps.evidence.pdfs import a_pdf
from tests.counting import rows_locked
from tests.given_reports import WRITING
from tests.people import Cast, sign_in

pytestmark = pytest.mark.django_db
NAME = "祁望舒"
WHY = "里面有居民的姓名。"


def a_report_with_a_name() -> tuple[Cast, Report]:
    """Approved, corrected and approved again; both revisions name somebody, and so does a promise."""
    cast, report = given.a_cast_with_report("written")
    body = f"{given.SECTIONS['service']}\n\n感谢{NAME}帮忙。"
    given.mended(cast, report, body=body)
    given.promise(cast, report, title=f"修好{NAME}家门口的路")
    review.submit(report, by=cast.by_manager, now=WRITING)
    report = review.approve(report, by=cast.by_secretary, now=WRITING)
    corrections.begin_correction(report, reason="漏记一次。", by=cast.by_manager, now=WRITING)
    given.mended(cast, report, body=f"{body}又谢{NAME}。")
    review.submit(report, by=cast.by_manager, now=WRITING)
    return cast, review.approve(report, by=cast.by_secretary, now=WRITING)


def covered(cast: Cast, report: Report, **said: str) -> list[Redaction]:
    return covering.redact_report(
        report, **{"words": NAME, "reason": WHY, **said}, by=cast.by_secretary, now=WRITING
    )


def differences() -> list[str]:
    return [each.what for each in row_checks.report_differences("")]


def test_the_words_go_from_every_revision_and_each_keeps_its_old_hash_beside_the_new() -> None:
    cast, report = a_report_with_a_name()
    before = list(report.revisions.order_by("number").values_list("content_sha256", flat=True))
    covered(cast, report)
    revisions = list(report.revisions.order_by("number"))
    for revision, old in zip(revisions, before, strict=True):
        content = content_of(revision)
        assert NAME not in str(content.plain)
        assert sha256_of(content.plain) == revision.content_sha256 != old
        row = revision.redactions.get()
        assert (row.sha256_before, row.sha256_after) == (old, revision.content_sha256)
    assert Commitment.objects.get(report=report, number=2).title == "修好（已遮盖）家门口的路"
    assert not any(NAME in text for secret in EventSecret.objects.all() for text in secret.texts.values())
    event = history_of(report.stream)[-1]
    assert event.kind == "reports.report_redacted"
    assert [each["revision"] for each in event.public["revisions"]] == [1, 2]
    assert NAME not in str(event.public)


def test_verifying_finds_nothing_after_it_and_finds_what_is_changed_then() -> None:
    cast, report = a_report_with_a_name()
    covered(cast, report)
    assert differences() == []
    assert list(problems(Counts())) == []
    covered(cast, report, words="漏记", reason="写法。")
    assert differences() == []
    revision = report.revisions.get(number=2)
    Redaction.objects.create(
        revision=revision,
        reason="没有记录。",
        redacted_at=WRITING,
        redacted_by_label="谁",
        sha256_before=revision.content_sha256,
        sha256_after="0" * 64,
    )
    Section.objects.filter(revision=revision, code="service").update(body="改过的话。")
    assert differences() == ["第 2 稿的遮盖记录", "第 2 稿的正文"]


def test_the_database_lets_only_texts_change_even_beside_a_redaction() -> None:
    cast, report = a_report_with_a_name()
    covered(cast, report)
    for attempt in (
        lambda: Claim.objects.filter(revision__report=report).update(value=1),
        lambda: Section.objects.filter(revision__report=report).delete(),
        lambda: Redaction.objects.update(reason="别的。"),
        lambda: Redaction.objects.all().delete(),
        lambda: Commitment.objects.filter(report=report).update(first_due_on=WRITING),
    ):
        with pytest.raises(DatabaseError, match="never"), transaction.atomic():
            attempt()


def test_the_texts_of_a_revision_without_the_words_stand_still() -> None:
    cast, report = a_report_with_a_name()
    (row,) = covered(cast, report, words=f"又谢{NAME}")
    assert row.revision.number == 2
    with pytest.raises(DatabaseError, match="never"), transaction.atomic():
        Section.objects.filter(revision__report=report, revision__number=1).update(body="另一句话。")


def test_the_database_lets_change_what_the_service_covers_and_no_other_column() -> None:
    guarded = import_module("huiyin.apps.reports.migrations.0002_approved_stands_still").GUARDED
    columns = {model._meta.db_table: set(names) for model, names in covering.TEXTS.items()}
    for table, (_function, texts) in guarded.items():
        assert set(texts) - {"content_sha256"} == columns.get(table, set())
    later = import_module("huiyin.apps.reports.migrations.0009_finding_excuse_stands_still").TEXTS
    assert set(later) == columns["reports_findingexcuse"]


def test_the_marks_that_place_a_number_stay_whole() -> None:
    cast, report = a_report_with_a_name()
    given_marks = Section.objects.filter(revision__report=report, body__contains="【数据1】").count()
    assert given_marks
    with pytest.raises(RuleBroken, match="没有找到这些字"):
        covered(cast, report, words="数据", reason="写法。")
    covered(cast, report, words="72 次，见", reason="写法。")
    bodies = list(
        Section.objects.filter(revision__report=report, code="service").values_list("body", flat=True)
    )
    assert all("共保养 （已遮盖）【数据1】" in body for body in bodies)


@pytest.mark.parametrize("name", ["manager", "community_worker", "stranger", "resident", "district_officer"])
def test_only_the_secretary_covers(name: str) -> None:
    _cast, report = a_report_with_a_name()
    with pytest.raises(NotPermitted):
        covering.redact_report(report, words=NAME, reason=WHY, by=_cast.actor(name), now=WRITING)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"words": "祁"}, "至少两个"),
        ({"words": "【数据1】"}, "不要带数据和图的编号"),
        ({"words": "没有这个人"}, "没有找到这些字"),
        ({"reason": " "}, "为什么遮盖"),
        ({"reason": f"有{NAME}的名字"}, "不能再有要遮盖的字"),
        ({"replacement": ""}, "换上去的文字"),
    ],
)
def test_it_needs_words_that_stand_there_and_a_public_reason(said: dict[str, str], sentence: str) -> None:
    cast, report = a_report_with_a_name()
    with pytest.raises(RuleBroken, match=sentence):
        covered(cast, report, **said)
    assert not Redaction.objects.exists()


def test_the_secretary_covers_on_the_review_page_and_everybody_reads_that_it_was_done() -> None:
    cast, report = a_report_with_a_name()
    lifecycle.announce(report, by=cast.by_secretary, now=WRITING)
    desk = sign_in(Client(), cast.secretary)
    assert "遮盖文字" in desk.get(f"/desk/reports/{report.pk}/review").text
    assert "遮盖文字" not in sign_in(Client(), cast.manager).get(f"/desk/reports/{report.pk}/review").text
    url = f"/desk/reports/{report.pk}/redact"
    told = {"words": NAME, "replacement": "（已遮盖）", "reason": WHY}
    assert sign_in(Client(), cast.manager).post(url, told).status_code == 404
    assert "没有找到这些字" in desk.post(url, {**told, "words": "没有这个人"}).text
    assert desk.post(url, told).status_code == 303
    page = Client().get(f"/reports/{report.pk}").text
    assert NAME not in page
    assert WHY in page
    assert Revision.objects.get(report=report, number=2).content_sha256[:16] in page
    assert NAME not in Client().get(f"/reports/{report.pk}/revisions/2").text


def a_report_that_tells_of_an_earlier_promise(words: str) -> tuple[Cast, Report, Report]:
    """The report after a public one, approved; it says `words` of the promise made there."""
    cast, first = given.a_cast_with_report("published")
    later = WRITING + timedelta(days=184)
    second = open_report(engagement=cast.engagement, by=cast.by_manager, now=later)
    given.write(cast, second, now=later)
    drafting.account_for_commitment(
        second, commitment=first.commitments.get(), became="kept", words=words, by=cast.by_manager, now=later
    )
    review.submit(second, by=cast.by_manager, now=later)
    return cast, first, review.approve(second, by=cast.by_secretary, now=later)


def test_what_was_told_of_an_earlier_promise_is_covered_and_the_promise_stays() -> None:
    cast, first, second = a_report_that_tells_of_an_earlier_promise(f"谢{NAME}。")
    (row,) = covered(cast, second)
    promise = first.commitments.get()
    assert (row.revision.report_id, promise.settled_words) == (second.pk, "谢（已遮盖）。")
    assert not Redaction.objects.filter(revision__report=first).exists()
    assert differences() == []


def test_an_earlier_report_is_covered_too_where_its_promise_says_the_words() -> None:
    cast, first, second = a_report_that_tells_of_an_earlier_promise("梁小禾已经修好。")
    rows = covered(cast, second, words="梁小禾")
    assert [row.revision.report_id for row in rows] == [second.pk, first.pk]
    promise = first.commitments.get()
    assert (promise.owner, promise.settled_words) == ("（已遮盖）", "（已遮盖）已经修好。")
    told = [history_of(report.stream)[-1].kind for report in (first, second)]
    assert told == ["reports.report_redacted"] * 2
    assert differences() == []
    assert list(problems(Counts())) == []


def test_all_reports_are_locked_newest_first_before_the_first_event() -> None:
    cast, first, second = a_report_that_tells_of_an_earlier_promise("梁小禾已经修好。")
    locked = rows_locked(
        "reports_report", lambda: covered(cast, second, words="梁小禾"), before="audit_streamhead"
    )
    assert locked == [second.pk, first.pk]


def test_what_an_earlier_report_tells_of_is_locked_with_all_and_no_promise_after_the_first_event() -> None:
    """The third says words that stand in a promise of the second, which tells of one of the first."""
    cast, first, second = a_report_that_tells_of_an_earlier_promise("已经修好。")
    later = WRITING + timedelta(days=366)
    third = open_report(engagement=cast.engagement, by=cast.by_manager, now=later)
    given.write(cast, third, now=later)
    promise = second.commitments.get()
    drafting.account_for_commitment(
        third, commitment=promise, became="kept", words="修好了。", by=cast.by_manager, now=later
    )
    review.submit(third, by=cast.by_manager, now=later)
    review.approve(third, by=cast.by_secretary, now=later)
    with CaptureQueriesContext(connection) as done:
        locked = rows_locked("reports_report", lambda: covered(cast, third, words="梁小禾"))
    assert locked == [third.pk, second.pk, first.pk]
    steps = [query["sql"] for query in done.captured_queries]
    first_event = next(at for at, sql in enumerate(steps) if "audit_streamhead" in sql)
    promises = [at for at, sql in enumerate(steps) if 'FOR NO KEY UPDATE OF "reports_commitment"' in sql]
    reports = [at for at, sql in enumerate(steps) if 'FOR NO KEY UPDATE OF "reports_report"' in sql]
    assert reports[2] < promises[0] <= promises[-1] < first_event


def test_a_document_that_is_called_by_the_words_is_called_otherwise() -> None:
    cast, report = given.a_cast_with_report("written")
    document = add_document(
        by=cast.by_manager, upload=io.BytesIO(a_pdf()), caption=f"{NAME}家漏水维修", now=WRITING
    )
    figures.put_claim(
        report,
        by=cast.by_manager,
        section="service",
        name=f"{NAME}家漏水维修",
        value=Decimal(1),
        unit="次",
        evidence=[document],
        now=WRITING,
    )
    review.submit(report, by=cast.by_manager, now=WRITING)
    report = review.approve(report, by=cast.by_secretary, now=WRITING)
    lifecycle.announce(report, by=cast.by_secretary, now=WRITING)
    covered(cast, report)
    page = Client().get(f"/reports/{report.pk}").text
    assert "（已遮盖）家漏水维修（PDF，1 页）" in page
    assert NAME not in page
    assert history_of(document.stream)[-1].kind == "evidence.document_words_covered"
    assert not any(NAME in text for secret in EventSecret.objects.all() for text in secret.texts.values())
    assert differences() == []


def test_while_a_correction_is_written_the_secretary_covers_what_is_public() -> None:
    cast, report = a_report_with_a_name()
    corrections.begin_correction(report, reason="又漏一次。", by=cast.by_manager, now=WRITING)
    given.mended(cast, report, body=f"还没有审定的话，{NAME}。")
    desk = sign_in(Client(), cast.secretary)
    page = desk.get(f"/desk/reports/{report.pk}/review").text
    assert "物业正在写一次更正" in page
    assert f"又谢{NAME}" in page
    assert "还没有审定的话" not in page
    assert "退回修改" not in page
    told = {"words": NAME, "replacement": "（已遮盖）", "reason": WHY}
    assert desk.post(f"/desk/reports/{report.pk}/redact", told).status_code == 303
    assert not Section.objects.filter(revision__report=report, body__contains=NAME).exists()
    assert "还没有审定的话" in sign_in(Client(), cast.manager).get(f"/desk/reports/{report.pk}/review").text
