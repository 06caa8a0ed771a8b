"""{% load hy %}: icons, chips, dates, due dates, fields, links that may not exist yet. Cheap: used 50 times a page."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField
from django.template.base import FilterExpression, Node, NodeList, Parser, Token
from django.template.loader import get_template
from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils.html import escape, format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe

from huiyin.web import dates
from huiyin.web.chips import Chip, chip_html, look_of
from huiyin.web.forms import field_context
from huiyin.web.icons import icon_html
from huiyin.web.idempotency import FIELD as IDEMPOTENCY_FIELD
from huiyin.web.idempotency import key_for_form
from huiyin.web.words import language, word

register = template.Library()
Moment = date | datetime | None


class _FixedNode(Node):
    """Text known when the template is read, made at the first drawing (static addresses are known only then)."""

    def __init__(self, name: str, label: str) -> None:
        self.name, self.label = name, label

    def render(self, context: template.Context) -> SafeString:
        return icon_html(self.name, self.label)


class _IconNode(Node):
    def __init__(self, name: FilterExpression, label: FilterExpression | None) -> None:
        self.name, self.label = name, label

    def render(self, context: template.Context) -> SafeString:
        label = self.label.resolve(context) if self.label else ""
        return icon_html(str(self.name.resolve(context)), str(label))


@register.tag
def icon(parser: Parser, token: Token) -> Node:
    """{% icon "clock" %} or {% icon name "what it means" %}; without a meaning it is decoration."""
    parts = token.split_contents()[1:]
    if not 1 <= len(parts) <= 2:
        raise template.TemplateSyntaxError('{% icon "name" "label" %} takes one or two values')
    literal = [p[1:-1] if p[0] in "\"'" and p[-1] == p[0] else None for p in parts]
    if len(parts) == 1 and literal[0] is not None:
        return _FixedNode(literal[0], "")
    compiled = [parser.compile_filter(p) for p in parts]
    return _IconNode(compiled[0], compiled[1] if len(compiled) > 1 else None)


class _ChipNode(Node):
    def __init__(self, values: list[FilterExpression]) -> None:
        self.values = values

    def render(self, context: template.Context) -> SafeString:
        state, *words = (value.resolve(context) for value in self.values)
        if words:
            return chip_html(str(state), str(words[0]), str(words[1]))
        return state.html() if isinstance(state, Chip) else look_of(str(state)).html()


@register.tag
def chip(parser: Parser, token: Token) -> Node:
    """{% chip case.status %} for a registered state or a Chip; {% chip "warn" "clock" "等确认" %} for another word."""
    parts = token.split_contents()[1:]
    if len(parts) not in (1, 3):
        raise template.TemplateSyntaxError("{% chip state %} or {% chip kind icon label %}")
    return _ChipNode([parser.compile_filter(part) for part in parts])


# --- dates ---------------------------------------------------------------------------------------------------


@register.filter
def day(value: Moment) -> SafeString | str:
    """6月18日; with the year if it is another year."""
    return dates.day_html(value) if value else ""


@register.filter
def full_day(value: Moment) -> SafeString | str:
    """2026年6月18日."""
    return dates.day_html(value, year=True) if value else ""


@register.filter
def due_when(value: Moment) -> SafeString | str:
    """6月18日; a limit in hours with its hour."""
    return dates.due_html(value) if value else ""


@register.filter
def full_due(value: Moment) -> SafeString | str:
    """2026年6月18日, with the hour likewise."""
    if not value:
        return ""
    hour = dates.due_hour(value)
    return format_html("{} {}", dates.day_html(value, year=True), hour) if hour else full_day(value)


@register.filter
def month(value: Moment) -> SafeString | str:
    """2026年6月."""
    return dates.month_html(value) if value else ""


@register.filter
def stamp(value: Moment) -> SafeString | str:
    """6月18日 16:20, for what was recorded."""
    return dates.stamp_html(value) if value else ""


@register.filter
def weekday(value: Moment) -> str:
    """周四."""
    return dates.weekday_words(value) if value else ""


@register.simple_tag
def when(value: Moment) -> SafeString | str:
    """6月18日 上午 9:30, for what people wait for."""
    return dates.when_html(value) if value else ""


@register.simple_tag
def duepair(first: Moment, current: Moment) -> SafeString | str:
    """The first due date struck through and the current one large; only one if it never moved."""
    if first is None or current is None:
        return ""
    shown, promised = dates.due_html(current), dates.due_html(first)
    now_words = f'<b><span class="visually-hidden">{word("现在期限")}</span>{shown}</b>'
    was = ""
    if promised != shown:
        was = f'<s><span class="visually-hidden">{word("最初期限")}</span>{promised}</s>'
    return mark_safe(f'<p class="hy-duepair">{was}{now_words}</p>')  # noqa: S308


@register.simple_tag
def due(first: Moment, current: Moment) -> SafeString | str:
    """The same for a cell of a table: <s>6月8日</s> 6月16日."""
    if first is None or current is None:
        return ""
    words, promised = dates.due_html(current), dates.due_html(first)
    if promised != words:
        said = word("最初期限")
        was = f'<s><span class="visually-hidden">{said}</span>{promised}</s>'
        words = mark_safe(f"{was} {words}")  # noqa: S308
    return words


@register.filter
def tel(phone: str) -> SafeString:
    """A number one can tap: <a href="tel:010-55500101">010-5550 0101</a>."""
    number = escape(phone)
    return mark_safe(f'<a class="hy-nowrap" href="tel:{number.replace(" ", "")}">{number}</a>')  # noqa: S308


# --- numbers -------------------------------------------------------------------------------------------------


@register.filter
def count(value: int | None) -> str:
    """1268 → 1,268."""
    return "" if value is None else f"{value:,}"


@register.filter
def plain(number: float) -> str:
    """A number as SVG wants it: 12.5 whatever the language."""
    return f"{number:g}"


@register.simple_tag
def bar(part: float, whole: float) -> SafeString:
    """The bar under a number: `part` of `whole`; the words beside it say the same."""
    width = round(max(0.0, min(1.0, part / whole)) * 100, 1) if whole else 0.0
    return mark_safe(  # noqa: S308
        '<svg class="hy-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="100" height="8"/><rect width="{width:g}" height="8"/></svg>'
    )


@register.simple_tag
def percent(part: float, whole: float) -> str:
    """65.6%; a dash where there is nothing to divide by."""
    return f"{part / whole * 100:.1f}%" if whole else "–"


# --- forms ---------------------------------------------------------------------------------------------------


@register.simple_tag
def field(bound: BoundField, **changes: Any) -> SafeString:
    """A field in our markup: label, hint above, the error beside it. {% field form.text rows=6 hint="…" %}"""
    return mark_safe(get_template("components/field.html").render(field_context(bound, changes)))  # noqa: S308


@register.inclusion_tag("components/form_errors.html")
def form_errors(*forms: Any, title: str = "") -> dict[str, Any]:
    """What is to be mended, in one place above the form, each a link to its field; `title` where nothing is sent in."""
    return {
        "forms": [form for form in forms if form is not None and form.is_bound and form.errors],
        "title": title,
    }


@register.simple_tag(takes_context=True)
def idempotency_key(context: template.Context) -> SafeString:
    """A hidden field; the same text sent twice is registered once (web/idempotency.py)."""
    key = key_for_form(context.get("request"))
    return mark_safe(f'<input type="hidden" name="{IDEMPOTENCY_FIELD}" value="{escape(key)}">')  # noqa: S308


# --- parts that stay the same ---------------------------------------------------------------------------------

_MOST_KEPT = 512
_kept_parts: dict[tuple[object, ...], str] = {}


class _KeptNode(Node):
    def __init__(self, nodelist: NodeList, name: str, values: list[FilterExpression]) -> None:
        self.nodelist, self.name, self.values = nodelist, name, values

    def render(self, context: template.Context) -> SafeString:
        key = (self.name, get_urlconf(), language(), *(str(value.resolve(context)) for value in self.values))
        found = _kept_parts.get(key)
        if found is None:
            found = self.nodelist.render(context)
            if len(_kept_parts) >= _MOST_KEPT:
                _kept_parts.clear()
            _kept_parts[key] = found
        return mark_safe(found)  # noqa: S308


@register.tag
def kept(parser: Parser, token: Token) -> Node:
    """{% kept "footer" district_name %}…{% endkept %}: drawn once a process for each value of what it depends on.

    For parts of the frame, which cost a third of a page; name everything it shows that may change, nothing personal.
    """
    name, *values = token.split_contents()[1:]
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return _KeptNode(nodelist, name.strip("\"'"), [parser.compile_filter(value) for value in values])


# --- links ---------------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _bare_url(name: str, urlconf: str | None) -> str:
    try:
        return reverse(name, urlconf=urlconf)
    except NoReverseMatch:
        return ""


@register.simple_tag
def nav_url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a page by name, or nothing where the page does not exist (yet): {% nav_url "x" as url %}."""
    if not args and not kwargs:
        return _bare_url(name, get_urlconf())
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def here(context: template.Context, **changes: Any) -> str:
    """This page with other query values; None leaves one out: {% here page=2 %}, {% here status=None %}."""
    request = context["request"]
    query = request.GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    text = query.urlencode()
    return f"{request.path}?{text}" if text else str(request.path)


@register.simple_tag(takes_context=True)
def reading_mode_url(context: template.Context, mode: str) -> str:
    request = context.get("request")
    back = request.get_full_path() if request is not None and request.method in ("GET", "HEAD") else "/"
    return f"{_bare_url('reading_mode', get_urlconf())}?{urlencode({'mode': mode, 'next': back})}"
