"""The calendar the tests count on: announced years of the package, then the provisional rule of the seed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import huiyin
from huiyin.domain.holidays import Calendar, build_calendar
from huiyin.domain.policy_holidays import HolidaysPolicy
from huiyin.domain.policy_schema import read_policy_file
from huiyin.integrations.holidays import announced_years

POLICIES = Path(huiyin.__file__).parent / "policies"


@cache
def calendar() -> Calendar:
    policy = read_policy_file((POLICIES / "holidays.toml").read_text(encoding="utf-8")).values
    assert isinstance(policy, HolidaysPolicy)
    known = {year: days for year, days in announced_years().items() if year <= 2026}
    return build_calendar(known | policy.announced_years(), policy.rule())
