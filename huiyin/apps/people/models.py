"""Accounts, contacts, household memberships, roles, consents and the log of opened contacts."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from huiyin.domain.access import ROLE_LABELS, Role


class PersonManager(BaseUserManager["Person"]):
    """Django asks for one; people are created by `services.register_person`."""


class Person(AbstractBaseUser):
    """An account without user name or password: people sign in with a code sent to their phone."""

    display_name = models.CharField(_("姓名"), max_length=30, blank=True)
    nickname = models.CharField(_("昵称"), max_length=20, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "id"
    REQUIRED_FIELDS = []
    objects = PersonManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(is_active=False, display_name="", nickname=""),
                name="erased_person_is_a_tombstone",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        return f"person:{self.pk}"


class Contact(models.Model):
    """The phone number of a person, found by its keyed hash only."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="contact")
    phone = models.CharField(_("手机号"), max_length=20)
    phone_hmac = models.CharField(max_length=64, unique=True)
    verified_at = models.DateTimeField(null=True, blank=True)


class HouseholdMembership(models.Model):
    """What a resident says of where they live, and whether a community worker has checked it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    estate = models.ForeignKey("places.Estate", on_delete=models.PROTECT, related_name="+")
    building = models.CharField(_("楼号"), max_length=20, blank=True)
    unit = models.CharField(_("单元"), max_length=20, blank=True)
    room = models.CharField(_("房号"), max_length=20, blank=True)
    household = models.ForeignKey(
        "places.Household",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    claimed_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by_key = models.CharField(max_length=60, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["claimed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "estate"],
                condition=Q(ended_at__isnull=True),
                name="person_lives_once_at_an_estate",
            ),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True) | (Q(household__isnull=False) & ~Q(verified_by_key="")),
                name="verified_membership_has_a_household_and_a_checker",
            ),
        ]


class RoleAssignment(models.Model):
    """A staff role at exactly one place, from `starts_on` to the end of `ends_on`."""

    ROLE_CHOICES = [(role.value, label) for role, label in ROLE_LABELS.items() if role is not Role.RESIDENT]

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="roles")
    role = models.CharField(_("角色"), max_length=20, choices=ROLE_CHOICES)
    area = models.ForeignKey("places.Area", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    company = models.ForeignKey(
        "places.Company",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    estate = models.ForeignKey(
        "places.Estate",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    engagement = models.ForeignKey(
        "places.Engagement",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    starts_on = models.DateField(_("任职开始"))
    ends_on = models.DateField(_("任职结束"), null=True, blank=True)
    acting = models.BooleanField(_("代理"), default=False)
    granted_by_key = models.CharField(max_length=60)
    granted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["role", "starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(
                        area__isnull=False,
                        company__isnull=True,
                        estate__isnull=True,
                        engagement__isnull=True,
                    )
                    | Q(
                        area__isnull=True,
                        company__isnull=False,
                        estate__isnull=True,
                        engagement__isnull=True,
                    )
                    | Q(
                        area__isnull=True,
                        company__isnull=True,
                        estate__isnull=False,
                        engagement__isnull=True,
                    )
                    | Q(
                        area__isnull=True,
                        company__isnull=True,
                        estate__isnull=True,
                        engagement__isnull=False,
                    )
                ),
                name="role_is_held_at_exactly_one_place",
            ),
            models.CheckConstraint(
                condition=Q(
                    role__in=("manager", "company_admin", "technician"),
                    area__isnull=True,
                )
                | (
                    ~Q(role__in=("manager", "company_admin", "technician"))
                    & Q(company__isnull=True, engagement__isnull=True)
                ),
                name="role_of_a_company_is_not_held_in_an_area",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="role_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=~Q(role="resident"), name="resident_is_not_a_granted_role"),
        ]

    def is_over(self, today: date) -> bool:
        """Taken back, or its last day has passed; one to come is not over."""
        return self.revoked_at is not None or (self.ends_on is not None and self.ends_on < today)


class Consent(models.Model):
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-given_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"],
                condition=Q(withdrawn_at__isnull=True),
                name="consent_stands_once",
            ),
        ]


class ContactOpening(models.Model):
    """Somebody looked at a phone number: who, whose, why, when."""

    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="openings"
    )
    subject = models.CharField(max_length=80)
    area_path = models.CharField(max_length=140)
    opened_by_key = models.CharField(max_length=60)
    opened_by_label = models.CharField(max_length=80)
    reason = models.CharField(_("事由"), max_length=200)
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ["-opened_at", "-id"]
        indexes = [models.Index(fields=["subject"], name="contact_opening_subject")]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="contact_opening_has_a_reason"),
        ]


class OutboxMessage(models.Model):
    """An SMS that was not sent: development and demo only, shown on /outbox."""

    phone = models.CharField(max_length=20)
    text = models.CharField(max_length=300)
    code = models.CharField(max_length=12, blank=True)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["-written_at", "-id"]
