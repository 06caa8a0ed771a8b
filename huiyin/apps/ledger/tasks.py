"""What the clock does to the ledger by itself: the ladder, windows, pauses, renewals, bulletins that fall due."""

from __future__ import annotations

from procrastinate.contrib.django import app

from huiyin.apps.ledger.services.bulletins import open_bulletins
from huiyin.apps.ledger.services.escalate import tend
from huiyin.apps.ledger.services.firm_up import firm_up_dates
from huiyin.apps.ledger.services.renewals import follow_renewals


@app.periodic(cron="*/5 * * * *")
@app.task(name="ledger.tend", queueing_lock="ledger.tend", retry=2)
def tend_cases(timestamp: int) -> dict[str, int]:
    """Every five minutes, so that a step of the ladder is at most that late."""
    return tend()


@app.periodic(cron="35 20 * * *")  # UTC: before the working day in Beijing
@app.task(name="ledger.firm_up_dates", queueing_lock="ledger.firm_up_dates", retry=2)
def firm_up(timestamp: int) -> int:
    """Once a day: dates given before a year's holidays were announced."""
    return firm_up_dates()


@app.periodic(cron="10 * * * *")
@app.task(name="ledger.follow_renewals", queueing_lock="ledger.follow_renewals", retry=2)
def follow_renewed_contracts(timestamp: int) -> int:
    """Every hour: contracts begin with a day, and may be registered later."""
    return follow_renewals()


@app.periodic(cron="15 * * * *")
@app.task(name="ledger.open_bulletins", queueing_lock="ledger.open_bulletins", retry=2)
def open_owed_bulletins(timestamp: int) -> int:
    """Every hour: on the first of a month each estate owes a bulletin on the month before."""
    return open_bulletins()
