"""Correcting what the machine read of a complaint: kept here, taken into the store by a task, taken back by another.

Who corrected what is known here; the store knows what counts (analytics.corrections), so that it outlives a later file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from huiyin.apps.audit.services import erase_texts, record
from huiyin.apps.hotline.asking import STORE_LOCK, ask, written
from huiyin.apps.hotline.complaints import Complaint, complaint_of
from huiyin.apps.hotline.models import Correction
from huiyin.apps.hotline.months import month_named
from huiyin.apps.hotline.permissions import check_correct, check_place
from huiyin.apps.hotline.selectors import corrections_of
from huiyin.apps.hotline.services.topics import find_topics_later
from huiyin.apps.places.models import Estate
from huiyin.domain.access import Actor, FixedActor
from huiyin.domain.errors import RuleBroken
from huiyin.integrations.queueing import queue
from huiyin.language.complaints.categories import CATEGORY_NAMES
from huiyin.language.masking import mask
from huiyin.web.now import now as clock

LONGEST_REASON = 200
_ONE_AT_A_TIME = 0x48_59_43  # an advisory lock's number, ours alone
COMMAND_LINE = FixedActor("command", "命令行")


@dataclass(frozen=True)
class Wanted:
    """What a complaint shall count as; without `places` its estate is left as it stands."""

    property_related: bool
    category: str
    places: bool = False
    estate: Estate | None = None


@transaction.atomic
def correct_complaint(
    *, month: str, number: str, wanted: Wanted, reason: str = "", by: Actor, now: datetime | None = None
) -> Correction:
    """Say what a complaint is about; only what differs from the machine's reading, or was decided before, is decided.

    Raises RuleBroken where it is not in the store, its words were erased, or nothing would change.
    """
    complaint, standing = _corrigible(month, number, by)
    if wanted.places and wanted.estate is not None:
        check_place(by, wanted.estate)
    if wanted.category not in CATEGORY_NAMES:
        raise RuleBroken("请从列表里选类别。", code="hotline.category", field="category")
    read, stood = complaint.reading, standing or Correction()
    as_read = (wanted.property_related == read.property_related, wanted.category == read.category)
    decided = Correction(
        placed=wanted.places or stood.placed,
        estate=wanted.estate if wanted.places else stood.estate,
        property_related=None if as_read[0] and stood.property_related is None else wanted.property_related,
        category="" if as_read[1] and not stood.category else wanted.category,
    )
    if decided.decision == stood.decision | {"number": ""}:
        raise RuleBroken("没有改动。", code="hotline.nothing_corrected")
    return _stand(decided, complaint, standing, reason, by, now or clock())


@transaction.atomic
def confirm_correction(*, month: str, number: str, by: Actor, now: datetime | None = None) -> Correction:
    """What was decided holds for the text as it is now."""
    complaint, standing = _corrigible(month, number, by)
    if standing is None or standing.doubted_at is None:
        raise RuleBroken("这件诉求的更正不用再看。", code="hotline.not_doubted")
    same = Correction(
        placed=standing.placed,
        estate=standing.estate,
        property_related=standing.property_related,
        category=standing.category,
    )
    return _stand(same, complaint, standing, "", by, now or clock())


@transaction.atomic
def withdraw_correction(
    *, month: str, number: str, reason: str = "", by: Actor, now: datetime | None = None
) -> Correction:
    """The machine's reading holds again."""
    complaint, standing = _corrigible(month, number, by)
    if standing is None or not standing.decides:
        raise RuleBroken("这件诉求没有更正过。", code="hotline.not_corrected")
    return _stand(Correction(), complaint, standing, reason, by, now or clock())


def apply_corrections() -> int:
    """Have the store take in what was decided since; returns how many complaints count otherwise now."""
    waiting = list(
        Correction.objects.filter(is_current=True, applied_at=None).select_related("estate").order_by("pk")
    )
    if not waiting:
        return 0
    now = clock()
    asked = {"decisions": [each.decision for each in waiting], "now": written(now)}
    missing = frozenset(ask("correct", asked, now=now)["missing"])
    applied = [each.pk for each in waiting if each.number not in missing]
    # Not when it was asked for: whoever was told of the store in between was told without them.
    Correction.objects.filter(pk__in=applied).update(applied_at=clock())
    find_topics_later()
    return len(applied)


def apply_later() -> None:
    """Also after an import: a complaint that was away may have come again."""
    queue.configure_task("hotline.correct", lock=STORE_LOCK).defer()


@transaction.atomic
def adopt_corrections(told: Iterable[Mapping[str, Any]], *, now: datetime) -> int:
    """Corrections the store knows and we do not: decided, or taken back, from the command line; returns how many.

    `now`: before the store told them. What is still on its way into it is left alone, and what has got there since.
    """
    one_at_a_time()
    current = {
        each.number: each for each in Correction.objects.filter(is_current=True).select_related("estate")
    }
    estates = Estate.objects.in_bulk(field_name="code")
    adopted = []
    for each in told:
        stood = current.pop(each["number"], None)
        decision = {name: each[name] for name in Correction().decision}
        if stood is None or (_is_told(stood, now) and stood.decision != decision):
            adopted.append(_adopted(each, estates.get(each["estate_code"])))
    adopted += [
        Correction(number=stood.number, month=stood.month, was=stood.was)
        for stood in current.values()
        if _is_told(stood, now) and stood.decides
    ]
    for correction in adopted:
        Correction.objects.filter(number=correction.number, is_current=True).update(is_current=False)
        correction.applied_at = now
        _witness(correction, COMMAND_LINE, now)
    return len(adopted)


def _is_told(correction: Correction, at: datetime) -> bool:
    """Whether the store knew of it at this time."""
    return correction.applied_at is not None and correction.applied_at < at


def _adopted(told: Mapping[str, Any], estate: Estate | None) -> Correction:
    return Correction(
        number=told["number"],
        month=month_named(told["month"]) if told["month"] else None,
        placed=told["placed"],
        estate=estate if told["placed"] else None,
        property_related=told["property_related"],
        category=told["category"] or "",
        was=told["read"],
    )


def forget_corrections(numbers: Sequence[str], *, by: Actor, now: datetime) -> None:
    """Of complaints that are erased; in the transaction that erases them."""
    gone = Correction.objects.filter(number__in=list(numbers))
    known = sorted(set(gone.values_list("number", flat=True)))
    gone.delete()
    for number in known:
        erase_texts(stream=stream_of(number), by=by, now=now, reason="complaint_erased")


def stream_of(number: str) -> str:
    """Of the events of one complaint: its number is nobody's to read in a name."""
    return f"hotline_complaints/{hashlib.sha256(number.encode()).hexdigest()[:16]}"


def one_at_a_time() -> None:
    """Until the transaction ends nobody else decides of complaints: a form sent twice is one correction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])


def _corrigible(month: str, number: str, by: Actor) -> tuple[Complaint, Correction | None]:
    complaint = complaint_of(month, number)
    if complaint is None:
        raise RuleBroken("库里没有这件诉求，可能刚刚撤销了导入。", code="hotline.no_such_complaint")
    one_at_a_time()
    standing = corrections_of([number]).get(number)
    complaint = complaint.decided_as(standing)
    estate = Estate.objects.select_related("area").filter(code=complaint.estate_code or "").first()
    check_correct(by, estate=estate, area_code=complaint.area_code)
    if complaint.is_erased:
        raise RuleBroken("这件诉求的内容已删除，不能更正。", code="hotline.erased")
    return complaint, standing


def _stand(
    decided: Correction,
    complaint: Complaint,
    standing: Correction | None,
    reason: str,
    by: Actor,
    now: datetime,
) -> Correction:
    """In place of what stood; the store follows in the background."""
    Correction.objects.filter(number=complaint.number, is_current=True).update(is_current=False)
    decided.number, decided.month = complaint.number, month_named(complaint.month)
    decided.was = {
        "estate": complaint.estate_code or "",
        "property_related": complaint.property_related,
        "category": complaint.category,
    }
    decided.reason = mask(" ".join(reason.split()))[:LONGEST_REASON]
    _witness(decided, by, now)
    apply_later()
    return decided


def _witness(decided: Correction, by: Actor, now: datetime) -> None:
    decided.corrected_by_key, decided.corrected_by_label = by.key, by.label[:100]
    decided.corrected_at = now
    decided.save()
    record(
        kind="hotline.complaint_corrected",
        stream=stream_of(decided.number),
        by=by,
        now=now,
        public={"was": decided.was, "decided": _public(decided)},
        texts={"reason": decided.reason} if decided.reason else {},
        private={"number": decided.number},
    )


def _public(correction: Correction) -> dict[str, Any]:
    return {name: value for name, value in correction.decision.items() if name != "number"}
