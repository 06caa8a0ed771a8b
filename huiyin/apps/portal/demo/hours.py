"""When people here write, decide and work: offices on working days, companies every day, residents in the evening."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

from huiyin.apps.policies.selectors import calendar
from huiyin.domain.clocks import BEIJING

_ASKING = [0, 0, 0, 0, 0, 1, 3, 7, 11, 14, 13, 9, 6, 6, 9, 10, 9, 8, 9, 12, 13, 10, 5, 2]
_WEEKDAY = [1.3, 1.12, 1.05, 1.0, 1.08, 0.8, 0.65]
_HEATING = 1.7
DAYS = 394
IMPORT_RECORDED_DAYS_AGO = 300


def at_time(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=BEIJING)


def is_heating_season(day: date) -> bool:
    return (day.month, day.day) >= (11, 14) or (day.month, day.day) <= (3, 15)


def asking_moment(rng: Random, day: date) -> datetime:
    (hour,) = rng.choices(range(24), _ASKING)
    return at_time(day, hour, rng.randrange(60)) + timedelta(seconds=rng.randrange(60))


def daytime_between(rng: Random, begins: datetime, until: datetime) -> datetime:
    """A moment between eight in the morning and ten at night; the two lie a full day or more apart."""
    at = begins + (until - begins) * rng.random()
    at = at.replace(hour=rng.randint(8, 21), minute=rng.randrange(60))
    while at > until:
        at -= timedelta(days=1)
    while at <= begins:
        at += timedelta(days=1)
    return at


def weight_of_day(day: date, first: date) -> float:
    """Mondays are busiest, winter is, and more people know the ledger with every month."""
    grown = 0.72 + 0.5 * (day - first).days / DAYS
    return _WEEKDAY[day.weekday()] * grown * (_HEATING if is_heating_season(day) else 1.0)


def office_moment(rng: Random, after: datetime, hours: float) -> datetime:
    """`hours` later, moved into the next office hours of a working day."""
    at = after + timedelta(hours=hours)
    day = at.date()
    if not calendar().is_working_day(day) or at.time() > time(17, 40):
        day += timedelta(days=1)
        while not calendar().is_working_day(day):
            day += timedelta(days=1)
        return at_time(day, 8, 35) + timedelta(minutes=rng.randrange(170), seconds=rng.randrange(60))
    if at.time() < time(8, 30):
        return at_time(day, 8, 35) + timedelta(minutes=rng.randrange(140), seconds=rng.randrange(60))
    return at


def duty_moment(rng: Random, after: datetime, hours: float) -> datetime:
    """`hours` later, moved into 8 to 20 of any day."""
    at = after + timedelta(hours=hours)
    if at.time() > time(20, 0):
        return at_time(at.date() + timedelta(days=1), 8, 5) + timedelta(minutes=rng.randrange(200))
    if at.time() < time(8, 0):
        return at_time(at.date(), 8, 5) + timedelta(minutes=rng.randrange(200), seconds=rng.randrange(60))
    return at
