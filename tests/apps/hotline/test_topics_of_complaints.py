"""What many complaints are about: found anew each time, sent to the ledger, from where the demand list takes it."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from huiyin.apps.hotline.models import HotlineTopic
from huiyin.apps.hotline.services import erase_complaints, find_topics, send_topic
from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.selectors import topics_of
from huiyin.apps.places.services import end_engagement
from huiyin.apps.reports.services.demands import open_demand_list
from huiyin.domain.access import SYSTEM
from huiyin.domain.errors import NotPermitted, RuleBroken
from tests.given_counts import some_complaints
from tests.given_hotline import a_row, an_import
from tests.given_topics import some_topics, told
from tests.people import Cast, sign_in

JULY = datetime(2026, 7, 15, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def _in_july(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYIN_NOW", JULY.isoformat())


def test_a_topic_found_again_is_the_one_it_shares_most_complaints_with(cast: Cast) -> None:
    lift, noise = some_topics(
        told(cast, "G1", "G2", "G3"), told(cast, "G7", "G8", "G9", title="夜里施工吵闹", heat=20.0)
    )
    again = some_topics(
        told(cast, "G2", "G3", "G4", "G5", title="电梯停运没人修", heat=80.0),
        told(cast, "G20", "G21", "G22", title="停车场进水", heat=30.0),
    )
    assert [(each.pk == lift.pk, each.title, each.complaint_count) for each in again] == [
        (True, "电梯停运没人修", 4),
        (False, "停车场进水", 3),
    ]
    assert not HotlineTopic.objects.filter(pk=noise.pk).exists()


def test_one_complaint_in_common_makes_no_other_matter_the_topic_that_was_sent(cast: Cast) -> None:
    (lift,) = some_topics(told(cast, *(f"G{n}" for n in range(10))))
    send_topic(lift, by=cast.by_secretary)
    flood = told(cast, "G0", *(f"H{n}" for n in range(11)), title="停车场进水")
    again = some_topics(flood, told(cast, *(f"G{n}" for n in range(1, 10)), heat=90.0))
    assert [(each.title, each.pk == lift.pk, each.case_id is not None) for each in again] == [
        ("电梯经常停运", True, True),
        ("停车场进水", False, False),
    ]


def test_pairs_that_share_most_are_the_same_whichever_has_more_complaints(cast: Cast) -> None:
    both, half = [f"G{n}" for n in range(6)], [f"H{n}" for n in range(6)]
    lift, _noise = some_topics(told(cast, *both), told(cast, *half, title="夜里施工吵闹", heat=20.0))
    joined = told(cast, *both[:4], *half, title="小区里很多事", heat=60.0)
    rest = told(cast, *both[4:], title="电梯困人", heat=50.0)
    again = some_topics(joined, rest)
    assert [(each.title, each.pk == lift.pk) for each in again] == [
        ("小区里很多事", False),
        ("电梯困人", True),
    ]


def test_a_sent_topic_whose_import_is_undone_and_comes_again_is_the_same(cast: Cast) -> None:
    numbers = ("G1", "G2", "G3")
    (lift,) = some_topics(told(cast, *numbers))
    send_topic(lift, by=cast.by_secretary)
    (gone,) = some_topics()
    assert (gone.complaint_count, gone.example) == (0, "")
    (again,) = some_topics(told(cast, *numbers))
    assert (again.pk, again.complaint_count) == (lift.pk, 3)
    with pytest.raises(RuleBroken, match="已经加入"):
        send_topic(again, by=cast.by_secretary)


def test_the_secretary_sends_a_topic_and_the_demand_list_has_it(cast: Cast) -> None:
    (topic,) = some_topics(told(cast, "G1", "G2", "G3"))
    sent = send_topic(topic, by=cast.by_secretary)
    assert sent.case is not None
    sent.case.refresh_from_db()
    assert (sent.case.source, sent.case.category, sent.case.topic_id) == ("hotline", "lifts", sent.topic_id)
    assert sent.case.text == ("电梯经常停运。2026年4月12日至2026年6月28日，12345 热线收到 3 件这样的诉求。")
    assert [each.title for each in topics_of(cast.estate)] == ["电梯经常停运"]
    demands = open_demand_list(estate=cast.estate, by=cast.by_secretary, begins_on=date(2026, 7, 1))
    assert [line.title for line in demands.demands.all()] == ["电梯经常停运"]
    with pytest.raises(RuleBroken, match="已经加入"):
        send_topic(topic, by=cast.by_secretary)
    assert Case.objects.count() == 1


def test_a_company_that_left_does_not_see_what_is_said_now(client: Client, cast: Cast) -> None:
    some_complaints(cast.estate, 9)
    some_topics(told(cast, "G1", "G2", "G3"))
    pages = ("/desk/hotline/estates/yunshanli", "/desk/hotline")
    company = sign_in(client, cast.company_admin)
    assert ["电梯经常停运" in company.get(page).text for page in pages] == [True, True]
    end_engagement(engagement=cast.engagement, ends_on=date(2026, 7, 14), by=cast.by_district_officer)
    assert ["电梯经常停运" in company.get(page).text for page in pages] == [False, False]
    secretary = sign_in(Client(), cast.secretary)
    assert ["电梯经常停运" in secretary.get(page).text for page in pages] == [True, True]


def test_who_calls_is_not_counted_where_nobody_is_known(client: Client, cast: Cast) -> None:
    some_complaints(cast.estate, 9)
    some_topics(told(cast, "G1", "G2", "G3", callers=0))
    page = sign_in(client, cast.secretary).get("/desk/hotline/estates/yunshanli").text
    assert "3 件，电梯" in page
    assert "人来电" not in page


def test_a_public_case_never_names_a_day_to_come(cast: Cast) -> None:
    """A wrong date that an earlier release took in."""
    (topic,) = some_topics(told(cast, "G1", "G2", "G3"))
    HotlineTopic.objects.filter(pk=topic.pk).update(last_on=date(2036, 11, 5))
    sent = send_topic(topic, by=cast.by_secretary)
    assert sent.case is not None
    assert sent.case.text == "电梯经常停运。2026年4月12日至2026年7月15日，12345 热线收到 3 件这样的诉求。"


def test_a_topic_is_sent_from_the_period_that_was_shown(client: Client, cast: Cast) -> None:
    some_complaints(cast.estate, 3)
    (topic,) = some_topics(told(cast, "G1", "G2", "G3"))
    secretary = sign_in(client, cast.secretary)
    page = secretary.get("/desk/hotline/estates/yunshanli?period=2026-Q2").text
    send = f"/desk/hotline/topics/{topic.pk}/send?period=2026-Q2"
    assert f'href="{send}"' in page
    assert "近六个月的热点" in page
    back = f'href="/desk/hotline/estates/yunshanli?period=2026-Q2#topic-{topic.pk}"'
    assert back in secretary.get(send).text
    send_topic(topic, by=cast.by_secretary)
    assert back in secretary.get(send).text
    answer = secretary.post(f"/desk/hotline/topics/{topic.pk}/withdraw?period=2026-Q2")
    assert answer["Location"] == "/desk/hotline/estates/yunshanli?period=2026-Q2"
    overview = secretary.get("/desk/hotline?period=2026-Q2").text
    assert back in overview
    assert f"/desk/hotline/estates/yunshanli/complaints?topic={topic.pk}" in overview


def test_a_topic_that_was_sent_stays_when_its_complaints_are_gone(client: Client, cast: Cast) -> None:
    some_complaints(cast.estate, 3)
    (topic,) = some_topics(told(cast, "G1", "G2", "G3"))
    send_topic(topic, by=cast.by_secretary)
    (kept,) = some_topics()
    assert (kept.pk, kept.complaint_count, kept.example, kept.numbers) == (
        topic.pk,
        0,
        "",
        ["G1", "G2", "G3"],
    )
    page = sign_in(client, cast.secretary).get("/desk/hotline/estates/yunshanli")
    assert "电梯经常停运" not in page.text


@pytest.mark.parametrize("name", ["community_worker", "manager", "district_officer", "stranger"])
def test_only_the_secretary_of_the_community_sends_a_topic(cast: Cast, name: str) -> None:
    (topic,) = some_topics(told(cast, "G1", "G2", "G3"))
    with pytest.raises(NotPermitted):
        send_topic(topic, by=cast.actor(name))


def test_the_estates_page_shows_topics_and_the_company_no_words(client: Client, cast: Cast) -> None:
    some_complaints(cast.estate, 3)
    (topic,) = some_topics(told(cast, "G1", "G2", "G3"))
    secretary = sign_in(client, cast.secretary)
    page = secretary.get("/desk/hotline/estates/yunshanli").text
    assert "3 件，2 人来电，电梯" in page
    assert "近 30 天 2 件，再前 30 天 1 件" in page
    assert "老人下不了楼" in page
    manager = sign_in(Client(), cast.manager).get("/desk/hotline/estates/yunshanli").text
    assert "电梯经常停运" in manager
    assert "老人下不了楼" not in manager
    assert "topics/" not in manager  # no way to send it
    send_topic(topic, by=cast.by_secretary)
    assert "已加入核心诉求：" in secretary.get("/desk/hotline/estates/yunshanli").text
    assert "电梯经常停运" in secretary.get("/desk/hotline").text
    assert "电梯经常停运" not in sign_in(Client(), cast.stranger).get("/desk/hotline").text


def test_words_that_are_erased_leave_the_topic_at_once(cast: Cast) -> None:
    rows = [a_row(at, f"云杉里物业不修电梯，第{at}次") for at in range(1, 5)]
    an_import(cast.by_street_officer, rows)
    find_topics()
    (topic,) = HotlineTopic.objects.all()
    assert (topic.complaint_count, topic.example) == (4, "云杉里物业不修电梯，第4次")
    erase_complaints(["R0004"], reason="本人要求删除。", by=SYSTEM)
    assert HotlineTopic.objects.get().example == ""
    find_topics()
    again = HotlineTopic.objects.get()
    assert (again.pk, again.complaint_count, again.example) == (topic.pk, 3, "云杉里物业不修电梯，第3次")
