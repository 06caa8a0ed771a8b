"""What the clock does to reports by itself: what the system counts without records changes as days pass."""

from __future__ import annotations

from procrastinate.contrib.django import app

from huiyin.apps.reports.services.verdicts import freeze_presented, look_at_all


@app.periodic(cron="50 20 * * *")  # UTC: before the working day in Beijing
@app.task(name="reports.look_for_deviations", queueing_lock="reports.look_for_deviations", retry=2)
def look_for_deviations(timestamp: int) -> int:
    """Once a day: complaints become overdue and forums are held without a record of it."""
    return look_at_all()


@app.periodic(cron="40 20 * * *")
@app.task(name="reports.freeze_presented", queueing_lock="reports.freeze_presented", retry=2)
def freeze_what_was_presented(timestamp: int) -> int:
    """Once a day, though there is something to do after an upgrade only: reports of before 0004 have no verdicts."""
    return freeze_presented()
