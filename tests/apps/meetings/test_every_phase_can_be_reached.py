"""The table of phases against the services: each phase is reached by its commands, and by nobody else's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from huiyin.apps.audit.models import Event
from huiyin.apps.audit.verification import Counts, problems
from huiyin.apps.meetings.models import Meeting
from huiyin.apps.meetings.services import announce, close, minutes, run
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.domain.meeting_phases import EDGES, Phase, allows
from tests.given_meetings import CLOSING, END, FLOOR, LOCKING, NOTICE, START
from tests.people import Cast

pytestmark = pytest.mark.django_db
InPhase = Callable[..., tuple[Cast, Meeting]]


@pytest.mark.parametrize("phase", Phase)
def test_a_meeting_comes_to_each_phase(in_phase: InPhase, phase: Phase) -> None:
    _cast, meeting = in_phase(phase)
    assert Meeting.objects.get(pk=meeting.pk).phase == phase
    events = Event.objects.filter(stream=meeting.stream)
    assert events.latest("number").public["phase"] == phase


COMMANDS: dict[str, Callable[[Cast, Meeting, str], object]] = {
    "announce": lambda c, m, who: announce.announce(m, by=c.actor(who), short_notice_reason="急", now=NOTICE),
    "postpone": lambda c, m, who: announce.postpone(m, by=c.actor(who), reason_code="weather", now=NOTICE),
    "cancel": lambda c, m, who: announce.cancel(
        m, by=c.actor(who), reason_code="company_changes", now=NOTICE
    ),
    "open_reporting": lambda c, m, who: run.open_reporting(m, by=c.actor(who), now=START),
    "open_questions": lambda c, m, who: run.open_questions(m, by=c.actor(who), now=FLOOR),
    "pause": lambda c, m, who: run.pause(m, by=c.actor(who), now=END),
    "resume": lambda c, m, who: run.resume(m, by=c.actor(who), now=END),
    "end_questions": lambda c, m, who: run.end_questions(m, by=c.actor(who), reason="雨大。", now=END),
    "go_on": lambda c, m, who: run.go_on(m, by=c.actor(who), now=END),
    "add_sitting": lambda c, m, who: run.add_sitting(
        m, by=c.actor(who), planned_at=LOCKING, venue="社区会议室", short_notice_reason="急", now=CLOSING
    ),
    "close": lambda c, m, who: close.close_meeting(m, by=c.actor(who), now=CLOSING),
    "lock": lambda c, m, who: minutes.lock_minutes(m.minutes, by=c.actor(who), now=LOCKING),
}
FIRST_SOURCE = {
    edge.command: min(edge.sources, key=list(Phase).index) for edge in EDGES if edge.command in COMMANDS
}


OTHERS = ("manager", "community_worker", "street_officer", "stranger", "resident", "anonymous")


@pytest.mark.parametrize("command", COMMANDS)
def test_only_the_secretary_moves_a_meeting(in_phase: InPhase, command: str) -> None:
    cast, meeting = in_phase(FIRST_SOURCE[command])
    for who in OTHERS:
        with pytest.raises(NotPermitted):
            COMMANDS[command](cast, meeting, who)
    assert Meeting.objects.get(pk=meeting.pk).phase == FIRST_SOURCE[command]


@pytest.mark.parametrize("phase", ["draft", "announced", "reporting", "questions", "closed", "minutes_open"])
def test_a_command_from_another_phase_is_refused_and_changes_nothing(in_phase: InPhase, phase: str) -> None:
    cast, meeting = in_phase(phase)
    for command, run_it in COMMANDS.items():
        if allows(command, phase) or (command == "lock" and phase != "minutes_open"):
            continue
        with pytest.raises(RuleBroken, match="现在是"):
            run_it(cast, meeting, "secretary")
        assert Meeting.objects.get(pk=meeting.pk).phase == phase


def test_the_history_of_a_locked_meeting_verifies(in_phase: InPhase) -> None:
    in_phase("locked")
    assert list(problems(Counts())) == []
