"""The builders of reports walk every state of the table, through the services alone."""

from __future__ import annotations

import pytest

from huiyin.apps.reports.models import Report
from huiyin.domain.report_workflow import ReportStatus
from tests import given_reports as given


@pytest.mark.django_db
@pytest.mark.parametrize("status", list(ReportStatus))
def test_every_state_can_be_reached(status: ReportStatus) -> None:
    _cast, report = given.a_cast_with_report(status)
    assert Report.objects.get(pk=report.pk).status == status
