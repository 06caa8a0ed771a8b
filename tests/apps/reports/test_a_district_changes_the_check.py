"""Rules left out, words added and other limits of the reports policy reach what a report is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

from huiyin.apps.reports.policies import check_policy_of
from huiyin.domain.policy_reports import LanguageRules, MoreWords, ReportsPolicy
from huiyin.domain.policy_schema import read_shipped_files
from huiyin.language import CheckPolicy, Severity, check

POLICIES = Path(__file__).parents[3] / "huiyin" / "policies"
PRAISE = "各项服务得到业主的一致好评。"


def under(rules: LanguageRules) -> CheckPolicy:
    shipped = read_shipped_files(path.read_text(encoding="utf-8") for path in POLICIES.glob("reports-*.toml"))
    newest = max(shipped, key=lambda each: each.effective_from)
    return check_policy_of(replace(cast("ReportsPolicy", newest.values), language=rules))


def test_the_shipped_policy_changes_nothing() -> None:
    assert under(LanguageRules()) == CheckPolicy()
    assert Severity.ERROR in {each.severity for each in check(PRAISE, policy=under(LanguageRules()))}


def test_a_rule_that_is_left_out_is_not_told() -> None:
    told = check(PRAISE, policy=under(LanguageRules(without_rules=("R-EXAG-04",))))
    assert "R-EXAG-04" not in {each.rule_id for each in told}


def test_words_are_added_to_groups_that_are_there() -> None:
    more = (MoreWords("praise", "竖大拇指"), MoreWords("no_such_group", "随便"))
    assert under(LanguageRules(more_words=more)).more_words == {"praise": "竖大拇指"}


def test_a_higher_limit_only_asks() -> None:
    told = check(PRAISE, policy=under(LanguageRules(stop_from_percent=100)))
    assert {each.severity for each in told} & {Severity.WARNING, Severity.ERROR} == {Severity.WARNING}
