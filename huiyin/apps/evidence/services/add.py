"""Bringing a photo or a document."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO

from django.db import transaction

from huiyin.apps.audit.services import record
from huiyin.apps.evidence import camera, documents, pictures
from huiyin.apps.evidence.models import Evidence
from huiyin.apps.evidence.services.files import (
    defer_missing_sizes,
    keep_copies,
    new_token,
    private_key,
    state_after,
)
from huiyin.apps.evidence.services.fingerprint import keep_fingerprint
from huiyin.domain.access import Actor
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
            state=state_after(at_once, widths),
            sha256=facts.sha256,
            original_key=private_key("original"),
            original_format=facts.format,
            original_bytes=facts.byte_count,
            width=facts.width,
            height=facts.height,
            captured_at=camera.believable(facts.captured_at, now),
            captured_north=facts.place.north if facts.place else None,
            captured_east=facts.place.east if facts.place else None,
            caption=caption.strip()[:200],
            alt=alt.strip()[:200],
            uploaded_by_key=by.key,
            uploaded_at=now,
            token=new_token(),
        )
        store().put(evidence.original_key, data)
        evidence.save(force_insert=True)
        keep_copies(evidence, picture, at_once)
        keep_fingerprint(evidence, picture)
    defer_missing_sizes(evidence)
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
def add_document(*, by: Actor, upload: BinaryIO, caption: str = "", now: datetime | None = None) -> Evidence:
    """Check a PDF, keep it privately and make the clean copy that is handed out.

    Who may add one, and who may see it, is decided by the app above. `caption` names the document on pages and in
    downloads; the name of the file is not kept. RuleBroken says in a sentence why a file is refused.
    """
    now = now or read_clock()
    found = documents.read(upload)
    upload.seek(0)
    evidence = Evidence(
        kind=Evidence.Kind.DOCUMENT,
        state=Evidence.State.READY,
        sha256=found.sha256,
        original_key=private_key("original"),
        original_format="PDF",
        original_bytes=found.byte_count,
        copy_key=private_key("copy"),
        page_count=found.page_count,
        caption=caption.strip()[:200],
        uploaded_by_key=by.key,
        uploaded_at=now,
        token=new_token(),
    )
    store().put(evidence.original_key, upload.read())
    store().put(evidence.copy_key, found.copy)
    evidence.save(force_insert=True)
    record(
        kind="evidence.document_added",
        stream=evidence.stream,
        by=by,
        now=now,
        public={"sha256": evidence.sha256, "pages": evidence.page_count, "version": 1},
        texts={"caption": evidence.caption} if evidence.caption else {},
    )
    return evidence
