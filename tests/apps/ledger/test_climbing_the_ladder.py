"""What nobody does rises in public, step by step, once a round; the clock tends pauses and windows."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from pytest_django import DjangoAssertNumQueries

from huiyin.apps.ledger.bulk import History, write
from huiyin.apps.ledger.bulk.history import RepliedByFile
from huiyin.apps.ledger.desk_selectors import condition_of, duties_of
from huiyin.apps.ledger.limits import after_limit, day_of, deadlines, default_due
from huiyin.apps.ledger.models import Bulletin, Case, Escalation
from huiyin.apps.ledger.selectors import cases_for_desk
from huiyin.apps.ledger.services import answer, askers, bulletins, extension, giving_up, lead
from huiyin.apps.ledger.services.assign import Lead, assign
from huiyin.apps.ledger.services.escalate import may_climb, tend
from tests import given
from tests.people import Cast

DAY = timedelta(days=1)


def steps(case: Case) -> list[tuple[str, str]]:
    return list(Escalation.objects.filter(case=case).order_by("id").values_list("rung", "reason"))


def test_no_assignment_in_one_working_day_escalates(cast: Cast) -> None:
    case = given.a_registered_case(cast)
    tend(now=given.A_MONDAY + DAY)
    assert steps(case) == []
    tend(now=given.A_MONDAY + 2 * DAY)
    assert steps(case) == [("street", "unassigned")]


def test_an_overdue_case_reaches_secretary_street_and_district_in_turn(cast: Cast) -> None:
    case = given.a_case(cast, status="in_progress")
    due = case.due_at
    for days, expected in ((0, 1), (2, 1), (3, 2), (6, 2), (7, 3), (30, 3)):
        tend(now=due + timedelta(days=days, hours=1))
        assert len(steps(case)) == expected, days
    assert steps(case) == [("secretary", "overdue"), ("street", "overdue"), ("district", "overdue")]
    case = Case.objects.get(pk=case.pk)
    assert case.missed_first_due_at == case.first_due_at


LADDER = [("secretary", "overdue"), ("street", "overdue"), ("district", "overdue")]


def overdue_once(cast: Cast) -> Case:
    """A case in work that has climbed to the district."""
    case = given.a_case(cast, status="in_progress")
    tend(now=case.due_at + 8 * DAY)
    assert steps(case) == LADDER
    return case


def climbs_anew(cast: Cast, case: Case) -> None:
    """The new promise is no lateness of its own, and when it is broken the ladder is taken again."""
    case = Case.objects.get(pk=case.pk)
    tend(now=case.due_at - DAY)
    assert steps(case) == LADDER
    assert at_street(cast, case.due_at - DAY) == []
    tend(now=case.due_at + 8 * DAY)
    assert steps(case) == LADDER * 2
    assert at_street(cast, case.due_at + 8 * DAY) == [case]


def at_street(cast: Cast, now: datetime) -> list[Case]:
    by = cast.by_street_officer
    return list(cases_for_desk(by).filter(condition_of("at_street", duties_of(by), now)))


def test_a_promise_extended_and_broken_again_climbs_again(cast: Cast) -> None:
    case = overdue_once(cast)
    at = case.due_at + 9 * DAY
    asked = extension.ask_extension(
        case, by=cast.by_manager, due_on=day_of(at + 20 * DAY), reason="等配件。", now=at
    )
    extension.decide_extension(asked, by=cast.by_secretary, approve=True, now=at)
    climbs_anew(cast, case)


def test_an_objection_upheld_is_a_new_promise_to_the_ladder(cast: Cast) -> None:
    case = overdue_once(cast)
    at = case.due_at + 9 * DAY
    given._propose_giving_up(cast, case, at)
    giving_up.decide_giving_up(case.give_up_proposals.get(), by=cast.by_secretary, agree=True, now=at)
    raised = askers.object_to_outcome(
        given.original_asker(case), by=cast.by_resident, text="就是物业的事。", now=at
    )
    askers.decide_objection(raised, by=cast.by_street_officer, uphold=True, reason="合同里写着。", now=at)
    climbs_anew(cast, case)


def test_a_reopened_case_climbs_again(cast: Cast) -> None:
    case = overdue_once(cast)
    at = case.due_at + 9 * DAY
    given._reply(cast, case, at)
    given._say("not_solved")(cast, case, at + DAY)
    climbs_anew(cast, case)


def test_urges_are_no_reason_anew_because_the_date_was_moved(cast: Cast) -> None:
    case = given.a_case(cast, status="in_progress")
    for day in range(1, 6):
        askers.urge(given.original_asker(case), by=cast.by_resident, now=given.A_MONDAY + day * DAY)
    tend(now=given.A_MONDAY + 6 * DAY)
    at = given.A_MONDAY + 7 * DAY
    asked = extension.ask_extension(
        case, by=cast.by_manager, due_on=day_of(case.due_at + 5 * DAY), reason="等配件。", now=at
    )
    extension.decide_extension(asked, by=cast.by_secretary, approve=True, now=at)
    tend(now=at)
    assert steps(case) == [("street", "urged")]
    assert at_street(cast, at) == [case]


def an_imported_case(
    cast: Cast, *, at: datetime, read_at: datetime, replied_at: datetime | None = None, lead: str = ""
) -> Case:
    told = RepliedByFile(at=replied_at, text="已更换曳引轮。") if replied_at else None
    history = History(
        key="old",
        at=at,
        by=cast.by_secretary,
        text="电梯三个月停了四次。",
        area=cast.community,
        estate=cast.estate,
        source="import",
        case_list="short_term",
        file_key="old:1",
        lead_label="青禾物业" if replied_at else lead,
        recorded_at=read_at,
        steps=(told,) if told else (),
    )
    return write([history])[0]


def test_an_imported_open_case_climbs_from_the_day_it_was_imported(cast: Cast) -> None:
    read_at = given.A_MONDAY
    case = an_imported_case(cast, at=read_at - 300 * DAY, read_at=read_at)
    assert case.due_at < read_at
    tend(now=read_at + timedelta(hours=1))
    assert steps(case) == []
    known_for_a_day = after_limit(read_at, deadlines(read_at).values.assignment.within)
    tend(now=known_for_a_day + timedelta(hours=1))
    assert steps(case) == [("street", "unassigned")]
    due_here = default_due(registered_at=read_at).at
    tend(now=due_here - DAY)
    assert len(steps(case)) == 1
    tend(now=due_here + 8 * DAY)
    assert steps(case)[1:] == LADDER
    # Whether it was late before stands in the file's own dates; nobody here has missed a promise of theirs.
    assert Case.objects.get(pk=case.pk).missed_first_due_at is None


LATE_PROMISE = given.A_MONDAY + 14 * DAY


def test_a_promise_made_here_counts_for_an_imported_case_too(cast: Cast) -> None:
    read_at, company = given.A_MONDAY, Lead.company(cast.engagement)
    imported = an_imported_case(cast, at=read_at - 2 * DAY, read_at=read_at)
    own = given.a_registered_case(cast)
    for case in (imported, own):
        assign(
            case,
            by=cast.by_secretary,
            case_list="short_term",
            lead=company,
            due_on=date(2026, 6, 5),
            now=read_at + timedelta(hours=1),
        )
    tend(now=LATE_PROMISE)
    assert steps(imported) == steps(own) == LADDER


def test_a_list_changed_here_is_a_promise_for_an_imported_case_too(cast: Cast) -> None:
    read_at = given.A_MONDAY
    case = an_imported_case(cast, at=read_at - 2 * DAY, read_at=read_at, lead="区供电公司")
    extension.change_list(
        case,
        by=cast.by_secretary,
        case_list="immediate",
        reason="马上能办。",
        now=read_at + timedelta(hours=1),
    )
    promised = Case.objects.get(pk=case.pk).due_at
    tend(now=promised + 7 * DAY + timedelta(hours=1))
    assert steps(case) == LADDER


def test_an_imported_case_whose_limit_was_over_before_is_not_late_with_its_assignment(cast: Cast) -> None:
    read_at = given.A_MONDAY
    case = an_imported_case(cast, at=read_at - 300 * DAY, read_at=read_at)
    assign(
        case,
        by=cast.by_secretary,
        case_list="short_term",
        lead=Lead.company(cast.engagement),
        now=read_at + DAY,
    )
    tend(now=LATE_PROMISE)
    assert steps(case) == []


def test_an_imported_case_that_is_reopened_owes_its_reply_here(cast: Cast) -> None:
    read_at = given.A_MONDAY
    case = an_imported_case(cast, at=read_at - 90 * DAY, read_at=read_at, replied_at=read_at - 80 * DAY)
    answer.answer(
        given.original_asker(case),
        by=cast.by_street_officer,
        answer="not_solved",
        comment="又停了。",
        how="call",
        record_note="6月1日电话",
        now=read_at,
    )
    case = Case.objects.get(pk=case.pk)
    tend(now=case.due_at + timedelta(hours=1))
    assert steps(case) == [("secretary", "overdue")]


def test_the_clock_reads_no_case_that_has_taken_all_its_steps(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    late = [given.a_case(cast, status="in_progress"), given.a_registered_case(cast)]
    given.a_case(cast, status="replied")
    waiting = given.a_case(cast, status="in_progress")
    lead.ask_asker(waiting, by=cast.by_manager, what_is_missing="哪一层？", now=waiting.due_at - DAY)
    at = late[0].due_at + 30 * DAY
    tend(now=at)
    assert [len(steps(case)) for case in late] == [3, 4]
    assert list(may_climb(at)) == []
    with django_assert_num_queries(4):
        assert not any(tend(now=at).values())


def test_a_replied_case_is_not_escalated(cast: Cast) -> None:
    case = given.a_case(cast, status="replied")
    tend(now=case.due_at + 30 * DAY)
    assert steps(case) == []
    assert Case.objects.get(pk=case.pk).status == "unconfirmed"


def test_five_urges_go_to_the_street(cast: Cast) -> None:
    case = given.a_case(cast, status="in_progress")
    mine, by = given.original_asker(case), cast.actor("resident")
    for day in range(1, 6):
        askers.urge(mine, by=by, now=given.A_MONDAY + day * DAY)
    tend(now=given.A_MONDAY + 6 * DAY)
    assert steps(case) == [("street", "urged")]


def test_a_pause_ends_by_itself_after_seven_days(cast: Cast) -> None:
    case = given.a_case(cast, status="awaiting_asker")
    tend(now=given.A_MONDAY + 8 * DAY)
    case = Case.objects.get(pk=case.pk)
    assert case.status == "in_progress"
    assert case.due_at == case.first_due_at + 7 * DAY


def test_each_month_an_estate_with_cases_owes_a_bulletin_and_lateness_shows(cast: Cast) -> None:
    given.a_registered_case(cast)
    first_of_july = given.A_MONDAY + 30 * DAY
    assert bulletins.open_bulletins(now=first_of_july) == 1
    assert bulletins.open_bulletins(now=first_of_july) == 0
    owed = Bulletin.objects.get()
    assert (owed.estate, f"{owed.month:%Y-%m}") == (cast.estate, "2026-06")
    issued = bulletins.issue_bulletin(owed, by=cast.actor("secretary"), now=owed.due_at + DAY)
    assert issued.issued_at is not None
    assert issued.issued_at > issued.due_at
    assert [line["title"] for line in issued.lines["lists"]["short_term"]] == [Case.objects.get().title]
