"""Work of the lead: start, hand over to another lead without a new clock, ask the asker and go on."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from huiyin.apps.ledger import limits
from huiyin.apps.ledger.models import Asker, Case, LeadProposal, Pause
from huiyin.apps.ledger.models.askers import Channel
from huiyin.apps.ledger.permissions import (
    as_resident,
    check_lead,
    holds_lead,
    is_asker,
    is_lead,
    is_secretary,
    may_answer_for_askers,
    signing_as_secretary,
)
from huiyin.apps.ledger.services.assign import Lead, check_may_lead, lead_fields
from huiyin.apps.ledger.services.lapse import lapse_requests
from huiyin.apps.ledger.services.register import ADDED, search_vector
from huiyin.apps.ledger.services.transition import askers_of, leave_pause, locked, locked_for, move, witness
from huiyin.domain.access import SYSTEM, Actor, Scope
from huiyin.domain.canonical import instant
from huiyin.domain.case_workflow import Status
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.language.masking import mask
from huiyin.web.now import now as clock


@transaction.atomic
def start(case: Case, *, by: Actor, now: datetime | None = None) -> Case:
    """assigned or reopened → in_progress."""
    now = now or clock()
    case = locked(case)
    check_lead(by, case)
    move(case, "start", now)
    case.save()
    witness(case, "case_started", by=by, now=now)
    return case


@transaction.atomic
def propose_lead(
    case: Case, *, by: Actor, lead: Lead, reason: str, now: datetime | None = None
) -> LeadProposal:
    """The lead proposes another one, who has one working day to accept; clock and history stay."""
    now = now or clock()
    case = locked(case)
    check_lead(by, case)
    if case.status not in (Status.ASSIGNED, Status.IN_PROGRESS):
        raise RuleBroken("只有已分派或办理中的事项可以转办。", code="lead.not_now")
    if not reason.strip():
        raise RuleBroken("请写明为什么要转办，这个理由会公开。", code="lead.no_reason", field="reason")
    check_may_lead(case, lead)
    if lead.label == case.lead_label:
        raise RuleBroken("现在就是由这个单位主办。", code="lead.same", field="lead")
    if case.lead_proposals.filter(state__in=["proposed", "to_decide"]).exists():
        raise RuleBroken("已经有一个转办在等对方答复。", code="lead.already_proposed")
    policy = limits.deadlines(now).values
    proposal = LeadProposal.objects.create(
        case=case,
        lead_kind=lead.kind,
        lead_engagement=lead.engagement,
        lead_area=lead.area,
        lead_label=lead.label,
        lead_path=lead.path,
        reason=mask(reason.strip())[:200],
        proposed_by_key=by.key,
        proposed_at=now,
        accept_until=limits.after_limit(now, policy.assignment.new_lead_accepts_within),
        state=LeadProposal.State.PROPOSED if lead.path else LeadProposal.State.TO_DECIDE,
    )
    texts = {"lead": proposal.lead_label, "reason": proposal.reason}
    witness(case, "lead_proposed", by=by, now=now, public=lead_fields(proposal), texts=texts)
    return proposal


@transaction.atomic
def decide_lead(
    proposal: LeadProposal, *, by: Actor, accept: bool, now: datetime | None = None
) -> LeadProposal:
    """The proposed lead accepts or declines; after its working day, or after a decline, the secretary decides."""
    now = now or clock()
    case = locked(proposal.case)
    proposal = LeadProposal.objects.select_for_update(no_key=True).get(pk=proposal.pk)
    by_new_lead = bool(proposal.lead_path) and holds_lead(
        by,
        proposal.lead_kind,
        Scope("engagement" if proposal.lead_engagement_id else "area", proposal.lead_path),
    )
    by_secretary = is_secretary(by, case)
    if not (by_new_lead or by_secretary):
        raise NotPermitted("只有对方单位或社区书记可以答复转办。", code="ledger.decide_lead")
    if proposal.state not in (LeadProposal.State.PROPOSED, LeadProposal.State.TO_DECIDE):
        raise RuleBroken("这个转办已经有结果了。", code="lead.decided")
    if case.status not in (Status.ASSIGNED, Status.IN_PROGRESS):
        raise RuleBroken("这件事现在不能转办了。", code="lead.not_now")
    is_theirs = proposal.state == LeadProposal.State.PROPOSED and now <= proposal.accept_until
    if by_new_lead and not by_secretary and not is_theirs:
        raise RuleBroken("已过答复时限，由社区书记决定。", code="lead.too_late")
    if by_secretary and not by_new_lead and is_theirs:
        raise RuleBroken("对方还在答复时限内，过了时限再由社区书记决定。", code="lead.too_early")
    if not accept and by_new_lead and not by_secretary:
        proposal.state = LeadProposal.State.TO_DECIDE
    else:
        proposal.state = LeadProposal.State.ACCEPTED if accept else LeadProposal.State.DECLINED
        proposal.decided_at = now
    proposal.save()
    if by_secretary and not by_new_lead:
        by = signing_as_secretary(by, case.place_scope)
    if proposal.state == LeadProposal.State.ACCEPTED:
        lead = Lead(proposal.lead_kind, proposal.lead_label, proposal.lead_engagement, proposal.lead_area)
        lead.put_on(case)
        case.save()
    public = {**lead_fields(proposal), "outcome": proposal.state}
    witness(case, "lead_decided", by=by, now=now, public=public, texts={"lead": proposal.lead_label})
    if proposal.state == LeadProposal.State.ACCEPTED:
        # What the old lead asked for is not the new one's word.
        lapse_requests(case, now=now)
    return proposal


@transaction.atomic
def pass_proposal_to_secretary(proposal: LeadProposal, *, now: datetime | None = None) -> None:
    """One working day without an answer: the secretary decides (periodic task)."""
    now = now or clock()
    case = locked(proposal.case)
    proposal = LeadProposal.objects.select_for_update(no_key=True).get(pk=proposal.pk)
    if proposal.state != LeadProposal.State.PROPOSED or now <= proposal.accept_until:
        return
    proposal.state = LeadProposal.State.TO_DECIDE
    proposal.save()
    texts = {"lead": proposal.lead_label}
    witness(case, "lead_undecided", by=SYSTEM, now=now, public=lead_fields(proposal), texts=texts)


@transaction.atomic
def ask_asker(case: Case, *, by: Actor, what_is_missing: str, now: datetime | None = None) -> Pause:
    """in_progress → awaiting_asker: the clock stands, at most 7 days, at most twice, only if the asker is reached."""
    now = now or clock()
    case = locked(case)
    check_lead(by, case)
    policy = limits.deadlines(now).values
    if not what_is_missing.strip():
        raise RuleBroken("请写明要提问人补充什么。", code="pause.no_text", field="what_is_missing")
    if case.pause_count >= policy.pauses.max_count:
        raise RuleBroken("已经请提问人补充过 %(n)s 次，不能再停。", code="pause.too_many", n=case.pause_count)
    if not case.is_reached or not reachable(case):
        raise RuleBroken("联系不上提问人，期限不能停。", code="pause.not_reached")
    move(case, "ask_asker", now)
    case.pause_count += 1
    case.save()
    pause = Pause.objects.create(
        case=case,
        what_is_missing=mask(what_is_missing.strip()),
        started_at=now,
        ends_at=now + timedelta(days=policy.pauses.max_days),
    )
    witness(
        case,
        "asker_was_asked",
        by=by,
        now=now,
        public={"until": instant(pause.ends_at)},
        texts={"what_is_missing": pause.what_is_missing},
    )
    return pause


def reachable(case: Case) -> bool:
    """Somebody of the askers can be told: an account, a contact that was left, or a slip or call on its way."""
    can_be_told = (
        Q(person__isnull=False) | Q(contact__isnull=False) | Q(channel__in=[Channel.SLIP, Channel.CALL])
    )
    return askers_of(case).filter(can_be_told, is_reached=True).exists()


@transaction.atomic
def record_question_not_reached(
    asker: Asker, *, by: Actor = SYSTEM, channel: str, now: datetime | None = None
) -> Case:
    """What the lead asked could not be delivered (publishing, or whoever brings a slip or makes a call).

    The clock does not stand for somebody who was never asked: once nobody is reached the pause is void, and the due
    date is what it was.
    """
    now = now or clock()
    case = locked_for(asker)
    Asker.objects.filter(pk=asker.pk).update(is_reached=False)
    is_void = case.status == Status.AWAITING_ASKER and not reachable(case)
    if is_void:
        move(case, "resume", now)
        case.pauses.filter(resumed_at=None).update(resumed_at=F("started_at"))
        case.is_reached = False
        case.save()
    witness(
        case,
        "question_not_delivered",
        by=by,
        now=now,
        public={"asker": asker.pk, "channel": str(channel), "pause_is_void": is_void},
    )
    return case


@transaction.atomic
def record_question_reached(
    asker: Asker, *, by: Actor = SYSTEM, channel: str, now: datetime | None = None
) -> Case:
    """A slip or a call got through where a message did not: the lead may ask again."""
    now = now or clock()
    case = locked_for(asker)
    Asker.objects.filter(pk=asker.pk).update(is_reached=True)
    case.is_reached = True
    case.save(update_fields=["is_reached"])
    public = {"asker": asker.pk, "channel": str(channel)}
    witness(case, "question_delivered", by=by, now=now, public=public)
    return case


@transaction.atomic
def resume(case: Case, *, by: Actor, addition: str = "", now: datetime | None = None) -> Case:
    """awaiting_asker → in_progress: the lead, the asker with what was missing, or the system after the pause.

    Whoever speaks for askers enters what one without an account said. An addition is the asker's word: the lead goes on
    without one, and never speaks for the asker.

    Only the current due date moves, by the time paused; the first one never does.
    """
    now = now or clock()
    case = locked(case)
    addition = mask(addition.strip())
    is_askers_word = any(is_asker(by, asker) for asker in askers_of(case))
    # An elder's word by phone or slip counts as much as one typed in.
    if addition and not is_askers_word and not may_answer_for_askers(by, case):
        raise NotPermitted("只有提问人可以补充，社区可以代为登记。", code="ledger.resume")
    if not (addition or is_askers_word or by.key == SYSTEM.key or is_lead(by, case)):
        raise NotPermitted("只有提问人或主办单位可以继续。", code="ledger.resume")
    move(case, "resume", now)
    leave_pause(case, now)
    if addition:
        case.text = f"{case.text}{ADDED}{addition}"
        case.search = search_vector(case)
    case.save()
    if is_askers_word and (addition or not is_lead(by, case)):
        by = as_resident(by)
    witness(case, "case_resumed", by=by, now=now, texts={"addition": addition})
    return case
