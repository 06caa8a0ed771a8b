"""How a report answers what residents raised is judged live until it is approved; from then on it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client

from huiyin.apps.audit.models import Event
from huiyin.apps.reports import row_checks, silence
from huiyin.apps.reports.contents import content_of
from huiyin.apps.reports.models import Demand, FrozenTopic, Report, Revision
from huiyin.apps.reports.paper import lines_of
from huiyin.apps.reports.selectors import newest_revision
from huiyin.apps.reports.services import corrections, covering, drafting, lifecycle, review
from huiyin.apps.reports.services.topics import sha256_of_topics
from huiyin.apps.reports.silence import topics_of
from huiyin.domain.access import SYSTEM
from huiyin.domain.errors import RuleBroken
from huiyin.domain.silence import Answer
from huiyin.language import Passage
from huiyin.language import TopicAnswer as Found
from tests import given_reports as given
from tests.people import Cast, sign_in

pytestmark = pytest.mark.django_db
LATER = given.WRITING + timedelta(days=1)
POINTED = "换锁的材料六月到货，二十一日装好，钥匙逐户发过。"
"""Answers 门禁 without naming it."""


@pytest.fixture
def approved(db: None) -> tuple[Cast, Report]:
    """Announced: the leak is answered by a passage, the gate by what the company points at, a light matter not."""
    cast, report = given.a_cast_with_report("written")
    assert report.demand_list is not None
    report.demand_list.demands.create(
        title="凉亭的漆掉了",
        rank=20,
        weight=1,
        household_count=0,
        voice_count=1,
        added_at=given.COLLECTING,
    )
    given.mended(cast, report, code="difficulties", body=f"{POINTED}\n\n{given.SECTIONS['difficulties']}")
    gate = demand_of(report, "门禁")
    drafting.answer_topic(report, demand=gate, words="感谢大家的提醒。", by=cast.by_manager)
    drafting.point_at_passage(report, demand=gate, anchor="p-difficulties-1", by=cast.by_manager)
    review.submit(report, by=cast.by_manager, now=LATER)
    review.approve(report, by=cast.by_secretary, now=LATER)
    return cast, lifecycle.announce(report, by=SYSTEM, now=LATER)


def demand_of(report: Report, words: str) -> Demand:
    assert report.demand_list is not None
    return report.demand_list.demands.get(title__contains=words)


def answers(revision: Revision) -> list[Answer]:
    return [row.answer.code for row in topics_of(revision.report, content_of(revision)).rows]


def differences() -> list[str]:
    return [each.what for each in row_checks.report_differences("")]


def reads_otherwise(monkeypatch: pytest.MonkeyPatch, *, answers: bool) -> None:
    """The language data of another release: no text answers any topic, or the first words of each answer every one."""

    def find(titles: Sequence[str], sections: Mapping[str, str]) -> list[Found]:
        passages = (Passage("", 0, 5),) if answers else ()
        return [Found(title, answers, passages, ()) for title in titles]

    silence._found.cache_clear()
    monkeypatch.setattr(silence, "find_answers", find)
    monkeypatch.setattr(silence, "is_answer", lambda topic, words: answers)


@pytest.fixture(autouse=True)
def _read_anew() -> Iterator[None]:
    """What another release found is not kept for the next test."""
    yield
    silence._found.cache_clear()


def test_approving_writes_down_of_each_topic_how_and_where_it_is_answered(
    approved: tuple[Cast, Report],
) -> None:
    _cast, report = approved
    leak, gate, least = newest_revision(report).frozen_topics.all()
    assert (leak.answer, leak.pointed_at) == (Answer.PASSAGE, "p-difficulties-2")
    assert leak.answered_at == ["p-difficulties-2", "p-plans-1", "commitment-1"]
    assert (gate.answer, gate.answered_at, gate.pointed_at) == (Answer.POINTED, [], "p-difficulties-1")
    assert gate.spoken_of_at == ["p-service-2"]
    assert (least.answer, least.answered_at, least.spoken_of_at) == (Answer.SILENT, [], [])


@pytest.mark.parametrize("answers", [False, True])
def test_what_everybody_reads_stays_when_a_later_release_reads_otherwise(
    approved: tuple[Cast, Report], monkeypatch: pytest.MonkeyPatch, answers: bool
) -> None:
    _cast, report = approved
    pages = [f"/reports/{report.pk}{further}" for further in ("", "/digest", "/slides")]
    before = [Client().get(page).text for page in pages]
    line = lines_of([report])[report.pk]
    assert "见第五部分第 2 段" in before[0]
    assert "3 件诉求里回应 2 件" in line
    reads_otherwise(monkeypatch, answers=answers)
    assert [Client().get(page).text for page in pages] == before
    assert lines_of([report])[report.pk] == line


def test_the_desk_reads_the_same_and_quotes_the_paragraphs(
    approved: tuple[Cast, Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, report = approved
    reads_otherwise(monkeypatch, answers=False)
    page = sign_in(Client(), cast.secretary).get(f"/desk/reports/{report.pk}/review").text
    raised = page[page.index('id="topics"') :].partition("</section>")[0]
    assert "报告回答了 2 件" in raised
    assert f'<a href="#p-difficulties-2">第五部分第 2 段</a>：“{given.SECTIONS["difficulties"]}”' in raised
    assert f"“{POINTED}”" in raised


def test_a_draft_follows_the_release_and_so_does_what_waits_for_approval(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, report = given.a_cast_with_report("submitted")
    assert answers(newest_revision(report)) == [Answer.PASSAGE, Answer.WORDS]
    reads_otherwise(monkeypatch, answers=False)
    assert answers(newest_revision(report)) == [Answer.POINTED, Answer.MENTIONED]
    with pytest.raises(RuleBroken, match="照现在的规定和记录，缺 1 处") as refused:
        review.approve(report, by=cast.by_secretary, now=LATER)
    assert demand_of(report, "门禁").title in str(refused.value)
    assert not FrozenTopic.objects.exists()


def test_a_correction_is_judged_anew_and_what_it_corrects_keeps_its_own(
    approved: tuple[Cast, Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, report = approved
    first = newest_revision(report)
    corrections.begin_correction(report, reason="漏记一次。", by=cast.by_manager, now=LATER)
    words = "三号楼的门禁六月已经换了新的锁。"
    given.mended(cast, report, code="difficulties", body=f"{words}\n\n{given.SECTIONS['difficulties']}")
    second = newest_revision(report)
    assert not second.frozen_topics.exists()
    assert answers(second)[1] == Answer.PASSAGE
    review.submit(report, by=cast.by_manager, now=LATER)
    review.approve(report, by=cast.by_secretary, now=LATER)
    reads_otherwise(monkeypatch, answers=False)
    assert answers(first) == [Answer.PASSAGE, Answer.POINTED, Answer.SILENT]
    assert answers(Revision.objects.get(pk=second.pk)) == [Answer.PASSAGE, Answer.PASSAGE, Answer.SILENT]
    assert differences() == []


def test_the_database_refuses_to_change_or_remove_it_even_beside_a_redaction(
    approved: tuple[Cast, Report],
) -> None:
    cast, report = approved
    covering.redact_report(report, words="防水层老化", reason="写错了。", by=cast.by_secretary, now=LATER)
    rows = newest_revision(report).frozen_topics
    for attempt in (lambda: rows.update(answer="silent"), lambda: rows.all().delete()):
        with pytest.raises(DatabaseError, match="never"), transaction.atomic():
            attempt()


@pytest.mark.parametrize("wrong", [{"answer": "no"}, {"answer": "passage"}, {"answer": "pointed"}])
def test_the_database_takes_no_unknown_answer_and_none_without_a_place(
    approved: tuple[Cast, Report], wrong: dict[str, str]
) -> None:
    _cast, report = approved
    demand = Demand.objects.create(demand_list=report.demand_list, title="别的", added_at=LATER)
    with pytest.raises(IntegrityError, match="frozen_topic"):
        FrozenTopic.objects.create(revision=newest_revision(report), demand=demand, **wrong)


OTHERWISE: dict[str, Callable[[list[FrozenTopic]], list[FrozenTopic]]] = {
    "answer": lambda rows: _other(rows, answer=Answer.MENTIONED),
    "where": lambda rows: _other(rows, answered_at=["p-plans-1"]),
    "mentions": lambda rows: _other(rows, spoken_of_at=["p-plans-1"]),
    "pointed": lambda rows: _other(rows, pointed_at="p-plans-1"),
    "one more": lambda rows: [*rows, FrozenTopic(demand_id=0, answer=Answer.SILENT)],
    "one less": lambda rows: rows[1:],
    "none": lambda rows: [],
}
"""What was witnessed, beside the rows that are found there."""


def _other(rows: list[FrozenTopic], **values: Any) -> list[FrozenTopic]:
    first = rows[0]
    names = ("demand_id", "answer", "answered_at", "spoken_of_at", "pointed_at")
    return [FrozenTopic(**{name: getattr(first, name) for name in names} | values), *rows[1:]]


@pytest.mark.parametrize("witnessed", OTHERWISE.values(), ids=OTHERWISE)
def test_verify_finds_rows_that_differ_from_what_was_witnessed(
    db: None,
    monkeypatch: pytest.MonkeyPatch,
    witnessed: Callable[[list[FrozenTopic]], list[FrozenTopic]],
) -> None:
    cast, report = given.a_cast_with_report("submitted")
    monkeypatch.setattr(review, "sha256_of_topics", lambda rows: sha256_of_topics(witnessed(rows)))
    review.approve(report, by=cast.by_secretary, now=LATER)
    assert differences() == ["第 1 稿怎样回应诉求"]


def test_verify_finds_that_all_rows_are_gone_and_one_that_was_put_beside(
    approved: tuple[Cast, Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    _cast, report = approved
    assert differences() == []
    beside = Demand.objects.create(demand_list=report.demand_list, title="别的", added_at=LATER)
    with transaction.atomic():
        newest_revision(report).frozen_topics.create(demand=beside, answer=Answer.SILENT)
        assert differences() == ["第 1 稿怎样回应诉求"]
        transaction.set_rollback(True)
    monkeypatch.setattr(row_checks, "sha256_of_topics", lambda rows: sha256_of_topics([]))
    assert differences() == ["第 1 稿怎样回应诉求"]


def test_what_was_approved_before_anything_was_written_down_is_judged_live_and_keeps_its_hash(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, report = given.a_cast_with_report("submitted")
    with monkeypatch.context() as before:
        before.setattr(review, "freeze_topics", lambda revision, topics: [])
        review.approve(report, by=cast.by_secretary, now=LATER)
    event = Event.objects.get(stream=report.stream, kind="reports.report_approved")
    assert "topics" not in event.public
    assert answers(newest_revision(report)) == [Answer.PASSAGE, Answer.WORDS]
    assert differences() == []
    reads_otherwise(monkeypatch, answers=False)
    assert answers(newest_revision(report)) == [Answer.POINTED, Answer.MENTIONED]
    newest_revision(report).frozen_topics.create(demand=demand_of(report, "门禁"), answer=Answer.WORDS)
    assert differences() == ["第 1 稿怎样回应诉求"]


def test_covered_words_go_from_where_a_topic_is_answered_and_the_answer_stays(
    approved: tuple[Cast, Report],
) -> None:
    cast, report = approved
    covering.redact_report(report, words="地下车库漏水", reason="写错了。", by=cast.by_secretary, now=LATER)
    covering.redact_report(report, words="钥匙逐户发过", reason="写错了。", by=cast.by_secretary, now=LATER)
    leak, gate, _least = topics_of(report, content_of(newest_revision(report))).rows
    assert [place.anchor for place in leak.places] == ["p-difficulties-2", "p-plans-1", "commitment-1"]
    assert "（已遮盖）还没有修好" in leak.passages[0].words
    assert gate.is_only_pointed_at
    assert gate.pointed is not None
    assert "（已遮盖）" in gate.pointed.read
    assert differences() == []


@pytest.mark.parametrize(
    ("words", "replacement"),
    [("钥匙逐户发过。\n\n地下车库", "（已遮盖）"), ("钥匙逐户发过", "（一段）\n\n（又一段）")],
)
def test_covering_leaves_every_paragraph_where_it_is(
    approved: tuple[Cast, Report], words: str, replacement: str
) -> None:
    cast, report = approved
    covers = {"words": words, "replacement": replacement, "reason": "写错了。"}
    with pytest.raises(RuleBroken, match="段落会变") as refused:
        covering.redact_report(report, **covers, by=cast.by_secretary, now=LATER)
    assert refused.value.field == "words"
    assert differences() == []
