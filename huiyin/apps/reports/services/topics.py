"""Writing down, when a revision is approved, how it was found to answer what residents raised."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from huiyin.apps.reports.models import FrozenTopic, Revision
from huiyin.apps.reports.silence import Place, Topic, Topics
from huiyin.domain.canonical import JSON, canonical


def freeze_topics(revision: Revision, topics: Topics) -> list[FrozenTopic]:
    """What readers are shown of each topic; called once, by what approves the revision and witnesses it."""
    return FrozenTopic.objects.bulk_create(_row(revision, each) for each in topics.rows)


def sha256_of_topics(rows: Iterable[FrozenTopic]) -> str:
    """Of everything that was written down of one revision; empty where nothing was."""
    told: list[JSON] = [
        {
            "demand": row.demand_id,
            "answer": str(row.answer),
            "answered_at": row.answered_at,
            "spoken_of_at": row.spoken_of_at,
            "pointed_at": row.pointed_at,
        }
        for row in sorted(rows, key=lambda each: each.demand_id)
    ]
    return hashlib.sha256(canonical({"topics": told})).hexdigest() if told else ""


def _row(revision: Revision, topic: Topic) -> FrozenTopic:
    return FrozenTopic(
        revision=revision,
        demand=topic.demand,
        answer=topic.answer.code,
        answered_at=_anchors(topic.answering),
        spoken_of_at=_anchors(topic.spoken_of),
        pointed_at=topic.pointed.anchor if topic.pointed else "",
    )


def _anchors(places: Iterable[Place]) -> list[str]:
    return [each.anchor for each in places]
