"""The forms of the commands on a meeting's desk page (desk_commands.py)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.apps.meetings import limits
from huiyin.apps.meetings.desk_forms.fields import (
    PUBLIC,
    CoverWordsForm,
    DayField,
    MomentField,
    StaffField,
    short,
)
from huiyin.apps.meetings.desk_forms.planning import PlanForm, agenda_text
from huiyin.apps.meetings.desk_forms.team import member_line, read_members
from huiyin.apps.meetings.forms import estate_field
from huiyin.apps.meetings.models import Meeting
from huiyin.apps.meetings.permissions import helpers_of
from huiyin.apps.meetings.services.attend import Member
from huiyin.apps.meetings.services.run import Absence
from huiyin.apps.people.models import Person
from huiyin.apps.places.models import Estate
from huiyin.domain.meeting_rules import MeetingOutcome, notice_days
from huiyin.web.forms import Form


class MeetingForm(Form):
    """A command's form knows the meeting and the policy in force."""

    def __init__(
        self, *args: Any, meeting: Meeting, estates: list[Estate], now: datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.meeting, self.estates, self.now = meeting, estates, now
        self.prepare()

    def prepare(self) -> None:
        """Fill in choices and what stands already."""

    def choices(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)

    def reasons(self, group: str) -> None:
        found = limits.policy(self.now).group(group)
        self.choices("reason_code", [(reason.code, reason.sentence) for reason in found])


class ChangePlanForm(PlanForm, MeetingForm):
    def prepare(self) -> None:
        meeting = self.meeting
        self.initial = {
            **self.initial,
            "title": meeting.title,
            "planned_at": timezone.localtime(meeting.planned_at),
            "venue": meeting.venue,
            "is_outside": meeting.is_outside,
            "venue_reason": meeting.venue_reason,
            "agenda": agenda_text(meeting.agenda.all()),
        }


class AnnounceForm(MeetingForm):
    short_notice_reason = forms.CharField(
        label=_("没有提前够的原因"), help_text=PUBLIC, max_length=200, widget=short(2), required=False
    )

    def prepare(self) -> None:
        days = limits.policy(self.now).notice.days
        if notice_days(limits.day_of(self.now), limits.day_of(self.meeting.planned_at)) >= days:
            del self.fields["short_notice_reason"]


class ReasonForm(MeetingForm):
    """A reason of the policy with own words beside it."""

    reason_code = forms.ChoiceField(label=_("原因"), help_text=PUBLIC, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("补充一句"), help_text=PUBLIC, max_length=200, required=False, widget=short(2)
    )


class PostponeForm(ReasonForm):
    def prepare(self) -> None:
        self.reasons("postponing")


class CancelForm(ReasonForm):
    def prepare(self) -> None:
        self.reasons("cancelling")


class DeputyForm(ReasonForm):
    label = forms.CharField(label=_("由谁代为主持"), help_text=_("写职务和姓名，会公开。"), max_length=80)
    person = StaffField(
        label=_("让谁用控制台"),
        help_text=_("选一个有账号的工作人员，才能操作时钟。"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=_("不用账号"),
    )
    field_order = ["label", "person", "reason_code", "note"]

    def prepare(self) -> None:
        self.reasons("deputy")
        choice = self.fields["person"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = helpers_of(self.meeting.area, limits.day_of(self.now))


class OpenReportingForm(MeetingForm):
    """Who reports where the project manager does not come; left empty, the manager reports in person."""

    def prepare(self) -> None:
        reasons = [(reason.code, reason.sentence) for reason in limits.policy(self.now).deputy]
        for estate in self.estates:
            values = {"estate": estate.name}
            self.fields[f"label_{estate.pk}"] = forms.CharField(
                label=gettext("%(estate)s：由谁代为报告") % values,
                help_text=gettext("项目负责人本人报告的不填。写职务和姓名，会公开。"),
                max_length=80,
                required=False,
            )
            self.fields[f"reason_{estate.pk}"] = forms.ChoiceField(
                label=gettext("%(estate)s：本人为什么不能来") % values,
                choices=[("", gettext("本人报告")), *reasons],
                required=False,
            )
            self.fields[f"note_{estate.pk}"] = forms.CharField(
                label=gettext("%(estate)s：补充一句") % values, max_length=200, required=False
            )

    def absences(self) -> dict[int, Absence]:
        told = self.cleaned_data
        return {
            estate.pk: Absence(
                told[f"label_{estate.pk}"], told[f"reason_{estate.pk}"], told[f"note_{estate.pk}"]
            )
            for estate in self.estates
            if told[f"label_{estate.pk}"] or told[f"reason_{estate.pk}"]
        }


class AboutEstateForm(MeetingForm):
    """A form about one of the meeting's estates; not asked where there is one."""

    estate = estate_field()

    def prepare(self) -> None:
        if len(self.estates) == 1:
            del self.fields["estate"]
            return
        choice = self.fields["estate"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = Estate.objects.filter(pk__in=[estate.pk for estate in self.estates])

    def chosen_estate(self) -> Estate:
        estate: Estate = self.cleaned_data.get("estate") or self.estates[0]
        return estate


class TeamForm(AboutEstateForm):
    members = forms.CharField(
        label=_("物业到场人员"),
        help_text=_(
            "一行一人，依次写姓名、岗位，没来的在后面写“未到”，报告人写“报告”，用竖线隔开：梁小禾 | 项目负责人 | 报告"
        ),
        max_length=2000,
        widget=short(5),
    )

    def prepare(self) -> None:
        super().prepare()
        if len(self.estates) == 1:
            self.initial["members"] = "\n".join(member_line(each) for each in self.meeting.team.all())

    def clean_members(self) -> list[Member]:
        return read_members(self.cleaned_data["members"])


class WordsForm(MeetingForm):
    text = forms.CharField(label=_("监督意见"), help_text=PUBLIC, max_length=1000, widget=short(4))


class ResultForm(MeetingForm):
    text = forms.CharField(label=_("商量出的结果"), help_text=PUBLIC, max_length=1000, widget=short(3))
    owner = forms.CharField(label=_("谁来落实"), max_length=80, required=False)
    due_on = DayField(label=_("什么时候"), required=False)


class CompanyWordsForm(AboutEstateForm):
    text = forms.CharField(
        label=_("写清楚一件事"), help_text=PUBLIC, max_length=limits.LONGEST_QUESTION, widget=short(3)
    )
    field_order = ["estate", "text"]


class SittingForm(MeetingForm):
    planned_at = MomentField(label=_("什么时候再开"))
    venue = forms.CharField(label=_("在哪里"), max_length=120)
    short_notice_reason = forms.CharField(
        label=_("没有提前够的原因"), max_length=200, widget=short(2), required=False
    )

    def prepare(self) -> None:
        self.initial["venue"] = self.meeting.venue
        values = {"days": limits.policy_of(self.meeting).notice.days}
        self.fields["short_notice_reason"].help_text = (
            gettext("提前不到 %(days)s 天公告才填，会公开。") % values
        )


class DropSittingForm(MeetingForm):
    reason = forms.CharField(label=_("为什么不再续开"), help_text=PUBLIC, max_length=300, widget=short(2))


class CloseForm(MeetingForm):
    no_sitting_reason = forms.CharField(
        label=_("到场户数不足，为什么不再开一次"),
        help_text=PUBLIC,
        max_length=300,
        widget=short(2),
        required=False,
    )

    def prepare(self) -> None:
        if self.meeting.outcome != MeetingOutcome.TOO_FEW:
            del self.fields["no_sitting_reason"]


class CoverForm(CoverWordsForm, MeetingForm):
    """Words that go from everything this meeting says."""


class BareForm(MeetingForm):
    """A button alone."""
