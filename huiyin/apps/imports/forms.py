"""Forms of the import pages: the file, its columns, its sheet."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.apps.imports import kinds
from huiyin.apps.imports.kinds import Field, ImportKind
from huiyin.apps.imports.models import Import
from huiyin.apps.imports.reading import usable_headers
from huiyin.domain.access import Actor
from huiyin.web.forms import Form, field_context

COLUMN = "column_"
OPTION = "option_"


class UploadForm(Form):
    """Which kind, which file."""

    kind = forms.ChoiceField(
        label=_("这是什么表"),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一种表。"), "invalid_choice": _("请选一种表。")},
    )
    file = forms.FileField(
        label=_("表格文件"),
        help_text=_("收 .xlsx、.xls、.csv。第一行写列名，列的先后不限，下一步可以核对。"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        error_messages={
            "required": _("请选一个文件。"),
            "empty": _("文件是空的。"),
            "missing": _("请选一个文件。"),
        },
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = kinds.kinds_of(actor)
        self.fields["kind"].choices = [(kind.name, kind.label) for kind in allowed]  # type: ignore[attr-defined]
        if len(allowed) == 1:
            self.fields["kind"].initial = allowed[0].name

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        limit = settings.UPLOAD_MAX_BYTES
        if file.size and file.size > limit:
            words = gettext("文件超过 %(max)s MB，请拆成几个文件分别导入。")
            raise forms.ValidationError(words % {"max": limit // (1024 * 1024)})
        return file


class SheetForm(Form):
    """Another sheet of the same file."""

    sheet = forms.ChoiceField(label=_("工作表"))

    def __init__(self, *args: Any, import_: Import, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"sheet": import_.sheet})
        super().__init__(*args, **kwargs)
        self.fields["sheet"].choices = [(name, name) for name in import_.sheets]  # type: ignore[attr-defined]


class MappingForm(Form):
    """One select per field of the kind, then the kind's own questions. Rules are the service's."""

    def __init__(self, *args: Any, import_: Import, kind: ImportKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        headers = [("", gettext("不导入这一项")), *_headers_with_examples(import_)]
        for field in kind.fields:
            self.fields[COLUMN + field.key] = forms.ChoiceField(
                label=field.label,
                required=False,
                choices=headers,
                initial=import_.mapping.get(field.key, ""),
                help_text=_hint(field),
                error_messages={"invalid_choice": gettext("文件里没有这一列。")},
            )
        for field in kind.options:
            self.fields[OPTION + field.key] = _option_field(field, import_.options.get(field.key, ""))

    @property
    def columns(self) -> list[tuple[Field, forms.BoundField, str]]:
        """Field, its bound select, and the select drawn with what it needs to be told apart by ear."""
        bound = [(field, self[COLUMN + field.key]) for field in self.kind.fields]
        return [(field, select, field_context(select, {})["control"]) for field, select in bound]

    @property
    def option_fields(self) -> list[forms.BoundField]:
        return [self[OPTION + field.key] for field in self.kind.options]

    @property
    def mapping(self) -> dict[str, str]:
        return {field.key: self.cleaned_data[COLUMN + field.key] for field in self.kind.fields}

    @property
    def options(self) -> dict[str, str]:
        return {field.key: self.cleaned_data[OPTION + field.key] for field in self.kind.options}


def _headers_with_examples(import_: Import) -> list[tuple[str, str]]:
    examples = dict(zip(import_.headers, import_.examples, strict=False))
    return [
        (name, gettext("%(name)s（如：%(example)s）") % {"name": name, "example": examples[name]})
        if examples.get(name)
        else (name, name)
        for name in usable_headers(import_.headers)
    ]


_EXPECTED = {
    "integer": _("整数"),
    "decimal": _("数字"),
    "date": _("日期"),
    "datetime": _("日期和时间"),
    "yes_no": _("是或否"),
}


def _hint(field: Field) -> str:
    """What stands in the column, in few words."""
    if field.hint:
        return field.hint
    if field.kind == "choice":
        return gettext("可选：%(words)s") % {"words": "、".join(field.choices.values())}
    expected = str(_EXPECTED.get(field.kind, ""))
    return "" if expected in field.label else expected


def _option_field(field: Field, given: str) -> forms.Field:
    told: dict[str, Any] = {
        "label": field.label,
        "required": field.required,
        "help_text": field.hint,
        "initial": given,
        "error_messages": {"required": gettext("请填写这一项。")},
    }
    if field.kind == "choice":
        choices = list(field.choices.items())
        return forms.ChoiceField(choices=choices if field.required else [("", "—"), *choices], **told)
    return forms.CharField(max_length=field.max_length or 200, **told)
