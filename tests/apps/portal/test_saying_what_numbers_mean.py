"""The pages of words name the values in force, not numbers of their own."""

from __future__ import annotations

import pytest
from django.test import Client

from huiyin.apps.policies.selectors import policy_on
from huiyin.domain.clocks import due_day
from huiyin.domain.demands import VOICE_SOURCE_LABELS, VoiceSource
from huiyin.web.now import now
from tests.people import Cast


def test_every_limit_stands_there_as_the_policy_says_it(cast: Cast, client: Client) -> None:
    policy = policy_on("deadlines", due_day(now()))
    page = client.get("/how-numbers").text
    assert policy.version in page
    for rule in policy.values.lists:
        assert str(rule.limit) in page
    assert f"等 {policy.values.answers.days_after_delivery} 天" in page
    assert f"{policy.values.answers.days_after_delivery_by_paper} 天" in page
    assert "本区规定" in page


def test_the_numbers_of_reports_and_meetings_are_explained_with_their_values(
    cast: Cast, client: Client
) -> None:
    meetings = policy_on("meetings", due_day(now())).values
    demands = policy_on("reports", due_day(now())).values.demands
    page = client.get("/how-numbers").text
    assert f"至少 {meetings.floor.question_minutes} 分钟、到场至少 {meetings.floor.min_households} 户" in page
    assert "提问 ＝ 进台账 ＋ 合并 ＋ 不受理" in page
    assert f"开放 {meetings.rating.open_days} 天；满 {meetings.rating.min_shown} 户才显示分数" in page
    assert "不是法定义务" in page
    for each in demands.weights:
        label = VOICE_SOURCE_LABELS[VoiceSource(each.source)]
        assert f'<th scope="row">{label}</th><td class="num">{each.weight}</td>' in page


def test_how_long_what_is_kept_comes_from_the_policy(cast: Cast, client: Client) -> None:
    policy = policy_on("retention", due_day(now()))
    page = client.get("/privacy").text
    for rule in policy.values.rules:
        assert rule.label in page
        assert f"{rule.keep_days} 天" in page


@pytest.mark.parametrize("path", ["/how-numbers", "/accessibility", "/privacy"])
def test_it_can_be_read_in_large_type_and_costs_at_most_two_queries(
    cast: Cast, client: Client, path: str, django_assert_max_num_queries: object
) -> None:
    client.cookies["hy_mode"] = "elder"
    client.get(path)
    with django_assert_max_num_queries(2):  # type: ignore[operator]
        page = client.get(path)
    assert 'class="elder"' in page.text


def test_nobody_is_told_that_residents_can_attach_photos(cast: Cast, client: Client) -> None:
    page = client.get("/accessibility").text
    assert "答复里的照片" in page
    assert "居民和物业上传的照片" not in page
