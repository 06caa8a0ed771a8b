"""(g) A hall where the network comes and goes: what was typed or pressed arrives, and arrives once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from huiyin.apps.audit.models import Event
from huiyin.apps.meetings.clock import clock_of
from huiyin.apps.meetings.models import Meeting, Question
from tests import given_meetings
from tests.journeys.visitors import PHONE, Visitor, Way, a_member, let_in
from tests.serving import until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Route

    from tests.journeys.living_site import LivingSite

TABLET = Way("tablet", 1024, keyboard=True)
FLOOR = given_meetings.FLOOR
# What still waits on this phone (frontend/js/outbox.js).
OUTBOX = """() => new Promise(done => {
  const wish = indexedDB.open('huiyin', 1);
  wish.onsuccess = () => {
    const all = wish.result.transaction('outbox').objectStore('outbox').getAll();
    all.onsuccess = () => { wish.result.close(); done(all.result.map(each => each.fields.text)); };
  };
})"""


@pytest.fixture(scope="module")
def meeting(site: LivingSite) -> Meeting:
    """The floor is open, three questions stand in the queue."""
    for role in ("resident", "secretary"):
        let_in(site, role)
    cast = site.cast
    with site.at_rest():
        site.at(given_meetings.PLANNING)
        live = given_meetings.a_meeting(cast, phase="questions")
        for text in (given_meetings.LIFT, given_meetings.CHARGING, given_meetings.REVENUE):
            given_meetings.a_question(cast, live, text=text, by=cast.by_neighbour)
    site.at(FLOOR + timedelta(minutes=5))
    return live


@pytest.fixture
def phone(site: LivingSite, browser: Browser, meeting: Meeting) -> Iterator[Visitor]:
    """The resident's phone on the page of questions, with the site's service worker at work."""
    with a_member(site, browser, "resident", PHONE) as resident:
        resident.open(f"/meetings/{meeting.pk}/ask")
        resident.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
        yield resident


def ask(phone: Visitor, text: str) -> None:
    phone.write("问题", text)
    phone.control("提交问题").click()  # no answer is waited for
    phone.comes_to_read("等待发送", text)


def asked(text: str) -> list[int]:
    """The numbers of the questions that say so."""
    return list(Question.objects.filter(text=text).values_list("number", flat=True))


def test_a_question_waits_on_the_phone_and_arrives_when_the_page_is_opened_again(
    phone: Visitor, meeting: Meeting
) -> None:
    text = "晚上九点以后还在施工，谁来管？"
    context = phone.page.context
    context.set_offline(True)
    ask(phone, text)
    phone.close_the_page()
    phone.page.goto(f"{phone.site.address}/meetings/{meeting.pk}/ask")
    phone.reads("没有网络")
    assert asked(text) == []

    context.set_offline(False)
    phone.open(f"/meetings/{meeting.pk}/ask")
    until(lambda: phone.page.evaluate(OUTBOX) == [], 10)
    assert asked(text) == [4]
    phone.open(f"/meetings/{meeting.pk}/ask")
    phone.reads("我提的问题", text, "等回答")


def test_what_page_and_service_worker_both_send_is_one_question(phone: Visitor, meeting: Meeting) -> None:
    text = "楼顶的太阳能热水器漏水，找谁修？"
    answers: list[int] = []

    def lose_the_answer(route: Route) -> None:
        answers.append(route.fetch().status)
        route.abort()

    workers = phone.page.context.new_cdp_session(phone.page)
    found: list[str] = []
    workers.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: found.extend(each["registrationId"] for each in told["registrations"]),
    )
    workers.send("ServiceWorker.enable")
    phone.page.route("**/ask", lose_the_answer)
    ask(phone, text)
    assert answers == [200]
    assert asked(text) == [5]

    # The page is gone; the browser wakes the service worker, which sends what it finds waiting.
    phone.close_the_page()
    phone.open("/verify")
    assert phone.page.evaluate(OUTBOX) == [text]
    workers = phone.page.context.new_cdp_session(phone.page)
    workers.send("ServiceWorker.enable")
    workers.send(
        "ServiceWorker.dispatchSyncEvent",
        {"origin": phone.site.address, "registrationId": found[-1], "tag": "outbox", "lastChance": False},
    )
    until(lambda: phone.page.evaluate(OUTBOX) == [], 10)
    assert asked(text) == [5]
    phone.open(f"/meetings/{meeting.pk}/ask")
    phone.reads(text)
    phone.reads_not("等待发送")


def test_the_console_loses_no_act_in_two_minutes_without_network(
    site: LivingSite, browser: Browser, meeting: Meeting
) -> None:
    with a_member(site, browser, "secretary", TABLET) as console:
        console.open(f"/desk/meetings/{meeting.pk}/console")
        console.page.context.set_offline(True)
        console.press("上大屏", within=row(console, given_meetings.LIFT))
        console.press("转台账", within=row(console, given_meetings.CHARGING))
        form = console.open_form("hide", within=row(console, given_meetings.REVENUE))
        console.choose("理由", "提问人要求不展示原文。", within=form)
        console.act(form.locator("button"))
        console.press("暂停计时")
        waiting = console.page.locator("[data-acts] li").all_inner_texts()
        told = ["上大屏 第 1 问", "转台账 第 2 问", "不展示 第 3 问", "暂停计时"]
        assert waiting == [f"等待发送：{each}" for each in told]
        site.later(minutes=2)
        assert {each.status for each in meeting.questions.filter(number__lt=4)} == {"shown"}

        # The tablet is started anew, and there is a network again.
        console.close_the_page()
        console.page.context.set_offline(False)
        console.open(f"/desk/meetings/{meeting.pk}/console")
        console.comes_to_read("提问暂停", "正在大屏上")
        assert console.page.locator("[data-acts] li").count() == 0

    statuses = dict(meeting.questions.filter(number__lt=4).values_list("number", "status"))
    assert statuses == {1: "shown", 2: "deferred", 3: "hidden"}
    meeting.refresh_from_db()
    assert meeting.current_question.number == 1
    # The pause says since when the floor was shut: the two minutes on the way are not counted.
    assert timedelta(minutes=5) <= clock_of(meeting, site.now).counted < timedelta(minutes=6)
    kinds = [each.kind for each in Event.objects.filter(stream=f"meeting/{meeting.pk}").order_by("-pk")[:4]]
    assert len(set(kinds)) == 4, kinds


def row(console: Visitor, text: str) -> Locator:
    return console.page.locator(".hy-cq").filter(has_text=text)
