"""Photos and documents kept as evidence: the fact of the original, and the copies made from it to be seen."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Evidence(models.Model):
    """One photo or document. The original is private and never has a URL; pages show copies only."""

    class Kind(models.TextChoices):
        PHOTO = "photo", _("照片")
        DOCUMENT = "document", _("文件")

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
    # Of the upright photo; a document has pages instead.
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    page_count = models.PositiveIntegerField(default=0)
    # The document as it is handed out: pages only, written anew (ADR 0016).
    copy_key = models.CharField(max_length=120, blank=True)
    # What the camera's clock said: a claim of the file, never used for a limit.
    captured_at = models.DateTimeField(null=True, blank=True)
    # Where the camera said it was, in hundredths of a degree (a square of about a kilometre); never shown to the public
    # and forgotten with the original (ADR 0016).
    captured_north = models.SmallIntegerField(null=True, blank=True)
    captured_east = models.SmallIntegerField(null=True, blank=True)
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
                condition=~Q(state="purged")
                | Q(original_key="", copy_key="", caption="", alt="", captured_at=None),
                name="evidence_purged_keeps_no_content",
            ),
            models.CheckConstraint(
                condition=Q(kind="photo", width__gt=0, height__gt=0, page_count=0, copy_key="")
                | Q(kind="document", width=0, height=0, page_count__gt=0),
                name="evidence_has_a_size",
            ),
            models.CheckConstraint(
                condition=~Q(original_key="") | Q(captured_north=None, captured_east=None),
                name="evidence_place_goes_with_the_original",
            ),
        ]

    def __str__(self) -> str:
        return f"evidence/{self.pk}"

    @property
    def stream(self) -> str:
        return f"evidence/{self.pk}"

    @property
    def is_document(self) -> bool:
        return self.kind == self.Kind.DOCUMENT

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


class Fingerprint(models.Model):
    """What a photo is found again by; a row of its own, because pages that show photos never read it."""

    evidence = models.OneToOneField(
        Evidence, on_delete=models.CASCADE, primary_key=True, related_name="fingerprint"
    )
    method = models.PositiveSmallIntegerField()
    # Empty, as the two lists are, for a photo of nearly one colour: nothing to compare.
    thumb = models.BinaryField()
    views = ArrayField(models.IntegerField())
    guesses = ArrayField(models.IntegerField())

    class Meta:
        indexes = [
            GinIndex(fields=["views"], name="fingerprint_views"),
            GinIndex(fields=["guesses"], name="fingerprint_guesses"),
        ]

    def __str__(self) -> str:
        return f"evidence/{self.pk}/fingerprint"
