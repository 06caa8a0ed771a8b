"""The floor is open, shut, open again: the certified clock, the outcome, and a further sitting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from huiyin.apps.audit.models import Event
from huiyin.apps.meetings import selectors
from huiyin.apps.meetings.clock import clock_of, measured
from huiyin.apps.meetings.minutes_content import content_of
from huiyin.apps.meetings.models import FloorInterval, Meeting
from huiyin.apps.meetings.row_checks import differences
from huiyin.apps.meetings.services import announce, close, plan, run
from huiyin.apps.policies.services import SEEDS, adopt_policy
from huiyin.apps.reports.models import VerdictSheet
from huiyin.domain.errors import RuleBroken
from tests.given_meetings import CLOSING, END, FLOOR, MINUTE, START, a_question, households_come
from tests.people import Cast

pytestmark = pytest.mark.django_db
InPhase = Callable[..., tuple[Cast, Meeting]]
DAY = timedelta(days=1)


def test_silence_counts_and_a_pause_does_not(in_phase: InPhase) -> None:
    cast, meeting = in_phase("questions")
    by = cast.actor("secretary")
    run.pause(meeting, by=by, now=FLOOR + 20 * MINUTE)
    assert clock_of(meeting, FLOOR + 25 * MINUTE).counted == 20 * MINUTE
    run.resume(meeting, by=by, now=FLOOR + 25 * MINUTE)
    state = clock_of(meeting, FLOOR + 32 * MINUTE)
    assert (state.counted, state.is_running, state.missing) == (27 * MINUTE, True, 3 * MINUTE)
    ended = run.end_questions(meeting, by=by, now=FLOOR + 36 * MINUTE)
    assert (ended.open_seconds, ended.outcome) == (31 * 60, "compliant")


def test_a_meeting_is_judged_by_the_rules_stored_with_it_whatever_holds_on_its_day(in_phase: InPhase) -> None:
    cast, meeting = in_phase("questions")
    seed = (SEEDS / "meetings-2026-12-01.toml").read_text(encoding="utf-8")
    later = seed.replace("2026-12-01", "2030-01-01").replace("min_households = 10", "min_households = 3")
    stored = adopt_policy(text=later, by=cast.by_district_officer, now=START)
    Meeting.objects.filter(pk=meeting.pk).update(policy_version=str(stored))
    meeting.refresh_from_db()
    assert measured(meeting, END).min_households == 3


def test_below_thirty_minutes_it_cannot_be_called_compliant(in_phase: InPhase) -> None:
    cast, meeting = in_phase("questions")
    by = cast.actor("secretary")
    early = FLOOR + 29 * MINUTE + timedelta(seconds=59)
    with pytest.raises(RuleBroken, match="提问开放了 29 分钟，不足 30 分钟"):
        run.end_questions(meeting, by=by, now=early)
    assert Meeting.objects.get(pk=meeting.pk).phase == "questions"
    ended = run.end_questions(meeting, by=by, reason="暴雨红色预警。", now=early)
    assert (ended.outcome, ended.outcome_reason) == ("not_reached", "暴雨红色预警。")
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.filter(pk=meeting.pk).update(outcome_reason="")


def test_a_power_cut_is_entered_afterwards_and_only_shortens_the_clock(in_phase: InPhase) -> None:
    cast, meeting = in_phase("questions")
    by = cast.actor("secretary")
    with pytest.raises(RuleBroken, match="不能早于这一段提问开始"):
        run.pause(meeting, by=by, since=FLOOR - MINUTE, now=FLOOR + 30 * MINUTE)
    run.pause(meeting, by=by, since=FLOOR + 12 * MINUTE, now=FLOOR + 30 * MINUTE)
    assert clock_of(meeting, FLOOR + 40 * MINUTE).counted == 12 * MINUTE


def test_a_server_whose_clock_is_behind_takes_nothing_from_what_was_counted(in_phase: InPhase) -> None:
    cast, meeting = in_phase("questions")
    by = cast.actor("secretary")
    run.pause(meeting, by=by, now=FLOOR + 10 * MINUTE)
    run.resume(meeting, by=by, now=FLOOR + 5 * MINUTE)
    run.pause(meeting, by=by, now=FLOOR + 12 * MINUTE)
    assert clock_of(meeting, FLOOR + 20 * MINUTE).counted == 12 * MINUTE


def test_who_ended_the_questions_by_mistake_may_go_on_and_the_time_between_is_not_counted(
    in_phase: InPhase,
) -> None:
    cast, meeting = in_phase("questions")
    by = cast.actor("secretary")
    run.end_questions(meeting, by=by, reason="点错了。", now=FLOOR + 20 * MINUTE)
    gone_on = run.go_on(meeting, by=by, now=FLOOR + 23 * MINUTE)
    assert (gone_on.phase, gone_on.outcome, gone_on.outcome_reason) == ("questions", "", "")
    assert clock_of(meeting, FLOOR + 30 * MINUTE).counted == 27 * MINUTE
    ended = run.end_questions(meeting, by=by, now=FLOOR + 33 * MINUTE)
    assert (ended.open_seconds, ended.outcome, ended.sittings.count()) == (30 * 60, "compliant", 1)
    spans = selectors.certificate_of(ended, CLOSING)["spans"]
    assert [each["seconds"] for each in spans] == [20 * 60, 10 * 60]
    events = Event.objects.filter(stream=meeting.stream).order_by("number")
    told = [(each.kind.partition(".")[2], each.public.get("open_seconds")) for each in events]
    assert told[-3:] == [
        ("questions_ended", 20 * 60),
        ("questions_gone_on", 20 * 60),
        ("questions_ended", 30 * 60),
    ]
    assert list(differences(meeting.stream)) == []


def test_going_on_is_for_the_minutes_of_the_policy_and_until_the_questions_went_into_the_ledger(
    in_phase: InPhase,
) -> None:
    cast, meeting = in_phase("closed")
    by = cast.actor("secretary")
    with pytest.raises(RuleBroken, match="结束提问后 5 分钟内才能续开"):
        run.go_on(meeting, by=by, now=END + 5 * MINUTE)
    close.close_meeting(meeting, by=by, now=END + MINUTE)
    with pytest.raises(RuleBroken, match="记录核对中"):
        run.go_on(meeting, by=by, now=END + 2 * MINUTE)
    assert Meeting.objects.get(pk=meeting.pk).phase == "minutes_open"


def test_a_further_sitting_that_fell_away_is_not_gone_on_with(in_phase: InPhase) -> None:
    cast, meeting = in_phase("closed")
    by = cast.actor("secretary")
    run.add_sitting(meeting, by=by, planned_at=START + 7 * DAY, venue="社区会议室", now=END + MINUTE)
    run.drop_sitting(meeting, by=by, reason="大家同意书面答复。", now=END + 2 * MINUTE)
    with pytest.raises(RuleBroken, match="请再开一次"):
        run.go_on(meeting, by=by, now=END + 3 * MINUTE)


def test_the_database_knows_one_open_interval_at_a_time(in_phase: InPhase) -> None:
    _cast, meeting = in_phase("questions")
    sitting = meeting.sittings.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        FloorInterval.objects.create(sitting=sitting, opened_at=FLOOR)


def test_too_few_households_owe_a_further_sitting_within_thirty_days(in_phase: InPhase) -> None:
    cast, meeting = in_phase("questions", households=9)
    by = cast.actor("secretary")
    ended = run.end_questions(meeting, by=by, reason="下雨，来的人少。", now=END)
    assert (ended.outcome, ended.household_count) == ("too_few", 9)
    assert ended.new_sitting_by == (END + 30 * DAY).date()
    with pytest.raises(RuleBroken, match="前要再开一次"):
        close.close_meeting(meeting, by=by, now=CLOSING)


def test_a_further_sitting_adds_to_the_clock_and_to_the_households(in_phase: InPhase) -> None:
    cast, meeting = in_phase("questions", households=9)
    by = cast.actor("secretary")
    run.end_questions(meeting, by=by, reason="下雨，来的人少。", now=FLOOR + 20 * MINUTE)
    meeting = run.add_sitting(meeting, by=by, planned_at=START + 7 * DAY, venue="社区会议室", now=END)
    assert (meeting.phase, meeting.outcome) == ("announced", "")
    second = FLOOR + 7 * DAY
    run.open_reporting(meeting, by=by, now=START + 7 * DAY)
    households_come(cast, meeting, 11, now=START + 7 * DAY)
    run.open_questions(meeting, by=by, now=second)
    ended = run.end_questions(meeting, by=by, now=second + 15 * MINUTE)
    assert (ended.open_seconds, ended.household_count, ended.outcome) == (35 * 60, 11, "compliant")
    assert VerdictSheet.objects.get().judged_at == START, (
        "the verdicts stand from the first time it was heard"
    )
    certificate = selectors.certificate_of(ended, CLOSING)
    assert [each["seconds"] for each in certificate["spans"]] == [20 * 60, 15 * 60]


def test_a_further_sitting_leaves_who_chaired_and_reported_at_the_first(in_phase: InPhase) -> None:
    cast, meeting = in_phase("announced")
    by, again = cast.actor("secretary"), START + 7 * DAY
    meeting = plan.name_deputy(meeting, by=by, label="社区副书记 白露", reason_code="ill", now=START - DAY)
    absence = run.Absence("副经理 段立新", "called_away", "到市里开会，电话 13812345678。")
    run.open_reporting(meeting, by=by, absences={cast.estate.pk: absence}, now=START)
    run.open_questions(meeting, by=by, now=FLOOR)
    run.end_questions(meeting, by=by, reason="下雨，来的人少。", now=END)
    meeting = run.add_sitting(meeting, by=by, planned_at=again, venue="社区会议室", now=END)
    meeting = plan.unname_deputy(meeting, by=by, now=END)
    meeting = run.open_reporting(meeting, by=by, now=again)
    first, second = meeting.sittings.all()
    assert (first.chair_label, first.deputy_reason) == ("社区副书记 白露", "本人生病，不能到场。")
    assert second.deputy_reason == ""
    told = [(each.reporters.get().label, each.reporters.get().reason) for each in (first, second)]
    said = "本人有公务，不能到场。到市里开会，电话 〔手机号〕。"
    assert told == [("副经理 段立新", said), ("项目负责人 梁小禾", "")]
    page = Client().get(f"/meetings/{meeting.pk}").text
    assert "报告人：副经理 段立新" in page
    run.open_questions(meeting, by=by, now=again)
    run.end_questions(meeting, by=by, reason="没有人来。", now=again + 40 * MINUTE)
    told_by_minutes = content_of(
        close.close_meeting(meeting, by=by, no_sitting_reason="改为逐户走访。", now=again + 2 * DAY)
    )["sittings"]
    assert [each["reporters"][0]["reporter"] for each in told_by_minutes] == [told[0][0], told[1][0]]
    assert [each["deputy_reason"] for each in told_by_minutes] == ["本人生病，不能到场。", ""]
    minutes = Client().get(f"/meetings/{meeting.pk}/minutes").text
    assert "主持：社区副书记 白露（本人生病，不能到场。）" in minutes
    assert "报告人：副经理 段立新" in minutes
    assert "报告人：项目负责人 梁小禾" in minutes


def test_a_further_sitting_may_fall_away_in_public_but_the_meeting_is_not_cancelled(
    in_phase: InPhase,
) -> None:
    cast, meeting = in_phase("closed")
    by = cast.actor("secretary")
    run.add_sitting(meeting, by=by, planned_at=START + 7 * DAY, venue="社区会议室", now=END)
    with pytest.raises(RuleBroken, match="已经开过一次"):
        announce.cancel(meeting, by=by, reason_code="company_changes", now=END)
    with pytest.raises(RuleBroken, match="为什么不再续开"):
        run.drop_sitting(meeting, by=by, reason="", now=END)
    dropped = run.drop_sitting(meeting, by=by, reason="大家同意书面答复。", now=END)
    assert (dropped.phase, dropped.outcome, dropped.open_seconds) == ("closed", "compliant", 42 * 60)


def test_a_sitting_that_was_planned_and_dropped_moves_no_day(in_phase: InPhase) -> None:
    cast, meeting = in_phase("questions", households=9)
    by = cast.actor("secretary")
    owed = run.end_questions(meeting, by=by, reason="下雨，来的人少。", now=END).new_sitting_by
    later = END + 19 * DAY
    run.add_sitting(
        meeting,
        by=by,
        planned_at=later + DAY,
        venue="社区会议室",
        short_notice_reason="大家等着。",
        now=later,
    )
    dropped = run.drop_sitting(meeting, by=by, reason="场地不能用。", now=later)
    assert (dropped.outcome, dropped.new_sitting_by, dropped.ended_at) == ("too_few", owed, END)


def test_the_certificate_says_what_was_counted_and_what_was_asked_for(in_phase: InPhase) -> None:
    cast, meeting = in_phase("questions")
    a_question(cast, meeting)
    run.end_questions(meeting, by=cast.actor("secretary"), now=END)
    meeting.refresh_from_db()
    told = selectors.certificate_of(meeting, CLOSING)
    assert (told["open_seconds"], told["question_minutes"]) == (42 * 60, 30)
    assert (told["households"], told["min_households"], told["people"]) == (10, 10, 10)
    assert (told["asked"], told["outcome"]) == (1, "compliant")
    assert told["spans"][0]["opened_at"] == "2026-07-11T02:00:00.000000Z"
