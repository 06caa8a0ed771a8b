"""What stands inside the sentences of a report: a number with its verdict, the words a finding points at."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from huiyin.apps.reports.findings import ReportFinding
from huiyin.apps.reports.in_words import due_words, value_words
from huiyin.apps.reports.models import Claim
from huiyin.apps.reports.verdicts import Judged
from huiyin.web.icons import icon_html

LONGEST_UNBROKEN = 8
"""Characters of what is said beside a verdict in a sentence."""


def claim_html(claim: Claim, judged: Judged | None, *, of_all_days: bool = False) -> SafeString:
    """The number in its sentence: underlined by its verdict, the usual count beside it, the way to what it counts.

    A word joiner keeps the verdict on the line of what it belongs to.
    """
    due = ""
    if claim.due_count is not None:
        whole = gettext("整个报告期") if of_all_days else ""
        due = format_html('<span class="hy-claim__due">（{}{}）</span>', whole, due_words(claim))
    said = gettext("数据 %(number)s 的口径和佐证") % {"number": claim.number}
    way = format_html(
        '<a class="hy-claim__src" href="#data-{}" aria-label="{}">{}{}</a>',
        claim.number,
        said,
        icon_html("link"),
        claim.number,
    )
    return format_html(
        '<span class="hy-claim{}">{}</span>{}\u2060{}',
        f" hy-claim--{judged.look.kind}" if judged is not None else "",
        value_words(claim),
        due,
        verdict_html(judged, way) if judged is not None else way,
    )


def verdict_html(judged: Judged, way: SafeString) -> SafeString:
    """Icon and word, then both numbers or what is missing, then the way to more; what is short never breaks."""
    more = judged.brief
    is_short = len(more) <= LONGEST_UNBROKEN
    told = format_html(
        '<span class="hy-claim__verdict hy-claim__verdict--{}"><span class="hy-nowrap">{}{}{}</span>{}</span>\u2060{}',
        judged.look.kind,
        icon_html(judged.look.icon),
        gettext(judged.look.label),
        "：" if more else "",
        more,
        way,
    )
    return format_html('<span class="hy-nowrap">{}</span>', told) if is_short else told


def finding_marks(row: ReportFinding) -> tuple[SafeString, SafeString]:
    """The words a finding points at, and behind them the way to what it says."""
    kind = "kept" if row.excuse else str(row.finding.severity)
    name = gettext("意见 %(number)s") % {"number": row.number}  # numbers alone stand for data
    said = gettext("看意见 %(number)s") % {"number": row.number}
    return (
        format_html('<mark class="hy-mk hy-mk--{}">', kind),
        format_html('<a class="hy-mk__n" href="#{}" aria-label="{}">{}</a>', row.anchor, said, name),
    )
