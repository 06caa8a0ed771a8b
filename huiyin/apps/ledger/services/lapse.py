"""What a lead asked for while a case was in work ends with the work, or with the lead: nobody has to decide it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from huiyin.apps.ledger.models import Case, Extension, GiveUpProposal, LeadProposal
from huiyin.apps.ledger.services.transition import witness
from huiyin.domain.access import SYSTEM
from huiyin.domain.ledger_rules import CaseList

ASKED = Q(state=Extension.State.ASKED)
PROPOSED = Q(state=GiveUpProposal.State.PROPOSED)
OFFERED = Q(state__in=[LeadProposal.State.PROPOSED, LeadProposal.State.TO_DECIDE])


def lapse_requests(case: Case, *, now: datetime) -> list[str]:
    """Call it under the lock of a case that is replied to, settled or led by another; the history says which lapsed.

    Else an old “cannot be solved” could be agreed to after a reopening, with a reason nobody stands by any more.
    """
    for extension in case.extensions.filter(ASKED):
        forget_plan(extension)
    pending = {
        "extension": case.extensions.filter(ASKED),
        "lead": case.lead_proposals.filter(OFFERED),
        "give_up": case.give_up_proposals.filter(PROPOSED),
    }
    lapsed = [name for name, rows in pending.items() if rows.update(state="lapsed", decided_at=now)]
    if lapsed:
        witness(case, "requests_lapsed", by=SYSTEM, now=now, public={"requests": lapsed})
    return lapsed


def forget_plan(extension: Extension) -> None:
    """The steps written down for the long-term list are of no use where the case does not come to it."""
    if extension.new_list == CaseList.LONG_TERM:
        extension.case.milestones.filter(done_on=None).delete()
