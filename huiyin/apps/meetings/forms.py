"""What residents fill in at a meeting: a question, a check-in, a correction, a rating."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.apps.meetings.limits import LONGEST_QUESTION
from huiyin.apps.places.models import Estate
from huiyin.domain.policy_meetings import RatingQuestion
from huiyin.web.forms import Form, say_what_is_missing


class AtMeeting(Form):
    """A form of one meeting: which estate is asked only where it is held for several."""

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
        """The estate it is about, once the form is valid."""
        estate: Estate = self.cleaned_data.get("estate") or self.estates[0]
        return estate


def estate_field() -> forms.ModelChoiceField[Estate]:
    return forms.ModelChoiceField(label=_("哪个小区"), queryset=Estate.objects.none(), empty_label=None)


class QuestionForm(AtMeeting):
    """One question to the company."""

    text = forms.CharField(
        label=_("问题"),
        help_text=_("一次问一件事。写清哪栋楼、什么时候。请不要写电话和姓名。"),
        max_length=LONGEST_QUESTION,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    estate = estate_field()
    building = forms.CharField(label=_("几号楼"), max_length=40, required=False)
    nickname = forms.CharField(
        label=_("怎么称呼"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )


class HomeForm(AtMeeting):
    """Which household has come; counted once, never shown. Not needed with a verified home of the account."""

    estate = estate_field()
    building = forms.CharField(label=_("几号楼"), max_length=20)
    unit = forms.CharField(label=_("单元"), max_length=20, required=False)
    room = forms.CharField(
        label=_("房号"),
        help_text=_("只用来数到场多少户，不公开。不填也能签到，只是不算户数。"),
        max_length=20,
        required=False,
    )


class CorrectionForm(Form):
    """Where the minutes are wrong, and what it should say."""

    question_number = forms.IntegerField(
        label=_("第几问"),
        help_text=_("不是某一问的，可以不填。"),
        min_value=1,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    text = forms.CharField(
        label=_("哪里记得不对，应该是什么"), max_length=500, widget=forms.Textarea(attrs={"rows": 4})
    )


class LetterCodeForm(Form):
    letter = forms.CharField(
        label=_("信上的码"),
        help_text=_("12 个字，如 K7AF-M3TX-9RWA。大小写、空格、横线都不要紧。"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class RatingForm(Form):
    """A household's opinion: each question of the policy from 1 to 5; the template draws the five as one row."""

    def __init__(self, *args: Any, questions: Sequence[RatingQuestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in questions:
            field = forms.TypedChoiceField(
                label=question.text,
                choices=[(score, str(score)) for score in range(1, 6)],
                coerce=int,
                widget=forms.RadioSelect,
            )
            say_what_is_missing(field)
            self.fields[question.code] = field
