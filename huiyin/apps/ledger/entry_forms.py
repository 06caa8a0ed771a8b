"""The forms for what comes in at the desk: on paper or by phone, and from a company."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.apps.ledger.forms import RESIDENT_KINDS
from huiyin.apps.ledger.models.askers import Channel
from huiyin.apps.ledger.permissions import ENTERING_ROLES
from huiyin.apps.ledger.services.register import LONGEST_TEXT
from huiyin.apps.people.phones import normalised
from huiyin.apps.places.models import Area, Engagement, Estate
from huiyin.apps.places.selectors import areas_public, estates_public, inside_q
from huiyin.domain.access import Actor
from huiyin.domain.errors import RuleBroken
from huiyin.domain.ledger_rules import KIND_LABELS, Kind, Source
from huiyin.web.errors import sentence_of
from huiyin.web.forms import Form

CHANNELS = [
    (Channel.SLIP.value, _("送纸条")),
    (Channel.CALL.value, _("打电话")),
    (Channel.SMS.value, _("发短信")),
]


class EntryForm(Form):
    """One matter of somebody who does not use the site; the words stay as they were said."""

    source = forms.ChoiceField(
        label=_("怎么来的"),
        choices=[(Source.PAPER.value, _("纸条")), (Source.PHONE.value, _("电话"))],
        initial=Source.PAPER.value,
        widget=forms.RadioSelect,
    )
    place = forms.ChoiceField(label=_("哪个小区"))
    building = forms.CharField(
        label=_("哪栋楼或什么位置"),
        help_text=_("如：6号楼、南门。不用写房号。"),
        max_length=40,
        required=False,
    )
    text = forms.CharField(
        label=_("什么事"),
        help_text=_(
            "照原话写，不写姓名。电话、证件号和房号公开前会自动遮盖；"
            "姓名只有写在“我叫”“联系人”“姓名”后面的才认得出来。"
        ),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    kind = forms.ChoiceField(
        label=_("这是"),
        choices=[(kind.value, KIND_LABELS[kind]) for kind in RESIDENT_KINDS],
        initial=Kind.QUESTION.value,
        widget=forms.RadioSelect,
    )
    nickname = forms.CharField(
        label=_("公开页面上怎么称呼"), help_text=_("如：周大爷。不写全名。"), max_length=20, required=False
    )
    name = forms.CharField(
        label=_("姓名"), help_text=_("不公开，看一次记一次。"), max_length=40, required=False
    )
    phone = forms.CharField(
        label=_("电话"), help_text=_("不公开。座机也可以。"), max_length=20, required=False
    )
    channel = forms.ChoiceField(
        label=_("答复怎么送到"), choices=CHANNELS, initial=Channel.SLIP.value, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("纸条编号或通话时间"), help_text=_("不公开。"), max_length=120, required=False
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes = actor.scopes(*ENTERING_ROLES)
        self.estates = list(estates_public().filter(inside_q(scopes, path="area__path")))
        communities = areas_public().filter(level=Area.Level.COMMUNITY)
        self.areas = list(
            communities.filter(inside_q(scopes, path="path", estate_id="estates__pk")).distinct()
        )
        choices = [(f"e{estate.pk}", estate.name) for estate in self.estates]
        beside = gettext("%(area)s（不在小区里）")
        choices += [(f"a{area.pk}", beside % {"area": area.name}) for area in self.areas]
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices if len(self.estates) == 1 else [("", gettext("请选择")), *choices]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        phone = cleaned.get("phone", "").strip()
        if cleaned.get("channel") == Channel.SMS:
            try:
                cleaned["phone"] = normalised(phone)
            except RuleBroken as refusal:
                self.add_error("phone", sentence_of(refusal))
        elif cleaned.get("channel") == Channel.CALL and not phone:
            self.add_error("phone", gettext("要打电话告知，请写电话号码。"))
        return cleaned

    def chosen_place(self) -> tuple[Estate | None, Area]:
        """The estate with its community, or a community without an estate."""
        told = self.cleaned_data["place"]
        if told.startswith("e"):
            estate = next(each for each in self.estates if f"e{each.pk}" == told)
            return estate, estate.area
        return None, next(each for each in self.areas if f"a{each.pk}" == told)


class DifficultyForm(Form):
    """What a company cannot solve alone; the community or the street leads it."""

    place = forms.ChoiceField(label=_("哪个小区"))
    text = forms.CharField(
        label=_("什么困难"),
        help_text=_(
            "写清楚卡在哪里、影响多少户、希望谁帮什么。会公开，请不要写个人的姓名：电话、证件号和房号公开前会自动遮盖，"
            "姓名只有写在“我叫”“联系人”“姓名”后面的才认得出来。"
        ),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    building = forms.CharField(
        label=_("哪栋楼或什么位置"),
        help_text=_("如：6号楼、地下车库。没有就不填。"),
        max_length=40,
        required=False,
    )

    def __init__(self, *args: Any, served: Iterable[Engagement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.served = list(served)
        areas = {each.estate.area.pk: each.estate.area for each in self.served}
        beside = gettext("%(area)s（不只一个小区的事）")
        choices = [(f"e{each.estate.pk}", each.estate.name) for each in self.served]
        choices += [(f"a{pk}", beside % {"area": area.name}) for pk, area in areas.items()]
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices if len(self.served) == 1 else [("", gettext("请选择")), *choices]

    def chosen(self) -> tuple[Engagement, Estate | None]:
        """Through which engagement the company speaks, and the estate unless it is about the whole community."""
        told = self.cleaned_data["place"]
        for each in self.served:
            if told == f"e{each.estate.pk}":
                return each, each.estate
        return next(each for each in self.served if told == f"a{each.estate.area.pk}"), None
