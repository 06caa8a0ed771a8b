"""Files people brought, how their columns were understood, and the rows that were not taken."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

SILENT_AFTER = timedelta(seconds=60)


class BroughtFile(models.Model):
    """A file somebody brought and how its columns are understood; what becomes of its rows is told by who takes them.

    `state` is theirs too. The first ones are the same for all: uploaded, (looked at by a worker,) checked, begun.
    """

    uploaded_by_key = models.CharField(max_length=64)
    uploaded_by_label = models.CharField(max_length=100)
    original_name = models.CharField(max_length=200)
    file_key = models.CharField(max_length=120, blank=True)
    sha256 = models.CharField(max_length=64)
    headers = models.JSONField(default=list)
    mapping = models.JSONField(default=dict, blank=True)  # field key → header
    sample = models.JSONField(default=list, blank=True)  # first rows as they would be stored
    error = models.TextField(blank=True)

    uploaded_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    file_removed_at = models.DateTimeField(null=True, blank=True)

    UNDERWAY: ClassVar[tuple[str, ...]]
    """States in which a worker is at it."""
    state: Any

    class Meta:
        abstract = True
        ordering = ["-uploaded_at", "-id"]

    @property
    def is_underway(self) -> bool:
        return self.state in self.UNDERWAY

    @property
    def is_open(self) -> bool:
        """Whether its columns may still be chosen: nobody is at it, and nothing of it was written."""
        return self.state in ("uploaded", "checked") or (self.state == "failed" and self.started_at is None)

    def is_silent(self, now: datetime) -> bool:
        """Under way, but no worker has been heard of for a while."""
        last = self.heartbeat_at or self.started_at
        return self.is_underway and last is not None and now - last > SILENT_AFTER

    def forget_file(self, now: datetime) -> None:
        """What the file told is gone, the counts stay; whoever calls saves, and removes the file itself."""
        self.file_key, self.sample, self.file_removed_at = "", [], now
        self.original_name = "（已删除）"


class Import(BroughtFile):
    """One file on its way in. `position` is the row number up to which everything is committed.

    Until it starts, `unchanged_count` is what the dry run foresees: rows that will be found as they are.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("等着核对列名")
        MAPPED = "mapped", _("正在检查")
        CHECKED = "checked", _("检查过，等着导入")
        RUNNING = "running", _("正在导入")
        DONE = "done", _("已导入")
        FAILED = "failed", _("中断")
        UNDONE = "undone", _("已撤销")

    UNDERWAY = (State.MAPPED, State.RUNNING)

    kind = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=State, default=State.UPLOADED)
    sheet = models.CharField(max_length=100)
    sheets = models.JSONField(default=list)
    examples = models.JSONField(default=list, blank=True)  # what first stands under each header
    options = models.JSONField(default=dict, blank=True)

    rows_total = models.PositiveIntegerField(default=0)
    rows_ok = models.PositiveIntegerField(default=0)
    rows_bad = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    created_count = models.PositiveIntegerField(default=0)
    updated_count = models.PositiveIntegerField(default=0)
    unchanged_count = models.PositiveIntegerField(default=0)
    position = models.PositiveIntegerField(default=0)

    class Meta(BroughtFile.Meta):
        indexes = [models.Index(fields=["uploaded_by_key", "-uploaded_at"], name="imports_of_a_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=["uploaded", "mapped", "checked", "running", "done", "failed", "undone"]
                ),
                name="import_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="checked") | Q(rows_total=F("rows_ok") + F("rows_bad")),
                name="import_check_balances",
            ),
            models.CheckConstraint(
                condition=Q(started_at=None)
                | Q(rows_done=F("created_count") + F("updated_count") + F("unchanged_count") + F("rows_bad")),
                name="import_progress_balances",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "undone"]) | Q(rows_done=F("rows_total")),
                name="import_done_has_read_every_row",
            ),
        ]

    def __str__(self) -> str:
        return self.stream

    @property
    def stream(self) -> str:
        return f"imports/{self.pk}"

    @property
    def look(self) -> str:
        """The name under which web/chips.py knows this state."""
        if self.state == self.State.CHECKED and not self.to_write_count:
            return "imports.nothing_new"
        return f"imports.{self.state}"

    @property
    def to_write_count(self) -> int:
        """Of the rows that passed the dry run, those that will write something."""
        return self.rows_ok - self.unchanged_count

    @property
    def written_count(self) -> int:
        return self.created_count + self.updated_count


class RejectedRow(models.Model):
    """A row that was not taken: its cells as they stood in the file, and why."""

    import_row = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rejected")
    number = models.PositiveIntegerField()
    cells = models.JSONField()
    reasons = models.JSONField()  # [[label of the column or "", sentence], …]

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["import_row", "number"], name="rejected_row_stands_once")
        ]

    def __str__(self) -> str:
        return f"{self.import_row_id}:{self.number}"


class Remark(models.Model):
    """What the dry run remarked of rows that are taken: the same few words once, with the numbers of their rows."""

    import_row = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="remarks")
    words = models.JSONField()  # ["没有日期", …]
    numbers = models.JSONField()  # of the rows, in the order of the file

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["import_row", "words"], name="remark_stands_once_with_its_rows")
        ]

    def __str__(self) -> str:
        return f"{self.import_row_id}:{'、'.join(self.words)}"


class SavedMapping(models.Model):
    """How a header was understood last time, offered when the same header comes again."""

    kind = models.CharField(max_length=64)
    signature = models.CharField(max_length=64)
    mapping = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "signature"], name="mapping_is_saved_once_per_header")
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.signature[:8]}"
