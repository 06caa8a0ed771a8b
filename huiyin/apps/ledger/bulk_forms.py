"""The forms of acts on many cases."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.apps.ledger.models import Case, Topic
from huiyin.domain.ledger_rules import LIST_LABELS, CaseList
from huiyin.web.forms import Form

# A long-term case needs its own steps, so it is moved there one by one.
SHORT_LISTS = [(key.value, LIST_LABELS[key]) for key in (CaseList.IMMEDIATE, CaseList.SHORT_TERM)]


class BulkForm(Form):
    def __init__(self, *args: Any, cases: list[Case], **kwargs: Any) -> None:
        self.cases = cases
        super().__init__(*args, **kwargs)


class BulkAssignForm(BulkForm):
    case_list = forms.ChoiceField(
        label=_("列入哪个清单"),
        help_text=_("长期规划要写步骤，请一件一件分派。"),
        choices=SHORT_LISTS,
        initial=CaseList.SHORT_TERM.value,
        widget=forms.RadioSelect,
    )


class BulkListForm(BulkForm):
    case_list = forms.ChoiceField(label=_("改到哪个清单"), choices=SHORT_LISTS, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("为什么换清单"),
        help_text=_("会公开。"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class BulkTopicForm(BulkForm):
    topic = forms.ChoiceField(label=_("热点"), required=False)
    title = forms.CharField(label=_("或新开一个热点"), max_length=60, required=False)

    def __init__(self, *args: Any, cases: list[Case], **kwargs: Any) -> None:
        super().__init__(*args, cases=cases, **kwargs)
        self.topics = list(Topic.objects.filter(estate=cases[0].estate)) if cases[0].estate else []
        field = self.fields["topic"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("不归入热点")), *((str(each.pk), each.title) for each in self.topics)]

    def clean(self) -> dict[str, Any]:
        if len({case.estate_id for case in self.cases}) > 1 or self.cases[0].estate_id is None:
            raise forms.ValidationError(gettext("热点只能归并同一个小区的事项。请按小区筛选后再选。"))
        return super().clean() or self.cleaned_data

    def chosen_topic(self) -> Topic | None:
        wanted = self.cleaned_data["topic"]
        return next((each for each in self.topics if str(each.pk) == wanted), None)
