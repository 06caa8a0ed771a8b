"""Forms of the hotline: a file and its source, why it is taken back, which estate is meant, what is corrected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.apps.hotline.complaints import Complaint
from huiyin.apps.hotline.reading import FORMATS
from huiyin.apps.hotline.services.topics import LONGEST_TITLE
from huiyin.apps.imports.forms import TableFile
from huiyin.apps.ledger.desk_fields import radio
from huiyin.apps.ledger.models import Topic
from huiyin.apps.ledger.services.register import LONGEST_TEXT
from huiyin.apps.places.models import Estate
from huiyin.domain.policy_deadlines import UrgentClass
from huiyin.language.complaints.categories import CATEGORY_NAMES
from huiyin.language.masking import mask
from huiyin.web.forms import Form, depends_on_others


class UploadForm(Form):
    """Which file, and where such files come from."""

    source = forms.CharField(
        label=_("这份表从哪里来"),
        help_text=_("例如“街道接诉即办日报”。同一来源的列名只需核对一次。"),
        max_length=40,
        widget=forms.TextInput(attrs={"list": "sources", "autocomplete": "off"}),
        error_messages={"required": _("请写这份表从哪里来。")},
    )
    file = TableFile(label=_("诉求表格"), formats=FORMATS)


class UndoForm(Form):
    """Why an import is taken back."""

    reason = forms.CharField(
        label=_("为什么撤销"),
        help_text=_("记入历史，例如“文件选错了”。不要写姓名和电话。"),
        max_length=200,
        error_messages={"required": _("请写为什么撤销。")},
    )


class FindForm(Form):
    """Which complaint, by the number the hotline gave it."""

    number = forms.CharField(
        label=_("工单编号"),
        help_text=_("和 12345 系统里的一样，一个字不少。"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
        error_messages={"required": _("请写工单编号。")},
    )


class WhichEstateForm(Form):
    """Which estate is meant by what complaints write: its code, or its name as somebody wrote it."""

    estate = forms.CharField(
        max_length=60,
        widget=forms.TextInput(attrs={"list": "estates", "autocomplete": "off"}),
        error_messages={"required": _("请写是哪个小区。")},
    )

    def __init__(self, *args: Any, written: str, row: str, **kwargs: Any) -> None:
        """`row`: of the page, which may hold many such forms."""
        super().__init__(*args, auto_id=f"{row}_%s", **kwargs)
        self.fields["estate"].label = gettext("%(name)s是哪个小区") % {"name": written}


class CorrectForm(Form):
    """What a complaint is about; what is sent in unchanged stays as it was read."""

    KEEP, THIS, OTHER, NONE = "keep", "this", "other", "none"

    place = forms.ChoiceField(
        label=_("说的是哪个小区"),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选说的是哪个小区。")},
    )
    estate = forms.CharField(
        label=_("别的小区"),
        help_text=_("选“是别的小区”时填，从列表里选。"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"list": "estates", "autocomplete": "off"}),
    )
    property_related = forms.ChoiceField(
        label=_("是不是物业服务类"),
        choices=[("yes", _("是，归物业管")), ("no", _("不是"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选是不是物业服务类。")},
    )
    category = forms.ChoiceField(
        label=_("类别"),
        choices=[(name, name) for name in CATEGORY_NAMES],
        error_messages={"invalid_choice": _("请从列表里选类别。")},
    )
    reason = forms.CharField(
        label=_("原因"),
        help_text=_("记入历史，例如“原文写的是隔壁小区”。不要写姓名和电话。"),
        max_length=200,
        required=False,
    )

    def __init__(self, *args: Any, complaint: Complaint, estate: Estate | None, **kwargs: Any) -> None:
        told = {
            "place": self.KEEP,
            "property_related": "yes" if complaint.property_related else "no",
            "category": complaint.category,
        }
        super().__init__(*args, initial=told, **kwargs)
        choices = [(self.KEEP, gettext("先不定，照现在的") if estate is None else gettext("不改，照现在的"))]
        if estate is not None:
            choices.append((self.THIS, gettext("是%(estate)s") % {"estate": estate.name}))
        choices += [(self.OTHER, gettext("是别的小区")), (self.NONE, gettext("不归到小区"))]
        self.fields["place"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("place") == self.OTHER and not told.get("estate"):
            self.add_error("estate", gettext("请写是哪个小区。"))
        return told


class PublicWordsForm(Form):
    """How something of the hotline will stand in public.

    What masking would change is shown once before it is taken: `seen` is what was shown.
    """

    title = forms.CharField(
        label=_("标题"),
        help_text=_("机器从诉求里拟的，请改成居民一看就懂的话：什么地方、什么问题。"),
        max_length=LONGEST_TITLE,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("请写标题。")},
    )
    text = forms.CharField(
        label=_("公开的说明"),
        help_text=_("写清情况，不要写姓名、房号和电话，也不要照抄能认出是谁的话。"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("请写公开的说明。")},
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def _value(self, name: str) -> str:
        return " ".join(str(self[name].value() or "").split())

    @property
    def shown(self) -> tuple[str, str]:
        """Title and text as they would stand in public."""
        return mask(self._value("title")), mask(self._value("text"))

    @property
    def mark(self) -> str:
        return "\n".join(self.shown)

    @property
    def hides_something(self) -> bool:
        return self.shown != (self._value("title"), self._value("text"))

    @property
    def is_to_look_at(self) -> bool:
        """Only looked at, or something is hidden that was not shown so before."""
        return "look" in self.data or (self.hides_something and self.cleaned_data["seen"] != self.mark)

    @property
    def told(self) -> dict[str, Any]:
        return {"title": self.cleaned_data["title"], "text": self.cleaned_data["text"]}


class RegisterForm(PublicWordsForm):
    """A complaint as it enters the ledger, with how urgent it is there."""

    urgency = radio(_("紧急程度"), required=False)

    def __init__(self, *args: Any, urgent: Sequence[UrgentClass], written: str, **kwargs: Any) -> None:
        """`written`: the word of the file; which class it stands for is among the initial values."""
        super().__init__(*args, **kwargs)
        field = self.fields["urgency"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", gettext("不紧急")), *(each.choice for each in urgent)]
        hint = gettext("选了紧急的，期限按它的时限算，从登记时起。")
        if written and self.initial.get("urgency"):
            hint = gettext("工单上写的是“%(word)s”，已经按它选好。") % {"word": written} + hint
        elif written:
            hint = gettext("工单上写的是“%(word)s”，请看要不要选紧急的。") % {"word": written} + hint
        field.help_text = hint

    @property
    def told(self) -> dict[str, Any]:
        return super().told | {"urgency": self.cleaned_data["urgency"]}


class SendTopicForm(PublicWordsForm):
    """And which topic of the ledger it joins."""

    into = forms.ChoiceField(
        label=_("归入哪个热点"),
        help_text=_("同一件事归到一处，不要另起一个。"),
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, topics: Sequence[tuple[Topic, bool]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._topics = {str(topic.pk): topic for topic, _is_like in topics}
        like = gettext("%(title)s（看着像同一件事）")
        choices = [("", gettext("另起一个热点，用下面的标题"))]
        choices += [
            (str(topic.pk), like % {"title": topic.title} if is_like else topic.title)
            for topic, is_like in topics
        ]
        self.fields["into"].choices = choices  # type: ignore[attr-defined]
        depends_on_others(self.fields["into"])
        if not topics:
            del self.fields["into"]

    @property
    def told(self) -> dict[str, Any]:
        return super().told | {"into": self._topics.get(self.cleaned_data.get("into", ""))}
