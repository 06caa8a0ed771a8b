"""Writing a report: nobody's words are lost, numbers are what they say, accounts are kept as written."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from huiyin.apps.audit.selectors import history_of
from huiyin.apps.evidence.services import add_photo, withdraw
from huiyin.apps.reports.contents import content_of
from huiyin.apps.reports.models import Report, SectionConflict
from huiyin.apps.reports.photos import may_manage
from huiyin.apps.reports.readiness import outcomes_of
from huiyin.apps.reports.selectors import newest_revision
from huiyin.apps.reports.services import commitments, drafting, figures
from huiyin.domain.errors import NotPermitted, RuleBroken
from tests import given_reports as given
from tests.apps.evidence.photos import a_photo
from tests.given_reports import WRITING
from tests.people import Cast


@pytest.fixture
def told(db: None) -> tuple[Cast, Report]:
    return given.a_cast_with_report("draft")


@pytest.fixture
def cast(told: tuple[Cast, Report]) -> Cast:
    return told[0]


@pytest.fixture
def report(told: tuple[Cast, Report]) -> Report:
    return told[1]


def claim(cast: Cast, report: Report, **changes: object) -> figures.Claim:
    return figures.put_claim(
        report,
        by=cast.by_manager,
        **{"section": "service", "now": WRITING, **changes},  # type: ignore[arg-type]
    )


def test_saving_a_section_counts_its_versions_and_the_same_words_change_nothing(
    cast: Cast, report: Report
) -> None:
    by = cast.by_manager
    first = drafting.write_section(
        report, code="waste", body="每天清运。", seen_version=0, by=by, now=WRITING
    )
    again = drafting.write_section(
        report, code="waste", body="每天清运。", seen_version=0, by=by, now=WRITING
    )
    assert (first.version, again.version) == (1, 1)
    second = drafting.write_section(
        report, code="waste", body="每天清运两次。", seen_version=1, by=by, now=WRITING
    )
    assert (second.version, second.written_by_label) == (2, "项目负责人 梁小禾")


def test_who_saves_over_newer_words_is_refused_and_both_texts_are_kept(cast: Cast, report: Report) -> None:
    drafting.write_section(
        report, code="waste", body="经理写的。", seen_version=0, by=cast.by_manager, now=WRITING
    )
    for _ in range(2):  # an editor that saves by itself tries again
        with pytest.raises(drafting.SectionStale, match="项目负责人 梁小禾 刚刚改过") as refusal:
            drafting.write_section(
                report,
                code="waste",
                body="管理员写的。",
                seen_version=0,
                by=cast.by_company_admin,
                now=WRITING,
            )
    assert refusal.value.section.body == "经理写的。"
    conflict = SectionConflict.objects.get()
    assert (conflict.body, conflict.written_by_label) == ("管理员写的。", "物业企业管理员 陶景明")
    drafting.settle_conflict(conflict, by=cast.by_manager, now=WRITING)
    assert not SectionConflict.objects.filter(settled_at=None).exists()


def test_names_and_phones_of_residents_are_masked_in_what_a_company_writes(
    cast: Cast, report: Report
) -> None:
    section = drafting.write_section(
        report,
        code="service",
        body="已为 13912345678 的住户修好，见【数据1】。",
        seen_version=0,
        by=cast.by_manager,
        now=WRITING,
    )
    assert "13912345678" not in section.body
    assert "【数据1】" in section.body


@pytest.mark.parametrize("name", ["technician", "secretary", "street_officer", "stranger", "resident"])
def test_only_the_managers_of_the_company_write(cast: Cast, report: Report, name: str) -> None:
    with pytest.raises(NotPermitted):
        drafting.write_section(
            report, code="waste", body="别人写的。", seen_version=0, by=cast.actor(name), now=WRITING
        )


def test_nothing_that_is_being_written_is_told_to_the_public_stream(cast: Cast, report: Report) -> None:
    given.write(cast, report)
    assert [event.kind for event in history_of(report.stream)] == ["reports.report_opened"]


def test_a_number_of_the_catalogue_stands_beside_the_usual_count_with_its_gap(
    cast: Cast, report: Report
) -> None:
    row = claim(cast, report, metric="E01", value=Decimal(70))
    assert (row.name, row.unit, row.unit_count) == ("电梯维保", "次", 6)
    assert (row.period_from, row.period_to) == (report.period_from, report.period_to)
    assert (row.due_count, row.gap) == (72, Decimal(2))
    quarter = claim(
        cast,
        report,
        number=row.number,
        metric="E01",
        value=Decimal(40),
        period_from=date(2026, 4, 1),
    )
    assert (quarter.pk, quarter.due_count, quarter.gap) == (row.pk, 36, Decimal(0))


def test_a_number_without_a_usual_count_has_no_gap(cast: Cast, report: Report) -> None:
    row = claim(cast, report, name="更换的灯", value=Decimal("36.5"), unit="盏")
    assert (row.due_count, row.gap) == (None, None)


def test_a_percentage_is_computed_from_its_two_numbers(cast: Cast, report: Report) -> None:
    share = {"metric": "M01", "section": "accounts", "denominator_label": "应缴户数"}
    row = claim(cast, report, **share, numerator=Decimal(380), denominator=Decimal(420))
    assert (row.value, row.unit) == (Decimal("90.48"), "%")
    with pytest.raises(RuleBroken, match=r"90\.48 %"):
        claim(cast, report, **share, value=Decimal(98), numerator=Decimal(380), denominator=Decimal(420))
    with pytest.raises(RuleBroken, match="要写分子和分母"):
        claim(cast, report, metric="M01", value=Decimal(98))
    with pytest.raises(RuleBroken, match="分母是什么"):
        claim(cast, report, metric="M01", numerator=Decimal(1), denominator=Decimal(2))


# (what is written, part of the refusal)
REFUSED = [
    ({"metric": "X99", "value": Decimal(1)}, "指标目录里没有"),
    ({"metric": "E01", "value": Decimal(1), "unit": "回"}, "单位是次"),
    ({"metric": "M03", "value": Decimal("1.005")}, "最多两位小数"),
    ({"metric": "E01"}, "填写数值"),
    ({"value": Decimal(1)}, "是什么"),
    ({"metric": "E01", "value": Decimal("NaN")}, "请只写数字"),
    ({"metric": "M03", "value": Decimal("Infinity")}, "请只写数字"),
    ({"metric": "M03", "value": Decimal("1e400")}, "太大"),
    ({"name": "满意率", "unit": "%", "numerator": Decimal("NaN"), "denominator": Decimal(1)}, "请只写数字"),
    (
        {
            "name": "满意率",
            "unit": "%",
            "numerator": Decimal(1),
            "denominator": Decimal("-Infinity"),
            "denominator_label": "报修总数",
        },
        "请只写数字",
    ),
    (
        {
            "name": "满意率",
            "unit": "%",
            "numerator": Decimal(10) ** 10,
            "denominator": Decimal("0.0001"),
            "denominator_label": "报修总数",
        },
        "太大",
    ),
    ({"metric": "E01", "value": Decimal(1), "period_from": date(2025, 12, 31)}, "要在报告期内"),
    ({"metric": "E01", "value": Decimal(1), "period_to": date(2027, 1, 1)}, "要在报告期内"),
    ({"metric": "E01", "value": Decimal(1), "unit_count": 5}, "小区登记了 6 部电梯"),
    ({"metric": "E01", "value": Decimal(10) ** 12}, "太大"),
    ({"metric": "E01", "value": Decimal(1), "section": "poems"}, "没有这个部分"),
    (
        {
            "metric": "E01",
            "value": Decimal(1),
            "period_from": date(2026, 6, 1),
            "period_to": date(2026, 5, 1),
        },
        "反了",
    ),
    ({"metric": "E01", "value": Decimal(1), "number": 9}, "没有这个编号"),
]


@pytest.mark.parametrize(("written", "says"), REFUSED)
def test_a_number_that_says_nothing_is_refused(
    cast: Cast, report: Report, written: dict[str, object], says: str
) -> None:
    with pytest.raises(RuleBroken, match=says):
        claim(cast, report, **written)


def test_evidence_is_ones_own_and_shown_and_may_be_managed_by_the_company(cast: Cast, report: Report) -> None:
    photo = add_photo(by=cast.by_manager, upload=a_photo(), now=WRITING)
    row = claim(cast, report, metric="E01", value=Decimal(72), evidence=[photo])
    assert [each.evidence for each in row.evidence.all()] == [photo]
    assert may_manage(cast.by_manager, photo)
    assert may_manage(cast.by_secretary, photo)
    assert not may_manage(cast.by_stranger, photo)
    # A colleague may use what stands in the report already, and nobody what belongs to others.
    figures.put_photo(
        report, by=cast.by_company_admin, section="service", evidence=photo, caption="换好的门机", now=WRITING
    )
    others = add_photo(by=cast.by_resident, upload=a_photo(), now=WRITING)
    with pytest.raises(RuleBroken, match="自己上传"):
        claim(cast, report, metric="E02", value=Decimal(1), evidence=[others])
    withdraw(photo, reason="拍到了人。", by=cast.by_manager, now=WRITING)
    with pytest.raises(RuleBroken, match="已经撤下"):
        claim(cast, report, metric="E02", value=Decimal(1), evidence=[photo])
    numbers = next(
        each
        for each in outcomes_of(report, content_of(newest_revision(report)))
        if each.condition.code == "NUMBERS_COMPLETE"
    )
    assert "没有佐证" in numbers.missing[0].sentence


def test_a_pair_of_photos_is_of_two(cast: Cast, report: Report) -> None:
    before, after = (add_photo(by=cast.by_manager, upload=a_photo(), now=WRITING) for _ in range(2))
    with pytest.raises(RuleBroken, match="不同的照片"):
        figures.put_photo(
            report, by=cast.by_manager, section="service", evidence=after, before=after, caption="门机"
        )
    pair = figures.put_photo(
        report, by=cast.by_manager, section="service", evidence=after, before=before, caption="门机"
    )
    assert (pair.number, pair.before) == (1, before)
    figures.remove_photo(report, number=1, by=cast.by_manager)
    assert not newest_revision(report).photos.exists()


def test_an_account_is_kept_as_written_and_what_does_not_add_up_is_said(cast: Cast, report: Report) -> None:
    given.put_account(cast, report, "common_revenue")
    account = figures.put_account(
        report,
        by=cast.by_manager,
        kind="common_revenue",
        opening=Decimal(0),
        income=Decimal("100.00"),
        expense=Decimal("40.00"),
        closing=Decimal("70.00"),
        lines=[
            figures.LineDraft("income", "广告", Decimal("100.00")),
            figures.LineDraft("expense", "补种", Decimal("40.00")),
        ],
        now=WRITING,
    )
    assert [line.label for line in account.lines.all()] == ["广告", "补种"]
    sums = next(
        each
        for each in outcomes_of(report, content_of(newest_revision(report)))
        if each.condition.code == "SUMS_RIGHT"
    )
    assert "公共收益：期末结余写的是 70.00 元，按期初和收支应是 60.00 元。" in [
        each.sentence for each in sums.missing
    ]
    with pytest.raises(RuleBroken, match="最多两位小数"):
        figures.put_account(
            report,
            by=cast.by_manager,
            kind="common_revenue",
            opening=Decimal("0.001"),
            income=Decimal(0),
            expense=Decimal(0),
            closing=Decimal(0),
            lines=[],
        )


def test_what_is_there_now_is_not_excused_any_more(cast: Cast, report: Report) -> None:
    by = cast.by_manager
    number = claim(cast, report, metric="E01", value=Decimal(72)).number
    for missing, key in (
        ("metric", "E01"),
        ("metric", "F02"),
        ("evidence", str(number)),
        ("account", "common_revenue"),
    ):
        drafting.put_excuse(report, missing=missing, key=key, words="没有。", by=by, now=WRITING)
    photo = add_photo(by=by, upload=a_photo())
    claim(cast, report, metric="E01", value=Decimal(73), number=number, evidence=[photo])
    given.put_account(cast, report, "common_revenue")
    left = newest_revision(report).excuses.values_list("missing", "key")
    assert list(left) == [("metric", "F02")]


def test_an_excuse_belongs_to_something_and_is_taken_back_by_writing_nothing(
    cast: Cast, report: Report
) -> None:
    by = cast.by_manager
    for missing, key, says in (
        ("metric", "X99", "指标目录"),
        ("evidence", "7", "没有这条数据"),
        ("account", "x", "没有这种账"),
    ):
        with pytest.raises(RuleBroken, match=says):
            drafting.put_excuse(report, missing=missing, key=key, words="没有。", by=by, now=WRITING)
    assert drafting.put_excuse(report, missing="metric", key="E01", words="没有电梯。", by=by, now=WRITING)
    assert drafting.put_excuse(report, missing="metric", key="E01", words=" ", by=by, now=WRITING) is None
    assert not newest_revision(report).excuses.exists()


def test_an_answer_is_to_a_demand_of_the_list_with_what_belongs_to_this_report(
    cast: Cast, report: Report
) -> None:
    demand = given.a_line(report.demand_list)
    given.promise(cast, report)
    answer = drafting.answer_topic(
        report,
        demand=demand,
        words="十月底前修好。",
        commitment=report.commitments.get(),
        by=cast.by_manager,
        now=WRITING,
    )
    assert answer.section == "demands"
    demand.pk = None
    demand.demand_list_id = report.demand_list_id + 1
    with pytest.raises(RuleBroken, match="不在交给您的清单里"):
        drafting.answer_topic(report, demand=demand, words="不归我管。", by=cast.by_manager, now=WRITING)


def test_a_planned_promise_may_be_changed_and_taken_out(cast: Cast, report: Report) -> None:
    given.promise(cast, report)
    planned = commitments.put_commitment(
        report, by=cast.by_manager, number=1, title="修好车库", due_on=given.AUTUMN, now=WRITING
    )
    assert (planned.number, planned.title, planned.measure) == (1, "修好车库", "")
    with pytest.raises(RuleBroken, match="晚于报告期"):
        commitments.put_commitment(
            report, by=cast.by_manager, title="早就好了", due_on=report.period_to - timedelta(days=1)
        )
    commitments.remove_commitment(report, number=1, by=cast.by_manager)
    assert not report.commitments.exists()


def test_whoever_counts_by_fewer_lifts_says_why_in_public(cast: Cast, report: Report) -> None:
    said = {"metric": "E01", "value": Decimal(80), "unit_count": 5}
    told = claim(cast, report, explanation="6 号楼的电梯大修停用。", **said)
    assert (told.unit_count, told.explanation) == (5, "6 号楼的电梯大修停用。")
    assert claim(cast, report, metric="E01", value=Decimal(96)).unit_count == 6


@pytest.mark.parametrize("amount", ["Infinity", "-Infinity", "NaN", "sNaN", "1e400"])
def test_an_account_is_written_in_numbers(cast: Cast, report: Report, amount: str) -> None:
    with pytest.raises(RuleBroken, match=r"请只写数字|太大"):
        figures.put_account(
            report,
            by=cast.by_manager,
            kind="common_revenue",
            opening=Decimal(amount),
            income=Decimal(0),
            expense=Decimal(0),
            closing=Decimal(0),
            lines=[],
            now=WRITING,
        )
