"""How a report answers what residents raised is judged live until it is approved; from then on it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from huiyin.apps.audit.models import Event
from huiyin.apps.reports import row_checks, silence
from huiyin.apps.reports.contents import content_of
from huiyin.apps.reports.models import Demand, FrozenTopic, Report, Revision
from huiyin.apps.reports.paper import lines_of
from huiyin.apps.reports.selectors import newest_revision
from huiyin.apps.reports.services import corrections, covering, drafting, lifecycle, review
from huiyin.apps.reports.silence import Topic, topics_of
from huiyin.domain.access import SYSTEM
from huiyin.domain.errors import RuleBroken
from huiyin.domain.silence import Answer
from huiyin.language import TopicAnswer as Found
from tests import given_reports as given
from tests.counting import queries_of
from tests.people import Cast, sign_in

pytestmark = pytest.mark.django_db
LATER = given.WRITING + timedelta(days=1)
POINTED = "换锁的材料六月到货，二十一日装好，钥匙逐户发过。"
"""Answers 门禁 without naming it."""


@pytest.fixture
def approved(db: None) -> tuple[Cast, Report]:
    """Announced: the leak is answered by a passage, the gate by what the company points at."""
    cast, report = given.a_cast_with_report("written")
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


def topics(revision: Revision) -> dict[str, Topic]:
    found = topics_of(revision.report, content_of(revision))
    return {row.demand.title: row for row in found.rows}


def answers(revision: Revision) -> list[str]:
    return [row.answer.code for row in topics(revision).values()]


def differences() -> list[str]:
    return [each.what for each in row_checks.report_differences("")]


def a_release_that_finds(monkeypatch: pytest.MonkeyPatch, answered: bool) -> None:
    """The language data of another release: of every topic it finds nothing, or an answer in the first words."""

    def find(titles: Sequence[str], sections: dict[str, str]) -> list[Found]:
        return [Found(title, answered, [], []) for title in titles]

    silence._found.cache_clear()
    monkeypatch.setattr(silence, "find_answers", find)
    monkeypatch.setattr(silence, "answers_by_words", lambda title, words: answered)


@pytest.fixture(autouse=True)
def _read_anew() -> None:
    silence._found.cache_clear()


def unguarded(change: Callable[[], object]) -> None:
    """As somebody would do it who owns the tables."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE reports_frozentopic DISABLE TRIGGER reports_frozentopic_stands_still")
        change()
        cursor.execute("ALTER TABLE reports_frozentopic ENABLE ALWAYS TRIGGER reports_frozentopic_stands_still")


def test_approving_writes_down_of_each_topic_how_and_where_it_is_answered(
    approved: tuple[Cast, Report],
) -> None:
    _cast, report = approved
    rows = {row.demand.title: row for row in newest_revision(report).frozen_topics.select_related("demand")}
    print([(r.answer, r.answered_at, r.spoken_of_at, r.pointed_at) for r in rows.values()], rows)
    assert 0
