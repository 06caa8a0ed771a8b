"""The secretary's first decision: list, lead and due date, or a public reason why not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from huiyin.apps.ledger import limits
from huiyin.apps.ledger.models import Case, LeadProposal, Milestone
from huiyin.apps.ledger.models.cases import LeadKind
from huiyin.apps.ledger.permissions import check_secretary
from huiyin.apps.ledger.services.lapse import lapse_requests
from huiyin.apps.ledger.services.transition import locked, move, witness
from huiyin.apps.places.models import Area, Engagement
from huiyin.apps.places.selectors import scope_of_area, scope_of_engagement
from huiyin.domain.access import Actor
from huiyin.domain.canonical import JSON
from huiyin.domain.errors import Refused, RuleBroken
from huiyin.domain.ledger_rules import CaseList, Kind
from huiyin.language.masking import mask
from huiyin.web.now import now as clock


@dataclass(frozen=True)
class Lead:
    """Who leads a case: a company through its engagement, an area, or a department without accounts."""

    kind: str
    label: str
    engagement: Engagement | None = None
    area: Area | None = None

    @classmethod
    def company(cls, engagement: Engagement) -> Lead:
        label = f"{engagement.company.name} {engagement.estate.name}项目部"
        return cls(LeadKind.COMPANY, label[:80], engagement=engagement)

    @classmethod
    def of_area(cls, area: Area) -> Lead:
        return cls(LeadKind.AREA, area.name, area=area)

    @classmethod
    def department(cls, name: str) -> Lead:
        if not name.strip():
            raise RuleBroken("请写清楚由哪个部门主办。", code="lead.no_name", field="lead")
        return cls(LeadKind.DEPARTMENT, mask(name.strip())[:80])

    @property
    def path(self) -> str:
        if self.engagement is not None:
            return scope_of_engagement(self.engagement).path
        return scope_of_area(self.area).path if self.area is not None else ""

    def put_on(self, case: Case) -> None:
        case.lead_kind = self.kind
        case.lead_engagement = self.engagement
        case.lead_area = self.area
        case.lead_label = self.label
        case.lead_path = self.path


def check_may_lead(case: Case, lead: Lead) -> None:
    """A company's difficulty is led by the community, the street or a department, never by a company (domain.md §1)."""
    if case.kind == Kind.DIFFICULTY and lead.kind == LeadKind.COMPANY:
        raise RuleBroken(
            "“企业困难”由社区、街镇或其他部门主办，不能交给物业企业。", code="lead.difficulty", field="lead"
        )


@dataclass(frozen=True)
class Step:
    """One milestone as planned."""

    title: str
    due_on: date


@transaction.atomic
def assign(
    case: Case,
    *,
    by: Actor,
    case_list: str,
    lead: Lead,
    due_on: date | None = None,
    urgency: str = "",
    milestones: Sequence[Step] = (),
    now: datetime | None = None,
) -> Case:
    """registered → assigned. The first due date is set here, counted from registration (domain.md §5).

    `due_on` may be earlier than the list's limit, never later. A long-term case needs its milestones. An
    `urgency` class gives its own, shorter limit (2 hours … 15 days), counted from registration too. A case that was
    assigned before and comes back from a merge keeps its first date and gets no later one: that is an extension.
    """
    now = now or clock()
    case = locked(case)
    by = check_secretary(by, case)
    check_may_lead(case, lead)
    move(case, "assign", now)
    case.urgency = limits.check_urgency(urgency, now) or case.urgency
    due = limits.due_for(CaseList(case_list), registered_at=case.registered_at, urgency=case.urgency, on=now)
    due_at = limits.end_of(due_on) if due_on else due.at
    if due_at > due.at:
        raise RuleBroken(
            "期限不能晚于 %(latest)s：从登记那天算起，这个清单最多到这一天。",
            code="assign.due_too_late",
            field="due_on",
            latest=limits.day_of(due.at),
        )
    if due_at <= case.registered_at:
        raise RuleBroken("期限不能早于登记时间。", code="assign.due_before_registration", field="due_on")
    lead.put_on(case)
    case.case_list = case_list
    if case.assigned_at is None:
        case.first_due_at = case.due_at = due_at
        case.due_is_provisional = due.is_provisional
        case.policy_version = due.policy_version
        case.assigned_at = now
    else:
        case.due_at = min(case.due_at, due_at)
    plan = plan_milestones(case, milestones)
    case.save()
    witness(
        case,
        "case_assigned",
        by=by,
        now=now,
        public={
            **lead_fields(case),
            "milestones": days_of(plan),
            **({"urgency": case.urgency} if case.urgency else {}),
        },
        texts={"lead": case.lead_label, **titles_of(plan)},
    )
    return case


def lead_fields(row: Case | LeadProposal) -> dict[str, JSON]:
    """What an event says of a lead for ever. A department's name is free text and stands among its texts."""
    return {"lead_kind": row.lead_kind, "lead_path": row.lead_path}


def plan_milestones(
    case: Case, steps: Sequence[Step], *, case_list: str = "", until: datetime | None = None
) -> list[Milestone]:
    """Write down the steps of a long-term case; other lists have none.

    `case_list` and `until` say what the case is to become, where a later date still waits for approval. Steps of an
    earlier plan stay if they were done; the new ones follow them.
    """
    if (case_list or case.case_list) != CaseList.LONG_TERM:
        return []
    until = until or case.due_at
    if not steps:
        raise RuleBroken(
            "长期规划要写明分几步、每步哪天完成。", code="assign.no_milestones", field="milestones"
        )
    for place, step in enumerate(steps, start=1):
        if limits.end_of(step.due_on) > until:
            raise RuleBroken(
                "第 %(n)s 步的日期晚于总期限。", code="assign.step_late", field="milestones", n=place
            )
    case.milestones.filter(done_on=None).delete()
    done = case.milestones.aggregate(last=Max("ordinal"))["last"] or 0
    return Milestone.objects.bulk_create(
        planned(case, step, ordinal) for ordinal, step in enumerate(steps, start=done + 1)
    )


def planned(case: Case, step: Step, ordinal: int) -> Milestone:
    """The unsaved row of one step, its title masked."""
    title = mask(step.title.strip())[:80]
    return Milestone(case=case, ordinal=ordinal, title=title, first_due_on=step.due_on, due_on=step.due_on)


def days_of(plan: Sequence[Milestone]) -> list[JSON]:
    """What an event says of a plan in public; the titles are free text and stand among its texts."""
    return [{"ordinal": step.ordinal, "due_on": step.due_on.isoformat()} for step in plan]


def titles_of(plan: Sequence[Milestone]) -> dict[str, str]:
    return {f"step_{step.ordinal}": step.title for step in plan}


@dataclass(frozen=True)
class BulkOutcome:
    done: list[Case]
    refused: list[tuple[Case, str]]


def bulk_assign(
    cases: Iterable[Case], *, by: Actor, case_list: str, lead: Lead | None = None, now: datetime | None = None
) -> BulkOutcome:
    """Assign several cases, each in its own transaction; what is refused is named with its reason."""
    outcome = BulkOutcome([], [])
    for case in cases:
        try:
            outcome.done.append(
                assign(case, by=by, case_list=case_list, lead=lead or default_lead(case, now=now), now=now)
            )
        except Refused as refusal:
            outcome.refused.append((case, str(refusal)))
    return outcome


def default_lead(case: Case, *, now: datetime | None = None) -> Lead:
    """Who leads if nobody chose: the company that serves the estate today; for a difficulty the community."""
    if case.estate is not None and case.kind != "difficulty":
        engagement = limits.engagement_of(case, now or clock())
        if engagement is not None:
            return Lead.company(engagement)
    return Lead.of_area(case.area)


@transaction.atomic
def reject(case: Case, *, by: Actor, reason_code: str, note: str = "", now: datetime | None = None) -> Case:
    """registered → rejected, with a public reason from the policy list; the asker may object to the street."""
    now = now or clock()
    case = locked(case)
    by = check_secretary(by, case)
    move(case, "reject", now)
    case.public_reason = limits.public_reason("rejection", reason_code, note, now)
    case.save()
    witness(
        case,
        "case_rejected",
        by=by,
        now=now,
        public={"reason_code": reason_code},
        texts={"reason": case.public_reason},
    )
    lapse_requests(case, now=now)
    return case
