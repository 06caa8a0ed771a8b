"""The forms of the meetings' desk: planning, announcing, attendance, minutes, forums."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.apps.meetings import limits
from huiyin.apps.meetings.forms import AtMeeting, estate_field
from huiyin.apps.meetings.models import AgendaItem, CheckIn, Meeting, Question, TeamMember
from huiyin.apps.meetings.services.attend import Member
from huiyin.apps.meetings.services.plan import AgendaLine
from huiyin.apps.meetings.services.run import Absence
from huiyin.apps.people.actors import on_date
from huiyin.apps.people.models import Person, RoleAssignment
from huiyin.apps.places.models import Area, Estate
from huiyin.domain.access import Role
from huiyin.domain.meeting_rules import MeetingOutcome, notice_days
from huiyin.web.forms import Form

PUBLIC = _("会公开。")


def helpers_of(area: Area, day: date) -> QuerySet[Person]:
    """Staff of the community and of its street who may stand in for the secretary."""
    around = [area.path] + ([area.parent.path] if area.parent else [])
    roles = (Role.COMMUNITY_WORKER, Role.STREET_OFFICER)
    held = RoleAssignment.objects.filter(on_date(day), role__in=roles, area__path__in=around)
    return Person.objects.filter(pk__in=held.values("person_id"), is_active=True).order_by("display_name")


def short(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class EnterQuestionForm(AtMeeting):
    """Somebody without a phone asks; name and phone say how the answer goes back, and stay private."""

    text = forms.CharField(label=_("问题"), max_length=300, widget=short(3))
    way = forms.ChoiceField(
        label=_("怎么提的"),
        choices=[(Question.Way.FLOOR.value, _("举手")), (Question.Way.PAPER.value, _("纸条"))],
        initial=Question.Way.FLOOR.value,
        widget=forms.RadioSelect,
    )
    estate = estate_field()
    building = forms.CharField(label=_("几号楼"), max_length=40, required=False)
    nickname = forms.CharField(label=_("怎么称呼"), help_text=PUBLIC, max_length=20, required=False)
    name = forms.CharField(
        label=_("姓名"), help_text=_("不公开，只用来把答复送到。"), max_length=40, required=False
    )
    phone = forms.CharField(
        label=_("电话"), help_text=_("不公开。不填就把答复写成纸条送去。"), max_length=20, required=False
    )
    field_order = ["text", "way", "estate", "building", "nickname", "name", "phone"]


class StaffField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, person: Person) -> str:
        return person.display_name


class MomentField(forms.DateTimeField):
    """A day and a time, as the browser's own picker gives them."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
        errors = {"invalid": _("没有看懂这个时间，请写成 2026-07-31 09:30 这样。")}
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
        super().__init__(widget=widget, input_formats=formats, error_messages=errors, **kwargs)


class DayField(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        errors = {"invalid": _("没有看懂这个日期，请写成 2026-07-31 这样。")}
        super().__init__(widget=widget, error_messages=errors, **kwargs)


# --- planning ---------------------------------------------------------------------------------------------


class PlanForm(Form):
    """When, where, in which order."""

    title = forms.CharField(label=_("名称"), max_length=80)
    planned_at = MomentField(label=_("什么时候"))
    venue = forms.CharField(
        label=_("在哪里"), help_text=_("开在小区里，居民走几步就到。如：中心花园凉亭。"), max_length=120
    )
    is_outside = forms.BooleanField(label=_("不在小区里开"), required=False)
    venue_reason = forms.CharField(
        label=_("为什么不在小区里"), help_text=_("不在小区里开才填，会公开。"), max_length=200, required=False
    )
    agenda = forms.CharField(
        label=_("议程"),
        help_text=_(
            "一行一项，依次写内容、几分钟、谁来讲，用竖线隔开：项目负责人作工作报告 | 30 | 项目负责人"
        ),
        max_length=2000,
        widget=short(7),
    )

    def agenda_lines(self) -> list[AgendaLine]:
        """The agenda as the service takes it, once the form is valid."""
        return read_agenda(self.cleaned_data["agenda"])

    def clean_agenda(self) -> str:
        text: str = self.cleaned_data["agenda"]
        read_agenda(text)
        return text


def read_agenda(text: str) -> list[AgendaLine]:
    """Lines "内容 | 分钟 | 谁来讲"; minutes and speaker may be missing. ValidationError names the line."""
    lines = []
    for number, line in enumerate((each for each in text.splitlines() if each.strip()), start=1):
        title, minutes, speaker, *rest = [*(part.strip() for part in re.split(r"[|｜]", line)), "", ""]
        told = minutes.removesuffix("分钟").strip()
        if not title or any(rest) or (told and not (told.isdecimal() and 0 < int(told) <= 600)):
            raise forms.ValidationError(
                gettext("第 %(n)s 行没有看懂。请写“内容 | 分钟 | 谁来讲”。"),
                code="bad_line",
                params={"n": number},
            )
        lines.append(AgendaLine(title, int(told) if told else None, speaker))
    return lines


def agenda_text(lines: Iterable[AgendaLine | AgendaItem]) -> str:
    return "\n".join(f"{each.title} | {each.minutes or ''} | {each.speaker}".rstrip(" |") for each in lines)


class NewMeetingForm(PlanForm):
    """A new meeting of one community for one or more of its estates."""

    estates = forms.ModelMultipleChoiceField(
        label=_("哪几个小区"),
        help_text=_("同一个社区的几个小区可以合开一场。"),
        queryset=Estate.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选一个小区。")},
    )
    field_order = [
        "estates",
        "title",
        "planned_at",
        "venue",
        "is_outside",
        "venue_reason",
        "agenda",
    ]

    def __init__(self, *args: Any, estates: QuerySet[Estate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["estates"]
        assert isinstance(choice, forms.ModelMultipleChoiceField)
        choice.queryset = estates


# --- one meeting ------------------------------------------------------------------------------------------


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
            self.initial["members"] = "\n".join(_member_line(each) for each in self.meeting.team.all())

    def clean_members(self) -> list[Member]:
        return read_members(self.cleaned_data["members"])


def read_members(text: str) -> list[Member]:
    """Lines "姓名 | 岗位 | 报告 or 未到"; ValidationError names the line."""
    members = []
    for number, line in enumerate((each for each in text.splitlines() if each.strip()), start=1):
        name, duty, mark, *rest = [*(part.strip() for part in re.split(r"[|｜]", line)), "", ""]
        if not name or any(rest) or mark not in ("", "报告", "未到"):
            raise forms.ValidationError(
                gettext("第 %(n)s 行没有看懂。请写“姓名 | 岗位”，后面可以加“报告”或“未到”。"),
                code="bad_line",
                params={"n": number},
            )
        members.append(Member(name, duty, is_present=mark != "未到", is_reporter=mark == "报告"))
    return members


def _member_line(row: TeamMember) -> str:
    mark = "未到" if not row.is_present else "报告" if row.is_reporter else ""
    return f"{row.name} | {row.duty} | {mark}".rstrip(" |")


class WordsForm(MeetingForm):
    text = forms.CharField(label=_("监督意见"), help_text=PUBLIC, max_length=1000, widget=short(4))


class ResultForm(MeetingForm):
    text = forms.CharField(label=_("商量出的结果"), help_text=PUBLIC, max_length=1000, widget=short(3))
    owner = forms.CharField(label=_("谁来落实"), max_length=80, required=False)
    due_on = DayField(label=_("什么时候"), required=False)


class CompanyWordsForm(AboutEstateForm):
    text = forms.CharField(label=_("写清楚一件事"), help_text=PUBLIC, max_length=300, widget=short(3))
    field_order = ["estate", "text"]


class SittingForm(MeetingForm):
    planned_at = MomentField(label=_("什么时候再开"))
    venue = forms.CharField(label=_("在哪里"), max_length=120)

    def prepare(self) -> None:
        self.initial["venue"] = self.meeting.venue


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


class BareForm(MeetingForm):
    """A button alone."""


# --- attendance, minutes, terms, forums -------------------------------------------------------------------


class ListForm(AtMeeting):
    """One line of the list or of the paper sheet."""

    way = forms.ChoiceField(
        label=_("怎么签的"),
        choices=[
            (CheckIn.Way.LIST.value, _("名单（现在到场）")),
            (CheckIn.Way.PAPER.value, _("纸质签到（补录）")),
        ],
        initial=CheckIn.Way.PAPER.value,
        widget=forms.RadioSelect,
    )
    estate = estate_field()
    building = forms.CharField(label=_("几号楼"), max_length=20)
    unit = forms.CharField(label=_("单元"), max_length=20, required=False)
    room = forms.CharField(label=_("房号"), max_length=20, required=False)
    name = forms.CharField(label=_("姓名"), help_text=_("不公开。"), max_length=40, required=False)
    field_order = ["way", "estate", "building", "unit", "room", "name"]


class DecisionForm(Form):
    """What becomes of a proposed correction."""

    accept = forms.ChoiceField(
        label=_("怎么决定"), choices=[("yes", _("采纳")), ("no", _("不采纳"))], widget=forms.RadioSelect
    )
    reason = forms.CharField(label=_("理由"), help_text=PUBLIC, max_length=300, widget=short(2))


class TermForm(Form):
    """A new term of a community's party committee begins."""

    area = forms.ModelChoiceField(label=_("哪个社区"), queryset=Area.objects.none(), empty_label=None)
    starts_on = DayField(label=_("新一届从哪天开始"))

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["area"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = areas


class ForumPlanForm(Form):
    planned_at = MomentField(label=_("什么时候"))
    venue = forms.CharField(label=_("在哪里"), max_length=120)


class StatementForm(Form):
    text = forms.CharField(
        label=_("进展到哪一步，下一步做什么"), help_text=PUBLIC, max_length=1000, widget=short(3)
    )


class MatterForm(Form):
    """Something new a speaker brings to the forum: a case of its own."""

    text = forms.CharField(label=_("什么事"), max_length=300, widget=short(3))
    building = forms.CharField(label=_("几号楼"), max_length=40, required=False)
    nickname = forms.CharField(label=_("怎么称呼"), help_text=PUBLIC, max_length=20, required=False)
    name = forms.CharField(label=_("姓名"), help_text=_("不公开。"), max_length=40, required=False)
    phone = forms.CharField(label=_("电话"), help_text=_("不公开。"), max_length=20, required=False)


class CloseForumForm(Form):
    held_on = DayField(label=_("哪天开的"))
    attendee_count = forms.IntegerField(
        label=_("到场多少人"),
        min_value=0,
        max_value=9999,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    summary = forms.CharField(
        label=_("小结"), help_text=PUBLIC, max_length=2000, required=False, widget=short(4)
    )
