"""Reading lists, reports and promises: what everybody sees, what an actor sees at the desk, what meetings ask for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from huiyin.apps.audit.models import Event
from huiyin.apps.places.models import Area, Estate
from huiyin.apps.places.selectors import covered_by_q
from huiyin.apps.reports.models import (
    Commitment,
    Demand,
    DemandList,
    DemandVoice,
    DemandVoicePrivate,
    HandOver,
    Report,
    Revision,
)
from huiyin.apps.reports.permissions import demand_lists_q, hand_overs_q, reports_q
from huiyin.domain.access import Actor
from huiyin.domain.demands import DemandListStatus, VoiceSource
from huiyin.domain.report_parts import CommitmentState
from huiyin.domain.report_workflow import PUBLIC, ReportStatus

RETURNED = "content"
"""The text of the event that gives a report back: what it said then."""
ALL_WITH_A_REPORT = ("engagement__company", "estate__area")


# --- reports ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PublicReport:
    """A report as everybody may read it: its newest approved revision and those before, newest first."""

    report: Report
    revision: Revision
    revisions: list[Revision]

    @property
    def is_corrected(self) -> bool:
        return len(self.revisions) > 1

    def numbered(self, number: int) -> Revision | None:
        return next((each for each in self.revisions if each.number == number), None)


@dataclass(frozen=True)
class ListRedaction:
    """Words were covered in a demand list: when, by whom, and the public reason."""

    at: datetime
    by_label: str
    reason: str


def reports_public() -> QuerySet[Report]:
    """Announced, presented and published ones, newest period first."""
    return (
        Report.objects.filter(status__in=sorted(PUBLIC))
        .select_related(*ALL_WITH_A_REPORT)
        .order_by("-period_to", "-id")
    )


def report_public(pk: int) -> PublicReport | None:
    """The report with its approved revisions, or None where it is not public; three queries."""
    report = reports_public().select_related("demand_list", "previous").filter(pk=pk).first()
    if report is None:
        return None
    revisions = list(approved_revisions(report))
    return PublicReport(report, revisions[0], revisions)


def approved_revisions(report: Report) -> QuerySet[Revision]:
    """Newest first."""
    approved = report.revisions.filter(state=ReportStatus.APPROVED).order_by("-number")
    return approved.prefetch_related("redactions")


def reports_for_desk(actor: Actor) -> QuerySet[Report]:
    """The reports inside the actor's scopes, in every state; another company's are not among them."""
    return (
        Report.objects.filter(reports_q(actor))
        .select_related(*ALL_WITH_A_REPORT, "demand_list", "previous")
        .order_by("-period_to", "-id")
    )


def approved_reports(area: Area) -> QuerySet[Report]:
    """Reports of the area's estates that wait for a meeting."""
    return (
        Report.objects.filter(covered_by_q(area, "estate__area__path"), status=ReportStatus.APPROVED)
        .select_related(*ALL_WITH_A_REPORT)
        .order_by("estate__sort_key", "period_to", "id")
    )


def returned_content(revision: Revision) -> dict[str, Any] | None:
    """What it said (Content.plain) when it was given back the last time; None where that was not kept or is erased."""
    events = Event.objects.filter(stream=revision.report.stream, kind="reports.report_returned")
    event = (
        events.filter(public__revision=revision.number).select_related("secret").order_by("-number").first()
    )
    secret = getattr(event, "secret", None)
    kept = secret.texts.get(RETURNED) if secret is not None else None
    return json.loads(kept) if kept else None


def newest_revision(report: Report) -> Revision:
    """The one that is being written or looked at, else the approved one."""
    revision = report.revisions.order_by("-number").first()
    assert revision is not None
    return revision


# --- demand lists -----------------------------------------------------------------------------------------


def demand_lists_public() -> QuerySet[DemandList]:
    """Every list: that demands are collected is public. What was said only of those with `is_public`."""
    return DemandList.objects.select_related("estate__area", "sent_to__company").order_by("-period_to", "-id")


def sent_list(estate: Estate, first: date, last: date) -> DemandList | None:
    """The newest list that was sent to a company for any of these days."""
    sent = DemandList.objects.filter(estate=estate, status=DemandListStatus.SENT)
    return sent.filter(period_from__lte=last, period_to__gte=first).order_by("-period_from").first()


def collecting_list(estate: Estate) -> DemandList | None:
    """The list to which voices can be added now."""
    return demand_lists_public().filter(estate=estate, status=DemandListStatus.OPEN).first()


def demands_public(demand_list: DemandList) -> QuerySet[Demand]:
    """The lines in their rank with their counts; nothing before the secretary has confirmed the list."""
    lines = Demand.objects.filter(demand_list=demand_list, rank__isnull=False)
    if not demand_list.is_public:
        lines = lines.none()
    return lines.select_related("case").order_by("rank")


def demands_set_aside(demand_list: DemandList) -> QuerySet[Demand]:
    """What was left out, with its public reason; nothing before the list is confirmed."""
    lines = Demand.objects.filter(demand_list=demand_list).exclude(set_aside_reason="")
    return (lines if demand_list.is_public else lines.none()).order_by("id")


def redactions_of(demand_list: DemandList) -> list[ListRedaction]:
    """What the secretary covered in it, and why; nothing before the list is public."""
    if not demand_list.is_public:
        return []
    covered = Event.objects.filter(stream=demand_list.stream, kind="reports.demand_list_redacted")
    return [
        ListRedaction(event.occurred_at, event.actor_label, event.secret.texts.get("reason", ""))
        for event in covered.select_related("secret").order_by("number")
    ]


def demands_to_join(demand_list: DemandList) -> QuerySet[Demand]:
    """What is offered to a resident as "the same here": lines the community has put into words."""
    return Demand.objects.filter(
        demand_list=demand_list, is_read=True, merged_into__isnull=True, set_aside_reason=""
    ).order_by("-case_count", "id")


def said_by(user: Any, demand_list: DemandList) -> list[DemandVoice]:
    """What this person said for the list by itself, as it is kept, newest first; nothing for who is not signed in."""
    if not user.is_authenticated:
        return []
    voices = DemandVoice.objects.filter(
        demand__demand_list=demand_list, person_id=user.pk, source=VoiceSource.QR
    )
    masked = DemandVoicePrivate.objects.filter(voice=OuterRef("pk"))
    return list(voices.annotate(is_masked=Exists(masked)).order_by("-said_at", "-pk"))


def demand_lists_for_desk(actor: Actor) -> QuerySet[DemandList]:
    return demand_lists_public().filter(demand_lists_q(actor))


# --- promises ---------------------------------------------------------------------------------------------


def commitments_public(estate: Estate) -> QuerySet[Commitment]:
    """The estate's promises in public reports with every move of their dates; open ones first, then by date."""
    return (
        Commitment.objects.filter(
            report__estate=estate, report__status__in=sorted(PUBLIC), promised_at__isnull=False
        )
        .select_related("report__engagement__company", "taken_by__company")
        .prefetch_related("moves")
        .order_by(F("settled_on").desc(nulls_first=True), "due_on", "id")
    )


def due_commitments(estate: Estate, *, until: date) -> QuerySet[Commitment]:
    """Open promises of public reports that fall due by that day, overdue ones too: what a forum has to hear of."""
    return commitments_public(estate).filter(state=CommitmentState.OPEN, due_on__lte=until)


# --- hand-over --------------------------------------------------------------------------------------------


def hand_overs_for_desk(actor: Actor) -> QuerySet[HandOver]:
    """What both companies and the area see."""
    return (
        HandOver.objects.filter(hand_overs_q(actor))
        .select_related("estate__area", "leaving__company", "coming__company")
        .order_by("-opened_at", "-id")
    )
