"""What the worker does for people: remove once a day what may not be kept longer."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

from huiyin.apps.people import retention
from huiyin.web.now import now

logger = logging.getLogger(__name__)


# Half past three in the night in Shanghai; cron counts in UTC.
@app.periodic(cron="30 19 * * *")
@app.task(name="people.retention", queueing_lock="people.retention", retry=3)
def run_retention(timestamp: int) -> None:
    counts = retention.run_all(now())
    logger.info("retention: %s", ", ".join(f"{name} {count}" for name, count in counts.items()))
