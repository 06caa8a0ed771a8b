"""The ledger's honest numbers, counted by the database; proven equal to domain/formulas.py in tests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case as SqlCase
from django.db.models import CharField, Count, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Least

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
    as_of: datetime

    @property
    def confirmed_rate(self) -> Rate:
        """Confirmed by an asker ÷ all that were ever replied to."""
        return Rate(self.confirmed, self.replied, 0, self.as_of)

    @property
    def late(self) -> int:
        """What missed its first due date, replied to later or not."""
        return self.on_time.denominator - self.on_time.numerator


def standing_expression(*, extended: bool = False) -> SqlCase:
    """`formulas.standing` as SQL over the annotation `ended_or_now`: late weighs first."""
    late = Q(ended_or_now__gt=F("due_at") if extended else F("first_due_at"))
    late |= Q(is_on_time_extended=False) if extended else Q(missed_first_due_at__isnull=False)
    return SqlCase(
        When(late, then=Value(Standing.LATE.value)),
        When(status=Status.MERGED, then=Value(Standing.MERGED.value)),
        When(status__in=sorted(EXCLUDED), then=Value(Standing.EXCLUDED.value)),
        When(replied_at__isnull=False, then=Value(Standing.ON_TIME.value)),
        default=Value(Standing.NOT_DUE.value),
        output_field=CharField(),
    )


def with_standing(cases: QuerySet[Case], as_of: datetime, *, extended: bool = False) -> QuerySet[Case]:
    """Cases with `standing` (see `formulas.Standing`) as of a moment."""
    return cases.annotate(
        ended_or_now=Least(
            Coalesce("replied_at", Value(as_of)), Coalesce("settled_at", Value(as_of)), Value(as_of)
        )
    ).annotate(standing=standing_expression(extended=extended))


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
        "n_late_replied": Count("pk", filter=Q(standing=Standing.LATE.value, replied_at__isnull=False)),
        **{f"n_{standing}": Count("pk", filter=Q(standing=standing.value)) for standing in Standing},
    }


def _figures(row: dict[str, int], as_of: datetime) -> Figures:
    rate = Rate(
        numerator=row["n_on_time"],
        denominator=row["n_on_time"] + row["n_late"],
        excluded=row["n_excluded"],
        merged=row["n_merged"],
        not_due=row["n_not_due"],
        as_of=as_of,
    )
    return Figures(
        registered=row["n_registered"],
        open=row["n_open"],
        overdue=row["n_overdue"],
        replied=row["n_replied"],
        confirmed=row["n_confirmed"],
        said_not_solved=row["n_not_solved"],
        awaiting_word=row["n_awaiting"],
        late_but_replied=row["n_late_replied"],
        on_time=rate,
        as_of=as_of,
    )


def figures(cases: QuerySet[Case], as_of: datetime) -> Figures:
    """One query."""
    row = with_standing(cases.order_by(), as_of).aggregate(**_counts(as_of))
    return _figures(row, as_of)


def figures_by(cases: QuerySet[Case], field: str, as_of: datetime) -> dict[object, Figures]:
    """The same for each value of `field` (e.g. "estate_id"), one query."""
    rows = with_standing(cases.order_by(), as_of).values(field).annotate(**_counts(as_of))
    return {row[field]: _figures(row, as_of) for row in rows}


def total(parts: Iterable[Figures], as_of: datetime) -> Figures:
    """The figures of several sets without a common case, taken together; of none they are all zero."""
    rows = list(parts)
    rate = Rate(
        numerator=sum(row.on_time.numerator for row in rows),
        denominator=sum(row.on_time.denominator for row in rows),
        excluded=sum(row.on_time.excluded for row in rows),
        merged=sum(row.on_time.merged for row in rows),
        not_due=sum(row.on_time.not_due for row in rows),
        as_of=as_of,
    )
    return Figures(
        registered=sum(row.registered for row in rows),
        open=sum(row.open for row in rows),
        overdue=sum(row.overdue for row in rows),
        replied=sum(row.replied for row in rows),
        confirmed=sum(row.confirmed for row in rows),
        said_not_solved=sum(row.said_not_solved for row in rows),
        awaiting_word=sum(row.awaiting_word for row in rows),
        late_but_replied=sum(row.late_but_replied for row in rows),
        on_time=rate,
        as_of=as_of,
    )


def fact_of(case: Case) -> CaseFact:
    """The row as `domain/formulas.py` takes it; `merged_into` must be loaded for merged cases."""
    return CaseFact(
        number=case.number,
        registered_at=case.registered_at,
        first_due_at=case.first_due_at,
        extended_due_at=case.due_at,
        status=Status(case.status),
        replied_at=case.replied_at,
        settled_at=case.settled_at,
        merged_into=case.merged_into.number if case.merged_into else None,
        missed_first_due=case.missed_first_due_at is not None,
        missed_extended_due=case.is_on_time_extended is False,
    )
