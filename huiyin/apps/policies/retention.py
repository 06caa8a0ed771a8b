"""Retention of data kept by apps below the policies: their jobs, with the days of the adopted policy."""

from __future__ import annotations

from datetime import datetime

from huiyin.apps.imports.retention import KEPT_DAYS, purge
from huiyin.apps.people.retention import Rule
from huiyin.apps.policies.selectors import policy_on
from huiyin.domain.clocks import due_day


def keep_days(code: str, now: datetime) -> int:
    """Days the adopted policy keeps one kind of data; KeyError for a code it does not have."""
    return policy_on("retention", due_day(now)).values.keep_days(code)


def remove_import_files(now: datetime) -> int:
    return purge(now, after_days=keep_days("import_file", now))


RULES = [Rule("imports.files", "导入的表格和没有导入的行", KEPT_DAYS, remove_import_files)]
