"""Named filters a person keeps for the ledger table; nobody else sees them, so no event witnesses them."""

from __future__ import annotations

from django.db import transaction

from huiyin.apps.ledger.models import SavedFilter
from huiyin.domain.errors import RuleBroken

MOST = 12


@transaction.atomic
def save_filter(*, person_id: int, name: str, query: str) -> SavedFilter:
    """Keep the query string under a name; the same name again replaces it."""
    name = " ".join(name.split())[:30]
    if not name:
        raise RuleBroken("请给这个筛选起个名字。", code="filter.no_name", field="name")
    if len(query) > 400:
        raise RuleBroken("筛选条件太长，存不下。", code="filter.long", field="name")
    kept = SavedFilter.objects.filter(person_id=person_id)
    if kept.count() >= MOST and not kept.filter(name=name).exists():
        raise RuleBroken(
            "最多存 %(most)s 个筛选，请先删掉不用的。", code="filter.many", field="name", most=MOST
        )
    row, _is_new = SavedFilter.objects.update_or_create(
        person_id=person_id, name=name, defaults={"query": query}
    )
    return row


def delete_filter(*, person_id: int, pk: int) -> None:
    SavedFilter.objects.filter(person_id=person_id, pk=pk).delete()
