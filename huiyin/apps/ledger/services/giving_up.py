"""in_progress → not_solvable: the lead proposes with a reason and who is responsible instead, the secretary agrees."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from huiyin.apps.ledger.models import Case, GiveUpProposal
from huiyin.apps.ledger.permissions import check_lead, check_secretary
from huiyin.apps.ledger.services.lapse import lapse_requests
from huiyin.apps.ledger.services.transition import locked, move, witness
from huiyin.domain.access import Actor
from huiyin.domain.case_workflow import Status, target_of
from huiyin.domain.errors import RuleBroken
from huiyin.language.masking import mask
from huiyin.web.now import now as clock


@transaction.atomic
def propose_giving_up(
    case: Case, *, by: Actor, reason: str, responsible_instead: str, now: datetime | None = None
) -> GiveUpProposal:
    """The lead's half of 'lead and secretary'; the case stays in progress and its clock runs."""
    now = now or clock()
    case = locked(case)
    check_lead(by, case)
    target_of("give_up", case.status)
    if not reason.strip():
        raise RuleBroken("请写明解决不了的依据或原因。", code="give_up.no_reason", field="reason")
    if not responsible_instead.strip():
        raise RuleBroken("请写明该由谁负责。", code="give_up.no_one", field="responsible_instead")
    if case.give_up_proposals.filter(state=GiveUpProposal.State.PROPOSED).exists():
        raise RuleBroken("已经提交过，正在等社区书记决定。", code="give_up.already_proposed")
    proposal = GiveUpProposal.objects.create(
        case=case,
        reason=mask(reason.strip()),
        responsible_instead=mask(responsible_instead.strip())[:80],
        proposed_by_label=by.label[:80],
        proposed_at=now,
    )
    witness(
        case,
        "give_up_proposed",
        by=by,
        now=now,
        texts={"reason": proposal.reason, "responsible_instead": proposal.responsible_instead},
    )
    return proposal


@transaction.atomic
def decide_giving_up(
    proposal: GiveUpProposal, *, by: Actor, agree: bool, reason: str = "", now: datetime | None = None
) -> Case:
    """The secretary's half: agreed closes the case as not solvable, refused needs a public reason."""
    now = now or clock()
    case = locked(proposal.case)
    by = check_secretary(by, case)
    proposal = GiveUpProposal.objects.select_for_update(no_key=True).get(pk=proposal.pk)
    if proposal.state != GiveUpProposal.State.PROPOSED:
        raise RuleBroken("这个申请已经有结果了。", code="give_up.decided")
    if not agree and not reason.strip():
        raise RuleBroken(
            "不同意要写明理由，这个理由会公开。", code="give_up.no_decision_reason", field="reason"
        )
    proposal.state = GiveUpProposal.State.AGREED if agree else GiveUpProposal.State.REFUSED
    proposal.decision_reason = mask(reason.strip())[:300]
    proposal.decided_at = now
    proposal.save()
    if agree:
        move(case, "give_up", now)
        case.public_reason = proposal.reason
        case.responsible_instead = proposal.responsible_instead
        case.save()
    witness(
        case,
        "case_not_solvable" if case.status == Status.NOT_SOLVABLE else "give_up_refused",
        by=by,
        now=now,
        public={"proposed_by": proposal.proposed_by_label},
        texts={
            "reason": proposal.reason if agree else proposal.decision_reason,
            "responsible_instead": proposal.responsible_instead,
        },
    )
    if agree:
        lapse_requests(case, now=now)
    return case
