"""What the hotline keeps of people with an account, and how long it keeps their files.

Callers are not known here: the store keeps masked words and a key made of the caller with a secret.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from huiyin.apps.hotline.asking import FOLDER, remove_forgotten_by_child, remove_from_child
from huiyin.apps.hotline.models import Correction, Doubt, HotlineImport, UnknownName
from huiyin.apps.imports.files import remove_left_over
from huiyin.apps.people.models import Person
from huiyin.apps.people.personal_data import Json, Section
from huiyin.apps.people.retention import Rule
from huiyin.apps.policies.retention import keep_days
from huiyin.domain.access import Actor
from huiyin.integrations.storage import store

FORGOTTEN = ""
_BATCH = 200


def export_hotline(person: Person) -> Json:
    """Files the person brought, names the person claimed, complaints the person corrected."""
    return {
        "imports": [
            {
                "name": each.original_name,
                "uploaded_at": each.uploaded_at.isoformat(),
                "stored": each.stored_count,
                "undo_reason": each.undo_reason,
            }
            for each in HotlineImport.objects.filter(uploaded_by_key=person.key).order_by("pk")
        ],
        "names": [
            {"name": each.name, "state": each.state}
            for each in UnknownName.objects.filter(decided_by_key=person.key).order_by("pk")
        ],
        "doubts": [
            {"match": each.match, "state": each.state, "complaints": each.decided_count}
            for each in Doubt.objects.filter(decided_by_key=person.key).order_by("pk")
        ],
        "corrections": [
            {"number": each.number, "corrected_at": each.corrected_at.isoformat(), "reason": each.reason}
            for each in Correction.objects.filter(corrected_by_key=person.key).order_by("pk")
        ],
    }


def erase_hotline(person: Person, by: Actor, now: datetime) -> int:
    """Who did it is forgotten; what was imported, named and corrected stays, it is the district's."""
    count = HotlineImport.objects.filter(uploaded_by_key=person.key).update(
        uploaded_by_key=FORGOTTEN, uploaded_by_label=FORGOTTEN
    )
    for decided in (UnknownName.objects, Doubt.objects):
        count += decided.filter(decided_by_key=person.key).update(
            decided_by_key=FORGOTTEN, decided_by_label=FORGOTTEN
        )
    return count + Correction.objects.filter(corrected_by_key=person.key).update(
        corrected_by_key=FORGOTTEN, corrected_by_label=FORGOTTEN
    )


def remove_old_files(now: datetime) -> int:
    """Uploaded files, rejected rows and samples whose time is over; the counts stay.

    What no import knows (an upload that was rolled back) goes after a day.
    """
    old = HotlineImport.objects.filter(
        uploaded_at__lt=now - timedelta(days=keep_days("import_file", now)), file_removed_at=None
    ).exclude(state__in=HotlineImport.UNDERWAY)
    count = 0
    for pk in list(old.order_by("uploaded_at").values_list("pk", flat=True)[:_BATCH]):
        with transaction.atomic():
            import_ = HotlineImport.objects.select_for_update(no_key=True).get(pk=pk)
            if import_.is_underway:
                continue
            keys = [key for key in (import_.file_key, import_.errors_key) if key]
            import_.errors_key = ""
            import_.forget_file(now)
            import_.save()
        for key in keys:
            store().remove(key)
            remove_from_child(key)
        count += 1
    remove_left_over(FOLDER, _known, now=now)
    remove_forgotten_by_child(now)
    return count


def _known(keys: Sequence[str]) -> set[str]:
    """Of these, the files and error files that an import knows."""
    theirs = HotlineImport.objects.filter(Q(file_key__in=keys) | Q(errors_key__in=keys))
    return {key for pair in theirs.values_list("file_key", "errors_key") for key in pair}


SECTION = Section("hotline", "热线导入", export_hotline, erase_hotline)
RETENTION = Rule("hotline.files", "导入的热线诉求表格", 90, remove_old_files)
