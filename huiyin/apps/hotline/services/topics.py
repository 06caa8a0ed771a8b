"""Finding the topics of all estates, and putting one into the ledger, from where demand lists take them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction

from huiyin.apps.audit.services import record
from huiyin.apps.hotline.asking import ask, estates_asked
from huiyin.apps.hotline.models import HotlineTopic
from huiyin.apps.hotline.rules import rules_on
from huiyin.apps.ledger.origins import Origin
from huiyin.apps.ledger.services.register import register_case
from huiyin.apps.ledger.services.topics import open_topic, put_in_topic
from huiyin.domain.access import Actor
from huiyin.domain.clocks import due_day
from huiyin.domain.errors import RuleBroken
from huiyin.domain.ledger_rules import Kind, Source
from huiyin.integrations.queueing import queue
from huiyin.web.now import now as clock

ORIGIN = "hotline.topic"
TOPICS_LOCK = "hotline/topics"
"""The queue's lock: topics are found by one process at a time."""


def find_topics() -> int:
    """Have the topics of every estate found anew; returns how many there are."""
    now = clock()
    asked = {
        "estates": estates_asked(now),
        "today": due_day(now).isoformat(),
        "weights": asdict(rules_on(due_day(now)).heat.weights),
    }
    return int(ask("topics", asked, now=now)["topics"])


def find_topics_later() -> None:
    """After the store has changed."""
    queue.configure_task("hotline.topics", lock=TOPICS_LOCK).defer()


def forget_words(numbers: Sequence[str]) -> None:
    """Of complaints that were erased: no topic shows them from now on, and all are found anew without them."""
    HotlineTopic.objects.filter(numbers__overlap=list(numbers)).update(example="")
    find_topics_later()


@transaction.atomic
def send_topic(topic: HotlineTopic, *, by: Actor, now: datetime | None = None) -> HotlineTopic:
    """Open a topic of the ledger with one case that stands for the complaints; the secretary of the community.

    Demand lists and the check for silence read the ledger's topics, so they know it from now on.
    """
    now = now or clock()
    topic = (
        HotlineTopic.objects.select_for_update(of=("self",), no_key=True)
        .select_related("estate__area")
        .get(pk=topic.pk)
    )
    estate = topic.estate
    category = _category_of(topic, now)
    opened = open_topic(by=by, estate=estate, title=topic.title, category=category, now=now)
    if topic.case_id is not None:
        raise RuleBroken("这个热点已经加入核心诉求。", code="hotline.topic_sent")
    if not topic.complaint_count:
        raise RuleBroken("这个热点现在没有诉求了。", code="hotline.topic_empty")
    topic.topic = opened
    topic.case = register_case(
        by=by,
        text=_words_of(topic, due_day(now)),
        title=topic.title,
        estate=estate,
        area=estate.area,
        kind=Kind.COMPLAINT,
        category=category,
        source=Source.HOTLINE,
        origin=Origin(ORIGIN, str(topic.pk)),
        now=now,
    )
    put_in_topic([topic.case], topic=opened, by=by, now=now)
    topic.save(update_fields=["topic", "case"])
    record(
        kind="hotline.topic_sent",
        stream=f"estate/{estate.code}",
        by=by,
        now=now,
        public={"topic": opened.pk, "case": topic.case.number, "complaints": topic.complaint_count},
    )
    return topic


def _words_of(topic: HotlineTopic, today: date) -> str:
    """What stands in public: the title and the numbers, not the words of one caller; no day that is to come."""
    days = (min(day, today) for day in (topic.first_on, topic.last_on))
    first, last = (f"{day.year}年{day.month}月{day.day}日" for day in days)
    return f"{topic.title}。{first}至{last}，12345 热线收到 {topic.complaint_count} 件这样的诉求。"


def _category_of(topic: HotlineTopic, now: datetime) -> str:
    """That of the ledger, by the policy; none where this version has no such category."""
    try:
        return rules_on(due_day(now)).category(topic.category).ledger_category
    except KeyError:
        return ""
