"""Planning a meeting: for which estates, when, where, in which order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.apps.meetings.desk_forms.fields import MomentField, short
from huiyin.apps.meetings.models import AgendaItem
from huiyin.apps.meetings.services.plan import AgendaLine
from huiyin.apps.places.models import Estate
from huiyin.web.forms import Form


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
    is_further = forms.BooleanField(
        label=_("上面的报告会没开完，仍要另排一场"),
        help_text=_("换一个时间不用另排：在那一场里改计划，或者延期。"),
        required=False,
    )
    field_order = [
        "estates",
        "is_further",
        "title",
        "planned_at",
        "venue",
        "is_outside",
        "venue_reason",
        "agenda",
    ]

    def __init__(self, *args: Any, estates: QuerySet[Estate], is_another: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_another:
            del self.fields["is_further"]
        choice = self.fields["estates"]
        assert isinstance(choice, forms.ModelMultipleChoiceField)
        choice.queryset = estates
