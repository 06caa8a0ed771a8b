"""Who came: by the code on the wall, by the list, by paper entered later; all count equally."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from huiyin.apps.meetings.models.meetings import Sitting


class CheckIn(models.Model):
    """Somebody came to a sitting. Public pages know of it only how many came from a building."""

    class Way(models.TextChoices):
        CODE = "code", "扫码"
        LIST = "list", "名单"
        PAPER = "paper", "纸质签到"

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="check_ins")
    estate = models.ForeignKey("places.Estate", on_delete=models.PROTECT, related_name="+")
    building = models.CharField("楼号", max_length=20, blank=True)
    home_key = models.CharField(max_length=64, blank=True)
    """The keyed hash of building, unit and room: the same household is counted once and not told. Empty: not said."""
    household = models.ForeignKey(
        "places.Household", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    person = models.ForeignKey(
        "people.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    way = models.CharField(max_length=6, choices=Way.choices)
    nonce_hash = models.CharField(max_length=64, null=True, blank=True)
    """What the phone keeps, hashed: sent again it is the same check-in, and it lets its phone ask and correct."""
    came_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    entered_by_key = models.CharField(max_length=60, blank=True)
    idempotency_key = models.CharField(max_length=64, null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["came_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "sitting", "nonce_hash", name="phone_checks_in_once", condition=Q(nonce_hash__isnull=False)
            ),
            models.UniqueConstraint(
                "sitting", "person", name="person_checks_in_once", condition=Q(person__isnull=False)
            ),
            models.UniqueConstraint(
                "sitting",
                "idempotency_key",
                name="line_of_the_list_is_entered_once_a_key",
                condition=Q(idempotency_key__isnull=False),
            ),
            models.CheckConstraint(
                name="check_in_ends_after_it_begins",
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("came_at")),
            ),
        ]


class CheckInPrivate(models.Model):
    """The name on the list and the room: for the secretary, erasable."""

    check_in = models.OneToOneField(
        CheckIn, on_delete=models.CASCADE, primary_key=True, related_name="private"
    )
    name = models.CharField(max_length=40, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    room = models.CharField(max_length=20, blank=True)
