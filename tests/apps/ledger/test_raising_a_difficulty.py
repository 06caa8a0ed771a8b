"""A company raises what it cannot solve alone; it is led by the community or the street, in public like any other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client

from huiyin.apps.ledger.models import Asker, Case
from huiyin.apps.ledger.services import assign
from huiyin.apps.ledger.services.register import AskerDraft, register_case
from huiyin.apps.places.services import end_engagement
from huiyin.domain.errors import RuleBroken
from huiyin.domain.ledger_rules import Kind, Source
from huiyin.web.now import now
from tests.people import Cast, sign_in

PAGE = "/desk/cases/difficulty"
TEXT = "业主大会开了两次都不到三分之二，电梯更新的维修资金用不了，请社区帮助组织。"
KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"


def raised(client: Client, cast: Cast, **changes: str) -> Any:
    told = {"place": f"e{cast.estate.pk}", "text": TEXT, "building": "6号楼", "idempotency_key": KEY}
    return client.post(PAGE, told | changes, follow=True)


@pytest.mark.parametrize("role", ["manager", "company_admin"])
def test_the_company_raises_a_difficulty_in_its_own_name(cast: Cast, client: Client, role: str) -> None:
    sign_in(client, getattr(cast, role))
    page = raised(client, cast).text
    case = Case.objects.get()
    assert (case.kind, case.estate, case.area) == ("difficulty", cast.estate, cast.community)
    assert Asker.objects.get(case=case).person == getattr(cast, role)
    assert f"编号 {case.number}" in page
    assert "企业困难" in page
    assert "青禾物业服务有限公司" in page
    assert case.number in client.get(PAGE).text, "below the form stands what was raised before"


def test_what_concerns_more_than_one_estate_belongs_to_the_community(cast: Cast, client: Client) -> None:
    sign_in(client, cast.manager)
    raised(client, cast, place=f"a{cast.community.pk}")
    case = Case.objects.get()
    assert (case.estate, case.area) == (None, cast.community)


def test_no_company_leads_a_difficulty_and_the_community_does_by_itself(cast: Cast, client: Client) -> None:
    sign_in(client, cast.manager)
    raised(client, cast)
    case = Case.objects.get()
    with pytest.raises(RuleBroken, match="不能交给物业企业"):
        assign.assign(
            case, by=cast.by_secretary, case_list="short_term", lead=assign.Lead.company(cast.engagement)
        )
    assert assign.default_lead(case).label == "云杉里社区"
    sign_in(client, cast.secretary)
    page = client.get(f"/desk/cases/{case.number}").text
    assert "云杉里社区" in page
    assert "望溪街道" in page


def test_the_tab_stands_on_the_desk_of_who_may_raise_one(cast: Cast, client: Client) -> None:
    for role, sees in (
        ("manager", True),
        ("company_admin", True),
        ("technician", False),
        ("secretary", False),
    ):
        page = sign_in(client, getattr(cast, role)).get("/desk/cases").text
        assert (f'href="{PAGE}"' in page) is sees, role


def test_only_estates_the_company_serves_today_can_be_named(cast: Cast, client: Client) -> None:
    sign_in(client, cast.company_admin)
    assert raised(client, cast, place=f"e{cast.other_estate.pk}").status_code == 422
    yesterday = now().date() - timedelta(days=1)
    end_engagement(engagement=cast.engagement, ends_on=yesterday, by=cast.by_district_officer)
    assert "现在没有在服务的小区" in client.get(PAGE).text
    assert raised(client, cast).status_code == 422
    assert not Case.objects.exists()


def test_sent_twice_is_registered_once_and_what_is_wrong_keeps_the_text(cast: Cast, client: Client) -> None:
    sign_in(client, cast.manager)
    refused = raised(client, cast, text="难。")
    assert refused.status_code == 422
    assert ">\n难。</textarea>" in refused.text
    for _ in range(2):
        raised(client, cast)
    assert Case.objects.count() == 1


@pytest.mark.parametrize("count", [2, 20])
def test_the_page_asks_the_same_number_of_queries(
    cast: Cast, client: Client, count: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(count):
        register_case(
            by=cast.by_manager,
            text=TEXT,
            estate=cast.estate,
            area=cast.community,
            kind=Kind.DIFFICULTY,
            source=Source.WEB,
            asker=AskerDraft(person_id=cast.manager.pk),
        )
    sign_in(client, cast.manager)
    client.get(PAGE)
    with django_assert_max_num_queries(8):
        client.get(PAGE)


def test_a_braked_company_gets_the_words_back(cast: Cast, settings: LazySettings) -> None:
    cache.clear()
    settings.SIGNED_IN_POSTS_PER_WINDOW = 1
    client = sign_in(Client(), cast.manager)
    client.post("/desk/cases/difficulty", {})
    braked = client.post("/desk/cases/difficulty", {"place": "", "text": "电梯更新的钱用不了。"})
    assert braked.status_code == 429
    assert "电梯更新的钱用不了。" in braked.text
