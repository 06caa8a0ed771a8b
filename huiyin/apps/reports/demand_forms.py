"""The forms of collecting demands: a resident's own, the community's for paper, visits and phone, and commands."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.apps.ledger.desk_fields import DayField, short
from huiyin.apps.ledger.limits import start_of
from huiyin.apps.reports.covered_words import COVERED
from huiyin.apps.reports.demand_page import DemandWork
from huiyin.apps.reports.services.voices import LONGEST_TEXT
from huiyin.domain.clocks import due_day
from huiyin.domain.demands import TYPED_IN, VOICE_SOURCE_LABELS
from huiyin.web.forms import Form, depends_on_others
from huiyin.web.now import now as clock

LONGEST_TITLE = 60


class VoiceForm(Form):
    """What a resident says by the QR page: the same as a line that stands, or something of its own."""

    demand = forms.ChoiceField(
        label=_("是不是这几条之一？"),
        help_text=_("一样的点一下就行，不用再写。"),
        required=False,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("最想让物业解决的事"),
        help_text=_("一次说一件。写清哪里、什么情况。不要写姓名、房号和电话。上面选了一样的，可以不写。"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    building = forms.CharField(label=_("几号楼"), help_text=_("物业会看到。"), max_length=40, required=False)
    nickname = forms.CharField(
        label=_("怎么称呼"), help_text=_("只有社区看到。"), max_length=20, required=False
    )

    def __init__(self, *args: Any, lines: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["demand"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*((str(pk), title) for pk, title in lines), ("", gettext("都不是，我另写一条"))]
        depends_on_others(self.fields["demand"], self.fields["text"])
        if not lines:
            del self.fields["demand"]
            self.fields["text"].required = True
            self.fields["text"].help_text = gettext(
                "一次说一件。写清哪里、什么情况。不要写姓名、房号和电话。"
            )
            self.fields["text"].error_messages["required"] = gettext("请写清楚是什么事。")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if (
            not cleaned.get("demand")
            and not (cleaned.get("text") or "").strip()
            and "text" not in self.errors
        ):
            self.add_error("text", gettext("请写清楚是什么事，或者在上面选一条一样的。"))
        return cleaned


class ListForm(Form):
    """A form that knows the list; `demand` says which line, so that several may stand on one page."""

    def __init__(self, *args: Any, work: DemandWork, line: Any = None, **kwargs: Any) -> None:
        self.work, self.line = work, line
        super().__init__(*args, **kwargs)
        self.prepare(work)

    def prepare(self, work: DemandWork) -> None:
        """Fill in the choices."""

    def choices(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class BareListForm(ListForm):
    """Nothing to fill in."""


class LineForm(ListForm):
    demand = forms.IntegerField(widget=forms.HiddenInput)

    def prepare(self, work: DemandWork) -> None:
        self.initial["demand"] = self.line.pk if self.line else None


class WordForm(LineForm):
    title = forms.CharField(label=_("诉求"), help_text=_("一句话，大家都看得懂。"), max_length=LONGEST_TITLE)
    category = forms.ChoiceField(label=_("类别"), required=False)

    def prepare(self, work: DemandWork) -> None:
        super().prepare(work)
        self.choices("category", [("", gettext("不分类")), *work.categories])
        if self.line is not None:
            self.initial.update({"title": self.line.title, "category": self.line.category})


class MergeForm(LineForm):
    into = forms.ChoiceField(label=_("并入哪一条"))

    def prepare(self, work: DemandWork) -> None:
        super().prepare(work)
        others = [row.demand for row in work.standing if self.line is None or row.demand.pk != self.line.pk]
        self.choices("into", [(str(each.pk), each.title) for each in others])


class SetAsideForm(LineForm):
    reason = forms.ChoiceField(label=_("为什么不列入"), help_text=_("会公开。"), widget=forms.RadioSelect)
    words = forms.CharField(label=_("补充说明"), required=False, widget=short(2))

    def prepare(self, work: DemandWork) -> None:
        super().prepare(work)
        self.choices("reason", [(each.code, each.sentence) for each in work.rules.demands.set_aside])


class RedactListForm(ListForm):
    """Words that masking missed, as they stand in a line or a voice."""

    words = forms.CharField(
        label=_("要遮盖的字"),
        help_text=_(
            "照清单里的写法填，如一个姓名。每一条诉求、每一句原话和连着的台账事项里都会换掉，请写全，免得别处也换了。"
        ),
        max_length=200,
    )
    replacement = forms.CharField(label=_("换成"), initial=COVERED, max_length=60)
    reason = forms.CharField(
        label=_("为什么遮盖"), help_text=_("会公开。不要再写那些字。"), max_length=200, widget=short(2)
    )


class TypeInForm(ListForm):
    """What was heard on a visit, on paper or by phone."""

    source = forms.ChoiceField(label=_("从哪里来"), widget=forms.RadioSelect)
    demand = forms.ChoiceField(label=_("和哪一条一样"), required=False)
    text = forms.CharField(
        label=_("原话"),
        help_text=_("照着写。姓名、房号、电话会自动遮盖；和上面选的一样，可以不写。"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=short(3),
    )
    building = forms.CharField(label=_("几号楼"), max_length=40, required=False)
    nickname = forms.CharField(label=_("称呼"), max_length=20, required=False)
    said_on = DayField(label=_("哪天说的"), help_text=_("不填就是今天。"), required=False)

    def prepare(self, work: DemandWork) -> None:
        self.choices("source", [(each.value, VOICE_SOURCE_LABELS[each]) for each in sorted(TYPED_IN)])
        lines = [(str(row.demand.pk), row.demand.title) for row in work.standing]
        self.choices("demand", [("", gettext("都不是，另起一条")), *lines])

    def clean_said_on(self) -> datetime | None:
        day: date | None = self.cleaned_data["said_on"]
        if day is None:
            return None
        if day > due_day(clock()):
            raise forms.ValidationError(gettext("这一天还没有到。"), code="future")
        return start_of(day)
