"""The workflow table, walked through the services: who may, what is needed, where it leads."""

from __future__ import annotations

import pytest

from huiyin.apps.audit.models import Event
from huiyin.domain.case_workflow import Status
from tests import given
from tests.people import Cast


@pytest.mark.parametrize("status", list(Status))
def test_a_case_reaches_every_state_and_each_step_is_witnessed(cast: Cast, status: str) -> None:
    case = given.a_case(cast, status=status)
    events = list(Event.objects.filter(stream=case.stream).order_by("number"))
    assert events[0].kind == "ledger.case_registered"
    assert events[-1].public["status"] == status
    assert [event.number for event in events] == list(range(1, len(events) + 1))
