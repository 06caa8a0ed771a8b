"""Staff read what holds, since when and by whom; residents and visitors have no desk."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.apps.policies.selectors import policy_on
from huiyin.apps.policies.services import adopt_policy
from huiyin.apps.policies.tables import tables_of
from huiyin.domain.policy_reader import keys_of
from huiyin.domain.policy_schema import SCHEMAS
from tests.apps.policies.given import a_file, a_version_of_old, in_days
from tests.people import Cast, a_cast, sign_in

pytestmark = pytest.mark.django_db

STAFF = [
    "technician",
    "manager",
    "community_worker",
    "secretary",
    "street_officer",
    "district_officer",
    "auditor",
]


@pytest.fixture
def cast() -> Cast:
    return a_cast()


def test_staff_see_each_policy_with_the_version_in_force(cast: Cast, client: Client) -> None:
    for who in STAFF:
        page = sign_in(client, getattr(cast, who)).get("/desk/policies").content.decode()
        for words in (
            "办理期限",
            "公开理由",
            "事项类别",
            "个人信息保存期限",
            "节假日",
            "2026-01-01",
            "随软件提供",
        ):
            assert words in page, (who, words)


def test_residents_find_no_such_page_and_visitors_sign_in(cast: Cast, client: Client) -> None:
    addresses = ("/desk/policies", "/desk/policies/deadlines")
    assert [client.get(address).status_code for address in addresses] == [302, 302]
    sign_in(client, cast.resident)
    assert [client.get(address).status_code for address in addresses] == [404, 404]


def test_the_deadlines_are_readable(cast: Cast, client: Client) -> None:
    page = sign_in(client, cast.secretary).get("/desk/policies/deadlines").content.decode()
    for words in ("3 个工作日", "短期推进（默认）", "365 天，分阶段", "逾期满 3 天", "街镇干部", "2 小时"):
        assert words in page


def test_every_policy_has_its_page(cast: Cast, client: Client) -> None:
    sign_in(client, cast.auditor)
    for name in SCHEMAS:
        response = client.get(f"/desk/policies/{name}")
        assert response.status_code == 200, name
        assert "<table" in response.content.decode()


def test_a_coming_version_is_announced_and_can_be_read(cast: Cast, client: Client) -> None:
    text = a_file(effective_from=in_days(20), change=("{ amount = 3, unit", "{ amount = 5, unit"))
    adopt_policy(text=text, by=cast.by_district_officer, note="全区统一为五个工作日")
    sign_in(client, cast.secretary)
    assert "起生效" in client.get("/desk/policies").content.decode()
    now_holding = client.get("/desk/policies/deadlines").content.decode()
    assert "3 个工作日" in now_holding
    assert "全区统一为五个工作日" in now_holding
    coming = client.get(f"/desk/policies/deadlines?version={in_days(20)}").content.decode()
    assert "5 个工作日" in coming
    assert "不是现行版本" in coming


def test_versions_older_than_the_newest_keys_serve_every_page(cast: Cast, client: Client) -> None:
    a_version_of_old("meetings", without=["rating.keep_letters_days", "minutes.keep_lists_days"])
    a_version_of_old("reports", without=["demands.voices_a_day"])
    a_version_of_old("metrics", beside={"colours": ["green"]})
    for address in ("/", "/meetings", "/reports", "/how-numbers", f"/estates/{cast.estate.slug}/demands"):
        assert client.get(address).status_code == 200, address
    sign_in(client, cast.secretary)
    for address in ("/desk", "/desk/meetings", "/desk/meetings/new", "/desk/reports", "/desk/demands"):
        assert client.get(address).status_code == 200, address


def test_a_value_that_a_version_does_not_have_of_its_own_says_so(cast: Cast, client: Client) -> None:
    a_version_of_old("meetings", without=["rating.keep_letters_days"], beside={"colours": ["green"]})
    page = sign_in(client, cast.secretary).get("/desk/policies/meetings").content.decode()
    assert "软件后来增加的 1 项规则，此版本采用时还没有" in page
    assert page.count("（此版本未写，按系统默认）") == 1
    assert "7 天（此版本未写，按系统默认）" in page
    assert "<code>values.colours</code>" in page
    written = client.get("/desk/policies/meetings?version=2026-12-01").content.decode()
    assert "按系统默认" not in written
    assert "不再使用" not in written


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_key_added_later_is_a_row_of_its_policys_page(name: str) -> None:
    rows = {row[0] for table in tables_of(policy_on(name, in_days(0)).values) for row in table.rows}  # type: ignore[call-overload]
    labels = {key.added.label for key in keys_of(SCHEMAS[name]) if key.added}
    assert labels <= rows


def test_what_was_never_adopted_is_not_found(cast: Cast, client: Client) -> None:
    sign_in(client, cast.secretary)
    for address in ("/desk/policies/unheard", "/desk/policies/deadlines?version=1999-01-01"):
        assert client.get(address).status_code == 404


def test_more_versions_cost_no_more_queries(cast: Cast, client: Client) -> None:
    sign_in(client, cast.secretary).get("/desk/policies")

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/desk/policies")
        return len(asked)

    few = queries()
    for count in range(1, 21):
        adopt_policy(text=a_file(effective_from=in_days(count)), by=cast.by_district_officer)
    assert queries() == few
