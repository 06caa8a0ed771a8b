"""Several topics an estate: what comes up again and again there, opened by the secretary at the third time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from huiyin.apps.audit.bulk import EventDraft
from huiyin.apps.ledger.bulk import History
from huiyin.apps.ledger.bulk import history as told
from huiyin.apps.ledger.models import Topic
from huiyin.apps.places.models import Estate
from huiyin.apps.portal.demo.lives import Life

MOST_AT_AN_ESTATE = 5
FEWEST_CASES = 4


def open_topics(
    histories: dict[str, History], lives: dict[str, Life], rng: Random, now: datetime
) -> list[EventDraft]:
    """Make the topics, put their cases in (the histories are replaced), and return the topics' own events."""
    alike: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    for key, life in lives.items():
        estate = histories[key].estate
        if estate is not None and life.matter.topic:
            alike[estate.pk, life.matter.code].append(key)
    drafts: list[EventDraft] = []
    count: defaultdict[int, int] = defaultdict(int)
    for (place, _code), keys in sorted(alike.items(), key=lambda each: (-len(each[1]), each[0])):
        keys.sort(key=lambda key: histories[key].at)
        decided = [(key, at) for key in keys if (at := _assigned_at(histories[key]))]
        if len(decided) < FEWEST_CASES or count[place] == MOST_AT_AN_ESTATE:
            continue
        count[place] += 1
        made_at = decided[2][1] + timedelta(minutes=rng.randint(8, 50))
        topic, draft = _open(histories[keys[0]].estate, lives[decided[2][0]], made_at)
        drafts.append(draft)
        for key, at in decided:
            put_at = max(at, made_at) + timedelta(minutes=rng.randint(1, 6))
            if put_at < now and rng.random() < 0.9:
                step = told.PutInTopic(at=put_at, by=lives[key].secretary, topic=topic)
                histories[key] = replace(histories[key], steps=(*histories[key].steps, step))
    return drafts


def _assigned_at(history: History) -> datetime | None:
    return next((step.at for step in history.steps if isinstance(step, told.Assigned)), None)


def _open(estate: Estate | None, life: Life, at: datetime) -> tuple[Topic, EventDraft]:
    assert estate is not None
    topic = Topic.objects.create(
        estate=estate,
        title=life.matter.topic,
        category=life.matter.category,
        made_by_key=life.secretary.key,
        made_at=at,
    )
    draft = EventDraft(
        kind="ledger.topic_opened",
        stream=f"estate/{estate.code}",
        by=life.secretary,
        now=at,
        public={"topic": topic.pk},
        texts={"title": topic.title},
    )
    return topic, draft
