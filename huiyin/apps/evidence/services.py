"""Commands on photos: add, cover parts, take down, clear away."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext_noop as _
from PIL.Image import Image

from huiyin.apps.audit.services import erase_texts, record
from huiyin.apps.evidence import pictures
from huiyin.apps.evidence.models import Evidence, Rendition
from huiyin.apps.evidence.permissions import check_manage
from huiyin.apps.evidence.pictures import MAX_BOXES, Box
from huiyin.apps.evidence.selectors import public_key
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.integrations.queueing import queue
from huiyin.integrations.storage import store
from huiyin.web.now import now as read_clock


@transaction.atomic
def add_photo(
    *,
    by: Actor,
    upload: BinaryIO,
    caption: str = "",
    alt: str = "",
    now: datetime | None = None,
    all_sizes: bool = False,
) -> Evidence:
    """Check a photo, keep the original privately and make its public copies.

    Who may add one is decided by the app above, in the same transaction. One size is made while the person
    waits, the others by a task, unless `all_sizes`. RuleBroken says in a sentence why a file is refused.
    """
    now = now or read_clock()
    data = pictures.read(upload)
    with pictures.opened(data) as (facts, picture):
        widths = pictures.widths_for(facts.width)
        at_once = widths if all_sizes else [pictures.first_width(widths)]
        evidence = Evidence(
            state=_state_after(at_once, widths),
            sha256=facts.sha256,
            original_key=f"private/{secrets.token_hex(16)}/original",
            original_format=facts.format,
            original_bytes=facts.byte_count,
            width=facts.width,
            height=facts.height,
            captured_at=pictures.believable(facts.captured_at, now),
            caption=caption.strip()[:200],
            alt=alt.strip()[:200],
            uploaded_by_key=by.key,
            uploaded_at=now,
            token=_new_token(),
        )
        store().put(evidence.original_key, data)
        evidence.save(force_insert=True)
        _keep_copies(evidence, picture, at_once)
    _defer_missing_sizes(evidence)
    record(
        kind="evidence.photo_added",
        stream=evidence.stream,
        by=by,
        now=now,
        public={"sha256": evidence.sha256, "width": evidence.width, "height": evidence.height, "version": 1},
        texts={name: text for name, text in (("caption", evidence.caption), ("alt", evidence.alt)) if text},
    )
    return evidence


@transaction.atomic
def redact(evidence: Evidence, *, boxes: Sequence[Box], by: Actor, now: datetime | None = None) -> Evidence:
    """Cover `boxes` (all of them, replacing earlier ones) in every public copy; the old addresses end at once."""
    now = now or read_clock()
    evidence = _locked(evidence)
    check_manage(by, evidence)
    if not evidence.is_shown:
        raise RuleBroken(_("这张照片已经撤下，不用再遮盖。"), code="photo_not_shown")
    if not evidence.original_key:
        raise RuleBroken(_("原照片已按期清除，不能再改遮盖；如仍不妥，请撤下。"), code="original_gone")
    boxes = [_checked(box) for box in boxes]
    if len(boxes) > MAX_BOXES:
        raise RuleBroken(_("最多遮盖 %(limit)s 处。"), code="too_many_boxes", field="boxes", limit=MAX_BOXES)
    _drop_copies(evidence)
    evidence.redactions = [box.as_json() for box in boxes]
    evidence.version += 1
    evidence.token = _new_token()
    widths = pictures.widths_for(evidence.width)
    at_once = [pictures.first_width(widths)]
    evidence.state = _state_after(at_once, widths)
    with pictures.opened(_original(evidence)) as (_facts, picture):
        _keep_copies(evidence, picture, at_once)
    evidence.save(update_fields=["redactions", "version", "token", "state"])
    _defer_missing_sizes(evidence)
    record(
        kind="evidence.photo_redacted",
        stream=evidence.stream,
        by=by,
        now=now,
        # Thousandths: an event holds no fractions, so that its hash is the same on every machine.
        public={
            "sha256": evidence.sha256,
            "version": evidence.version,
            "boxes": [[round(side * 1000) for side in (box.x, box.y, box.w, box.h)] for box in boxes],
        },
    )
    return evidence


@transaction.atomic
def withdraw(evidence: Evidence, *, reason: str, by: Actor, now: datetime | None = None) -> Evidence:
    """Take a photo off every page with a reason; the original stays private until it is purged."""
    now = now or read_clock()
    evidence = _locked(evidence)
    check_manage(by, evidence)
    reason = reason.strip()
    if not reason:
        raise RuleBroken(_("请写一句为什么撤下这张照片。"), code="reason_missing", field="reason")
    if not evidence.is_shown:
        raise RuleBroken(_("这张照片已经撤下了。"), code="photo_not_shown")
    _drop_copies(evidence)
    evidence.state = Evidence.State.WITHDRAWN
    evidence.save(update_fields=["state"])
    record(
        kind="evidence.photo_withdrawn",
        stream=evidence.stream,
        by=by,
        now=now,
        public={"sha256": evidence.sha256, "version": evidence.version},
        texts={"reason": reason},
    )
    return evidence


@transaction.atomic
def drop_original(evidence: Evidence, *, by: Actor, now: datetime | None = None) -> Evidence:
    """Forget the private original when its retention ends; public copies stay as they are."""
    now = now or read_clock()
    evidence = _locked(evidence)
    check_manage(by, evidence)
    if not evidence.original_key:
        return evidence
    if evidence.state == Evidence.State.PROCESSING:
        raise RuleBroken(_("这张照片还在生成各种大小，请稍后再试。"), code="photo_processing")
    _defer_removal([evidence.original_key])
    evidence.original_key = ""
    evidence.save(update_fields=["original_key"])
    record(
        kind="evidence.original_dropped",
        stream=evidence.stream,
        by=by,
        now=now,
        public={"sha256": evidence.sha256, "version": evidence.version},
    )
    return evidence


@transaction.atomic
def purge(evidence: Evidence, *, by: Actor, now: datetime | None = None) -> Evidence:
    """Clear a photo away for erasure or retention: files, words and camera time; a tombstone row stays."""
    now = now or read_clock()
    evidence = _locked(evidence)
    check_manage(by, evidence)
    if evidence.state == Evidence.State.PURGED:
        return evidence
    _drop_copies(evidence)
    if evidence.original_key:
        _defer_removal([evidence.original_key])
    evidence.original_key = evidence.caption = evidence.alt = ""
    evidence.captured_at = None
    evidence.redactions = []
    evidence.state = Evidence.State.PURGED
    evidence.save()
    erase_texts(by=by, now=now, reason="photo_purged", stream=evidence.stream)
    record(
        kind="evidence.photo_purged",
        stream=evidence.stream,
        by=by,
        now=now,
        public={"sha256": evidence.sha256, "version": evidence.version},
    )
    return evidence


@transaction.atomic
def make_missing_sizes(evidence_id: int, version: int) -> int:
    """Make the copies of one version that do not exist yet; returns how many, 0 if the version is past."""
    evidence = Evidence.objects.select_for_update(no_key=True).filter(pk=evidence_id, version=version).first()
    if evidence is None or evidence.state != Evidence.State.PROCESSING:
        return 0
    made = 0
    done = set(evidence.renditions.values_list("width", flat=True))
    if missing := [width for width in pictures.widths_for(evidence.width) if width not in done]:
        with pictures.opened(_original(evidence)) as (_facts, picture):
            made = _keep_copies(evidence, picture, missing)
    evidence.state = Evidence.State.READY
    evidence.save(update_fields=["state"])
    return made


def _locked(evidence: Evidence) -> Evidence:
    return Evidence.objects.select_for_update(no_key=True).get(pk=evidence.pk)


def _new_token() -> str:
    return secrets.token_hex(16)


def _original(evidence: Evidence) -> bytes:
    with store().open(evidence.original_key) as stream:
        return stream.read()


def _boxes(evidence: Evidence) -> list[Box]:
    return [Box(**each) for each in evidence.redactions]


def _checked(box: Box) -> Box:
    box = Box(*(round(side, 3) for side in (box.x, box.y, box.w, box.h)))
    inside = 0 <= box.x < 1 and 0 <= box.y < 1 and box.x + box.w <= 1.0005 and box.y + box.h <= 1.0005
    if not inside or box.w <= 0 or box.h <= 0:
        raise RuleBroken(_("遮盖框要在照片里面，宽和高都要大于 0。"), code="box_outside", field="boxes")
    return box


def _keep_copies(evidence: Evidence, picture: Image, widths: Sequence[int]) -> int:
    rows = []
    for copy in pictures.copies(picture, widths=widths, boxes=_boxes(evidence)):
        extension = "jpg" if copy.format == Rendition.Format.JPEG else copy.format
        path = public_key(evidence.token, f"{copy.width}.{extension}")
        store().put(path, copy.data)
        rows.append(
            Rendition(
                evidence=evidence,
                width=copy.width,
                height=copy.height,
                format=copy.format,
                path=path,
                bytes=len(copy.data),
            )
        )
    Rendition.objects.bulk_create(rows)
    return len(rows)


def _state_after(made: Sequence[int], widths: Sequence[int]) -> Evidence.State:
    return Evidence.State.READY if set(made) == set(widths) else Evidence.State.PROCESSING


def _defer_missing_sizes(evidence: Evidence) -> None:
    if evidence.state == Evidence.State.PROCESSING:
        queue.configure_task("evidence.make_sizes").defer(evidence_id=evidence.pk, version=evidence.version)


def _drop_copies(evidence: Evidence) -> None:
    # The row is what an address looks up: with it gone the address is dead even before the file is.
    paths = list(evidence.renditions.values_list("path", flat=True))
    evidence.renditions.all().delete()
    if paths:
        _defer_removal(paths)


def _defer_removal(keys: Sequence[str]) -> None:
    # After the commit and durably: a file removed before a rollback would be missing for ever.
    queue.configure_task("evidence.remove_files").defer(keys=[*keys])
