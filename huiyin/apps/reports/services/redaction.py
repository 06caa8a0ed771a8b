"""Taking a name out of a demand list: masking misses some, and a list is public once it is confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Model, Q

from huiyin.apps.audit.services import erase_words
from huiyin.apps.ledger.models import Case
from huiyin.apps.reports.covered_words import COVERED, Changed, Covering, cover_rows, save_rows
from huiyin.apps.reports.models import Demand, DemandList, DemandVoice
from huiyin.apps.reports.permissions import check_secretary_of
from huiyin.apps.reports.services.taking_in import LONGEST_TITLE
from huiyin.apps.reports.services.witness import locked_list, witness_list
from huiyin.apps.reports.services.wording import covering_of
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.web.now import now as clock

TEXTS: dict[type[Model], tuple[str, ...]] = {
    Demand: ("title", "set_aside_words"),
    DemandVoice: ("text", "building", "nickname"),
}
"""What a list tells: its lines everybody, its voices the community and, once it was sent, the company."""


@transaction.atomic
def redact_list(
    demand_list: DemandList,
    *,
    words: str,
    reason: str,
    by: Actor,
    replacement: str = COVERED,
    now: datetime | None = None,
) -> DemandList:
    """The secretary covers words, e.g. a name, in every line and voice, also of a list that was sent; counts stay.

    Cases a line was filled from or registered as are covered with it, as the ledger does. Of the events only what held
    the words is erased. The reason is public. Raises NotPermitted and RuleBroken.
    """
    demand_list = locked_list(demand_list)
    by = check_secretary_of(by, demand_list.estate)
    covering = covering_of(words, replacement, reason, by=by, now=now or clock())
    cases = _cover_cases(demand_list, covering)
    changed: Changed = {}
    cover_rows(_rows_of(demand_list), TEXTS, covering, changed)
    if not changed and not cases:
        raise RuleBroken("清单里没有找到这些字，请照清单里的写法填。", code="redact.not_found", field="words")
    save_rows(changed)
    erase_words([demand_list.stream], covering.words, by=by, now=covering.now)
    witness_list(
        demand_list,
        "demand_list_redacted",
        by=by,
        now=covering.now,
        public={
            "demands": sorted(row.pk for row in changed if isinstance(row, Demand)),
            "voices": sorted(row.pk for row in changed if isinstance(row, DemandVoice)),
            "cases": cases,
        },
        texts={"reason": covering.reason},
    )
    return demand_list


def replace_in_demands(case: Case, old: str, new: str) -> None:
    """What is redacted in the ledger goes from the voices and lines that were filled from it too."""
    voices = DemandVoice.objects.filter(case=case)
    voices.filter(text=old).update(text=new)
    voices.filter(building=old).update(building=new[:40])
    if case.topic_id is not None:
        Demand.objects.filter(topic=case.topic_id, title=old).update(title=new[:LONGEST_TITLE])


def _cover_cases(demand_list: DemandList, covering: Covering) -> list[str]:
    """The cases whose words the list repeats, and those that repeat its words; returns the numbers of the covered."""
    lines = Demand.objects.filter(demand_list=demand_list)
    voices = DemandVoice.objects.filter(demand__demand_list=demand_list)
    related = (
        Q(pk__in=voices.values("case")) | Q(pk__in=lines.values("case")) | Q(topic__in=lines.values("topic"))
    )
    names = ("title", "text", "building", "topic__title")
    holding = Q(*((f"{name}__contains", covering.words) for name in names), _connector=Q.OR)
    cases = Case.objects.filter(related, holding).order_by("pk")
    return [case.number for case in cases if covering.over_case(case)]


def _rows_of(demand_list: DemandList) -> Iterator[Model]:
    """Locked: a redaction in the ledger changes them without the list, with the case locked as here before them."""
    lines = Demand.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    yield from lines.filter(demand_list=demand_list)
    voices = DemandVoice.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    yield from voices.filter(demand__demand_list=demand_list)
