"""Names of estates that complaints write and no estate is known by, waiting for a person to say which one is meant."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huiyin.apps.hotline.models.imports import HotlineImport
from huiyin.apps.places.models import Estate

LONGEST_NAME = 60
"""Of an alias; what is longer is no name."""


class UnknownName(models.Model):
    """A name as written. It is found anew after each import; what a person decided of it stays."""

    class State(models.TextChoices):
        OPEN = "open", _("待认领")
        NAMED = "named", _("已认领")
        IGNORED = "ignored", _("不是小区")

    name = models.CharField(_("写法"), max_length=LONGEST_NAME)
    street_code = models.CharField(max_length=9, blank=True)  # as the file says; "" where it says nothing
    brought_by = models.ForeignKey(
        HotlineImport, null=True, on_delete=models.SET_NULL, related_name="unknown_names"
    )  # the latest import with it
    complaint_count = models.PositiveIntegerField(default=0)
    example = models.CharField(max_length=200, blank=True)  # masked
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    estate = models.ForeignKey(Estate, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    decided_by_key = models.CharField(max_length=64, blank=True)
    decided_by_label = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["-complaint_count", "name"]
        constraints = [
            models.UniqueConstraint(fields=["name", "street_code"], name="unknown_name_stands_once_a_street"),
            models.CheckConstraint(
                condition=Q(state="named", estate__isnull=False)
                | Q(state__in=["open", "ignored"], estate__isnull=True),
                name="unknown_name_that_is_named_has_an_estate",
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(decided_at__isnull=False),
                name="unknown_name_was_decided_some_time",
            ),
        ]

    def __str__(self) -> str:
        return self.name
