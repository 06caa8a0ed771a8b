"""The way of a report as a graph (domain.md §3): who moves it, what is public, what only a meeting commands."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.domain.errors import RuleBroken
from huiyin.domain.report_workflow import (
    EDGES,
    LABELS,
    PUBLIC,
    WRITABLE,
    ReportStatus,
    Who,
    allows,
    edges_from,
    mermaid,
    table,
    target_of,
)

COMMANDS = sorted({edge.command for edge in EDGES})


def test_every_status_has_a_name_and_is_reached_from_the_draft() -> None:
    found, waiting = {ReportStatus.DRAFT}, [ReportStatus.DRAFT]
    while waiting:
        for edge in edges_from(waiting.pop()):
            if edge.target not in found:
                found.add(edge.target)
                waiting.append(edge.target)
    assert found == set(ReportStatus) == set(LABELS)


# (command, from, to) as domain.md §3 draws them
WAY = [
    ("submit", "draft", "submitted"),
    ("submit", "returned", "submitted"),
    ("return", "submitted", "returned"),
    ("approve", "submitted", "approved"),
    ("announce", "approved", "announced"),
    ("withdraw", "announced", "approved"),
    ("present", "announced", "presented"),
    ("publish", "presented", "published"),
]


@pytest.mark.parametrize(("command", "source", "target"), WAY)
def test_the_way_of_a_report_is_that_of_the_mechanism(command: str, source: str, target: str) -> None:
    assert target_of(command, source) == target


def test_there_is_no_other_way() -> None:
    assert {(edge.command, source, edge.target) for edge in EDGES for source in edge.sources} == {
        (command, source, target) for command, source, target in WAY
    }


def test_a_company_only_hands_in_and_never_approves_itself() -> None:
    assert {edge.command for edge in EDGES if edge.who is Who.COMPANY} == {"submit"}
    assert {edge.who for edge in EDGES if edge.target is ReportStatus.APPROVED} == {
        Who.SECRETARY,
        Who.MEETING,
    }


def test_what_becomes_public_is_commanded_by_a_meeting() -> None:
    assert {edge.who for edge in EDGES if edge.target in PUBLIC} == {Who.MEETING}


def test_nothing_public_can_be_written_or_given_back() -> None:
    assert not PUBLIC & WRITABLE
    for status in PUBLIC:
        assert not any(allows(command, status) for command in ("submit", "return", "approve"))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(COMMANDS), max_size=20))
def test_no_sequence_of_commands_leaves_the_table(commands: list[str]) -> None:
    status = ReportStatus.DRAFT
    for command in commands:
        if allows(command, status):
            status = target_of(command, status)
        else:
            with pytest.raises(RuleBroken) as refusal:
                target_of(command, status)
            assert LABELS[status] in str(refusal.value)


def test_the_diagram_and_the_table_show_every_edge() -> None:
    drawn = {line.strip() for line in mermaid().splitlines()}
    for edge in EDGES:
        for source in edge.sources:
            assert f"{source} --> {edge.target}: {edge.command} ({edge.who})" in drawn
    assert len([line for line in table().splitlines() if line.startswith("| ")]) == len(EDGES) + 1
