"""The forms of maintenance records: one record, why it is corrected or taken back, words to cover."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.apps.evidence.forms import DocumentField, PhotoField
from huiyin.apps.ledger.desk_fields import DayField, short
from huiyin.apps.places.models import Engagement
from huiyin.apps.upkeep.drafts import LONGEST_NOTE, LONGEST_PLACE, LONGEST_REASON, RecordDraft, Rules
from huiyin.apps.upkeep.models import MaintenanceRecord
from huiyin.domain.errors import RuleBroken
from huiyin.domain.facts import plain
from huiyin.domain.maintenance_records import FIRST_DAY, recordable_units
from huiyin.domain.policy_metrics import Metric
from huiyin.web.forms import Form

LAST_DAY = date(2199, 12, 31)
# Letters in which the codes of the catalogue begin, with what they stand for.
GROUPS = {
    "E": _("设施设备"),
    "F": _("消防安全"),
    "C": _("保洁"),
    "W": _("垃圾分类"),
    "G": _("绿化"),
    "O": _("秩序"),
    "S": _("诉求和活动"),
    "M": _("收支和装修"),
}


def values_of(record: MaintenanceRecord) -> dict[str, Any]:
    """A record as its form shows it."""
    return {
        "what": key_of(record.metric, record.unit),
        "count": plain(record.count),
        "done_from": record.done_from,
        "done_to": None if record.done_to == record.done_from else record.done_to,
        "place": record.place,
        "note": record.note,
    }


class CountField(forms.DecimalField):
    """A number as people type it: with commas, full-width digits, spaces."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            error_messages={"invalid": _("请只写数字，如 6。")},
            **kwargs,
        )

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = unicodedata.normalize("NFKC", value).replace(",", "").replace(" ", "")
        return super().to_python(value)


class RecordForm(Form):
    """One record. What is done and the unit it is counted in are one choice, so that they always fit."""

    what = forms.ChoiceField(label=_("做了什么"))
    count = CountField(
        label=_("数量"),
        help_text=_("按括号里的单位写。电梯按部算：一天保养 6 部，写 6。该做没做的不用记。"),
    )
    done_from = DayField(label=_("哪天做的"), help_text=_("按月合计的写 1 日。"))
    done_to = DayField(label=_("到哪天"), required=False)
    place = forms.CharField(
        label=_("地点"),
        help_text=_("如：3号楼1单元电梯、地下二层水泵房。不写房号。"),
        max_length=LONGEST_PLACE,
        required=False,
    )
    note = forms.CharField(
        label=_("说明"),
        help_text=_("不写姓名和电话。"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=short(2),
    )
    photo = PhotoField(
        label=_("照片"), help_text=_("签字单、现场照片等，一张。照片和 PDF 只附一样。"), required=False
    )
    document = DocumentField(label=_("PDF 文件"), help_text=_("保养单、检测报告等。"), required=False)

    def __init__(self, *args: Any, rules: Rules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        what = self.fields["what"]
        assert isinstance(what, forms.ChoiceField)
        what.choices = [("", gettext("请选择")), *_choices(rules.metrics.values())]
        self.fields["done_to"].help_text = gettext("一天的不填；最多概括 %(n)s 天。") % {
            "n": rules.longest_days
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("photo") and cleaned.get("document"):
            self.add_error("document", gettext("照片和 PDF 只附一样。"))
        return cleaned

    def add_refusal(self, refusal: RuleBroken) -> None:
        if refusal.field in ("metric", "unit"):
            refusal.field = "what"
        super().add_refusal(refusal)

    @property
    def draft(self) -> RecordDraft:
        told = self.cleaned_data
        metric, _sign, unit = told["what"].partition(" ")
        return RecordDraft(
            metric=metric,
            unit=unit,
            count=told["count"],
            done_from=told["done_from"],
            done_to=told["done_to"],
            place=told["place"],
            note=told["note"],
        )

    @property
    def paper(self) -> UploadedFile[Any] | None:
        return self.cleaned_data.get("document") or self.cleaned_data.get("photo")

    @property
    def paper_name(self) -> str:
        """What was done and when, to be found again by it."""
        label = dict(self._flat_choices())[self.cleaned_data["what"]]
        return f"{label} {self.cleaned_data['done_from']:%Y-%m-%d}"

    def _flat_choices(self) -> list[tuple[str, str]]:
        what = self.fields["what"]
        assert isinstance(what, forms.ChoiceField)
        groups: Any = what.choices
        return [pair for _group, pairs in list(groups)[1:] for pair in pairs]


class NewRecordForm(RecordForm):
    engagement = forms.ChoiceField(label=_("哪个小区"))
    field_order = ["engagement"]

    def __init__(self, *args: Any, engagements: Iterable[Engagement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.engagements = {str(each.pk): each for each in engagements}
        field = self.fields["engagement"]
        assert isinstance(field, forms.ChoiceField)
        names = engagement_names(self.engagements.values())
        choices = [(key, names[each.pk]) for key, each in self.engagements.items()]
        field.choices = choices if len(choices) == 1 else [("", gettext("请选择")), *choices]

    @property
    def chosen(self) -> Engagement:
        return self.engagements[self.cleaned_data["engagement"]]


class CorrectionForm(RecordForm):
    reason = forms.CharField(
        label=_("为什么更正"),
        help_text=_("和原来的一条一起留着，看得到。"),
        max_length=LONGEST_REASON,
        widget=short(2),
    )


class VoidForm(Form):
    reason = forms.CharField(
        label=_("为什么撤回"),
        help_text=_("如：这一天记了两次。撤回的不再计数，记录还看得到。"),
        max_length=LONGEST_REASON,
        widget=short(2),
    )


class CoverForm(Form):
    secret = forms.CharField(
        label=_("要遮盖的字"), help_text=_("照记录里的写法，如姓名。"), max_length=LONGEST_REASON
    )
    reason = forms.CharField(label=_("为什么遮盖"), max_length=LONGEST_REASON)


def key_of(metric: str, unit: str) -> str:
    return f"{metric} {unit}"


def _choices(metrics: Iterable[Metric]) -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for metric in metrics:
        group = groups.setdefault(str(GROUPS.get(metric.code[0], metric.code[0])), [])
        for unit in recordable_units(metric):
            group.append((key_of(metric.code, unit), f"{metric.code} {metric.name}（{unit}）"))
    return list(groups.items())


def engagement_names(engagements: Iterable[Engagement]) -> dict[int, str]:
    """The estate; with the company and since when where one estate stands there twice."""
    rows = list(engagements)
    estates = [each.estate_id for each in rows]
    return {
        each.pk: each.estate.name
        if estates.count(each.estate_id) == 1
        else gettext("%(estate)s（%(company)s，自 %(since)s）")
        % {"estate": each.estate.name, "company": each.company.name, "since": each.starts_on.isoformat()}
        for each in rows
    }


def month_of(told: str) -> date | None:
    """2026-11 as its first day; None for anything else."""
    return day_of(f"{told.strip()}-01")


def day_of(told: str) -> date | None:
    """2026-11-27; None for anything else, or for a day nothing was recorded on."""
    try:
        day = date.fromisoformat(told.strip())
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None
