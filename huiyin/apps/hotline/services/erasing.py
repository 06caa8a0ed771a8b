"""Erasing what complaints say, wherever the hotline keeps it: the store, the files, the examples on the pages."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from huiyin.apps.audit.services import record
from huiyin.apps.hotline.asking import ask, remove_from_child
from huiyin.apps.hotline.models import WITH_EXAMPLES, HotlineCase, HotlineImport
from huiyin.apps.hotline.services.corrections import forget_corrections
from huiyin.apps.hotline.services.topics import forget_words
from huiyin.documents.searching import may_hold
from huiyin.documents.writing import without_rows
from huiyin.domain.access import SYSTEM, Actor
from huiyin.domain.complaint_numbers import number_of
from huiyin.domain.errors import NotPermitted
from huiyin.integrations.storage import store
from huiyin.language.masking import mask
from huiyin.web.now import now as clock


class Erased(NamedTuple):
    """What became of the words: complaints of the store, files that held some and are gone, and what is left to do."""

    complaints: int
    files: int
    underway: int
    """Files that are just being checked or stored, so that they could not be looked through."""
    cases: Sequence[str]
    """Numbers of the cases they became; what stands there is redacted in the ledger."""


def erase_complaints(
    numbers: Sequence[str], *, reason: str, by: Actor, now: datetime | None = None
) -> Erased:
    """Remove what complaints say and who called, for good; they are still counted, and no later file brings them back.

    Only for the system: a command of whoever runs the site. What breaks off is done by doing it again.
    """
    if by.key != SYSTEM.key:
        raise NotPermitted("诉求的内容由系统删除。", code="hotline.erase")
    now = now or clock()
    numbers = sorted({form for number in numbers for form in (number.strip(), number_of(number))} - {""})
    _forget_examples(numbers, now)
    count = int(ask("erase", {"numbers": list(numbers)}, now=now)["erased"])
    files, underway = _forget_files(numbers, now)
    with transaction.atomic():
        forget_words(numbers)
        forget_corrections(numbers, by=by, now=now)
        record(
            kind="hotline.complaints_erased",
            stream="hotline",
            by=by,
            now=now,
            public={"count": count, "files": files},
            texts={"reason": reason},
        )
    links = HotlineCase.objects.filter(number__in=list(numbers)).order_by("case__number")
    return Erased(count, files, underway, list(links.values_list("case__number", flat=True)))


def _forget_examples(numbers: Sequence[str], now: datetime) -> None:
    """While the store still has the words, by which they are known."""
    examples = {
        f"{model.__name__}/{pk}": example
        for model in WITH_EXAMPLES
        for pk, example in model._default_manager.exclude(example="").values_list("pk", "example")
    }
    quoted = ask("quoted", {"numbers": list(numbers), "examples": examples}, now=now)["quoted"]
    for model in WITH_EXAMPLES:
        theirs = [key.partition("/") for key in quoted]
        pks = [pk for name, _, pk in theirs if name == model.__name__]
        model._default_manager.filter(pk__in=pks).update(example="")


def _forget_files(numbers: Sequence[str], now: datetime) -> tuple[int, int]:
    """How many uploads are gone, how many could not be looked through."""
    gone = underway = 0
    for pk in HotlineImport.objects.filter(file_removed_at=None).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            import_ = HotlineImport.objects.select_for_update(no_key=True).get(pk=pk)
            if import_.is_underway:
                underway += 1
                continue
            _forget_rows(import_, {"", *numbers, *map(mask, numbers)})
            keys = _forgotten_keys(import_, numbers, now)
            import_.save()
        for key in keys:
            store().remove(key)
            remove_from_child(key)
        gone += bool(keys)
    return gone, underway


def _forgotten_keys(import_: HotlineImport, numbers: Sequence[str], now: datetime) -> list[str]:
    """Under which its files were kept, if they have to go."""
    with store().open(import_.file_key) as file:
        if not may_hold(file.read(), numbers):
            return []
    keys = [key for key in (import_.file_key, import_.errors_key) if key]
    import_.forget_file(now)
    return keys


def _forget_rows(import_: HotlineImport, words: Collection[str]) -> None:
    """Of the sample, and of the rejected rows, which give back what stood in them; "": those without a number."""
    import_.sample = [row for row in import_.sample if row["number"] not in words]
    if import_.errors_key:
        with store().open(import_.errors_key) as file:
            written = file.read()
        store().put(import_.errors_key, without_rows(written, "工单编号", words))
