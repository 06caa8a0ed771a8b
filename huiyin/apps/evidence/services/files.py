"""The files behind a row: its original, its copies, and how they come and go with the transaction."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from PIL.Image import Image

from huiyin.apps.evidence import pictures
from huiyin.apps.evidence.models import Evidence, Rendition
from huiyin.apps.evidence.pictures import Box
from huiyin.apps.evidence.selectors import public_key
from huiyin.integrations.queueing import queue
from huiyin.integrations.storage import store


def locked(evidence: Evidence) -> Evidence:
    return Evidence.objects.select_for_update(no_key=True).get(pk=evidence.pk)


def new_token() -> str:
    return secrets.token_hex(16)


def private_key(name: str) -> str:
    """A key nobody can guess, in the part of the store that no view reads by address."""
    return f"private/{secrets.token_hex(16)}/{name}"


def original(evidence: Evidence) -> bytes:
    with store().open(evidence.original_key) as stream:
        return stream.read()


def keep_copies(evidence: Evidence, picture: Image, widths: Sequence[int]) -> int:
    rows = []
    for copy in pictures.copies(picture, widths=widths, boxes=[Box(**each) for each in evidence.redactions]):
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


def state_after(made: Sequence[int], widths: Sequence[int]) -> Evidence.State:
    return Evidence.State.READY if set(made) == set(widths) else Evidence.State.PROCESSING


def defer_missing_sizes(evidence: Evidence) -> None:
    if evidence.state == Evidence.State.PROCESSING:
        queue.configure_task("evidence.make_sizes").defer(evidence_id=evidence.pk, version=evidence.version)


def drop_copies(evidence: Evidence) -> None:
    """End every address at once and the files after the commit; the caller saves the row."""
    # The row is what an address looks up: with it gone the address is dead even before the file is.
    paths = list(evidence.renditions.values_list("path", flat=True))
    evidence.renditions.all().delete()
    if evidence.copy_key:
        paths.append(evidence.copy_key)
        evidence.copy_key = ""
    if paths:
        defer_removal(paths)


def defer_removal(keys: Sequence[str]) -> None:
    # After the commit and durably: a file removed before a rollback would be missing for ever.
    queue.configure_task("evidence.remove_files").defer(keys=[*keys])
