"""A record before it is kept: held against the catalogue, the contract and the policy, its words masked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from huiyin.apps.places.models import Engagement
from huiyin.apps.places.selectors import scope_of_engagement
from huiyin.apps.policies.selectors import policy_on
from huiyin.apps.upkeep import facts
from huiyin.apps.upkeep.models import MaintenanceRecord
from huiyin.domain.access import ROLE_LABELS, Actor, Role
from huiyin.domain.clocks import due_day
from huiyin.domain.errors import RuleBroken
from huiyin.domain.facts import plain
from huiyin.domain.maintenance_records import (
    Terms,
    checked_count,
    checked_days,
    checked_unit,
    recordable,
)
from huiyin.domain.policy_metrics import Metric
from huiyin.language.masking import mask, mask_place

LONGEST_PLACE, LONGEST_NOTE, LONGEST_REASON = 80, 300, 200
_ROLES = (Role.MANAGER, Role.COMPANY_ADMIN, Role.TECHNICIAN)


@dataclass(frozen=True)
class RecordDraft:
    """What somebody writes down. Without `done_to` it is one day, without `unit` the first one of the metric."""

    metric: str
    count: Decimal | None
    done_from: date | None
    done_to: date | None = None
    unit: str = ""
    place: str = ""
    note: str = ""


class Rules:
    """What all records of a day are held against, looked up once."""

    def __init__(self, now: datetime) -> None:
        self.today = due_day(now)
        self.longest_days = policy_on("reports", self.today).values.record_longest_days
        catalogue = policy_on("metrics", self.today).values
        self.metrics: dict[str, Metric] = {
            each.code: each for each in recordable(catalogue, facts.counted_here())
        }

    def metric(self, code: str) -> Metric:
        """Raises RuleBroken for what nobody keeps records of."""
        if code not in self.metrics:
            raise RuleBroken("请从目录里选一项。", code="record.metric", field="metric")
        return self.metrics[code]

    def checked(self, draft: RecordDraft, engagement: Engagement) -> MaintenanceRecord:
        """The unsaved row; raises RuleBroken, naming the field."""
        unit = checked_unit(self.metric(draft.metric), draft.unit)
        days = checked_days(
            draft.done_from,
            draft.done_to,
            Terms(engagement.starts_on, engagement.ends_on, self.today, self.longest_days),
        )
        return MaintenanceRecord(
            engagement=engagement,
            metric=draft.metric,
            unit=unit,
            count=checked_count(draft.count, unit),
            done_from=days.from_on,
            done_to=days.to_on,
            place=mask_place(words(draft.place, LONGEST_PLACE, "place")),
            note=mask(words(draft.note, LONGEST_NOTE, "note")),
        )


def words(text: str, longest: int, field: str) -> str:
    """One line of text; raises RuleBroken for one that is too long."""
    text = " ".join(text.replace("\x00", "").split())
    if len(text) > longest:
        raise RuleBroken("最多写 %(count)s 个字。", code="record.long_text", field=field, count=longest)
    return text


def check_counted_once(record: MaintenanceRecord, others: Iterable[MaintenanceRecord]) -> None:
    """Raises RuleBroken where the same thing would be counted twice."""
    same = next((other for other in others if record.says_the_same_as(other)), None)
    if same is not None:
        raise RuleBroken(
            "这几天、这个地点已经有一条同样的记录（%(count)s %(unit)s）。做了几次，写在一条里；地点不同，请写清地点。",
            code="record.twice",
            field="done_from",
            count=plain(same.count),
            unit=same.unit,
        )


def role_label(by: Actor, engagement: Engagement) -> str:
    """In which office of this engagement somebody wrote it down; `check_record` has asked that there is one."""
    scope = scope_of_engagement(engagement)
    return ROLE_LABELS[next(role for role in _ROLES if by.holds(role, scope))]
