"""Forms of the hotline's import: the file and its source, its columns, why it is taken back, which estate is meant."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.apps.hotline.models import HotlineImport, UnknownName
from huiyin.apps.hotline.reading import COLUMNS, Field
from huiyin.web.forms import Form, field_context

COLUMN = "column_"


class UploadForm(Form):
    """Which file, and where such files come from."""

    source = forms.CharField(
        label=_("这份表从哪里来"),
        help_text=_("例如“街道接诉即办日报”。同一来源的列名只需核对一次。"),
        max_length=40,
        widget=forms.TextInput(attrs={"list": "sources", "autocomplete": "off"}),
        error_messages={"required": _("请写这份表从哪里来。")},
    )
    file = forms.FileField(
        label=_("诉求表格"),
        help_text=_("收 .xlsx、.xls、.csv。第一行写列名，列的先后不限，下一步可以核对。"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        error_messages={
            "required": _("请选一个文件。"),
            "empty": _("文件是空的。"),
            "missing": _("请选一个文件。"),
        },
    )

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        limit = settings.UPLOAD_MAX_BYTES
        if file.size and file.size > limit:
            words = gettext("文件超过 %(max)s MB，请按月拆成几个文件分别导入。")
            raise forms.ValidationError(words % {"max": limit // (1024 * 1024)})
        return file


class MappingForm(Form):
    """One select per field of a complaint. Rules are the service's."""

    def __init__(self, *args: Any, import_: HotlineImport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        headers = [("", gettext("不导入这一项")), *((name, name) for name in import_.headers if name)]
        for field in COLUMNS:
            self.fields[COLUMN + field.key] = forms.ChoiceField(
                label=field.label,
                required=False,
                choices=headers,
                initial=import_.mapping.get(field.key, ""),
                help_text=field.hint,
                error_messages={"invalid_choice": gettext("文件里没有这一列。")},
            )

    @property
    def columns(self) -> list[tuple[Field, forms.BoundField, str]]:
        """Field, its bound select, and the select drawn with what it needs to be told apart by ear."""
        bound = [(field, self[COLUMN + field.key]) for field in COLUMNS]
        return [(field, select, field_context(select, {})["control"]) for field, select in bound]

    @property
    def mapping(self) -> dict[str, str]:
        return {field.key: self.cleaned_data[COLUMN + field.key] for field in COLUMNS}


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
