"""Reading the hotline: imports and names a person may see, and what their pages need beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Length

from huiyin.apps.hotline.models import (
    Correction,
    Doubt,
    HotlineCase,
    HotlineImport,
    HotlineSource,
    HotlineTopic,
    HotlineTotal,
    UnknownName,
)
from huiyin.apps.hotline.permissions import IMPORTERS, doubts_q, ignorable_q, imports_q, names_q
from huiyin.apps.ledger.models import Case, Topic
from huiyin.apps.ledger.selectors import cases_for_desk
from huiyin.apps.places.models import Estate, EstateAlias
from huiyin.apps.places.selectors import inside_q
from huiyin.domain.access import Actor
from huiyin.domain.case_workflow import OPEN
from huiyin.domain.division_codes import STREET, street_of
from huiyin.language.places.names import forms_of
from huiyin.language.places.written import write
from huiyin.language.similar import Candidate, rank_similar

FEWEST_OF_A_NAME = 3
"""Characters; what is shorter is an ordinary word too."""
_LIKE_ENOUGH = 0.4
_ENDING = re.compile(r"(?<=..)(?:小区|家园|花园|新村|嘉园|雅园|新苑|苑)$")
"""What many names end with; two estates are not alike by it."""
MOST_CASES_SHOWN = 50
_SIDES = re.compile("[东西南北]")
"""东大院 is not 西大院, however like they are written."""
_SECTION = re.compile(
    r"[(\[]?第?(?:[一二三四五六七八九十东南西北中前后]|\d{1,2})(?:区|院|期|里|号院|组团)[)\]]?"
)
_SUGGESTED = 2
_LIKE_TOPIC = 0.25
"""A score of language.similar from which a topic says the like."""
MOST_TO_JOIN = 8


def imports_for_desk(actor: Actor) -> QuerySet[HotlineImport]:
    return HotlineImport.objects.filter(imports_q(actor)).select_related("source")


def sources_for_desk() -> QuerySet[HotlineSource]:
    """Names of sources say nothing of a person; everybody who imports may choose among them."""
    return HotlineSource.objects.all()


@dataclass(frozen=True)
class ImportCases:
    """What complaints of an import became: the cases this actor sees, first those by rule, and how many there are."""

    by_rule: Sequence[HotlineCase]
    by_hand: Sequence[HotlineCase]
    rule_count: int
    hand_count: int

    @property
    def further_by_rule(self) -> int:
        return self.rule_count - len(self.by_rule)

    @property
    def further_by_hand(self) -> int:
        return self.hand_count - len(self.by_hand)


def ignorable_among(names: Iterable[UnknownName], actor: Actor) -> set[int]:
    """Which of these one may say are no estate."""
    rows = UnknownName.objects.filter(ignorable_q(actor), pk__in=[name.pk for name in names])
    return set(rows.values_list("pk", flat=True))


def cases_of(numbers: Iterable[str]) -> dict[str, Case]:
    """The case each of these complaints is; one that went with its import is none any more. One query."""
    links = HotlineCase.objects.filter(number__in=list(numbers)).select_related("case", "brought_by")
    return {link.number: link.case for link in links if not link.is_void}


def cases_of_import(import_: HotlineImport, actor: Actor) -> ImportCases:
    """Three queries, however many cases."""
    links = HotlineCase.objects.filter(brought_by=import_)
    counts = links.aggregate(ruled=Count("pk", filter=~Q(rule="")), handed=Count("pk", filter=Q(rule="")))
    if not (counts["ruled"] or counts["handed"]):
        return ImportCases((), (), 0, 0)
    seen = links.filter(case__in=cases_for_desk(actor).order_by().values("pk")).select_related("case__estate")
    by_rule = list(seen.exclude(rule="").order_by("case__number")[:MOST_CASES_SHOWN])
    by_hand = list(seen.filter(rule="").order_by("case__number")[:MOST_CASES_SHOWN])
    return ImportCases(by_rule, by_hand, counts["ruled"], counts["handed"])


def left_topics(import_: HotlineImport) -> list[HotlineTopic]:
    """Topics in the ledger that held complaints of an import that was undone."""
    if not import_.left_topics:
        return []
    sent = HotlineTopic.objects.filter(pk__in=import_.left_topics, case__isnull=False)
    return list(sent.select_related("case", "estate").defer("numbers").order_by("pk"))


def same_file_before(import_: HotlineImport) -> HotlineImport | None:
    """The latest stored import of the very same file."""
    return (
        HotlineImport.objects.filter(sha256=import_.sha256, state=HotlineImport.State.STORED)
        .exclude(pk=import_.pk)
        .order_by("-finished_at")
        .first()
    )


def names_for_desk(actor: Actor) -> QuerySet[UnknownName]:
    return UnknownName.objects.filter(names_q(actor)).select_related("estate__area")


def open_names_for_desk(actor: Actor) -> QuerySet[UnknownName]:
    """Those nobody has decided of."""
    return names_for_desk(actor).filter(state=UnknownName.State.OPEN)


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


def placed_nowhere() -> QuerySet[Correction, str]:
    """Numbers of complaints of which a person said that they belong to no estate."""
    decided = Correction.objects.filter(is_current=True, placed=True, estate=None)
    return decided.values_list("number", flat=True)


def months_of(**which: Any) -> QuerySet[HotlineTotal, date | None]:
    """The months in which there are such complaints."""
    return HotlineTotal.objects.filter(**which).values_list("month", flat=True).distinct()


def months_of_loose(street: str) -> QuerySet[HotlineTotal, date | None]:
    """The months in which complaints belong to no estate, but to this street, or, where it is "", to none."""
    loose = HotlineTotal.objects.alias(digits=Length("street_code")).filter(estate=None)
    loose = loose.filter(street_code=street) if street else loose.filter(digits__lt=STREET)
    return loose.values_list("month", flat=True).distinct()


def unplaced_in(streets: Sequence[str] | None) -> QuerySet[HotlineTotal]:
    """Property complaints that belong to no estate, of these streets (reach.streets_reached); None: of all."""
    totals = HotlineTotal.objects.filter(estate=None, property_related=True)
    return totals if streets is None else totals.filter(street_code__in=streets)


def may_be_names(matches: Iterable[str]) -> set[str]:
    """Those of these words that can become an alias; two queries.

    They are long enough, no estate's name, and stand in the names of one estate at most: 云杉里 is neither 云杉里东区
    nor 云杉里西区.
    """
    wanted = {each for each in matches if len(each) >= FEWEST_OF_A_NAME}
    if not wanted:
        return set()
    said = reduce(or_, (Q(name__contains=each) for each in wanted))
    names = list(Estate.objects.filter(said).values_list("pk", "name"))
    names += EstateAlias.objects.filter(said).values_list("estate_id", "name")

    def is_free(match: str) -> bool:
        estates = {estate for estate, name in names if match in name}
        return len(estates) <= 1 and all(name != match for _estate, name in names)

    return set(filter(is_free, wanted))


def namesakes_of(doubts: Iterable[Doubt], among: QuerySet[Estate]) -> dict[int, list[Estate]]:
    """Doubt → the estates its words may mean, by code; two queries at most.

    Those that are written so, then further sections of them (云杉里北院 of 云杉里); if none is written so, those whose
    names hold the words. Of its street if any lies there.
    """
    asked = [(doubt, write(doubt.match).text) for doubt in doubts]
    if not asked:
        return {}
    begun = {written[:2] for _doubt, written in asked}
    said = reduce(or_, (Q(name__contains=each) | Q(aliases__name__contains=each) for each in begun))
    estates = among.filter(said).order_by("code").distinct().prefetch_related("aliases")
    forms = [(estate, _forms_of(estate)) for estate in estates]
    found = {}
    for doubt, written in asked:
        called = [estate for estate, theirs in forms if written in theirs]
        if called:
            called += [
                estate
                for estate, theirs in forms
                if written not in theirs and any(_is_section_of(form, written) for form in theirs)
            ]
        else:
            called = [estate for estate, theirs in forms if any(written in form for form in theirs)]
        here = [estate for estate in called if street_of(estate.area.code) == doubt.street_code]
        found[doubt.pk] = here or called
    return found


def _is_section_of(form: str, name: str) -> bool:
    return form.startswith(name) and _SECTION.fullmatch(form, len(name)) is not None


def _forms_of(estate: Estate) -> frozenset[str]:
    """Every way in which the machine finds its names; aliases are expected to be loaded."""
    names = (estate.name, *(alias.name for alias in estate.aliases.all()))
    return frozenset(form.text for name in names for form in forms_of(name))


def estates_to_name(actor: Actor) -> QuerySet[Estate]:
    """Estates this actor may give a further name to (places.permissions.can_name_estates)."""
    inside = inside_q(actor.scopes(*IMPORTERS), path="area__path")
    return Estate.objects.select_related("area").filter(inside).order_by("sort_key", "id")


def estate_said(actor: Actor, said: str) -> Estate | None:
    """Of those this actor names: by its code, as buttons send it, or by its name if only one bears it."""
    offered, said = estates_to_name(actor), said.strip()
    found = list(offered.filter(code=said)[:1]) or list(offered.filter(name=said)[:2])
    return found[0] if len(found) == 1 else None


Named = tuple[Estate, Sequence[tuple[frozenset[str], frozenset[str]]]]
"""An estate with each of its names taken to pieces, once for all names that are compared with it, and its sides."""


def named(estates: Iterable[Estate]) -> list[Named]:
    """Aliases are expected to be loaded."""
    return [
        (
            estate,
            [
                (_pieces(name), _sides(name))
                for name in (estate.name, *(alias.name for alias in estate.aliases.all()))
            ],
        )
        for estate in estates
    ]


def likely_estates(name: str, estates: Iterable[Named]) -> list[Estate]:
    """The few estates whose name or alias is most like this one, the likeliest first; none if none is."""
    wanted, sides = _pieces(name), _sides(name)
    found = []
    for estate, names in estates:
        own = _sides(estate.name)
        if sides and own and sides != own:
            continue  # also where it has an alias that names no side
        likenesses = [
            2 * len(wanted & each) / (len(wanted) + len(each))
            for each, others in names
            if not (sides and others and sides != others)
        ]
        if max(likenesses, default=0.0) >= _LIKE_ENOUGH:
            found.append((max(likenesses), estate))
    return [estate for _, estate in sorted(found, key=lambda each: -each[0])[:_SUGGESTED]]


def is_like(name: str, estate: Estate) -> bool:
    """Whether the estate is written at all like this; else a person is asked once more."""
    return bool(likely_estates(name, named([estate])))


def _sides(name: str) -> frozenset[str]:
    return frozenset(_SIDES.findall(name))


def _pieces(name: str) -> frozenset[str]:
    """Characters and pairs of them, so that order counts for something."""
    name = _ENDING.sub("", name)
    return frozenset([*name, *(name[at : at + 2] for at in range(len(name) - 1))])


def topics_to_join(topic: HotlineTopic) -> list[tuple[Topic, bool]]:
    """Topics of the estate's open cases, those that say the like first, each with whether it does; two queries."""
    open_cases = Case.objects.filter(topic=OuterRef("pk"), status__in=sorted(OPEN))
    known = list(Topic.objects.filter(Exists(open_cases), estate=topic.estate_id).order_by("title"))
    asked = rank_similar(
        f"{topic.title} {topic.category}",
        [Candidate(id=str(each.pk), title=each.title, text="") for each in known],
        limit=MOST_TO_JOIN,
    )
    scores = {int(match.id): match.score for match in asked}
    near = sorted(known, key=lambda each: -scores.get(each.pk, 0.0))
    return [(each, scores.get(each.pk, 0.0) >= _LIKE_TOPIC) for each in near[:MOST_TO_JOIN]]
