"""What is answered to a demand, and why something that belongs into a report is missing."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.apps.ledger.desk_fields import short
from huiyin.apps.ledger.models import Case
from huiyin.apps.reports.desk_forms.fields import WorkForm
from huiyin.apps.reports.editor import Work
from huiyin.apps.reports.silence import Place
from huiyin.domain.case_numbers import canonical

LONGEST_NAME = 24
"""Of a passage in a list to choose from."""
NOWHERE = "none"
"""Chosen to take the pointing back."""


class AnswerForm(WorkForm):
    """What is answered to one demand; `key` is the demand."""

    demand = forms.IntegerField(widget=forms.HiddenInput)
    words = forms.CharField(
        label=_("怎样回应"), help_text=_("做到没有、为什么、什么时候办好。会公开。"), widget=short(3)
    )
    place = forms.ChoiceField(label=_("详细写在"), required=False)
    case = forms.CharField(
        label=_("台账编号"), help_text=_("已经登记的写编号，如 26-0041-738。"), max_length=20, required=False
    )
    commitment = forms.ChoiceField(label=_("对应的承诺"), required=False)

    def prepare(self, work: Work) -> None:
        self.choices("place", [(each.code, each.label) for each in work.rules.sections])
        self.choices(
            "commitment",
            [("", gettext("没有"))] + [(str(each.number), str(each)) for each in work.content.commitments],
        )
        self.initial.update({"demand": self.key, "place": self.initial["section"]})
        answer = next((each for each in work.content.topic_answers if each.demand_id == self.key), None)
        if answer is not None and not self.is_bound:
            self.initial.update(
                {
                    "words": answer.words,
                    "place": answer.section,
                    "case": answer.case.number if answer.case else "",
                    "commitment": str(answer.commitment.number) if answer.commitment else "",
                }
            )

    def clean_case(self) -> Case | None:
        told = self.cleaned_data["case"].strip()
        if not told:
            return None
        case = Case.objects.filter(number=canonical(told) or told, estate=self.work.report.estate).first()
        if case is None:
            raise forms.ValidationError(gettext("这个小区的台账里没有这个编号。"), code="no_such_case")
        return case


class PointForm(WorkForm):
    """Which passage answers a demand; `key` is the demand."""

    demand = forms.IntegerField(widget=forms.HiddenInput)
    place = forms.ChoiceField(
        label=_("哪一段回答了它"),
        help_text=_("先把正文保存好。那一段改了，要重新指；社区审定时会看您指的对不对。"),
    )

    def prepare(self, work: Work) -> None:
        places = [(each.anchor, named(each)) for each in work.topics.places]
        self.choices("place", [("", gettext("请选一段")), *places, (NOWHERE, gettext("都不是，不指了"))])
        self.initial["demand"] = self.key
        topic = next((each for each in work.topics.rows if each.demand.pk == self.key), None)
        if topic is not None and topic.pointed is not None and not self.is_bound:
            self.initial["place"] = topic.pointed.anchor

    def clean_place(self) -> str:
        """The anchor of a passage; empty to take the pointing back."""
        place: str = self.cleaned_data["place"]
        return "" if place == NOWHERE else place


def named(place: Place) -> str:
    """第五部分第 2 段：地下车库漏水还没有修好…"""
    words = place.read[:LONGEST_NAME]
    return f"{place.label}：{words}{'…' if len(place.read) > LONGEST_NAME else ''}"


class ExcuseForm(WorkForm):
    """Why something is missing; `key` is (what kind, which one)."""

    missing = forms.CharField(widget=forms.HiddenInput)
    key_of = forms.CharField(widget=forms.HiddenInput)
    words = forms.CharField(
        label=_("为什么没有"),
        help_text=_("会随报告公开。留空保存就是撤回说明。"),
        required=False,
        widget=short(2),
    )

    def prepare(self, work: Work) -> None:
        if self.key is None:
            return
        missing, key = self.key
        self.initial.update({"missing": str(missing), "key_of": key})
        row = next((each for each in work.content.excuses if (each.missing, each.key) == self.key), None)
        if row is not None and not self.is_bound:
            self.initial["words"] = row.words
