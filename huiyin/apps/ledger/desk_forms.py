"""The forms of case work at the desk, one for each command; a failed one keeps its text."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.apps.evidence.forms import PhotosForm
from huiyin.apps.ledger import limits
from huiyin.apps.ledger.desk_fields import (
    PUBLIC,
    AskerForm,
    CommandForm,
    DayField,
    DecisionForm,
    LeadForm,
    StepsForm,
    radio,
    short,
)
from huiyin.apps.ledger.desk_work import Work
from huiyin.apps.ledger.models import Asker, Milestone
from huiyin.apps.ledger.reply_checks import SEEN, Weighed, weigh_in_time
from huiyin.domain.case_workflow import Status
from huiyin.domain.errors import RuleBroken
from huiyin.domain.ledger_rules import ANSWER_LABELS, NEGATIVE, Source
from huiyin.web.dates import due_words

LONGEST_REPLY = 3000


class AssignForm(StepsForm, LeadForm):
    case_list = radio(_("列入哪个清单"), hint=_("期限从登记那天算起。"))
    due_on = DayField(
        label=_("期限"), help_text=_("可以提前，不能推后。不填就是清单的期限。"), required=False
    )
    urgency = radio(_("紧急程度"), required=False, hint=_("选了紧急的，期限按它的时限算，只会更早。"))
    field_order = ["case_list", "urgency", "due_on", "lead", "department", "milestones"]

    def prepare(self, work: Work) -> None:
        super().prepare(work)
        labels = [
            (
                choice.code.value,
                gettext("%(list)s，最晚 %(day)s")
                % {"list": choice.label, "day": due_words(choice.latest, work.now)},
            )
            for choice in work.lists
        ]
        self.choices("case_list", labels, initial=work.case.case_list)
        urgent = [each.choice for each in work.policy.urgent]
        # What is urgent already stays so: assigning may name another class, not take it away.
        is_urgent = any(code == work.case.urgency for code, _label in urgent)
        none = [] if is_urgent else [("", gettext("不紧急"))]
        self.choices("urgency", [*none, *urgent], initial=work.case.urgency if is_urgent else "")


class RejectForm(CommandForm):
    reason_code = radio(_("为什么不受理"), hint=_("会公开，并告诉提问人可以向街镇提出异议。"))
    note = forms.CharField(
        label=_("补充说明"), help_text=PUBLIC, max_length=300, required=False, widget=short(2)
    )

    def prepare(self, work: Work) -> None:
        if work.case.source == Source.HOTLINE:
            self.fields["reason_code"].help_text = gettext("会公开，经 12345 热线回访告知来电人。")
        reasons = limits.reasons(work.now).rejection
        self.choices("reason_code", [(reason.code, reason.sentence) for reason in reasons])


class ProposeLeadForm(LeadForm):
    reason = forms.CharField(label=_("为什么要转"), help_text=PUBLIC, max_length=200, widget=short(2))

    def prepare(self, work: Work) -> None:
        super().prepare(work)
        others = [(key, lead.label) for key, lead in work.leads.items() if lead.label != work.case.lead_label]
        self.choices("lead", [*others, ("department", _("其他部门（没有账号，由社区代办）"))])
        self.initial.pop("lead", None)


class DecideLeadForm(DecisionForm):
    reason = None  # type: ignore[assignment]
    yes: Any = _("接下，由新的单位主办")
    no: Any = _("不接")


class DecideExtensionForm(DecisionForm):
    yes: Any = _("批准，改到 %(day)s")
    no: Any = _("不批准，仍按 %(day)s")

    def prepare(self, work: Work) -> None:
        asked = work.extension
        if asked is not None:
            self.yes = self.yes % {"day": due_words(asked.new_due_at, work.now)}
            self.no = self.no % {"day": due_words(asked.old_due_at, work.now)}
        super().prepare(work)
        self.fields["reason"].help_text = _("不批准时写，会公开。")
        if not work.owes_in_work:
            self.choices("decision", [("no", self.no)], initial="no")


class DecideGivingUpForm(DecisionForm):
    yes: Any = _("同意，公开说明解决不了")
    no: Any = _("不同意，继续办")

    def prepare(self, work: Work) -> None:
        super().prepare(work)
        self.fields["reason"].help_text = _("不同意时写，会公开。")
        if work.case.status != Status.IN_PROGRESS:
            self.choices("decision", [("no", self.no)], initial="no")


class DecideReopeningForm(DecisionForm):
    yes: Any = _("再办一次")
    no: Any = _("不再办，公开说明")
    reason = forms.CharField(label=_("理由"), help_text=PUBLIC, max_length=300, widget=short(2))


class DecideObjectionForm(DecisionForm):
    yes: Any = _("异议成立，重新办理")
    no: Any = _("异议不成立")
    reason = forms.CharField(label=_("理由"), help_text=PUBLIC, max_length=500, widget=short(3))


class AskAskerForm(CommandForm):
    what_is_missing = forms.CharField(
        label=_("要提问人补充什么"), help_text=PUBLIC, max_length=500, widget=short()
    )


class ReplyForm(PhotosForm):
    """The public reply with its evidence; what it lacks is asked about once, the same words sent again are meant."""

    text = forms.CharField(
        label=_("答复"),
        help_text=_("写清做了什么、什么时候、谁负责。会公开，也会发给提问人。"),
        max_length=LONGEST_REPLY,
        widget=short(6),
    )
    no_evidence_reason = forms.CharField(
        label=_("没有照片的原因"), help_text=_("没有照片时写，会公开。"), max_length=200, required=False
    )
    is_spoken = forms.BooleanField(label=_("已经当面答复过提问人"), required=False)
    field_order = ["text", "photo_before", "photo_after", "photos", "no_evidence_reason", "is_spoken"]

    def __init__(self, *args: Any, work: Work, **kwargs: Any) -> None:
        self.work = work
        self.weighed: Weighed | None = None
        super().__init__(*args, **kwargs)
        if work.case.source == Source.HOTLINE:
            self.fields["text"].help_text = gettext(
                "写清做了什么、什么时候、谁负责。会公开，经 12345 热线回访告知来电人。"
            )

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        self.weighed = weigh_in_time(self.work.case, text)
        return text

    @property
    def is_to_think_over(self) -> bool:
        """Weak, and its writer was not asked yet whether these very words are meant; hints alone do not ask."""
        return self.weighed is not None and self.weighed.is_weak and not self.is_meant

    @property
    def is_meant(self) -> bool:
        return self.weighed is not None and self.data.get(SEEN) == self.weighed.mark


class AskExtensionForm(CommandForm):
    due_on = DayField(label=_("改到哪一天"))
    reason = forms.CharField(label=_("为什么改期"), help_text=PUBLIC, max_length=300, widget=short(2))


class ChangeListForm(StepsForm):
    case_list = radio(_("改到哪个清单"))
    reason = forms.CharField(label=_("为什么换清单"), help_text=PUBLIC, max_length=300, widget=short(2))
    field_order = ["case_list", "reason", "milestones"]

    def prepare(self, work: Work) -> None:
        later = gettext("%(list)s，改到 %(day)s，算一次改期")
        same = gettext("%(list)s，期限提前到 %(day)s")
        self.choices(
            "case_list",
            [
                (
                    c.code.value,
                    (later if c.is_later else same) % {"list": c.label, "day": due_words(c.latest, work.now)},
                )
                for c in work.other_lists
            ],
        )


class ProposeGivingUpForm(CommandForm):
    reason = forms.CharField(
        label=_("依据或原因"),
        help_text=_("写清哪条规定、哪份合同，或什么条件做不到。会公开。"),
        max_length=1000,
        widget=short(),
    )
    responsible_instead = forms.CharField(
        label=_("该由谁负责"), help_text=_("写出单位名称，居民可以去找。"), max_length=80
    )


class ReasonForm(CommandForm):
    reason = forms.CharField(label=_("理由"), help_text=PUBLIC, max_length=300, widget=short(2))


class MergeForm(CommandForm):
    into = radio(_("最像的几件"), required=False)
    number = forms.CharField(
        label=_("或写编号"),
        help_text=_("并入的那一件的编号，如 26-0041-738。"),
        max_length=20,
        required=False,
    )

    def prepare(self, work: Work) -> None:
        if not work.similar:
            del self.fields["into"]
            return
        self.choices(
            "into",
            [(c.number, f"{c.number} {c.title}（{c.get_status_display()}）") for c in work.similar],
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("into") and not cleaned.get("number", "").strip():
            self.add_error("number", gettext("请选一件，或写一个编号。"))
        return cleaned

    def add_refusal(self, refusal: RuleBroken) -> None:
        """What was typed is refused where it was typed."""
        if refusal.field == "into" and self.cleaned_data["number"]:
            refusal.field = "number"
        super().add_refusal(refusal)

    @property
    def target(self) -> str:
        return str(self.cleaned_data["number"] or self.cleaned_data.get("into", ""))


class RecordForm(AskerForm):
    """What an asker said by slip or call, with a note of the record."""

    how = forms.ChoiceField(
        label=_("从哪里知道"), choices=[("slip", _("纸条")), ("call", _("电话"))], widget=forms.RadioSelect
    )
    record_note = forms.CharField(
        label=_("记录"), help_text=_("纸条编号，或通话的日期和时间。不公开。"), max_length=120
    )


class RecordAnswerForm(RecordForm):
    answer = radio(_("对方怎么说"))
    comment = forms.CharField(
        label=_("原话"),
        help_text=_("选“部分解决”或“未解决”时写哪里没办好。会公开。"),
        max_length=500,
        required=False,
        widget=short(2),
    )
    field_order = ["asker", "answer", "comment", "how", "record_note"]

    def prepare(self, work: Work) -> None:
        super().prepare(work)
        answers = NEGATIVE if work.case.status == Status.CONFIRMED else ANSWER_LABELS
        self.choices("answer", [(a.value, label) for a, label in ANSWER_LABELS.items() if a in answers])


class RecordWithdrawalForm(RecordForm):
    def askers(self, work: Work) -> list[Asker]:
        return [work.original] if work.original is not None else []


class RecordObjectionForm(AskerForm):
    text = forms.CharField(label=_("为什么不同意"), help_text=PUBLIC, max_length=1000, widget=short())


class RecordAdditionForm(CommandForm):
    addition = forms.CharField(label=_("提问人补充了什么"), help_text=PUBLIC, max_length=500, widget=short(3))


class IssueCodeForm(AskerForm):
    def askers(self, work: Work) -> list[Asker]:
        return work.without_account


class ContactForm(AskerForm):
    """Opening contact data: whose and why; each opening is logged."""

    reason = forms.CharField(
        label=_("为什么要看"), help_text=_("会登记下来，本人和审计人员能看到。"), max_length=200
    )


class StepForm(CommandForm):
    step = radio(_("哪一步"))

    def prepare(self, work: Work) -> None:
        steps = [(str(each.pk), f"{each.ordinal}. {each.title}") for each in work.open_steps]
        self.choices("step", list(steps), initial=steps[0][0] if steps else None)

    def chosen_step(self) -> Milestone:
        wanted = int(self.cleaned_data["step"])
        return next(each for each in self.work.open_steps if each.pk == wanted)


class FinishStepForm(StepForm):
    note = forms.CharField(label=_("做到了什么程度"), help_text=PUBLIC, max_length=200, widget=short(2))


class MoveStepForm(StepForm):
    due_on = DayField(label=_("改到哪一天"))
    reason = forms.CharField(label=_("为什么改期"), help_text=PUBLIC, max_length=200, widget=short(2))


class TopicForm(CommandForm):
    topic = forms.ChoiceField(label=_("热点"), required=False)
    title = forms.CharField(label=_("或新开一个热点"), max_length=60, required=False)

    def prepare(self, work: Work) -> None:
        choices = [("", _("不归入热点")), *((str(each.pk), each.title) for each in work.topics)]
        self.choices("topic", choices, initial=str(work.case.topic_id or ""))
