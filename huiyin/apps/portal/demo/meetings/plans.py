"""The twelve meetings as plan.toml tells them, and when each of their moments was, counted back from now."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from huiyin.apps.portal.demo.hours import at_time
from huiyin.apps.portal.demo.reports.calendar import Half
from huiyin.domain.meeting_phases import Phase

FOLDER = Path(__file__).parent
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
REPORTING_MINUTES = 31
BREAK_MINUTES = 4
NOTICE_DAYS = 9
# Stages of a meeting that is over, and of one whose questions have their outcome.
OVER = frozenset({"closed", "minutes_open", "locked"})
RECORDED = frozenset({"minutes_open", "locked"})
LIVE = frozenset({"reporting", "questions", "paused"})


@dataclass(frozen=True, kw_only=True)
class SittingPlan:
    """Who comes together once: `minutes` are the stretches in which the floor is open."""

    hour: int = 19
    after_days: int | None = None
    """After the period's end; for a second sitting after the first."""
    ago_days: int | None = None
    minutes_ago: int | None = None
    minutes: list[int] = field(default_factory=list)
    homes: int = 0
    people: int = 0
    questions: int = 0

    def shared(self, share: float) -> SittingPlan:
        homes = min(self.homes, max(11, round(self.homes * share)))
        return replace(
            self,
            homes=homes,
            people=min(self.people, homes + 3),
            questions=min(self.questions, max(6, round(self.questions * share))),
        )


@dataclass(frozen=True, kw_only=True)
class MeetingPlan:
    estates: list[str]
    half: str
    stage: str
    title: str
    venue: str
    first: SittingPlan
    second: SittingPlan | None = None
    agenda: list[list[Any]] = field(default_factory=list)
    reason: str = ""
    """Why the first sitting fell short of the policy."""
    no_sitting_reason: str = ""
    supervision: str = ""
    results: list[list[Any]] = field(default_factory=list)
    help: str = ""
    ratings: float = 0.0
    letters: int = 0
    paper: float = 0.25
    first_thing: bool = False
    supports: bool = False
    correction: list[Any] = field(default_factory=list)
    deputy: str = ""
    deputy_words: str = ""
    put_off: str = ""
    words: str = ""

    def shared(self, share: float) -> MeetingPlan:
        """A smaller meeting of the same kind, for tests: enough households stay enough."""
        return replace(
            self,
            first=self.first.shared(share),
            second=self.second.shared(share) if self.second else None,
        )

    @property
    def key(self) -> str:
        return f"{'+'.join(self.estates)}/{self.half}"


# A meeting begins between these hours.
FIRST_HOUR, LAST_HOUR = 8, 20


@cache
def plans() -> tuple[MeetingPlan, ...]:
    told = tomllib.loads((FOLDER / "plan.toml").read_text(encoding="utf-8"))
    return tuple(_plan(row, told["agenda"]) for row in told["meeting"])


def _plan(row: dict[str, Any], agenda: list[list[Any]]) -> MeetingPlan:
    of_sitting = {name: row.pop(name) for name in SittingPlan.__dataclass_fields__ if name in row}
    second = row.pop("second", None)
    return MeetingPlan(
        **{"agenda": agenda, **row},
        first=SittingPlan(**of_sitting),
        second=SittingPlan(**second) if second else None,
    )


@dataclass(frozen=True)
class Sat:
    """One sitting with its moments; `floor` holds pairs of opened and closed, None where it is open now."""

    planned_at: datetime
    opened_at: datetime | None = None
    floor: tuple[tuple[datetime, datetime | None], ...] = ()
    ended_at: datetime | None = None

    def phase_at(self, at: datetime) -> str:
        """Between the announcement and the end of the questions."""
        if self.opened_at is None or at < self.opened_at:
            return Phase.ANNOUNCED
        if self.ended_at is not None and at >= self.ended_at:
            return Phase.CLOSED
        if not self.floor or at < self.floor[0][0]:
            return Phase.REPORTING
        is_open = any(begun <= at and (ended is None or at < ended) for begun, ended in self.floor)
        return Phase.QUESTIONS if is_open else Phase.PAUSED


@dataclass(frozen=True)
class Moments:
    planned_on: datetime
    announced_at: datetime
    sittings: tuple[Sat, ...]
    put_off_at: datetime | None = None
    """When it was postponed or cancelled."""

    @property
    def ended_at(self) -> datetime:
        ended = self.sittings[-1].ended_at
        assert ended is not None
        return ended

    @property
    def closed_at(self) -> datetime:
        """The chair hands the questions to the ledger before going home."""
        return self.ended_at + 24 * MINUTE


def moments_of(plan: MeetingPlan, half: Half, now: datetime) -> Moments:
    first = _planned_at(plan.first, half, now)
    days = 4 if plan.stage in ("announced", "cancelled") else NOTICE_DAYS
    if plan.stage in ("announced", "cancelled", "draft", "postponed"):
        announced_at = at_time((now - days * DAY).date(), 16, 20)
        is_put_off = plan.stage in ("postponed", "cancelled")
        put_off_at = at_time((now - DAY).date(), 16, 35) if is_put_off else None
        return Moments(announced_at - 2 * DAY, announced_at, (Sat(first),), put_off_at)
    announced_at = at_time((first - days * DAY).date(), 16, 50)
    sittings = [_sat(plan, plan.first, first, now)]
    if plan.second is not None:
        again = plan.second
        at = (
            at_time((first + again.after_days * DAY).date(), again.hour)
            if again.after_days is not None
            else _planned_at(again, half, now)
        )
        sittings.append(_sat(plan, again, at, now))
    return Moments(announced_at - timedelta(hours=5), announced_at, tuple(sittings))


def _planned_at(sitting: SittingPlan, half: Half, now: datetime) -> datetime:
    if sitting.minutes_ago is not None:  # it runs now; at night it is one that was called for the evening
        at = now - sitting.minutes_ago * MINUTE
        if not FIRST_HOUR <= at.hour < LAST_HOUR:
            evening = at if at.hour >= LAST_HOUR else at - DAY
            return at_time(evening.date(), LAST_HOUR)
        return at.replace(minute=at.minute // 30 * 30, second=0, microsecond=0)
    if sitting.after_days is not None:
        return half.day(sitting.after_days, sitting.hour, 0)
    assert sitting.ago_days is not None
    return at_time((now - sitting.ago_days * DAY).date(), sitting.hour)


def _sat(plan: MeetingPlan, sitting: SittingPlan, planned_at: datetime, now: datetime) -> Sat:
    """Opened two minutes late; a running one is reckoned back from now."""
    opened_at = planned_at + 2 * MINUTE
    if plan.stage == "reporting":
        return Sat(planned_at, min(opened_at, now - MINUTE))
    if plan.stage == "questions":
        return Sat(planned_at, opened_at, ((now - sitting.minutes[0] * MINUTE, None),))
    if plan.stage == "paused":
        shut_at = now - 6 * MINUTE
        return Sat(planned_at, opened_at, ((shut_at - sitting.minutes[0] * MINUTE, shut_at),))
    floor: list[tuple[datetime, datetime | None]] = []
    begins = opened_at + (REPORTING_MINUTES * len(plan.estates) ** 0.3) * MINUTE
    rng = Random(f"{plan.key}/{planned_at:%m%d}/clock")
    begins = begins.replace(second=rng.randrange(60), microsecond=0)
    for length in sitting.minutes:
        ends = begins + length * MINUTE + timedelta(seconds=rng.randrange(60))
        floor.append((begins, ends))
        begins = ends + timedelta(minutes=BREAK_MINUTES, seconds=rng.randrange(60))
    last = floor[-1][1]
    assert last is not None
    return Sat(planned_at, opened_at, tuple(floor), last)
