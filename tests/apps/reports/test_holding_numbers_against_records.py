"""The numbers of a report against the records: live until it is presented, frozen from then on (domain.md §3)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from hypothesis import given as each_of
from hypothesis import settings
from hypothesis import strategies as st

from huiyin.apps.audit.models import Event
from huiyin.apps.audit.reactions import react
from huiyin.apps.audit.selectors import history_of
from huiyin.apps.audit.services import record as record_event
from huiyin.apps.reports import row_checks
from huiyin.apps.reports.contents import Content, content_of
from huiyin.apps.reports.models import Claim, ClaimVerdict, NewDeviation, Report, VerdictSheet
from huiyin.apps.reports.policies import rules_of
from huiyin.apps.reports.return_reasons import FilledIn, reasons_for_missing
from huiyin.apps.reports.selectors import newest_revision
from huiyin.apps.reports.services import corrections, drafting, figures, lifecycle, review
from huiyin.apps.reports.services import verdicts as verdict_services
from huiyin.apps.reports.services.opening import open_report
from huiyin.apps.reports.services.verdicts import freeze_presented, look_at_all
from huiyin.apps.reports.verdicts import Judged, Verdicts, live_verdicts, verdicts_of
from huiyin.apps.upkeep.models import MaintenanceRecord
from huiyin.apps.upkeep.services.records import correct_record, void_record
from huiyin.domain.access import SYSTEM
from huiyin.domain.claim_verdicts import Verdict
from huiyin.domain.errors import RuleBroken
from huiyin.domain.months import last_of_month
from huiyin.domain.report_conditions import Missing
from tests import given_reports as given
from tests.counting import queries_of, rows_locked
from tests.given_reports import WRITING
from tests.given_upkeep import a_draft, a_record
from tests.people import Cast, a_cast, sign_in

pytestmark = pytest.mark.django_db
LATER = WRITING + timedelta(days=1)
AS_CLAIMED = (12,) * 6
"""Of each month of the half-year: 72 times, as the report says."""
LESS = (10,) * 6
WITHOUT_MARCH = (12, 12, 0, 12, 12, 12)


def recorded(cast: Cast, months: Sequence[int], metric: str = "E01") -> list[MaintenanceRecord]:
    """One record for each month that has a count."""
    return [
        a_record(cast, metric=metric, count=count, done_from=first, done_to=last_of_month(first), now=LATER)
        for first, count in zip((date(2026, n, 1) for n in range(1, 7)), months, strict=True)
        if count
    ]


def judged(report: Report, number: int = 1, now: datetime = LATER) -> Judged:
    report = Report.objects.select_related("engagement").get(pk=report.pk)
    found = verdicts_of(report, content_of(newest_revision(report)), now=now).of(number)
    assert found is not None
    return found


def explained(cast: Cast, report: Report, words: str = "少记的 12 次只有纸质单，已经找齐。") -> None:
    """Saved beside both numbers, where they deviate by now."""
    deviation = judged(report).deviation
    figures.put_claim(
        report,
        by=cast.by_manager,
        section="service",
        metric="E01",
        value=Decimal(72),
        explanation=words,
        number=1,
        seen=deviation.mark if deviation else "",
        now=WRITING,
    )


def form_of(desk: Client, report: Report) -> dict[str, Any]:
    """What the form of the first number would send, as it is drawn now."""
    page = desk.get(f"/desk/reports/{report.pk}/sections/service?claim=1").text
    form = page[page.index("/put-claim") :].partition("</form>")[0]
    told: dict[str, Any] = dict(re.findall(r'<input [^>]*?name="(\w+)"[^>]*? value="([^"]*)"', form))
    return told | {"kept": re.findall(r'name="kept"[^>]* value="(\d+)"', form), "metric": "E01"}


def test_whoever_reviews_sees_first_what_deviates_and_what_the_company_says_of_it() -> None:
    cast, report = given.a_cast_with_report("written")
    recorded(cast, LESS)
    explained(cast, report)
    review.submit(report, by=cast.by_manager, now=LATER)
    page = sign_in(Client(), cast.secretary).get(f"/desk/reports/{report.pk}/review").text
    first = page[page.index('id="first"') :].partition("</section>")[0]
    assert "数字与记录不符" in first
    told = "数据 1 电梯维保：报告 72 次，保养记录 60 次。物业的说明：少记的 12 次只有纸质单，已经找齐。"
    assert f'<a href="#data-1">{told}</a>' in first
    assert 'id="data-1"' in page


def test_a_word_or_two_explain_no_deviation_and_the_field_says_so() -> None:
    cast, report = given.a_cast_with_report("written")
    recorded(cast, LESS)
    desk = sign_in(Client(), cast.manager)
    told = form_of(desk, report) | {"explanation": "已核实。"}
    refused = desk.post(f"/desk/reports/{report.pk}/put-claim", told)
    assert refused.status_code == 422
    assert "这个数和记录不一样（报告 72 次，保养记录 60 次），说明至少写 8 个字" in refused.text
    assert judged(report).claim.explanation == ""
    kept = figures.put_claim(
        report,
        by=cast.by_manager,
        section="service",
        metric="E01",
        value=Decimal(60),
        explanation="已核实。",
        number=1,
        now=WRITING,
    )
    assert kept.explanation == "已核实。", "of a number that agrees it may be short"


# --- the verdict ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("months", "verdict", "brief"),
    [
        (AS_CLAIMED, Verdict.SUPPORTED, ""),
        (LESS, Verdict.DEVIATES, "报告 72 次，记录 60 次"),
        ((20,) * 6, Verdict.DEVIATES, "报告 72 次，记录 120 次"),
        (WITHOUT_MARCH, Verdict.UNCHECKABLE, "缺 3月的记录"),
        ((), Verdict.UNCHECKABLE, "没有记录"),
    ],
)
def test_a_number_is_supported_deviates_or_cannot_be_checked(
    months: Sequence[int], verdict: Verdict, brief: str
) -> None:
    cast, report = given.a_cast_with_report("written")
    if months:
        recorded(cast, months)
    found = judged(report)
    assert (found.verdict, found.brief) == (verdict, brief)


def test_a_number_under_a_name_of_its_own_has_nothing_to_be_held_against() -> None:
    cast, report = given.a_cast_with_report("written")
    number = figures.put_claim(
        report,
        by=cast.by_manager,
        section="service",
        name="补种的树",
        unit="棵",
        value=Decimal(6),
        now=WRITING,
    ).number
    assert judged(report, number).missing == ["不是指标目录里的数字，没有可以对照的记录"]
    assert judged(report, number).brief == ""


def test_what_deviates_is_corrected_or_explained_before_it_is_handed_in() -> None:
    cast, report = given.a_cast_with_report("written")
    recorded(cast, LESS)
    with pytest.raises(RuleBroken, match="数据 1“电梯维保”写的是 72 次，保养记录里是 60 次"):
        review.submit(report, by=cast.by_manager, now=LATER)
    explained(cast, report)
    assert review.submit(report, by=cast.by_manager, now=LATER).status == "submitted"


def test_what_was_said_before_the_deviation_was_known_does_not_explain_it() -> None:
    cast, report = given.a_cast_with_report("written")
    explained(cast, report, "六月起由新的维保公司承担。")
    records = recorded(cast, LESS)
    with pytest.raises(RuleBroken, match="写它的说明时，看到的还不是这两个数"):
        review.submit(report, by=cast.by_manager, now=LATER)
    page = sign_in(Client(), cast.manager).get(f"/desk/reports/{report.pk}/sections/service?claim=1").text
    assert "写它的说明时，看到的还不是这两个数" in page
    assert "六月起由新的维保公司承担。</textarea>" in page
    explained(cast, report)
    review.submit(report, by=cast.by_manager, now=LATER)
    correct_record(records[0], draft=_of(records[0], 1), reason="数错了。", by=cast.by_manager, now=LATER)
    with pytest.raises(RuleBroken, match=r"保养记录里是 51 次；写它的说明时，看到的还不是这两个数"):
        review.approve(report, by=cast.by_secretary, now=LATER)


def test_what_was_said_when_the_number_was_first_written_explains_no_deviation() -> None:
    cast, report = given.a_cast_with_report("written")
    recorded(cast, LESS)
    told = {"section": "service", "metric": "E01", "value": Decimal(72), "number": 1}
    words = "六月起由新的维保公司承担。"
    figures.put_claim(report, by=cast.by_manager, **told, explanation=words, now=WRITING)
    assert not judged(report).is_explained
    with pytest.raises(RuleBroken, match="写它的说明时，看到的还不是这两个数"):
        review.submit(report, by=cast.by_manager, now=LATER)


def test_an_explanation_is_of_the_numbers_its_form_showed_and_of_no_later_ones() -> None:
    cast, report = given.a_cast_with_report("written")
    first, *_others = recorded(cast, LESS)
    desk = sign_in(Client(), cast.manager)
    words = "少记的 12 次只有纸质单，已经找齐。"
    form = form_of(desk, report)
    correct_record(first, draft=_of(first, 1), reason="数错了。", by=cast.by_manager, now=LATER)
    sent = desk.post(f"/desk/reports/{report.pk}/put-claim", {**form, "explanation": words}, follow=True)
    assert "写说明时看到的还不是这两个数：报告 72 次，保养记录 51 次" in sent.text
    assert judged(report).claim.explanation == words
    assert not judged(report).is_explained
    page = desk.get(f"/desk/reports/{report.pk}/sections/service?claim=1").text
    shown = page[page.index("/put-claim") :].partition("</form>")[0]
    assert "与记录不符：报告 72 次，保养记录 51 次" in shown
    assert f"{words}</textarea>" in shown
    again = {**form_of(desk, report), "explanation": words}
    assert "数据 1 已保存。" in desk.post(f"/desk/reports/{report.pk}/put-claim", again, follow=True).text
    assert review.submit(report, by=cast.by_manager, now=LATER).status == "submitted"


def test_a_form_that_is_refused_comes_back_beside_the_numbers_of_now() -> None:
    cast, report = given.a_cast_with_report("written")
    first, *_others = recorded(cast, LESS)
    desk = sign_in(Client(), cast.manager)
    form = form_of(desk, report)
    correct_record(first, draft=_of(first, 1), reason="数错了。", by=cast.by_manager, now=LATER)
    refused = desk.post(f"/desk/reports/{report.pk}/put-claim", {**form, "value": "许多"})
    back = refused.text[refused.text.index("/put-claim") :].partition("</form>")[0]
    assert refused.status_code == 422
    assert "与记录不符：报告 72 次，保养记录 51 次" in back
    assert '<input type="hidden" name="seen" value="72/51"' in back


def test_a_number_of_four_decimals_is_explained_and_one_of_more_is_refused_at_its_field() -> None:
    cast, report = given.a_cast_with_report("written")
    recorded(cast, LESS)
    desk = sign_in(Client(), cast.manager)
    words = "少记的 12 次只有纸质单，已经找齐。"
    for value, refusal in (("72.00005", "小数点后最多写 4 位。"), (f"72.{'0' * 90}5", "这个数写得太长了")):
        told = {**form_of(desk, report), "value": value, "explanation": words}
        refused = desk.post(f"/desk/reports/{report.pk}/put-claim", told)
        back = refused.text[refused.text.index("/put-claim") :].partition("</form>")[0]
        assert (refused.status_code, refusal in back) == (422, True)
        assert f"{words}</textarea>" in back
    assert judged(report).claim.value == 72
    for _time in range(2):  # the first is of another number than the form showed
        told = {**form_of(desk, report), "value": "72.0005", "explanation": words}
        desk.post(f"/desk/reports/{report.pk}/put-claim", told)
    assert (judged(report).said, judged(report).is_explained) == ("72.0005 次", True)


@pytest.mark.parametrize("field", ["value", "numerator", "denominator"])
def test_no_number_is_rounded_when_it_is_kept(field: str) -> None:
    cast, report = given.a_cast_with_report("written")
    numbers = {"value": Decimal(50), "numerator": Decimal(1), "denominator": Decimal(2)}
    told = {**numbers, field: Decimal("1.00001")}
    with pytest.raises(RuleBroken, match="最多写 4 位") as refused:
        figures.put_claim(
            report,
            by=cast.by_manager,
            section="service",
            name="换灯",
            unit="盏",
            denominator_label="灯",
            **told,
            now=WRITING,
        )
    assert refused.value.field == field


def test_an_explanation_of_an_earlier_release_counts_as_it_did() -> None:
    cast, report = given.a_cast_with_report("written")
    first, *_others = recorded(cast, LESS)
    explained(cast, report)
    review.submit(report, by=cast.by_manager, now=LATER)
    Claim.objects.update(explained_claimed=None, explained_counted=None)
    correct_record(first, draft=_of(first, 1), reason="数错了。", by=cast.by_manager, now=LATER)
    assert review.approve(report, by=cast.by_secretary, now=LATER).status == "approved"
    corrections.begin_correction(report, reason="漏记一次。", by=cast.by_manager, now=LATER)
    assert review.submit(report, by=cast.by_manager, now=LATER).status == "approved"


def test_a_correction_carries_what_explains_the_same_numbers() -> None:
    cast, report = given.a_cast_with_report("written")
    recorded(cast, LESS)
    explained(cast, report)
    review.submit(report, by=cast.by_manager, now=LATER)
    review.approve(report, by=cast.by_secretary, now=LATER)
    corrections.begin_correction(report, reason="漏记一次。", by=cast.by_manager, now=LATER)
    assert review.submit(report, by=cast.by_manager, now=LATER).status == "approved"


def test_approving_asks_again() -> None:
    cast, report = given.a_cast_with_report("submitted")
    recorded(cast, LESS)
    with pytest.raises(RuleBroken, match=r"照现在的规定和记录.*保养记录里是 60 次"):
        review.approve(report, by=cast.by_secretary, now=LATER)


def test_what_is_missing_by_now_is_filled_in_as_the_reason_and_returned_with_one_press() -> None:
    cast, report = given.a_cast_with_report("submitted")
    recorded(cast, LESS)
    desk = sign_in(Client(), cast.secretary)
    page = desk.get(f"/desk/reports/{report.pk}/review").text
    assert '<button class="btn" type="submit" form="return">' in page
    (code,) = re.findall(r'<option value="(\w+)" selected>', page)
    words = dict(re.findall(r'name="(words-[\w-]+)" [^>]*>([^<]+)</textarea>', page))
    assert list(words) == ["words-service-0"]
    (seen,) = set(re.findall(r'name="seen" value="([^"]+)"', page))
    told = {**words, "reason-service-0": code, "seen": seen}
    assert desk.post(f"/desk/reports/{report.pk}/return", told).status_code == 303
    report.refresh_from_db()
    (reason,) = newest_revision(report).return_reasons.all()
    assert report.status == "returned"
    assert "保养记录里是 60 次" in reason.words


def test_what_does_not_fit_into_the_reasons_is_left_out_by_name() -> None:
    _cast, report = given.a_cast_with_report("submitted")
    reasons = rules_of(report).return_reasons
    missing = [Missing("service", mark * n) for mark, n in (("甲", 990), ("乙", 50), ("丙", 5))]
    nowhere = Missing("", "无处")
    filled = reasons_for_missing([*missing, nowhere], reasons)
    assert filled.told["words-service-0"] == "甲" * 990 + "丙" * 5
    assert filled.left_out == [missing[1], nowhere]
    without_words = [each for each in reasons if not each.needs_words]
    assert reasons_for_missing(missing, without_words) == FilledIn({}, missing)


def test_where_not_everything_is_filled_in_no_press_is_offered_and_the_page_says_what_is_not() -> None:
    cast, report = given.a_cast_with_report("written")
    told = {"section": "service", "metric": "E01", "value": Decimal(72)}
    for _more in range(19):
        key = str(figures.put_claim(report, by=cast.by_manager, **told, now=WRITING).number)
        drafting.put_excuse(report, missing="evidence", key=key, words="没有留照片。", by=cast.by_manager)
    review.submit(report, by=cast.by_manager, now=LATER)
    recorded(cast, LESS)
    desk = sign_in(Client(), cast.secretary)
    page = desk.get(f"/desk/reports/{report.pk}/review").text
    note = page[page.index("照现在的规定和记录，缺 20 处") :].partition('id="return"')[0]
    left = re.search(r"其中 (\d+) 条没有填进各部分的“退回理由”", note)
    (words,) = re.findall(r'name="words-service-0" [^>]*>([^<]+)</textarea>', page)
    assert left is not None
    assert int(left[1]) + words.count("保养记录里是 60 次") == 20
    assert "已经填进" not in note
    assert 'form="return"' not in note


def test_a_return_that_is_refused_says_of_no_reason_that_it_was_filled_in() -> None:
    cast, report = given.a_cast_with_report("submitted")
    recorded(cast, LESS)
    desk = sign_in(Client(), cast.secretary)
    (seen,) = set(
        re.findall(r'name="seen" value="([^"]+)"', desk.get(f"/desk/reports/{report.pk}/review").text)
    )
    refused = desk.post(f"/desk/reports/{report.pk}/return", {"seen": seen})
    assert refused.status_code == 422
    assert "照现在的规定和记录，缺 1 处" in refused.text
    assert "已经填进" not in refused.text


# --- frozen -----------------------------------------------------------------------------------------------


def test_while_it_is_announced_the_verdict_follows_the_records_and_then_it_stands() -> None:
    cast, report = given.a_cast_with_report("announced")
    first, *_others = recorded(cast, AS_CLAIMED)
    assert judged(report).verdict is Verdict.SUPPORTED
    page = f"/reports/{report.pk}"
    assert "与记录不符" not in Client().get(page).text
    changed = correct_record(first, draft=_of(first, 2), reason="数错了。", by=cast.by_manager, now=LATER)
    assert "与记录不符：</span>报告 72 次，记录 62 次" in Client().get(page).text
    lifecycle.present(report, by=cast.by_secretary, now=LATER)
    void_record(changed, reason="记错小区。", by=cast.by_manager, now=LATER)
    assert judged(report).counted == "62 次"
    public = Client().get(page).text
    assert "报告 72 次，记录 62 次" in public
    assert "之后记录有改动" not in public
    assert "当面报告时定下，以后不变" in public
    desk = sign_in(Client(), cast.secretary).get(f"/desk/reports/{report.pk}/review").text
    assert "报告 72 次，保养记录 62 次" in desk
    assert "之后记录有改动：保养记录 60 次；2026 年 1 月没有记录" in desk


def _of(record: MaintenanceRecord, count: int):
    return a_draft(metric=record.metric, count=count, done_from=record.done_from, done_to=record.done_to)


FROZEN = [(ClaimVerdict, {"verdict": "supported"}), (VerdictSheet, {"judged_at": LATER})]


@pytest.mark.parametrize(("model", "change"), FROZEN)
def test_a_verdict_that_is_frozen_cannot_be_changed_or_removed(model: Any, change: dict[str, object]) -> None:
    given.a_cast_with_report("presented")
    for attempt in (lambda: model.objects.update(**change), lambda: model.objects.all().delete()):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            attempt()


@settings(max_examples=15, deadline=None)
@each_of(st.lists(st.sampled_from(["begin", "present", "records"]), min_size=1, max_size=6))
def test_each_number_is_frozen_once_however_often_it_is_heard(steps: list[str]) -> None:
    with transaction.atomic():
        cast, report = given.a_cast_with_report("announced")
        record = recorded(cast, AS_CLAIMED)[0]
        stood = None
        for step in steps:
            if step == "records":
                draft = _of(record, 2 if record.count != 2 else 12)
                record = correct_record(record, draft=draft, reason="再数。", by=cast.by_manager, now=LATER)
            elif step == "begin":
                lifecycle.begin_presenting(report, by=SYSTEM, now=LATER)
            elif Report.objects.get(pk=report.pk).status == "announced":
                lifecycle.present(report, by=SYSTEM, now=LATER)
            if stood is None and step != "records":
                stood = judged(report).counted
        frozen = {"begin", "present"} & set(steps)
        assert VerdictSheet.objects.filter(revision__report=report).count() == len(frozen and {1})
        assert ClaimVerdict.objects.count() == (Claim.objects.count() if frozen else 0)
        kinds = [event.kind for event in history_of(report.stream)]
        assert kinds.count("reports.verdicts_frozen") == len(frozen and {1})
        if stood is not None:
            assert judged(report).counted == stood
        transaction.set_rollback(True)


def test_a_correction_that_is_approved_afterwards_gets_verdicts_of_its_own() -> None:
    cast, report = given.a_cast_with_report("published")
    recorded(cast, LESS)
    corrections.begin_correction(report, reason="保养次数写错了。", by=cast.by_manager, now=LATER)
    figures.put_claim(
        report, by=cast.by_manager, section="service", metric="E01", value=Decimal(60), number=1, now=LATER
    )
    review.submit(report, by=cast.by_manager, now=LATER)
    assert VerdictSheet.objects.count() == 1
    review.approve(report, by=cast.by_secretary, now=LATER)
    told = ClaimVerdict.objects.filter(claim__number=1).values_list(
        "sheet__revision__number", "verdict", "counted"
    )
    assert list(told.order_by("pk")) == [(1, "uncheckable", None), (2, "supported", Decimal(60))]
    assert list(row_checks.report_differences("")) == []


def kept_no_verdicts(monkeypatch: pytest.MonkeyPatch) -> tuple[Cast, Report]:
    """A report that was heard under a release of before migration 0004."""
    with monkeypatch.context() as patched:
        patched.setattr(lifecycle, "freeze_verdicts", lambda report, *, by, now: [])
        cast = a_cast()
        return cast, given.a_report(cast, status="published")


def test_a_report_heard_before_verdicts_were_kept_is_frozen_by_the_clock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cast, report = kept_no_verdicts(monkeypatch)
    records = recorded(cast, LESS)
    assert freeze_presented(now=LATER) == 1
    assert freeze_presented(now=LATER) == 0
    correct_record(records[0], draft=_of(records[0], 22), reason="补的。", by=cast.by_manager, now=LATER)
    assert judged(report).counted == "60 次"
    page = Client().get(f"/reports/{report.pk}").text
    assert "对照的结果在当面报告以后，" in page
    assert "当面报告时定下" not in page
    assert list(row_checks.report_differences("")) == []


def test_a_correction_of_such_a_report_freezes_it_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    cast, report = kept_no_verdicts(monkeypatch)
    corrections.begin_correction(report, reason="漏记一次。", by=cast.by_manager, now=LATER)
    review.submit(report, by=cast.by_manager, now=LATER)
    review.approve(report, by=cast.by_secretary, now=LATER)
    assert list(
        VerdictSheet.objects.order_by("revision__number").values_list("revision__number", flat=True)
    ) == [
        1,
        2,
    ]


def test_verify_finds_a_verdict_nobody_witnessed_and_a_witnessed_one_that_is_not_there() -> None:
    _cast, report = given.a_cast_with_report("announced")
    told = {"status": "announced", "revision": 1, "sha256": "0" * 64}
    with transaction.atomic():
        record_event(kind="reports.verdicts_frozen", stream=report.stream, by=SYSTEM, now=LATER, public=told)
        assert [each.what for each in row_checks.report_differences("")] == ["第 1 稿的核对结果"]
        transaction.set_rollback(True)
    VerdictSheet.objects.create(revision=newest_revision(report), tolerance_percent=5, judged_at=LATER)
    assert [each.what for each in row_checks.report_differences("")] == ["第 1 稿的核对结果没有记录"]


def test_a_number_put_beside_what_was_frozen_is_found() -> None:
    _cast, report = given.a_cast_with_report("presented")
    revision = newest_revision(report)
    claim = Claim.objects.create(revision=revision, number=9, section="waste", name="树", value=Decimal(1))
    ClaimVerdict.objects.create(
        sheet=revision.verdict_sheet,
        claim=claim,
        verdict="supported",
        claimed=1,
        counted=1,
        unit="棵",
        source="台账",
        fingerprint="0" * 32,
    )
    assert [each.what for each in row_checks.report_differences("")] == ["第 1 稿的数据", "第 1 稿的核对结果"]


# --- told once --------------------------------------------------------------------------------------------


def reacted(report: Report) -> None:
    """The worker's turn: the newest event of the records."""
    event = Event.objects.filter(stream=f"upkeep/{report.engagement_id}").order_by("-number").first()
    assert event is not None
    react("reports.look_for_deviations", event.pk)


def test_a_number_that_comes_to_deviate_is_told_once_to_manager_and_secretary() -> None:
    cast, report = given.a_cast_with_report("announced")
    records = recorded(cast, AS_CLAIMED)
    reacted(report)
    assert not NewDeviation.objects.exists()
    records[0] = correct_record(
        records[0], draft=_of(records[0], 2), reason="数错了。", by=cast.by_manager, now=LATER
    )
    reacted(report)
    correct_record(records[1], draft=_of(records[1], 3), reason="数错了。", by=cast.by_manager, now=LATER)
    reacted(report)
    assert look_at_all(now=LATER) == 0
    kinds = [event.kind for event in history_of(report.stream)]
    assert kinds.count("reports.numbers_deviate") == 1
    for person in (cast.manager, cast.secretary):
        client = sign_in(Client(), person)
        waiting = client.get("/desk/reports").text.partition('id="all"')[0]
        assert "1 个数字与记录不符" in waiting
        assert (
            "审定以后记录有改动，1 个数字与记录不符了" in client.get(f"/desk/reports/{report.pk}/review").text
        )
    client = sign_in(Client(), cast.street_officer)
    assert "个数字与记录不符" not in client.get("/desk/reports").text.partition('id="all"')[0]


def test_it_is_not_told_any_more_once_it_agrees_again_or_is_presented() -> None:
    cast, report = given.a_cast_with_report("announced")
    first, *_others = recorded(cast, AS_CLAIMED)
    wrong = correct_record(first, draft=_of(first, 2), reason="数错了。", by=cast.by_manager, now=LATER)
    assert look_at_all(now=LATER) == 1
    right = correct_record(wrong, draft=_of(wrong, 12), reason="又数了一遍。", by=cast.by_manager, now=LATER)
    assert look_at_all(now=LATER) == 0
    assert not NewDeviation.objects.exists()
    correct_record(right, draft=_of(right, 1), reason="数错了。", by=cast.by_manager, now=LATER)
    assert look_at_all(now=LATER) == 1
    lifecycle.begin_presenting(report, by=SYSTEM, now=LATER)
    assert not NewDeviation.objects.exists()
    assert look_at_all(now=LATER) == 0


def test_what_deviated_and_was_explained_when_it_was_approved_is_no_news() -> None:
    cast, report = given.a_cast_with_report("written")
    recorded(cast, LESS)
    explained(cast, report)
    review.submit(report, by=cast.by_manager, now=LATER)
    review.approve(report, by=cast.by_secretary, now=LATER)
    assert look_at_all(now=LATER) == 0


def two_that_wait() -> tuple[Cast, Report, Report]:
    """The report of the first half-year and, before its meeting, that of the second; records say less than both."""
    cast, older = given.a_cast_with_report("announced")
    later = WRITING + timedelta(days=184)
    newer = open_report(engagement=cast.engagement, by=cast.by_manager, now=later)
    given.write(cast, newer, now=later)
    promise = older.commitments.get()
    drafting.account_for_commitment(
        newer, commitment=promise, became="kept", words="七月修好。", by=cast.by_manager, now=later
    )
    review.submit(newer, by=cast.by_manager, now=later)
    review.approve(newer, by=cast.by_secretary, now=later)
    recorded(cast, LESS)
    for first in (date(2026, n, 1) for n in range(7, 13)):
        a_record(cast, metric="E01", count=1, done_from=first, done_to=last_of_month(first), now=later)
    return cast, older, newer


def that_breaks_at(broken: Report) -> Any:
    def look(report: Report, content: Content, *, now: datetime) -> Verdicts:
        if report == broken:
            raise ArithmeticError("a record nobody can read")
        return live_verdicts(report, content, now=now)

    return look


def test_a_report_that_cannot_be_looked_at_keeps_no_other_from_its_turn(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _cast, older, newer = two_that_wait()
    now = WRITING + timedelta(days=185)
    for broken, other in ((older, newer), (newer, older)):
        with monkeypatch.context() as patched:
            patched.setattr(verdict_services, "live_verdicts", that_breaks_at(broken))
            with pytest.raises(ExceptionGroup) as failed:
                look_at_all(now=now)
        assert [str(each) for each in failed.value.exceptions] == ["a record nobody can read"]
        assert NewDeviation.objects.get().claim.revision.report == other
        assert f"verdicts of report/{broken.pk} were not looked at" in caplog.text
        assert look_at_all(now=now) == 1
        NewDeviation.objects.all().delete()


def test_a_reaction_goes_on_where_one_of_two_reports_cannot_be_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It runs in one transaction: to raise would undo what was noted of the other."""
    cast, older, newer = two_that_wait()
    event = Event.objects.filter(stream=f"upkeep/{cast.engagement.pk}").order_by("-number")[0]
    monkeypatch.setattr(verdict_services, "live_verdicts", that_breaks_at(newer))
    react("reports.look_for_deviations", event.pk)
    assert NewDeviation.objects.get().claim.revision.report == older


def test_a_report_that_cannot_be_frozen_keeps_no_other_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    cast, older, newer = two_that_wait()
    later = WRITING + timedelta(days=185)
    lifecycle.announce(newer, by=cast.by_secretary, now=later)
    for each in (older, newer):
        with monkeypatch.context() as patched:
            patched.setattr(lifecycle, "freeze_verdicts", lambda report, *, by, now: [])
            lifecycle.present(each, by=cast.by_secretary, now=later)
    with monkeypatch.context() as patched:
        patched.setattr(verdict_services, "live_verdicts", that_breaks_at(newer))
        with pytest.raises(ExceptionGroup):
            freeze_presented(now=later)
    assert VerdictSheet.objects.get().revision.report == older
    assert freeze_presented(now=later) == 1


def test_reports_of_a_company_are_locked_newest_first_as_covering_locks_them() -> None:
    cast, older, newer = two_that_wait()
    event = Event.objects.filter(stream=f"upkeep/{cast.engagement.pk}").order_by("-number")[0]
    locked = rows_locked("reports_report", lambda: react("reports.look_for_deviations", event.pk))
    assert locked == [newer.pk, older.pk]


# --- pages ------------------------------------------------------------------------------------------------


def test_the_editor_shows_both_numbers_and_leads_to_the_records() -> None:
    cast, report = given.a_cast_with_report("written")
    recorded(cast, WITHOUT_MARCH)
    page = sign_in(Client(), cast.manager).get(f"/desk/reports/{report.pk}/sections/service").text
    assert "无法核对" in page
    assert "报告 72 次，保养记录 60 次；2026 年 3 月没有记录" in page
    way = re.search(r'href="(/desk/upkeep\?[^"]+)"', page)
    assert way is not None
    address = way[1].replace("&amp;", "&")
    assert address == f"/desk/upkeep?estate={cast.estate.slug}&metric=E01&from=2026-03-01&to=2026-03-31"
    assert sign_in(Client(), cast.manager).get(address).status_code == 200


def test_the_public_reads_the_verdict_in_the_sentence_the_list_the_digest_and_on_the_projector() -> None:
    cast, report = given.a_cast_with_report("written")
    recorded(cast, LESS)
    explained(cast, report, "少记的 12 次只有纸质单。")
    review.submit(report, by=cast.by_manager, now=LATER)
    review.approve(report, by=cast.by_secretary, now=LATER)
    lifecycle.announce(report, by=cast.by_secretary, now=LATER)
    page = Client().get(f"/reports/{report.pk}").text
    assert re.search(
        r'<span class="hy-claim hy-claim--bad">72 次</span>.*?与记录不符：</span>报告 72 次，记录 60 次', page
    )
    assert "报告 72 次，保养记录 60 次" in page
    assert "物业对数据 1 的说明：</b>少记的 12 次只有纸质单。" in page
    assert "系统里没有这段时间的记录" in page
    digest = Client().get(f"/reports/{report.pk}/digest").text
    assert "报告 72 次，保养记录 60 次" in digest
    assert "少记的 12 次只有纸质单。" in digest
    slides = Client().get(f"/reports/{report.pk}/slides").text
    assert "后面没有注明的数据，与系统里的记录相符" in slides
    assert "与记录不符：</span>报告 72 次，记录 60 次" in slides


LIVE_BUDGETS = {"": 26, "/digest": 26, "/slides": 26}


def test_many_numbers_of_many_days_cost_as_many_queries_as_one() -> None:
    cast, report = given.a_cast_with_report("written")
    recorded(cast, AS_CLAIMED)

    def reading() -> int:
        row = Report.objects.select_related("engagement").get(pk=report.pk)
        content = content_of(newest_revision(row))
        return queries_of(lambda: live_verdicts(row, content, now=LATER))

    reading()
    few = reading()
    for day in range(1, 20):
        number = figures.put_claim(
            report,
            by=cast.by_manager,
            section="service",
            metric="E01",
            value=Decimal(12),
            period_from=date(2026, 1, day),
            period_to=date(2026, 2, day),
            explanation="只报一段日子。",
            now=WRITING,
        ).number
        drafting.put_excuse(
            report, missing="evidence", key=str(number), words="没有。", by=cast.by_manager, now=WRITING
        )
    assert reading() == few == 1
    review.submit(report, by=cast.by_manager, now=LATER)
    review.approve(report, by=cast.by_secretary, now=LATER)
    lifecycle.announce(report, by=cast.by_secretary, now=LATER)
    Client().get("/reports")
    for further, most in LIVE_BUDGETS.items():
        address = f"/reports/{report.pk}{further}"
        assert queries_of(lambda address=address: Client().get(address)) <= most, further
