"""Photos kept as evidence: the fact of the original, and the public copies made from it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Evidence(models.Model):
    """One photo. The original is private and never has a URL; pages show renditions only."""

    class Kind(models.TextChoices):
        PHOTO = "photo", _("照片")

    class State(models.TextChoices):
        PROCESSING = "processing", _("正在生成各种大小")
        READY = "ready", _("可以看")
        WITHDRAWN = "withdrawn", _("已撤下")
        PURGED = "purged", _("已清除")

    kind = models.CharField(max_length=16, choices=Kind, default=Kind.PHOTO)
    state = models.CharField(max_length=16, choices=State, default=State.PROCESSING)
    # Hash of the file as it was brought; it stays after the file is gone, so that an event can be checked.
    sha256 = models.CharField(max_length=64)
    original_key = models.CharField(max_length=120, blank=True)
    original_format = models.CharField(max_length=8)
    original_bytes = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    # What the camera's clock said: a claim of the file, never used for a limit.
    captured_at = models.DateTimeField(null=True, blank=True)
    caption = models.CharField(max_length=200, blank=True)
    alt = models.CharField(max_length=200, blank=True)
    uploaded_by_key = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()
    # Boxes [{"x", "y", "w", "h"}] as fractions of the upright picture, burned into every rendition.
    redactions = models.JSONField(default=list, blank=True)
    version = models.PositiveIntegerField(default=1)
    # Names the folder of this version in URLs; a new version gets a new one, so old addresses end.
    token = models.CharField(max_length=32, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["processing", "ready", "withdrawn", "purged"]),
                name="evidence_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="purged") | Q(original_key="", caption="", alt=""),
                name="evidence_purged_keeps_no_content",
            ),
            models.CheckConstraint(condition=Q(width__gt=0, height__gt=0), name="evidence_has_a_size"),
        ]

    def __str__(self) -> str:
        return f"evidence/{self.pk}"

    @property
    def stream(self) -> str:
        return f"evidence/{self.pk}"

    @property
    def is_shown(self) -> bool:
        return self.state in (self.State.PROCESSING, self.State.READY)


class Rendition(models.Model):
    """One public copy: resized, without metadata, redaction burned in; of the current version only."""

    class Format(models.TextChoices):
        WEBP = "webp", "WebP"
        JPEG = "jpeg", "JPEG"

    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="renditions")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    format = models.CharField(max_length=8, choices=Format)
    path = models.CharField(max_length=120, unique=True)
    bytes = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["evidence", "width", "format"], name="rendition_once_per_width_and_format"
            )
        ]

    def __str__(self) -> str:
        return self.path
