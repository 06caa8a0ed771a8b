"""The builders of reports walk every state of the table, through the services alone."""

from __future__ import annotations

import pytest

from huiyin.domain.report_workflow import ReportStatus
from tests import given_reports as given
from tests.people import Cast


@pytest.mark.parametrize("status", list(ReportStatus))
def test_every_state_can_be_reached(cast: Cast, status: ReportStatus) -> None:
    assert given.a_report(cast, status=status).status == status
