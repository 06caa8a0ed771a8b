"""What the check stops is mended, or stands for a reason everybody may read, as long as the sentence is the same."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from huiyin.apps.audit.selectors import history_of
from huiyin.apps.reports import findings, readiness
from huiyin.apps.reports.contents import content_of, sha256_of
from huiyin.apps.reports.findings import BLANK, LEFT_BLANK, Findings, ReportFinding, findings_of
from huiyin.apps.reports.models import FindingExcuse, Report
from huiyin.apps.reports.policies import rules_of
from huiyin.apps.reports.row_checks import report_differences
from huiyin.apps.reports.selectors import newest_revision
from huiyin.apps.reports.services import corrections, covering, drafting, figures, lifecycle, review
from huiyin.apps.reports.services.commitments import put_commitment
from huiyin.apps.reports.services.excusing import excuse_finding, withdraw_excuse
from huiyin.domain.errors import NotPermitted, RuleBroken
from tests import given_reports as given
from tests.people import Cast, sign_in

WRITING = given.WRITING
LATER = WRITING + timedelta(days=1)
BOAST = "本小区从未发生过任何安全事故。"
WORDS = "本小区从未发生过任何安全事故"
REASON = "街道安全办 2026 年 6 月的通报里，本小区三年没有登记过事故。"
PLAIN = "\n\n6 月 3 日换灯 4 盏。"


@pytest.fixture
def told(db: None) -> tuple[Cast, Report]:
    """A report that lacks nothing, with a boast in its first section."""
    cast, report = given.a_cast_with_report("written")
    given.mended(cast, report, body=BOAST + PLAIN)
    return cast, report


@pytest.fixture
def cast(told: tuple[Cast, Report]) -> Cast:
    return told[0]


@pytest.fixture
def report(told: tuple[Cast, Report]) -> Report:
    return told[1]


def found(report: Report) -> Findings:
    return findings_of(report, content_of(newest_revision(report)))


def blocked(report: Report) -> list[ReportFinding]:
    return [each for each in found(report).rows if each.is_blocked]


def excused(cast: Cast, report: Report, reason: str = REASON) -> FindingExcuse:
    (row,) = blocked(report)
    return excuse_finding(report, key=row.key.digest, reason=reason, by=cast.by_manager, now=WRITING)


def submitted(cast: Cast, report: Report) -> Report:
    return review.submit(report, by=cast.by_manager, now=LATER)


def test_a_boast_stops_a_report_until_it_is_mended(cast: Cast, report: Report) -> None:
    with pytest.raises(RuleBroken, match=f"“服务履约”里“{WORDS}”必须改"):
        submitted(cast, report)
    given.mended(cast, report, body="1 月至 6 月，小区登记安全事件 2 起，都在当天处理完。")
    assert blocked(report) == []
    assert submitted(cast, report).status == "submitted"


def test_a_public_reason_lets_it_stand_and_is_witnessed_when_it_is_handed_in(
    cast: Cast, report: Report
) -> None:
    before = [event.number for event in history_of(report.stream)]
    excuse = excused(cast, report)
    assert (excuse.section, excuse.words, excuse.sentence) == ("service", WORDS, BOAST)
    assert [event.number for event in history_of(report.stream)] == before
    assert submitted(cast, report).status == "submitted"
    event = history_of(report.stream)[-1]
    assert event.public["excused"] == [{"section": "service", "rule": "R-EXAG-01"}]
    assert event.public["sha256"] == sha256_of(content_of(newest_revision(report)).plain)
    assert REASON in str(content_of(newest_revision(report)).plain)
    assert BOAST not in str(event.public)


def test_a_reason_is_for_the_sentence_wherever_it_stands(cast: Cast, report: Report) -> None:
    excused(cast, report)
    given.mended(cast, report, body="先说说上半年。" + PLAIN + "\n\n" + BOAST)
    assert blocked(report) == []
    given.mended(cast, report, body=BOAST.replace("本小区", "我们小区") + PLAIN)
    assert [each.key.words for each in blocked(report)] == [WORDS.replace("本小区", "我们小区")]
    assert found(report).excuses == ()


def test_a_sentence_said_twice_is_one_finding_with_both_places_and_one_reason(
    cast: Cast, report: Report
) -> None:
    body = f"{BOAST}我们换灯 4 盏。{BOAST}"
    given.mended(cast, report, body=body)
    (row,) = blocked(report)
    places = [each.start for each in found(report).rows if each.key == row.key]
    assert [body[at:].startswith(row.key.words) for at in places] == [True, True]
    desk = sign_in(Client(), cast.manager)
    page = desk.get(f"/desk/reports/{report.pk}/sections/service?finding={row.key.digest}").text
    assert page.count('name="reason"') == 1
    assert page.count("还有一处") == 1
    assert page.count(f'id="{row.anchor}"') == 1
    excused(cast, report)
    assert blocked(report) == []
    submitted(cast, report)
    page = sign_in(Client(), cast.secretary).get(f"/desk/reports/{report.pk}/review").text
    assert page.partition('id="first"')[2].partition("</section>")[0].count(REASON) == 1
    assert page.count(f'id="{row.anchor}"') == 1
    assert page.count(f'href="#{row.anchor}" aria-label="看意见 1">意见 1</a>') == 2


def test_a_reason_for_a_sentence_that_was_changed_is_not_handed_in(cast: Cast, report: Report) -> None:
    excused(cast, report)
    given.mended(cast, report, body=PLAIN)
    submitted(cast, report)
    assert not FindingExcuse.objects.exists()
    assert "finding_excuses" not in content_of(newest_revision(report)).plain


def test_a_number_that_changes_in_a_sentence_needs_the_reason_anew(cast: Cast, report: Report) -> None:
    given.mended(cast, report, body="本小区从未发生过任何安全事故，保养【数据1】。")
    excused(cast, report)
    assert blocked(report) == []
    number = newest_revision(report).claims.get(metric="E01")
    figures.put_claim(
        report,
        by=cast.by_manager,
        section="service",
        metric="E01",
        value=number.value - 1,
        number=1,
        now=WRITING,
    )
    assert len(blocked(report)) == 1


def test_a_reason_says_something_and_holds_nobodys_phone(cast: Cast, report: Report) -> None:
    for reason, sentence in (
        (" ", "请写明为什么保留"),
        ("就是这样。", "至少写 10 个字"),
        ("好" * 301, "最多写 300"),
    ):
        with pytest.raises(RuleBroken, match=sentence):
            excused(cast, report, reason)
    assert "13912345678" not in excused(cast, report, f"{REASON}可问 13912345678。").reason


def test_only_what_stands_there_and_is_stopped_is_excused(cast: Cast, report: Report) -> None:
    with pytest.raises(RuleBroken, match="没有这句话"):
        excuse_finding(report, key="0" * 16, reason=REASON, by=cast.by_manager, now=WRITING)
    given.mended(cast, report, body="六部电梯按计划保养。" + PLAIN)
    for row in found(report).of_section("service"):
        with pytest.raises(RuleBroken, match="不用写理由"):
            excuse_finding(report, key=row.key.digest, reason=REASON, by=cast.by_manager, now=WRITING)


@pytest.mark.parametrize("name", ["technician", "secretary", "street_officer", "stranger", "resident"])
def test_only_the_company_lets_its_own_words_stand(cast: Cast, report: Report, name: str) -> None:
    (row,) = blocked(report)
    with pytest.raises(NotPermitted):
        excuse_finding(report, key=row.key.digest, reason=REASON, by=cast.actor(name), now=WRITING)
    key = excused(cast, report).key.digest
    with pytest.raises(NotPermitted):
        withdraw_excuse(report, key=key, by=cast.actor(name), now=WRITING)


def test_a_reason_is_taken_back_while_one_writes(cast: Cast, report: Report) -> None:
    key = excused(cast, report).key.digest
    assert excused_again(cast, report, key).reason.startswith("改写")
    withdraw_excuse(report, key=key, by=cast.by_manager, now=WRITING)
    assert len(blocked(report)) == 1
    with pytest.raises(RuleBroken, match="已经不在了"):
        withdraw_excuse(report, key=key, by=cast.by_manager, now=WRITING)
    excused(cast, report)
    submitted(cast, report)
    with pytest.raises(RuleBroken, match="等社区看完再改"):
        withdraw_excuse(report, key=key, by=cast.by_manager, now=WRITING)


def excused_again(cast: Cast, report: Report, key: str) -> FindingExcuse:
    return excuse_finding(report, key=key, reason=f"改写：{REASON}", by=cast.by_manager, now=WRITING)


def test_a_blank_that_nobody_filled_in_is_stopped_and_nothing_excuses_it(cast: Cast, report: Report) -> None:
    given.mended(cast, report, body=f"{BLANK} 月至 {BLANK} 月电梯停运 {BLANK} 次。")
    rows = [each for each in blocked(report) if each.finding.rule_id == LEFT_BLANK]
    assert len(rows) == 1
    with pytest.raises(RuleBroken, match="不用写理由"):
        excuse_finding(report, key=rows[0].key.digest, reason=REASON, by=cast.by_manager, now=WRITING)
    with pytest.raises(RuleBroken, match="没填的空"):
        submitted(cast, report)


def test_promises_answers_and_excuses_are_read_too(cast: Cast, report: Report) -> None:
    given.mended(cast, report, body=PLAIN)
    put_commitment(
        report, by=cast.by_manager, title="安全管理", measure="确保小区绝不发生任何火灾", now=WRITING
    )
    assert report.demand_list is not None
    demand = report.demand_list.demands.get(rank=1)
    drafting.answer_topic(
        report, demand=demand, words="居民反映的漏水问题已得到彻底解决。", by=cast.by_manager, now=WRITING
    )
    drafting.put_excuse(
        report,
        missing="metric",
        key="S01",
        words="各项服务得到业主的一致好评。",
        by=cast.by_manager,
        now=WRITING,
    )
    number = report.commitments.order_by("-number")[0].number
    assert {each.text.place for each in blocked(report)} == {
        f"commitment-{number}",
        f"demand-{demand.pk}",
        "metric-S01",
    }


def test_an_excuse_for_a_metric_of_a_section_the_policy_does_not_have_is_read_all_the_same(
    cast: Cast, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "各项服务得到业主的一致好评。"
    drafting.put_excuse(report, missing="metric", key="W01", words=words, by=cast.by_manager, now=WRITING)
    rules = rules_of(report)
    without = replace(rules, sections=tuple(each for each in rules.sections if each.code != "waste"))
    for module in (findings, readiness):
        monkeypatch.setattr(module, "rules_of", lambda report: without)
    missing = readiness.missing_in(report, content_of(newest_revision(report)), now=LATER)
    assert ("service", True) in [(each.section, "一致好评" in each.sentence) for each in missing]


def test_findings_of_a_text_being_typed_take_no_place_of_those_beside_it(cast: Cast, report: Report) -> None:
    drafting.put_excuse(
        report,
        missing="metric",
        key="S01",
        words="各项服务得到业主的一致好评。",
        by=cast.by_manager,
        now=WRITING,
    )
    (beside,) = [each for each in blocked(report) if not each.is_in_body]
    rules = rules_of(report)
    said = "".join(f"{n} 号楼从未发生过任何安全事故。" for n in range(1, 10))
    typed = findings.body_text(rules.section(beside.section), said, [], [])
    places = {each.anchor for each in findings.found_in([typed], rules, []).rows}
    assert len(places) == 9
    assert beside.anchor not in places


def test_a_correction_carries_the_reason_and_asks_nothing_of_old_promises(cast: Cast, report: Report) -> None:
    excused(cast, report)
    review.approve(submitted(cast, report), by=cast.by_secretary, now=LATER)
    corrections.begin_correction(report, reason="漏记一次。", by=cast.by_manager, now=LATER)
    newest = newest_revision(report)
    assert newest.finding_excuses.get().reason == REASON
    assert blocked(report) == []
    assert not [each for each in found(report).rows if each.text.place.startswith("commitment-")]
    given.mended(cast, report, body=BOAST.replace("任何", "") + PLAIN)
    assert found(report).excuses == ()


def test_what_was_approved_stands_still_and_a_name_in_it_is_covered(cast: Cast, report: Report) -> None:
    excused(cast, report, f"{REASON}由葛长青核对。")
    report = review.approve(submitted(cast, report), by=cast.by_secretary, now=LATER)
    plain = content_of(newest_revision(report)).plain
    assert [each["words"] for each in plain["finding_excuses"].values()] == [WORDS]  # type: ignore[union-attr,index,call-overload]
    for attempt in (
        lambda: FindingExcuse.objects.update(reason="别的理由，写得够长了。"),
        lambda: FindingExcuse.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="never"), transaction.atomic():
            attempt()
    covering.redact_report(report, words="葛长青", reason="不该公开姓名。", by=cast.by_secretary, now=LATER)
    assert "葛长青" not in FindingExcuse.objects.get().reason
    assert list(report_differences(report.stream)) == []


def test_covering_does_not_make_two_sentences_that_stand_for_a_reason_one(cast: Cast, report: Report) -> None:
    names = ("葛长青", "祁望舒")
    given.mended(cast, report, body="".join(f"{name}值班，{BOAST}" for name in names) + PLAIN)
    for row in blocked(report):
        excuse_finding(report, key=row.key.digest, reason=REASON, by=cast.by_manager, now=WRITING)
    report = review.approve(submitted(cast, report), by=cast.by_secretary, now=LATER)

    def cover(name: str, **said: str) -> None:
        covering.redact_report(
            report, words=name, reason="不该公开。", by=cast.by_secretary, now=LATER, **said
        )

    cover(names[0])
    with pytest.raises(RuleBroken, match="换上别的文字"):
        cover(names[1])
    cover(names[1], replacement="（另一处已遮盖）")
    assert [each.sentence[:5] for each in FindingExcuse.objects.order_by("pk")] == [
        "（已遮盖）",
        "（另一处已",
    ]
    assert list(report_differences(report.stream)) == []


def test_whoever_reviews_sees_first_what_stands_for_a_reason(cast: Cast, report: Report) -> None:
    excused(cast, report)
    submitted(cast, report)
    secretary = sign_in(Client(), cast.secretary)
    page = secretary.get(f"/desk/reports/{report.pk}/review").text
    first = page[page.index('id="first"') :].partition("</section>")[0]
    anchor = re.search(rf'<a href="#(finding-service-\d+)">“{WORDS}”。物业的理由：{REASON}</a>', first)
    assert anchor is not None
    assert f'id="{anchor[1]}"' in page
    review.approve(report, by=cast.by_secretary, now=LATER)
    assert 'id="first"' not in secretary.get(f"/desk/reports/{report.pk}/review").text


def test_everybody_reads_the_reason_at_the_end_of_its_section(cast: Cast, report: Report) -> None:
    excused(cast, report)
    report = review.approve(submitted(cast, report), by=cast.by_secretary, now=LATER)
    lifecycle.announce(report, by=cast.by_secretary, now=LATER)
    page = Client().get(f"/reports/{report.pk}").text
    section = page[page.index('id="s-service"') : page.index('id="s-accounts"')]
    assert f"<li>“{WORDS}”：{REASON}</li>" in section
    assert page.count(REASON) == 1


def test_the_reason_stays_in_public_when_a_later_release_says_nothing_of_the_sentence(
    cast: Cast, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    excused(cast, report)
    report = review.approve(submitted(cast, report), by=cast.by_secretary, now=LATER)
    lifecycle.announce(report, by=cast.by_secretary, now=LATER)
    before = Client().get(f"/reports/{report.pk}").text
    monkeypatch.setattr(findings, "check", lambda text, policy: [])
    assert found(report).rows == ()
    assert f"<li>“{WORDS}”：{REASON}</li>" in before
    assert Client().get(f"/reports/{report.pk}").text == before
