"""What waits for whom at the desk of reports: to write, to look at, to open, to hand over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from huiyin.apps.ledger.desk_selectors import duties_of
from huiyin.apps.ledger.models import LeadProposal
from huiyin.apps.places.models import Engagement, Estate
from huiyin.apps.places.selectors import engagements_on, estates_public, served_q
from huiyin.apps.reports.models import DemandList, HandOver, HandOverCase, NewDeviation, Report, Revision
from huiyin.apps.reports.permissions import AREA_READERS, COMPANY_WRITERS
from huiyin.apps.reports.selectors import reports_for_desk
from huiyin.apps.reports.services.handovers import PASSABLE
from huiyin.domain.access import Actor
from huiyin.domain.clocks import due_day
from huiyin.domain.demands import DemandListStatus
from huiyin.domain.report_workflow import WRITABLE, ReportStatus
from huiyin.web.now import now as clock


def sees_reports(actor: Actor) -> bool:
    """Everybody with a report of theirs to see; technicians and operators have none."""
    return bool(actor.scopes(*AREA_READERS, *COMPANY_WRITERS))


def rows_for_desk(actor: Actor) -> QuerySet[Report]:
    """The actor's reports, each with the number and the state of its newest revision.

    `new_deviations` says how many numbers came to deviate since it was approved, None for none.
    """
    newest = Revision.objects.filter(report=OuterRef("pk")).order_by("-number")
    noted = NewDeviation.objects.filter(claim__revision__report=OuterRef("pk")).order_by()
    counted = noted.values("claim__revision__report").annotate(n=Count("pk")).values("n")
    return reports_for_desk(actor).annotate(
        newest_number=Subquery(newest.values("number")[:1]),
        newest_state=Subquery(newest.values("state")[:1]),
        new_deviations=Subquery(counted),
    )


def waits_q(actor: Actor) -> Q:
    """Of `rows_for_desk`: what the company has to write, what the secretary (代 the street) has to look at.

    Numbers that came to deviate wait for both: the company corrects or explains them, the secretary knows of it.
    """
    deviates = Q(new_deviations__gt=0)
    if actor.scopes(*COMPANY_WRITERS):
        return Q(newest_state__in=sorted(WRITABLE)) | deviates
    places = Q(pk__in=[])
    for path in duties_of(actor).acts_as_secretary:
        places |= Q(estate__area__path__startswith=path)
    return places & (Q(newest_state=ReportStatus.SUBMITTED) | deviates)


def engagements_to_open(actor: Actor, on: date) -> QuerySet[Engagement]:
    """Where the actor may begin a report: the company its own ones; the secretary the first one of an estate.

    A contract that has ended is among them while the last days it served are not reported. Each row says until when
    it has reported (`told_until`).
    """
    reports = Report.objects.filter(engagement=OuterRef("pk")).order_by("-period_to")
    asked = DemandList.objects.filter(
        estate=OuterRef("estate"), period_from__lte=OuterRef("ends_on"), period_to__gte=OuterRef("starts_on")
    )
    rows = (
        Engagement.objects.select_related("company", "estate__area")
        .annotate(told_until=Subquery(reports.values("period_to")[:1]))
        .exclude(Exists(reports.filter(status__in=sorted(WRITABLE))))
    )
    serves = Q(starts_on__lte=on) & (Q(ends_on=None) | Q(ends_on__gte=on))
    owes_its_part = Q(ends_on__lt=on) & (
        Q(told_until__lt=F("ends_on")) | (Q(told_until=None) & Exists(asked))
    )
    if scopes := actor.scopes(*COMPANY_WRITERS):
        mine = served_q(scopes, company_id="company_id", engagement_id="pk")
        return rows.filter(mine, serves | owes_its_part)
    places = Q(pk__in=[])
    for path in duties_of(actor).acts_as_secretary:
        places |= Q(estate__area__path__startswith=path)
    return rows.filter(places, (serves & Q(told_until=None)) | owes_its_part)


def estates_to_collect(actor: Actor) -> QuerySet[Estate]:
    """Where the actor may begin a demand list: the secretary's estates in which none is collected now."""
    places = Q(pk__in=[])
    for path in duties_of(actor).acts_as_secretary:
        places |= Q(area__path__startswith=path)
    collecting = DemandList.objects.filter(estate=OuterRef("pk"), status=DemandListStatus.OPEN)
    return estates_public().filter(places).exclude(Exists(collecting))


@dataclass(frozen=True)
class HandedCase:
    """One row of a hand-over list as it stands now."""

    item: HandOverCase
    has_passed: bool
    is_offered: bool
    waits_for_secretary: bool
    may_be_offered: bool


def handed_cases(hand_over: HandOver) -> list[HandedCase]:
    """The list in its order; one query."""
    rows = hand_over.cases.select_related("case", "proposal").order_by("case_id")
    return [_handed(hand_over, row) for row in rows]


def _handed(hand_over: HandOver, item: HandOverCase) -> HandedCase:
    state = item.proposal.state if item.proposal else ""
    is_offered = state == LeadProposal.State.PROPOSED
    waits = state == LeadProposal.State.TO_DECIDE
    is_theirs = item.case.lead_engagement_id == hand_over.leaving_id
    return HandedCase(
        item,
        has_passed=item.case.lead_engagement_id == hand_over.coming_id,
        is_offered=is_offered,
        waits_for_secretary=waits,
        may_be_offered=is_theirs and item.case.status in PASSABLE and not (is_offered or waits),
    )


def engagements_to_hand_over(actor: Actor) -> QuerySet[Engagement]:
    """Of the secretary's estates: who serves now, came after another company, and has no list of its cases yet.

    A contract the same company renewed is no change of company.
    """
    places = Q(pk__in=[])
    for path in duties_of(actor).acts_as_secretary:
        places |= Q(estate__area__path__startswith=path)
    before = Engagement.objects.filter(estate=OuterRef("estate"), ends_on__lt=OuterRef("starts_on")).order_by(
        "-ends_on"
    )
    listed = HandOver.objects.filter(coming=OuterRef("pk"))
    serving = engagements_on(due_day(clock())).filter(places).exclude(Exists(listed))
    after = serving.annotate(company_before=Subquery(before.values("company")[:1]))
    return after.filter(company_before__isnull=False).exclude(company_before=F("company"))
