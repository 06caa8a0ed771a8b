"""The policy of the hotline as it stands on a day."""

from __future__ import annotations

from datetime import date

from huiyin.apps.policies.selectors import policy_on
from huiyin.domain.policy_hotline import HotlinePolicy


def rules_on(day: date) -> HotlinePolicy:
    values: HotlinePolicy = policy_on("hotline", day).values
    return values


def ledger_category_of(category: str, policy: HotlinePolicy) -> str:
    """The ledger's category for one of complaints; "" where this version of the policy has none."""
    try:
        return policy.category(category).ledger_category
    except KeyError:
        return ""
