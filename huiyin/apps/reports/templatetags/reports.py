"""{% load reports %}: numbers of a report in words, and the way to their evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django import template
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from huiyin.apps.evidence.models import Evidence
from huiyin.apps.evidence.selectors import download_name
from huiyin.apps.evidence.templatetags.evidence import FULL, figure_of
from huiyin.apps.reports import in_words
from huiyin.apps.reports.editor import Work
from huiyin.apps.reports.models import Claim, Demand, ReportPhoto
from huiyin.apps.reports.photo_checks import photos_of
from huiyin.apps.reports.return_reasons import Fault
from huiyin.apps.reports.verdicts import Judged, Verdicts
from huiyin.apps.reports.voices import Count
from huiyin.web.charts.scales import say

register = template.Library()


@dataclass(frozen=True)
class Link:
    url: str
    label: str


@register.filter
def said(value: Decimal | int | None) -> str:
    """1768000.00 → 1,768,000."""
    return say(value)


@register.filter
def yuan(value: Decimal) -> str:
    """5000.5 → 5,000.50: money always shows its cents, so that columns stand below each other."""
    return f"{value:,.2f}"


@register.filter
def section_label(code: str, work: Work) -> str:
    """service → 服务履约."""
    return work.rules.section(code).label


@register.filter
def value_words(claim: Claim) -> str:
    return in_words.value_words(claim)


@register.filter
def judged_of(verdicts: Verdicts, claim: Claim) -> Judged | None:
    """The verdict on one number."""
    return verdicts.of(claim.number)


@register.filter
def of_number(judged: dict[int, Judged], number: int) -> Judged | None:
    return judged.get(number)


@register.filter
def told_otherwise(work: Work, claim: Claim) -> list[Claim]:
    """The other numbers of the report that say something else of the same."""
    return work.told_otherwise(claim.number)


@register.filter
def records_url(work: Work, judged: Judged) -> str:
    """The maintenance records behind a number, or where they are missing; empty where nobody keeps any of it."""
    days = judged.days_to_record
    if judged.claim.metric not in work.recorded or days is None:
        return ""
    asked = {"estate": work.report.estate.slug, "metric": judged.claim.metric}
    asked |= {"from": days.from_on.isoformat(), "to": days.to_on.isoformat()}
    return f"{reverse('upkeep:desk_records')}?{urlencode(asked)}"


@register.filter
def due_words(claim: Claim) -> str:
    return in_words.due_words(claim)


@register.filter
def spoken(counted: Demand | Count) -> str:
    """How many stand behind a demand: 3 户，说过 5 次; without households where none is verified."""
    times = gettext("说过 %(n)s 次") % {"n": counted.voice_count or 0}
    if not counted.household_count:
        return times
    return gettext("%(n)s 户，%(times)s") % {"n": counted.household_count, "times": times}


@register.filter
def photos(row: Claim | ReportPhoto) -> list[Evidence]:
    """Those at a number, or a pair."""
    return photos_of(row)


@register.filter
def found_in(row: Claim | ReportPhoto, elsewhere: frozenset[int]) -> int:
    """How many photos of a row are among those that were found elsewhere."""
    return sum(1 for each in photos_of(row) if each.pk in elsewhere)


@register.filter
def evidence_links(claim: Claim) -> list[Link]:
    """The photos and documents of a claim that are still shown, each by its own words."""
    links = []
    for at, row in enumerate(claim.evidence.all(), start=1):
        evidence = row.evidence
        figure = figure_of(evidence, sizes=FULL)
        if figure is not None:
            links.append(Link(figure.large, figure.caption or gettext("照片 %(n)s") % {"n": at}))
        elif evidence.is_shown and evidence.copy_key:
            words = {"name": download_name(evidence), "n": evidence.page_count}
            links.append(
                Link(
                    reverse("evidence:document", args=[evidence.pk]),
                    gettext("%(name)s（PDF，%(n)s 页）") % words,
                )
            )
    return links


@dataclass(frozen=True)
class Place:
    """The names of the two fields at one paragraph of a review."""

    reason: str
    words: str


@register.filter
def place_of(section: str, paragraph: int) -> Place:
    return Place(f"reason-{section}-{paragraph}", f"words-{section}-{paragraph}")


@register.filter
def at(values: dict[str, str], name: str) -> str:
    """What was sent under a name that is made up in the page."""
    return values.get(name, "")


@register.filter
def fault_at(faults: Sequence[Fault], name: str) -> str:
    """What is amiss in the field of that name."""
    return next((each.sentence for each in faults if each.name == name), "")
