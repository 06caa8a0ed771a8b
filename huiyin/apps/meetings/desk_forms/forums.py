"""An owners' forum: its plan, the statements, what is new, its closing."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.apps.meetings.desk_forms.fields import PUBLIC, DayField, MomentField, short
from huiyin.web.forms import Form


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
