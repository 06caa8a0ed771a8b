"""Masking again what the hotline keeps of complaints, by the rules of now: store, files, examples on the pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from huiyin.apps.audit.services import record
from huiyin.apps.hotline.asking import ask
from huiyin.apps.hotline.models import WITH_EXAMPLES, HotlineImport
from huiyin.documents.refusals import FileRefused
from huiyin.documents.writing import changed_cells
from huiyin.domain.access import SYSTEM, Actor
from huiyin.domain.errors import NotPermitted
from huiyin.integrations.storage import store
from huiyin.language.masking import mask
from huiyin.web.now import now as clock

_LONGEST_EXAMPLE = 200
_NOT_MASKED = frozenset({"row", "estate", "category"})
"""Of a sample: what no file says."""


class Remasked(NamedTuple):
    """How many changed: complaints, those kept for undoing, rejected rows, rows of samples and examples."""

    complaints: int
    replaced: int
    rejected: int
    shown: int
    unread: Sequence[str]
    """A sentence for each file of rejected rows that could not be read."""
    underway: int
    """Files that are just being checked or stored: by the rules of now."""


def remask_complaints(*, by: Actor, now: datetime | None = None) -> Remasked:
    """Cover what the rules of masking find now, wherever the hotline keeps it.

    Only for the system: a command of whoever runs the site. What breaks off is done by doing it again. Public words of
    cases stay; they are redacted in the ledger.
    """
    if by.key != SYSTEM.key:
        raise NotPermitted("诉求由系统重新遮盖。", code="hotline.remask")
    now = now or clock()
    done = ask("remask", {}, now=now)
    rejected, shown, underway = int(done["rejected"]), _remask_examples(), 0
    unread = list(done["unread"])
    for pk in HotlineImport.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            import_ = HotlineImport.objects.select_for_update(no_key=True).get(pk=pk)
            if import_.is_underway:
                underway += 1
                continue
            shown += _remask_sample(import_)
            try:
                rejected += _remask_rejected(import_)
            except FileRefused as refusal:
                unread.append(f"{import_.original_name} 的退回行没有重新遮盖：{refusal}")
    found = Remasked(int(done["complaints"]), int(done["replaced"]), rejected, shown, unread, underway)
    with transaction.atomic():
        record(
            kind="hotline.complaints_masked",
            stream="hotline",
            by=by,
            now=now,
            public={
                "count": found.complaints,
                "replaced": found.replaced,
                "rejected": rejected,
                "shown": shown,
            },
        )
    return found


def _remask_examples() -> int:
    count = 0
    for model in WITH_EXAMPLES:
        for pk, example in model._default_manager.exclude(example="").values_list("pk", "example"):
            if (masked := mask(example)) != example:
                model._default_manager.filter(pk=pk).update(example=masked[:_LONGEST_EXAMPLE])
                count += 1
    return count


def _remask_sample(import_: HotlineImport) -> int:
    sample = [
        {name: cell if name in _NOT_MASKED else mask(cell) for name, cell in row.items()}
        for row in import_.sample
    ]
    count = sum(bool(one != other) for one, other in zip(sample, import_.sample, strict=True))
    if count:
        import_.sample = sample
        import_.save(update_fields=["sample"])
    return count


def _remask_rejected(import_: HotlineImport) -> int:
    from huiyin.analytics.reading.rows import MASKED_HEADINGS  # with it Arrow is loaded

    if not import_.errors_key:
        return 0
    with store().open(import_.errors_key) as file:
        written = file.read()
    content, count = changed_cells(written, MASKED_HEADINGS, mask)
    if count:
        store().put(import_.errors_key, content)
    return count
