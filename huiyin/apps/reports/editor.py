"""Work on one report at the desk: what stands in it, what is missing, and who may do what with it now."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import pi
from typing import Any

from django.utils.translation import gettext

from huiyin.apps.reports.contents import Content, content_of
from huiyin.apps.reports.findings import Findings, findings_of
from huiyin.apps.reports.in_words import numeral
from huiyin.apps.reports.mending import Given, what_became_of
from huiyin.apps.reports.models import (
    Claim,
    Commitment,
    CommitmentAccount,
    Demand,
    NewDeviation,
    Report,
    ReturnReason,
    Revision,
    Section,
)
from huiyin.apps.reports.permissions import is_reviewer, is_writer
from huiyin.apps.reports.photo_checks import used_elsewhere
from huiyin.apps.reports.policies import metrics_of, rules_of
from huiyin.apps.reports.promises import kept_from_elsewhere, load_of, to_account_for, told_before
from huiyin.apps.reports.readiness import last_closings, outcomes_of, required_of, sums_of
from huiyin.apps.reports.selectors import returned_content
from huiyin.apps.reports.silence import Topics, topics_of
from huiyin.apps.reports.verdicts import Judged, Verdicts, changed_since, frozen_verdicts, live_verdicts
from huiyin.apps.upkeep.facts import counted_here
from huiyin.domain.access import Actor
from huiyin.domain.account_sums import WrongSum
from huiyin.domain.commitment_load import Load
from huiyin.domain.maintenance_records import recordable
from huiyin.domain.metric_frequencies import Period, due_count
from huiyin.domain.policy_metrics import Metric, MetricsPolicy, Per
from huiyin.domain.policy_reports import ReportsPolicy, SectionRule
from huiyin.domain.report_conditions import Missing, Outcome
from huiyin.domain.report_parts import AccountKind
from huiyin.domain.report_workflow import ReportStatus
from huiyin.domain.told_twice import ToldNumber, told_twice
from huiyin.web.charts.scales import say
from huiyin.web.now import now as clock

RING_RADIUS = 40
RING = round(2 * pi * RING_RADIUS, 1)


@dataclass(frozen=True)
class Tab:
    """One section in the contents of the editor."""

    rule: SectionRule
    numeral: str
    is_written: bool
    missing: int
    returned: int
    told: int
    """How many findings of the check of words there are to look at."""


class Work:
    """A report with the newest revision that one person at the desk may read, as it may work on it."""

    def __init__(self, report: Report, revision: Revision, by: Actor, *, is_corrected: bool = False) -> None:
        """`is_corrected`: a newer revision is being written, which only the company reads yet."""
        self.report, self.revision, self.by = report, revision, by
        self.is_corrected = is_corrected
        self.now = clock()

    @cached_property
    def content(self) -> Content:
        return content_of(self.revision)

    @cached_property
    def rules(self) -> ReportsPolicy:
        return rules_of(self.report)

    @cached_property
    def catalogue(self) -> MetricsPolicy:
        return metrics_of(self.report)

    @cached_property
    def writes(self) -> bool:
        """Of the company that writes it, whether or not it may write now."""
        return is_writer(self.by, self.report)

    @property
    def may_write(self) -> bool:
        return self.writes and self.revision.is_writable

    @cached_property
    def reviews(self) -> bool:
        return is_reviewer(self.by, self.report)

    @property
    def may_review(self) -> bool:
        return self.revision.state == ReportStatus.SUBMITTED and self.reviews

    @property
    def may_read(self) -> bool:
        """What was never handed in is the company's own paper."""
        return self.writes or self.revision.submitted_at is not None

    @property
    def state(self) -> str:
        """How far it is: an approved text goes on with its report, to being announced, presented and published."""
        return self.report.status if self.revision.is_approved else self.revision.state

    @property
    def may_correct(self) -> bool:
        return self.writes and self.revision.is_approved

    @cached_property
    def topics(self) -> Topics:
        """The demand list against what is written."""
        return topics_of(self.report, self.content)

    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        return outcomes_of(
            self.report,
            self.content,
            now=self.now,
            topics=self.topics,
            verdicts=self.verdicts_now,
            found=self.findings,
        )

    @cached_property
    def findings(self) -> Findings:
        """What the check of words says of it."""
        return findings_of(self.report, self.content)

    @cached_property
    def verdicts(self) -> Verdicts:
        """On its numbers: as frozen when it was presented, else as of now."""
        frozen = frozen_verdicts(self.content.claims) if self.revision.is_approved else None
        return frozen or self.verdicts_now

    @cached_property
    def verdicts_now(self) -> Verdicts:
        return live_verdicts(self.report, self.content, now=self.now)

    @cached_property
    def told_later(self) -> dict[int, Judged]:
        """By number what records that changed after the verdict was frozen say of it now."""
        return changed_since(self.verdicts, self.verdicts_now) if self.verdicts.is_frozen else {}

    @cached_property
    def new_deviations(self) -> list[Judged]:
        """The numbers that deviate since it was approved, as long as its verdicts still follow the records."""
        if not self.revision.is_approved or self.verdicts.is_frozen:
            return []
        noted = set(
            NewDeviation.objects.filter(claim__revision=self.revision).values_list("claim", flat=True)
        )
        return [each for each in self.verdicts.deviating if each.claim.pk in noted]

    @cached_property
    def recorded(self) -> frozenset[str]:
        """The metrics of which companies keep records."""
        return frozenset(each.code for each in recordable(self.catalogue, counted_here()))

    @cached_property
    def contradictions(self) -> list[tuple[Claim, ...]]:
        """Its numbers that say two things of the same."""
        claims = {each.number: each for each in self.content.claims}
        told = [
            ToldNumber(
                number=each.number,
                what=each.metric or each.name,
                value=each.value,
                unit=each.unit,
                from_on=each.period_from,
                to_on=each.period_to,
                of_what=each.denominator_label,
            )
            for each in claims.values()
        ]
        return [tuple(claims[number] for number in group) for group in told_twice(told)]

    def told_otherwise(self, number: int) -> list[Claim]:
        """The other numbers of this report that say something else of the same."""
        return [
            each
            for group in self.contradictions
            if number in {claim.number for claim in group}
            for each in group
            if each.number != number
        ]

    @cached_property
    def load(self) -> Load:
        """Whether it promises more than the company has shown it can do."""
        return load_of(self.report, self.content)

    @property
    def missing(self) -> list[Missing]:
        return [each for outcome in self.outcomes for each in outcome.missing]

    @property
    def met_count(self) -> int:
        return sum(1 for each in self.outcomes if each.is_met)

    @property
    def ring(self) -> str:
        """The dashes of the ring: how much of it is drawn."""
        return f"{RING * self.met_count / len(self.outcomes):.1f} {RING}"

    @cached_property
    def wrong_sums(self) -> dict[AccountKind, tuple[WrongSum, ...]]:
        """What does not add up, by account."""
        last = last_closings(self.report)
        return {AccountKind(each.kind): sums_of(each, last) for each in self.content.accounts}

    @cached_property
    def owed(self) -> list[Commitment]:
        """The promises this report has to account for."""
        return list(to_account_for(self.report))

    @cached_property
    def promises(self) -> list[Commitment]:
        """What its company keeps: the promises made here and not taken over, and those it has from elsewhere."""
        if not self.writes:
            return []
        own = [each for each in self.content.commitments if each.taken_by_id is None]
        return [*own, *kept_from_elsewhere(self.report)]

    @cached_property
    def told_before(self) -> dict[int, CommitmentAccount]:
        """What the revision before said of promises: a correction may tell otherwise."""
        return told_before(self.revision)

    @cached_property
    def found_elsewhere(self) -> frozenset[int]:
        """The keys of its photos that were found in other places; not for the company to see."""
        return used_elsewhere(self.content)

    @property
    def demands(self) -> list[Demand]:
        """The lines of the list this report answers, in their rank."""
        return [each.demand for each in self.topics.rows]

    @cached_property
    def reasons(self) -> list[ReturnReason]:
        """Why the community gave it back, the last time."""
        rows = list(self.revision.return_reasons.all())
        return [row for row in rows if row.given_at == rows[0].given_at]

    @cached_property
    def returned(self) -> dict[str, Any] | None:
        """What it said when the reasons were given."""
        return returned_content(self.revision) if self.reasons else None

    @cached_property
    def given(self) -> list[Given]:
        """The reasons, each with what has become of the words it was for."""
        now = self.content.plain
        return [
            what_became_of(
                each,
                self.returned,
                now,
                rule=self.rules.section(each.section),
                catalogue=self.catalogue,
            )
            for each in self.reasons
        ]

    @cached_property
    def unmended(self) -> list[Given]:
        return [each for each in self.given if not each.is_mended]

    @property
    def tabs(self) -> list[Tab]:
        bodies = {each.code: each.body for each in self.content.sections}
        return [
            Tab(
                rule,
                numeral(at),
                bool(bodies.get(rule.code)),
                sum(1 for each in self.missing if each.section == rule.code),
                sum(1 for each in self.reasons if each.section == rule.code),
                self.findings.counts[rule.code],
            )
            for at, rule in enumerate(self.rules.sections, start=1)
        ]

    def section(self, code: str) -> Section | None:
        return next((each for each in self.content.sections if each.code == code), None)

    def required_here(self, section: str) -> list[Metric]:
        """Required metrics of a section that no number reports yet."""
        reported = {each.metric for each in self.content.claims}
        metrics = [self.catalogue.metric(code) for code in required_of(self.report, self.catalogue)]
        return [each for each in metrics if each.section == section and each.code not in reported]

    def metric_words(self, metric: Metric) -> str:
        """What the picker says of a metric: its name, unit and how often it is usual in this period."""
        report = self.report
        lifts = report.estate.lift_count if metric.per is Per.LIFT else None
        period = Period(report.period_from, report.period_to)
        usual = due_count(metric, report.engagement.service_level, period, lifts)
        units = "、".join(metric.units)
        if usual is None:
            return f"{metric.code} {metric.name}（{units}）"
        return gettext("%(code)s %(name)s（%(units)s，本期常见 %(usual)s）") % {
            "code": metric.code,
            "name": metric.name,
            "units": units,
            "usual": say(usual),
        }
