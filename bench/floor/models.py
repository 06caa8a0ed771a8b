"""A record and what happened to it: the smallest thing that resembles a ledger."""

from typing import ClassVar

from django.db import models


class Place(models.Model):
    name = models.CharField(max_length=60)


class Entry(models.Model):
    number = models.CharField(max_length=11, unique=True)
    title = models.CharField(max_length=120)
    text = models.TextField()
    status = models.CharField(max_length=20, choices=[("open", "办理中"), ("done", "已办结")])
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField(db_index=True)
    due_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-registered_at", "-id"]


class Note(models.Model):
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-written_at"]
