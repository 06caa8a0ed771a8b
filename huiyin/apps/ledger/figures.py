"""The ledger's honest numbers, counted by the database; proven equal to domain/formulas.py in tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case as SqlCase
from django.db.models import CharField, Count, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan

from huiyin.apps.ledger.models import Case
from huiyin.domain.case_workflow import OPEN, OWING_A_REPLY, Status
from huiyin.domain.formulas import EXCLUDED, CaseFact, Rate, Standing


@dataclass(frozen=True)
class Figures:
    """What a public page says of a set of cases, each number with what is not in it."""

    registered: int
    open: int
    overdue: int
    replied: int
    confirmed: int
    said_not_solved: int
    awaiting_word: int
    late_but_replied: int
    on_time: Rate
    on_time_extended: Rate
    """The second figure, by the moved dates; never shown without the first."""
    as_of: datetime

    @property
    def confirmed_rate(self) -> Rate:
        """Confirmed by an asker ÷ all that were ever replied to."""
        return Rate(self.confirmed, self.replied, 0, self.as_of)

    @property
    def moved_dates_matter(self) -> bool:
        """Whether the second figure says something else than the first."""
        first, second = self.on_time, self.on_time_extended
        return (first.numerator, first.denominator) != (second.numerator, second.denominator)

    @property
    def late(self) -> int:
        """What missed its first due date, replied to later or not."""
        return self.on_time.denominator - self.on_time.numerator


def late(as_of: datetime, *, extended: bool = False) -> Q:
    """`formulas.missed` as SQL: the date went by, and neither a first reply nor an end came before it."""
    due = Coalesce("due_at_first_reply", "due_at") if extended else F("first_due_at")
    went_by = (
        Q(GreaterThan(Value(as_of), due))
        & (Q(replied_at=None) | Q(replied_at__gt=due))
        & (Q(settled_at=None) | Q(settled_at__gt=due))
    )
    return went_by if extended else went_by | Q(missed_first_due_at__isnull=False)


def standing_expression(as_of: datetime, *, extended: bool = False) -> SqlCase:
    """`formulas.standing` as SQL: late weighs first."""
    return SqlCase(
        When(late(as_of, extended=extended), then=Value(Standing.LATE.value)),
        When(status=Status.MERGED, then=Value(Standing.MERGED.value)),
        When(status__in=sorted(EXCLUDED), then=Value(Standing.EXCLUDED.value)),
        When(replied_at__lte=as_of, then=Value(Standing.ON_TIME.value)),
        default=Value(Standing.NOT_DUE.value),
        output_field=CharField(),
    )


def with_standing(cases: QuerySet[Case], as_of: datetime) -> QuerySet[Case]:
    """Cases with `standing` (see `formulas.Standing`) as of a moment, and `standing_extended` by the moved date."""
    return cases.annotate(
        standing=standing_expression(as_of), standing_extended=standing_expression(as_of, extended=True)
    )


def _counts(as_of: datetime) -> dict[str, Count]:
    return {
        "n_registered": Count("pk"),
        "n_open": Count("pk", filter=Q(status__in=sorted(OPEN))),
        "n_overdue": Count("pk", filter=Q(status__in=sorted(OWING_A_REPLY), due_at__lt=as_of)),
        "n_replied": Count("pk", filter=Q(replied_at__isnull=False) & ~Q(status=Status.MERGED)),
        "n_confirmed": Count("pk", filter=Q(status=Status.CONFIRMED)),
        "n_not_solved": Count(
            "pk",
            filter=Q(status__in=["reopened", "reopen_requested"])
            | Q(status="in_progress", reopened_count__gt=0),
        ),
        "n_awaiting": Count("pk", filter=Q(status__in=["replied", "unconfirmed"])),
        "n_replied_by_then": Count("pk", filter=Q(replied_at__lte=as_of)),
    }


def _tallies(
    cases: QuerySet[Case], by: tuple[str, ...], as_of: datetime
) -> dict[tuple[Any, ...], Counter[str]]:
    """The counts for each value of the fields `by`, one query.

    The database groups by the standings too: so it works each of them out once a row, not once for every count.
    """
    counts = _counts(as_of)
    rows = (
        with_standing(cases.order_by(), as_of).values(*by, "standing", "standing_extended").annotate(**counts)
    )
    tallies: dict[tuple[Any, ...], Counter[str]] = {}
    for row in rows:
        tally = tallies.setdefault(tuple(row[field] for field in by), Counter())
        tally.update({name: row[name] for name in counts})
        tally[f"n_{row['standing']}"] += row["n_registered"]
        tally[f"n_extended_{row['standing_extended']}"] += row["n_registered"]
        if row["standing"] == Standing.LATE:
            tally["n_late_replied"] += row["n_replied_by_then"]
    return tallies


def _rate(row: Counter[str], prefix: str, as_of: datetime) -> Rate:
    return Rate(
        numerator=row[f"{prefix}on_time"],
        denominator=row[f"{prefix}on_time"] + row[f"{prefix}late"],
        excluded=row[f"{prefix}excluded"],
        merged=row[f"{prefix}merged"],
        not_due=row[f"{prefix}not_due"],
        as_of=as_of,
    )


def _figures(row: Counter[str], as_of: datetime) -> Figures:
    return Figures(
        registered=row["n_registered"],
        open=row["n_open"],
        overdue=row["n_overdue"],
        replied=row["n_replied"],
        confirmed=row["n_confirmed"],
        said_not_solved=row["n_not_solved"],
        awaiting_word=row["n_awaiting"],
        late_but_replied=row["n_late_replied"],
        on_time=_rate(row, "n_", as_of),
        on_time_extended=_rate(row, "n_extended_", as_of),
        as_of=as_of,
    )


def figures(cases: QuerySet[Case], as_of: datetime) -> Figures:
    """One query."""
    return _figures(_tallies(cases, (), as_of).get((), Counter()), as_of)


def figures_by(cases: QuerySet[Case], field: str, as_of: datetime) -> dict[object, Figures]:
    """The same for each value of `field` (e.g. "estate_id"), one query."""
    return {key: _figures(tally, as_of) for (key,), tally in _tallies(cases, (field,), as_of).items()}


def total(parts: Iterable[Figures], as_of: datetime) -> Figures:
    """The figures of several sets without a common case, taken together; of none they are all zero."""
    rows = list(parts)
    return Figures(
        registered=sum(row.registered for row in rows),
        open=sum(row.open for row in rows),
        overdue=sum(row.overdue for row in rows),
        replied=sum(row.replied for row in rows),
        confirmed=sum(row.confirmed for row in rows),
        said_not_solved=sum(row.said_not_solved for row in rows),
        awaiting_word=sum(row.awaiting_word for row in rows),
        late_but_replied=sum(row.late_but_replied for row in rows),
        on_time=_sum((row.on_time for row in rows), as_of),
        on_time_extended=_sum((row.on_time_extended for row in rows), as_of),
        as_of=as_of,
    )


def _sum(rates: Iterable[Rate], as_of: datetime) -> Rate:
    parts = list(rates)
    return Rate(
        numerator=sum(rate.numerator for rate in parts),
        denominator=sum(rate.denominator for rate in parts),
        excluded=sum(rate.excluded for rate in parts),
        merged=sum(rate.merged for rate in parts),
        not_due=sum(rate.not_due for rate in parts),
        as_of=as_of,
    )


def fact_of(case: Case) -> CaseFact:
    """The row as `domain/formulas.py` takes it; `merged_into` must be loaded for merged cases."""
    return CaseFact(
        number=case.number,
        registered_at=case.registered_at,
        first_due_at=case.first_due_at,
        extended_due_at=case.due_at_first_reply or case.due_at,
        status=Status(case.status),
        replied_at=case.replied_at,
        settled_at=case.settled_at,
        merged_into=case.merged_into.number if case.merged_into else None,
        missed_first_due=case.missed_first_due_at is not None,
    )
