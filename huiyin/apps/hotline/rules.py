"""The policy of the hotline as it stands on a day."""

from __future__ import annotations

from datetime import date

from huiyin.apps.policies.selectors import policy_on
from huiyin.domain.policy_hotline import HotlinePolicy


def rules_on(day: date) -> HotlinePolicy:
    values: HotlinePolicy = policy_on("hotline", day).values
    return values
