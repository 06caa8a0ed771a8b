"""The rules a list or a report was opened under: its own version, however the policy has changed since."""

from __future__ import annotations

from datetime import datetime

from huiyin.apps.policies.selectors import AdoptedPolicy, policy_on, policy_version
from huiyin.apps.reports.models import DemandList, Report
from huiyin.domain.clocks import due_day
from huiyin.domain.errors import RuleBroken
from huiyin.domain.policy_metrics import Metric, MetricsPolicy
from huiyin.domain.policy_reports import ReportsPolicy, SectionRule
from huiyin.domain.policy_words import Reason
from huiyin.language import CheckPolicy
from huiyin.language.lexicons import shipped_groups


def rules_on(now: datetime) -> AdoptedPolicy[ReportsPolicy]:
    return policy_on("reports", due_day(now))


def metrics_on(now: datetime) -> AdoptedPolicy[MetricsPolicy]:
    return policy_on("metrics", due_day(now))


def rules_of(row: Report | DemandList) -> ReportsPolicy:
    values = policy_version(row.policy_version)
    assert isinstance(values, ReportsPolicy)
    return values


def metrics_of(report: Report) -> MetricsPolicy:
    values = policy_version(report.metrics_version)
    assert isinstance(values, MetricsPolicy)
    return values


def check_policy_of(rules: ReportsPolicy) -> CheckPolicy:
    """What the check of texts leaves out, adds and how sure it has to be; words of an unknown group are passed over."""
    language, groups = rules.language, shipped_groups()
    return CheckPolicy(
        ask=_share(language.ask_from_percent),
        block=_share(language.stop_from_percent),
        without_rules=frozenset(language.without_rules),
        more_words={each.group: each.words for each in language.more_words if each.group in groups},
    )


def _share(percent: int | None) -> float | None:
    return None if percent is None else percent / 100


def section_of(report: Report, code: str) -> SectionRule:
    """Raises RuleBroken for a section this report does not have."""
    try:
        return rules_of(report).section(code)
    except KeyError:
        raise RuleBroken("报告没有这个部分。", code="report.no_such_section", field="section") from None


def metric_of(report: Report, code: str) -> Metric:
    """Raises RuleBroken for a metric that is not in the report's catalogue."""
    try:
        return metrics_of(report).metric(code)
    except KeyError:
        raise RuleBroken("指标目录里没有这一项。", code="claim.no_such_metric", field="metric") from None


def reason_for(reasons: tuple[Reason, ...], code: str, words: str) -> Reason:
    """The reason of that code, with the words it asks for; raises RuleBroken."""
    reason = next((each for each in reasons if each.code == code), None)
    if reason is None:
        raise RuleBroken("请从清单里选一个理由。", code="reason.unknown", field="reason")
    if reason.needs_words and not words.strip():
        raise RuleBroken("这个理由要另写一句说明。", code="reason.no_words", field="words")
    return reason
