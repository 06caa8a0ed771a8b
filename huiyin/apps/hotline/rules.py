"""The policy of the hotline as it stands on a day."""

from __future__ import annotations

from datetime import date, datetime

from huiyin.apps.ledger.limits import deadlines
from huiyin.apps.policies.selectors import policy_on
from huiyin.domain.clocks import due_day
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


def urgent_class_of(word: str, at: datetime) -> str:
    """The class of time limits a file's word of urgency stands for; "" for none, or one that has gone."""
    code = rules_on(due_day(at)).urgent_class_of(word)
    return code if code in {each.code for each in deadlines(at).values.urgent} else ""
