"""Reading the hotline: imports and names a person may see, and what their pages need beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q, QuerySet
from django.db.models.fields.json import KeyTextTransform

from huiyin.apps.hotline.models import Correction, Doubt, HotlineImport, HotlineSource, UnknownName
from huiyin.apps.hotline.permissions import IMPORTERS, doubts_q, imports_q, names_q
from huiyin.apps.places.models import Estate, EstateAlias
from huiyin.apps.places.selectors import inside_q
from huiyin.domain.access import Actor

UNKNOWN_MONTH = "unknown"
"""The store's name of the months of complaints whose file tells no time."""
FEWEST_OF_A_NAME = 3
"""Characters; what is shorter is an ordinary word too."""
_LIKE_ENOUGH = 0.4
_ENDING = re.compile(r"(?<=..)(?:小区|家园|花园|新村|嘉园|雅园|新苑|苑)$")
"""What many names end with; two estates are not alike by it."""
_SUGGESTED = 2


def month_in_store(name: str) -> date | None:
    """The first day of a month as the store names it (2026-05); None for complaints without a time."""
    return None if name == UNKNOWN_MONTH else date.fromisoformat(f"{name}-01")


def imports_for_desk(actor: Actor) -> QuerySet[HotlineImport]:
    return HotlineImport.objects.filter(imports_q(actor)).select_related("source")


def sources_for_desk() -> QuerySet[HotlineSource]:
    """Names of sources say nothing of a person; everybody who imports may choose among them."""
    return HotlineSource.objects.all()


def same_file_before(import_: HotlineImport) -> HotlineImport | None:
    """The latest stored import of the very same file."""
    return (
        HotlineImport.objects.filter(sha256=import_.sha256, state=HotlineImport.State.STORED)
        .exclude(pk=import_.pk)
        .order_by("-finished_at")
        .first()
    )


def names_for_desk(actor: Actor) -> QuerySet[UnknownName]:
    return UnknownName.objects.filter(names_q(actor)).select_related("estate")


def doubts_for_desk(actor: Actor) -> QuerySet[Doubt]:
    """Most complaints first; those of which none are left are history."""
    return Doubt.objects.filter(doubts_q(actor)).select_related("estate", "decided_estate")


def doubted_for_desk(actor: Actor) -> QuerySet[Correction]:
    """Corrections to be looked at once more: of estates one answers for, as they are or were before."""
    inside = estates_to_name(actor)
    was = KeyTextTransform("estate", "was")
    return (
        Correction.objects.filter(is_current=True, doubted_at__isnull=False)
        .annotate(was_at=was)
        .filter(Q(estate__in=inside) | Q(estate=None, was_at__in=inside.values("code")))
        .select_related("estate")
        .order_by("doubted_at", "pk")
    )


def corrections_of(numbers: Iterable[str]) -> dict[str, Correction]:
    """What people's word is on complaints by now, by number; for complaints the reader sees."""
    current = Correction.objects.filter(number__in=list(numbers), is_current=True).select_related("estate")
    return {each.number: each for each in current}


def may_be_names(matches: Iterable[str]) -> set[str]:
    """Those of these words that can become an alias: long enough, and not the name of any estate; two queries."""
    wanted = {each for each in matches if len(each) >= FEWEST_OF_A_NAME}
    taken = set(Estate.objects.filter(name__in=wanted).values_list("name", flat=True))
    return wanted - taken - set(EstateAlias.objects.filter(name__in=wanted).values_list("name", flat=True))


def estates_to_name(actor: Actor) -> QuerySet[Estate]:
    """Estates this actor may give a further name to (places.permissions.can_name_estates)."""
    inside = inside_q(actor.scopes(*IMPORTERS), path="area__path")
    return Estate.objects.select_related("area").filter(inside).order_by("sort_key", "id")


Named = tuple[Estate, Sequence[frozenset[str]]]
"""An estate with each of its names taken to pieces, once for all names that are compared with it."""


def named(estates: Iterable[Estate]) -> list[Named]:
    """Aliases are expected to be loaded."""
    return [
        (estate, [_pieces(name) for name in (estate.name, *(alias.name for alias in estate.aliases.all()))])
        for estate in estates
    ]


def likely_estates(name: str, estates: Iterable[Named]) -> list[Estate]:
    """The few estates whose name or alias is most like this one, the likeliest first; none if none is."""
    wanted = _pieces(name)
    found = []
    for estate, names in estates:
        likeness = max(2 * len(wanted & each) / (len(wanted) + len(each)) for each in names)
        if likeness >= _LIKE_ENOUGH:
            found.append((likeness, estate))
    return [estate for _, estate in sorted(found, key=lambda each: -each[0])[:_SUGGESTED]]


def _pieces(name: str) -> frozenset[str]:
    """Characters and pairs of them, so that order counts for something."""
    name = _ENDING.sub("", name)
    return frozenset([*name, *(name[at : at + 2] for at in range(len(name) - 1))])
