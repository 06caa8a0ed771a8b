"""Writing a report at the desk: nobody's words are lost, what is missing is named, and every form keeps its text."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from huiyin.apps.evidence.models import Evidence
from huiyin.apps.ledger.models import Case
from huiyin.apps.reports.desk_forms.accounts import read_line, read_lines
from huiyin.apps.reports.models import Report, SectionConflict
from huiyin.apps.reports.selectors import newest_revision
from huiyin.apps.reports.services import corrections, drafting, figures, opening, review
from huiyin.domain.report_conditions import CONDITIONS
from huiyin.domain.report_parts import Side
from tests import given as given_cases
from tests import given_reports as given
from tests.apps.evidence.photos import a_photo
from tests.costs import assert_grows_with_length
from tests.counting import queries_of
from tests.people import Cast, sign_in

LATER = given.WRITING + timedelta(days=1)


@pytest.fixture
def manager(cast: Cast) -> Client:
    return sign_in(Client(), cast.manager)


def at(report: Report, section: str = "service", query: str = "") -> str:
    return reverse("reports:desk_section", args=[report.pk, section]) + query


def send(client: Client, report: Report, command: str, **data: Any) -> Any:
    return client.post(reverse("reports:desk_report_command", args=[report.pk, command]), data)


def body_of(report: Report, section: str = "service") -> str:
    return newest_revision(report).sections.get(code=section).body


def test_the_desk_leads_to_the_first_section_that_lacks_something(cast: Cast, manager: Client) -> None:
    report = given.a_draft(cast)
    answer = manager.get(f"/desk/reports/{report.pk}")
    assert answer.headers["Location"] == at(report)
    page = manager.get(at(report)).text
    assert f"提交条件满足 {len(CONDITIONS) - 5} 项，共 {len(CONDITIONS)} 项" in page
    assert "“服务履约”还没有写。" in page
    assert 'aria-describedby="why-not"' in page
    assert "E01 电梯维保（次，本期常见 72）" in page


def test_a_number_begins_with_what_it_measures(cast: Cast, manager: Client) -> None:
    report = given.a_draft(cast)
    page = manager.get(at(report)).text
    first = page[page.index('id="claim-form"') :].partition("</details>")[0]
    assert '<form method="get"' in first
    assert re.findall(r'id="id_claim__(\w+)"', first) == ["metric"]
    assert manager.get(at(report, query="?metric=Z99")).text.count('<form method="get"') == 1


def test_another_metric_asks_for_other_things_and_keeps_what_was_typed(cast: Cast, manager: Client) -> None:
    report = given.a_draft(cast)
    typed = {"fit": "1", "section": "service", "metric": "F02", "name": "换灯", "value": "几盏", "unit": "盏"}
    typed |= {"explanation": "六月停工一周。", "period_from": "2026-03-01"}
    fitted = send(manager, report, "put-claim", **typed)
    assert fitted.status_code == 200
    form = fitted.text[fitted.text.index('id="claim-form"') :].partition("</details>")[0]
    assert '<option value="F02" selected>' in form
    assert 'value="几盏"' in form
    assert 'value="2026-03-01"' in form
    assert "六月停工一周。</textarea>" in form
    assert "请只写数字" not in form, "nothing is judged before it is saved"
    assert not {"name", "unit"} & set(re.findall(r'id="id_claim__(\w+)"', form))
    assert not newest_revision(report).claims.exists()


def test_the_text_is_saved_by_the_button_and_while_typing(cast: Cast, manager: Client) -> None:
    report = given.a_draft(cast)
    answer = manager.post(at(report), {"body": "第一句。\r\n第二句。", "version": "0"})
    assert answer.headers["Location"] == at(report)
    assert body_of(report) == "第一句。\n第二句。"
    answer = manager.post(at(report), {"body": "第三句。", "version": "1"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert '<input type="hidden" name="version" value="2">' in answer.text
    assert "已保存" in answer.text
    assert 'id="ed-nav" hx-swap-oob="true"' in answer.text
    assert body_of(report) == "第三句。"


def test_a_text_that_comes_too_late_is_refused_and_both_are_kept(cast: Cast, manager: Client) -> None:
    report = given.a_draft(cast)
    admin = sign_in(Client(), cast.company_admin)
    admin.post(at(report), {"body": "管理员写的。", "version": "0"})
    typed = manager.post(at(report), {"body": "负责人写的。", "version": "0"}, headers={"HX-Request": "true"})
    assert "data-stale" in typed.text
    assert 'name="version" value="0"' in typed.text, "typing on must not write over the other text"
    saved = manager.post(at(report), {"body": "负责人写的。", "version": "0"})
    assert saved.status_code == 409
    assert "负责人写的。</pre>" in saved.text
    assert "管理员写的。</textarea>" in saved.text
    conflict = SectionConflict.objects.get()
    send(manager, report, "settle-conflict", conflict=conflict.pk, section="service")
    assert "两个人同时改过" not in manager.get(at(report)).text
    assert body_of(report) == "管理员写的。"


def test_what_is_typed_after_somebody_else_saved_goes_on_in_the_copy_beside(
    cast: Cast, manager: Client
) -> None:
    report = given.a_draft(cast)
    admin = sign_in(Client(), cast.company_admin)
    admin.post(at(report), {"body": "管理员写的。", "version": "0"})
    typed: dict[str, Any] = {"version": "0"}
    line = manager.post(at(report), typed | {"body": "负责人写的。"}, headers={"HX-Request": "true"}).text
    kept = SectionConflict.objects.get()
    assert f'name="late" value="{kept.pk}"' in line
    assert f'href="{at(report)}?theirs=1#conflicts"' in line, "another address, so that the page is read anew"
    typed["late"] = str(kept.pk)
    manager.post(at(report), typed | {"body": "负责人写的，又一句。"}, headers={"HX-Request": "true"})
    assert SectionConflict.objects.get().body == "负责人写的，又一句。"
    assert body_of(report) == "管理员写的。"
    drafting.settle_conflict(SectionConflict.objects.get(), by=cast.by_manager, now=LATER)
    manager.post(at(report), typed | {"body": "第三句。"}, headers={"HX-Request": "true"})
    assert set(SectionConflict.objects.values_list("body", flat=True)) == {"负责人写的，又一句。", "第三句。"}


def test_each_saving_counts_anew_what_is_missing(cast: Cast, manager: Client) -> None:
    report = given.a_draft(cast)
    before = missing_in(manager.get(at(report)).text)
    line = manager.post(at(report), {"body": "第一句。", "version": "0"}, headers={"HX-Request": "true"}).text
    assert 'id="lacking" hx-swap-oob="true"' in line
    assert missing_in(line) == before - 1


def missing_in(page: str) -> int:
    found = re.search(r"还差 (\d+) 处才能提交", page)
    assert found is not None
    return int(found[1])


def test_every_form_beside_the_text_keeps_its_own_draft(cast: Cast, manager: Client) -> None:
    report = given.a_report(cast, status="written")
    for section in given.SECTIONS:
        names = re.findall(r'data-draft="([^"]+)"', manager.get(at(report, section)).text)
        assert names, section
        assert len(names) == len(set(names)), section
        assert all(each.startswith(f"report-{report.pk}-id_") for each in names)


def test_who_was_signed_out_is_told_and_nothing_is_saved(cast: Cast) -> None:
    report = given.a_draft(cast)
    asked = {"HX-Request": "true", "Referer": f"http://testserver{at(report)}"}
    answer = Client().post(at(report), {"body": "第一句。", "version": "0"}, headers=asked)
    assert answer.status_code == 401
    assert f'href="/sign-in?next={at(report)}"' in answer.text
    assert body_of(report) == ""


def test_a_text_too_long_is_refused_with_its_words_kept(cast: Cast, manager: Client) -> None:
    report = given.a_draft(cast)
    answer = manager.post(at(report), {"body": "字" * 20_001, "version": "0"})
    assert answer.status_code == 422
    assert "最多写 20000 个字。" in answer.text
    assert "字" * 20_001 in answer.text
    line = manager.post(at(report), {"body": "字" * 20_001, "version": "0"}, headers={"HX-Request": "true"})
    assert (line.status_code, "data-refused" in line.text) == (200, True), "no link leads away from the words"
    line = manager.post(at(report), {"body": "短的。", "version": "0"}, headers={"HX-Request": "true"})
    assert "data-refused" not in line.text


def test_a_number_of_the_catalogue_brings_its_unit_and_what_is_usual(cast: Cast, manager: Client) -> None:
    report = given.a_draft(cast)
    answer = send(
        manager,
        report,
        "put-claim",
        section="service",
        metric="E01",
        value="７0",
        photos=[a_photo(), a_photo()],
    )
    assert answer.headers["Location"] == at(report)
    claim = newest_revision(report).claims.get()
    assert (claim.value, claim.unit, claim.due_count, claim.gap) == (Decimal(70), "次", 72, Decimal(2))
    assert claim.evidence.count() == 2
    page = manager.get(at(report)).text
    assert "在正文里写【数据1】" in page
    assert "常见频次 72 次，少 2 次" in page
    kept = claim.evidence.order_by("pk")[0].evidence_id
    assert f'value="{kept}"' in manager.get(at(report, query="?claim=1")).text
    send(
        manager,
        report,
        "put-claim",
        section="service",
        metric="E01",
        value="71",
        number="1",
        kept=[str(kept)],
    )
    claim = newest_revision(report).claims.get()
    assert (claim.value, claim.evidence.get().evidence_id) == (Decimal(71), kept)
    send(manager, report, "remove-claim", section="service", number="1")
    assert not newest_revision(report).claims.exists()


def test_a_failed_number_comes_back_with_its_text_and_leaves_no_photo(cast: Cast, manager: Client) -> None:
    report = given.a_draft(cast)
    data = {"section": "service", "name": "换灯", "unit": "%", "numerator": "3", "photos": [a_photo()]}
    answer = send(manager, report, "put-claim", **data)
    assert answer.status_code == 422
    assert "百分比要写分子和分母" in answer.text
    assert 'value="换灯"' in answer.text
    assert not Evidence.objects.exists()
    assert (
        "请只写数字" in send(manager, report, "put-claim", section="service", name="换灯", value="几盏").text
    )


def test_a_pair_of_photos_is_added_changed_and_taken_out(cast: Cast, manager: Client) -> None:
    report = given.a_draft(cast)
    assert "请选一张照片。" in send(manager, report, "put-photo", section="service", caption="楼道").text
    send(
        manager,
        report,
        "put-photo",
        section="service",
        caption="楼道",
        photo=a_photo(),
        photo_before=a_photo(),
    )
    photo = newest_revision(report).photos.get()
    assert photo.before_id is not None
    send(manager, report, "put-photo", section="service", caption="三号楼楼道", number="1", place="三号楼")
    changed = newest_revision(report).photos.get()
    assert (changed.caption, changed.evidence_id, changed.before_id) == (
        "三号楼楼道",
        photo.evidence_id,
        photo.before_id,
    )
    send(manager, report, "remove-photo", section="service", number="1")
    assert not newest_revision(report).photos.exists()


def test_an_account_is_pasted_line_by_line_and_a_bad_line_is_named(cast: Cast, manager: Client) -> None:
    report = given.a_draft(cast)
    book = {
        "section": "accounts",
        "kind": "income_expenditure",
        "opening": "1,200.00",
        "income": "5000.5",
        "expense": "4100.25",
        "closing": "2100.25",
        "income_lines": "物业费\t5,000.50",
        "expense_lines": "电梯维保 4100.25元",
    }
    bad = send(manager, report, "put-account", **{**book, "expense_lines": "电梯维保 4100.25\n保洁很多"})
    assert bad.status_code == 422
    assert "第 2 行没有看懂" in bad.text
    assert "保洁很多</textarea>" in bad.text
    send(manager, report, "put-account", **book)
    lines = newest_revision(report).accounts.get().lines.values_list("side", "label", "amount")
    assert list(lines) == [
        ("income", "物业费", Decimal("5000.50")),
        ("expense", "电梯维保", Decimal("4100.25")),
    ]
    assert "物业费 5000.50" in manager.get(at(report, "accounts")).text


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("物业费 1768000.00", ("物业费", "1768000.00")),
        ("车位费：1,200.5 元", ("车位费", "1200.5")),
        ("垃圾清运 一季度 -300", ("垃圾清运 一季度", "-300")),
        ("1 2", ("1", "2")),
        ("物业费", None),
        ("1768000.00", None),
        ("物业费 很多", None),
        ("物业费 ,", None),
        ("物业费" + " " * 200 + "1", None),
        ("a" + ":" * 20_000 + "x", None),
    ],
)
def test_a_line_of_an_account_is_a_name_and_an_amount(line: str, read: tuple[str, str] | None) -> None:
    found = read_line(line, Side.INCOME)
    assert found == (None if read is None else figures.LineDraft(Side.INCOME, read[0], Decimal(read[1])))


def test_a_hostile_line_costs_no_time() -> None:
    def refused(length: int) -> None:
        for middle in (":" * length, " " + "1" * length):
            with pytest.raises(ValidationError):
                read_lines(f"a{middle}x", Side.INCOME)

    assert_grows_with_length(refused, 4_800, 38_400)


def test_a_demand_is_answered_with_the_case_and_the_promise_that_belong_to_it(
    cast: Cast, manager: Client
) -> None:
    report = given.a_draft(cast)
    case = given_cases.a_case(cast, status="in_progress")
    send(manager, report, "put-commitment", section="plans", title="修车库", due_on="2026-10-31")
    line = report.demand_list.demands.get(rank=1) if report.demand_list else None
    assert line is not None
    told = {"section": "demands", "demand": line.pk, "words": "十月底前修好。", "place": "plans"}
    wrong = send(manager, report, "answer", **told, case="26-9999-000", commitment="1")
    assert "这个小区的台账里没有这个编号。" in wrong.text
    assert "十月底前修好。</textarea>" in wrong.text
    send(manager, report, "answer", **told, case=case.number, commitment="1")
    answer = newest_revision(report).topic_answers.get()
    assert (answer.section, answer.case, answer.commitment_id) == (
        "plans",
        Case.objects.get(pk=case.pk),
        report.commitments.get().pk,
    )


def test_the_promises_of_the_last_report_are_accounted_for(cast: Cast, manager: Client) -> None:
    last = given.a_report(cast, status="published")
    report = opening.open_report(engagement=cast.engagement, by=cast.by_manager, now=LATER)
    promise = last.commitments.get()
    page = manager.get(at(report, "plans")).text
    assert "还没有交代" in page
    assert promise.title in page
    send(
        manager,
        report,
        "account-for",
        section="plans",
        commitment=promise.pk,
        became="late",
        words="材料到货晚。",
    )
    told = newest_revision(report).commitment_accounts.get()
    assert (told.became, told.words) == ("late", "材料到货晚。")


def test_what_is_missing_can_be_excused_in_public_and_the_excuse_taken_back(
    cast: Cast, manager: Client
) -> None:
    report = given.a_draft(cast)
    told = {"section": "service", "missing": "metric", "key_of": "S01"}
    send(manager, report, "excuse", **told, words="系统换证，七月补报。")
    assert newest_revision(report).excuses.get().words == "系统换证，七月补报。"
    send(manager, report, "excuse", **told, words="")
    assert not newest_revision(report).excuses.exists()


def test_submitting_too_early_says_what_is_missing_and_in_time_hands_it_over(
    cast: Cast, manager: Client
) -> None:
    report = given.a_draft(cast)
    early = send(manager, report, "submit")
    assert early.status_code == 422
    assert "还差" in early.text
    given.write(cast, report)
    done = manager.post(reverse("reports:desk_report_command", args=[report.pk, "submit"]), follow=True)
    assert "已提交社区审定" in done.text
    assert Report.objects.get(pk=report.pk).status == "submitted"
    assert manager.get(at(report)).status_code == 303, (
        "nothing can be written while the community looks at it"
    )


def test_the_reasons_of_the_community_stand_at_the_section_they_are_for(db: None) -> None:
    cast, report = given.a_cast_with_report("returned")
    manager = sign_in(Client(), cast.manager)
    page = manager.get(at(report)).text
    assert "社区退回，第 2 段" in page
    assert "这个数字看不出是怎么来的。" in page
    waste = manager.get(at(report, "waste")).text
    assert "社区退回" not in waste
    assert "退回 1" in waste  # in the contents, beside the section that was given back


def test_a_report_given_back_opens_where_it_was_given_back(db: None) -> None:
    cast, report = given.a_cast_with_report("returned")
    reason = newest_revision(report).return_reasons.get()
    opened = sign_in(Client(), cast.manager).get(f"/desk/reports/{report.pk}")
    assert opened.headers["Location"] == at(report, reason.section)


def test_a_promise_that_is_public_is_moved_kept_or_dropped_with_words(db: None) -> None:
    cast, report = given.a_cast_with_report("published")
    manager = sign_in(Client(), cast.manager)
    promise = {"promise": report.commitments.get().pk}
    bad = send(manager, report, "move-promise", **promise, to_on="2026-09-01", reason="提前")
    assert bad.status_code == 422
    assert "新期限要晚于现在的期限。" in bad.text
    send(manager, report, "move-promise", **promise, to_on="2026-12-01", reason="防水材料到货晚。")
    assert report.commitments.get().moves.get().reason == "防水材料到货晚。"
    send(manager, report, "keep-promise", **promise, words="十一月修好了。")
    assert report.commitments.get().state == "kept"


def test_a_correction_is_begun_and_given_up_from_the_desk(db: None) -> None:
    cast, report = given.a_cast_with_report("published")
    manager = sign_in(Client(), cast.manager)
    assert send(manager, report, "begin-correction", reason="").status_code == 422
    send(manager, report, "begin-correction", reason="漏记一次。")
    assert newest_revision(report).number == 2
    assert manager.get(at(report)).status_code == 200
    send(manager, report, "drop-correction")
    assert newest_revision(report).number == 1


def test_the_list_shows_first_what_waits_for_me(db: None) -> None:
    cast, report = given.a_cast_with_report("submitted")
    manager = sign_in(Client(), cast.manager)
    secretary = sign_in(Client(), cast.secretary)
    link = f'href="/desk/reports/{report.pk}"'

    def waits(client: Client) -> bool:
        page = client.get("/desk/reports").text
        return link in page.partition('id="all"')[0]

    assert (waits(manager), waits(secretary)) == (False, True)
    review.return_with_reasons(
        report,
        reasons=[review.ReasonDraft("waste", "number_missing")],
        by=cast.by_secretary,
        now=LATER,
    )
    assert (waits(manager), waits(secretary)) == (True, False)


def test_a_form_that_is_sent_twice_adds_once(cast: Cast, manager: Client) -> None:
    report = given.a_draft(cast)
    page = manager.get(at(report, "plans")).text
    assert page.count('name="idempotency_key"') >= 2
    key = "k" * 20
    for _ in range(2):
        send(manager, report, "put-commitment", section="plans", title="换灯", idempotency_key=key)
        send(
            manager,
            report,
            "put-claim",
            section="service",
            name="换灯",
            value="3",
            unit="盏",
            idempotency_key=key,
        )
        send(
            manager,
            report,
            "put-photo",
            section="service",
            photo=a_photo(),
            caption="楼道",
            idempotency_key=key,
        )
    revision = newest_revision(report)
    assert (report.commitments.count(), revision.claims.count(), revision.photos.count()) == (1, 1, 1)
    send(manager, report, "put-commitment", section="plans", title="换灯", idempotency_key="l" * 20)
    assert report.commitments.count() == 2


def test_the_technician_and_another_companys_manager_find_nothing(cast: Cast) -> None:
    report = given.a_draft(cast)
    technician = sign_in(Client(), cast.technician)
    assert technician.get("/desk/reports").status_code == 404
    _coming, successor = given.a_successor(cast)
    for client in (technician, sign_in(Client(), successor)):
        for path in (f"/desk/reports/{report.pk}", f"/desk/reports/{report.pk}/review", at(report)):
            assert client.get(path).status_code == 404
    assert send(client, report, "submit").status_code == 404


DESK_BUDGETS = {"service": 24, "accounts": 24, "demands": 24, "plans": 26}
REVIEW_BUDGET = 29


def test_the_editor_costs_the_same_however_much_was_written(cast: Cast, manager: Client) -> None:
    report = given.a_report(cast, status="written")
    review_page = f"/desk/reports/{report.pk}/review"
    pages = {**{at(report, section): most for section, most in DESK_BUDGETS.items()}, "/desk/reports": 6}
    counts = []
    for numbers in (range(1), range(1, 10)):
        for number in numbers:
            claim = figures.put_claim(
                report,
                by=cast.by_manager,
                section="service",
                name=f"第 {number} 项",
                unit="次",
                value=Decimal(number),
                now=LATER,
            )
            drafting.put_excuse(
                report,
                missing="evidence",
                key=str(claim.number),
                words="没有。",
                by=cast.by_manager,
                now=LATER,
            )
            given.promise(cast, report, title=f"第 {number} 项承诺", now=LATER)
        manager.get("/desk/reports")
        counts.append([queries_of(lambda page=page: manager.get(page)) for page in (*pages, review_page)])
    few, many = counts
    assert few == many
    assert few == [*pages.values(), REVIEW_BUDGET]
    review.submit(report, by=cast.by_manager, now=LATER)
    review.approve(report, by=cast.by_secretary, now=LATER)
    corrections.begin_correction(report, reason="漏记。", by=cast.by_manager, now=LATER)
    drafting.put_excuse(report, missing="metric", key="E06", words="没有。", by=cast.by_manager, now=LATER)
    assert queries_of(lambda: manager.get(review_page)) == 56


def test_an_account_that_does_not_add_up_is_saved_with_a_warning_and_stays_open(
    cast: Cast, manager: Client
) -> None:
    report = given.a_draft(cast)
    told = {"section": "accounts", "kind": "common_revenue", "opening": "0", "income": "300", "expense": "0"}
    wrong = send(manager, report, "put-account", **told, closing="999", income_lines="广告 200")
    assert wrong.status_code == 303
    page = manager.get(at(report, "accounts")).text
    assert "“公共收益”已保存，可是有 2 处对不上" in page
    assert "账目已保存。" not in page
    book = page[page.index('id="account-common_revenue"') :]
    assert "收入合计写的是 300.00 元，按明细应是 200.00 元。" in book
    assert book.index("期末结余写的是 999.00 元") < book.index('<details class="hy-act" open>')
    send(manager, report, "put-account", **told, closing="300", income_lines="广告 300")
    page = manager.get(at(report, "accounts")).text
    assert "账目已保存。" in page
    assert "对不上" not in page


def test_a_number_that_is_not_there_cannot_be_placed_in_what_is_handed_in(
    cast: Cast, manager: Client
) -> None:
    report = given.a_report(cast, status="written")
    body = given.SECTIONS["waste"] + "\n\n共 36 吨，见【数据9】和【图2】。"
    given.mended(cast, report, body=body, code="waste")
    page = manager.get(at(report, "waste")).text
    assert "“垃圾分类”的正文里写了【数据9】" in page
    assert "“垃圾分类”的正文里写了【图2】" in page
    assert send(manager, report, "submit").status_code == 422


def test_the_end_of_the_period_stands_among_what_is_missing_and_the_button_is_not_the_green_one(
    cast: Cast, manager: Client
) -> None:
    report = given.a_report(cast, status="written")
    whole = manager.get(at(report)).text
    assert 'class="btn btn-primary" type="submit"><svg' in whole.replace("\n", "")
    Report.objects.filter(pk=report.pk).update(period_to=date(2099, 3, 31))
    early = manager.get(at(report)).text
    assert "<li>报告期到 2099年3月31日才结束，过了这一天再提交。</li>" in early
    assert 'class="btn" type="submit" aria-describedby="why-not"' in early


def test_a_required_metric_is_filled_in_from_where_it_is_missed_and_asks_only_what_it_needs(
    cast: Cast, manager: Client
) -> None:
    report = given.a_draft(cast)
    assert 'href="?metric=F02#claim-form"' in manager.get(at(report)).text
    asked = {
        code: set(
            re.findall(r'id="id_claim__(\w+)"', manager.get(at(report, section, f"?metric={code}")).text)
        )
        for section, code in (("service", "F02"), ("accounts", "M01"))
    }
    parts = {"numerator", "denominator", "denominator_label"}
    assert "value" in asked["F02"]
    assert not asked["F02"] & (parts | {"name", "unit", "unit_count"})
    assert parts < asked["M01"]
    assert not asked["M01"] & {"name", "unit", "value"}
    own = set(re.findall(r'id="id_claim__(\w+)"', manager.get(at(report, query="?metric=")).text))
    assert own >= {"name", "value", "unit"} | parts
    assert "unit_count" not in own
    page = manager.get(at(report, query="?metric=F02")).text
    form = page[page.index('id="claim-form"') :]
    assert form.index('<details class="hy-act" open>') < form.index('<option value="F02" selected>')
    assert "数值</label>" in form
    refused = send(manager, report, "put-claim", section="service", metric="F02", value="3", unit="吨")
    assert "的单位是次" in refused.text


def test_fields_that_handing_in_needs_are_not_called_optional(db: None) -> None:
    cast, report = given.a_cast_with_report("written")
    page = sign_in(Client(), cast.manager).get(f"/desk/reports/{report.pk}/sections/plans").text
    labels = re.findall(r'<label class="form-label" for="id_commitment\w*">(.*?)</label>', page)
    optional = [label.partition(" <")[0] for label in labels if "（可不填）" in label]
    assert optional == ["做到什么程度", "钱从哪里来"]
    assert len(labels) == 6


def test_an_account_that_is_written_is_changed_and_not_written(db: None) -> None:
    cast, report = given.a_cast_with_report("written")
    page = sign_in(Client(), cast.manager).get(f"/desk/reports/{report.pk}/sections/accounts").text
    written, open_ = page.count("改这本账"), page.count("写这本账")
    assert (written > 0, written + open_) == (True, 3)
    assert written == newest_revision(report).accounts.count()
