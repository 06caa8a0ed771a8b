"""What residents raised and a report may not be silent about: found in its text, in its words, or pointed at."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from huiyin.apps.reports.contents import content_of, sha256_of
from huiyin.apps.reports.models import Demand, Report
from huiyin.apps.reports.selectors import newest_revision
from huiyin.apps.reports.services import corrections, covering, drafting, lifecycle, review
from huiyin.apps.reports.services.commitments import put_commitment
from huiyin.apps.reports.silence import Topic, Topics, topics_of
from huiyin.domain.access import SYSTEM
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.domain.silence import Answer
from tests import given_reports as given
from tests.counting import queries_of
from tests.people import Cast, sign_in

pytestmark = pytest.mark.django_db
LATER = given.WRITING + timedelta(days=1)
THANKS = "感谢大家的提醒。"
OTHER_WORDS = "换锁的材料六月到货，二十一日装好，钥匙逐户发过。"
"""A passage that answers 门禁 without naming it."""


@pytest.fixture
def written(db: None) -> tuple[Cast, Report]:
    """Complete, but of the gate it says nothing: its answer there was thanks."""
    cast, report = given.a_cast_with_report("written")
    drafting.answer_topic(report, demand=gate_of(report), words=THANKS, by=cast.by_manager)
    return cast, report


def gate_of(report: Report) -> Demand:
    assert report.demand_list is not None
    return report.demand_list.demands.get(title__contains="门禁")


def topics(report: Report) -> Topics:
    return topics_of(report, content_of(newest_revision(report)))


def gate(report: Report) -> Topic:
    return next(each for each in topics(report).rows if each.demand == gate_of(report))


def write_difficulties(cast: Cast, report: Report, *paragraphs: str) -> None:
    body = "\n\n".join([*paragraphs, given.SECTIONS["difficulties"]])
    given.mended(cast, report, code="difficulties", body=body)


def point(cast: Cast, report: Report, anchor: str = "p-difficulties-1") -> None:
    drafting.point_at_passage(report, demand=gate_of(report), anchor=anchor, by=cast.by_manager)


def test_a_report_is_not_handed_in_while_it_is_silent_about_a_topic_and_no_excuse_stands_in(
    written: tuple[Cast, Report],
) -> None:
    cast, report = written
    title = gate_of(report).title
    assert gate(report).answer.code is Answer.MENTIONED
    with pytest.raises(RuleBroken, match="还差 1 处") as refused:
        review.submit(report, by=cast.by_manager, now=LATER)
    assert f"“{title}”，报告只是提到" in str(refused.value)
    words = "三号楼的门禁六月二十一日已经换好，钥匙逐户发过。"
    drafting.answer_topic(report, demand=gate_of(report), words=words, by=cast.by_manager)
    assert gate(report).answer.code is Answer.WORDS
    assert review.submit(report, by=cast.by_manager, now=LATER).status == "submitted"


@pytest.mark.parametrize(
    ("section", "answer"),
    [("difficulties", Answer.PASSAGE), ("plans", Answer.PASSAGE), ("service", Answer.MENTIONED)],
)
def test_a_passage_answers_in_the_sections_of_difficulties_and_plans_only(
    written: tuple[Cast, Report], section: str, answer: Answer
) -> None:
    cast, report = written
    body = f"{given.SECTIONS[section]}\n\n三号楼的门禁六月已经换了新的锁。"
    given.mended(cast, report, code=section, body=body)
    found = gate(report)
    assert found.answer.code is answer
    last = f"p-{section}-{len(body.split(chr(10) * 2))}"
    assert last in [place.anchor for place in (found.places or found.spoken_of)]


def test_a_promise_answers_with_its_measure_and_its_day(written: tuple[Cast, Report]) -> None:
    cast, report = written
    put_commitment(
        report,
        by=cast.by_manager,
        title="更换三号楼门禁",
        measure="换读卡器和电插锁",
        target="4 个单元都能刷卡",
        owner="梁小禾",
        due_on=given.AUTUMN,
    )
    assert [place.anchor for place in gate(report).places] == ["commitment-2"]


@pytest.mark.parametrize(
    "words",
    [
        "三号楼门禁的问题我们高度重视。",
        "希望三号楼的业主爱护门禁。",
        "感谢大家对门禁的关心。",
        "三号楼的门禁没有更换。",
        "居民要求更换三号楼门禁。",
        "三号楼门禁什么时候更换？",
    ],
)
def test_a_topic_that_is_only_named_thanked_for_asked_about_or_denied_keeps_the_report_back(
    written: tuple[Cast, Report], words: str
) -> None:
    cast, report = written
    write_difficulties(cast, report, words)
    assert gate(report).answer.code is Answer.MENTIONED
    with pytest.raises(RuleBroken, match="报告只是提到"):
        review.submit(report, by=cast.by_manager, now=LATER)


def test_words_for_a_topic_that_only_deny_the_deed_keep_the_report_back(written: tuple[Cast, Report]) -> None:
    cast, report = written
    drafting.answer_topic(report, demand=gate_of(report), words="没有修。不会更换。", by=cast.by_manager)
    assert gate(report).answer.code is Answer.MENTIONED
    with pytest.raises(RuleBroken, match="报告只是提到"):
        review.submit(report, by=cast.by_manager, now=LATER)


def test_the_company_points_at_a_passage_that_does_not_name_the_topic(written: tuple[Cast, Report]) -> None:
    cast, report = written
    write_difficulties(cast, report, OTHER_WORDS)
    assert gate(report).is_owed
    point(cast, report)
    found = gate(report)
    assert (found.answer.code, found.is_only_pointed_at) == (Answer.POINTED, True)
    assert [place.label for place in found.places] == ["第五部分第 1 段"]
    assert review.submit(report, by=cast.by_manager, now=LATER).status == "submitted"


def test_what_is_pointed_at_moves_with_its_paragraph_and_lapses_with_its_words(
    written: tuple[Cast, Report],
) -> None:
    cast, report = written
    write_difficulties(cast, report, OTHER_WORDS)
    point(cast, report)
    write_difficulties(cast, report, "另有一段写在前面。", OTHER_WORDS)
    assert [place.anchor for place in gate(report).places] == ["p-difficulties-2"]
    write_difficulties(cast, report, "另有一段写在前面。", OTHER_WORDS.replace("装好", "还没装"))
    found = gate(report)
    assert (found.is_lapsed, found.is_owed, found.places) == (True, True, [])
    with pytest.raises(RuleBroken, match="还差 1 处"):
        review.submit(report, by=cast.by_manager, now=LATER)


def test_pointing_is_taken_back_with_nothing_chosen(written: tuple[Cast, Report]) -> None:
    cast, report = written
    write_difficulties(cast, report, OTHER_WORDS)
    point(cast, report)
    point(cast, report, "")
    assert gate(report).is_owed
    assert not gate(report).is_lapsed


def test_only_the_company_points_and_only_where_topics_are_answered(written: tuple[Cast, Report]) -> None:
    cast, report = written
    for anchor in ("p-service-1", "p-difficulties-9", "commitment-9"):
        with pytest.raises(RuleBroken, match="“问题困难”、“下步计划与承诺”") as refused:
            point(cast, report, anchor)
        assert refused.value.field == "place"
    with pytest.raises(NotPermitted):
        drafting.point_at_passage(report, demand=gate_of(report), anchor="p-plans-1", by=cast.by_secretary)
    point(cast, report, "commitment-1")
    assert gate(report).places[0].anchor == "commitment-1"


def test_a_promise_named_in_the_answer_is_what_the_company_points_at(written: tuple[Cast, Report]) -> None:
    cast, report = written
    told = {"demand": gate_of(report), "words": THANKS, "commitment": report.commitments.get()}
    drafting.answer_topic(report, **told, by=cast.by_manager)
    assert gate(report).is_only_pointed_at
    assert gate(report).places[0].anchor == "commitment-1"


def test_a_correction_and_covered_words_keep_what_is_pointed_at(written: tuple[Cast, Report]) -> None:
    cast, report = written
    write_difficulties(cast, report, OTHER_WORDS)
    point(cast, report)
    review.submit(report, by=cast.by_manager, now=LATER)
    review.approve(report, by=cast.by_secretary, now=LATER)
    corrections.begin_correction(report, reason="漏记一次。", by=cast.by_manager, now=LATER)
    assert gate(report).is_only_pointed_at
    covering.redact_report(report, words="钥匙逐户发过", reason="写错了。", by=cast.by_secretary, now=LATER)
    approved = report.revisions.get(number=1)
    content = content_of(approved)
    (found,) = [each for each in topics_of(report, content).rows if each.demand == gate_of(report)]
    assert found.pointed is not None
    assert "（已遮盖）" in found.pointed.read
    assert sha256_of(content.plain) == approved.content_sha256
    assert gate(report).is_only_pointed_at, "in the correction, too"


# --- pages ------------------------------------------------------------------------------------------------


def test_the_editor_tells_beside_the_text_what_is_answered_and_takes_the_pointing(
    written: tuple[Cast, Report],
) -> None:
    cast, report = written
    write_difficulties(cast, report, OTHER_WORDS)
    manager = sign_in(Client(), cast.manager)
    path = f"/desk/reports/{report.pk}/sections/difficulties"
    page = manager.get(path).text
    demand = gate_of(report)
    row = page[page.index(f'id="topic-{demand.pk}"') :].partition("</li>")[0]
    assert "只提到，没有回答" in row
    assert "第五部分第 1 段：换锁的材料六月到货" in row
    assert "居民集中提出 2 件，还有 1 件没有回答" in page
    other = page[page.index('id="topics"') :].partition(f'id="topic-{demand.pk}"')[0]
    assert f"/desk/reports/{report.pk}/review#p-difficulties-2" in other
    assert "<select" not in other, "what is answered needs no pointing"
    told = {"section": "difficulties", "demand": demand.pk, "place": "p-difficulties-1"}
    done = manager.post(f"/desk/reports/{report.pk}/point", told, follow=True)
    assert done.redirect_chain[0][0] == path
    assert "物业指出" in done.text
    wrong = manager.post(f"/desk/reports/{report.pk}/point", told | {"place": "p-service-1"})
    assert wrong.status_code == 422
    assert 'id="topics"' in wrong.text
    elsewhere = manager.post(f"/desk/reports/{report.pk}/point", told | {"demand": 999_999})
    assert elsewhere.status_code == 404


def test_saving_while_typing_brings_the_topics_up_to_date(written: tuple[Cast, Report]) -> None:
    cast, report = written
    manager = sign_in(Client(), cast.manager)
    told = {"body": "三号楼的门禁六月已经换了新的锁。", "version": "1"}
    path = f"/desk/reports/{report.pk}/sections/difficulties"
    saved = manager.post(path, told, headers={"HX-Request": "true"}).text
    assert 'id="topics" hx-swap-oob="true"' in saved
    row = saved[saved.index(f'id="topic-{gate_of(report).pk}"') :].partition("</li>")[0]
    assert "有回答" in row
    other = manager.post(
        f"/desk/reports/{report.pk}/sections/service",
        {"body": "一句。", "version": "1"},
        headers={"HX-Request": "true"},
    )
    assert 'id="topics"' not in other.text


def test_the_reviewer_sees_first_what_the_company_only_points_at(written: tuple[Cast, Report]) -> None:
    cast, report = written
    write_difficulties(cast, report, OTHER_WORDS)
    point(cast, report)
    review.submit(report, by=cast.by_manager, now=LATER)
    page = sign_in(Client(), cast.secretary).get(f"/desk/reports/{report.pk}/review").text
    first = page[page.index('id="first"') :].partition("</section>")[0]
    assert f'<a href="#p-difficulties-1">“{gate_of(report).title}”：物业说第五部分第 1 段回答了它' in first
    assert 'id="p-difficulties-1"' in page
    raised = page[page.index('id="topics"') :].partition("</section>")[0]
    assert "清单上 2 件，须回答 2 件；报告回答了 2 件" in raised
    assert f"“{OTHER_WORDS}”" in raised
    company = sign_in(Client(), cast.manager).get(f"/desk/reports/{report.pk}/review").text
    assert 'id="first"' not in company
    assert 'id="topics"' in company


def test_everybody_reads_where_each_topic_is_answered(written: tuple[Cast, Report], client: Client) -> None:
    cast, report = written
    write_difficulties(cast, report, OTHER_WORDS)
    point(cast, report)
    review.submit(report, by=cast.by_manager, now=LATER)
    review.approve(report, by=cast.by_secretary, now=LATER)
    lifecycle.announce(report, by=SYSTEM, now=LATER)
    page = client.get(f"/reports/{report.pk}").text
    rows = page[page.index("核心诉求和回应") :].partition("</table>")[0].split("<tr>")[1:]
    leak, gate_row = [next(row for row in rows if words in row) for words in ("漏水", "门禁")]
    assert '<a href="#p-difficulties-2">见第五部分第 2 段</a>' in leak
    assert "物业指出" in gate_row
    assert '<a href="#p-difficulties-1">见第五部分第 1 段</a>' in gate_row
    assert 'id="p-difficulties-1"' in page
    assert "共 2 件，报告回应了 2 件" in page


def test_the_history_of_a_report_tells_who_did_what_and_why_it_was_given_back(db: None) -> None:
    cast, report = given.a_cast_with_report("returned")
    given.mended(cast, report, body="六部电梯共保养 72 次，见【数据1】。", now=LATER)
    review.submit(report, by=cast.by_manager, now=LATER)
    page = sign_in(Client(), cast.secretary).get(f"/desk/reports/{report.pk}/review").text
    turns = page[page.index('id="turns"') :].partition("</section>")[0]
    titles = ["物业提交", "社区退回", "物业提交", "开始写"]
    at = [turns.index(f"<h3>{titles[0]}")]
    for title in titles[1:]:
        at.append(turns.index(f"<h3>{title}", at[-1] + 1))
    assert turns.index("服务履约，第 2 段") > at[1]
    assert turns.index("服务履约，第 2 段") < at[2]


def test_looking_at_a_report_costs_the_same_however_much_was_raised(db: None) -> None:
    cast, report = given.a_cast_with_report("submitted")
    secretary = sign_in(Client(), cast.secretary)
    path = f"/desk/reports/{report.pk}/review"
    counts = [queries_of(lambda: secretary.get(path))]
    for rank in range(3, 23):
        Demand.objects.create(
            demand_list=report.demand_list,
            title=f"第 {rank} 件",
            rank=rank,
            weight=1,
            household_count=0,
            voice_count=1,
            added_at=given.COLLECTING,
        )
    counts.append(queries_of(lambda: secretary.get(path)))
    assert counts[0] == counts[1] <= 36
