"""What was recorded: events in hash-chained streams, their erasable secrets, daily anchors, deliveries (ADR 0006)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils import timezone

from huiyin.domain import chain
from huiyin.domain.canonical import JSON

_HASH_LENGTH = 64
_IS_PUBLIC = models.Q(stream__regex=f"^({'|'.join(chain.PUBLIC_STREAMS)})")


class Event(models.Model):
    """One thing that happened. Never updated, never deleted: the database refuses it (migration 0002)."""

    id = models.BigAutoField(primary_key=True)
    stream = models.CharField(max_length=80, db_collation="C")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=80)
    actor_key = models.CharField(max_length=80)
    actor_label = models.CharField(max_length=160)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    told_by_file = models.BooleanField()
    public = models.JSONField()
    digests = models.JSONField()
    previous_hash = models.CharField(max_length=_HASH_LENGTH)
    hash = models.CharField(max_length=_HASH_LENGTH)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stream", "number"], name="event_number_is_unique_in_its_stream"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="event_numbers_begin_at_one"),
            models.CheckConstraint(
                condition=models.Q(
                    hash__regex=r"^[0-9a-f]{64}$",
                    previous_hash__regex=r"^[0-9a-f]{64}$",
                ),
                name="event_hashes_are_sha256",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["actor_key"], name="event_by_actor")]

    def __str__(self) -> str:
        return f"{self.stream} #{self.number} {self.kind}"

    def document(self) -> dict[str, JSON]:
        """The public form: what is hashed."""
        return chain.event_document(
            stream=self.stream,
            number=self.number,
            kind=self.kind,
            actor=self.actor_label,
            occurred_at=self.occurred_at,
            recorded_at=self.recorded_at,
            told_by_file=self.told_by_file,
            public=self.public,
            digests=self.digests,
            previous_hash=self.previous_hash,
        )


class EventSecret(models.Model):
    """What an event only vouches for by digests; erasing a row's values leaves the chain whole."""

    event = models.OneToOneField(Event, primary_key=True, on_delete=models.PROTECT, related_name="secret")
    salts = models.JSONField()
    texts = models.JSONField()
    private = models.JSONField()
    erased_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"secret of event {self.event_id}"


class StreamHead(models.Model):
    """The last event of each stream; its row lock makes writers of one stream wait for each other.

    The web role may write here: that a public stream keeps its name in anchors is for the database to say.
    """

    stream = models.CharField(max_length=80, primary_key=True, db_collation="C")
    leaf = models.CharField(max_length=80, db_collation="C")
    number = models.PositiveIntegerField()
    hash = models.CharField(max_length=_HASH_LENGTH)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("leaf", name="leaf_names_one_stream", condition=models.Q(leaf__gt="")),
            models.CheckConstraint(
                name="public_stream_is_anchored_by_its_name",
                condition=models.Q(leaf="", number=0)
                | models.Q(_IS_PUBLIC, leaf=models.F("stream"))
                | models.Q(~_IS_PUBLIC, leaf__regex=r"^sealed/[0-9a-f]{64}$"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stream} at {self.number}"


class Anchor(models.Model):
    """The daily commitment to every stream; printed on notices so that anyone can keep one."""

    number = models.PositiveIntegerField(primary_key=True)
    day = models.DateField(unique=True)
    made_at = models.DateTimeField()
    root = models.CharField(max_length=_HASH_LENGTH)
    stream_count = models.PositiveIntegerField()
    event_count = models.PositiveBigIntegerField()
    previous_hash = models.CharField(max_length=_HASH_LENGTH)
    hash = models.CharField(max_length=_HASH_LENGTH)
    branches = models.JSONField()
    """[first leaf name, root] of each run of leaves: lets one path be made without reading the rest."""

    def __str__(self) -> str:
        return f"anchor {self.day}"

    @property
    def on(self) -> date:
        return self.day

    @property
    def short_code(self) -> str:
        """The code printed on notices and at the foot of pages."""
        return chain.short_code(self.hash)

    @property
    def is_late(self) -> bool:
        """Made after the day it stands for was over: a missed day is made up, never back-dated."""
        return timezone.localtime(self.made_at).date() > self.day

    def document(self) -> dict[str, JSON]:
        return chain.anchor_document(
            number=self.number,
            day=self.day.isoformat(),
            made_at=self.made_at,
            root=self.root,
            stream_count=self.stream_count,
            event_count=self.event_count,
            previous_hash=self.previous_hash,
        )


class AnchorHead(models.Model):
    """The head of a stream as an anchor saw it; written only when it differs from the anchor before."""

    pk = models.CompositePrimaryKey("leaf", "anchor_id")
    leaf = models.CharField(max_length=80, db_collation="C")
    anchor = models.ForeignKey(Anchor, on_delete=models.PROTECT, related_name="heads", db_index=False)
    number = models.PositiveIntegerField()
    hash = models.CharField(max_length=_HASH_LENGTH)

    def __str__(self) -> str:
        return f"{self.leaf} at {self.number}"


class Delivery(models.Model):
    """A reaction has had its effect for an event: the unique row makes the effect happen once."""

    reaction = models.CharField(max_length=120)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    delivered_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reaction", "event"], name="reaction_has_its_effect_once")
        ]

    def __str__(self) -> str:
        return f"{self.reaction} for event {self.event_id}"
