"""The secretary's decision on a proposed correction of the minutes."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.apps.meetings.desk_forms.fields import PUBLIC, short
from huiyin.web.forms import Form


class DecisionForm(Form):
    """What becomes of a proposed correction."""

    accept = forms.ChoiceField(
        label=_("怎么决定"), choices=[("yes", _("采纳")), ("no", _("不采纳"))], widget=forms.RadioSelect
    )
    reason = forms.CharField(label=_("理由"), help_text=PUBLIC, max_length=300, widget=short(2))
