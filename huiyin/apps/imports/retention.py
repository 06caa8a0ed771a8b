"""Uploaded files and rejected rows are personal data: they go after a while, the counts stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from huiyin.apps.imports.files import remove_left_over
from huiyin.apps.imports.models import Import, RejectedRow, Remark
from huiyin.apps.imports.services.upload import FOLDER
from huiyin.integrations.storage import store

KEPT_DAYS = 90


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
            key, locked.examples = locked.file_key, []
            locked.forget_file(now)
            locked.save()
        if key:
            store().remove(key)
        count += 1
    remove_left_over(FOLDER, _known, now=now)
    return count


def _known(keys: Sequence[str]) -> set[str]:
    return set(Import.objects.filter(file_key__in=keys).values_list("file_key", flat=True))
