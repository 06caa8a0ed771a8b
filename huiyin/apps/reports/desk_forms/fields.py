"""What several forms of a report share: a form that knows the report, an amount as people type it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.apps.reports.editor import Work
from huiyin.web.forms import Form

PUBLIC = _("会公开。")


LONGEST_AMOUNT = 40
"""Characters, commas and spaces included."""


class AmountField(forms.DecimalField):
    """A number as people type it: with commas, full-width digits, spaces."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.TextInput(
                attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": LONGEST_AMOUNT}
            ),
            error_messages={"invalid": _("请只写数字，如 1768000.00。")},
            **kwargs,
        )

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            if len(value) > LONGEST_AMOUNT:
                raise forms.ValidationError(_("这个数写得太长了，请核对。"), code="too_long")
            value = value.translate(str.maketrans("０１２３４５６７８９．", "0123456789.")).replace(",", "")
            value = value.replace("，", "").replace(" ", "")
        return super().to_python(value)


class ShownField(forms.CharField):
    """What was shown when the form was drawn, sent with it. Drawn again, it carries what is shown then."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput, max_length=60, required=False)

    def bound_data(self, data: Any, initial: Any) -> Any:
        return initial


class WorkForm(Form):
    """A form that knows the report; `key` says which row of it, so that several may stand on one page."""

    section = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, work: Work, section: str = "", key: Any = None, **kwargs: Any) -> None:
        self.work, self.key = work, key
        super().__init__(*args, **kwargs)
        self.initial.setdefault("section", section)
        self.prepare(work)

    def prepare(self, work: Work) -> None:
        """Fill in the choices and what stands there already."""

    def choices(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @property
    def row_number(self) -> int | None:
        """The number of the row that is changed, as sent with the form or as it was opened; None for a new one."""
        told = str((self.data.get("number") if self.is_bound else self.key) or "")
        return int(told) if told.isdecimal() and len(told) < 6 else None


class BareForm(WorkForm):
    """Nothing to fill in."""


class NumberForm(WorkForm):
    number = forms.IntegerField(widget=forms.HiddenInput)
