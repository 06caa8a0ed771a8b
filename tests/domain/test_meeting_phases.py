"""The phases of a meeting as a graph, and what is open in each (domain.md §4)."""

from __future__ import annotations

import pytest

from huiyin.config.reference import FOLDER
from huiyin.domain.errors import RuleBroken
from huiyin.domain.meeting_phases import (
    ACTIVITY_LABELS,
    EDGES,
    LABELS,
    OPEN_IN,
    Activity,
    Phase,
    activity_table,
    check_open,
    edges_from,
    is_open,
    mermaid,
    table,
    target_of,
)

# A day at the doorstep as domain.md tells it: command, and the phase it leads to.
ONE_MEETING = (
    ("announce", "announced"),
    ("open_reporting", "reporting"),
    ("open_questions", "questions"),
    ("pause", "paused"),
    ("resume", "questions"),
    ("end_questions", "closed"),
    ("add_sitting", "announced"),
    ("open_reporting", "reporting"),
    ("open_questions", "questions"),
    ("end_questions", "closed"),
    ("close", "minutes_open"),
    ("lock", "locked"),
)


def test_a_meeting_goes_from_the_draft_to_the_lock() -> None:
    phase = Phase.DRAFT
    for command, wanted in ONE_MEETING:
        phase = target_of(command, phase)
        assert phase == wanted


def test_every_phase_is_reached_and_only_two_are_the_end() -> None:
    reached = {edge.target for edge in EDGES} | {Phase.DRAFT}
    assert reached == set(Phase)
    assert {phase for phase in Phase if not edges_from(phase)} == {Phase.LOCKED, Phase.CANCELLED}


def test_each_phase_and_activity_has_a_label_and_a_row() -> None:
    assert set(LABELS) == set(Phase)
    assert set(ACTIVITY_LABELS) == set(OPEN_IN) == set(Activity)


def test_a_command_has_one_target_from_a_phase() -> None:
    pairs = [(edge.command, source) for edge in EDGES for source in edge.sources]
    assert len(pairs) == len(set(pairs))


@pytest.mark.parametrize(
    ("activity", "phases"),
    [
        ("ask", "announced reporting questions paused"),
        ("support", "announced reporting questions paused"),
        ("check_in", "announced reporting questions paused"),
        ("enter_attendance", "announced reporting questions paused closed"),
        ("moderate", "announced reporting questions paused closed postponed"),
        ("on_screen", "questions paused"),
        ("answer", "questions paused closed"),
        ("correct", "minutes_open"),
        ("rate", "minutes_open locked"),
        ("plan", "draft postponed"),
    ],
)
def test_what_is_open_follows_from_the_phase(activity: str, phases: str) -> None:
    assert {phase for phase in Phase if is_open(Activity(activity), phase)} == set(phases.split())


def test_nothing_is_open_in_a_cancelled_meeting() -> None:
    assert not [activity for activity in Activity if is_open(activity, "cancelled")]


def test_a_refusal_says_where_the_meeting_stands() -> None:
    with pytest.raises(RuleBroken, match="现在是“已公告”，不能这样操作") as refused:
        target_of("pause", "announced")
    assert refused.value.code == "meeting.pause.not_from_announced"
    with pytest.raises(RuleBroken, match="现在是“记录已锁定”，这个阶段不能提问"):
        check_open(Activity.ASK, "locked")


def test_the_reference_page_shows_this_table() -> None:
    page = (FOLDER / "meeting-phases.md").read_text(encoding="utf-8")
    assert mermaid() in page
    assert table().strip() in page
    assert activity_table().strip() in page
