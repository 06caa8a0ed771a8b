"""What the clock does to meetings and forums by itself."""

from __future__ import annotations

from procrastinate import JobContext
from procrastinate.contrib.django import app

from huiyin.apps.meetings.services.forums import extend_agendas, open_forums
from huiyin.apps.meetings.services.letters import give_up, print_pile
from huiyin.apps.meetings.services.minutes import lock_due
from huiyin.apps.meetings.services.rate import count_due

MOST_RETRIES = 5


@app.task(name="meetings.print_letters", retry=MOST_RETRIES, pass_context=True)
def print_letters(context: JobContext, pile_id: int) -> None:
    """The letters of one building; run again it does nothing once they are printed."""
    try:
        print_pile(pile_id)
    except Exception:
        if (
            context.job.attempts >= MOST_RETRIES
        ):  # nobody tries again: then it is said, and may be ordered anew
            give_up(pile_id)
        raise


@app.periodic(cron="5 * * * *")
@app.task(name="meetings.lock_minutes", queueing_lock="meetings.lock_minutes", retry=2)
def lock_minutes_due(timestamp: int) -> int:
    """Every hour: minutes whose window is over and whose proposals are decided."""
    return lock_due()


@app.periodic(cron="15 * * * *")
@app.task(name="meetings.count_ratings", queueing_lock="meetings.count_ratings", retry=2)
def count_ratings_due(timestamp: int) -> int:
    """Every hour: ratings whose time is over are counted, witnessed and from then on shown."""
    return count_due()


@app.periodic(cron="25 * * * *")
@app.task(name="meetings.tend_forums", queueing_lock="meetings.tend_forums", retry=2)
def tend_forums(timestamp: int) -> dict[str, int]:
    """Every hour: forums of a new quarter, and what has become due for those that are planned."""
    return {"opened": open_forums(), "added": extend_agendas()}
