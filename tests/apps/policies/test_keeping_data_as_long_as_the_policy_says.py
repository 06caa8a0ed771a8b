"""How long data is kept comes from the adopted policy, also for the apps below the policies."""

from __future__ import annotations

import pytest

from huiyin.apps.people.retention import rules
from huiyin.apps.policies.retention import keep_days
from huiyin.apps.policies.services import adopt_policy
from huiyin.web.now import now
from tests.apps.policies.given import a_file, in_days
from tests.people import a_cast

pytestmark = pytest.mark.django_db


def test_the_daily_run_knows_the_files_of_imports_and_finds_none_to_remove() -> None:
    (rule,) = (rule for rule in rules() if rule.name == "imports.files")
    assert rule.run(now()) == 0


def test_a_shorter_time_holds_from_the_day_of_its_version() -> None:
    text = a_file("retention", effective_from=in_days(1), change=("keep_days = 90", "keep_days = 30"))
    adopt_policy(text=text, by=a_cast().by_district_officer)
    assert keep_days("import_file", now()) == 90
    moment = now().replace(year=now().year + 1)
    assert keep_days("import_file", moment) == 30
    with pytest.raises(KeyError):
        keep_days("never_heard", moment)
