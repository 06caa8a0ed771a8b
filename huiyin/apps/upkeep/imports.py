"""The import of maintenance records from a table; a second import of the same file changes nothing."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from huiyin.apps.imports.kinds import Applied, CheckedRow, Field, ImportKind, RowRefused, Values
from huiyin.apps.imports.models import Import
from huiyin.apps.ledger.import_places import key_of_name
from huiyin.apps.places.models import Engagement
from huiyin.apps.places.selectors import estates_for_desk
from huiyin.apps.upkeep.drafts import RecordDraft, Rules, check_counted_once
from huiyin.apps.upkeep.models import MaintenanceRecord
from huiyin.apps.upkeep.permissions import may_import
from huiyin.apps.upkeep.selectors import COUNTS, engagements_to_record
from huiyin.apps.upkeep.services.bulk import ToldByFile, import_records
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.domain.facts import plain
from huiyin.web.now import now as clock

NAME = "upkeep.records"
_NUMBERS = ("metric", "count", "unit", "done_from", "done_to")


@dataclass(frozen=True)
class Plan:
    """What a row leads to: a new record of an engagement, or (`told` is None) one that is there already."""

    engagement: Engagement
    told: ToldByFile | None = None


@dataclass
class Known:
    """What the rows of one file lean on; records are read once for each engagement the file speaks of."""

    actor: Actor
    rules: Rules
    engagements: dict[str, list[Engagement]] = field(default_factory=lambda: defaultdict(list))
    """By every name of the estate."""
    metrics: dict[str, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    counting: dict[tuple[int, str], list[MaintenanceRecord]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """By engagement and metric; rows of the file that passed stand there too."""
    by_key: dict[str, MaintenanceRecord] = field(default_factory=dict)
    _read: set[int] = field(default_factory=set)

    def read(self, engagement: Engagement) -> None:
        if engagement.pk in self._read:
            return
        self._read.add(engagement.pk)
        rows = MaintenanceRecord.objects.filter(engagement=engagement)
        for record in rows.filter(COUNTS):
            self.counting[engagement.pk, record.metric].append(record)
        for record in rows.filter(file_key__isnull=False):
            self.by_key[record.file_key or ""] = record

    def engagement(self, told: str, on: date) -> Engagement:
        """Whose work of that day it was; raises RowRefused."""
        found = self.engagements.get(key_of_name(told), [])
        if not found:
            raise RowRefused("estate", f"“{told}”不是您服务的小区。请核对写法，或写项目编号。")
        if len({each.estate_id for each in found}) > 1:
            raise RowRefused("estate", "有几个小区叫这个名字，请写项目编号。")
        served = [each for each in found if each.starts_on <= on and (not each.ends_on or on <= each.ends_on)]
        if not served:
            raise RowRefused("done_from", "这一天您没有服务这个小区。")
        return served[0]

    def metric(self, told: str) -> str:
        code = self.metrics.get(key_of_name(told))
        if code is None:
            raise RowRefused(
                "metric", f"“{told[:20]}”不在可以记录的项目里，请写代码（如 E01）或目录里的名称。"
            )
        return code


def prepare(import_: Import, actor: Actor) -> Known:
    known = Known(actor, Rules(clock()))
    for metric in known.rules.metrics.values():
        known.metrics[key_of_name(metric.code)] = known.metrics[key_of_name(metric.name)] = metric.code
    aliases: dict[int, list[str]] = defaultdict(list)
    for pk, alias in estates_for_desk(actor).exclude(aliases=None).values_list("pk", "aliases__name"):
        aliases[pk].append(alias)
    for engagement in engagements_to_record(actor):
        estate = engagement.estate
        names = (estate.code, estate.slug, estate.name, *aliases[estate.pk])
        for name in {key_of_name(name) for name in names}:
            known.engagements[name].append(engagement)
    return known


def check(row: Values, known: Known) -> Values:
    """The values as they will stand there, with the plan; raises RowRefused."""
    engagement = known.engagement(row["estate"], row["done_from"])
    draft = RecordDraft(
        metric=known.metric(row["metric"]),
        count=row["count"],
        unit=row["unit"] or "",
        done_from=row["done_from"],
        done_to=row["done_to"],
        place=row["place"] or "",
        note=row["note"] or "",
    )
    try:
        record = known.rules.checked(draft, engagement)
        key = key_of(row, record)
        if key in known.seen:
            raise RowRefused("number", "和前面的一行相同。")
        known.seen.add(key)
        known.read(engagement)
        return _shown(row, record) | {"plan": _plan(key, draft, record, known)}
    except RuleBroken as refusal:
        raise RowRefused(refusal.field, str(refusal)) from None


def key_of(row: Values, record: MaintenanceRecord) -> str:
    """The number of the row at its engagement, else a digest of what the row says."""
    if row["number"]:
        return f"{record.engagement_id}:{row['number']}"
    said = [str(row[name] or "") for name in ("unit", "place", "note")]
    said += [record.metric, plain(record.count), str(record.done_from), str(record.done_to)]
    digest = hashlib.sha256("\n".join(said).encode("utf-8", "replace")).hexdigest()
    return f"{record.engagement_id}:#{digest[:32]}"


def _plan(key: str, draft: RecordDraft, record: MaintenanceRecord, known: Known) -> Plan:
    there = known.by_key.get(key)
    if there is not None:
        if any(getattr(there, name) != getattr(record, name) for name in _NUMBERS):
            raise RowRefused("number", "这个编号的记录已经有了，内容不同。要改请在记录的页面上更正。")
        return Plan(record.engagement)
    counting = known.counting[record.engagement_id, record.metric]
    check_counted_once(record, counting)
    counting.append(record)
    return Plan(record.engagement, ToldByFile(key, draft))


def _shown(row: Values, record: MaintenanceRecord) -> Values:
    """What the dry run shows where the record will say something else than the file."""
    return row | {
        "estate": record.engagement.estate.name,
        "metric": record.metric,
        "unit": record.unit,
        "done_to": record.done_to,
        "place": record.place or None,
        "note": record.note or None,
    }


def is_unchanged(row: Values) -> bool:
    plan: Plan = row["plan"]
    return plan.told is None


def apply(rows: Sequence[CheckedRow], *, import_: Import, by: Actor, now: datetime) -> Applied:
    told: dict[int, list[ToldByFile]] = defaultdict(list)
    engagements: dict[int, Engagement] = {}
    for row in rows:
        plan: Plan = row.values["plan"]
        if plan.told is not None:
            engagements[plan.engagement.pk] = plan.engagement
            told[plan.engagement.pk].append(plan.told)
    created = 0
    for pk in sorted(told):
        made = import_records(
            engagement=engagements[pk], rows=told[pk], by=by, public={"import": import_.pk}, now=now
        )
        created += len(made)
    return Applied(created=created, unchanged=len(rows) - created)


FIELDS = (
    Field(
        "number",
        "记录编号",
        ("工单号", "保养单号", "单号"),
        kind="code",
        max_length=60,
        hint="旧记录自己的编号；同一编号只导入一次。没有就不填。",
    ),
    Field(
        "estate", "小区", ("小区名称", "项目名称", "项目编号"), required=True, hint="名称、别名或项目编号。"
    ),
    Field(
        "metric",
        "项目",
        ("指标", "指标代码", "保养项目", "维保项目", "工作内容", "作业内容"),
        required=True,
        hint="指标目录里的代码或名称，如 E01 或 电梯维保。",
    ),
    Field(
        "count",
        "数量",
        ("次数", "完成数量", "完成次数"),
        required=True,
        kind="decimal",
        hint="电梯按部算：一天保养 6 部，数量写 6。",
    ),
    Field("unit", "单位", ("计量单位",), max_length=20, hint="不写就用目录里的第一个单位。"),
    Field(
        "done_from",
        "日期",
        ("完成日期", "保养日期", "维保日期", "作业日期", "开始日期"),
        required=True,
        kind="date",
    ),
    Field("done_to", "结束日期", ("截止日期", "至"), kind="date", hint="只有一天的不填。"),
    Field("place", "地点", ("位置", "楼栋", "设备编号", "电梯编号"), hint="写到楼栋或设备，不写房号。"),
    Field("note", "说明", ("备注", "内容说明"), hint="不写姓名和电话。"),
)

RECORDS = ImportKind(
    name=NAME,
    label="保养记录",
    description="电梯、水泵、消防、保洁、清运等的逐次或按月记录。报告里的数据和它对照。",
    fields=FIELDS,
    can=may_import,
    prepare=prepare,
    check=check,
    is_unchanged=is_unchanged,
    apply=apply,
)
