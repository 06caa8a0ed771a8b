"""Photos of a report held against what is said of them: the camera's day and place, other uses of the same picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import prefetch_related_objects

from huiyin.apps.evidence.lookalikes import Lookalike, lookalikes_of
from huiyin.apps.evidence.models import Evidence
from huiyin.apps.evidence.selectors import apart_km
from huiyin.apps.reports.contents import Content
from huiyin.apps.reports.models import Claim, ReportPhoto
from huiyin.domain.captures import nearest_day

MOST_LOOKALIKES = 5


@dataclass(frozen=True)
class OtherUse:
    """The same picture elsewhere; `km` is how far away its camera says it was, where both files tell."""

    lookalike: Lookalike
    km: int | None


@dataclass(frozen=True)
class CheckedPhoto:
    """One photo as a reviewer looks at it. `km` is the distance to the first photo beside it, 0 where nothing tells."""

    evidence: Evidence
    claimed_on: date | None
    km: int
    others: list[OtherUse]
    further_count: int


def photos_of(row: Claim | ReportPhoto) -> list[Evidence]:
    """A pair in its order, or the photos at a number; load `evidence` with it."""
    if isinstance(row, ReportPhoto):
        return [each for each in (row.before, row.evidence) if each is not None]
    return [each.evidence for each in row.evidence.all() if not each.evidence.is_document]


def check_photos(row: Claim | ReportPhoto) -> list[CheckedPhoto]:
    """Each photo with its other uses; those of the row itself are not others."""
    shown = photos_of(row)
    prefetch_related_objects(shown, "renditions")
    found = lookalikes_of(shown)
    own = {each.pk for each in shown}
    checked = []
    for evidence in shown:
        others = [each for each in found[evidence.pk] if each.evidence.pk not in own]
        checked.append(
            CheckedPhoto(
                evidence,
                _claimed_on(row, evidence),
                apart_km(shown[0], evidence) or 0,
                [OtherUse(each, apart_km(evidence, each.evidence)) for each in others[:MOST_LOOKALIKES]],
                max(len(others) - MOST_LOOKALIKES, 0),
            )
        )
    return checked


def _claimed_on(row: Claim | ReportPhoto, evidence: Evidence) -> date | None:
    """A photo was taken on the day that is told, the one before an undated day; one at a number in its days."""
    if isinstance(row, ReportPhoto):
        return row.claimed_on if evidence == row.evidence else None
    if row.period_from is None or row.period_to is None:
        return None
    return nearest_day(evidence.captured_at, row.period_from, row.period_to)


def used_elsewhere(content: Content) -> frozenset[int]:
    """The keys of the photos of a revision that were found outside it; four queries, however many photos."""
    rows: Sequence[Claim | ReportPhoto] = [*content.photos, *content.claims]
    shown = {each.pk: each for row in rows for each in photos_of(row)}
    found = lookalikes_of(list(shown.values()))
    return frozenset(pk for pk, others in found.items() if _any_outside(others, shown))


def _any_outside(others: Iterable[Lookalike], shown: dict[int, Evidence]) -> bool:
    return any(each.evidence.pk not in shown for each in others)
