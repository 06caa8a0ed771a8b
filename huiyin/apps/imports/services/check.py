"""The dry run: every row is read and judged, nothing of it is stored, and the person sees what would happen."""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.utils import InterfaceError, OperationalError

from huiyin.apps.imports import kinds
from huiyin.apps.imports.actors import uploader_of
from huiyin.apps.imports.kinds import CheckedRow, ImportKind
from huiyin.apps.imports.models import Import, RejectedRow, Remark
from huiyin.apps.imports.reading import judged_rows, open_kept, rejected_row
from huiyin.documents.cells import cell_text
from huiyin.domain.errors import Refused
from huiyin.web.now import now as clock

logger = logging.getLogger(__name__)
SAMPLE_ROWS = 5
_AT_ONCE = 1_000


@transaction.atomic
def check_import(import_id: int, *, now: datetime | None = None) -> Import:
    """Judge every row of a mapped file. Afterwards it is `checked`, or `failed` with a sentence."""
    import_ = Import.objects.select_for_update(no_key=True).get(pk=import_id)
    if import_.state != Import.State.MAPPED:
        return import_
    kind = kinds.get(import_.kind)
    try:
        with transaction.atomic():
            _judge_all(import_, kind)
        import_.state = Import.State.CHECKED
        import_.checked_at = now or clock()
    except (OperationalError, InterfaceError):
        raise
    except Refused as refusal:
        import_.state, import_.error = Import.State.FAILED, str(refusal)
    except Exception:
        logger.exception("check of %s failed", import_.stream)
        import_.state = Import.State.FAILED
        import_.error = "检查时出了意外，没有写入任何数据。请稍后重新检查；仍然不行，请告诉技术人员。"
    import_.save()
    return import_


def _judge_all(import_: Import, kind: ImportKind) -> None:
    RejectedRow.objects.filter(import_row=import_).delete()
    Remark.objects.filter(import_row=import_).delete()
    context = kind.prepare(import_, uploader_of(import_))
    table = open_kept(import_, kind)
    ok = bad = unchanged = 0
    waiting: list[RejectedRow] = []
    sample: list[dict[str, Any]] = []
    remarked: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for judged in judged_rows(import_, kind, table, context):
        if judged.checked is None:
            bad += 1
            waiting.append(rejected_row(import_, kind, judged.row, judged.reasons))
            if len(waiting) >= _AT_ONCE:
                RejectedRow.objects.bulk_create(waiting)
                waiting.clear()
            continue
        ok += 1
        if words := kind.remarks(judged.checked.values):
            remarked[words].append(judged.row.number)
        if kind.is_unchanged(judged.checked.values):
            unchanged += 1
        elif len(sample) < SAMPLE_ROWS:
            sample.append(_shown(kind, judged.checked) | ({"remarks": words} if words else {}))
    RejectedRow.objects.bulk_create(waiting)
    Remark.objects.bulk_create(
        Remark(import_row=import_, words=list(words), numbers=numbers) for words, numbers in remarked.items()
    )
    import_.rows_ok, import_.rows_bad, import_.sample = ok, bad, sample
    import_.unchanged_count = unchanged
    import_.rows_total = ok + bad


def _shown(kind: ImportKind, row: CheckedRow) -> dict[str, Any]:
    """A row as it would be stored, in words: number and one text per field."""
    words = []
    for field in kind.fields:
        value = row.values.get(field.key)
        if isinstance(value, str) and value in field.choices:
            value = field.choices[value]
        words.append(_word(value))
    return {"number": row.number, "values": words}


def _word(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return cell_text(value.replace(tzinfo=None) if isinstance(value, dt.datetime) else value)
    return format(value, "f") if isinstance(value, Decimal) else str(value)
