"""Covering parts of a photo or words of its name, and the sizes of it that are made later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as _

from huiyin.apps.audit.services import erase_words, record
from huiyin.apps.evidence import pictures
from huiyin.apps.evidence.models import Evidence
from huiyin.apps.evidence.permissions import check_manage
from huiyin.apps.evidence.pictures import MAX_BOXES, Box
from huiyin.apps.evidence.services.files import (
    defer_missing_sizes,
    drop_copies,
    keep_copies,
    locked,
    new_token,
    original,
    state_after,
)
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.web.now import now as read_clock


@transaction.atomic
def redact(evidence: Evidence, *, boxes: Sequence[Box], by: Actor, now: datetime | None = None) -> Evidence:
    """Cover `boxes` (all of them, replacing earlier ones) in every public copy; the old addresses end at once."""
    now = now or read_clock()
    evidence = locked(evidence)
    check_manage(by, evidence)
    if evidence.is_document:
        raise RuleBroken(_("文件不能遮盖；有不该公开的内容，请撤下，改好再传。"), code="document_not_covered")
    if not evidence.is_shown:
        raise RuleBroken(_("这张照片已经撤下，不用再遮盖。"), code="photo_not_shown")
    if not evidence.original_key:
        raise RuleBroken(_("原照片已按期清除，不能再改遮盖；如仍不妥，请撤下。"), code="original_gone")
    boxes = [_checked(box) for box in boxes]
    if len(boxes) > MAX_BOXES:
        raise RuleBroken(_("最多遮盖 %(limit)s 处。"), code="too_many_boxes", field="boxes", limit=MAX_BOXES)
    drop_copies(evidence)
    evidence.redactions = [box.as_json() for box in boxes]
    evidence.version += 1
    evidence.token = new_token()
    widths = pictures.widths_for(evidence.width)
    at_once = [pictures.first_width(widths)]
    evidence.state = state_after(at_once, widths)
    with pictures.opened(original(evidence)) as (_facts, picture):
        keep_copies(evidence, picture, at_once)
    evidence.save(update_fields=["redactions", "version", "token", "state"])
    defer_missing_sizes(evidence)
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
def cover_words(
    evidence: Evidence, *, words: str, over: Callable[[str], str], by: Actor, now: datetime | None = None
) -> Evidence:
    """Take words, e.g. a name, out of what a photo or document is called; of the events what held them is erased."""
    now = now or read_clock()
    evidence = locked(evidence)
    check_manage(by, evidence)
    evidence.caption, evidence.alt = over(evidence.caption)[:200], over(evidence.alt)[:200]
    evidence.save(update_fields=["caption", "alt"])
    erase_words([evidence.stream], words, by=by, now=now)
    record(
        kind=f"evidence.{evidence.kind}_words_covered",
        stream=evidence.stream,
        by=by,
        now=now,
        public={"sha256": evidence.sha256, "version": evidence.version},
        texts={name: text for name, text in (("caption", evidence.caption), ("alt", evidence.alt)) if text},
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
        with pictures.opened(original(evidence)) as (_facts, picture):
            made = keep_copies(evidence, picture, missing)
    evidence.state = Evidence.State.READY
    evidence.save(update_fields=["state"])
    return made


def _checked(box: Box) -> Box:
    box = Box(*(round(side, 3) for side in (box.x, box.y, box.w, box.h)))
    inside = 0 <= box.x < 1 and 0 <= box.y < 1 and box.x + box.w <= 1.0005 and box.y + box.h <= 1.0005
    if not inside or box.w <= 0 or box.h <= 0:
        raise RuleBroken(_("遮盖框要在照片里面，宽和高都要大于 0。"), code="box_outside", field="boxes")
    return box
