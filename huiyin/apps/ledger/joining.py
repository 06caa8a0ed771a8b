"""同问 as pages offer it: `services.askers.join_case` refuses by the same rules, so no button is drawn in vain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from huiyin.apps.ledger.models import Asker, Case
from huiyin.apps.people.models import Person
from huiyin.apps.people.selectors import memberships_of
from huiyin.apps.places.models import Estate


@dataclass(frozen=True)
class Offer:
    """An open case and what this person may do about it: join it, follow it, or first say where home is."""

    case: Case
    is_in: bool = False
    is_verified: bool = False
    waits_for_check: bool = False

    @property
    def may_join(self) -> bool:
        return self.is_verified and not self.is_in


def offers(cases: Sequence[Case], *, estate: Estate, person: Person) -> list[Offer]:
    """For open cases of one estate; two queries."""
    homes = dict(memberships_of(person).filter(estate=estate).values_list("household_id", "verified_at"))
    verified = [household for household, at in homes.items() if at is not None]
    mine = Asker.objects.filter(
        Q(case__in=cases) | Q(case__merged_into__in=cases), Q(person=person) | Q(household__in=verified)
    )
    joined = {pk for pair in mine.values_list("case_id", "case__merged_into_id") for pk in pair}
    return [
        Offer(
            case,
            is_in=case.pk in joined,
            is_verified=bool(verified),
            waits_for_check=bool(homes),
        )
        for case in cases
    ]
