"""A promise: written in a report, moved, kept or dropped after, and what became of those of the last period."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from huiyin.apps.ledger.desk_fields import DayField, short
from huiyin.apps.reports.desk_forms.fields import PUBLIC, WorkForm
from huiyin.apps.reports.editor import Work
from huiyin.apps.reports.models import Commitment
from huiyin.apps.reports.promises import sayable_of
from huiyin.domain.report_parts import BECAME_LABELS, OF_OWN
from huiyin.web.forms import depends_on_others

NEEDED = _("提交前要写。")


class CommitmentForm(WorkForm):
    """Kept as far as it is written; what handing in needs is not marked as optional."""

    number = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label=_("承诺什么"), max_length=60)
    measure = forms.CharField(label=_("怎么做"), help_text=NEEDED, required=False, widget=short(2))
    target = forms.CharField(
        label=_("做到什么程度"), help_text=_("能数、能看的结果。"), max_length=120, required=False
    )
    owner = forms.CharField(label=_("谁负责"), help_text=NEEDED, max_length=60, required=False)
    due_on = DayField(
        label=_("期限"),
        help_text=_("提交前要写。审定后公开；改期要写理由，最初的期限一直显示。"),
        required=False,
    )
    funding = forms.CharField(label=_("钱从哪里来"), max_length=120, required=False)

    def prepare(self, work: Work) -> None:
        depends_on_others(*(self.fields[name] for name in ("measure", "owner", "due_on")))
        row = next((each for each in work.content.commitments if each.number == self.row_number), None)
        if row is not None and not self.is_bound:
            self.initial.update(commitment_values(row))


def commitment_values(commitment: Commitment) -> dict[str, Any]:
    names = ("number", "title", "measure", "target", "owner", "due_on", "funding")
    return {name: getattr(commitment, name) for name in names}


class LastForm(WorkForm):
    """What became of one promise of the last period; `key` is the promise."""

    commitment = forms.IntegerField(widget=forms.HiddenInput)
    became = forms.ChoiceField(label=_("结果"), widget=forms.RadioSelect)
    words = forms.CharField(label=_("办得怎样、为什么"), help_text=PUBLIC, widget=short(2))

    def prepare(self, work: Work) -> None:
        told = self.data.get("commitment") if self.is_bound else self.key
        promise = next((each for each in work.owed if str(each.pk) == str(told)), None)
        allowed = sayable_of(promise, work.report, work.told_before.get(promise.pk)) if promise else OF_OWN
        row = next(
            (each for each in work.content.commitment_accounts if str(each.commitment_id) == str(told)), None
        )
        self.choices(
            "became", [(each.value, label) for each, label in BECAME_LABELS.items() if each in allowed]
        )
        self.initial["commitment"] = self.key
        if row is not None and not self.is_bound:
            self.initial.update({"became": row.became, "words": row.words})


class PromiseForm(WorkForm):
    """A command on a promise that was approved; `key` is the promise."""

    promise = forms.IntegerField(widget=forms.HiddenInput)

    def prepare(self, work: Work) -> None:
        self.initial["promise"] = self.key


class MovePromiseForm(PromiseForm):
    to_on = DayField(label=_("新期限"))
    reason = forms.CharField(label=_("为什么改期"), help_text=PUBLIC, widget=short(2))


class KeepPromiseForm(PromiseForm):
    words = forms.CharField(label=_("怎样办到的"), help_text=PUBLIC, widget=short(2))


class DropPromiseForm(PromiseForm):
    reason = forms.CharField(label=_("为什么不做了"), help_text=PUBLIC, widget=short(2))
