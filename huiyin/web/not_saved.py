"""What somebody wrote into a form that has lost its place: told once more, so that nothing is typed twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django import forms

F = TypeVar("F", bound=forms.Form)


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


class CameBack(Generic[F]):
    """Forms that were refused, by the name of their command, on the way to their place on the page.

    Whatever draws a form takes it from here. What nobody has taken once the page is put together has lost its place,
    as the row it was about is gone: its words are told above (`lost`).
    """

    def __init__(self, forms: Mapping[str, F] | None = None) -> None:
        self._forms = dict(forms or {})
        self._taken: set[str] = set()

    def take(self, command: str, **told: object) -> F | None:
        """The form to be drawn; with `told` only where it was sent for that row: take("move-promise", promise=3)."""
        form = self._forms.get(command)
        if form is None or any(str(form.data.get(name)) != str(value) for name, value in told.items()):
            return None
        self._taken.add(command)
        return form

    def look_at(self, command: str) -> F | None:
        """To say beside something else why it was refused; that is no place for what was written into it."""
        return self._forms.get(command)

    @property
    def lost(self) -> list[NotSaved]:
        return [not_saved(form) for name, form in self._forms.items() if name not in self._taken]
