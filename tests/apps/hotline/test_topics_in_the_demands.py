"""The secretary words a topic, sees it as it will stand, finds it in the open list; or takes it back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from huiyin.apps.audit.comparing import differences
from huiyin.apps.audit.models import Event
from huiyin.apps.hotline.models import HotlineTopic
from huiyin.apps.hotline.services import send_topic, withdraw_topic
from huiyin.apps.ledger.models import Case, Topic
from huiyin.apps.ledger.services.topics import open_topic, put_in_topic
from huiyin.apps.reports.models import DemandList
from huiyin.apps.reports.services import demands
from huiyin.apps.reports.services.voices import add_voice
from huiyin.domain.errors import NotPermitted, RuleBroken
from tests import given
from tests.counting import queries_of
from tests.given_topics import some_topics, told
from tests.people import Cast, sign_in

JULY = datetime(2026, 7, 15, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PAGE = "/desk/hotline/topics/{}/send"


@pytest.fixture(autouse=True)
def _in_july(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYIN_NOW", JULY.isoformat())


def a_topic(cast: Cast, **changes: str) -> HotlineTopic:
    (topic,) = some_topics(told(cast, "G1", "G2", "G3", **changes))
    return topic


def a_list(cast: Cast) -> DemandList:
    return demands.open_demand_list(
        estate=cast.estate, by=cast.by_secretary, begins_on=date(2026, 7, 1), now=JULY
    )


def test_the_list_that_is_collecting_has_it_at_once_and_the_page_leads_there(
    cast: Cast, client: Client
) -> None:
    collecting = a_list(cast)
    topic = a_topic(cast)
    secretary = sign_in(client, cast.secretary)
    sent = secretary.post(
        PAGE.format(topic.pk), {"title": "单元电梯经常停运", "text": "三户打过 12345。"}, follow=True
    ).text
    (line,) = collecting.demands.all()
    assert (line.title, line.is_read, line.case_count) == ("单元电梯经常停运", True, 1)
    assert [(voice.source, voice.case_id) for voice in line.voices.all()] == [
        ("topic", Case.objects.get().pk)
    ]
    assert "已列入正在收集的核心诉求清单，报告期是2026年7月至12月。" in sent
    assert f"/desk/demands/{collecting.pk}?line={line.pk}" in sent
    assert "单元电梯经常停运" in secretary.get(f"/desk/demands/{collecting.pk}").text
    assert list(differences("")) == []


def test_a_further_topic_of_the_same_kind_joins_the_line_that_stands(cast: Cast) -> None:
    known = open_topic(by=cast.by_secretary, estate=cast.estate, title="电梯故障", category="lifts", now=JULY)
    case = given.a_case(cast, now=JULY)
    put_in_topic([case], topic=known, by=cast.by_secretary, now=JULY)
    collecting = a_list(cast)
    send_topic(a_topic(cast), by=cast.by_secretary, into=known, now=JULY)
    (line,) = collecting.demands.all()
    assert (line.title, line.case_count, line.voices.count()) == ("电梯故障", 2, 2)
    assert Topic.objects.count() == 1


def test_without_an_open_list_the_next_one_takes_it_whenever_that_is(cast: Cast) -> None:
    collecting = a_list(cast)
    demands.confirm(collecting, by=cast.by_secretary, now=JULY)
    topic = a_topic(cast)
    send_topic(topic, by=cast.by_secretary, now=JULY)
    later = datetime(2027, 2, 1, 10, 0, tzinfo=JULY.tzinfo)
    (line,) = demands.open_demand_list(estate=cast.estate, by=cast.by_secretary, now=later).demands.all()
    assert (line.title, line.case_count, line.voices.count()) == ("电梯经常停运", 1, 1)


def test_the_page_says_which_period_takes_it_up(cast: Cast, client: Client) -> None:
    topic = a_topic(cast)
    secretary = sign_in(client, cast.secretary)
    send_topic(topic, by=cast.by_secretary, now=JULY)
    assert "还没有收集过核心诉求。开始收集第一份清单时" in secretary.get(PAGE.format(topic.pk)).text
    withdraw_topic(topic, by=cast.by_secretary, now=JULY)
    demands.confirm(a_list(cast), by=cast.by_secretary, now=JULY)
    send_topic(topic, by=cast.by_secretary, now=JULY)
    page = secretary.get(PAGE.format(topic.pk)).text
    assert "现在没有在收集的清单。下一份是2027年1月至6月的" in page


def test_the_words_are_shown_as_they_will_stand_before_they_are_taken(cast: Cast, client: Client) -> None:
    topic = a_topic(cast)
    secretary = sign_in(client, cast.secretary)
    first = secretary.get(PAGE.format(topic.pk)).text
    assert "机器从诉求里拟的" in first
    assert "电梯经常停运。2026年4月12日至2026年6月28日，12345 热线收到 3 件这样的诉求。" in first
    told_words = {"title": "6号楼电梯经常停运", "text": "请联系王芳13800001234。"}
    again = secretary.post(PAGE.format(topic.pk), told_words)
    assert "有些字公开时会隐去" in again.text
    assert "请联系〔姓名〕〔手机号〕。" in again.text
    assert not Case.objects.exists()
    seen = again.context["form"].mark
    secretary.post(PAGE.format(topic.pk), told_words | {"seen": seen})
    case = Case.objects.get()
    assert (case.title, case.text) == ("6号楼电梯经常停运", "请联系〔姓名〕〔手机号〕。")


def test_looking_changes_nothing(cast: Cast, client: Client) -> None:
    topic = a_topic(cast)
    looked = sign_in(client, cast.secretary).post(
        PAGE.format(topic.pk), {"title": "电梯常坏", "text": "三件。", "look": ""}
    )
    assert looked.status_code == 200
    assert "电梯常坏" in looked.text
    assert not Case.objects.exists()


@pytest.mark.parametrize("title", ["物业拖着不修", "居民意见大", "各种问题", ""])
def test_a_title_that_says_no_matter_is_refused_beside_the_field(
    cast: Cast, client: Client, title: str
) -> None:
    topic = a_topic(cast)
    answer = sign_in(client, cast.secretary).post(PAGE.format(topic.pk), {"title": title, "text": "三件。"})
    assert answer.status_code == 422
    assert "看不出说的是哪件事" in answer.text or "请写标题。" in answer.text
    assert not Case.objects.exists()


def test_topics_of_the_estate_that_say_the_like_are_offered_first(cast: Cast, client: Client) -> None:
    for title in ("楼道卫生差", "电梯停运修得慢", "停车收费不公开"):
        topic = open_topic(by=cast.by_secretary, estate=cast.estate, title=title, now=JULY)
        put_in_topic([given.a_case(cast, now=JULY)], topic=topic, by=cast.by_secretary, now=JULY)
    form = sign_in(client, cast.secretary).get(PAGE.format(a_topic(cast).pk)).context["form"]
    labels = [label for _value, label in form.fields["into"].choices]
    assert labels[:2] == ["另起一个热点，用下面的标题", "电梯停运修得慢（看着像同一件事）"]
    assert set(labels[2:]) == {"楼道卫生差", "停车收费不公开"}


def test_what_was_sent_by_mistake_is_taken_back_with_its_line(cast: Cast, client: Client) -> None:
    collecting = a_list(cast)
    topic = a_topic(cast)
    send_topic(topic, by=cast.by_secretary, now=JULY)
    secretary = sign_in(client, cast.secretary)
    after = secretary.post(f"/desk/hotline/topics/{topic.pk}/withdraw", follow=True).text
    assert "已撤回，台账里这件事不再办理。" in after
    case = Case.objects.get()
    assert (case.status, case.topic) == ("withdrawn", None)
    assert not collecting.demands.exists()
    topic.refresh_from_db()
    assert (topic.topic, topic.case) == (None, None)
    kinds = list(Event.objects.order_by("pk").values_list("kind", flat=True))
    assert "hotline.topic_withdrawn" in kinds
    assert "reports.topic_given_back" in kinds
    assert "12345 转来的这件事已收回" in secretary.get(f"/desk/cases/{case.number}").text
    assert list(differences("")) == []
    assert send_topic(topic, by=cast.by_secretary, now=JULY).case is not None


def test_a_line_others_stand_behind_stays_when_a_topic_is_taken_back(cast: Cast) -> None:
    collecting = a_list(cast)
    topic = a_topic(cast)
    send_topic(topic, by=cast.by_secretary, now=JULY)
    line = collecting.demands.get()
    add_voice(
        collecting, by=cast.by_secretary, source="visit", demand=line, text="电梯总停，老人下不了楼", now=JULY
    )
    withdraw_topic(topic, by=cast.by_secretary, now=JULY)
    line.refresh_from_db()
    assert (line.case_count, line.voices.count()) == (0, 1)


def test_what_somebody_works_on_or_a_confirmed_list_holds_stays(cast: Cast, client: Client) -> None:
    collecting = a_list(cast)
    topic = a_topic(cast)
    case = send_topic(topic, by=cast.by_secretary, now=JULY).case
    assert case is not None
    demands.confirm(collecting, by=cast.by_secretary, now=JULY)
    with pytest.raises(RuleBroken, match="2026年7月至12月的核心诉求清单已经确认"):
        withdraw_topic(topic, by=cast.by_secretary, now=JULY)
    given.led_to(cast, case, status="in_progress", now=JULY + timedelta(hours=1))
    assert "已经有人在办，不能再撤回" in sign_in(client, cast.secretary).get(PAGE.format(topic.pk)).text


@pytest.mark.parametrize("name", ["community_worker", "manager", "district_officer", "stranger"])
def test_only_the_secretary_takes_a_topic_back(cast: Cast, name: str) -> None:
    topic = send_topic(a_topic(cast), by=cast.by_secretary, now=JULY)
    with pytest.raises(NotPermitted):
        withdraw_topic(topic, by=cast.actor(name))


def test_the_page_takes_the_same_queries_for_few_topics_and_many(cast: Cast, client: Client) -> None:
    page = PAGE.format(a_topic(cast).pk)
    secretary = sign_in(client, cast.secretary)

    def further(count: int) -> None:
        for _number in range(count):
            topic = open_topic(
                by=cast.by_secretary, estate=cast.estate, title=f"楼道第{Topic.objects.count()}处", now=JULY
            )
            put_in_topic([given.a_case(cast, now=JULY)], topic=topic, by=cast.by_secretary, now=JULY)

    further(1)
    secretary.get(page)
    few = queries_of(lambda: secretary.get(page))
    further(6)
    assert queries_of(lambda: secretary.get(page)) == few
    assert few <= 12
