"""{% load charts %}: draws what huiyin/web/charts made, one style for all, with a table of the same numbers."""

from __future__ import annotations

from typing import Any

from django import template

from huiyin.web.charts.bars import Bars, LyingBars, Parts

register = template.Library()


@register.inclusion_tag("charts/bars.html")
def bars(chart: Bars, about: str, columns: str = "") -> dict[str, Any]:
    """{% bars chart "云杉里每月登记的事项" "月份" %}: standing bars; `columns` heads the first column of the table."""
    return {"chart": chart, "about": about, "columns": columns}


@register.inclusion_tag("charts/lying_bars.html")
def lying_bars(chart: LyingBars, about: str, rows: str = "") -> dict[str, Any]:
    """{% lying_bars chart "半年的收入和支出" "项目" %}."""
    return {"chart": chart, "about": about, "rows": rows}


@register.inclusion_tag("charts/parts.html")
def parts(chart: Parts, about: str, rows: str = "") -> dict[str, Any]:
    """{% parts chart "上期承诺的结果" "结果" %}: one bar cut by the counts."""
    return {"chart": chart, "about": about, "rows": rows}
