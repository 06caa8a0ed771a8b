"""One case under somebody's hands: its parts, what is pending on it, and what this person may do with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from huiyin.apps.ledger import limits, similar
from huiyin.apps.ledger.models import (
    Asker,
    Case,
    Extension,
    GiveUpProposal,
    LeadProposal,
    Milestone,
    Objection,
    Topic,
)
from huiyin.apps.ledger.permissions import (
    holds_lead,
    is_lead,
    is_secretary,
    is_street,
    may_answer_for_askers,
    may_enter_for_others,
    may_see_private,
)
from huiyin.apps.ledger.services.assign import Lead
from huiyin.apps.ledger.services.transition import askers_of
from huiyin.apps.places.models import Engagement
from huiyin.domain.access import Actor, Role, Scope
from huiyin.domain.case_workflow import OWING_A_REPLY, Status
from huiyin.domain.ledger_rules import LIST_LABELS, CaseList, Kind
from huiyin.domain.policy_deadlines import DeadlinesPolicy

SIMILAR = 4
PENDING = (LeadProposal.State.PROPOSED, LeadProposal.State.TO_DECIDE)


@dataclass(frozen=True)
class ListChoice:
    """One of the three lists for this case: until when at the latest, and whether that is later than now."""

    code: CaseList
    label: str
    latest: datetime
    is_later: bool


class Work:
    """A case and an actor; every part is read at most once and only when somebody asks."""

    def __init__(self, case: Case, by: Actor, now: datetime) -> None:
        self.case, self.by, self.now = case, by, now

    # --- rights -------------------------------------------------------------------------------------------

    @cached_property
    def is_secretary(self) -> bool:
        return is_secretary(self.by, self.case)

    @cached_property
    def is_lead(self) -> bool:
        return is_lead(self.by, self.case)

    @cached_property
    def is_street(self) -> bool:
        return is_street(self.by, self.case)

    @cached_property
    def may_answer_for_askers(self) -> bool:
        return may_answer_for_askers(self.by, self.case)

    @cached_property
    def may_see_private(self) -> bool:
        return may_see_private(self.by, self.case)

    @cached_property
    def may_enter(self) -> bool:
        return may_enter_for_others(self.by, self.case.place_scope)

    @property
    def approves_extension(self) -> bool:
        """The pending extension is this actor's to decide: the first the secretary's, the second the street's."""
        if self.extension is None:
            return False
        approver = self.policy.extensions.approvers[self.extension.ordinal - 1]
        return self.is_secretary if approver is Role.SECRETARY else self.is_street

    @property
    def is_proposed_lead(self) -> bool:
        proposal = self.lead_proposal
        if proposal is None or not proposal.lead_path:
            return False
        scope = Scope("engagement" if proposal.lead_engagement_id else "area", proposal.lead_path)
        return holds_lead(self.by, proposal.lead_kind, scope)

    # --- what is pending ----------------------------------------------------------------------------------

    @cached_property
    def policy(self) -> DeadlinesPolicy:
        return limits.deadlines(self.now).values

    @cached_property
    def extensions(self) -> list[Extension]:
        return list(self.case.extensions.all())

    @property
    def extension(self) -> Extension | None:
        return next((each for each in self.extensions if each.state == Extension.State.ASKED), None)

    @property
    def extensions_left(self) -> int:
        approved = sum(each.state == Extension.State.APPROVED for each in self.extensions)
        return self.policy.extensions.max_count - approved

    @cached_property
    def lead_proposal(self) -> LeadProposal | None:
        return self.case.lead_proposals.filter(state__in=PENDING).first()

    @property
    def is_lead_proposal_theirs(self) -> bool:
        """The proposed lead still has its working day; afterwards, or after a no, the secretary decides."""
        proposal = self.lead_proposal
        if proposal is None:
            return False
        return proposal.state == LeadProposal.State.PROPOSED and self.now <= proposal.accept_until

    @cached_property
    def give_up(self) -> GiveUpProposal | None:
        return self.case.give_up_proposals.filter(state=GiveUpProposal.State.PROPOSED).first()

    @cached_property
    def objection(self) -> Objection | None:
        return self.case.objections.filter(state=Objection.State.RAISED).first()

    @cached_property
    def steps(self) -> list[Milestone]:
        return list(self.case.milestones.all())

    @property
    def open_steps(self) -> list[Milestone]:
        return [step for step in self.steps if step.done_on is None]

    @cached_property
    def askers(self) -> list[Asker]:
        """Everybody who waits for the echo, the original asker first."""
        rows = askers_of(self.case).select_related("contact", "case", "person", "household")
        return sorted(rows, key=lambda row: (row.case_id != self.case.pk, row.part != "original", row.pk))

    @property
    def without_account(self) -> list[Asker]:
        return [asker for asker in self.askers if asker.person_id is None]

    @property
    def original(self) -> Asker | None:
        return next((a for a in self.askers if a.case_id == self.case.pk and a.part == "original"), None)

    # --- choices ------------------------------------------------------------------------------------------

    @cached_property
    def engagement(self) -> Engagement | None:
        return limits.engagement_of(self.case, self.now)

    @cached_property
    def leads(self) -> dict[str, Lead]:
        """Who may lead besides a department: the estate's company, the community, its street."""
        found: dict[str, Lead] = {}
        if self.engagement is not None and self.case.kind != Kind.DIFFICULTY:
            found["company"] = Lead.company(self.engagement)
        found["community"] = Lead.of_area(self.case.area)
        if self.case.area.parent is not None and self.case.area.level == "community":
            found["street"] = Lead.of_area(self.case.area.parent)
        return found

    @property
    def default_lead(self) -> str:
        return "company" if "company" in self.leads else "community"

    @cached_property
    def lists(self) -> list[ListChoice]:
        case = self.case
        choices = []
        for code in CaseList:
            due = limits.due_for(code, registered_at=case.registered_at, urgency=case.urgency, on=self.now)
            choices.append(ListChoice(code, LIST_LABELS[code], due.at, due.at > case.due_at))
        return choices

    @property
    def other_lists(self) -> list[ListChoice]:
        """Where the case may be moved: a later date is an extension, of which there are two."""
        may_extend = self.extensions_left > 0 and self.extension is None
        return [
            choice
            for choice in self.lists
            if choice.code != self.case.case_list and (may_extend or not choice.is_later)
        ]

    @cached_property
    def similar(self) -> list[Case]:
        """Open cases of the same estate that read most like this one."""
        if self.case.estate is None:
            return []
        found = similar.like(self.case.estate, f"{self.case.title} {self.case.text}", limit=SIMILAR + 3)
        cases = [match.case for match in found if match.case.pk != self.case.pk and match.case.is_open]
        return cases[:SIMILAR]

    @cached_property
    def topics(self) -> list[Topic]:
        return list(Topic.objects.filter(estate_id=self.case.estate_id)) if self.case.estate_id else []

    @property
    def owes_in_work(self) -> bool:
        """Assigned and still owing a reply: only then dates and lists may change."""
        return self.case.status in OWING_A_REPLY and self.case.status != Status.REGISTERED
