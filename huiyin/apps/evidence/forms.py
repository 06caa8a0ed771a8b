"""Fields for bringing photos and documents, reusable by the apps above, and the forms of the desk pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.apps.evidence import documents, pictures
from huiyin.apps.evidence.models import Evidence
from huiyin.apps.evidence.pictures import MAX_BOXES, MAX_PHOTOS, Box
from huiyin.domain.errors import RuleBroken
from huiyin.web.errors import sentence_of
from huiyin.web.forms import Form

Role = Literal["before", "after", "other"]
HINT = _("JPEG、PNG、WebP 或 HEIC，每张不超过 15 MB。公开前会去掉拍摄地点等信息。")
DOCUMENT_HINT = _("PDF，不超过 15 MB、200 页。公开前会去掉作者等信息，页面上的内容不会遮盖，请自己先看一遍。")


@dataclass(frozen=True)
class Brought:
    """One file of a form and what it shows: the state before, after, or something other."""

    role: Role
    file: UploadedFile[Any]


class PhotoInput(forms.FileInput):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {
                "accept": "image/jpeg,image/png,image/webp,image/heic,image/heif",
                "data-photos": True,
                "data-most": 1,
                "data-largest": pictures.MAX_BYTES,
                **(attrs or {}),
            }
        )


class PhotosInput(PhotoInput):
    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"data-most": MAX_PHOTOS, **(attrs or {})})


class PhotoField(forms.FileField):
    """One photo. Size and kind are checked here, the whole file when `add_photo` reads it."""

    widget = PhotoInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if isinstance(upload, UploadedFile):
            try:
                pictures.check_at_the_door(upload)
            except RuleBroken as refusal:
                raise forms.ValidationError(sentence_of(refusal), code=refusal.code) from refusal
        return upload


class PhotosField(PhotoField):
    """Up to `limit` photos in one field; cleans to a list of uploads."""

    widget = PhotosInput

    def __init__(self, *, limit: int = MAX_PHOTOS, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.limit = limit

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if not files:
            super().clean(None, initial)
            return []
        if len(files) > self.limit:
            raise forms.ValidationError(
                gettext("最多传 %(limit)s 张，现在选了 %(count)s 张。"),
                code="too_many_photos",
                params={"limit": self.limit, "count": len(files)},
            )
        cleaned = []
        for number, each in enumerate(files, start=1):
            try:
                cleaned.append(super().clean(each, initial))
            except forms.ValidationError as error:
                raise forms.ValidationError(
                    gettext("第 %(number)s 张：%(reason)s"),
                    code=error.code,
                    params={"number": number, "reason": " ".join(error.messages)},
                ) from error
        return cleaned


class DocumentInput(forms.FileInput):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"accept": "application/pdf", **(attrs or {})})


class DocumentField(forms.FileField):
    """One PDF. Size and kind are checked here, the whole file when `add_document` reads it."""

    widget = DocumentInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if isinstance(upload, UploadedFile):
            try:
                documents.check_at_the_door(upload)
            except RuleBroken as refusal:
                raise forms.ValidationError(sentence_of(refusal), code=refusal.code) from refusal
        return upload


class PhotosForm(Form):
    """To derive from: a before/after pair, further photos, at most six together."""

    photo_before = PhotoField(label=_("之前的照片"), help_text=HINT, required=False)
    photo_after = PhotoField(
        label=_("之后的照片"), help_text=_("尽量从同一个位置、同一个角度拍。"), required=False
    )
    photos = PhotosField(label=_("其他照片"), help_text=HINT, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        before, after = cleaned.get("photo_before"), cleaned.get("photo_after")
        if bool(before) != bool(after) and not (
            self.has_error("photo_before") or self.has_error("photo_after")
        ):
            self.add_error(
                "photo_after" if before else "photo_before",
                gettext("对比要有两张：请把之前和之后的都选上，或把这一张放到“其他照片”。"),
            )
        if len(self.brought()) > MAX_PHOTOS:
            self.add_error("photos", gettext("连同对比照片，最多 %(limit)s 张。") % {"limit": MAX_PHOTOS})
        return cleaned

    def brought(self) -> list[Brought]:
        """The files of a cleaned form, before and after first."""
        pair: list[tuple[Role, str]] = [("before", "photo_before"), ("after", "photo_after")]
        found = [Brought(role, file) for role, name in pair if (file := self.cleaned_data.get(name))]
        return found + [Brought("other", file) for file in self.cleaned_data.get("photos") or []]


class BoxForm(Form):
    """One covered area in per cent of the picture, from its left upper corner."""

    x = forms.FloatField(label=_("左边距"), min_value=0, max_value=100, required=False)
    y = forms.FloatField(label=_("上边距"), min_value=0, max_value=100, required=False)
    w = forms.FloatField(label=_("宽"), min_value=0, max_value=100, required=False)
    h = forms.FloatField(label=_("高"), min_value=0, max_value=100, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.update({"step": "0.1", "inputmode": "decimal", "autocomplete": "off"})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        given = [cleaned.get(side) for side in "xywh"]
        if not self.errors and any(given) and not all([cleaned.get("w"), cleaned.get("h")]):
            raise forms.ValidationError(gettext("要遮盖的地方，宽和高都要填。"), code="box_incomplete")
        return cleaned

    @property
    def number(self) -> int:
        """Which row it is, from 1."""
        return int(str(self.prefix).rsplit("-", 1)[-1]) + 1

    @property
    def sides(self) -> tuple[float, float, float, float] | None:
        """x, y, w, h in per cent as typed, also before cleaning; None while there is nothing to draw."""
        values = []
        for side in "xywh":
            try:
                values.append(float(self[side].value() or 0))
            except (TypeError, ValueError):
                return None
        x, y, w, h = values
        return (x, y, w, h) if w > 0 and h > 0 else None

    def box(self) -> Box | None:
        """The cleaned area as fractions, cut at the picture's edge; None for an empty row."""
        if not self.cleaned_data.get("w"):
            return None
        x, y, w, h = ((self.cleaned_data.get(side) or 0.0) / 100 for side in "xywh")
        return Box(x, y, min(w, 1 - x), min(h, 1 - y))


BoxFormSet = forms.formset_factory(BoxForm, extra=MAX_BOXES, max_num=MAX_BOXES, validate_max=True)


def boxes_of(evidence: Evidence) -> list[dict[str, float]]:
    """Present boxes as initial values of the formset, in per cent."""
    return [{side: round(box[side] * 100, 1) for side in "xywh"} for box in evidence.redactions]


class WithdrawForm(Form):
    reason = forms.CharField(
        label=_("为什么撤下"),
        help_text=_("会留在它的记录里。"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请写一句为什么撤下。")},
    )
