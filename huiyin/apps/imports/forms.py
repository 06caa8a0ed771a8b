"""Forms of the import pages: the file, its columns, its sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.apps.imports import kinds
from huiyin.apps.imports.columns import PREFIX
from huiyin.apps.imports.kinds import Field, ImportKind
from huiyin.apps.imports.models import Import
from huiyin.apps.imports.reading import usable_headers
from huiyin.domain.access import Actor
from huiyin.web.forms import Form, field_context

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

OPTION = "option_"


class TableFile(forms.FileField):
    """A table as people bring it: which formats the browser offers, and how large it may be."""

    def __init__(self, *, label: StrOrPromise, formats: Sequence[str] = (".xlsx", ".xls", ".csv")) -> None:
        super().__init__(
            label=label,
            help_text=format_lazy(
                _("收 {formats}。第一行写列名，列的先后不限，下一步可以核对。"), formats="、".join(formats)
            ),
            widget=forms.FileInput(attrs={"accept": ",".join(formats)}),
            error_messages={
                "required": _("请选一个文件。"),
                "empty": _("文件是空的。"),
                "missing": _("请选一个文件。"),
            },
        )

    def clean(self, data: Any, initial: Any = None) -> Any:
        file: UploadedFile[bytes] = super().clean(data, initial)
        limit = settings.UPLOAD_MAX_BYTES
        if file and file.size and file.size > limit:
            words = gettext("文件超过 %(max)s MB，请拆成几个文件分别导入。")
            raise forms.ValidationError(words % {"max": limit // (1024 * 1024)})
        return file


class UploadForm(Form):
    """Which kind, which file."""

    kind = forms.ChoiceField(
        label=_("这是什么表"),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一种表。"), "invalid_choice": _("请选一种表。")},
    )
    file = TableFile(label=_("表格文件"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = kinds.kinds_of(actor)
        self.fields["kind"].choices = [(kind.name, kind.label) for kind in allowed]  # type: ignore[attr-defined]
        if len(allowed) == 1:
            self.fields["kind"].initial = allowed[0].name


class SheetForm(Form):
    """Another sheet of the same file."""

    sheet = forms.ChoiceField(label=_("工作表"))

    def __init__(self, *args: Any, import_: Import, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"sheet": import_.sheet})
        super().__init__(*args, **kwargs)
        self.fields["sheet"].choices = [(name, name) for name in import_.sheets]  # type: ignore[attr-defined]


class ColumnsForm(Form):
    """One select per field: in which column it stands. Rules are the service's."""

    def __init__(
        self,
        *args: Any,
        fields: Sequence[Field],
        headers: Sequence[tuple[str, str]],
        mapping: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        """`headers`: as they are called and as they are shown; `mapping`: what is chosen at first."""
        super().__init__(*args, **kwargs)
        self._asked = fields
        for field in fields:
            self.fields[PREFIX + field.key] = forms.ChoiceField(
                label=field.label,
                required=False,
                choices=[("", gettext("不导入这一项")), *headers],
                initial=mapping.get(field.key, ""),
                help_text=_hint(field),
                error_messages={"invalid_choice": gettext("文件里没有这一列。")},
            )

    @property
    def columns(self) -> list[tuple[Field, forms.BoundField, str]]:
        """Field, its bound select, and the select drawn with what it needs to be told apart by ear."""
        bound = [(field, self[PREFIX + field.key]) for field in self._asked]
        return [(field, select, field_context(select, {})["control"]) for field, select in bound]

    @property
    def mapping(self) -> dict[str, str]:
        return {field.key: self.cleaned_data[PREFIX + field.key] for field in self._asked}


class MappingForm(ColumnsForm):
    """The columns of a kind, then its own questions."""

    def __init__(self, *args: Any, import_: Import, kind: ImportKind, **kwargs: Any) -> None:
        headers = _headers_with_examples(import_)
        super().__init__(*args, fields=kind.fields, headers=headers, mapping=import_.mapping, **kwargs)
        self.kind = kind
        for field in kind.options:
            self.fields[OPTION + field.key] = _option_field(field, import_.options.get(field.key, ""))

    @property
    def option_fields(self) -> list[forms.BoundField]:
        return [self[OPTION + field.key] for field in self.kind.options]

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
