"""Which complaint became which case, and what its call-back said of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from huiyin.apps.hotline.addresses import token_of
from huiyin.apps.hotline.models.imports import HotlineImport
from huiyin.apps.hotline.months import name_of
from huiyin.apps.ledger.models import Case
from huiyin.domain.case_workflow import Status
from huiyin.domain.policy_hotline import LONGEST_CODE


class HotlineCase(models.Model):
    """A complaint of the store, by its number, and the case it became. The imported call-back answers for the asker."""

    class Callback(models.IntegerChoices):
        """As analytics.schema writes them."""

        SOLVED = 1, _("已解决")
        NOT_SOLVED = 0, _("未解决")
        NOT_ASSESSED = -1, _("未回访")

    number = models.CharField(max_length=64, unique=True)
    month = models.DateField(null=True)  # where the store keeps it; null where its file told no time
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(
        max_length=LONGEST_CODE, blank=True
    )  # of the policy; "" where a person registered it
    brought_by = models.ForeignKey(
        HotlineImport, null=True, blank=True, on_delete=models.SET_NULL, related_name="cases"
    )  # whose complaint it was when it became a case
    received_at = models.DateTimeField(null=True, blank=True)
    urgency = models.CharField(max_length=20, blank=True)  # as the file says
    callback = models.SmallIntegerField(
        choices=Callback, null=True, blank=True
    )  # the last one that a file told
    callback_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(month__isnull=True) | models.Q(month__day=1),
                name="hotline_case_lies_in_a_month",
            )
        ]

    @property
    def is_void(self) -> bool:
        """Its import was undone and its case withdrawn with it: the complaint may become a case anew."""
        undone = self.brought_by is not None and self.brought_by.state == HotlineImport.State.UNDONE
        return undone and self.case.status == Status.WITHDRAWN

    @property
    def token(self) -> str:
        """The name of its complaint in an address."""
        return token_of(name_of(self.month), self.number)

    def __str__(self) -> str:
        return f"{self.number} → {self.case_id}"
