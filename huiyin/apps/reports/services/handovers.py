"""A change of company: the list of open cases both companies see, passed on by the ledger's own change of lead."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from huiyin.apps.audit.services import record
from huiyin.apps.ledger.models import Case, LeadProposal
from huiyin.apps.ledger.services.assign import Lead
from huiyin.apps.ledger.services.lead import decide_lead, propose_lead
from huiyin.apps.places.models import Engagement, Estate
from huiyin.apps.reports.models import HandOver, HandOverCase
from huiyin.apps.reports.permissions import check_secretary_of, is_of_coming, is_of_leaving
from huiyin.domain.access import Actor
from huiyin.domain.case_workflow import OPEN, OWING_A_REPLY, Status
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.web.now import now as clock

PASSABLE = frozenset({Status.ASSIGNED, Status.IN_PROGRESS})
"""The ledger changes the lead only of these; the others follow once they are back in work (domain.md §5)."""
REASON = "小区换了物业企业，没有办完的事随合同交接。"


@transaction.atomic
def open_hand_over(
    *, leaving: Engagement, coming: Engagement, by: Actor, now: datetime | None = None
) -> HandOver:
    """The secretary makes the list of what the leaving company still leads; whose miss it was is written down."""
    now = now or clock()
    estate = Estate.objects.select_related("area").get(pk=coming.estate_id)
    by = check_secretary_of(by, estate)
    if leaving.estate_id != coming.estate_id:
        raise RuleBroken("交接的两份合同要是同一个小区的。", code="hand_over.other_estate", field="coming")
    if leaving.ends_on is None or leaving.ends_on >= coming.starts_on:
        raise RuleBroken(
            "旧合同还没有填结束日期，或者晚于新合同开始。", code="hand_over.order", field="leaving"
        )
    if HandOver.objects.filter(leaving=leaving, coming=coming).exists():
        raise RuleBroken("这次交接的清单已经有了。", code="hand_over.exists")
    hand_over = HandOver.objects.create(
        estate=estate, leaving=leaving, coming=coming, opened_at=now, opened_by_label=by.label[:80]
    )
    cases = Case.objects.filter(lead_engagement=leaving, status__in=sorted(OPEN)).order_by("pk")
    rows = HandOverCase.objects.bulk_create(
        HandOverCase(hand_over=hand_over, case=case, missed_before=_has_missed(case, now)) for case in cases
    )
    record(
        kind="reports.hand_over_opened",
        stream=f"estate/{estate.code}",
        by=by,
        now=now,
        public={
            "leaving": leaving.pk,
            "coming": coming.pk,
            "cases": [row.case.number for row in rows],
            "missed": [row.case.number for row in rows if row.missed_before],
        },
    )
    return hand_over


def _has_missed(case: Case, now: datetime) -> bool:
    """Also a miss that nobody has frozen yet: the date has passed and no reply has come."""
    if case.missed_first_due_at is not None:
        return True
    return case.replied_at is None and case.status in OWING_A_REPLY and now > case.first_due_at


@transaction.atomic
def offer_case(item: HandOverCase, *, by: Actor, now: datetime | None = None) -> LeadProposal:
    """The leaving company offers a case of the list to its successor."""
    item = _locked(item)
    if not is_of_leaving(by, item.hand_over):
        raise NotPermitted("由移交的物业企业提出。", code="reports.is_of_leaving")
    if item.proposal is not None and item.proposal.state in (
        LeadProposal.State.PROPOSED,
        LeadProposal.State.TO_DECIDE,
    ):
        raise RuleBroken("这件事已经在等接手的企业答复。", code="hand_over.offered")
    coming = Engagement.objects.select_related("company", "estate").get(pk=item.hand_over.coming_id)
    item.proposal = propose_lead(item.case, by=by, lead=Lead.company(coming), reason=REASON, now=now)
    item.save(update_fields=["proposal"])
    return item.proposal


@transaction.atomic
def offer_all(hand_over: HandOver, *, by: Actor, now: datetime | None = None) -> int:
    """Offer every case that can change its lead now; returns how many. The others stay on the list."""
    if not is_of_leaving(by, hand_over):
        raise NotPermitted("由移交的物业企业提出。", code="reports.is_of_leaving")
    waiting = hand_over.cases.filter(
        case__status__in=sorted(PASSABLE), case__lead_engagement=hand_over.leaving_id
    ).exclude(case__lead_proposals__state__in=["proposed", "to_decide"])
    items = list(waiting.order_by("case_id"))
    for item in items:
        offer_case(item, by=by, now=now)
    return len(items)


@transaction.atomic
def take_case(
    item: HandOverCase, *, by: Actor, accept: bool = True, now: datetime | None = None
) -> LeadProposal:
    """The successor takes a case on, or not; then the secretary decides, as for every change of lead."""
    item = _locked(item)
    if not is_of_coming(by, item.hand_over):
        raise NotPermitted("由接手的物业企业答复。", code="reports.is_of_coming")
    if item.proposal is None:
        raise RuleBroken("这件事还没有提出移交。", code="hand_over.not_offered")
    return decide_lead(item.proposal, by=by, accept=accept, now=now)


@transaction.atomic
def take_all(hand_over: HandOver, *, by: Actor, now: datetime | None = None) -> int:
    """Take on everything that is offered; returns how many cases passed."""
    if not is_of_coming(by, hand_over):
        raise NotPermitted("由接手的物业企业答复。", code="reports.is_of_coming")
    items = list(hand_over.cases.filter(proposal__state=LeadProposal.State.PROPOSED).order_by("case_id"))
    for item in items:
        take_case(item, by=by, now=now)
    return len(items)


def _locked(item: HandOverCase) -> HandOverCase:
    rows = HandOverCase.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("hand_over__leaving", "hand_over__coming", "case", "proposal").get(pk=item.pk)
