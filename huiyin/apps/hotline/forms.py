"""Forms of the hotline's import: the file and its source, why it is taken back, which estate is meant."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.apps.hotline.models import UnknownName
from huiyin.apps.hotline.reading import FORMATS
from huiyin.apps.imports.forms import TableFile
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
