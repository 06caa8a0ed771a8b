"""A later due date: asked with a public reason, the first approved by the secretary, the second by the street."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from huiyin.apps.ledger import limits
from huiyin.apps.ledger.models import Case, Extension
from huiyin.apps.ledger.permissions import check_lead, check_secretary, check_street, is_lead, is_secretary
from huiyin.apps.ledger.services.assign import Step, days_of, plan_milestones, titles_of
from huiyin.apps.ledger.services.lapse import forget_plan
from huiyin.apps.ledger.services.transition import freeze_miss, locked, witness
from huiyin.domain.access import Actor, Role
from huiyin.domain.canonical import instant
from huiyin.domain.case_workflow import OWING_A_REPLY, Status
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.domain.ledger_rules import CaseList, check_extension
from huiyin.language.masking import mask
from huiyin.web.now import now as clock


def _approved_count(case: Case) -> int:
    return case.extensions.filter(state=Extension.State.APPROVED).count()


def _check_may_change_dates(case: Case, by: Actor) -> None:
    if not (is_lead(by, case) or is_secretary(by, case)):
        raise NotPermitted("只有主办单位或社区书记可以改期限。", code="ledger.may_change_dates")
    if case.status not in OWING_A_REPLY or case.status == Status.REGISTERED:
        raise RuleBroken("只有正在办理的事项可以改期限。", code="extension.not_now")


@transaction.atomic
def ask_extension(
    case: Case, *, by: Actor, due_on: date, reason: str, now: datetime | None = None
) -> Extension:
    """The lead asks; the current date moves only when it is approved, the first one never."""
    now = now or clock()
    case = locked(case)
    check_lead(by, case)
    _check_may_change_dates(case, by)
    return _ask(case, by=by, new_due_at=limits.end_of(due_on), reason=reason, new_list="", now=now)


def _ask(
    case: Case,
    *,
    by: Actor,
    new_due_at: datetime,
    reason: str,
    new_list: str,
    now: datetime,
    milestones: tuple[Step, ...] = (),
) -> Extension:
    policy = limits.deadlines(now).values
    approved = _approved_count(case)
    check_extension(
        approved_count=approved,
        maximum=policy.extensions.max_count,
        new_due_at=new_due_at,
        due_at=case.due_at,
    )
    if new_due_at > limits.latest_due(case, new_list or case.case_list, now):
        raise RuleBroken(
            "新期限太晚了，超过了长期规划的最长时间。", code="extension.too_late", field="due_on"
        )
    if not reason.strip():
        raise RuleBroken("请写明改期的理由，这个理由会公开。", code="extension.no_reason", field="reason")
    if case.extensions.filter(state=Extension.State.ASKED).exists():
        raise RuleBroken("已经有一个改期申请在等批准。", code="extension.already_asked")
    freeze_miss(case, now)
    case.save()
    plan = plan_milestones(case, milestones, case_list=new_list, until=new_due_at) if new_list else []
    extension = Extension.objects.create(
        case=case,
        ordinal=approved + 1,
        old_due_at=case.due_at,
        new_due_at=new_due_at,
        new_list=new_list,
        reason=mask(reason.strip())[:300],
        asked_by_label=by.label[:80],
        asked_at=now,
    )
    witness(
        case,
        "extension_asked",
        by=by,
        now=now,
        public={
            "new_due_at": instant(new_due_at),
            "ordinal": extension.ordinal,
            "new_list": new_list,
            **({"milestones": days_of(plan)} if plan else {}),
        },
        texts={"reason": extension.reason, **titles_of(plan)},
    )
    return extension


@transaction.atomic
def decide_extension(
    extension: Extension, *, by: Actor, approve: bool, refusal_reason: str = "", now: datetime | None = None
) -> Extension:
    """Approve or refuse in public. Approval moves the current date only; a miss that has happened stays."""
    now = now or clock()
    case = locked(extension.case)
    extension = Extension.objects.select_for_update(no_key=True).get(pk=extension.pk)
    approver = limits.deadlines(now).values.extensions.approvers[extension.ordinal - 1]
    if approver is Role.SECRETARY:
        by = check_secretary(by, case)
    else:
        check_street(by, case)
    if extension.state != Extension.State.ASKED:
        raise RuleBroken("这个改期申请已经有结果了。", code="extension.decided")
    if approve and case.status not in OWING_A_REPLY:
        raise RuleBroken("这件事已经答复或办结，不用再改期。", code="extension.not_now")
    if not approve and not refusal_reason.strip():
        raise RuleBroken("不批准要写明理由。", code="extension.no_refusal_reason", field="refusal_reason")
    freeze_miss(case, now)
    extension.state = Extension.State.APPROVED if approve else Extension.State.REFUSED
    extension.decided_by_label = by.label[:80]
    extension.decided_at = now
    extension.refusal_reason = mask(refusal_reason.strip())[:300]
    extension.save()
    if approve:
        extend(case, extension.new_due_at)
        if extension.new_list:
            case.case_list = extension.new_list
    else:
        forget_plan(extension)
    case.save()
    witness(
        case,
        "extension_approved" if approve else "extension_refused",
        by=by,
        now=now,
        public={
            "ordinal": extension.ordinal,
            "old_due_at": instant(extension.old_due_at),
            "new_due_at": instant(extension.new_due_at),
        },
        texts={"reason": extension.reason, "refusal_reason": extension.refusal_reason},
    )
    return extension


def extend(case: Case, new_due_at: datetime) -> None:
    """A later date is a new promise, which can be overdue anew; an earlier one than a pause gave changes nothing."""
    if new_due_at > case.due_at:
        case.due_at = new_due_at
        case.ladder_round += 1
    case.extension_count += 1


@transaction.atomic
def change_list(
    case: Case,
    *,
    by: Actor,
    case_list: str,
    reason: str,
    milestones: tuple[Step, ...] = (),
    now: datetime | None = None,
) -> Case | Extension:
    """The secretary moves a case to another list. An earlier date takes effect at once; a later one is an extension.

    The extension this makes is asked here and, being the first, approved by the same secretary; the second needs
    the street (domain.md §5: changing to a list with a later date is an extension).
    """
    now = now or clock()
    case = locked(case)
    by = check_secretary(by, case)
    _check_may_change_dates(case, by)
    if case_list == case.case_list:
        raise RuleBroken("这件事已经在这个清单里。", code="list.same", field="case_list")
    if not reason.strip():
        raise RuleBroken("请写明为什么换清单，这个理由会公开。", code="list.no_reason", field="reason")
    due = limits.due_for(CaseList(case_list), registered_at=case.registered_at, urgency=case.urgency, on=now)
    if due.at > case.due_at:
        extension = _ask(
            case,
            by=by,
            new_due_at=due.at,
            reason=reason,
            new_list=case_list,
            now=now,
            milestones=milestones,
        )
        if limits.deadlines(now).values.extensions.approvers[extension.ordinal - 1] is Role.SECRETARY:
            decide_extension(extension, by=by, approve=True, now=now)
        return extension
    freeze_miss(case, now)
    case.case_list = case_list
    # A list whose date has gone by is due at once; a case that is overdue already gets no later date by it.
    earlier = max(due.at, now)
    if earlier < case.due_at:
        case.due_at = earlier
        case.ladder_round += 1
    plan = plan_milestones(case, milestones)
    case.save()
    public = {"milestones": days_of(plan)} if plan else {}
    texts = {"reason": mask(reason.strip()), **titles_of(plan)}
    witness(case, "list_changed", by=by, now=now, public=public, texts=texts)
    return case
