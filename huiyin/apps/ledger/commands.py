"""The commands of case work as a table: one row says who may, when, with which form, and which service runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeVar, cast

from django.db import transaction
from django.utils.translation import gettext_noop as _

from huiyin.apps.evidence.services import add_photo
from huiyin.apps.ledger import desk_forms as forms
from huiyin.apps.ledger import limits
from huiyin.apps.ledger.desk_fields import BareForm
from huiyin.apps.ledger.desk_work import Work
from huiyin.apps.ledger.models import AnswerGiven, Case
from huiyin.apps.ledger.permissions import check_lead
from huiyin.apps.ledger.services import answer as answering
from huiyin.apps.ledger.services import (
    askers,
    assign,
    extension,
    giving_up,
    lead,
    merge,
    milestones,
    reply,
    topics,
)
from huiyin.domain.case_numbers import canonical
from huiyin.domain.case_workflow import OPEN, Status, allows
from huiyin.domain.errors import RuleBroken
from huiyin.domain.ledger_rules import CaseList, Source

Check = Callable[[Work], bool]
Pending = TypeVar("Pending")


@dataclass(frozen=True)
class Command:
    """One thing to do with a case. `permitted` is who may, `ready` what state and rules allow now.

    `is_main`: stands open when it is the first of those available. `is_rare`: stands apart, below. `keeps_draft`: the
    browser keeps what is being written (frontend/js/drafts.js).
    `done_by_hotline` is said instead of `done` where the asker is a caller of 12345, whom no message reaches.
    `run` gets the work and the valid form; what it returns is shown once (a code) instead of `done`.
    """

    name: str
    label: str
    icon: str
    form: type[Any]
    permitted: Check
    ready: Check
    run: Callable[[Work, Any], Any]
    done: str
    why: str = ""
    is_main: bool = False
    is_rare: bool = False
    keeps_draft: bool = False
    done_by_hotline: str = ""

    def done_for(self, case: Case) -> str:
        return (self.done_by_hotline if case.source == Source.HOTLINE else "") or self.done

    def available(self, work: Work) -> bool:
        return self.permitted(work) and self.ready(work)


# --- who may ----------------------------------------------------------------------------------------------


def secretary(work: Work) -> bool:
    return work.is_secretary


def leads(work: Work) -> bool:
    return work.is_lead


def street(work: Work) -> bool:
    return work.is_street


def for_askers(work: Work) -> bool:
    return work.may_answer_for_askers


def lead_or_secretary(work: Work) -> bool:
    return work.is_lead or work.is_secretary


def decides_lead(work: Work) -> bool:
    return work.is_secretary or work.is_proposed_lead


# --- when -------------------------------------------------------------------------------------------------


def by_workflow(command: str) -> Check:
    return lambda work: allows(command, work.case.status)


def may_ask_asker(work: Work) -> bool:
    case = work.case
    if not allows("ask_asker", case.status) or case.pause_count >= work.policy.pauses.max_count:
        return False
    return case.is_reached and lead.reachable(case)


def may_reply(work: Work) -> bool:
    """From assigned and reopened the reply starts the work in the same breath."""
    return allows("reply", work.case.status) or allows("start", work.case.status)


def may_ask_extension(work: Work) -> bool:
    if not work.owes_in_work or work.extension is not None or work.extensions_left <= 0:
        return False
    return limits.latest_due(work.case, work.case.case_list, work.now) > work.case.due_at


def may_propose_lead(work: Work) -> bool:
    return work.case.status in (Status.ASSIGNED, Status.IN_PROGRESS) and work.lead_proposal is None


def may_decide_lead(work: Work) -> bool:
    """The proposed lead within its working day, the secretary afterwards; who is both, at once."""
    if work.case.status not in (Status.ASSIGNED, Status.IN_PROGRESS) or work.lead_proposal is None:
        return False
    both = work.is_secretary and work.is_proposed_lead
    return both or work.is_lead_proposal_theirs == work.is_proposed_lead


def may_answer(work: Work) -> bool:
    return answering.can_record_answer(work.case, work.by, work.now)


def may_object(work: Work) -> bool:
    return askers.can_object(work.case, work.now)


def may_withdraw_for(work: Work) -> bool:
    """For the one who asked first and has no account."""
    asker = work.original
    return asker is not None and answering.can_withdraw(asker, work.case, work.by, AnswerGiven.By.CALL)


def has_open_steps(work: Work) -> bool:
    case = work.case
    return case.status in OPEN and case.case_list == CaseList.LONG_TERM and bool(work.open_steps)


# --- what is done -----------------------------------------------------------------------------------------


def run_assign(work: Work, form: forms.AssignForm) -> None:
    told = form.cleaned_data
    assign.assign(
        work.case,
        by=work.by,
        case_list=told["case_list"],
        lead=form.chosen_lead(),
        due_on=told["due_on"],
        milestones=told["milestones"],
        urgency=told["urgency"],
    )


@transaction.atomic
def run_reply(work: Work, form: forms.ReplyForm) -> None:
    check_lead(work.by, work.case)  # before a file is kept
    told = form.cleaned_data
    photos = [
        (each.role, add_photo(by=work.by, upload=cast("BinaryIO", each.file))) for each in form.brought()
    ]
    reply.reply(
        work.case,
        by=work.by,
        text=told["text"],
        photos=photos,
        no_evidence_reason=told["no_evidence_reason"],
        is_spoken=told["is_spoken"],
    )


def run_merge(work: Work, form: forms.MergeForm) -> None:
    number = canonical(form.target)
    into = Case.objects.filter(number=number).first() if number else None
    if into is None:
        raise RuleBroken(_("没有这个编号，请再核对一下。"), code="merge.unknown", field="number")
    merge.merge(work.case, into=into, by=work.by)


@transaction.atomic
def run_topic(work: Work, form: forms.TopicForm) -> None:
    title, chosen = form.cleaned_data["title"].strip(), form.cleaned_data["topic"]
    topic = next((each for each in work.topics if str(each.pk) == chosen), None)
    if title and work.case.estate is not None:
        topic = topics.open_topic(by=work.by, estate=work.case.estate, title=title)
    topics.put_in_topic([work.case], topic=topic, by=work.by)


def run_code(work: Work, form: forms.IssueCodeForm) -> str:
    """A new one-time code for an asker without an account, read out or written on a slip; shown once."""
    return askers.issue_answer_code(form.chosen_asker(), by=work.by)


def run_answer(work: Work, form: forms.RecordAnswerForm) -> None:
    told = {name: form.cleaned_data[name] for name in ("answer", "comment", "how", "record_note")}
    answering.answer(form.chosen_asker(), by=work.by, **told)


def run_objection(work: Work, form: forms.RecordObjectionForm) -> None:
    asker, text = form.chosen_asker(), form.cleaned_data["text"]
    askers.object_to_outcome(asker, by=work.by, text=text, on_behalf=True)


def run_withdrawal(work: Work, form: forms.RecordWithdrawalForm) -> None:
    told = {name: form.cleaned_data[name] for name in ("how", "record_note")}
    answering.withdraw(form.chosen_asker(), by=work.by, **told)


def run_change_list(work: Work, form: forms.ChangeListForm) -> None:
    extension.change_list(work.case, by=work.by, **form.cleaned_data)


def there(pending: Pending | None) -> Pending:
    """What `ready` has found to be pending."""
    assert pending is not None
    return pending


def said(form: Any) -> str:
    return str(form.cleaned_data["reason"])


COMMANDS: tuple[Command, ...] = (
    Command(
        "assign", _("分派"), "user-check", forms.AssignForm, secretary, by_workflow("assign"), run_assign,
        _("已分派，提问人会收到消息。"), is_main=True, done_by_hotline=_("已分派，写进了经过。"),
    ),
    Command(
        "decide-extension", _("批改期"), "calendar-repeat", forms.DecideExtensionForm,
        lambda work: work.approves_extension, lambda work: work.extension is not None,
        lambda work, form: extension.decide_extension(
            there(work.extension), by=work.by, approve=form.is_yes, refusal_reason=said(form)
        ),
        _("已决定，写进了经过。"), is_main=True,
    ),
    Command(
        "decide-lead", _("答复转办"), "arrow-right", forms.DecideLeadForm, decides_lead, may_decide_lead,
        lambda work, form: lead.decide_lead(there(work.lead_proposal), by=work.by, accept=form.is_yes),
        _("已答复，期限不变。"), is_main=True,
    ),
    Command(
        "decide-giving-up", _("定能不能解决"), "hand-stop", forms.DecideGivingUpForm, secretary,
        lambda work: allows("give_up", work.case.status) and work.give_up is not None,
        lambda work, form: giving_up.decide_giving_up(
            there(work.give_up), by=work.by, agree=form.is_yes, reason=said(form)
        ),
        _("已决定，写进了经过。"), is_main=True,
    ),
    Command(
        "decide-reopening", _("定要不要再办"), "refresh", forms.DecideReopeningForm, secretary,
        by_workflow("grant_reopen"),
        lambda work, form: answering.decide_reopening(
            work.case, by=work.by, grant=form.is_yes, reason=said(form)
        ),
        _("已决定，写进了经过。"), is_main=True,
    ),
    Command(
        "decide-objection", _("答复异议"), "message-circle", forms.DecideObjectionForm, street,
        lambda work: work.objection is not None,
        lambda work, form: askers.decide_objection(
            there(work.objection), by=work.by, uphold=form.is_yes, reason=said(form)
        ),
        _("已决定，结果公开。"), is_main=True,
    ),
    Command(
        "start", _("开始办理"), "tool", BareForm, leads, by_workflow("start"),
        lambda work, form: lead.start(work.case, by=work.by),
        _("已开始办理。"), why=_("开始办理不改期限。"), is_main=True,
    ),
    Command(
        "reply", _("公开答复"), "message-check", forms.ReplyForm, leads, may_reply, run_reply,
        _("已公开答复，会发给每一位提问人。解决没有，由他们说。"), is_main=True, keeps_draft=True,
        done_by_hotline=_("已公开答复，经 12345 热线回访告知来电人。解决没有，看回访怎么说。"),
    ),
    Command(
        "resume", _("接着办"), "player-play", BareForm, leads, by_workflow("resume"),
        lambda work, form: lead.resume(work.case, by=work.by),
        _("期限接着算。"), why=_("不等补充，期限从现在接着算。"), is_main=True,
    ),
    Command(
        "record-addition", _("替提问人登记补充"), "phone", forms.RecordAdditionForm, for_askers,
        by_workflow("resume"),
        lambda work, form: lead.resume(work.case, by=work.by, addition=form.cleaned_data["addition"]),
        _("已登记，期限接着算。"), why=_("只照电话或纸条里的原话登记。"), keeps_draft=True,
    ),
    Command(
        "record-answer", _("替提问人登记回答"), "phone", forms.RecordAnswerForm, for_askers, may_answer,
        run_answer, _("已登记，写明是代为登记。"), why=_("只照纸条或电话里的原话登记。"),
        keeps_draft=True,
    ),
    Command(
        "record-objection", _("替提问人登记异议"), "phone", forms.RecordObjectionForm, for_askers, may_object,
        run_objection, _("异议已送到街镇。"), keeps_draft=True,
    ),
    Command(
        "finish-step", _("登记一步完成"), "check", forms.FinishStepForm, lead_or_secretary,
        has_open_steps,
        lambda work, form: milestones.finish_milestone(
            form.chosen_step(), by=work.by, note=form.cleaned_data["note"]
        ),
        _("这一步记为今天完成。"),
    ),
    Command(
        "ask-asker", _("请提问人补充"), "help-circle", forms.AskAskerForm, leads, may_ask_asker,
        lambda work, form: lead.ask_asker(
            work.case, by=work.by, what_is_missing=form.cleaned_data["what_is_missing"]
        ),
        _("已请提问人补充，期限暂停。"), why=_("等补充时期限暂停，停几天、停几次按本区规定。"),
        keeps_draft=True,
    ),
    Command(
        "ask-extension", _("申请改期"), "calendar-plus", forms.AskExtensionForm, leads, may_ask_extension,
        lambda work, form: extension.ask_extension(
            work.case, by=work.by, due_on=form.cleaned_data["due_on"], reason=said(form)
        ),
        _("已申请。批准以前，期限不变。"), why=_("最初期限一直显示，按时率按最初期限算。"),
        keeps_draft=True,
    ),
    Command(
        "move-step", _("改一步的日期"), "calendar-repeat", forms.MoveStepForm, lead_or_secretary,
        has_open_steps,
        lambda work, form: milestones.move_milestone(
            form.chosen_step(), by=work.by, due_on=form.cleaned_data["due_on"], reason=said(form)
        ),
        _("日期已改，原日期仍显示。"),
    ),
    Command(
        "propose-lead", _("转给别的单位"), "arrow-right", forms.ProposeLeadForm, leads, may_propose_lead,
        lambda work, form: lead.propose_lead(
            work.case, by=work.by, lead=form.chosen_lead(), reason=said(form)
        ),
        _("已提出。对方到时不答复，由社区定。"), why=_("期限和经过都不变。"),
    ),
    Command(
        "propose-giving-up", _("提出解决不了"), "hand-stop", forms.ProposeGivingUpForm, leads,
        lambda work: allows("give_up", work.case.status) and work.give_up is None,
        lambda work, form: giving_up.propose_giving_up(work.case, by=work.by, **form.cleaned_data),
        _("已提交社区书记决定，期限照算。"), keeps_draft=True,
    ),
    Command(
        "change-list", _("改清单"), "list-check", forms.ChangeListForm, secretary,
        lambda work: work.owes_in_work and bool(work.other_lists), run_change_list, _("清单已改。"),
    ),
    Command(
        "reject", _("不予受理"), "circle-x", forms.RejectForm, secretary, by_workflow("reject"),
        lambda work, form: assign.reject(work.case, by=work.by, **form.cleaned_data),
        _("已公开说明，提问人可以向街镇提出异议。"),
    ),
    Command(
        "merge", _("并入另一件"), "git-merge", forms.MergeForm, secretary, by_workflow("merge"), run_merge,
        _("已并案，每位提问人仍各自作答。"), is_rare=True,
    ),
    Command(
        "unmerge", _("分开单独办"), "git-branch", forms.ReasonForm, secretary, by_workflow("unmerge"),
        lambda work, form: merge.unmerge(work.case, by=work.by, reason=said(form)),
        _("已分开，期限从原来的登记算起。"), is_rare=True,
    ),
    Command(
        "topic", _("归入热点"), "table", forms.TopicForm, secretary,
        lambda work: work.case.estate_id is not None, run_topic, _("热点已改。"), is_rare=True,
    ),
    Command(
        "code", _("给一个作答验证码"), "key", forms.IssueCodeForm, for_askers,
        lambda work: bool(work.without_account), run_code, "",
        why=_("给没有账号的提问人。念给对方听，或写在纸条上；原来的验证码随即作废。"), is_rare=True,
    ),
    Command(
        "record-withdrawal", _("替提问人撤回"), "arrow-back", forms.RecordWithdrawalForm, for_askers,
        may_withdraw_for, run_withdrawal, _("已撤回，写明是代为登记。"),
        why=_("没有账号的提问人说不用办了的时候用。撤回后不再办理，经过仍然公开。"), is_rare=True,
    ),
)  # fmt: skip
BY_NAME = {command.name: command for command in COMMANDS}


def available(work: Work) -> list[Command]:
    """What this person may do with this case now, the main act first."""
    return [command for command in COMMANDS if command.available(work)]
