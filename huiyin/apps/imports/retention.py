"""Uploaded files and rejected rows are personal data: they go after a while, the counts stay."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from huiyin.apps.imports.models import Import, RejectedRow, Remark
from huiyin.apps.imports.services.upload import FOLDER
from huiyin.integrations.storage import store

KEPT_DAYS = 90
_LEFTOVER_AFTER = timedelta(days=1)


def purge(now: datetime, *, after_days: int = KEPT_DAYS) -> int:
    """Remove files, rejected rows and samples of imports uploaded more than `after_days` ago; returns how many.

    A running import is left alone. Files without a row (an upload that was rolled back) go after a day.
    """
    old = Import.objects.filter(uploaded_at__lt=now - timedelta(days=after_days), file_removed_at=None)
    count = 0
    for import_ in old.exclude(state=Import.State.RUNNING).iterator():
        with transaction.atomic():
            locked = Import.objects.select_for_update(no_key=True).get(pk=import_.pk)
            if locked.state == Import.State.RUNNING:
                continue
            RejectedRow.objects.filter(import_row=locked).delete()
            Remark.objects.filter(import_row=locked).delete()
            key, locked.file_key = locked.file_key, ""
            locked.sample, locked.examples, locked.file_removed_at = [], [], now
            locked.original_name = "（已删除）"
            locked.save()
        if key:
            store().remove(key)
        count += 1
    _remove_leftovers(now)
    return count


def _remove_leftovers(now: datetime) -> None:
    leftovers = [file.key for file in store().files(FOLDER) if file.is_older_than(now - _LEFTOVER_AFTER)]
    for start in range(0, len(leftovers), 1000):
        chunk = leftovers[start : start + 1000]
        known = set(Import.objects.filter(file_key__in=chunk).values_list("file_key", flat=True))
        for key in chunk:
            if key not in known:
                store().remove(key)
