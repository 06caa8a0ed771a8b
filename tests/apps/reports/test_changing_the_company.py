"""A change of company in mid-period: each reports its part, promises are inherited, open cases pass by a list."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from huiyin.apps.audit.selectors import history_of
from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.services import answer
from huiyin.apps.people.selectors import actor_of
from huiyin.apps.people.services import grant_role
from huiyin.apps.places.models import Engagement
from huiyin.apps.places.services import end_engagement, start_engagement
from huiyin.apps.reports import selectors
from huiyin.apps.reports.desk_reading import engagements_to_hand_over, engagements_to_open
from huiyin.apps.reports.models import Report
from huiyin.apps.reports.promises import is_inherited, kept_from_elsewhere, to_account_for
from huiyin.apps.reports.readiness import last_closings
from huiyin.apps.reports.row_checks import report_differences
from huiyin.apps.reports.services import (
    commitments,
    corrections,
    demands,
    drafting,
    figures,
    handovers,
    opening,
    review,
)
from huiyin.domain.access import SYSTEM, Actor, Role
from huiyin.domain.errors import NotPermitted, RuleBroken
from tests import given, given_reports
from tests.given_reports import BEIJING, LAST_DAY, a_successor
from tests.people import Cast, sign_in

pytestmark = pytest.mark.django_db
CHANGE = datetime(2026, 10, 1, 9, 0, tzinfo=BEIJING)
YEAR_END = datetime(2027, 1, 4, 9, 0, tzinfo=BEIJING)


def both_reports(cast: Cast, coming: Engagement, by_new: Actor) -> tuple[given_reports.Report, ...]:
    """The second half-year: a list for the whole of it, then each company's part."""
    demand_list = demands.open_demand_list(estate=cast.estate, by=cast.by_secretary, now=CHANGE)
    demands.confirm(demand_list, by=cast.by_secretary, now=CHANGE)
    demands.send(demand_list, by=cast.by_secretary, now=CHANGE)
    old = opening.open_report(engagement=cast.engagement, by=cast.by_manager, now=CHANGE)
    new = opening.open_report(engagement=coming, by=by_new, now=YEAR_END)
    return old, new


def test_the_period_is_cut_and_each_company_reports_its_part() -> None:
    cast, first = given_reports.a_cast_with_report("published")
    coming, manager = a_successor(cast)
    old, new = both_reports(cast, coming, actor_of(manager))
    assert (old.period_from, old.period_to) == (date(2026, 7, 1), LAST_DAY)
    assert (new.period_from, new.period_to) == (date(2026, 10, 1), date(2026, 12, 31))
    assert (old.previous, new.previous) == (first, old)
    assert old.demand_list == new.demand_list


def test_what_was_begun_for_the_whole_period_is_cut_when_the_contract_ends() -> None:
    cast, _first = given_reports.a_cast_with_report("published")
    old = opening.open_report(engagement=cast.engagement, by=cast.by_manager, now=CHANGE - timedelta(days=70))
    claim = {"by": cast.by_manager, "section": "service", "metric": "E01", "value": Decimal(30)}
    figures.put_claim(old, **claim)
    figures.put_claim(old, **claim, period_from=date(2026, 11, 1))
    coming, manager = a_successor(cast)
    old.refresh_from_db()
    assert (old.period_from, old.period_to) == (date(2026, 7, 1), LAST_DAY)
    whole, later = old.revisions.get().claims.all()
    assert (whole.period_to, whole.due_count) == (LAST_DAY, 36)
    assert (later.period_from, later.period_to, later.due_count) == (None, None, None)
    event = history_of(old.stream)[-1]
    assert (event.kind, event.public["period_to"]) == ("reports.report_cut", LAST_DAY.isoformat())
    assert list(report_differences(old.stream)) == []
    demands.open_demand_list(estate=cast.estate, by=cast.by_secretary, now=CHANGE)
    new = opening.open_report(engagement=coming, by=actor_of(manager), now=YEAR_END)
    assert (new.period_from, new.previous) == (LAST_DAY + timedelta(days=1), old)
    Report.objects.filter(pk=old.pk).update(period_to=LAST_DAY - timedelta(days=1))
    assert [each.what for each in report_differences(old.stream)] == ["报告期"]


def test_a_report_of_days_that_were_never_served_is_taken_away_and_that_is_told() -> None:
    cast, first = given_reports.a_cast_with_report("published")
    report = opening.open_report(engagement=cast.engagement, by=cast.by_manager, now=CHANGE)
    end_engagement(engagement=cast.engagement, ends_on=date(2026, 6, 30), by=cast.by_district_officer)
    assert not Report.objects.filter(pk=report.pk).exists()
    assert history_of(report.stream)[-1].kind == "reports.report_removed"
    assert list(report_differences("")) == []
    first.refresh_from_db()
    assert (first.status, first.period_to) == ("published", date(2026, 6, 30))


@pytest.mark.parametrize("status", ["submitted", "published"])
def test_a_contract_cannot_have_ended_before_days_that_were_reported(status: str) -> None:
    cast, report = given_reports.a_cast_with_report(status)
    with pytest.raises(RuleBroken, match="已经交来 2026-01-01 至 2026-06-30 的报告"):
        end_engagement(engagement=cast.engagement, ends_on=date(2026, 5, 31), by=cast.by_district_officer)
    report.refresh_from_db()
    assert report.period_to == date(2026, 6, 30)


def test_a_company_that_left_without_reporting_its_part_still_can_and_its_successor_follows_it() -> None:
    cast, first = given_reports.a_cast_with_report("published")
    coming, manager = a_successor(cast)
    demands.open_demand_list(estate=cast.estate, by=cast.by_secretary, now=CHANGE)
    new = opening.open_report(engagement=coming, by=actor_of(manager), now=YEAR_END)
    assert new.previous == first
    today = YEAR_END.date()
    for by in (cast.by_manager, cast.by_secretary):
        (offered,) = engagements_to_open(by, today)
        assert (offered, offered.told_until) == (cast.engagement, first.period_to)  # type: ignore[attr-defined]
    old = opening.open_report(engagement=cast.engagement, by=cast.by_manager, now=YEAR_END)
    assert (old.period_from, old.period_to) == (date(2026, 7, 1), LAST_DAY)
    new.refresh_from_db()
    assert (old.previous, new.previous) == (first, old)
    assert list(engagements_to_open(cast.by_secretary, today)) == []


def test_a_company_that_left_long_ago_is_asked_nothing(cast: Cast) -> None:
    a_successor(cast)
    assert list(engagements_to_open(cast.by_manager, YEAR_END.date())) == []


def test_neither_company_writes_or_sees_the_others_report() -> None:
    cast, _first = given_reports.a_cast_with_report("published")
    coming, manager = a_successor(cast)
    old, new = both_reports(cast, coming, actor_of(manager))
    assert new not in selectors.reports_for_desk(cast.by_manager)
    assert old not in selectors.reports_for_desk(actor_of(manager))
    # Both are written for the same list.
    for actor in (cast.by_manager, actor_of(manager)):
        assert new.demand_list in selectors.demand_lists_for_desk(actor)
    with pytest.raises(NotPermitted):
        drafting.write_section(new, code="waste", body="替它写。", seen_version=0, by=cast.by_manager)


def test_an_inherited_promise_is_taken_on_or_not_and_never_called_kept() -> None:
    cast, first = given_reports.a_cast_with_report("published")
    coming, manager = a_successor(cast)
    by_new = actor_of(manager)
    _old, new = both_reports(cast, coming, by_new)
    promise = first.commitments.get()
    assert list(to_account_for(new)) == [promise]
    with pytest.raises(RuleBroken, match="上一家企业的承诺"):
        drafting.account_for_commitment(new, commitment=promise, became="kept", words="好了。", by=by_new)
    account = drafting.account_for_commitment(
        new, commitment=promise, became="taken", words="我们接着修。", by=by_new
    )
    assert account.became == "taken"


def test_who_took_a_promise_on_keeps_it() -> None:
    cast, first = given_reports.a_cast_with_report("published")
    coming, manager = a_successor(cast)
    promise = first.commitments.get()
    promise.taken_by = coming
    promise.save()
    with pytest.raises(NotPermitted):
        commitments.keep_commitment(promise, words="好了。", by=cast.by_manager, now=YEAR_END)
    assert (
        commitments.keep_commitment(promise, words="修好了。", by=actor_of(manager), now=YEAR_END).state
        == "kept"
    )


def test_who_took_a_promise_on_finds_it_with_its_own_report_and_its_maker_no_more() -> None:
    cast, first = given_reports.a_cast_with_report("published")
    coming, manager = a_successor(cast)
    _old, new = both_reports(cast, coming, actor_of(manager))
    promise = first.commitments.get()
    promise.taken_by = coming
    promise.save()
    told = {"promise": promise.pk, "words": "修好了。"}
    maker = sign_in(Client(), cast.manager)
    assert "keep-promise" not in maker.get(f"/desk/reports/{first.pk}/review").text
    assert maker.post(f"/desk/reports/{first.pk}/keep-promise", told).status_code == 404
    keeper = sign_in(Client(), manager)
    page = keeper.get(f"/desk/reports/{new.pk}/review").text
    assert "青禾物业服务有限公司在另一份报告里作出" in page
    assert f'name="promise" value="{promise.pk}"' in page
    assert "已记为兑现" in keeper.post(f"/desk/reports/{new.pk}/keep-promise", told, follow=True).text
    promise.refresh_from_db()
    assert promise.state == "kept"


def test_approving_says_who_keeps_an_inherited_promise_from_now_on() -> None:
    cast, first = given_reports.a_cast_with_report("published")
    coming, manager = a_successor(cast)
    by_new = actor_of(manager)
    _old, new = both_reports(cast, coming, by_new)
    taken = first.commitments.get()
    given_reports.write_as(new, by=by_new, now=YEAR_END)
    drafting.account_for_commitment(new, commitment=taken, became="taken", words="接着修。", by=by_new)
    review.submit(new, by=by_new, now=YEAR_END)
    review.approve(new, by=cast.by_secretary, now=YEAR_END)
    taken.refresh_from_db()
    assert (taken.taken_by, taken.state) == (coming, "open")


def test_what_was_taken_on_by_mistake_is_corrected_to_not_taken() -> None:
    cast, first = given_reports.a_cast_with_report("published")
    coming, manager = a_successor(cast)
    by_new = actor_of(manager)
    _old, new = both_reports(cast, coming, by_new)
    promise = first.commitments.get()
    given_reports.write_as(new, by=by_new, now=YEAR_END)
    drafting.account_for_commitment(new, commitment=promise, became="taken", words="接着修。", by=by_new)
    review.submit(new, by=by_new, now=YEAR_END)
    review.approve(new, by=cast.by_secretary, now=YEAR_END)
    corrections.begin_correction(new, reason="写错了。", by=by_new, now=YEAR_END)
    page = sign_in(Client(), manager).get(f"/desk/reports/{new.pk}/sections/plans").text
    assert "不接" in page
    assert "不再做" not in page
    drafting.account_for_commitment(
        new, commitment=promise, became="not_taken", words="我们不接。", by=by_new
    )
    review.submit(new, by=by_new, now=YEAR_END)
    review.approve(new, by=cast.by_secretary, now=YEAR_END)
    promise.refresh_from_db()
    assert (promise.taken_by, promise.state) == (None, "open")
    assert history_of(first.stream)[-1].public["became"] == "not_taken"


def test_a_promise_its_successor_has_kept_stays_with_it_whatever_a_correction_says() -> None:
    cast, first = given_reports.a_cast_with_report("published")
    coming, manager = a_successor(cast)
    by_new = actor_of(manager)
    _old, new = both_reports(cast, coming, by_new)
    promise = first.commitments.get()
    given_reports.write_as(new, by=by_new, now=YEAR_END)
    drafting.account_for_commitment(new, commitment=promise, became="taken", words="接着修。", by=by_new)
    review.submit(new, by=by_new, now=YEAR_END)
    review.approve(new, by=cast.by_secretary, now=YEAR_END)
    promise.refresh_from_db()
    commitments.keep_commitment(promise, words="修好了。", by=by_new, now=YEAR_END)
    corrections.begin_correction(new, reason="写错了。", by=by_new, now=YEAR_END)
    drafting.account_for_commitment(new, commitment=promise, became="not_taken", words="不接。", by=by_new)
    review.submit(new, by=by_new, now=YEAR_END)
    review.approve(new, by=cast.by_secretary, now=YEAR_END)
    promise.refresh_from_db()
    assert (promise.taken_by, promise.state) == (coming, "kept")


def a_hand_over(cast: Cast) -> tuple[handovers.HandOver, Actor, list[Case]]:
    before = CHANGE - timedelta(days=60)
    in_work = given.a_case(cast, status="in_progress", now=before)
    replied = given.a_case(cast, status="replied", now=CHANGE - timedelta(days=1))
    given.a_case(cast, status="rejected", now=before)
    coming, manager = a_successor(cast)
    hand_over = handovers.open_hand_over(
        leaving=cast.engagement, coming=coming, by=cast.by_secretary, now=CHANGE
    )
    return hand_over, actor_of(manager), [in_work, replied]


def test_the_list_holds_every_open_case_and_whose_miss_it_was(cast: Cast) -> None:
    hand_over, _by_new, cases = a_hand_over(cast)
    assert [(item.case, item.missed_before) for item in hand_over.cases.all()] == [
        (cases[0], True),
        (cases[1], False),
    ]
    event = history_of(f"estate/{cast.estate.code}")[-1]
    assert event.public["missed"] == [cases[0].number]


def test_both_companies_and_the_area_see_the_list_and_nobody_else(cast: Cast) -> None:
    hand_over, by_new, _cases = a_hand_over(cast)
    for actor in (cast.by_manager, by_new, cast.by_secretary, cast.by_district_officer):
        assert list(selectors.hand_overs_for_desk(actor)) == [hand_over]
    for actor in (cast.by_stranger, cast.by_resident):
        assert not selectors.hand_overs_for_desk(actor).exists()


def test_what_is_in_work_passes_when_one_offers_and_the_other_takes(cast: Cast) -> None:
    hand_over, by_new, (in_work, replied) = a_hand_over(cast)
    with pytest.raises(NotPermitted):
        handovers.offer_all(hand_over, by=by_new, now=CHANGE)
    assert handovers.offer_all(hand_over, by=cast.by_manager, now=CHANGE) == 1
    assert handovers.offer_all(hand_over, by=cast.by_manager, now=CHANGE) == 0
    with pytest.raises(NotPermitted):
        handovers.take_all(hand_over, by=cast.by_manager, now=CHANGE)
    first_due_at = in_work.first_due_at
    assert handovers.take_all(hand_over, by=by_new, now=CHANGE) == 1
    in_work.refresh_from_db()
    replied.refresh_from_db()
    assert in_work.lead_engagement == hand_over.coming
    assert in_work.first_due_at == first_due_at
    # Its reply waits for the asker: it follows once it is back in work.
    assert replied.lead_engagement == hand_over.leaving


def test_what_the_successor_does_not_take_the_secretary_decides(cast: Cast) -> None:
    hand_over, by_new, (in_work, _replied) = a_hand_over(cast)
    item = hand_over.cases.get(case=in_work)
    with pytest.raises(RuleBroken, match="还没有提出移交"):
        handovers.take_case(item, by=by_new, now=CHANGE)
    handovers.offer_case(item, by=cast.by_manager, now=CHANGE)
    with pytest.raises(RuleBroken, match="等接手的企业答复"):
        handovers.offer_case(item, by=cast.by_manager, now=CHANGE)
    assert handovers.take_case(item, by=by_new, accept=False, now=CHANGE).state == "to_decide"


def test_a_hand_over_is_between_two_contracts_that_follow_each_other(cast: Cast) -> None:
    coming, _manager = a_successor(cast)
    with pytest.raises(RuleBroken, match="还没有填结束日期"):
        handovers.open_hand_over(leaving=coming, coming=cast.engagement, by=cast.by_secretary, now=CHANGE)
    handovers.open_hand_over(leaving=cast.engagement, coming=coming, by=cast.by_secretary, now=CHANGE)
    with pytest.raises(RuleBroken, match="已经有了"):
        handovers.open_hand_over(leaving=cast.engagement, coming=coming, by=cast.by_secretary, now=CHANGE)
    with pytest.raises(NotPermitted):
        handovers.open_hand_over(leaving=cast.engagement, coming=coming, by=cast.by_manager, now=CHANGE)


def test_whose_miss_it_was_does_not_depend_on_the_day_the_list_is_made(cast: Cast) -> None:
    given.a_case(cast, status="in_progress", now=CHANGE - timedelta(days=60))
    given.a_case(cast, status="in_progress", now=CHANGE - timedelta(days=5))
    coming, _manager = a_successor(cast)
    hand_over = handovers.open_hand_over(
        leaving=cast.engagement, coming=coming, by=cast.by_secretary, now=CHANGE + timedelta(days=90)
    )
    assert [item.missed_before for item in hand_over.cases.all()] == [True, False]


def test_what_is_reopened_after_the_list_was_made_is_put_on_it(cast: Cast) -> None:
    solved = given.a_case(cast, status="confirmed", now=CHANGE - timedelta(days=2))
    hand_over, by_new, _cases = a_hand_over(cast)
    with pytest.raises(RuleBroken, match="没有要补的"):
        handovers.complete_hand_over(hand_over, by=cast.by_secretary, now=CHANGE)
    answer.answer(
        given.original_asker(solved),
        by=cast.by_resident,
        answer="not_solved",
        comment="灯又灭了。",
        now=CHANGE,
    )
    assert handovers.complete_hand_over(hand_over, by=cast.by_secretary, now=CHANGE) == 1
    assert solved.pk in hand_over.cases.values_list("case", flat=True)
    assert history_of(f"estate/{cast.estate.code}")[-1].public["cases"] == [solved.number]
    with pytest.raises(NotPermitted):
        handovers.complete_hand_over(hand_over, by=by_new, now=CHANGE)


def a_renewal(cast: Cast) -> tuple[Engagement, Actor]:
    """青禾 goes on under a new contract from 1 July."""
    end_engagement(engagement=cast.engagement, ends_on=date(2026, 6, 30), by=cast.by_district_officer)
    renewed = start_engagement(
        company=cast.engagement.company,
        estate=cast.estate,
        starts_on=date(2026, 7, 1),
        service_level=3,
        by=cast.by_district_officer,
    )
    grant_role(person=cast.manager, role=Role.MANAGER, place=renewed, starts_on=date(2024, 1, 1), by=SYSTEM)
    return renewed, actor_of(cast.manager)


def test_a_renewed_contract_is_the_same_company_to_its_promises_and_its_books() -> None:
    cast, first = given_reports.a_cast_with_report("published")
    renewed, by_new = a_renewal(cast)
    second = opening.open_report(
        engagement=renewed, by=cast.by_secretary, begins_on=date(2026, 7, 1), now=YEAR_END
    )
    promise = first.commitments.get()
    assert not is_inherited(to_account_for(second).get(), second, None)
    with pytest.raises(RuleBroken, match="自己的承诺写办得怎样"):
        drafting.account_for_commitment(
            second, commitment=promise, became="not_taken", words="不接。", by=by_new
        )
    assert list(kept_from_elsewhere(second)) == [promise]
    moved = commitments.move_commitment(
        promise, to_on=date(2027, 3, 1), reason="材料没有到。", by=by_new, now=YEAR_END
    )
    assert moved.to_on == date(2027, 3, 1)
    assert sorted(last_closings(second)) == ["common_revenue", "income_expenditure"]


def test_a_renewed_contract_has_nothing_to_hand_over(cast: Cast) -> None:
    renewed, _by_new = a_renewal(cast)
    assert renewed not in engagements_to_hand_over(cast.by_secretary)
    with pytest.raises(RuleBroken, match="同一家企业"):
        handovers.open_hand_over(
            leaving=Engagement.objects.get(pk=cast.engagement.pk), coming=renewed, by=cast.by_secretary
        )
