"""The import of an existing ledger: each row becomes a case once, with no state beyond what the file can prove."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from huiyin.apps.imports.kinds import Applied, CheckedRow, Field, ImportKind, Values
from huiyin.apps.imports.models import Import
from huiyin.apps.imports.reading import open_kept
from huiyin.apps.imports.values import values_of
from huiyin.apps.ledger.bulk import write
from huiyin.apps.ledger.columns import FIELDS
from huiyin.apps.ledger.import_places import Places
from huiyin.apps.ledger.import_rows import KEY_FIELDS, Known, Plan, judge, keys_of, reply_of
from huiyin.apps.ledger.permissions import may_import
from huiyin.apps.ledger.reply_checks import remarks_on_reply
from huiyin.apps.ledger.services.told_later import add_told_reply
from huiyin.domain.access import Actor, FixedActor
from huiyin.language.masking import mask
from huiyin.web.now import now as clock

NAME = "ledger.cases"
UNKNOWN_SOURCE = "旧台账"
UNKNOWN_LEAD = "旧台账未写明主办"


def file_actor(import_: Import) -> FixedActor:
    """Who stands in the history of what a file told; who brought the file stands in the import's own history."""
    return FixedActor(f"file:{import_.pk}", f"按“{mask(source_of(import_.options.get('source')))}”所述"[:80])


def source_of(told: str | None) -> str:
    """The name of a ledger as it begins the keys of its rows."""
    return (told or "").replace(":", "：").strip() or UNKNOWN_SOURCE


def prepare(import_: Import, actor: Actor) -> Known:
    """Raises RuleBroken for options that do not fit."""
    options = import_.options
    source = source_of(options.get("source"))
    return Known(
        actor=actor,
        file=file_actor(import_),
        source=source,
        lead=(options.get("lead") or "").strip() or UNKNOWN_LEAD,
        places=Places.read(
            actor,
            fallback=options.get("area") or "",
            takes_unknown_estates=options.get("unknown_estate") == "area",
        ),
        now=clock(),
        keys=list(_keys_in(import_, source)),
    )


def _keys_in(import_: Import, source: str) -> Iterator[tuple[str, ...]]:
    fields = tuple(field for field in FIELDS if field.key in KEY_FIELDS)
    table = open_kept(import_, CASES)
    at = {name: index for index, name in enumerate(table.headers)}
    found = {f.key: at[import_.mapping[f.key]] for f in fields if import_.mapping.get(f.key) in at}
    for row in table.rows():
        cells = {key: row.values[index] for key, index in found.items()}
        yield keys_of(values_of(fields, cells)[0], source)


def apply(rows: Sequence[CheckedRow], *, import_: Import, by: Actor, now: datetime) -> Applied:
    """New cases in bulk, replies told later one by one; the other rows are as the ledger has them."""
    plans: list[Plan] = [row.values["plan"] for row in rows]
    histories = [replace(plan.history, recorded_at=now) for plan in plans if plan.history]
    if histories:
        write(histories)
    file = file_actor(import_)
    updated = 0
    for row, plan in zip(rows, plans, strict=True):
        if plan.answers is None:
            continue
        reply = reply_of(row.values, plan.answers.registered_at, file)
        assert reply is not None
        lead = mask(row.values["lead"] or UNKNOWN_LEAD)
        add_told_reply(plan.answers, reply=reply, by=by, lead_label=lead, now=now)
        updated += 1
    return Applied(created=len(histories), updated=updated, unchanged=len(rows) - len(histories) - updated)


def is_unchanged(row: Values) -> bool:
    plan: Plan = row["plan"]
    return plan.history is None and plan.answers is None


def remarks(row: Values) -> tuple[str, ...]:
    """What the reply of a row has or lacks; history is taken as it is."""
    return remarks_on_reply(row["title"], row["text"], row["reply"]) if row["reply"] else ()


CASES = ImportKind(
    name=NAME,
    label="台账",
    description="旧台账或其他系统导出的事项和答复。按文件所述登记，有答复的记为“没有反馈”，不会算作已解决。",
    fields=FIELDS,
    options=(
        Field(
            "source",
            "台账名称",
            max_length=30,
            hint="如“2025 年信访台账”。同一份台账每次写同样的名称，再导入就不会重复。",
        ),
        Field(
            "area",
            "没写小区和社区的行记在",
            max_length=60,
            hint="社区或街镇的名称，或区划代码。空着就退回这些行。",
        ),
        Field(
            "unknown_estate",
            "不认识的小区",
            kind="choice",
            required=True,
            choices={"refuse": "退回这一行", "area": "记在社区，小区名写进位置"},
        ),
        Field("lead", "没写主办的行，主办写", max_length=80, hint=f"空着就写“{UNKNOWN_LEAD}”。"),
    ),
    can=may_import,
    prepare=prepare,
    check=judge,
    is_unchanged=is_unchanged,
    remarks=remarks,
    apply=apply,
)
