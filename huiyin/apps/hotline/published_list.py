"""Importing the city's published list: each name to the estate it means, a second time without a change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from huiyin.apps.audit.services import record
from huiyin.apps.hotline.models import PublishedRank
from huiyin.apps.imports.kinds import Applied, CheckedRow, Field, ImportKind, RowRefused, Values
from huiyin.apps.imports.models import Import
from huiyin.apps.places.models import Estate, EstateAlias
from huiyin.domain.access import Actor, Role
from huiyin.domain.complaint_periods import read_period
from huiyin.domain.errors import RuleBroken
from huiyin.language.places import Gazetteer

NAME = "hotline.published"
NOT_OURS = "不是本区登记的小区，只列名称"


@dataclass(frozen=True)
class Known:
    period: str
    """Empty where the answer cannot be read."""
    gazetteer: Gazetteer
    estates: dict[str, int]


def can_import_list(actor: Actor) -> bool:
    """The city's list speaks of the whole district."""
    return bool(actor.scopes(Role.DISTRICT_OFFICER))


def prepare(import_: Import, actor: Actor) -> Known:
    estates = list(Estate.objects.values_list("code", "name", "pk"))
    aliases: dict[str, list[str]] = {}
    for code, alias in EstateAlias.objects.values_list("estate__code", "name"):
        aliases.setdefault(code, []).append(alias)
    try:
        period = str(read_period(str(import_.options.get("period", ""))))
    except RuleBroken:
        period = ""
    gazetteer = Gazetteer([(code, name) for code, name, _pk in estates], aliases)
    return Known(period, gazetteer, {code: pk for code, _name, pk in estates})


def check(row: Values, known: Known) -> Values:
    if not known.period:
        raise RowRefused("", "时期写作 2026、2026-Q2 或 2026-06，请重新核对列名时写上。")
    if row["place"] < 1:
        raise RowRefused("place", "名次从 1 开始。")
    code = known.gazetteer.called(row["name"])
    return row | {"period": known.period, "estate": known.estates[code] if code else None}


def remarks(row: Values) -> tuple[str, ...]:
    return () if row["estate"] else (NOT_OURS,)


def apply(rows: list[CheckedRow], *, import_: Import, by: Actor, now: datetime) -> Applied:
    """The file stands instead of the list of its period, also of what it names no more."""
    period = rows[0].values["period"]
    standing = PublishedRank.objects.standing().filter(period=period)
    standing.exclude(brought_by=import_).update(replaced_by=import_)
    before = {
        rank.name: _said(rank.place, rank.complaint_count, rank.estate_id)
        for rank in PublishedRank.objects.filter(period=period, replaced_by=import_)
    }
    created = updated = 0
    for row in rows:
        told = row.values
        said = _said(told["place"], told["count"], told["estate"])
        standing.filter(name=told["name"]).update(replaced_by=import_)
        PublishedRank.objects.create(period=period, name=told["name"], brought_by=import_, **said)
        created += told["name"] not in before
        updated += before.get(told["name"], said) != said
    dropped = len(before.keys() - {row.values["name"] for row in rows})
    if created or updated or dropped:
        record(
            kind="hotline.published_list_taken",
            stream=import_.stream,
            by=by,
            now=now,
            public={"period": period, "created": created, "updated": updated, "dropped": dropped},
        )
    return Applied(created=created, updated=updated, unchanged=len(rows) - created - updated)


def _said(place: int, count: int | None, estate: int | None) -> dict[str, int | None]:
    return {"place": place, "complaint_count": count, "estate_id": estate}


def undo(import_: Import, *, by: Actor, now: datetime) -> int:
    """The lines this file brought go, those it replaced stand again; or under the file that replaced its own since."""
    brought = PublishedRank.objects.filter(brought_by=import_)
    # Of a name written twice the last one stood.
    stood = brought.exclude(replaced_by=import_).select_related("replaced_by")
    later = {rank.period: rank.replaced_by for rank in stood}
    count, _each = brought.delete()
    for rank in PublishedRank.objects.filter(replaced_by=import_):
        rank.replaced_by = later[rank.period]
        rank.save(update_fields=["replaced_by"])
    return count


PUBLISHED = ImportKind(
    name=NAME,
    label="全市诉求排名",
    description="全市通报的诉求量前 100 名小区，和本区自己算的排在一起看。名称会对到本区登记的小区。",
    fields=(
        Field("place", "名次", ("排名", "位次", "序号"), required=True, kind="integer"),
        Field("name", "小区", ("小区名称", "项目名称", "物业项目"), required=True, max_length=60),
        Field("count", "诉求量", ("诉求件数", "件数", "工单量"), kind="integer"),
    ),
    options=(Field("period", "时期", required=True, max_length=8, hint="如 2026-06、2026-Q2 或 2026。"),),
    can=can_import_list,
    prepare=prepare,
    check=check,
    remarks=remarks,
    apply=apply,
    undo=undo,
    restores=True,
)
