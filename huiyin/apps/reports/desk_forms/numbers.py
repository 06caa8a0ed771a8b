"""A number in a report: a metric of the catalogue or a name of its own, value, period, evidence."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.apps.evidence.forms import DocumentField, PhotosField
from huiyin.apps.ledger.desk_fields import DayField, short
from huiyin.apps.reports.desk_forms.fields import AmountField, ShownField, WorkForm
from huiyin.apps.reports.editor import Work
from huiyin.apps.reports.models import Claim
from huiyin.apps.reports.verdicts import Judged
from huiyin.domain.policy_metrics import PERCENT, Metric, Per
from huiyin.web.charts.scales import say
from huiyin.web.forms import depends_on_others


class ClaimForm(WorkForm):
    number = forms.IntegerField(widget=forms.HiddenInput, required=False)
    seen = ShownField()
    metric = forms.ChoiceField(
        label=_("指标"), help_text=_("目录里有的从目录里选，单位和常见频次自动带出。"), required=False
    )
    name = forms.CharField(
        label=_("数据名称"), help_text=_("目录里没有的，自己起名。"), max_length=60, required=False
    )
    value = AmountField(label=_("数值"), help_text=_("百分比不用填，由分子和分母算出。"), required=False)
    unit = forms.CharField(
        label=_("单位"), help_text=_("从目录里选的不用填。"), max_length=20, required=False
    )
    unit_count = forms.IntegerField(
        label=_("台套数"),
        help_text=_("按每台、每具、每个算频次的指标填写；电梯按小区登记的部数。"),
        min_value=0,
        max_value=100_000,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    numerator = AmountField(label=_("分子"), help_text=_("百分比要写分子和分母。"), required=False)
    denominator = AmountField(label=_("分母"), required=False)
    denominator_label = forms.CharField(
        label=_("分母是什么"), help_text=_("如：报修总数。"), max_length=60, required=False
    )
    period_from = DayField(label=_("自"), required=False)
    period_to = DayField(label=_("至"), help_text=_("不填就是整个报告期。"), required=False)
    kept = forms.MultipleChoiceField(
        label=_("已附的佐证"),
        help_text=_("去掉勾就不再附。"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    photos = PhotosField(label=_("再附照片"), help_text=_("签字单、合格证、现场照片等。"), required=False)
    document = DocumentField(label=_("再附 PDF 文件"), required=False)
    explanation = forms.CharField(
        label=_("说明"),
        help_text=_("比常见频次少的、口径特殊的，写明原因。会公开。"),
        required=False,
        widget=short(2),
    )

    def __init__(self, *args: Any, is_fitting: bool = False, **kwargs: Any) -> None:
        self.is_fitting = is_fitting
        super().__init__(*args, **kwargs)

    @classmethod
    def fitting(cls, typed: QueryDict, **kwargs: Any) -> ClaimForm:
        """The form for the metric that was chosen in it, with what was typed so far; nothing is judged yet."""
        initial: dict[str, Any] = {name: typed.get(name, "") for name in cls.base_fields}
        initial["kept"] = typed.getlist("kept")
        return cls(initial=initial, key=typed.get("number"), is_fitting=True, **kwargs)

    def prepare(self, work: Work) -> None:
        """`initial["metric"]` is the metric that was asked for: the form then asks only what belongs to it."""
        section = self.data.get("section") if self.is_bound else self.initial["section"]
        metrics = work.catalogue.of_section(section or "")
        self.choices(
            "metric", [("", gettext("自己起名")), *((each.code, work.metric_words(each)) for each in metrics)]
        )
        claim = next((each for each in work.content.claims if each.number == self.row_number), None)
        attached = claim.shown_evidence if claim else []
        self.choices(
            "kept",
            [
                (str(each.pk), each.caption or gettext("佐证 %(n)s") % {"n": at})
                for at, each in enumerate(attached, 1)
            ],
        )
        if not attached:
            del self.fields["kept"]
        if claim is not None and not self.is_bound:
            self.initial = {**claim_values(claim), **self.initial}
        self.initial["seen"] = self._mark
        for name in ("photos", "document"):  # what was chosen stays while the form follows another metric
            self.fields[name].widget.attrs["hx-preserve"] = "true"
        chosen = self.data.get("metric") if self.is_bound else self.initial.get("metric")
        self._ask_for(next((each for each in metrics if each.code == chosen), None))

    @cached_property
    def deviating(self) -> Judged | None:
        """The number as it stands where the records say otherwise: shown in the form, for an explanation to be of."""
        judged = self.work.verdicts_now.of(self.row_number) if self.row_number else None
        return judged if judged is not None and judged.deviates else None

    def _mark(self) -> str:
        deviation = self.deviating.deviation if self.deviating else None
        return deviation.mark if deviation else ""

    @property
    def is_asked_for(self) -> bool:
        """Opened to change a number, for a metric that was chosen, or for one that nobody counts yet."""
        return self.is_bound or self.row_number is not None or "metric" in self.initial

    def _ask_for(self, metric: Metric | None) -> None:
        """Of a metric its name, and often its unit, are known; only a percentage has a numerator and a denominator.

        What was sent or stands there all the same is kept, so that it can be seen and refused; not so where the form
        only follows another metric.
        """
        parts = ("numerator", "denominator", "denominator_label")
        depends_on_others(self.fields["metric"])
        if metric is None:
            depends_on_others(*(self.fields[name] for name in ("name", "value", "unit", *parts)))
            self._leave_out(["unit_count"])
            return
        known = ["name"]
        if len(metric.units) == 1:
            known.append("unit")
        if metric.per is Per.ESTATE:
            known.append("unit_count")
        if metric.units == (PERCENT,):
            known.append("value")
            for name in parts:
                self.fields[name].required = True
        elif PERCENT in metric.units:
            depends_on_others(*(self.fields[name] for name in ("value", "unit", *parts)))
        else:
            known += parts
            self.fields["value"].required = True
            self.fields["value"].help_text = ""
        self._leave_out(known)

    def _leave_out(self, names: list[str]) -> None:
        told = self.data if self.is_bound else {} if self.is_fitting else self.initial
        for name in names:
            if not told.get(name) or (not self.is_bound and name in ("name", "unit", "value")):
                del self.fields[name]


def claim_values(claim: Claim) -> dict[str, Any]:
    names = ("number", "metric", "name", "unit", "unit_count", "denominator_label", "explanation")
    values = {name: getattr(claim, name) for name in names}
    for name in ("value", "numerator", "denominator"):
        amount = getattr(claim, name)
        values[name] = "" if amount is None else say(amount).replace(",", "")
    values |= {"period_from": claim.period_from, "period_to": claim.period_to}
    return values | {"kept": [str(each.pk) for each in claim.shown_evidence]}
