"""What publishing keeps about a person: the messages, whose words go after half a year (policies/retention.toml)."""

from __future__ import annotations

from datetime import datetime, timedelta

from huiyin.apps.ledger.personal import lock_cases_of
from huiyin.apps.people.models import Person
from huiyin.apps.people.personal_data import Json, Section
from huiyin.apps.people.retention import Rule
from huiyin.apps.policies.retention import keep_days
from huiyin.apps.publishing.models import Message
from huiyin.domain.access import Actor


def export_messages(person: Person) -> Json:
    return [
        {
            "case": message.case.number,
            "channel": message.channel,
            "text": message.body,
            "made_at": message.made_at.isoformat(),
            "state": message.state,
        }
        for message in Message.objects.filter(asker__person=person).select_related("case")
    ]


def erase_messages(person: Person, by: Actor, now: datetime) -> int:
    lock_cases_of(person)
    return Message.objects.filter(asker__person=person).delete()[0]


def empty_old_messages(now: datetime) -> int:
    """Only the result of the delivery stays."""
    made_before = now - timedelta(days=keep_days("message_text", now))
    return Message.objects.filter(made_at__lt=made_before).exclude(body="").update(body="")


SECTION = Section("publishing", "发给我的消息", export_messages, erase_messages)
RETENTION = Rule("publishing.messages", "发给提问人的消息正文", 180, empty_old_messages, source="本区规定")
