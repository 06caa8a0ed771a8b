"""What residents fill in: a question, an answer, a word on why; each keeps its text when something is wrong."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.apps.ledger.services.register import LONGEST_TEXT
from huiyin.domain.ledger_rules import ANSWER_LABELS, KIND_LABELS, Kind
from huiyin.web.forms import Form

RESIDENT_KINDS = (Kind.QUESTION, Kind.COMPLAINT, Kind.WISH)


class AskForm(Form):
    """One question of a resident at one estate."""

    text = forms.CharField(
        label=_("什么事"),
        help_text=_(
            "一次问一件事。写清哪里、什么时候开始的。请不要写电话、房号和姓名：电话、证件号和房号公开前会自动遮盖，"
            "姓名只有写在“我叫”“联系人”“姓名”后面的才认得出来。"
        ),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    building = forms.CharField(
        label=_("哪栋楼或什么位置"),
        help_text=_("如：6号楼、南门、中心花园。不用写房号。"),
        max_length=40,
        required=False,
    )
    nickname = forms.CharField(
        label=_("怎么称呼您"), help_text=_("公开页面上只显示这个称呼。"), max_length=20, required=False
    )
    kind = forms.ChoiceField(
        label=_("这是"),
        choices=[(kind.value, KIND_LABELS[kind]) for kind in RESIDENT_KINDS],
        initial=Kind.QUESTION.value,
        widget=forms.RadioSelect,
    )


class AnswerForm(Form):
    """The asker's word; a negative one needs a sentence on what is missing."""

    answer = forms.ChoiceField(
        label=_("这件事解决了吗"),
        choices=[(answer.value, label) for answer, label in ANSWER_LABELS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一个。")},
    )
    comment = forms.CharField(
        label=_("哪里没办好"),
        help_text=_("选“部分解决”或“未解决”时请写一句。"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class CodeForm(Form):
    """Case number and one-time code of an asker without an account."""

    number = forms.CharField(
        label=_("编号"), help_text=_("短信或纸条上的编号，如 26-0041-738。"), max_length=20
    )
    code = forms.CharField(
        label=_("验证码"), help_text=_("短信或纸条上的 8 位数字，只能用一次。"), max_length=12
    )


class WordsForm(Form):
    """One text: an addition the lead asked for, or the reason of an objection."""

    text = forms.CharField(label=_("补充说明"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class ObjectionForm(Form):
    text = forms.CharField(label=_("为什么不同意"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class RedactForm(Form):
    """What is to stand in place of a public text, and why."""

    words = forms.CharField(
        label=_("换成"),
        help_text=_("只改不该公开的地方，其余照原话留着。整段都不该公开的，写“（已遮盖）”。"),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    reason = forms.CharField(
        label=_("为什么遮盖"),
        help_text=_("会公开。请不要在这里重复遮掉的字。"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, may_be_empty: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].required = not may_be_empty
