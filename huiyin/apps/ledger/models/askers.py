"""Who asked, who asks the same, and how each of them can be reached and can answer."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from huiyin.apps.ledger.models.cases import Case
from huiyin.domain.ledger_rules import ANSWER_LABELS


class Part(models.TextChoices):
    ORIGINAL = "original", "提问人"
    ME_TOO = "me_too", "同问"


class Channel(models.TextChoices):
    IN_SITE = "in_site", "站内消息"
    SMS = "sms", "短信"
    SLIP = "slip", "纸条送达"
    CALL = "call", "电话告知"


class Asker(models.Model):
    """One person or household that waits for an echo; keeps an own answer, also after a merge."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="askers")
    part = models.CharField(max_length=10, choices=Part.choices, default=Part.ORIGINAL)
    person = models.ForeignKey(
        "people.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    household = models.ForeignKey(
        "places.Household", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.IN_SITE)
    joined_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True)
    is_reached = models.BooleanField(default=True)
    answer = models.CharField(
        max_length=12, choices=[(a.value, v) for a, v in ANSWER_LABELS.items()], blank=True
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "case", "person", name="asker_joins_a_case_once", condition=Q(person__isnull=False)
            ),
            models.UniqueConstraint(
                "case",
                "household",
                name="household_says_me_too_once",
                condition=Q(household__isnull=False, part="me_too"),
            ),
        ]


class AskerContact(models.Model):
    """How to reach an asker without an account; erased with retention, each opening is logged by people."""

    asker = models.OneToOneField(Asker, on_delete=models.CASCADE, primary_key=True, related_name="contact")
    name = models.CharField(max_length=40, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=120, blank=True)


class AskerMessageCode(models.Model):
    """A one-time code with which an asker without an account answers once; only its digest is kept."""

    asker = models.ForeignKey(Asker, on_delete=models.CASCADE, related_name="codes")
    digest = models.CharField(max_length=64, unique=True)
    first_digits = models.CharField(max_length=4, blank=True)
    """Says which code of a case somebody tries to type: a wrong try counts against that one alone."""
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    wrong_tries = models.PositiveSmallIntegerField(default=0)
