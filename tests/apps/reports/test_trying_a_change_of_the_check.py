"""A policy owner tries a change of the report check on the last period's reports and sees what would change."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from huiyin.apps.audit.models import Event
from huiyin.apps.policies import trials
from huiyin.apps.policies import views as policy_views
from huiyin.apps.policies.models import PolicyVersion
from huiyin.apps.reports import trials as report_trials
from huiyin.apps.reports.contents import contents_of
from huiyin.apps.reports.findings import texts_of
from huiyin.apps.reports.models import Report
from huiyin.apps.reports.services import review
from huiyin.apps.reports.services.opening import open_report
from huiyin.apps.reports.trial_forms import CheckChangeForm
from huiyin.language import CheckPolicy
from tests import given_reports
from tests.people import Cast, sign_in

pytestmark = pytest.mark.django_db

PAGE = "/desk/policies/reports/trials/report-check"
PLAIN = "保洁人员每天清扫楼道。"
STRICT = {"ask": "1", "block": "1"}
"""So strict that it stops what says nothing wrong."""


@pytest.fixture
def report(cast: Cast) -> Report:
    """Approved; one sentence of its first section says little, and nothing wrong."""
    written = given_reports.a_report(cast, status="written")
    given_reports.mended(cast, written, body=f"{given_reports.SECTIONS['service']}{PLAIN}")
    review.submit(written, by=cast.by_manager, now=given_reports.WRITING)
    return review.approve(written, by=cast.by_secretary, now=given_reports.WRITING)


@pytest.fixture
def officer(client: Client, cast: Cast) -> Client:
    cache.clear()  # of the tries of other tests
    return sign_in(client, cast.district_officer)


def tried(client: Client, **change: Any) -> Any:
    return client.get(PAGE, {"try": "1", **change})


def test_the_policys_page_leads_there_for_who_adopts_policies(client: Client, cast: Cast) -> None:
    assert PAGE in sign_in(client, cast.district_officer).get("/desk/policies/reports").content.decode()
    assert PAGE not in sign_in(client, cast.street_officer).get("/desk/policies/reports").content.decode()
    assert PAGE not in sign_in(client, cast.district_officer).get("/desk/policies/deadlines").content.decode()


def test_a_stricter_check_shows_the_sentences_with_both_bands(officer: Client, report: Report) -> None:
    page = tried(officer, **STRICT).content.decode()
    assert "第 1–1 份报告（共 1 份）" in page
    sentence = page[page.index(f">{PLAIN}<") :].partition("</tr>")[0]
    assert sentence.index("不提") < sentence.index("拦下")
    assert f"/desk/reports/{report.pk}" in sentence
    assert "服务履约" in sentence


def test_only_the_newest_period_is_read_and_named(officer: Client, cast: Cast, report: Report) -> None:
    later = open_report(engagement=cast.engagement, by=cast.by_manager, now=given_reports.WRITING)
    told: dict[str, Any] = {"submitted_at": given_reports.WRITING, "approved_at": given_reports.WRITING}
    told |= {"submitted_by_label": "物业", "approved_by_label": "社区"}
    later.revisions.update(state="approved", content_sha256="0" * 64, **told)
    page = tried(officer, **STRICT).content.decode()
    assert "（共 1 份）" in page
    head = re.sub(r"<[^>]+>", "", page[page.index("读了上一期") :].partition("</p>")[0])
    assert head.startswith("读了上一期（2026年7月1日至 2026年12月31日）")


def test_of_a_word_that_changes_nothing_it_is_said_where_it_stands(officer: Client, report: Report) -> None:
    page = tried(officer, group_1="courtesy", words_1="清扫楼道 没有写过的词").content.decode()
    assert "“清扫楼道”出现 1 处，“没有写过的词”没有出现过。" in page


def test_every_group_has_a_name_of_its_own_in_chinese() -> None:
    names = [label.partition("：")[0] for _code, label in CheckChangeForm().fields["group_1"].choices]  # type: ignore[attr-defined]
    assert len(set(names)) == len(names) > 20
    assert not [name for name in names if re.search("[a-z]", name)]


def test_a_change_that_changes_nothing_says_so(officer: Client, report: Report) -> None:
    page = tried(officer, group_1="attention", words_1="从来没有人写过的词").content.decode()
    assert "没有一句的结果会不同" in page
    assert "结果会不同的句子" not in page
    assert "从来没有人写过的词" in page


def test_nothing_is_kept_and_no_rule_is_changed(officer: Client, report: Report) -> None:
    before = (Event.objects.count(), PolicyVersion.objects.count())
    assert tried(officer, block="100", without_rules=["R-VAGUE-01"]).status_code == 200
    assert (Event.objects.count(), PolicyVersion.objects.count()) == before
    assert PLAIN not in tried(officer, block="100").content.decode()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({}, "还没有写要改什么"),
        ({"ask": "0"}, "请填 1 到 100 的整数。"),
        ({"block": "很高"}, "请填 1 到 100 的整数。"),
        ({"ask": "90", "block": "60"}, "拦下的界限不能低于提醒的界限。"),
        ({"words_1": "心系业主"}, "请选一组，这些词加到哪里。"),
        ({"group_2": "attention"}, "请写要加的词。"),
        ({"group_1": "attention", "words_1": "好"}, "“好”不能用"),
        ({"group_1": "attention", "words_1": "(a+)+b"}, "不能用"),
        (
            {"group_1": "attention", "words_1": "、".join(f"甲乙{n}" for n in range(41))},
            "一次最多加 40 个词。",
        ),
    ],
)
def test_what_cannot_be_tried_is_told_beside_its_field(
    officer: Client, change: dict[str, str], sentence: str
) -> None:
    answer = tried(officer, **change)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "还没有试，请先改好这里" in answer.content.decode()
    assert "还没有提交" not in answer.content.decode()
    assert "试算结果" not in answer.content.decode()


def test_words_of_several_rows_for_one_group_are_tried_together() -> None:
    form = CheckChangeForm(
        {"group_1": "attention", "words_1": "心系业主 放心上", "group_2": "attention", "words_2": "甲乙"}
    )
    assert form.is_valid()
    assert form.changed(CheckPolicy()).more_words == {"attention": "心系业主 放心上 甲乙"}


def test_the_change_comes_on_top_of_the_policy_in_force() -> None:
    in_force = CheckPolicy(
        ask=0.4, without_rules=frozenset({"R-VAGUE-01"}), more_words={"attention": "放心上"}
    )
    form = CheckChangeForm(
        {"group_1": "attention", "words_1": "心系业主", "block": "97", "without_rules": ["R-VAGUE-02"]}
    )
    assert form.is_valid()
    assert form.changed(in_force) == CheckPolicy(
        ask=0.4,
        block=0.97,
        without_rules=frozenset({"R-VAGUE-01", "R-VAGUE-02"}),
        more_words={"attention": "放心上 心系业主"},
    )


def test_without_reports_it_says_so(officer: Client) -> None:
    assert "还没有审定过的报告" in tried(officer, block="100").content.decode()


def test_what_is_not_approved_is_not_read(cast: Cast, officer: Client) -> None:
    given_reports.a_report(cast, status="submitted")
    assert "还没有审定过的报告" in tried(officer, block="100").content.decode()


def test_a_part_is_read_at_once_and_the_next_one_follows(
    officer: Client, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_trials, "AT_ONCE", 0)
    page = tried(officer, block="100").content.decode()
    assert "接着试后面的" in page
    assert f"{PAGE}?try=1&amp;block=100&amp;start=0" in page
    assert tried(officer, block="100", start="99").status_code == 200


def test_it_costs_a_bounded_number_of_queries(
    officer: Client, report: Report, django_assert_max_num_queries: Any
) -> None:
    tried(officer, **STRICT)
    with django_assert_max_num_queries(22):
        tried(officer, **STRICT)


def test_the_texts_of_a_report_that_was_read_with_others_ask_for_nothing_more(
    report: Report, django_assert_num_queries: Any
) -> None:
    (content,) = contents_of(report.revisions.all())
    list(texts_of(report, content))  # which rules it was opened under is known from now on
    with django_assert_num_queries(0):
        assert len(texts_of(report, content)) > 6


def test_a_trial_is_registered_once() -> None:
    known = report_trials.REPORT_CHECK
    trials.register(known)
    assert trials.find("reports", "report-check") is known
    with pytest.raises(ValueError, match="registered twice"):
        trials.register(trials.Trial(**{**known.__dict__, "label": "另一个"}))
    assert trials.find("deadlines", "report-check") is None


def test_who_tries_too_often_waits_a_little_and_keeps_what_was_filled_in(
    officer: Client, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy_views, "MOST_TRIES", 2)
    assert [tried(officer, **STRICT).status_code for _ in range(2)] == [200, 200]
    assert tried(officer).status_code == 422, "what is not computed is not counted"
    answer = tried(officer, **STRICT, words_1="从来没有人写过的词", group_1="attention")
    page = answer.content.decode()
    assert answer.status_code == 429
    assert "您短时间内试得太多，请 10 分钟后再试。" in page
    assert "从来没有人写过的词" in page
    assert "读了上一期" not in page
    assert officer.get(PAGE).status_code == 200


def test_the_pages_of_one_trial_are_one_try_however_many_reports_there_are(
    officer: Client, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy_views, "MOST_TRIES", 1)
    pages = [tried(officer, **STRICT, start=str(start)).status_code for start in (0, 20, 40, 980)]
    assert pages == [200, 200, 200, 200]
    assert tried(officer, **STRICT).status_code == 429
    assert tried(officer, **STRICT, start="nothing").status_code == 429
