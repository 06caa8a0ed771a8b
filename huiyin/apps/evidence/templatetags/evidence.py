"""{% load evidence %}: a photo in the sizes a screen needs, a before/after pair, a document to download."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import template
from django.forms import BoundField
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from huiyin.apps.evidence.models import Evidence, Rendition
from huiyin.apps.evidence.selectors import download_name, held_against, renditions
from huiyin.language.masking import mask
from huiyin.web.forms import field_context

register = template.Library()

# What the page's column is wide; the browser chooses the copy from it.
FULL = "(min-width: 768px) 30rem, 100vw"
HALF = "(min-width: 768px) 30rem, 50vw"


@dataclass(frozen=True)
class Figure:
    """What components draw of one photo: addresses, size, words."""

    webp: str
    jpeg: str
    src: str
    large: str
    width: int
    height: int
    sizes: str
    alt: str
    caption: str
    evidence: Evidence


@register.filter
def url_of(rendition: Rendition) -> str:
    """The public address of one copy."""
    token, name = rendition.path.rsplit("/", 2)[-2:]
    return reverse("evidence:rendition", args=[token, name])


@register.filter
def control(bound: BoundField) -> SafeString:
    """The bare input of a field, for a table whose head names it."""
    return SafeString(field_context(bound, {})["control"])


@register.inclusion_tag("evidence/_photo.html")
def photo(evidence: Evidence, sizes: str = FULL, alt: str = "") -> dict[str, Any]:
    """{% photo evidence %} with its caption and date; {% photo evidence sizes="8rem" alt="…" %}."""
    return {"evidence": evidence, "figure": figure_of(evidence, sizes=sizes, alt=alt)}


@register.inclusion_tag("evidence/_picture.html")
def picture(evidence: Evidence, sizes: str = FULL, alt: str = "") -> dict[str, Any]:
    """Only the picture, for lists and cards."""
    return {"figure": figure_of(evidence, sizes=sizes, alt=alt)}


@register.inclusion_tag("evidence/_before_after.html")
def before_after(
    before: Evidence, after: Evidence, before_at: Any = None, after_at: Any = None
) -> dict[str, Any]:
    """{% before_after before after %}: two captioned pictures with their dates.

    The date is the camera's, unless the page knows better (`before_at`, `after_at`); without either the
    picture says when it was uploaded.
    """
    sides = []
    for word, evidence, at in ((gettext("之前"), before, before_at), (gettext("之后"), after, after_at)):
        figure = figure_of(evidence, sizes=HALF, prefix=f"{word}：")
        sides.append({"word": word, "figure": figure, "at": at or evidence.captured_at, "evidence": evidence})
    return {"sides": sides, "is_whole": all(side["figure"] for side in sides)}


@register.inclusion_tag("evidence/_document.html")
def document(evidence: Evidence) -> dict[str, Any]:
    """{% document evidence %}: its name, kind, pages and size as a link; the page has asked whether it may be seen."""
    return {"evidence": evidence, "name": download_name(evidence)}


@register.inclusion_tag("evidence/_held_against.html")
def held(claimed_on: date, evidence: Evidence) -> dict[str, Any]:
    """{% held claimed_on evidence %}: the claimed day against the camera's, in a sentence, for the reviewer."""
    found = held_against(claimed_on, evidence)
    return {
        "outcome": found.outcome.value,
        "days": abs(found.days),
        "is_later": found.days > 0,
        "evidence": evidence,
    }


def figure_of(evidence: Evidence, *, sizes: str, alt: str = "", prefix: str = "") -> Figure | None:
    """None for a photo that is no longer shown. Free words are masked: they stand on public pages."""
    webp, jpeg = renditions(evidence, "webp"), renditions(evidence, "jpeg")
    if not webp or not jpeg:
        return None
    caption = mask(evidence.caption) if evidence.caption else ""
    said = alt or mask(evidence.alt) or caption or gettext("现场照片")
    middle = min(jpeg, key=lambda each: abs(each.width - 640))
    return Figure(
        webp=_srcset(webp),
        jpeg=_srcset(jpeg),
        src=url_of(middle),
        large=url_of(jpeg[-1]),
        width=middle.width,
        height=middle.height,
        sizes=sizes,
        alt=said if said.startswith(prefix) else f"{prefix}{said}",
        caption=caption,
        evidence=evidence,
    )


def _srcset(copies: list[Rendition]) -> str:
    return ", ".join(f"{url_of(each)} {each.width}w" for each in copies)
