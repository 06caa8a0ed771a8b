"""Numbers read in the running text of a section, offered to be registered as data of the report; a person confirms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from huiyin.apps.reports.contents import number
from huiyin.apps.reports.models import Claim, Report
from huiyin.apps.reports.read_texts import ReadText
from huiyin.domain.policy_metrics import PERCENT, Metric, MetricsPolicy, Per
from huiyin.language import FoundClaim, Period, find_claims

PREFILLED = (
    "value",
    "unit",
    "unit_count",
    "numerator",
    "denominator",
    "denominator_label",
    "period_from",
    "period_to",
)
"""What a link to the form of a number may say of it beside its metric."""


@dataclass(frozen=True)
class Offer:
    """A number of the text; offsets are of what was written. `registered` is the data row that says the same."""

    found: FoundClaim
    metric: Metric
    start: int
    end: int
    query: str
    registered: int | None

    @property
    def amount(self) -> str:
        unit = self.found.unit
        return f"{number(self.found.value)}%" if unit == PERCENT else f"{number(self.found.value)} {unit}"


def offers_in(
    read: ReadText, report: Report, catalogue: MetricsPolicy, claims: Iterable[Claim]
) -> list[Offer]:
    """In the order of the text, without what is placed there already and what is told of other days than the report's.

    Nor is one offered that is said to be about so many: data is exact. A number that is registered is offered with its
    own mark, to stand in place of the words.
    """
    whole = Period(report.period_from, report.period_to)
    known = list(claims)
    offers = []
    for found in find_claims(read.text, catalogue.metrics, report=whole):
        if read.is_placed(found.start, found.end) or found.is_about or not _is_within(found.period, whole):
            continue
        metric = catalogue.metric(found.metric)
        start, end = read.span(found.start, found.end)
        same = next((each.number for each in known if _says(each, found)), None)
        offers.append(Offer(found, metric, start, end, _query(found, metric, whole), same))
    return offers


def _is_within(period: Period, whole: Period) -> bool:
    return whole.first <= period.first and period.last <= whole.last


def _says(claim: Claim, found: FoundClaim) -> bool:
    period = found.period
    return (claim.metric, claim.value, claim.unit, claim.period_from, claim.period_to) == (
        found.metric,
        found.value,
        found.unit,
        period.first,
        period.last,
    )


def _query(found: FoundClaim, metric: Metric, whole: Period) -> str:
    """The form of a number, filled in; the days are left out where they are those of the report."""
    told = {"metric": found.metric, "unit": found.unit}
    if found.unit == PERCENT:
        told |= {"numerator": number(found.numerator), "denominator": number(found.denominator)}
    else:
        told["value"] = number(found.value)
        if metric.per is Per.LIFT:
            told["unit_count"] = number(found.denominator)
    if found.period != whole:
        told |= {
            "period_from": found.period.first.isoformat(),
            "period_to": found.period.last.isoformat(),
        }
    return urlencode({name: value for name, value in told.items() if value})
