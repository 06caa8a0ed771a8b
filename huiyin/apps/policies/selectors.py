"""Which version of a policy holds on a day, its checked values, and what the desk shows of all versions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Generic, Literal, TypeVar, overload

from huiyin.apps.policies.models import PolicyVersion
from huiyin.apps.policies.permissions import can_read_policies
from huiyin.domain.access import Actor
from huiyin.domain.clocks import due_day
from huiyin.domain.holidays import Calendar, build_calendar
from huiyin.domain.policy_deadlines import DeadlinesPolicy
from huiyin.domain.policy_holidays import HolidaysPolicy
from huiyin.domain.policy_hotline import HotlinePolicy
from huiyin.domain.policy_meetings import MeetingsPolicy
from huiyin.domain.policy_metrics import MetricsPolicy
from huiyin.domain.policy_reader import Gaps, PolicyInvalid
from huiyin.domain.policy_reports import ReportsPolicy
from huiyin.domain.policy_schema import SCHEMAS, Policy, read_kept_values
from huiyin.domain.policy_words import CategoriesPolicy, ReasonsPolicy, RetentionPolicy
from huiyin.integrations.holidays import announced_years
from huiyin.web.now import now

V = TypeVar("V", bound=Policy, covariant=True)


@dataclass(frozen=True)
class AdoptedPolicy(Generic[V]):
    """A version in force: `version` is what a computed row stores, `values` its checked dataclass.

    `gaps` says which values the version does not have of its own and which of its keys nothing asks for (ADR 0018).
    """

    name: str
    title: str
    version: str
    effective_from: date
    values: V
    gaps: Gaps = field(default_factory=Gaps)


@dataclass(frozen=True)
class PolicyOverview:
    """One policy on the desk: what holds today, what is adopted for later, and all versions, newest first."""

    name: str
    title: str
    in_force: PolicyVersion
    coming: PolicyVersion | None
    versions: list[PolicyVersion]


@dataclass(frozen=True)
class ShownVersion:
    """One version opened on the desk, with its values and the policy it belongs to."""

    overview: PolicyOverview
    version: PolicyVersion
    values: Policy
    gaps: Gaps


@dataclass(frozen=True)
class _Known:
    """Which versions take effect when. Complete for every day up to `complete_through`.

    Later adoptions take effect later than the day they are made on (services.adopt_policy), so nothing known for a
    day that has begun can change and no process needs to be told.
    """

    complete_through: date
    starts: dict[str, list[tuple[date, str]]]


class PolicyMissing(LookupError):
    """No version of the policy was ever adopted in this database."""


class PolicyUnreadable(RuntimeError):
    """This release cannot read a version that was adopted: a fault of the release, not of the person who asks."""


_known: _Known | None = None


@overload
def policy_on(name: Literal["deadlines"], on: date) -> AdoptedPolicy[DeadlinesPolicy]: ...
@overload
def policy_on(name: Literal["reasons"], on: date) -> AdoptedPolicy[ReasonsPolicy]: ...
@overload
def policy_on(name: Literal["categories"], on: date) -> AdoptedPolicy[CategoriesPolicy]: ...
@overload
def policy_on(name: Literal["retention"], on: date) -> AdoptedPolicy[RetentionPolicy]: ...
@overload
def policy_on(name: Literal["holidays"], on: date) -> AdoptedPolicy[HolidaysPolicy]: ...
@overload
def policy_on(name: Literal["meetings"], on: date) -> AdoptedPolicy[MeetingsPolicy]: ...
@overload
def policy_on(name: Literal["reports"], on: date) -> AdoptedPolicy[ReportsPolicy]: ...
@overload
def policy_on(name: Literal["metrics"], on: date) -> AdoptedPolicy[MetricsPolicy]: ...
@overload
def policy_on(name: Literal["hotline"], on: date) -> AdoptedPolicy[HotlinePolicy]: ...
def policy_on(name: str, on: date) -> AdoptedPolicy[Policy]:
    """The version in force on a day in Beijing; no query once a process knows it.

    Days before the first version are judged by the first one: imported ledgers are older than the mechanism.
    """
    starts = _starts(name, on)
    version = starts[0][1]
    for effective_from, later in starts:
        if effective_from <= on:
            version = later
    return _adopted(version)


def policy_version(version: str) -> Policy:
    """The values of a version that a row has stored; raises PolicyVersion.DoesNotExist for one never adopted."""
    return _adopted(version).values


def calendar() -> Calendar:
    """The working-day calendar as it is known today: announced years, then the provisional rule."""
    return _calendar(policy_on("holidays", due_day(now())).version)


def policies_for_desk(by: Actor) -> list[PolicyOverview]:
    """Every adopted policy with its history, in the order of the schema; nothing for who may not read them."""
    if not can_read_policies(by):
        return []
    versions: defaultdict[str, list[PolicyVersion]] = defaultdict(list)
    for row in PolicyVersion.objects.defer("values").order_by("-effective_from"):
        versions[row.name].append(row)
    today = due_day(now())
    return [_overview(name, versions[name], today) for name in SCHEMAS if versions[name]]


def policy_for_desk(by: Actor, name: str, *, number: str = "") -> ShownVersion | None:
    """The version `number` of a policy, else the one in force; None if there is none or it is not for `by`."""
    overview = next((each for each in policies_for_desk(by) if each.name == name), None)
    if overview is None:
        return None
    wanted = number or overview.in_force.number
    version = next((row for row in overview.versions if row.number == wanted), None)
    if version is None:
        return None
    adopted = _adopted(version.version)
    return ShownVersion(overview, version, adopted.values, adopted.gaps)


def versions_kept() -> list[AdoptedPolicy[Policy]]:
    """Every version ever adopted, as this release reads it; PolicyUnreadable for one that it cannot read."""
    names = PolicyVersion.objects.order_by("name", "effective_from").values_list("version", flat=True)
    return [_adopted(version) for version in names]


def forget() -> None:
    """Drop what this process knows of versions: after an adoption, which may yet be rolled back."""
    global _known
    _known = None
    _adopted.cache_clear()
    _calendar.cache_clear()


def _starts(name: str, on: date) -> list[tuple[date, str]]:
    global _known
    known = _known
    if known is None or on > known.complete_through or name not in known.starts:
        known = _read_starts()
        _known = known
    if name not in known.starts:
        raise PolicyMissing(f"no version of the policy {name!r} is adopted; run `huiyin load-policies`")
    return known.starts[name]


def _read_starts() -> _Known:
    today = due_day(now())
    starts: defaultdict[str, list[tuple[date, str]]] = defaultdict(list)
    rows = PolicyVersion.objects.order_by("effective_from").values_list("name", "effective_from", "version")
    for name, effective_from, version in rows:
        starts[name].append((effective_from, version))
    return _Known(today, dict(starts))


@lru_cache(maxsize=256)
def _adopted(version: str) -> AdoptedPolicy[Policy]:
    row = PolicyVersion.objects.get(version=version)
    try:
        kept = read_kept_values(row.name, row.values)
    except PolicyInvalid as fault:
        raise PolicyUnreadable(f"{version}: {fault}") from fault
    return AdoptedPolicy(row.name, row.title, row.version, row.effective_from, kept.values, kept.gaps)


@lru_cache(maxsize=8)
def _calendar(version: str) -> Calendar:
    holidays = _adopted(version).values
    assert isinstance(holidays, HolidaysPolicy)
    return build_calendar(announced_years() | holidays.announced_years(), holidays.rule())


def _overview(name: str, versions: list[PolicyVersion], today: date) -> PolicyOverview:
    in_force = next((row for row in versions if row.effective_from <= today), versions[-1])
    coming = [row for row in versions if row.effective_from > today and row is not in_force]
    return PolicyOverview(name, in_force.title, in_force, coming[-1] if coming else None, versions)
