"""Typed in for others: a question from the floor or a slip, a line of the list or of the paper sheet."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.apps.meetings.desk_forms.fields import PUBLIC, short
from huiyin.apps.meetings.forms import AtMeeting, estate_field
from huiyin.apps.meetings.limits import LONGEST_QUESTION
from huiyin.apps.meetings.models import CheckIn, Question
from huiyin.web.forms import Form


class EnterQuestionForm(AtMeeting):
    """Somebody without a phone asks; name and phone say how the answer goes back, and stay private."""

    text = forms.CharField(label=_("问题"), max_length=LONGEST_QUESTION, widget=short(3))
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


class OpenNamesForm(Form):
    """Why the names and rooms of the list are looked at; each opening is logged."""

    reason = forms.CharField(
        label=_("为什么要看"), help_text=_("会登记下来，审计人员能看到。"), max_length=200
    )
