"""A promise once approved: its date moves in public, it is kept or given up, and the next report accounts for it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from huiyin.apps.audit.selectors import history_of
from huiyin.apps.reports import selectors
from huiyin.apps.reports.contents import content_of
from huiyin.apps.reports.models import Commitment, Report
from huiyin.apps.reports.promises import to_account_for
from huiyin.apps.reports.readiness import outcomes_of
from huiyin.apps.reports.services import commitments, corrections, drafting, lifecycle, opening, review
from huiyin.domain.access import SYSTEM
from huiyin.domain.errors import NotPermitted, RuleBroken
from tests import given_reports as given
from tests.given_reports import AUTUMN, WRITING
from tests.people import Cast

pytestmark = pytest.mark.django_db
LATER = AUTUMN + timedelta(days=30)
YEAR_END = WRITING + timedelta(days=190)


def a_promise(status: str = "published") -> tuple[Cast, Commitment]:
    cast, report = given.a_cast_with_report(status)
    return cast, report.commitments.get()


def the_next(cast: Cast) -> Report:
    return opening.open_report(engagement=cast.engagement, by=cast.by_manager, now=YEAR_END)


def test_a_date_moves_for_a_public_reason_and_the_first_one_stays() -> None:
    cast, promise = a_promise()
    commitments.move_commitment(
        promise, to_on=LATER, reason="材料没有到货。", by=cast.by_manager, now=WRITING
    )
    promise.refresh_from_db()
    assert (promise.first_due_on, promise.due_on) == (AUTUMN, LATER)
    move = promise.moves.get()
    assert (move.from_on, move.to_on, move.reason) == (AUTUMN, LATER, "材料没有到货。")
    event = history_of(promise.report.stream)[-1]
    assert (event.kind, event.public["to"]) == ("reports.commitment_moved", LATER.isoformat())


def test_a_date_never_moves_without_a_reason_or_to_an_earlier_day() -> None:
    cast, promise = a_promise()
    with pytest.raises(RuleBroken, match="为什么改期"):
        commitments.move_commitment(promise, to_on=LATER, reason=" ", by=cast.by_manager, now=WRITING)
    with pytest.raises(RuleBroken, match="晚于现在的期限"):
        commitments.move_commitment(promise, to_on=AUTUMN, reason="提前。", by=cast.by_manager, now=WRITING)


def test_a_promise_is_kept_or_given_up_once() -> None:
    cast, promise = a_promise()
    kept = commitments.keep_commitment(promise, words="十月二十日完工。", by=cast.by_manager, now=WRITING)
    assert (kept.state, kept.settled_words) == ("kept", "十月二十日完工。")
    for command in (
        lambda: commitments.drop_commitment(promise, reason="不做了。", by=cast.by_manager, now=WRITING),
        lambda: commitments.move_commitment(
            promise, to_on=LATER, reason="再等等。", by=cast.by_manager, now=WRITING
        ),
    ):
        with pytest.raises(RuleBroken, match="已经有了结果"):
            command()


def test_a_promise_is_not_given_up_without_a_reason() -> None:
    cast, promise = a_promise()
    with pytest.raises(RuleBroken, match="为什么不做"):
        commitments.drop_commitment(promise, reason="", by=cast.by_manager, now=WRITING)


@pytest.mark.parametrize("name", ["secretary", "technician", "stranger", "resident", "district_officer"])
def test_only_the_company_that_promised_says_what_becomes_of_it(name: str) -> None:
    cast, promise = a_promise()
    for command in (
        lambda: commitments.keep_commitment(promise, words="好了。", by=cast.actor(name), now=WRITING),
        lambda: commitments.move_commitment(
            promise, to_on=LATER, reason="再等等。", by=cast.actor(name), now=WRITING
        ),
    ):
        with pytest.raises(NotPermitted):
            command()


def test_what_is_only_planned_is_changed_in_the_report() -> None:
    cast, promise = a_promise("submitted")
    with pytest.raises(RuleBroken, match="还没有审定"):
        commitments.keep_commitment(promise, words="好了。", by=cast.by_manager, now=WRITING)


def test_promises_are_public_with_the_report_and_due_ones_are_found_for_the_forum() -> None:
    cast, promise = a_promise("announced")
    assert list(selectors.commitments_public(cast.estate)) == [promise]
    assert list(selectors.due_commitments(cast.estate, until=AUTUMN)) == [promise]
    assert list(selectors.due_commitments(cast.estate, until=AUTUMN - timedelta(days=1))) == []
    commitments.keep_commitment(promise, words="完工。", by=cast.by_manager, now=WRITING)
    assert list(selectors.due_commitments(cast.estate, until=AUTUMN)) == []


def test_promises_of_a_report_nobody_announced_are_not_public() -> None:
    cast, _promise = a_promise("approved")
    assert list(selectors.commitments_public(cast.estate)) == []


def test_the_next_report_is_not_handed_in_before_it_accounts_for_the_last_promises() -> None:
    cast, promise = a_promise()
    report = given.write(cast, the_next(cast), now=YEAR_END)
    content = content_of(selectors.newest_revision(report))
    (unmet,) = [each for each in outcomes_of(report, content, now=YEAR_END) if not each.is_met]
    assert [each.sentence for each in unmet.missing] == ["上一期的承诺“修好地下车库防水”没有交代。"]
    with pytest.raises(RuleBroken, match="自己的承诺写办得怎样"):
        drafting.account_for_commitment(
            report, commitment=promise, became="taken", words="接着做。", by=cast.by_manager
        )
    drafting.account_for_commitment(
        report, commitment=promise, became="kept", words="十月二十日完工。", by=cast.by_manager
    )
    review.submit(report, by=cast.by_manager, now=YEAR_END)
    review.approve(report, by=cast.by_secretary, now=YEAR_END)
    promise.refresh_from_db()
    assert (promise.state, promise.settled_words) == ("kept", "十月二十日完工。")
    assert promise.settled_by_label == "青禾物业服务有限公司"


def an_account_approved(cast: Cast, promise: Commitment, became: str, words: str) -> Report:
    report = given.write(cast, the_next(cast), now=YEAR_END)
    drafting.account_for_commitment(
        report, commitment=promise, became=became, words=words, by=cast.by_manager
    )
    review.submit(report, by=cast.by_manager, now=YEAR_END)
    return review.approve(report, by=cast.by_secretary, now=YEAR_END)


def corrected(cast: Cast, report: Report, promise: Commitment, became: str, words: str) -> Commitment:
    corrections.begin_correction(report, reason="承诺的情况写错了。", by=cast.by_manager, now=YEAR_END)
    drafting.account_for_commitment(
        report, commitment=promise, became=became, words=words, by=cast.by_manager
    )
    review.submit(report, by=cast.by_manager, now=YEAR_END)
    review.approve(report, by=cast.by_secretary, now=YEAR_END)
    promise.refresh_from_db()
    return promise


@pytest.mark.parametrize(
    ("said", "became", "state"),
    [("kept", "late", "open"), ("kept", "dropped", "dropped"), ("dropped", "kept", "kept")],
)
def test_a_correction_that_tells_otherwise_takes_back_what_the_report_had_settled(
    said: str, became: str, state: str
) -> None:
    cast, promise = a_promise()
    report = an_account_approved(cast, promise, said, "先前写的情况。")
    promise = corrected(cast, report, promise, became, "其实是另一回事。")
    assert promise.state == state
    assert promise.settled_words == ("" if state == "open" else "其实是另一回事。")
    event = history_of(promise.report.stream)[-1]
    told = {name: event.public[name] for name in ("became", "state", "revision")}
    assert (event.kind, told) == (
        "reports.commitment_accounted",
        {"became": became, "state": state, "revision": 2},
    )


def test_a_correction_leaves_what_the_company_settled_itself_since() -> None:
    cast, promise = a_promise()
    report = an_account_approved(cast, promise, "late", "下雨停了两个月。")
    commitments.keep_commitment(promise, words="补完了。", by=cast.by_manager, now=YEAR_END)
    promise = corrected(cast, report, promise, "late", "下雨停了三个月。")
    assert (promise.state, promise.settled_words) == ("kept", "补完了。")


def test_a_promise_that_is_not_due_is_neither_kept_nor_late_and_is_owed_again() -> None:
    cast, promise = a_promise()
    spring = date(2027, 4, 30)
    commitments.move_commitment(
        promise, to_on=spring, reason="防水材料到货晚。", by=cast.by_manager, now=WRITING
    )
    report = an_account_approved(cast, promise, "not_due", "材料到了三分之一。")
    promise.refresh_from_db()
    assert promise.state == "open"
    lifecycle.announce(report, by=SYSTEM, now=YEAR_END)
    page = Client().get(f"/reports/{report.pk}").text
    assert "期限没到，在做" in page
    assert "防水材料到货晚。" in page, "why the date was moved is read where the promise is accounted for"
    third = opening.open_report(
        engagement=cast.engagement, by=cast.by_manager, now=YEAR_END + timedelta(days=190)
    )
    assert promise in to_account_for(third)


def test_what_was_kept_after_its_first_date_is_late_however_often_it_was_moved() -> None:
    cast, promise = a_promise()
    commitments.move_commitment(promise, to_on=LATER, reason="材料没有到。", by=cast.by_manager, now=WRITING)
    kept_at = datetime(2026, 11, 20, 9, tzinfo=WRITING.tzinfo)
    commitments.keep_commitment(promise, words="修好了。", by=cast.by_manager, now=kept_at)
    report = the_next(cast)
    with pytest.raises(RuleBroken, match="这里写“没有按时兑现”"):
        drafting.account_for_commitment(
            report, commitment=promise, became="kept", words="修好了。", by=cast.by_manager
        )
    told = drafting.account_for_commitment(
        report, commitment=promise, became="late", words="修好了。", by=cast.by_manager
    )
    assert told.became == "late"


def test_a_late_promise_stays_open_and_is_owed_again() -> None:
    cast, promise = a_promise()
    report = given.write(cast, the_next(cast), now=YEAR_END)
    drafting.account_for_commitment(
        report, commitment=promise, became="late", words="下雨停了两个月。", by=cast.by_manager
    )
    review.submit(report, by=cast.by_manager, now=YEAR_END)
    review.approve(report, by=cast.by_secretary, now=YEAR_END)
    third = opening.open_report(
        engagement=cast.engagement, by=cast.by_manager, now=YEAR_END + timedelta(days=190)
    )
    assert third.period_from == date(2027, 1, 1)
    assert promise in to_account_for(third)
