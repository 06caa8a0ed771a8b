"""What reports do when maintenance records change: numbers that waited for their meeting are looked at anew."""

from __future__ import annotations

from huiyin.apps.audit.models import Event
from huiyin.apps.audit.reactions import on
from huiyin.apps.reports.services.verdicts import look_at_engagement

RECORDS_CHANGED = (
    "upkeep.record_added",
    "upkeep.record_corrected",
    "upkeep.record_voided",
    "upkeep.records_imported",
)


@on(*RECORDS_CHANGED, name="reports.look_for_deviations")
def look_again(event: Event) -> None:
    look_at_engagement(int(event.stream.removeprefix("upkeep/")))
