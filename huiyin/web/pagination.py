"""Long lists in pages: a fixed number of queries whatever the length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest

Row = TypeVar("Row")
LAST_PAGE = 1000  # OFFSET reads what it skips: beyond this one has to filter instead.


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page. `previous_query` and `next_query` are query strings, or None at the ends."""

    items: Sequence[Row]
    number: int
    per_page: int
    total: int | None
    previous_query: str | None
    next_query: str | None

    @property
    def has_other(self) -> bool:
        return self.previous_query is not None or self.next_query is not None

    @property
    def first(self) -> int:
        return (self.number - 1) * self.per_page + 1 if self.items else 0

    @property
    def last(self) -> int:
        return (self.number - 1) * self.per_page + len(self.items)

    def __iter__(self) -> Any:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


def paginate(
    request: HttpRequest,
    rows: QuerySet[Any] | Sequence[Any],
    *,
    per_page: int = 20,
    total: int | None = None,
    count: bool = True,
    parameter: str = "page",
) -> Page[Any]:
    """The page the query string asks for; a page beyond the end is the last one.

    Two queries: a count (not if `total` is given or `count` is False) and the rows. Without a total one row
    more is read to know whether a next page exists.
    """
    wanted = _number(request.GET.get(parameter))
    if total is None and count:
        total = rows.count() if isinstance(rows, QuerySet) else len(rows)
    if total is not None:
        wanted = min(wanted, max(1, -(-total // per_page)))
    start = (wanted - 1) * per_page
    read = list(rows[start : start + per_page + (1 if total is None else 0)])
    items = read[:per_page]
    has_next = len(read) > per_page if total is None else start + per_page < total
    has_next = has_next and wanted < LAST_PAGE
    return Page(
        items=items,
        number=wanted,
        per_page=per_page,
        total=total,
        previous_query=_query(request, parameter, wanted - 1) if wanted > 1 else None,
        next_query=_query(request, parameter, wanted + 1) if has_next else None,
    )


def _number(told: str | None) -> int:
    try:
        return min(max(1, int(told or 1)), LAST_PAGE)
    except ValueError:
        return 1


def _query(request: HttpRequest, parameter: str, number: int) -> str:
    query = request.GET.copy()
    if number > 1:
        query[parameter] = str(number)
    else:
        query.pop(parameter, None)
    return query.urlencode()
