"""Forms of the hotline: a file and its source, why it is taken back, which estate is meant, what is corrected."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.apps.hotline.complaints import Complaint
from huiyin.apps.hotline.models import Doubt, UnknownName
from huiyin.apps.hotline.reading import FORMATS
from huiyin.apps.imports.forms import TableFile
from huiyin.apps.places.models import Estate
from huiyin.language.complaints.categories import CATEGORY_NAMES
from huiyin.web.forms import Form


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


class ClaimForm(Form):
    """Which estate a name means: its code, or its name as somebody wrote it."""

    estate = forms.CharField(
        label=_("小区"),
        max_length=60,
        widget=forms.TextInput(attrs={"list": "estates", "autocomplete": "off"}),
        error_messages={"required": _("请写是哪个小区。")},
    )

    def __init__(self, *args: Any, name: UnknownName, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"n{name.pk}_%s", **kwargs)
        self.fields["estate"].label = gettext("%(name)s是哪个小区") % {"name": name.name}


class OtherEstateForm(Form):
    """Which estate the complaints of a doubt are about, if not the one that was read."""

    estate = forms.CharField(
        label=_("小区"),
        max_length=60,
        widget=forms.TextInput(attrs={"list": "estates", "autocomplete": "off"}),
        error_messages={"required": _("请写是哪个小区。")},
    )

    def __init__(self, *args: Any, doubt: Doubt, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"d{doubt.pk}_%s", **kwargs)
        self.fields["estate"].label = gettext("%(match)s是哪个小区") % {"match": doubt.match}


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
