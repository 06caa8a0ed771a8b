"""What goes on around a case while the lead works on it: neighbours join and urge, the ladder is climbed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from huiyin.apps.ledger import limits
from huiyin.apps.ledger.bulk import history as told
from huiyin.apps.ledger.models.askers import Channel
from huiyin.apps.portal.demo.hours import at_time

if TYPE_CHECKING:
    from huiyin.apps.portal.demo.lives import Life

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


def join_and_urge(life: Life, assigned_at: datetime, reply_at: datetime) -> None:
    rng = life.rng
    span = min(reply_at - HOUR, life.at + 40 * DAY) - (life.at + HOUR)
    if span < 2 * HOUR:
        life.neighbours = []
        return
    moments = sorted(life.at + HOUR + span * rng.random() ** 1.7 for _ in life.neighbours)
    for at, neighbour in zip(moments, life.neighbours, strict=True):
        life.steps.append(
            told.Joined(
                at=at, by=neighbour.actor, person_id=neighbour.person.pk, household_id=neighbour.home.pk
            )
        )
    _urge(life, assigned_at, reply_at, moments)


def _urge(life: Life, assigned_at: datetime, reply_at: datetime, joined: list[datetime]) -> None:
    rng = life.rng
    waits = (min(reply_at, life.now) - assigned_at).days
    if waits < 9 or life.channel != Channel.IN_SITE or rng.random() > 0.3:
        return
    for _ in range(min(rng.choice([1, 1, 1, 2, 2, 3, 5, 6]), waits - 4)):
        day = assigned_at + timedelta(days=rng.randint(4, waits - 1))
        at = at_time(day.date(), rng.randint(9, 20), rng.randrange(60))
        who = rng.randrange(1 + len(joined))
        by = life.asker if who == 0 else life.neighbours[who - 1].actor
        known = {(s.at.date(), s.asker) for s in life.steps if isinstance(s, told.Urged)}
        if at < reply_at and (at.date(), who) not in known and (who == 0 or joined[who - 1] < at):
            life.steps.append(told.Urged(at=at, by=by, asker=who))
            life.steps.append(told.Escalated(at=at + 4 * MINUTE))


def look_at_unassigned(life: Life, assigned_at: datetime) -> None:
    within = limits.deadlines(life.at).values.assignment.within
    until = limits.after_limit(life.at, within)
    if until < assigned_at:
        life.steps.append(told.Escalated(at=until + 3 * MINUTE))


def look_at_overdue(life: Life, due: datetime, until: datetime) -> None:
    """Once a day after midnight, as the periodic task would: what is not due yet takes no step."""
    at = limits.end_of(limits.day_of(due)) + 3 * MINUTE
    while at < min(until, life.now):
        life.steps.append(told.Escalated(at=at))
        at += DAY


def take_in_another(life: Life) -> None:
    """Another case was merged into this one: its asker is told of every reply, too."""
    number = 1 + len(life.neighbours)
    replies = [step for step in life.steps if isinstance(step, told.Replied)]
    life.steps += [told.Delivered(at=step.at + timedelta(seconds=9), asker=number) for step in replies]
