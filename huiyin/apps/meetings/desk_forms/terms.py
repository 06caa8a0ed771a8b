"""A term of a community's party committee."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from huiyin.apps.meetings.desk_forms.fields import DayField
from huiyin.apps.places.models import Area
from huiyin.web.forms import Form


class TermForm(Form):
    """A new term of a community's party committee begins."""

    area = forms.ModelChoiceField(label=_("哪个社区"), queryset=Area.objects.none(), empty_label=None)
    starts_on = DayField(label=_("新一届从哪天开始"))

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["area"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = areas
