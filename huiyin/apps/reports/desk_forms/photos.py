"""A photo in a report, alone or as the later one of a pair."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.apps.evidence.forms import PhotoField
from huiyin.apps.ledger.desk_fields import DayField
from huiyin.apps.reports.desk_forms.fields import WorkForm
from huiyin.apps.reports.editor import Work
from huiyin.apps.reports.models import ReportPhoto


class PhotoForm(WorkForm):
    number = forms.IntegerField(widget=forms.HiddenInput, required=False)
    photo = PhotoField(label=_("照片"), help_text=_("成对的，这里放“之后”的一张。"), required=False)
    photo_before = PhotoField(
        label=_("之前的照片"), help_text=_("从同一个位置、同一个角度拍的。"), required=False
    )
    caption = forms.CharField(label=_("图说"), help_text=_("拍的是什么，一句话。会公开。"), max_length=120)
    place = forms.CharField(label=_("地点"), help_text=_("写到楼栋为止。"), max_length=60, required=False)
    claimed_on = DayField(label=_("拍摄日期"), required=False)

    def prepare(self, work: Work) -> None:
        photo = next((each for each in work.content.photos if each.number == self.row_number), None)
        if photo is not None and not self.is_bound:
            self.initial.update(photo_values(photo))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.row_number is None and not cleaned.get("photo") and not self.has_error("photo"):
            self.add_error("photo", gettext("请选一张照片。"))
        return cleaned


def photo_values(photo: ReportPhoto) -> dict[str, Any]:
    return {name: getattr(photo, name) for name in ("number", "caption", "place", "claimed_on")}
