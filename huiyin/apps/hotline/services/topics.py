"""Finding the topics of all estates, and putting one into the ledger, from where demand lists take them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction

from huiyin.apps.audit.services import record
from huiyin.apps.hotline.asking import ask, estates_asked
from huiyin.apps.hotline.models import HotlineTopic
from huiyin.apps.hotline.permissions import check_send
from huiyin.apps.hotline.rules import ledger_category_of, rules_on
from huiyin.apps.ledger import taking_up
from huiyin.apps.ledger.models import Topic
from huiyin.apps.ledger.origins import Origin
from huiyin.apps.ledger.services.answer import check_can_take_back, take_back
from huiyin.apps.ledger.services.register import register_case
from huiyin.apps.ledger.services.topics import open_topic, put_in_topic
from huiyin.domain.access import Actor
from huiyin.domain.clocks import due_day
from huiyin.domain.errors import RuleBroken
from huiyin.domain.ledger_rules import Kind, Source
from huiyin.integrations.queueing import queue
from huiyin.language.matters import names_a_matter
from huiyin.web.now import now as clock

ORIGIN = "hotline.topic"
LONGEST_TITLE = 60
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
def send_topic(
    topic: HotlineTopic,
    *,
    by: Actor,
    title: str = "",
    text: str = "",
    into: Topic | None = None,
    now: datetime | None = None,
) -> HotlineTopic:
    """Put it into the ledger as one case that stands for the complaints; the secretary of the community.

    `title` and `text` are what stands in public, by default as the machine words it; `into` is a topic of the estate
    it joins, else one of that title is opened. The list that is collecting takes it in at once (ledger.taking_up).
    """
    now = now or clock()
    topic = _locked(topic)
    estate = topic.estate
    check_send(estate, by)
    title, text = check_title(title or topic.title), text.strip() or words_of(topic, due_day(now))
    if topic.case_id is not None:
        raise RuleBroken("这个热点已经加入核心诉求。", code="hotline.topic_sent")
    if not topic.complaint_count:
        raise RuleBroken("这个热点现在没有诉求了。", code="hotline.topic_empty")
    if into is not None and into.estate_id != estate.pk:
        raise RuleBroken("只能并入同一个小区的热点。", code="hotline.topic_elsewhere", field="into")
    category = ledger_category_of(topic.category, rules_on(due_day(now)))
    topic.topic = into or open_topic(by=by, estate=estate, title=title, category=category, now=now)
    topic.case = register_case(
        by=by,
        text=text,
        title=title,
        estate=estate,
        area=estate.area,
        kind=Kind.COMPLAINT,
        category=category,
        source=Source.HOTLINE,
        origin=Origin(ORIGIN, str(topic.pk)),
        now=now,
    )
    put_in_topic([topic.case], topic=topic.topic, by=by, now=now)
    topic.save(update_fields=["topic", "case"])
    _record(topic, "topic_sent", by, now)
    taking_up.take_in(topic.topic, by, now)
    return topic


def check_withdraw(topic: HotlineTopic, by: Actor) -> None:
    """Raise unless the press may be undone: nobody has begun to work on its case."""
    check_send(topic.estate, by)
    if topic.case is None:
        raise RuleBroken("这个热点没有加入核心诉求。", code="hotline.topic_not_sent")
    check_can_take_back(topic.case, by)


@transaction.atomic
def withdraw_topic(topic: HotlineTopic, *, by: Actor, now: datetime | None = None) -> HotlineTopic:
    """Undo `send_topic`: the case is withdrawn, the list that is collecting gives its line back.

    Refused once somebody works on the case or a list that holds it is confirmed. The history keeps both.
    """
    now = now or clock()
    topic = _locked(topic)
    check_withdraw(topic, by)
    assert topic.case is not None
    taking_up.give_back(topic.case, by, now)
    put_in_topic([topic.case], topic=None, by=by, now=now)
    take_back(topic.case, by=by, now=now)
    _record(topic, "topic_withdrawn", by, now)
    topic.topic = topic.case = None
    topic.save(update_fields=["topic", "case"])
    return topic


def check_title(title: str) -> str:
    """One line that says which matter is meant."""
    title = " ".join(title.split())[:LONGEST_TITLE]
    if not names_a_matter(title):
        raise RuleBroken(
            "看不出说的是哪件事。请写明什么地方、什么问题，例如“3 号楼电梯经常停运”。",
            code="hotline.topic_vague",
            field="title",
        )
    return title


def words_of(topic: HotlineTopic, today: date) -> str:
    """What stands in public if nobody words it otherwise: the title and the numbers, not the words of one caller.

    It names no day that is to come.
    """
    days = (min(day, today) for day in (topic.first_on, topic.last_on))
    first, last = (f"{day.year}年{day.month}月{day.day}日" for day in days)
    return f"{topic.title}。{first}至{last}，12345 热线收到 {topic.complaint_count} 件这样的诉求。"


def _locked(topic: HotlineTopic) -> HotlineTopic:
    rows = HotlineTopic.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("estate__area", "topic", "case__estate", "case__area").get(pk=topic.pk)


def _record(topic: HotlineTopic, kind: str, by: Actor, now: datetime) -> None:
    assert topic.topic is not None
    assert topic.case is not None
    record(
        kind=f"hotline.{kind}",
        stream=f"estate/{topic.estate.code}",
        by=by,
        now=now,
        public={
            "topic": topic.topic.pk,
            "case": topic.case.number,
            "complaints": topic.complaint_count,
        },
    )
