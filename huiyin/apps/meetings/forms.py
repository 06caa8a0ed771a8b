"""What residents fill in at a meeting: a question, a check-in, a correction, a rating."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.apps.places.models import Estate
from huiyin.web.forms import Form

LONGEST_QUESTION = 200


class QuestionForm(Form):
    """One question. Which estate is asked only where the meeting is held for several."""

    text = forms.CharField(
        label=_("问题"),
        help_text=_("一次问一件事。写清哪栋楼、什么时候。请不要写电话和姓名。"),
        max_length=LONGEST_QUESTION,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    estate = forms.ModelChoiceField(label=_("哪个小区"), queryset=Estate.objects.none(), empty_label=None)
    building = forms.CharField(label=_("几号楼"), max_length=40, required=False)
    nickname = forms.CharField(
        label=_("怎么称呼"), max_length=20, required=False, widget=forms.TextInput(attrs={"autocomplete": "nickname"})
    )

    def __init__(self, *args: Any, estates: list[Estate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.estates = estates
        if len(estates) == 1:
            del self.fields["estate"]
        else:
            choice = self.fields["estate"]
            assert isinstance(choice, forms.ModelChoiceField)
            choice.queryset = Estate.objects.filter(pk__in=[estate.pk for estate in estates])

    def chosen_estate(self) -> Estate:
        """The estate the question is about, once the form is valid."""
        estate: Estate = self.cleaned_data.get("estate") or self.estates[0]
        return estate
