"""A plan against what was kept last: who promises much more is warned, what is not done goes on in public."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from huiyin.apps.reports.contents import content_of
from huiyin.apps.reports.models import Report
from huiyin.apps.reports.promises import load_of
from huiyin.apps.reports.report_page import report_page
from huiyin.apps.reports.selectors import newest_revision
from huiyin.apps.reports.services import commitments, drafting, lifecycle, opening, review
from tests import given_reports as given
from tests.given_reports import WRITING
from tests.people import Cast, sign_in

pytestmark = pytest.mark.django_db
YEAR_END = WRITING + timedelta(days=190)
WARNING = "超过做到的 150%（1 件），就要想一想做不做得到"


def the_next(*, keeps: bool, new: int) -> tuple[Cast, Report]:
    """The report after one with a promise due in October: kept or not, and `new` promises planned."""
    cast, last = given.a_cast_with_report("published")
    if keeps:
        commitments.keep_commitment(
            last.commitments.get(),
            words="十月二十日完工。",
            by=cast.by_manager,
            now=WRITING + timedelta(days=90),
        )
    report = opening.open_report(engagement=cast.engagement, by=cast.by_manager, now=YEAR_END)
    for number in range(new):
        given.promise(cast, report, title=f"第 {number} 项", now=YEAR_END)
    return cast, report


def load(report: Report) -> tuple[int, int, int, int, bool]:
    found = load_of(report, content_of(newest_revision(report)))
    return found.planned, found.kept, found.due_count, found.carried, found.is_heavy


@pytest.mark.parametrize(
    ("keeps", "new", "expected"),
    [
        (True, 1, (1, 1, 1, 0, False)),
        (True, 2, (2, 1, 1, 0, True)),
        (False, 1, (1, 0, 1, 1, True)),
    ],
)
def test_new_promises_are_held_against_those_that_were_kept(
    keeps: bool, new: int, expected: tuple[int, int, int, int, bool]
) -> None:
    _cast, report = the_next(keeps=keeps, new=new)
    assert load(report) == expected


def test_the_first_report_has_nothing_to_be_held_against() -> None:
    _cast, report = given.a_cast_with_report("written")
    assert load(report) == (1, 0, 0, 0, False)


def test_what_this_report_says_was_kept_counts_as_kept() -> None:
    cast, report = the_next(keeps=False, new=1)
    promise = report.previous and report.previous.commitments.get()
    assert promise is not None
    drafting.account_for_commitment(
        report, commitment=promise, became="kept", words="十月二十日完工。", by=cast.by_manager, now=YEAR_END
    )
    assert load(report) == (1, 1, 1, 0, False)


def test_writer_and_reviewer_are_warned_and_may_go_on() -> None:
    cast, report = the_next(keeps=True, new=2)
    page = sign_in(Client(), cast.manager).get(f"/desk/reports/{report.pk}/sections/plans").text
    assert WARNING in page
    promise = report.previous and report.previous.commitments.get()
    assert promise is not None
    drafting.account_for_commitment(
        report, commitment=promise, became="kept", words="十月二十日完工。", by=cast.by_manager, now=YEAR_END
    )
    given.write(cast, report, now=YEAR_END)
    review.submit(report, by=cast.by_manager, now=YEAR_END)
    assert WARNING in sign_in(Client(), cast.secretary).get(f"/desk/reports/{report.pk}/review").text
    assert review.approve(report, by=cast.by_secretary, now=YEAR_END).status == "approved"


def test_what_was_not_done_is_carried_forward_in_public_until_it_is() -> None:
    cast, report = the_next(keeps=False, new=0)
    promise = report.previous and report.previous.commitments.get()
    assert promise is not None
    drafting.account_for_commitment(
        report,
        commitment=promise,
        became="late",
        words="材料到货晚，明年三月做完。",
        by=cast.by_manager,
        now=YEAR_END,
    )
    given.write(cast, report, now=YEAR_END)
    review.submit(report, by=cast.by_manager, now=YEAR_END)
    review.approve(report, by=cast.by_secretary, now=YEAR_END)
    lifecycle.announce(report, by=cast.by_secretary, now=YEAR_END)
    page = Client().get(f"/reports/{report.pk}").text
    carried = page[page.index("没有做完、接着做的") :]
    assert promise.title in carried
    assert promise.owner in carried
    assert promise.funding in carried
    commitments.keep_commitment(
        promise, words="三月做完。", by=cast.by_manager, now=YEAR_END + timedelta(days=60)
    )
    row = Report.objects.get(pk=report.pk)
    (told,) = report_page(row, newest_revision(row)).carried
    assert (told.commitment.title, told.commitment.state) == (promise.title, "kept")
