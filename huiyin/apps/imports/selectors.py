"""Reading imports: what the desk shows and what pages need beside one of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet

from huiyin.apps.imports.models import Import, RejectedRow
from huiyin.apps.imports.permissions import scope_q
from huiyin.domain.access import Actor


def imports_for_desk(actor: Actor) -> QuerySet[Import]:
    return Import.objects.filter(scope_q(actor)).defer(
        "sample", "examples", "headers", "mapping", "options", "sheets"
    )


def import_for_desk(actor: Actor) -> QuerySet[Import]:
    return Import.objects.filter(scope_q(actor))


def first_rejected(import_: Import, count: int = 20) -> list[RejectedRow]:
    return list(import_.rejected.all()[:count])


@dataclass(frozen=True)
class Remarked:
    """A remark, on how many rows, and the first of them."""

    words: str
    count: int
    first: list[int]


def remarks_of(import_: Import, shown: int = 5) -> list[Remarked]:
    """Each remark the dry run made, the most frequent first; one row may have several."""
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for remark in import_.remarks.all():
        for words in remark.words:
            numbers[words] += remark.numbers
    found = [Remarked(words, len(rows), sorted(rows)[:shown]) for words, rows in numbers.items()]
    return sorted(found, key=lambda each: (-each.count, each.words))


def same_file_before(import_: Import) -> Import | None:
    """The latest finished import of the very same file."""
    return (
        Import.objects.filter(kind=import_.kind, sha256=import_.sha256, state=Import.State.DONE)
        .exclude(pk=import_.pk)
        .order_by("-finished_at")
        .first()
    )
