"""A change of company: the list of open cases both companies see, passed on by the ledger's own change of lead."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from huiyin.apps.audit.services import record
from huiyin.apps.ledger.limits import start_of
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
    """The secretary makes the list of what the leaving company still leads; whose miss it was is written down.

    Whose miss it was does not depend on the day the list is made: it is judged at the end of the last day of service.
    """
    now = now or clock()
    estate = Estate.objects.select_related("area").get(pk=coming.estate_id)
    by = check_secretary_of(by, estate)
    if leaving.estate_id != coming.estate_id:
        raise RuleBroken("交接的两份合同要是同一个小区的。", code="hand_over.other_estate", field="coming")
    if leaving.ends_on is None or leaving.ends_on >= coming.starts_on:
        raise RuleBroken(
            "旧合同还没有填结束日期，或者晚于新合同开始。", code="hand_over.order", field="leaving"
        )
    if leaving.company_id == coming.company_id:
        raise RuleBroken("同一家企业续签合同，没有要交接的。", code="hand_over.same_company", field="coming")
    if HandOver.objects.filter(leaving=leaving, coming=coming).exists():
        raise RuleBroken("这次交接的清单已经有了。", code="hand_over.exists")
    hand_over = HandOver.objects.create(
        estate=estate, leaving=leaving, coming=coming, opened_at=now, opened_by_label=by.label[:80]
    )
    _put_on_list(hand_over, "hand_over_opened", by, now)
    return hand_over


@transaction.atomic
def complete_hand_over(hand_over: HandOver, *, by: Actor, now: datetime | None = None) -> int:
    """Put on the list what came back to the leaving company since, as a case that is reopened; returns how many."""
    now = now or clock()
    rows = HandOver.objects.select_for_update(of=("self",), no_key=True)
    hand_over = rows.select_related("estate__area", "leaving", "coming").get(pk=hand_over.pk)
    by = check_secretary_of(by, hand_over.estate)
    if not unlisted_cases(hand_over).exists():
        raise RuleBroken("清单是全的，没有要补的。", code="hand_over.complete")
    return _put_on_list(hand_over, "hand_over_completed", by, now)


def unlisted_cases(hand_over: HandOver) -> QuerySet[Case]:
    """Open cases the leaving company leads that are not on the list."""
    led = Case.objects.filter(lead_engagement=hand_over.leaving_id, status__in=sorted(OPEN))
    return led.exclude(pk__in=hand_over.cases.values("case")).order_by("pk")


def _put_on_list(hand_over: HandOver, kind: str, by: Actor, now: datetime) -> int:
    leaving = hand_over.leaving
    assert leaving.ends_on is not None
    left_at = start_of(leaving.ends_on + timedelta(days=1))
    rows = HandOverCase.objects.bulk_create(
        HandOverCase(hand_over=hand_over, case=case, missed_before=_had_missed(case, left_at))
        for case in unlisted_cases(hand_over)
    )
    record(
        kind=f"reports.{kind}",
        stream=f"estate/{hand_over.estate.code}",
        by=by,
        now=now,
        public={
            "leaving": leaving.pk,
            "coming": hand_over.coming_id,
            "cases": [row.case.number for row in rows],
            "missed": [row.case.number for row in rows if row.missed_before],
        },
    )
    return len(rows)


def _had_missed(case: Case, left_at: datetime) -> bool:
    """Whether its first due date had gone by without a reply when the company left, frozen by then or not."""
    if case.first_due_at >= left_at:
        return False
    if case.missed_first_due_at is not None:
        return True
    if case.replied_at is not None:
        return case.replied_at > case.first_due_at
    return case.status in OWING_A_REPLY


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
