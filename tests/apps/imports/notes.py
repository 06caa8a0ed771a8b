"""A tiny kind for tests: notes with a number, kept in the table of saved mappings because it has a unique key."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from huiyin.apps.imports import kinds
from huiyin.apps.imports.kinds import Applied, CheckedRow, Field, ImportKind, RowRefused, Values
from huiyin.apps.imports.models import Import, SavedMapping
from huiyin.documents.writing import Sheet, Value, write_xlsx
from huiyin.domain.access import Actor, FixedActor

NAME = "tests.notes"
KEEPER = FixedActor("person:1", "社区工作者 白露")
OTHER_KEEPER = FixedActor("person:2", "社区工作者 谷雨")
STRANGER = FixedActor("person:3", "居民")
OVERSEER = FixedActor("person:4", "区级干部 立冬")
NOW = dt.datetime(2026, 6, 18, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
HEADERS = ["编号", "内容", "日期", "户数", "紧急", "清单"]


class Breakdown(Exception):
    """What a test lets happen in the middle."""


def _check(values: Values, context: set[str]) -> Values:
    if values["number"] in context:
        raise RowRefused("number", "编号在文件里重复。")
    context.add(values["number"])
    if values["households"] is not None and values["households"] < 0:
        raise RowRefused("households", "户数不能是负数。")
    return {**values, "text": values["text"].upper()}


def _apply(rows: Sequence[CheckedRow], *, import_: Import, by: Actor, now: dt.datetime) -> Applied:
    created = updated = 0
    for row in rows:
        if row.values["text"] == "撞键":
            SavedMapping.objects.bulk_create([_note(row, now), _note(row, now)])
        note, is_new = SavedMapping.objects.get_or_create(
            kind=NAME,
            signature=row.values["number"],
            defaults={"mapping": {"text": row.values["text"], "import": import_.pk}, "saved_at": now},
        )
        if is_new:
            created += 1
        elif note.mapping["text"] != row.values["text"]:
            note.mapping["text"] = row.values["text"]
            note.save()
            updated += 1
    return Applied(created, updated, len(rows) - created - updated)


def _note(row: CheckedRow, now: dt.datetime) -> SavedMapping:
    return SavedMapping(kind=NAME, signature=row.values["number"], mapping={}, saved_at=now)


def _undo(import_: Import, *, by: Actor, now: dt.datetime) -> int:
    return SavedMapping.objects.filter(kind=NAME, mapping__import=import_.pk).delete()[0]


NOTES = ImportKind(
    name=NAME,
    label="便条",
    description="测试用的便条。",
    fields=(
        Field("number", "编号", aliases=("序号", "工单编号"), required=True, kind="code", max_length=20),
        Field("text", "内容", aliases=("诉求内容", "留言详情"), required=True, max_length=2000),
        Field("on", "日期", aliases=("登记日期",), kind="date"),
        Field("households", "户数", kind="integer"),
        Field("is_urgent", "紧急", aliases=("是否紧急",), kind="yes_no"),
        Field("list", "清单", kind="choice", choices={"immediate": "立即解决", "short_term": "短期推进"}),
    ),
    options=(Field("area", "所在社区代码", kind="code", required=True, hint="没有小区的行归到这里。"),),
    can=lambda actor: actor in (KEEPER, OTHER_KEEPER),
    sees_all=lambda actor: actor == OVERSEER,
    prepare=lambda import_, actor: set(),
    check=_check,
    apply=_apply,
    undo=_undo,
    batch_size=100,
)


@contextmanager
def registered(**changes: object) -> Iterator[ImportKind]:
    """Only this kind for a while, perhaps with another `apply` or `can`."""
    others = [kinds.get(kind.name) for kind in kinds.all_kinds()]
    for other in others:
        kinds.forget(other.name)
    kind = kinds.register(replace(NOTES, **changes))  # type: ignore[arg-type]
    try:
        yield kind
    finally:
        kinds.forget(NAME)
        for other in others:
            kinds.register(other)


def a_row(number: int, **changes: Value) -> list[Value]:
    row: dict[str, Value] = {
        "编号": f"{number:04d}",
        "内容": f"第 {number} 件",
        "日期": dt.date(2026, 6, 1) + dt.timedelta(days=number % 28),
        "户数": number % 7,
        "紧急": "是" if number % 5 == 0 else "否",
        "清单": "立即解决" if number % 2 else "短期推进",
    }
    return list((row | changes).values())


def a_file(rows: Sequence[Sequence[Value]], header: Sequence[str] = HEADERS) -> bytes:
    out = io.BytesIO()
    write_xlsx(out, [Sheet("便条", header, rows)])
    return out.getvalue()


def notes() -> dict[str, str]:
    found = SavedMapping.objects.filter(kind=NAME).exclude(signature__regex="^[0-9a-f]{64}$")
    return {note.signature: note.mapping["text"] for note in found}
