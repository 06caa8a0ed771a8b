"""Judging the rows of an old ledger: known already, refused with the reason, or a history 'as told by the file'."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from huiyin.apps.imports.kinds import Reason, RowRefused, Values
from huiyin.apps.ledger import columns, limits
from huiyin.apps.ledger.bulk import History
from huiyin.apps.ledger.bulk import history as told
from huiyin.apps.ledger.import_differences import differences_of_origin, not_before, reason
from huiyin.apps.ledger.import_places import OUT_OF_REACH, Places, Where
from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.models.askers import Channel
from huiyin.apps.ledger.permissions import may_import
from huiyin.apps.ledger.services.register import AskerDraft
from huiyin.apps.ledger.services.told_later import WAITING, worked_on
from huiyin.documents.cells import cell_text
from huiyin.domain.access import Actor
from huiyin.domain.case_numbers import is_valid
from huiyin.domain.case_workflow import LABELS, Status
from huiyin.domain.ledger_rules import CaseList, Kind, Source
from huiyin.language.masking import mask, mask_place

FIRST_YEAR = 2000
LONGEST_TEXT = 20_000
KEY_FIELDS = frozenset({"number", "estate", "area", "title", "text", "registered_at"})
_OWN_NUMBER = re.compile(r"\d{2}-\d{4}-\d{3}")
_LONGEST_KEY = 80
_LONGEST_PHONE = 20
_READ_AHEAD = 500


@dataclass(frozen=True)
class Plan:
    """What a row leads to: a new case, a reply to one an earlier file brought, or (neither) nothing new."""

    history: History | None = None
    answers: Case | None = None


@dataclass
class Known:
    """What the rows of one file lean on; `keys` are those of all its rows, in their order."""

    actor: Actor
    file: Actor
    source: str
    lead: str
    """Who leads where a replied row does not say."""
    places: Places
    now: datetime
    keys: list[tuple[str, ...]]
    seen: set[str] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)
    """Streams of cases read ahead on which somebody has worked here."""
    _cases: dict[str, Case] = field(default_factory=dict)
    _loaded: range = range(0)

    def __post_init__(self) -> None:
        self._at = {keys: place for place, keys in enumerate(self.keys)}

    def case(self, keys: tuple[str, ...]) -> Case | None:
        """The case a row speaks of, if the ledger has it; read ahead for the rows that follow."""
        place = self._at.get(keys, -1)
        if place not in self._loaded:
            self._loaded = range(place, place + _READ_AHEAD)
            ahead = self.keys[place : place + _READ_AHEAD] if place >= 0 else [keys]
            self._cases = _cases_of([key for keys in ahead for key in keys])
            self.touched = worked_on(case.stream for case in self._cases.values())
        return next((self._cases[key] for key in keys if key in self._cases), None)


def _cases_of(keys: list[str]) -> dict[str, Case]:
    rows = (
        Case.objects.filter(Q(number__in=keys) | Q(file_key__in=keys))
        .select_related("estate", "area", "private", "lead_engagement__company", "lead_area")
        .prefetch_related("replies")
        .defer("search")
    )
    return {key: case for case in rows for key in (case.number, case.file_key) if key}


def keys_of(row: Values, source: str) -> tuple[str, ...]:
    """Under what a row may be known: our own number, the source with the row's number, or with a digest of the row.

    Another ledger on Huiyin has numbers of the same form, so one of them is looked for under both.
    """
    number = row.get("number") or ""
    own = (number,) if _OWN_NUMBER.fullmatch(number) else ()
    if number and len(source) + 1 + len(number) <= _LONGEST_KEY:
        return (*own, f"{source}:{number}")
    said = [number] if number else [cell_text(row.get(key) or "") for key in sorted(KEY_FIELDS)]
    digest = hashlib.sha256("\n".join(said).encode("utf-8", "replace")).hexdigest()
    return (f"{source}:#{digest[:32]}",)


def judge(row: Values, known: Known) -> Values:
    """The values as they will stand in the ledger, with the plan; raises RowRefused."""
    for key in ("registered_at", "replied_at"):
        row = row | {key: columns.to_second(row[key]) if row[key] else None}
    keys = keys_of(row, known.source)
    if keys[0] in known.seen:
        twice = "这个编号在表里出现过。" if row["number"] else "和前面的一行完全相同。"
        raise RowRefused("number", twice)
    known.seen.add(keys[0])
    case = known.case(keys)
    if case is not None:
        if not may_import(known.actor, case.place_scope):
            raise RowRefused("number", f"这个编号的事项{OUT_OF_REACH}")
        return row | {"plan": Plan(answers=_answered(row, case, known))}
    if len(keys) > 1 and not is_valid(keys[0]):
        raise RowRefused("number", "这个编号可能抄错了一位，请核对。")
    where = known.places.where(row["estate"], row["area"])
    _check_told(row, known.now)
    history = _history(row, keys[-1], where, known)
    return row | _shown(history) | {"plan": Plan(history)}


# --- rows the ledger knows ----------------------------------------------------------------------------------


def _answered(row: Values, case: Case, known: Known) -> Case | None:
    """The case if the row brings the reply it still waits for; None if it says nothing new.

    A table cannot change what is registered: where it says something else, the row is refused.
    """
    if row["number"] == case.number:
        wrong = dict(columns.differences(row, case))
    else:
        is_touched = case.stream in known.touched
        wrong = dict(differences_of_origin(row, case, known.places, is_touched=is_touched))
    waits = case.is_told_by_file and case.status in WAITING and case.replied_at is None
    if waits and row["reply"] and row["replied_at"]:
        _check_reply(row, case.registered_at, known.now)
        wrong = {key: value for key, value in wrong.items() if key not in _OF_A_REPLY}
        if not wrong:
            return case
    if wrong:
        raise RowRefused([reason(key, value) for key, value in wrong.items()])
    return None


_OF_A_REPLY = frozenset({"reply", "replied_at", "replier", "status"})


# --- rows that are new --------------------------------------------------------------------------------------


def _check_told(row: Values, now: datetime) -> None:
    reasons: list[Reason] = []
    at = row["registered_at"]
    if at > now:
        reasons.append(("registered_at", "登记时间在将来。"))
    if at.year < FIRST_YEAR:
        reasons.append(("registered_at", f"只收 {FIRST_YEAR} 年以后的事项。"))
    if not (row["text"] or row["title"]):
        reasons.append(("text", "内容和标题都是空的。"))
    reasons += [
        (key, f"超过 {LONGEST_TEXT} 字，现有 {len(row[key])} 字。")
        for key in ("text", "reply")
        if len(row[key] or "") > LONGEST_TEXT
    ]
    if row["category"] and columns.category_code(row["category"]) is None:
        some = "、".join(each.label for each in limits.categories(now).categories[:4])
        sentence = f"“{row['category'][:20]}”不在事项类别里，如{some}。全部类别见“规则”；也可以不导入这一列。"
        reasons.append(("category", sentence))
    if row["reply"] and not row["replied_at"]:
        reasons.append(("replied_at", "有答复，没有答复时间。"))
    if row["replied_at"] and not row["reply"]:
        reasons.append(("reply", "有答复时间，没有答复。"))
    if reasons:
        raise RowRefused(reasons)
    if row["reply"]:
        _check_reply(row, at, now)


def _check_reply(row: Values, registered_at: datetime, now: datetime) -> None:
    if not_before(row["replied_at"], registered_at) < registered_at:
        raise RowRefused("replied_at", "答复时间早于登记时间。")
    if row["replied_at"] > now:
        raise RowRefused("replied_at", "答复时间在将来。")


def reply_of(row: Values, registered_at: datetime, file: Actor) -> told.RepliedByFile | None:
    """The reply a row tells, as a step."""
    if not row["reply"]:
        return None
    at = not_before(row["replied_at"], registered_at)
    return told.RepliedByFile(at=at, by=file, text=row["reply"], author_label=mask(row["replier"] or ""))


def _history(row: Values, key: str, where: Where, known: Known) -> History:
    at: datetime = row["registered_at"]
    case_list = row["case_list"] or str(limits.deadlines(at).values.default_list)
    on = limits.day_of(at if row["reply"] else known.now)
    lead = known.places.lead(row["lead"], where, on) if row["lead"] else None
    steps: list[told.Step] = []
    if lead is not None:
        steps.append(told.Assigned(at=at, by=known.file, case_list=case_list, lead=lead))
    if reply := reply_of(row, at, known.file):
        steps.append(reply)
    return History(
        key=key,
        at=at,
        by=known.file,
        text=row["text"] or row["title"],
        title=row["title"] or "",
        area=where.area,
        estate=where.estate,
        building=" ".join(part for part in (where.lost_name, row["building"]) if part),
        category=columns.category_code(row["category"] or "") or "",
        kind=row["kind"] or Kind.QUESTION,
        source=row["source"] or Source.IMPORT,
        nickname=row["nickname"] or "",
        asker=_asker(row),
        lead_label="" if lead else mask(row["lead"] or (known.lead if row["reply"] else "")),
        case_list=case_list,
        file_key=key,
        steps=tuple(steps),
    )


def _asker(row: Values) -> AskerDraft:
    """Somebody without an account here: reached by a call if there is a number, else only by the public page."""
    phone, others = _phones(row["phone"])
    return AskerDraft(
        name=row["contact"] or "",
        phone=phone,
        note=others,
        channel=Channel.CALL if phone else Channel.IN_SITE,
    )


def _phones(told_phones: str | None) -> tuple[str, str]:
    """The first number in the cell, and whatever else stands there."""
    parts = [part for part in re.split(r"[、,，;；/／]+", told_phones or "") if part]
    phone = next((part for part in parts if sum(map(str.isdecimal, part)) >= 5), "")
    if len(phone) > _LONGEST_PHONE:
        phone = ""
    return phone, "、".join(part for part in parts if part != phone)


def _shown(history: History) -> Values:
    """What the dry run shows where the ledger will say something else than the file."""
    due = limits.due_for(CaseList(history.case_list), registered_at=history.at, urgency="", on=history.at)
    leads = [step.lead.label for step in history.steps if isinstance(step, told.Assigned)]
    label = leads[0] if leads else history.lead_label
    replied = any(isinstance(step, told.RepliedByFile) for step in history.steps)
    status = Status.UNCONFIRMED if replied else Status.ASSIGNED if label else Status.REGISTERED
    return {
        "estate": history.estate.name if history.estate else None,
        "area": history.area.name,
        "building": mask_place(history.building) or None,
        "kind": str(history.kind),
        "source": str(history.source),
        "case_list": history.case_list,
        "lead": label or None,
        "first_due_on": limits.day_of(due.at),
        "due_on": limits.day_of(due.at),
        "status": LABELS[status],
    }
