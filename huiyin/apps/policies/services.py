"""Adopting a policy version: by a district officer, or once at the start from the files that come with Huiyin."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from django.db import transaction

from huiyin.apps.audit.services import record
from huiyin.apps.policies.models import PolicyVersion
from huiyin.apps.policies.permissions import check_adopt_policy
from huiyin.apps.policies.selectors import forget, policy_on
from huiyin.domain.access import SYSTEM, Actor
from huiyin.domain.clocks import due_day
from huiyin.domain.errors import RuleBroken
from huiyin.domain.policy_deadlines import DeadlinesPolicy
from huiyin.domain.policy_hotline import HotlinePolicy
from huiyin.domain.policy_reader import PolicyInvalid
from huiyin.domain.policy_schema import PolicyFile, read_policy_file, read_shipped_files
from huiyin.web.now import now as server_now

SEEDS = Path(__file__).parents[2] / "policies"


class SeedOutcome(StrEnum):
    ADOPTED = "adopted"
    KNOWN = "known"
    CHANGED = "changed"
    OVERRULED = "overruled"
    PASSED_OVER = "passed_over"


@dataclass(frozen=True)
class Seed:
    version: str
    outcome: SeedOutcome


@transaction.atomic
def adopt_policy(*, text: str, by: Actor, note: str = "", now: datetime | None = None) -> PolicyVersion:
    """Adopt the version written in a policy file (TOML); it can take effect tomorrow at the earliest.

    A rule never binds the day on which it is made, so that nobody is judged by a rule they could not read before.
    (`selectors.policy_on` relies on it: what is known for today cannot change any more.)
    """
    check_adopt_policy(by)
    now = now or server_now()
    file = read_policy_file(text)
    _check_new(file, today=due_day(now))
    return _adopt(file, by=by, note=note, now=now)


def load_seeds(*, folder: Path = SEEDS, now: datetime | None = None) -> list[Seed]:
    """Adopt the policy files that come with Huiyin, by the system; running it again changes nothing.

    A version once adopted stays as it was: a file changed without a new version is told (`changed`), not taken.
    Where a district has adopted a version of its own, later files no longer overrule it (`overruled`).
    On a site that has run before, a version whose day went by before the upgrade takes effect tomorrow, as any rule
    made today; of several such versions only the last (the others are `passed_over`).
    """
    now = now or server_now()
    tomorrow = due_day(now) + timedelta(days=1)
    files = read_shipped_files(path.read_text(encoding="utf-8") for path in folder.glob("*.toml"))
    ran_before = set(PolicyVersion.objects.values_list("name", flat=True))
    return [
        _load_seed(
            file, _day_in(files, file, tomorrow) if file.name in ran_before else file.effective_from, now
        )
        for file in files
    ]


def _day_in(files: list[PolicyFile], file: PolicyFile, tomorrow: date) -> date | None:
    """When a version takes effect on a site that has run before; None where a later one does in its stead."""
    later = (each.effective_from for each in files if each.name == file.name)
    if any(file.effective_from < day <= tomorrow for day in later):
        return None
    return max(file.effective_from, tomorrow)


@transaction.atomic
def _load_seed(file: PolicyFile, effective_from: date | None, now: datetime) -> Seed:
    adopted = PolicyVersion.objects.filter(name=file.name)
    known = adopted.filter(version=file.version).first()
    if known is not None:
        outcome = SeedOutcome.KNOWN if known.sha256 == file.sha256 else SeedOutcome.CHANGED
    elif adopted.exclude(adopted_by_key=SYSTEM.key).exists():
        outcome = SeedOutcome.OVERRULED
    elif effective_from is None:
        outcome = SeedOutcome.PASSED_OVER
    else:
        _adopt(replace(file, effective_from=effective_from), by=SYSTEM, note="", now=now)
        outcome = SeedOutcome.ADOPTED
    return Seed(file.version, outcome)


def _adopt(file: PolicyFile, *, by: Actor, note: str, now: datetime) -> PolicyVersion:
    row = PolicyVersion.objects.create(
        name=file.name,
        version=file.version,
        title=file.title,
        basis=file.basis,
        effective_from=file.effective_from,
        values=file.raw,
        sha256=file.sha256,
        note=note.strip(),
        adopted_by_key=by.key,
        adopted_by_label=by.label,
        adopted_at=now,
    )
    record(
        kind="policies.policy_adopted",
        stream="policies",
        by=by,
        now=now,
        public={
            "name": file.name,
            "version": file.version,
            "effective_from": file.effective_from.isoformat(),
            "sha256": file.sha256,
        },
        texts={"note": row.note} if row.note else {},
    )
    forget()
    return row


def _check_new(file: PolicyFile, *, today: date) -> None:
    if file.effective_from <= today:
        raise RuleBroken(
            "新规则最早从明天起生效，不能用在已经过去的日子上。",
            code="policy.not_in_advance",
            field="effective_from",
        )
    same = PolicyVersion.objects.filter(name=file.name)
    if same.filter(version=file.version).exists():
        raise RuleBroken(
            "%(version)s 已经采用过，采用过的版本不能改。请换一个版本号。",
            code="policy.version_known",
            field="version",
            version=file.version,
        )
    if same.filter(effective_from=file.effective_from).exists():
        raise RuleBroken(
            "同一天已经有另一个版本生效，请换一个生效日期。",
            code="policy.day_taken",
            field="effective_from",
        )
    if isinstance(file.values, HotlinePolicy):
        _check_urgent_words(file.values, on=file.effective_from)


def _check_urgent_words(values: HotlinePolicy, *, on: date) -> None:
    """A word of urgency leads to a class of the time limits of that day."""
    deadlines: DeadlinesPolicy = policy_on("deadlines", on).values
    known = {each.code for each in deadlines.urgent}
    for at, each in enumerate(values.urgent_words):
        if each.urgent_class not in known:
            raise PolicyInvalid(
                f"values.urgent_words[{at}].urgent_class",
                "办理期限里没有“%(value)s”这一类。",
                value=each.urgent_class,
            )
