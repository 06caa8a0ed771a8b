"""What somebody wrote into a form that has lost its place: told once more, so that nothing is typed twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms


@dataclass(frozen=True)
class NotSaved:
    """Why it was not saved, and each field that was filled in: its label and its words."""

    sentences: list[str]
    words: list[tuple[str, str]]


def not_saved(form: forms.Form) -> NotSaved:
    """Of a bound form. Files are not told: no browser keeps them."""
    sentences = [str(each) for errors in form.errors.values() for each in errors]
    words = [(str(bound.label), _as_written(bound)) for bound in form.visible_fields()]
    return NotSaved(sentences, [(label, said) for label, said in words if said])


def _as_written(bound: forms.BoundField) -> str:
    if isinstance(bound.field, forms.FileField | forms.BooleanField):
        return ""
    told = bound.data if isinstance(bound.data, list | tuple) else [bound.data or ""]
    choices: Any = bound.field.choices if isinstance(bound.field, forms.ChoiceField) else ()
    labels = {str(value): str(label) for value, label in choices}
    return "、".join(labels.get(str(each), str(each)) for each in told if each)


def has_place(form: forms.Form, context: Any) -> bool:
    """Whether the page that is drawn from `context` has the form somewhere."""
    if isinstance(context, dict):
        return any(has_place(form, each) for each in context.values())
    if isinstance(context, list | tuple):
        return any(has_place(form, each) for each in context)
    return context is form
