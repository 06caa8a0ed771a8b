"""Sentences of reports with the claims they make (told/claims.txt): read once, scored by all four parts."""

from __future__ import annotations

import datetime as dt
import tomllib
from calendar import monthrange
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

import huiyin.policies
from huiyin.language.claim_periods import Period
from huiyin.language.claims import FoundClaim

REPORT = Period(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
_FOLDER = Path(__file__).parent / "told"


@dataclass(frozen=True)
class Metric:
    code: str
    name: str
    units: tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """A metric, a value, a unit and a period."""

    metric: str
    value: Decimal
    unit: str
    period: Period


@dataclass(frozen=True)
class Sentence:
    text: str
    claims: tuple[Told, ...]


@cache
def metrics() -> tuple[Metric, ...]:
    """The catalogue as shipped, as plain data."""
    path = Path(huiyin.policies.__path__[0]) / "metrics.toml"
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["values"]["metrics"]
    return tuple(Metric(row["code"], row["name"], tuple(row["units"])) for row in rows)


@cache
def sentences(name: str = "claims") -> tuple[Sentence, ...]:
    """Every sentence of a set; in `claims` each third line was left unread until the end."""
    found = []
    for line in (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            text, _, claims = line.partition("=>")
            found.append(
                Sentence(text.strip(), tuple(_told(each) for each in claims.split(";") if each.strip()))
            )
    return tuple(found)


def as_told(claim: FoundClaim) -> Told:
    """The four parts that must be right."""
    return Told(claim.metric, claim.value, claim.unit, claim.period)


def _told(written: str) -> Told:
    claim, _, period = written.strip().partition(" @")
    metric, value, unit = claim.split()
    return Told(metric, Decimal(value), unit, _period(period.strip()))


def _period(written: str) -> Period:
    if not written:
        return REPORT
    if ".." in written:
        first, last = written.split("..")
        return Period(_days(first).first, _days(last).last)
    return _days(written)


def _days(written: str) -> Period:
    """2025, 2026H1, 2026Q3, 2026-05, 2026-05-12."""
    year = int(written[:4])
    if written[4:5] == "H":
        return _months(year, 6 * int(written[5]) - 5, 6 * int(written[5]))
    if written[4:5] == "Q":
        return _months(year, 3 * int(written[5]) - 2, 3 * int(written[5]))
    parts = [int(part) for part in written.split("-")]
    if len(parts) == 3:
        return Period(dt.date(*parts), dt.date(*parts))
    return _months(year, parts[1], parts[1]) if len(parts) == 2 else _months(year, 1, 12)


def _months(year: int, first: int, last: int) -> Period:
    return Period(dt.date(year, first, 1), dt.date(year, last, monthrange(year, last)[1]))
