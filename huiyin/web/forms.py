"""Forms in our markup: label, hint above the field, the error beside it, all errors listed above the form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from huiyin.domain.errors import RuleBroken
from huiyin.web.errors import sentence_of

CHOICES = (forms.RadioSelect, forms.CheckboxSelectMultiple)
_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.RadioSelect, "form-check-input"),
    (forms.CheckboxSelectMultiple, "form-check-input"),
    (forms.CheckboxInput, "form-check-input"),
    (forms.Select, "form-select"),
    (forms.FileInput, "form-control hy-file"),
    (forms.Widget, "form-control"),
)
# What a browser may fill in and which keyboard a phone shows, by the name of the field.
_KEYBOARDS = {
    "phone": {"inputmode": "tel", "autocomplete": "tel"},
    "code": {"inputmode": "numeric", "autocomplete": "one-time-code"},
}


class Form(forms.Form):
    """The form to derive from: its errors are in words, and it can show why a command was refused."""

    # The browser's own bubbles are pop-ups in its language, not ours: templates say novalidate.
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.data = with_plain_line_ends(self.data)
        for field in self.fields.values():
            say_what_is_missing(field)

    def add_refusal(self, refusal: RuleBroken) -> None:
        """Put the sentence beside the field it names, else above the form."""
        field = refusal.field if refusal.field in self.fields else None
        self.add_error(field, forms.ValidationError(sentence_of(refusal), code=refusal.code or "refused"))


def with_plain_line_ends(data: Any) -> Any:
    """What was posted, its lines ended as they are kept: browsers send CR LF, which counts twice and equals nothing."""
    if not isinstance(data, MultiValueDict) or not any("\r" in value for value in data.values()):
        return data
    plain = data.copy()
    for name, values in data.lists():
        plain.setlist(name, [value.replace("\r\n", "\n") for value in values])
    return plain


def say_what_is_missing(field: forms.Field) -> None:
    """Django's "this field is required", in the words of a person; a field's own sentence stays."""
    if field.error_messages.get("required") != forms.Field.default_error_messages["required"]:
        return
    if isinstance(field, forms.BooleanField):
        sentence = _("要勾选才能提交。")
    elif isinstance(field, forms.FileField):
        sentence = _("请选一个文件。")
    elif isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        sentence = _("请选一项。")
    else:
        sentence = _("这里要填写。")
    field.error_messages["required"] = sentence


def depends_on_others(*fields: forms.Field) -> None:
    """Whether these are needed depends on what else is filled in, as their hints say: not marked as optional."""
    for field in fields:
        field.depends = True  # type: ignore[attr-defined]


def css_class_of(widget: forms.Widget) -> str:
    return next(name for kind, name in _CLASSES if isinstance(widget, kind))


def loses_files(bound: BoundField) -> bool:
    """Whether files were sent with a form shown again: no browser keeps them, so they have to be chosen again."""
    return isinstance(bound.field.widget, forms.FileInput) and bound.html_name in bound.form.files


def field_context(bound: BoundField, changes: dict[str, Any]) -> dict[str, Any]:
    """What components/field.html draws: works with any form, also those of packages."""
    changes = dict(changes)
    widget = bound.field.widget
    hint = changes.pop("hint", bound.help_text)
    label = changes.pop("label", bound.label)
    many = isinstance(widget, CHOICES)
    single_box = isinstance(widget, forms.CheckboxInput)
    attrs: dict[str, Any] = {"class": f"{css_class_of(widget)} {widget.attrs.get('class', '')}".strip()}
    attrs.update(_KEYBOARDS.get(bound.name, {}))
    told_by = []
    if hint:
        told_by.append(f"{bound.auto_id}-hint")
    has_lost_files = loses_files(bound)
    if has_lost_files:
        told_by.append(f"{bound.auto_id}-again")
    if bound.errors:
        told_by.append(f"{bound.auto_id}-error")
        attrs["aria-invalid"] = "true"
    if told_by and not many:
        attrs["aria-describedby"] = " ".join(told_by)
    if bound.field.required and not many and not single_box:
        attrs["aria-required"] = "true"
    attrs.update(changes)
    return {
        "field": bound,
        "label": label,
        "hint": hint,
        "errors": bound.errors,
        "has_lost_files": has_lost_files,
        "is_group": many,
        "is_box": single_box,
        "is_hidden": bound.is_hidden,
        "is_optional": not (bound.field.required or single_box or getattr(bound.field, "depends", False)),
        "told_by": " ".join(told_by),
        "control": "" if many else bound.as_widget(attrs=attrs),
        "option_class": attrs["class"],
        "options": list(bound.subwidgets) if many else [],
    }
