"""A district officer adopts a new version; what was adopted is never changed again."""

from __future__ import annotations

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from huiyin.apps.audit.selectors import history_of
from huiyin.apps.policies.models import PolicyVersion
from huiyin.apps.policies.selectors import policy_on
from huiyin.apps.policies.services import adopt_policy
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.domain.ledger_rules import CaseList
from huiyin.domain.policy_reader import PolicyInvalid
from tests.apps.policies.given import a_file, in_days
from tests.people import a_cast

pytestmark = pytest.mark.django_db

FIVE_DAYS = ("{ amount = 3, unit", "{ amount = 5, unit")


def test_a_version_holds_from_its_day_and_not_before() -> None:
    adopt_policy(
        text=a_file(effective_from=in_days(10), change=FIVE_DAYS),
        by=a_cast().by_district_officer,
        note="试行",
    )
    before, after = policy_on("deadlines", in_days(9)), policy_on("deadlines", in_days(10))
    assert (before.version, str(before.values.limit_for(CaseList.IMMEDIATE))) == (
        "deadlines@2026-01-01",
        "3 个工作日",
    )
    assert (after.version, str(after.values.limit_for(CaseList.IMMEDIATE))) == (
        f"deadlines@{in_days(10)}",
        "5 个工作日",
    )


def test_the_adoption_is_witnessed_with_the_digest_of_the_values() -> None:
    row = adopt_policy(
        text=a_file(effective_from=in_days(1)), by=a_cast().by_district_officer, note="统一口径"
    )
    event = history_of("policies")[-1]
    assert event.kind == "policies.policy_adopted"
    assert event.public["version"] == row.version
    assert event.public["sha256"] == row.sha256
    assert event.actor_key == row.adopted_by_key
    assert "统一口径" not in str(event.public)


def test_a_word_of_urgency_leads_to_a_time_limit_of_its_day() -> None:
    change = ('urgent_class = "one_day"', 'urgent_class = "no_such"')
    text = a_file("hotline-2026-12-02", effective_from=in_days(30), change=change)
    text = text.replace('version = "2026-12-02"', f'version = "{in_days(30)}"')
    text = text.replace("effective_from = 2026-12-02", f"effective_from = {in_days(30)}")
    with pytest.raises(PolicyInvalid, match="办理期限里没有“no_such”这一类"):
        adopt_policy(text=text, by=a_cast().by_district_officer)


EVERYONE_ELSE = (
    "resident",
    "technician",
    "manager",
    "company_admin",
    "community_worker",
    "secretary",
    "street_officer",
    "auditor",
    "operator",
    "anonymous",
)


def test_only_the_district_adopts() -> None:
    cast = a_cast()
    for who in EVERYONE_ELSE:
        with pytest.raises(NotPermitted, match="只有区级干部"):
            adopt_policy(text=a_file(effective_from=in_days(1)), by=cast.actor(who))


def test_a_version_cannot_bind_today_or_days_gone_by() -> None:
    by = a_cast().by_district_officer
    for days in (0, -30):
        with pytest.raises(RuleBroken, match="最早从明天起") as refusal:
            adopt_policy(text=a_file(effective_from=in_days(days)), by=by)
        assert refusal.value.field == "effective_from"


def test_an_adopted_version_is_not_adopted_again_and_a_day_has_one_version() -> None:
    by = a_cast().by_district_officer
    text = a_file(effective_from=in_days(3))
    adopt_policy(text=text, by=by)
    with pytest.raises(RuleBroken, match="已经采用过"):
        adopt_policy(text=text, by=by)
    other = text.replace(f'version = "{in_days(3)}"', f'version = "{in_days(3)}.2"')
    with pytest.raises(RuleBroken, match="同一天已经有另一个版本"):
        adopt_policy(text=other, by=by)


def test_a_fault_in_the_file_is_named_and_nothing_is_adopted() -> None:
    count = PolicyVersion.objects.count()
    wrong = a_file(effective_from=in_days(1), change=("max_days = 7", "max_days = -7"))
    with pytest.raises(PolicyInvalid, match=r"values\.pauses\.max_days"):
        adopt_policy(text=wrong, by=a_cast().by_district_officer)
    assert PolicyVersion.objects.count() == count


@pytest.mark.parametrize(
    "change", ["UPDATE policies_policyversion SET note = 'x'", "DELETE FROM policies_policyversion"]
)
def test_the_database_refuses_to_change_an_adopted_version(change: str) -> None:
    with (
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)


def test_not_even_the_owner_empties_the_table(owner_connection: psycopg.Connection) -> None:
    with pytest.raises(psycopg.Error, match="never changed"):
        owner_connection.execute("TRUNCATE policies_policyversion")
