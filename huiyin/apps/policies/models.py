"""Adopted versions of policies: rows that are only ever added (the database refuses a change, see 0002)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _


class PolicyVersion(models.Model):
    """One version of one policy, in force from a day until the next version's day."""

    name = models.CharField(_("规则"), max_length=40)
    version = models.CharField(_("版本"), max_length=60, unique=True)
    title = models.CharField(_("名称"), max_length=60)
    basis = models.TextField(_("依据"))
    effective_from = models.DateField(_("生效日期"))
    values = models.JSONField()
    sha256 = models.CharField(max_length=64)
    note = models.TextField(_("采用说明"), blank=True)
    adopted_by_key = models.CharField(max_length=60)
    adopted_by_label = models.CharField(_("采用人"), max_length=80)
    adopted_at = models.DateTimeField(_("采用时间"))

    class Meta:
        ordering = ["name", "-effective_from"]
        constraints = [
            models.UniqueConstraint(fields=["name", "effective_from"], name="policy_has_one_version_a_day"),
            models.CheckConstraint(
                condition=Q(version__startswith=Concat("name", Value("@"))),
                name="policy_version_begins_with_its_name",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="policy_version_has_a_sha256"
            ),
        ]

    def __str__(self) -> str:
        return self.version

    @property
    def number(self) -> str:
        """The part of the version after the name: "2026-01-01"."""
        return self.version.partition("@")[2]
