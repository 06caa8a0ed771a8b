"""Files of complaints people brought: where they come from, how far they are, and their balance."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from huiyin.apps.hotline.months import NO_MONTH, month_named, words_of
from huiyin.apps.imports.models import BroughtFile

MONTHS_SHOWN = 12
FEW_ATTRIBUTED = 0.2
"""Of the rows of a file; of 517 real messages taken at random 242 name an estate."""


class HotlineSource(models.Model):
    """Where files of one shape come from, with what was agreed about their columns the last time."""

    name = models.CharField(_("来源"), max_length=40, unique=True)
    mapping = models.JSONField(default=dict, blank=True)  # field → heading
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["-saved_at", "-id"]

    def __str__(self) -> str:
        return self.name


class HotlineImport(BroughtFile):
    """One file on its way into the store of complaints. What it says of persons is in the file and the store alone.

    `sample` is masked.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("等着核对列名")
        CHECKING = "checking", _("正在检查")
        CHECKED = "checked", _("检查过，等着存入")
        RUNNING = "running", _("正在存入")
        STORED = "stored", _("已存入")
        UNDOING = "undoing", _("正在撤销")
        UNDONE = "undone", _("已撤销")
        FAILED = "failed", _("中断")

    UNDERWAY = (State.CHECKING, State.RUNNING, State.UNDOING)

    source = models.ForeignKey(HotlineSource, on_delete=models.PROTECT, related_name="imports")
    state = models.CharField(max_length=16, choices=State, default=State.UPLOADED)
    errors_key = models.CharField(max_length=120, blank=True)  # rejected rows: row, number, reason, the row
    reasons = models.JSONField(default=dict, blank=True)  # reason of rejection → rows
    remarks = models.JSONField(default=dict, blank=True)  # what is left out of rows that are kept → rows
    months = models.JSONField(default=dict, blank=True)  # of the dry run: month, as the store names it → rows
    undo_reason = models.CharField(max_length=200, blank=True)

    read_count = models.PositiveIntegerField(default=0)
    stored_count = models.PositiveIntegerField(default=0)
    rejected_count = models.PositiveIntegerField(default=0)
    replaced_count = models.PositiveIntegerField(default=0)
    attributed_count = models.PositiveIntegerField(default=0)
    property_count = models.PositiveIntegerField(default=0)
    newest_month = models.CharField(max_length=7, blank=True)  # of the complaints that it brought
    progress_count = models.PositiveIntegerField(default=0)  # rows read so far
    progress_of = models.CharField(max_length=20, blank=True)  # the month that is being written
    taken_out_count = models.PositiveIntegerField(null=True, blank=True)  # rows that undoing took out
    restored_count = models.PositiveIntegerField(
        null=True, blank=True
    )  # rows it had replaced that came again
    left_topics = ArrayField(
        models.BigIntegerField(), default=list, blank=True
    )  # topics in the ledger that held its complaints when it was undone
    store_id = models.CharField(max_length=40, blank=True)  # the import's name in the store

    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta(BroughtFile.Meta):
        indexes = [
            models.Index(fields=["uploaded_by_key", "-uploaded_at"], name="hotline_imports_of_a_person")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        *("uploaded", "checking", "checked", "running"),
                        *("stored", "undoing", "undone", "failed"),
                    ]
                ),
                name="hotline_import_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(read_count=F("stored_count") + F("rejected_count")),
                name="hotline_import_balances",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["stored", "undoing", "undone"]) | ~Q(store_id=""),
                name="hotline_import_that_is_stored_is_known_to_the_store",
            ),
        ]

    def __str__(self) -> str:
        return self.stream

    def forget_file(self, now: datetime) -> None:
        """Headings too: a file without any may have been taken in with its first row in their place."""
        super().forget_file(now)
        self.headers, self.mapping, self.errors_key = [], {}, ""

    @property
    def stream(self) -> str:
        return f"hotline_imports/{self.pk}"

    @property
    def look(self) -> str:
        """The name under which web/chips.py knows this state."""
        return f"hotline.{self.state}"

    @property
    def months_in_words(self) -> list[tuple[str, int]]:
        """The newest months of the dry run with their rows, those that tell no time, and what lies further back."""
        told = sorted(set(self.months) - {NO_MONTH}, reverse=True)
        shown = [*told[:MONTHS_SHOWN], *({NO_MONTH} & set(self.months))]
        rows = [(words_of(month_named(name)), int(self.months[name])) for name in shown]
        earlier = sum(self.months[name] for name in told[MONTHS_SHOWN:])
        return [*rows, (gettext("更早的月份"), earlier)] if earlier else rows

    @property
    def tells_what_was_read(self) -> bool:
        """Not so where it was checked by a version that looked at no words."""
        return any("category" in row for row in self.sample)

    @property
    def has_few_attributed(self) -> bool:
        """So few that the words may stand in another column."""
        return bool(self.attributed_count < FEW_ATTRIBUTED * self.stored_count)

    @property
    def may_be_taken_back(self) -> bool:
        """Stored, or broken off while it was: then nothing of it may be in the store, and it is given up."""
        return self.state == self.State.STORED or (
            self.state == self.State.FAILED and self.started_at is not None
        )

    @property
    def unattributed_count(self) -> int:
        return self.stored_count - self.attributed_count
