"""The forms with which a sentence that the check stops is let stand, and no longer let stand."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.apps.ledger.desk_fields import short
from huiyin.apps.reports.desk_forms.fields import WorkForm
from huiyin.apps.reports.services.excusing import LONGEST_REASON


class FindingForm(WorkForm):
    """A command on one finding; `key` is its digest."""

    finding = forms.CharField(widget=forms.HiddenInput, max_length=16)

    def prepare(self, work: object) -> None:
        self.initial["finding"] = self.key


class ExcuseFindingForm(FindingForm):
    reason = forms.CharField(
        label=_("为什么保留这句话"),
        help_text=_("写明依据，让居民看得明白。会随报告公开。"),
        max_length=LONGEST_REASON,
        widget=short(2),
    )
