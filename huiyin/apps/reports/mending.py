"""What became of the reasons for which a report was given back: mended, or to be told once more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from huiyin.apps.reports.body import PLACED, plain_blocks
from huiyin.apps.reports.models import ReturnReason
from huiyin.domain.policy_metrics import MetricsPolicy
from huiyin.domain.policy_reports import Holds, SectionRule
from huiyin.domain.report_parts import ExcuseFor

Plain = Mapping[str, Any]
"""A wording as Content.plain tells it."""

_TABLES = {
    Holds.NOTHING: (),
    Holds.ACCOUNTS: ("accounts",),
    Holds.DEMANDS: ("topic_answers", "pointed_passages"),
    Holds.COMMITMENTS: ("commitments", "commitment_accounts"),
}
_BY_SECTION = ("claims", "photos", "finding_excuses", "topic_answers", "pointed_passages")


@dataclass(frozen=True)
class Given:
    """One reason for which the report was given back; `is_mended`: what it was given for is other now."""

    reason: ReturnReason
    is_mended: bool
    stands_at: int = 0
    """The paragraph an unmended reason is about, as they are counted now; 0 for the section as a whole."""


def what_became_of(
    reason: ReturnReason, before: Plain | None, now: Plain, *, rule: SectionRule, catalogue: MetricsPolicy
) -> Given:
    """Of a paragraph its words or what it places, of a section any of its words and data have to be other.

    `before` is None where the wording that was given back is not kept: only a paragraph that is gone counts then.
    """
    blocks = plain_blocks(now["sections"].get(reason.section, ""))
    if not reason.paragraph:
        parts = [_section(told, rule, catalogue) for told in (before, now) if told is not None]
        return Given(reason, is_mended=len(parts) == 2 and parts[0] != parts[1])
    if before is None:
        at = next((n for n, block in enumerate(blocks, start=1) if block.startswith(reason.quote)), 0)
        return Given(reason, is_mended=not at, stands_at=at)
    block = plain_blocks(before["sections"][reason.section])[reason.paragraph - 1]
    if block not in blocks or _placed(block, before) != _placed(block, now):
        return Given(reason, is_mended=True)
    return Given(reason, is_mended=False, stands_at=blocks.index(block) + 1)


def _placed(block: str, told: Plain) -> list[Any]:
    """What its 【数据1】 and 【图1】 stand for."""
    tables = {"数据": "claims", "图": "photos"}
    return [told[tables[kind]].get(str(int(number))) for kind, number in PLACED.findall(block)]


def _section(told: Plain, rule: SectionRule, catalogue: MetricsPolicy) -> dict[str, Any]:
    """All that a wording says in one section, in no particular order."""
    of_it = {
        table: {key: row for key, row in told.get(table, {}).items() if row["section"] == rule.code}
        for table in _BY_SECTION
    }
    held = {table: told.get(table, {}) for table in _TABLES[rule.holds]}
    excuses = {
        key: words for key, words in told["excuses"].items() if _is_excused_here(key, told, rule, catalogue)
    }
    return of_it | held | {"excuses": excuses, "words": plain_blocks(told["sections"].get(rule.code, ""))}


def _is_excused_here(excuse: str, told: Plain, rule: SectionRule, catalogue: MetricsPolicy) -> bool:
    missing, _slash, key = excuse.partition("/")
    if missing == ExcuseFor.METRIC:
        return key in {each.code for each in catalogue.of_section(rule.code)}
    if missing == ExcuseFor.EVIDENCE:
        return bool(told["claims"].get(key, {}).get("section") == rule.code)
    return rule.holds is Holds.ACCOUNTS
