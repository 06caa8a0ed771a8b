"""The masked complaints behind the numbers, of an estate or of none, read from the store when somebody asks for them.

Arrow is loaded then, not before: a web process that nobody asks for complaints does not pay for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from huiyin.apps.hotline.addresses import token_of
from huiyin.apps.hotline.asking import stored
from huiyin.apps.hotline.months import name_of
from huiyin.domain.division_codes import street_of

_COLUMNS = [
    *("number", "received_at", "text", "area_code", "estate_match", "estate_certainty"),
    *("property_related", "category", "urgency"),
    *("is_solved", "is_satisfied", "repeat_group", "same_caller_before", "recurrence"),
]
_ANSWERS = {1: True, 0: False}


@dataclass(frozen=True)
class StoredComplaint:
    """As the store keeps it; `is_solved` and `is_satisfied` are None where nobody was asked or could say."""

    number: str
    month: str
    received_at: datetime | None
    text: str
    is_likely: bool
    """That it is about this estate is not certain."""
    match: str
    """The words by which its estate was found."""
    street_code: str
    property_related: bool
    category: str
    urgency: str
    is_solved: bool | None
    is_satisfied: bool | None
    is_one_of_many: bool
    same_caller_before: bool
    recurrence: bool

    @property
    def token(self) -> str:
        """Its name in an address."""
        return token_of(self.month, self.number)


def complaints_of(
    estate_code: str, months: Iterable[date | None], *, only: Collection[str] | None = None
) -> list[StoredComplaint]:
    """Of these months (None: the ones whose file tells no time), the newest first; `only` of these numbers."""
    wanted = None if only is None else frozenset(only)
    names = [name_of(month) for month in months]
    store = stored(names)
    import pyarrow.compute as pc

    # The store lies sorted by estate, so that of a month only what may hold this one is read.
    of_the_estate = pc.field("estate_code") == estate_code
    found = [
        _complaint(row, month)
        for month in names
        for row in store.table_of(month, _COLUMNS, where=of_the_estate).to_pylist()
        if wanted is None or row["number"] in wanted
    ]
    return sorted(found, key=_when, reverse=True)


def unplaced_complaints(
    month: date | None, *, streets: Collection[str] | None, without: Iterable[str]
) -> list[StoredComplaint]:
    """Property complaints of a month that belong to no estate, of these streets (None: all), the newest first.

    `without`: numbers of which a person said so.
    """
    name = name_of(month)
    store = stored([name])
    import pyarrow.compute as pc

    nowhere = pc.field("estate_code").is_null() & pc.field("property_related")
    rows = store.table_of(name, _COLUMNS, where=nowhere).to_pylist()
    found = [_complaint(row, name) for row in rows]
    seen = None if streets is None else frozenset(streets)
    left = frozenset(without)
    shown = [each for each in found if (seen is None or each.street_code in seen) and each.number not in left]
    return sorted(shown, key=_when, reverse=True)


def complaints_of_namesakes(
    match: str, street: str, months: Iterable[date | None], *, without: Iterable[str]
) -> list[StoredComplaint]:
    """Those of the street that write a name of several estates and belong to none, the newest first.

    `without`: numbers of which a person said so.
    """
    names = [name_of(month) for month in months]
    store = stored(names)
    import pyarrow.compute as pc

    nowhere = pc.field("estate_code").is_null() & (pc.field("estate_match") == match)
    rows = [
        (row, name) for name in names for row in store.table_of(name, _COLUMNS, where=nowhere).to_pylist()
    ]
    found, left = [_complaint(row, name) for row, name in rows], frozenset(without)
    shown = [each for each in found if each.street_code == street and each.number not in left]
    return sorted(shown, key=_when, reverse=True)


def _when(complaint: StoredComplaint) -> tuple[str, str]:
    """Those without a time are the oldest."""
    at = complaint.received_at
    return at.isoformat() if at else "", complaint.number


def _complaint(row: Mapping[str, Any], month: str) -> StoredComplaint:
    return StoredComplaint(
        number=row["number"],
        month=month,
        received_at=row["received_at"],
        text=row["text"],
        is_likely=row["estate_certainty"] == "likely",
        match=row["estate_match"] or "",
        street_code=street_of(row["area_code"]),
        property_related=row["property_related"],
        category=row["category"] or "",
        urgency=row["urgency"] or "",
        is_solved=_ANSWERS.get(row["is_solved"]),
        is_satisfied=_ANSWERS.get(row["is_satisfied"]),
        is_one_of_many=row["repeat_group"] is not None,
        same_caller_before=bool(row["same_caller_before"]),
        recurrence=bool(row["recurrence"]),
    )
