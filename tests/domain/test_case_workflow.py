"""The workflow table as a graph: no dead end, no state out of reach, nothing but its own edges (domain.md §5)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.domain.case_workflow import (
    EDGES,
    LABELS,
    OPEN,
    OWING_A_REPLY,
    SETTLED,
    Status,
    Who,
    allows,
    edges_from,
    mermaid,
    table,
    target_of,
)
from huiyin.domain.errors import RuleBroken

COMMANDS = sorted({edge.command for edge in EDGES})


def reachable(start: set[Status], *, without: frozenset[str] = frozenset()) -> set[Status]:
    """Every state some sequence of commands leads to, the start included."""
    found, waiting = set(start), list(start)
    while waiting:
        for edge in edges_from(waiting.pop()):
            if edge.command not in without and edge.target not in found:
                found.add(edge.target)
                waiting.append(edge.target)
    return found


def test_every_state_is_open_or_settled_and_has_a_name() -> None:
    assert set(Status) == OPEN | SETTLED
    assert not OPEN & SETTLED
    assert OWING_A_REPLY < OPEN
    assert set(LABELS) == set(Status)


def test_every_state_is_reached_from_registration() -> None:
    assert reachable({Status.REGISTERED}) == set(Status)


@pytest.mark.parametrize("status", sorted(OPEN))
def test_every_open_state_has_a_way_to_an_end(status: Status) -> None:
    assert reachable({status}) & SETTLED


@pytest.mark.parametrize("status", sorted(OPEN))
def test_every_open_state_can_still_end_by_the_askers_word_without_merging_or_withdrawing(
    status: Status,
) -> None:
    """A way out that needs neither the asker to give up nor another case to take it in."""
    assert Status.CONFIRMED in reachable({status}, without=frozenset({"merge", "withdraw"}))


@pytest.mark.parametrize("status", sorted(SETTLED))
def test_only_a_withdrawn_case_never_comes_back(status: Status) -> None:
    comes_back = bool(reachable({status}) & OPEN)
    assert comes_back == (status is not Status.WITHDRAWN)


def test_only_the_asker_confirms_and_never_the_leads_side() -> None:
    assert {edge.who for edge in EDGES if edge.target is Status.CONFIRMED} == {Who.ASKER}
    assert {edge.who for edge in EDGES if edge.target is Status.REOPENED} == {Who.ASKER}


def test_the_system_alone_only_resumes_and_lapses() -> None:
    assert {edge.command for edge in EDGES if "system" in edge.who} == {"resume", "lapse"}


def test_a_command_leads_from_one_state_to_one_place() -> None:
    pairs = [(edge.command, source) for edge in EDGES for source in edge.sources]
    assert len(pairs) == len(set(pairs))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(COMMANDS), max_size=40))
def test_no_sequence_of_commands_leaves_the_states(commands: list[str]) -> None:
    """A command the table does not know from here is refused with a sentence and changes nothing."""
    status = Status.REGISTERED
    for command in commands:
        if allows(command, status):
            target = target_of(command, status)
            assert target in {edge.target for edge in edges_from(status) if edge.command == command}
            status = target
        else:
            with pytest.raises(RuleBroken) as refusal:
                target_of(command, status)
            assert LABELS[status] in str(refusal.value)
        assert status in OPEN | SETTLED


def test_the_diagram_and_the_table_show_every_edge() -> None:
    drawn = {line.strip() for line in mermaid().splitlines()}
    for edge in EDGES:
        for source in edge.sources:
            assert f"{source} --> {edge.target}: {edge.command} ({edge.who})" in drawn
    assert len([line for line in table().splitlines() if line.startswith("| ")]) == len(EDGES) + 1
