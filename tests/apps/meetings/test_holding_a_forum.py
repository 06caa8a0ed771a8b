"""The quarterly forum: due by itself, its agenda misses nothing, nothing closes without a statement."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from huiyin.apps.audit.models import Event
from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.public_texts import public_texts
from huiyin.apps.ledger.services import assign
from huiyin.apps.ledger.services.redact import redact_text
from huiyin.apps.meetings import row_checks
from huiyin.apps.meetings.forum_selectors import agenda_of, days_late, forums_for_desk, is_settled
from huiyin.apps.meetings.models import Forum, ForumItem
from huiyin.apps.meetings.services import forums
from huiyin.apps.places.services import end_engagement
from huiyin.domain.case_workflow import OPEN
from huiyin.domain.errors import NotPermitted, RuleBroken
from tests import given
from tests.given import BEIJING
from tests.given_meetings import START
from tests.given_reports import a_report
from tests.people import Cast

pytestmark = pytest.mark.django_db
SPRING = datetime(2026, 4, 2, 9, 0, tzinfo=BEIJING)
DAY = timedelta(days=1)
AUTUMN = datetime(2026, 10, 2, 9, 0, tzinfo=BEIJING)
HELD = datetime(2026, 6, 25, 19, 0, tzinfo=BEIJING)


def a_forum(cast: Cast, *, now: datetime = SPRING) -> Forum:
    forums.open_forums(now=now)
    return Forum.objects.select_related("estate__area").get(estate=cast.estate, quarter=date(2026, 4, 1))


def planned(cast: Cast, *, now: datetime = HELD) -> Forum:
    forum = a_forum(cast)
    return forums.plan_forum(forum, by=cast.actor("secretary"), planned_at=HELD, venue="社区会议室", now=now)


def close(cast: Cast, forum: Forum, *, now: datetime = HELD, who: str = "secretary") -> Forum:
    return forums.close_forum(
        forum, by=cast.actor(who), held_on=now.date(), attendee_count=23, summary="都说到了。", now=now
    )


def state_all(cast: Cast, forum: Forum, *, now: datetime = HELD) -> None:
    for item in forum.items.filter(statement=""):
        forums.state(item, by=cast.actor("secretary"), text="下周完成。", now=now)


def test_each_quarter_an_estate_with_a_company_owes_a_forum(cast: Cast) -> None:
    assert forums.open_forums(now=SPRING) == 1
    assert forums.open_forums(now=SPRING + DAY) == 0
    forum = Forum.objects.get()
    assert (forum.estate, forum.quarter, forum.due_on) == (cast.estate, date(2026, 4, 1), date(2026, 6, 30))
    assert forums.open_forums(now=SPRING + 90 * DAY) == 1


def test_the_agenda_holds_open_and_reopened_cases_and_no_settled_one(cast: Cast) -> None:
    wanted = {
        given.a_case(cast, status=each).pk for each in ("registered", "in_progress", "replied", "reopened")
    }
    for settled in ("confirmed", "rejected", "withdrawn"):
        given.a_case(cast, status=settled)
    forum = planned(cast)
    assert set(forum.items.values_list("case_id", flat=True)) == wanted


def test_milestones_and_commitments_that_fall_due_are_on_the_agenda(cast: Cast) -> None:
    case = given.a_registered_case(cast)
    assign.assign(
        case,
        by=cast.actor("secretary"),
        case_list="long_term",
        lead=assign.Lead.company(cast.engagement),
        milestones=[assign.Step("立项", date(2026, 7, 20)), assign.Step("竣工", date(2027, 3, 1))],
        now=given.A_MONDAY,
    )
    assert [each.title for each in planned(cast).items.filter(kind="milestone")] == ["立项"]
    a_report(cast, status="published")
    forums.open_forums(now=AUTUMN)
    forum = Forum.objects.get(estate=cast.estate, quarter=date(2026, 10, 1))
    forums.extend_agenda(forum, now=AUTUMN)
    assert forum.items.get(kind="commitment").title == "修好地下车库防水"


def test_what_becomes_due_before_the_closing_is_added_and_keeps_the_forum_open(cast: Cast) -> None:
    given.a_case(cast, status="in_progress")
    forum = planned(cast)
    state_all(cast, forum)
    late = given.a_registered_case(cast, now=HELD + timedelta(minutes=5), text="座谈会上刚提的新事。")
    with pytest.raises(RuleBroken, match="还有 1 项没有说明"):
        close(cast, forum, now=HELD + timedelta(minutes=10))
    assert forum.items.filter(case=late).exists(), "the refused closing has put it on the agenda"
    state_all(cast, forum)
    assert close(cast, forum, now=HELD + timedelta(minutes=20)).closed_at


def test_what_was_settled_meanwhile_needs_no_words(cast: Cast) -> None:
    case = given.a_registered_case(cast)
    forum = planned(cast)
    given._reject(cast, case, HELD)
    assert is_settled(agenda_of(forum).get())
    assert close(cast, forum).closed_at == HELD


def test_who_leads_a_case_states_where_it_stands_and_nobody_else(cast: Cast) -> None:
    given.a_case(cast, status="in_progress")
    forum = planned(cast)
    item: ForumItem = forum.items.get()
    for other in ("resident", "stranger", "community_worker", "street_officer"):
        with pytest.raises(NotPermitted):
            forums.state(item, by=cast.actor(other), text="在办。", now=HELD)
    stated = forums.state(item, by=cast.actor("manager"), text="灯已订货，7月2日装。", now=HELD)
    assert (stated.statement, stated.stated_by_label) == ("灯已订货，7月2日装。", "项目负责人 梁小禾")
    with pytest.raises(RuleBroken, match="请写进展"):
        forums.state(item, by=cast.actor("manager"), text="  ", now=HELD)


def test_a_company_that_left_sees_only_forums_where_an_item_is_its_own(cast: Cast) -> None:
    own = given.a_case(cast, status="in_progress")
    spring = planned(cast)
    forums.open_forums(now=AUTUMN)
    autumn = Forum.objects.get(quarter=date(2026, 10, 1))
    manager = cast.actor("manager")
    assert set(forums_for_desk(manager)) == {spring, autumn}
    end_engagement(engagement=cast.engagement, ends_on=date(2026, 7, 31), by=cast.by_district_officer)
    assert spring.items.get().case == own
    assert list(forums_for_desk(manager)) == [spring]
    assert set(forums_for_desk(cast.actor("secretary"))) == {spring, autumn}


def test_a_speaker_brings_something_new_and_is_its_asker(cast: Cast) -> None:
    forum = planned(cast)
    said = {
        "by": cast.actor("community_worker"),
        "text": "老年食堂什么时候开？",
        "name": "周有福",
        "now": HELD,
    }
    case = forums.bring_matter(forum, **said, idempotency_key="once")
    assert forums.bring_matter(forum, **said, idempotency_key="once") == case
    assert (case.source, case.askers.get().contact.name) == ("forum", "周有福")
    assert forum.matters.get().case == case
    with pytest.raises(NotPermitted):
        forums.bring_matter(forum, **{**said, "by": cast.actor("manager")})


def test_lateness_shows_while_it_is_open_and_stays_when_it_was_held_late(cast: Cast) -> None:
    forum = planned(cast)
    assert days_late(forum, HELD) == 0
    assert days_late(forum, HELD + 10 * DAY) == 5
    closed = close(cast, forum, now=HELD + 10 * DAY)
    assert days_late(closed, HELD + 100 * DAY) == 5


def test_a_forum_that_was_never_planned_is_not_closed(cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="还没有定时间"):
        close(cast, a_forum(cast))


def test_a_closed_forum_takes_nothing_more(cast: Cast) -> None:
    given.a_case(cast, status="in_progress")
    forum = planned(cast)
    state_all(cast, forum)
    close(cast, forum)
    for refused in (
        lambda: forums.extend_agenda(forum, now=HELD),
        lambda: forums.state(forum.items.get(), by=cast.actor("secretary"), text="又一句。", now=HELD),
        lambda: close(cast, forum),
    ):
        with pytest.raises(RuleBroken, match="已经结束"):
            refused()
    assert Event.objects.filter(stream=forum.stream).latest("number").kind == "meetings.forum_closed"


def test_only_the_secretary_holds_the_forum_and_each_side_sees_it(cast: Cast) -> None:
    forum = planned(cast)
    with pytest.raises(NotPermitted):
        close(cast, forum, who="manager")
    for who in ("secretary", "manager", "street_officer", "auditor"):
        assert forums_for_desk(cast.actor(who)).get() == forum
    assert not forums_for_desk(cast.actor("stranger")).exists()


STATES = (
    "registered",
    "assigned",
    "in_progress",
    "replied",
    "reopened",
    "confirmed",
    "rejected",
    "withdrawn",
)


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@hypothesis_given(
    st.lists(st.sampled_from(STATES), max_size=4),
    st.lists(st.sampled_from(STATES), max_size=2),
    st.booleans(),
)
def test_a_closed_forum_has_never_missed_an_open_case(
    cast: Cast, before: list[str], meanwhile: list[str], is_stated_in_between: bool
) -> None:
    from django.db import transaction

    with transaction.atomic():
        for status in before:
            given.a_case(cast, status=status)
        forum = planned(cast)
        if is_stated_in_between:
            state_all(cast, forum)
        for status in meanwhile:
            given.a_case(cast, status=status)
        try:
            close(cast, forum)
        except RuleBroken:
            state_all(cast, forum)
            close(cast, forum)
        open_cases = Case.objects.filter(estate=cast.estate, status__in=sorted(OPEN))
        stated = forum.items.exclude(statement="").values_list("case_id", flat=True)
        assert set(open_cases.values_list("pk", flat=True)) <= set(stated)
        transaction.set_rollback(True)


def differences() -> list[str]:
    return [each.what for each in row_checks.forum_differences("")]


def a_closed_forum(cast: Cast) -> Forum:
    given.a_case(cast)
    forum = planned(cast)
    forums.bring_matter(forum, by=cast.actor("secretary"), text="六号楼的门坏了。", building="6", now=HELD)
    forums.extend_agenda(forum, now=HELD)
    state_all(cast, forum)
    return close(cast, forum)


CHANGED: list[tuple[str, Callable[[Forum], object]]] = [
    ("座谈会的季度或期限", lambda forum: Forum.objects.update(due_on=date(2026, 7, 30))),
    ("座谈会的时间或地点", lambda forum: Forum.objects.update(planned_at=HELD - DAY)),
    ("座谈会的时间或地点", lambda forum: Forum.objects.update(venue="别处")),
    ("座谈会上的一项说明", lambda forum: forum.items.update(statement="早就办好了。")),
    ("座谈会的结束", lambda forum: Forum.objects.update(attendee_count=99)),
    ("座谈会的结束", lambda forum: Forum.objects.update(summary="别的小结。")),
    ("座谈会上新提的事项", lambda forum: forum.matters.all().delete()),
    ("这次座谈会不在了", lambda forum: forum.delete()),
]


@pytest.mark.parametrize(("what", "change"), CHANGED)
def test_a_forum_that_says_something_else_than_its_events_is_found(
    cast: Cast, what: str, change: Callable[[Forum], object]
) -> None:
    forum = a_closed_forum(cast)
    assert differences() == []
    change(forum)
    assert set(differences()) == {what}


def test_an_item_taken_off_an_agenda_is_found(cast: Cast) -> None:
    a_closed_forum(cast).items.all().delete()
    assert set(differences()) == {"座谈会的议程", "座谈会上的一项说明不见了"}


def test_what_is_redacted_in_the_ledger_leaves_the_agenda(cast: Cast) -> None:
    forums.open_forums(now=START)
    case, by = given.a_registered_case(cast), cast.actor("secretary")
    forum = Forum.objects.get(estate=cast.estate)
    forums.plan_forum(forum, by=by, planned_at=START, venue="中心花园", now=START)
    title = next(text for text in public_texts(case) if text.words == case.title)
    redact_text(case, by=by, key=title.key, words="（已遮盖）", reason="有姓名。", now=START)
    assert forum.items.get().title == "（已遮盖）"
