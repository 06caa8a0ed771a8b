"""Saying which estate complaints are about that write the same words: one decision, a correction for each of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from huiyin.apps.audit.services import record
from huiyin.apps.hotline.asking import STORE_LOCK, ask
from huiyin.apps.hotline.models import Correction, Doubt
from huiyin.apps.hotline.months import month_named
from huiyin.apps.hotline.permissions import check_decide_doubt, check_place
from huiyin.apps.hotline.selectors import corrections_of
from huiyin.apps.hotline.services.corrections import apply_corrections, one_at_a_time
from huiyin.apps.places.models import Estate
from huiyin.apps.places.services import add_alias
from huiyin.domain.access import Actor, FixedActor
from huiyin.domain.errors import RuleBroken
from huiyin.integrations.queueing import queue
from huiyin.web.now import now as clock

State = Doubt.State
_AT_ONCE = 1_000


@transaction.atomic
def decide_doubt(
    doubt: Doubt, *, estate: Estate | None, is_name: bool = False, by: Actor, now: datetime | None = None
) -> Doubt:
    """All its complaints are about this estate, or about none; `is_name`: the words are a name of it from now on."""
    now = now or clock()
    doubt = _undecided(doubt, by)
    if estate is not None:
        check_place(by, estate)
        if is_name:
            add_alias(estate=estate, name=doubt.match, by=by, now=now)
    doubt.state, doubt.decided_estate, doubt.settled_at = State.DECIDED, estate, None
    _decide(doubt, by, now, public={"placed": estate.code if estate else "", "is_name": is_name})
    queue.configure_task("hotline.settle_doubt", lock=STORE_LOCK).defer(doubt_id=doubt.pk)
    return doubt


@transaction.atomic
def put_off_doubt(doubt: Doubt, *, by: Actor, now: datetime | None = None) -> Doubt:
    """Not now: it is asked about again when more such complaints come."""
    doubt = _undecided(doubt, by)
    doubt.state = State.LATER
    _decide(doubt, by, now or clock(), public={})
    return doubt


def settle_doubt(doubt_id: int) -> int:
    """Correct each complaint of a decided doubt; returns how many. Run again it goes on where it was."""
    doubt = Doubt.objects.select_related("estate", "decided_estate").get(pk=doubt_id)
    if doubt.state != State.DECIDED or doubt.settled_at is not None:
        return 0
    now = clock()
    asked = {
        "match": doubt.match,
        "estate_code": doubt.estate_code,
        "street_code": doubt.street_code,
    }
    complaints = ask("in_doubt", asked, now=now)["complaints"]
    count = sum(
        _correct(doubt, complaints[at : at + _AT_ONCE], now) for at in range(0, len(complaints), _AT_ONCE)
    )
    apply_corrections()
    _settled(doubt, [each["number"] for each in complaints], now)
    return count


@transaction.atomic
def _correct(doubt: Doubt, complaints: Sequence[Mapping[str, Any]], now: datetime) -> int:
    """What else was decided of a complaint stands; one that an earlier try has corrected is left alone."""
    one_at_a_time()
    standing = corrections_of(each["number"] for each in complaints)
    wanted = [each for each in complaints if not _is_placed(standing.get(each["number"]))]
    Correction.objects.filter(number__in=[each["number"] for each in wanted], is_current=True).update(
        is_current=False
    )
    Correction.objects.bulk_create(
        Correction(
            number=each["number"],
            month=month_named(each["month"]),
            placed=True,
            estate=doubt.decided_estate,
            property_related=before.property_related if before else None,
            category=before.category if before else "",
            was={
                "estate": doubt.estate_code,
                "property_related": each["property_related"],
                "category": each["category"],
            },
            doubt=doubt,
            corrected_by_key=doubt.decided_by_key,
            corrected_by_label=doubt.decided_by_label,
            corrected_at=doubt.decided_at or now,
        )
        for each in wanted
        for before in (standing.get(each["number"]),)
    )
    return len(wanted)


def _is_placed(correction: Correction | None) -> bool:
    return correction is not None and correction.placed


@transaction.atomic
def _settled(doubt: Doubt, numbers: Sequence[str], now: datetime) -> None:
    Doubt.objects.filter(pk=doubt.pk).update(settled_at=now)
    told = hashlib.sha256("\n".join(sorted(numbers)).encode()).hexdigest()
    record(
        kind="hotline.doubt_settled",
        stream=doubt.stream,
        by=FixedActor(doubt.decided_by_key, doubt.decided_by_label),
        now=now,
        public={"complaints": len(numbers)},
        private={"numbers_sha256": told},
    )


def _undecided(doubt: Doubt, by: Actor) -> Doubt:
    doubt = (
        Doubt.objects.select_for_update(of=("self",), no_key=True)
        .select_related("estate__area")
        .get(pk=doubt.pk)
    )
    check_decide_doubt(doubt, by)
    if doubt.state == State.DECIDED:
        raise RuleBroken("这组诉求已经有人核对过了。", code="hotline.doubt_decided")
    return doubt


def _decide(doubt: Doubt, by: Actor, now: datetime, *, public: dict[str, Any]) -> None:
    doubt.decided_by_key, doubt.decided_by_label, doubt.decided_at = by.key, by.label[:100], now
    doubt.decided_count = doubt.complaint_count
    doubt.save()
    told: dict[str, Any] = {
        "estate": doubt.estate_code,
        "street": doubt.street_code,
        "complaints": doubt.complaint_count,
    }
    record(
        kind=f"hotline.doubt_{doubt.state}",
        stream=doubt.stream,
        by=by,
        now=now,
        public=told | public,
        texts={"match": doubt.match},
    )
