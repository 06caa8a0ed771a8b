"""What is approved stands still: a correction is a revision of its own, approved again, with a readable difference."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from huiyin.apps.audit.selectors import history_of
from huiyin.apps.evidence.services import add_photo
from huiyin.apps.reports.contents import content_of, sha256_of
from huiyin.apps.reports.differences import changes_between, changes_of
from huiyin.apps.reports.models import (
    Account,
    AccountLine,
    Claim,
    ClaimEvidence,
    Commitment,
    Excuse,
    PointedPassage,
    Report,
    ReportPhoto,
    Revision,
    Section,
    TopicAnswer,
)
from huiyin.apps.reports.selectors import approved_revisions, newest_revision, report_public
from huiyin.apps.reports.services import commitments, corrections, drafting, figures, review
from huiyin.domain.errors import RuleBroken
from huiyin.domain.text_changes import Kind
from tests import given_reports as given
from tests.apps.evidence.photos import a_photo, halves
from tests.given_reports import WRITING
from tests.people import Cast

Command = Callable[[Cast, Report], object]


def _put_photo(cast: Cast, report: Report) -> object:
    photo = add_photo(by=cast.by_manager, upload=a_photo(), now=WRITING)
    return figures.put_photo(report, by=cast.by_manager, section="service", evidence=photo, caption="门机")


COMMANDS: dict[str, Command] = {
    "write_section": lambda cast, report: given.mended(cast, report, body="另一句话。"),
    "put_excuse": lambda cast, report: drafting.put_excuse(
        report, missing="metric", key="E02", words="没有。", by=cast.by_manager
    ),
    "answer_topic": lambda cast, report: drafting.answer_topic(
        report, demand=given.a_line(report.demand_list), words="不修了。", by=cast.by_manager
    ),
    "point_at_passage": lambda cast, report: drafting.point_at_passage(
        report, demand=given.a_line(report.demand_list), anchor="p-plans-1", by=cast.by_manager
    ),
    "account_for_commitment": lambda cast, report: drafting.account_for_commitment(
        report, commitment=report.commitments.get(), became="kept", words="好了。", by=cast.by_manager
    ),
    "put_claim": lambda cast, report: figures.put_claim(
        report, by=cast.by_manager, section="service", metric="E01", value=Decimal(96), number=1
    ),
    "remove_claim": lambda cast, report: figures.remove_claim(report, number=1, by=cast.by_manager),
    "put_photo": _put_photo,
    "remove_photo": lambda cast, report: figures.remove_photo(report, number=1, by=cast.by_manager),
    "put_account": lambda cast, report: given.put_account(cast, report, "common_revenue"),
    "put_commitment": lambda cast, report: commitments.put_commitment(
        report, by=cast.by_manager, title="别的", number=1
    ),
    "remove_commitment": lambda cast, report: commitments.remove_commitment(
        report, number=1, by=cast.by_manager
    ),
    "submit": lambda cast, report: review.submit(report, by=cast.by_manager),
    "return_with_reasons": lambda cast, report: review.return_with_reasons(
        report, reasons=[review.ReasonDraft("service", "number_missing")], by=cast.by_secretary
    ),
    "approve": lambda cast, report: review.approve(report, by=cast.by_secretary),
    "drop_correction": lambda cast, report: corrections.drop_correction(report, by=cast.by_manager),
}


def test_every_command_that_writes_is_tried() -> None:
    """Whoever adds one to these modules adds it above; beginning a correction, settling a conflict change nothing."""
    public = {
        name
        for module in (drafting, figures, review, corrections)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }
    assert public - {"settle_conflict", "begin_correction"} <= set(COMMANDS)


@pytest.mark.django_db
@pytest.mark.parametrize("command", list(COMMANDS))
def test_no_command_changes_anything_of_what_was_approved(command: str) -> None:
    cast, report = given.a_cast_with_report("presented")
    before = content_of(newest_revision(report)).plain
    with pytest.raises(RuleBroken):
        COMMANDS[command](cast, report)
    assert content_of(newest_revision(report)).plain == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    "command", [each for each in COMMANDS if each not in ("submit", "return_with_reasons", "approve")]
)
def test_while_a_correction_is_written_the_approved_words_stay(command: str) -> None:
    cast, report = given.a_cast_with_report("published")
    approved = newest_revision(report)
    corrections.begin_correction(report, reason="保养次数写错了。", by=cast.by_manager, now=WRITING)
    try:
        with transaction.atomic():
            COMMANDS[command](cast, report)
    except RuleBroken:  # a promise once made, and an account of a promise of one's own, stay refused
        assert command in ("account_for_commitment", "put_commitment", "remove_commitment")
    approved.refresh_from_db()
    assert sha256_of(content_of(approved).plain) == approved.content_sha256


CHANGES: list[tuple[Any, dict[str, object]]] = [
    (Section, {"body": "另一句话。"}),
    (Claim, {"value": Decimal(1)}),
    (Excuse, {"words": "另一句话。"}),
    (Account, {"closing": Decimal(1)}),
    (AccountLine, {"amount": Decimal(1)}),
    (TopicAnswer, {"words": "另一句话。"}),
    (PointedPassage, {"section": "service"}),
    (Revision, {"content_sha256": "0" * 64}),
    (Commitment, {"measure": "另一句话。"}),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "change"), CHANGES)
def test_the_database_refuses_to_change_or_remove_it_too(model: Any, change: dict[str, object]) -> None:
    given.a_cast_with_report("presented")
    for attempt in (lambda: model.objects.update(**change), lambda: model.objects.all().delete()):
        with pytest.raises(DatabaseError, match="never"), transaction.atomic():
            attempt()


@pytest.mark.django_db
def test_a_correction_copies_everything_and_the_public_reads_the_old_one_until_it_is_approved() -> None:
    cast, report = given.a_cast_with_report("published")
    approved = newest_revision(report)
    correction = corrections.begin_correction(
        report, reason="保养次数写错了。", by=cast.by_manager, now=WRITING
    )
    assert (correction.number, correction.reason) == (2, "保养次数写错了。")
    assert content_of(correction).plain == content_of(approved).plain
    assert content_of(correction).sections[0].pk != content_of(approved).sections[0].pk
    with pytest.raises(RuleBroken, match="已有一次更正在进行"):
        corrections.begin_correction(report, reason="再改。", by=cast.by_manager, now=WRITING)
    shown = report_public(report.pk)
    assert shown is not None
    assert (shown.revision, shown.is_corrected) == (approved, False)
    given.mended(cast, report, body="六部电梯共保养 96 次，见【数据1】。")
    review.submit(report, by=cast.by_manager, now=WRITING)
    review.approve(report, by=cast.by_secretary, now=WRITING)
    report.refresh_from_db()
    assert report.status == "published"
    shown = report_public(report.pk)
    assert shown is not None
    assert (shown.revision.number, shown.is_corrected) == (2, True)
    assert shown.numbered(1) == approved


@pytest.mark.django_db
def test_a_correction_needs_a_reason_and_can_be_dropped() -> None:
    cast, report = given.a_cast_with_report("published")
    with pytest.raises(RuleBroken, match="为什么要更正"):
        corrections.begin_correction(report, reason=" ", by=cast.by_manager, now=WRITING)
    corrections.begin_correction(report, reason="保养次数写错了。", by=cast.by_manager, now=WRITING)
    given.promise(cast, report, title="再修一扇门")
    corrections.drop_correction(report, by=cast.by_manager, now=WRITING)
    assert [each.number for each in report.revisions.all()] == [1]
    assert [each.title for each in report.commitments.all()] == ["修好地下车库防水"]
    assert [event.kind for event in history_of(report.stream)][-2:] == [
        "reports.correction_begun",
        "reports.correction_dropped",
    ]


@pytest.mark.django_db
def test_a_draft_is_no_correction_and_is_not_dropped() -> None:
    cast, report = given.a_cast_with_report("draft")
    for command in (
        lambda: corrections.begin_correction(report, reason="改。", by=cast.by_manager, now=WRITING),
        lambda: corrections.drop_correction(report, by=cast.by_manager, now=WRITING),
    ):
        with pytest.raises(RuleBroken):
            command()


@pytest.mark.django_db
def test_the_difference_reads_in_words_part_by_part() -> None:
    cast, report = given.a_cast_with_report("published")
    corrections.begin_correction(report, reason="保养次数写错了。", by=cast.by_manager, now=WRITING)
    body = given.SECTIONS["service"].replace("72", "96") + "\n\n新装了一台门机。"
    given.mended(cast, report, body=body)
    figures.put_claim(
        report, by=cast.by_manager, section="service", metric="E01", value=Decimal(96), number=1, now=WRITING
    )
    figures.put_account(
        report,
        by=cast.by_manager,
        kind="common_revenue",
        opening=Decimal("1200.00"),
        income=Decimal("5000.50"),
        expense=Decimal("4000.00"),
        closing=Decimal("2200.50"),
        lines=[
            figures.LineDraft("income", "物业费", Decimal("5000.50")),
            figures.LineDraft("expense", "电梯维保", Decimal("4000.00")),
        ],
        now=WRITING,
    )
    drafting.put_excuse(report, missing="metric", key="S08", words="", by=cast.by_manager, now=WRITING)
    given.promise(cast, report, title="再修一扇门")
    newer, older = report.revisions.order_by("-number")
    told = {part.code: part for part in changes_between(report, older, newer)}
    assert list(told) == ["service", "claims", "accounts", "excuses", "commitments"]
    paragraphs = told["service"].changes
    assert [str(each.kind) for each in paragraphs] == ["same", "changed", "added"]
    assert [piece.text for piece in paragraphs[1].pieces if piece.kind is not Kind.SAME] == ["72", "96"] * 2
    (claim,) = told["claims"].changes
    assert claim.before == (
        "数据 1 电梯维保：72 次（E01，写在“服务履约”，2026-01-01 至 2026-06-30，按 6 台套算，常见 72 次）"
    )
    assert claim.after.startswith("数据 1 电梯维保：96 次")
    assert [each.after for each in told["accounts"].changes] == [
        "公共收益：期初 1,200.00 元，收入 5,000.50 元，支出 4,000.00 元，期末 2,200.50 元",
        "公共收益，支出，电梯维保：4,000.00 元",
    ]
    assert told["excuses"].changes[0].before == f"指标 业主座谈会：{given.EXCUSE}"
    assert told["commitments"].changes[0].after.startswith("再修一扇门：更换防水层")


def _first(model: Any, **change: Any) -> Callable[[Revision], None]:
    """Changes the first row of the revision."""
    path = "account__revision" if model is AccountLine else "revision"
    return lambda revision: model.objects.filter(
        pk=model.objects.filter(**{path: revision}).first().pk
    ).update(**change)


def _other_evidence(revision: Revision) -> None:
    row = ClaimEvidence.objects.get(claim__revision=revision)
    ClaimEvidence.objects.filter(pk=row.pk).update(
        evidence=ReportPhoto.objects.get(revision=revision).evidence
    )


def _a_pair(revision: Revision) -> None:
    brought = ClaimEvidence.objects.get(claim__revision=revision).evidence
    ReportPhoto.objects.filter(revision=revision).update(before=brought)


def _other_order(revision: Revision) -> None:
    account = revision.accounts.get(kind="common_revenue")
    for position, line in enumerate(reversed(account.lines.all())):
        AccountLine.objects.filter(pk=line.pk).update(position=10 + position)


CHANGED: dict[str, list[Callable[[Revision], None]]] = {
    "sections": [
        _first(Section, body="**六部**电梯按计划保养。"),
        _first(Section, body="86. 次"),
        _first(Section, body="96. 次"),
    ],
    "claims": [
        *(
            _first(Claim, **{name: value})
            for name, value in {
                "section": "waste",
                "metric": "E02",
                "name": "别的",
                "value": Decimal("3.0001"),
                "unit": "户",
                "period_from": date(2026, 2, 1),
                "period_to": date(2026, 5, 1),
                "numerator": Decimal(7),
                "unit_count": 5,
                "due_count": 5,
                "explanation": "另一句话。",
            }.items()
        ),
        _first(Claim, denominator=Decimal(9), denominator_label="总户数"),
        _other_evidence,
    ],
    "photos": [
        _first(ReportPhoto, section="waste"),
        _a_pair,
        _first(ReportPhoto, caption="别的"),
        _first(ReportPhoto, place="三号楼"),
        _first(ReportPhoto, claimed_on=date(2026, 2, 1)),
    ],
    "accounts": [
        *(
            _first(Account, **{name: Decimal("0.01")})
            for name in ("opening", "stated_income", "stated_expense", "closing")
        ),
        _first(Account, note="另一句话。"),
        _first(AccountLine, label="别的"),
        _first(AccountLine, amount=Decimal("0.01")),
        _other_order,
    ],
    "excuses": [_first(Excuse, words="另一句话。")],
    "topic_answers": [
        _first(TopicAnswer, section="plans"),
        _first(TopicAnswer, words="另一句话。"),
    ],
    "pointed_passages": [
        _first(PointedPassage, section="plans"),
        _first(PointedPassage, text_sha256="0" * 64),
    ],
}
"""By part of what is hashed: each way it can differ between two revisions."""


@pytest.mark.django_db
def test_whatever_is_hashed_and_changes_is_seen_in_the_difference() -> None:
    cast, report = given.a_cast_with_report("published")
    corrections.begin_correction(report, reason="写错了。", by=cast.by_manager, now=WRITING)
    one, two = (
        add_photo(by=cast.by_manager, upload=a_photo(picture=picture), now=WRITING)
        for picture in (None, halves(800, 700))
    )
    told = {"section": "service", "evidence": one, "caption": "门机", "by": cast.by_manager}
    figures.put_photo(report, **told, now=WRITING)
    figures.put_claim(
        report,
        by=cast.by_manager,
        section="service",
        name="换灯",
        value=Decimal(1),
        unit="盏",
        evidence=[two],
    )
    newer = newest_revision(report)
    before = content_of(newer)
    assert set(CHANGED) | {"commitments", "commitment_accounts"} == set(before.plain)
    for part, ways in CHANGED.items():
        for way in ways:
            point = transaction.savepoint()
            way(newer)
            after = content_of(newer)
            assert after.plain[part] != before.plain[part], (part, way)
            pieces = [p for each in changes_of(report, before, after) for c in each.changes for p in c.pieces]
            assert any(each.kind is not Kind.SAME for each in pieces), (part, way)
            transaction.savepoint_rollback(point)


@pytest.mark.django_db
def test_approved_revisions_are_read_newest_first() -> None:
    cast, report = given.a_cast_with_report("published")
    corrections.begin_correction(report, reason="保养次数写错了。", by=cast.by_manager, now=WRITING)
    assert [each.number for each in approved_revisions(report)] == [1]
