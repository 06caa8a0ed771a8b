"""What several forms of the desk share: a short text, a moment, a day, somebody of the staff."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.apps.people.models import Person
from huiyin.apps.reports.covered_words import COVERED
from huiyin.web.forms import Form

PUBLIC = _("会公开。")


def short(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


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


class CoverWordsForm(Form):
    """Words that masking missed, as they stand on the page."""

    words = forms.CharField(
        label=_("要遮盖的字"), help_text=_("照页面上的写法填，如一个姓名。"), max_length=200
    )
    replacement = forms.CharField(label=_("换成"), initial=COVERED, max_length=60)
    reason = forms.CharField(
        label=_("为什么遮盖"),
        help_text=_("会公开。不要再写那些字。"),
        max_length=200,
        widget=short(2),
    )
