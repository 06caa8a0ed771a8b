"""Taking a photo or document off every page, forgetting its original, clearing it away."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as _

from huiyin.apps.audit.services import erase_texts, record
from huiyin.apps.evidence.models import Evidence, Fingerprint
from huiyin.apps.evidence.permissions import check_manage
from huiyin.apps.evidence.services.files import defer_removal, drop_copies, locked
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.web.now import now as read_clock


@transaction.atomic
def withdraw(evidence: Evidence, *, reason: str, by: Actor, now: datetime | None = None) -> Evidence:
    """Take a photo or document off every page with a reason; the original stays private until it is purged."""
    now = now or read_clock()
    evidence = locked(evidence)
    check_manage(by, evidence)
    reason = reason.strip()
    if not reason:
        raise RuleBroken(_("请写一句为什么撤下。"), code="reason_missing", field="reason")
    if not evidence.is_shown:
        sentence = _("这份文件已经撤下了。") if evidence.is_document else _("这张照片已经撤下了。")
        raise RuleBroken(sentence, code="photo_not_shown")
    drop_copies(evidence)
    evidence.state = Evidence.State.WITHDRAWN
    evidence.save(update_fields=["state", "copy_key"])
    record(
        kind=f"evidence.{evidence.kind}_withdrawn",
        stream=evidence.stream,
        by=by,
        now=now,
        public={"sha256": evidence.sha256, "version": evidence.version},
        texts={"reason": reason},
    )
    return evidence


@transaction.atomic
def drop_original(evidence: Evidence, *, by: Actor, now: datetime | None = None) -> Evidence:
    """Forget the private original and its place when its retention ends; public copies stay as they are."""
    now = now or read_clock()
    evidence = locked(evidence)
    check_manage(by, evidence)
    if not evidence.original_key:
        return evidence
    if evidence.state == Evidence.State.PROCESSING:
        raise RuleBroken(_("这张照片还在生成各种大小，请稍后再试。"), code="photo_processing")
    defer_removal([evidence.original_key])
    evidence.original_key = ""
    evidence.captured_north = evidence.captured_east = None
    evidence.save(update_fields=["original_key", "captured_north", "captured_east"])
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
    """Clear away for erasure or retention: files, words, time, place and fingerprint; a tombstone row stays."""
    now = now or read_clock()
    evidence = locked(evidence)
    check_manage(by, evidence)
    if evidence.state == Evidence.State.PURGED:
        return evidence
    drop_copies(evidence)
    if evidence.original_key:
        defer_removal([evidence.original_key])
    evidence.original_key = evidence.caption = evidence.alt = ""
    evidence.captured_at = evidence.captured_north = evidence.captured_east = None
    evidence.redactions = []
    evidence.state = Evidence.State.PURGED
    evidence.save()
    Fingerprint.objects.filter(evidence=evidence).delete()
    erase_texts(by=by, now=now, reason=f"{evidence.kind}_purged", stream=evidence.stream)
    record(
        kind=f"evidence.{evidence.kind}_purged",
        stream=evidence.stream,
        by=by,
        now=now,
        public={"sha256": evidence.sha256, "version": evidence.version},
    )
    return evidence
