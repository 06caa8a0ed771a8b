"""The numbers of an estate in a report period: all follow from what the estate is and what its ledger holds."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random

from huiyin.apps.ledger.models import Case
from huiyin.domain.case_workflow import Status
from huiyin.domain.formulas import CaseFact, on_time_rate
from huiyin.domain.ledger_rules import Kind
from huiyin.domain.metric_frequencies import Period, due_count
from huiyin.domain.policy_metrics import MetricsPolicy, Per

FOLDER = Path(__file__).parent
STATION_HOUSEHOLDS = 190
_RAIN, _WINTER = {7, 8}, {12, 1, 2}


@dataclass(frozen=True, kw_only=True)
class LedgerFacts:
    """What became until `until` of the cases registered in the period."""

    registered: int
    immediate: int
    short_term: int
    long_term: int
    replied: int
    on_time: int
    confirmed: int
    complaints_due: int = 0
    """Complaints the company led that were answered or overdue."""
    complaints_on_time: int = 0

    @property
    def open(self) -> int:
        return self.registered - self.replied

    @property
    def late(self) -> int:
        return self.replied - self.on_time

    @property
    def late_words(self) -> str:
        if not self.late:
            return "超过第一次期限才答复的 0 件。"
        return f"超过第一次期限才答复的 {self.late} 件，原因写在每件事里。"


def ledger_facts(cases: Iterable[Case], period: Period, until: datetime, engagement_id: int) -> LedgerFacts:
    """Of one estate's cases; what happened after `until` does not count yet."""
    mine = [
        case for case in cases if period.from_on <= case.registered_at.astimezone().date() <= period.to_on
    ]
    replied = [case for case in mine if case.replied_at and case.replied_at <= until]
    rate = on_time_rate((_complaint(case) for case in mine if _is_complaint_of(case, engagement_id)), until)
    return LedgerFacts(
        registered=len(mine),
        immediate=sum(case.case_list == "immediate" for case in mine),
        short_term=sum(case.case_list == "short_term" for case in mine),
        long_term=sum(case.case_list == "long_term" for case in mine),
        replied=len(replied),
        on_time=sum(bool(case.is_on_time) for case in replied),
        confirmed=sum(
            case.status == "confirmed" and case.settled_at is not None and case.settled_at <= until
            for case in replied
        ),
        complaints_due=rate.denominator,
        complaints_on_time=rate.numerator,
    )


def _is_complaint_of(case: Case, engagement_id: int) -> bool:
    return case.kind == Kind.COMPLAINT and case.lead_engagement_id == engagement_id


def _complaint(case: Case) -> CaseFact:
    return CaseFact(
        number=case.number,
        registered_at=case.registered_at,
        first_due_at=case.first_due_at,
        extended_due_at=case.due_at,
        status=Status(case.status),
        replied_at=case.replied_at,
        settled_at=case.settled_at,
        missed_first_due=case.missed_first_due_at is not None,
    )


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of an estate when its report is written."""

    code: str
    kind: str
    households: int
    floor_area_m2: int
    buildings: int
    lifts: int
    fee: Decimal
    level: int
    care: float
    period: Period
    ledger: LedgerFacts

    @property
    def months(self) -> Decimal:
        """Of the period, a part of a month counted by days."""
        return Decimal(self.period.days) / Decimal("30.4")

    @property
    def stations(self) -> int:
        return max(2, round(self.households / STATION_HOUSEHOLDS))

    @property
    def conditions(self) -> frozenset[str]:
        """What a passage may ask for in `when`."""
        months = {date(2000, month, 1).month for month in self._months()}
        found = {"lifts" if self.lifts else "no_lifts", "no_fund" if self.kind == "old" else "fund"}
        found |= {"rain"} if months >= _RAIN else set()
        found |= {"winter"} if months >= _WINTER else set()
        return frozenset(found)

    def _months(self) -> list[int]:
        first, last = self.period.from_on, self.period.to_on
        count = (last.year - first.year) * 12 + last.month - first.month + 1
        return [(first.month + n - 1) % 12 + 1 for n in range(count)]

    def month(self, ordinal: int) -> int:
        """The calendar month of the period's first, second, … month; those after the last follow it."""
        return (self.period.from_on.month + ordinal - 2) % 12 + 1


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number as it may stand in a report."""

    code: str
    value: Decimal
    unit: str
    name: str = ""
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    denominator_label: str = ""
    unit_count: int | None = None
    due: int | None = None
    why: str = ""

    @property
    def gap(self) -> int:
        return max(0, (self.due or 0) - int(self.value)) if self.due is not None else 0


@cache
def gaps() -> dict[str, list[str]]:
    told = tomllib.loads((FOLDER / "gaps.toml").read_text(encoding="utf-8"))
    return {code: words for code, words in told.items() if code != "excuses"}


@cache
def excuses() -> dict[str, str]:
    told = tomllib.loads((FOLDER / "gaps.toml").read_text(encoding="utf-8"))
    return {code: str(words) for code, words in told["excuses"].items()}


class Figures:
    """Drawn once for a report: every number it may speak of, by the code of its metric or L01 and so on for its own."""

    def __init__(self, facts: Facts, metrics: MetricsPolicy, rng: Random) -> None:
        self.facts, self.metrics, self.rng = facts, metrics, rng
        self.known: dict[str, Figure] = {}
        self._done()
        self._counted()
        self._shares()
        self._own()

    def __getitem__(self, code: str) -> Figure:
        return self.known[code]

    def __contains__(self, code: str) -> bool:
        return code in self.known

    def _add(
        self,
        code: str,
        value: float | Decimal,
        *,
        unit: str = "",
        unit_count: int | None = None,
        due: int | None = None,
        why: str = "",
    ) -> None:
        metric = self.metrics.metric(code)
        amount = Decimal(round(value))
        self.known[code] = Figure(
            code=code,
            value=amount,
            unit=unit or metric.units[0],
            unit_count=unit_count,
            due=due,
            why=why,
        )

    def _units(self, per: Per) -> int | None:
        facts = self.facts
        return {
            Per.LIFT: facts.lifts,
            Per.EXTINGUISHER: facts.households // 4 + 8,
            Per.HYDRANT: facts.buildings * (9 if facts.lifts else 2),
        }.get(per)

    def _done(self) -> None:
        """What is usual so and so often: most of it done, some missing where a place is not well run."""
        facts, rng = self.facts, self.rng
        for metric in self.metrics.metrics:
            units = self._units(metric.per)
            due = due_count(metric, facts.level, facts.period, units)
            if not due or (metric.per is Per.LIFT and not facts.lifts):
                continue
            missing_share = max(0.0, rng.gauss(0.05, 0.03)) * (1.45 - facts.care)
            missing = round(due * missing_share) if due > 12 else int(rng.random() < 0.3 * (1.2 - facts.care))
            done = due - min(missing, due - 1 if due > 1 else 0)
            gap = due - done
            why = rng.choice(gaps().get(metric.code, gaps()["other"])).format(gap=gap) if gap else ""
            self._add(metric.code, done, unit_count=units, due=due, why=why)
        for code in (
            "E12",
            "E17",
            "E21",
            "F03",
            "F06",
            "G03",
            "S07",
            "S09",
        ):  # yearly: once in some half-years
            if code not in self.known:
                self._add(code, 1)
        if "E10" not in self.known:
            self._add("E10", facts.buildings * rng.randint(2, 4))
        if facts.lifts:
            passed = facts.lifts // 2
            self._add("E03", passed, unit_count=facts.lifts)
        if "E09" not in self.known:
            self._add("E09", 1)

    def _counted(self) -> None:
        facts, rng = self.facts, self.rng
        homes, months = facts.households, float(facts.months)

        def about(each_month: float, spread: float = 0.2) -> int:
            return max(1, round(each_month * months * rng.uniform(1 - spread, 1 + spread)))

        if facts.lifts:
            self._add("E04", about(facts.lifts * 0.7 * (1.6 - facts.care)))
            self._add("E05", about(facts.lifts * 0.022 * (1.7 - facts.care), 0.4))
        self._add("F07", about(homes / 110))
        self._add("F08", about(homes / 140))
        self._add("F10", about(homes / 300))
        self._add("W02", round(homes * rng.uniform(0.24, 0.34) * facts.period.days, -1))
        self._add("W03", round(homes * rng.uniform(0.95, 1.2) * facts.period.days, -1))
        self._add("W04", round(homes * rng.uniform(0.03, 0.05) * facts.period.days, -1))
        self._add("W05", round(facts.stations * 4 * facts.period.days * rng.uniform(0.93, 1)))
        self._add("W07", about(facts.stations / 9))
        self._add("W08", about(homes / 85))
        self._add("W10", about(homes / 45))
        self._add("G04", about(homes / 120), unit="株")
        self._add("O03", about(homes / 22), unit="起")
        self._add("S01", about(homes * 0.055 * (1.5 - facts.care)))
        self._add("S06", about(homes * 0.0052 * (1.75 - facts.care)))
        self._add("M04", rng.randint(1, 3), unit="笔")
        self._add("M05", round(homes * rng.uniform(6, 11) * months, -2))

    def _share(self, code: str, numerator: int, denominator: int, label: str) -> None:
        share = Decimal(numerator * 100) / Decimal(max(1, denominator))
        self.known[code] = Figure(
            code=code,
            value=share.quantize(Decimal("0.1")),
            unit="%",
            numerator=Decimal(numerator),
            denominator=Decimal(denominator),
            denominator_label=label,
        )

    def _shares(self) -> None:
        facts, rng = self.facts, self.rng
        repairs = int(self.known["S01"].value)
        self._share("S04", round(repairs * (0.68 + 0.26 * facts.care)), repairs, "受理的报修件数")
        urgent = max(4, repairs // 6)
        self._share("S02", round(urgent * (0.78 + 0.2 * facts.care)), urgent, "急修件数")
        complaints = facts.ledger.complaints_due
        if complaints:
            self._share("S05", facts.ledger.complaints_on_time, complaints, "答复了的和逾期的投诉件数")
        lamps = facts.buildings * (60 if facts.lifts else 22)
        self._share("E19", round(lamps * rng.uniform(0.93, 0.985)), lamps, "抽查的灯盏数")

    def _own(self) -> None:
        """Of the ledger, under names of their own."""
        ledger = self.facts.ledger
        rows = (
            ("L01", "台账登记", ledger.registered),
            ("L02", "台账已答复", ledger.replied),
            ("L03", "按第一次期限答复", ledger.on_time),
            ("L04", "提出人确认解决", ledger.confirmed),
        )
        for code, name, count in rows:
            self.known[code] = Figure(code="", name=name, value=Decimal(count), unit="件")
