"""Messages that carry the echo back to each asker, with what became of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from huiyin.apps.ledger.models.askers import Channel


class Message(models.Model):
    """One thing told to one asker over one channel; made by a reaction, once for each event."""

    class State(models.TextChoices):
        WAITING = "waiting", "待发送"
        TO_PRINT = "to_print", "待打印"
        PRINTED = "printed", "已打印，待送达"
        TO_CALL = "to_call", "待打电话"
        SENT = "sent", "已送出"
        DELIVERED = "delivered", "已送达"
        FAILED = "failed", "没送到"

    asker = models.ForeignKey("ledger.Asker", on_delete=models.CASCADE, related_name="+")
    case = models.ForeignKey("ledger.Case", on_delete=models.CASCADE, related_name="+")
    reply = models.ForeignKey(
        "ledger.Reply", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    event_id = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    body = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State.choices)
    failure = models.CharField(max_length=120, blank=True)
    made_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-made_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint("asker", "event_id", "channel", name="asker_is_told_once_on_a_channel"),
            models.CheckConstraint(
                name="message_delivered_has_a_time",
                condition=~Q(state="delivered") | Q(delivered_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "-made_at"], name="message_to_do"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to asker {self.asker_id} by {self.channel}"
