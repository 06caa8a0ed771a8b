"""The report, its revisions, and the reasons for which the community gave one back."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q

from huiyin.apps.places.models import DateRange, IdRange
from huiyin.domain.access import Scope
from huiyin.domain.report_workflow import LABELS, PUBLIC, WRITABLE, ReportStatus

REVISION_STATES = (
    ReportStatus.DRAFT,
    ReportStatus.SUBMITTED,
    ReportStatus.RETURNED,
    ReportStatus.APPROVED,
)


class Report(models.Model):
    """What a company tells the residents of one estate about one period; both days are included (domain.md §3)."""

    engagement = models.ForeignKey("places.Engagement", on_delete=models.PROTECT, related_name="+")
    estate = models.ForeignKey("places.Estate", on_delete=models.PROTECT, related_name="+")
    demand_list = models.ForeignKey(
        "reports.DemandList", on_delete=models.PROTECT, null=True, blank=True, related_name="reports"
    )
    previous = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="following"
    )
    """The estate's report before this one, whoever wrote it: its promises are accounted for here."""
    period_from = models.DateField("报告期自")
    period_to = models.DateField("至")
    status = models.CharField(
        "状态",
        max_length=12,
        choices=[(s.value, v) for s, v in LABELS.items()],
        default=ReportStatus.DRAFT,
    )
    policy_version = models.CharField(max_length=60)
    metrics_version = models.CharField(max_length=60)
    opened_at = models.DateTimeField()
    announced_at = models.DateTimeField(null=True, blank=True)
    presented_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-period_to", "-id"]
        constraints: ClassVar = [
            ExclusionConstraint(
                name="estate_has_one_report_for_a_day",
                expressions=[
                    (IdRange(F("estate_id"), F("estate_id"), models.Value("[]")), "&&"),
                    (DateRange(F("period_from"), F("period_to"), models.Value("[]")), "&&"),
                ],
            ),
            models.CheckConstraint(
                name="report_period_ends_after_it_begins", condition=Q(period_to__gte=F("period_from"))
            ),
            models.CheckConstraint(
                name="report_has_a_known_status", condition=Q(status__in=[s.value for s in ReportStatus])
            ),
            models.CheckConstraint(
                name="report_public_says_since_when",
                condition=Q(announced_at__isnull=False) | ~Q(status__in=sorted(PUBLIC)),
            ),
            models.CheckConstraint(
                name="report_presented_says_when",
                condition=Q(presented_at__isnull=False) | ~Q(status__in=["presented", "published"]),
            ),
            models.CheckConstraint(
                name="report_published_says_when",
                condition=Q(published_at__isnull=False) | ~Q(status="published"),
            ),
        ]

    def __str__(self) -> str:
        return f"report/{self.pk}"

    @property
    def stream(self) -> str:
        """The audit stream that witnesses this report."""
        return f"report/{self.pk}"

    @property
    def is_public(self) -> bool:
        return self.status in PUBLIC

    @property
    def place_scope(self) -> Scope:
        """Load `estate__area` with the report."""
        return Scope("estate", f"{self.estate.area.path}e{self.estate_id}/")


class Revision(models.Model):
    """One wording of a report. Number 1 is the first; each correction is the next, approved again (domain.md §3)."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(
        max_length=12, choices=[(s.value, LABELS[s]) for s in REVISION_STATES], default=ReportStatus.DRAFT
    )
    reason = models.CharField("更正的理由", max_length=200, blank=True)
    """Why something is corrected; public. Empty for the first."""
    opened_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by_label = models.CharField(max_length=80, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by_label = models.CharField(max_length=80, blank=True)
    content_sha256 = models.CharField(max_length=64, blank=True)
    """Of the canonical content when it was approved (contents.py); `huiyin verify` computes it anew."""

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint("report", "number", name="revision_is_numbered_once"),
            models.UniqueConstraint(
                "report", name="report_has_one_unfinished_revision", condition=~Q(state="approved")
            ),
            models.CheckConstraint(
                name="revision_has_a_known_state", condition=Q(state__in=[s.value for s in REVISION_STATES])
            ),
            models.CheckConstraint(
                name="revision_approved_is_signed_and_hashed",
                condition=~Q(state="approved")
                | Q(approved_at__isnull=False, approved_by_label__gt="", content_sha256__gt=""),
            ),
            models.CheckConstraint(
                name="revision_corrects_for_a_reason", condition=Q(number=1) | Q(reason__gt="")
            ),
        ]

    def __str__(self) -> str:
        return f"report/{self.report_id}/revisions/{self.number}"

    @property
    def is_writable(self) -> bool:
        return self.state in WRITABLE

    @property
    def wording(self) -> str:
        """Which handing in of which revision this is: a page sends it back with what is decided about it."""
        return f"{self.number}/{self.submitted_at.isoformat() if self.submitted_at else ''}"

    @property
    def is_approved(self) -> bool:
        return self.state == ReportStatus.APPROVED


class Redaction(models.Model):
    """Words that masking had missed were covered in an approved revision; the hash it had stays beside the new one.

    The database lets texts of approved revisions change in the transaction that writes such a row, and in no other.
    """

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="redactions")
    reason = models.CharField("遮盖的理由", max_length=200)
    redacted_at = models.DateTimeField()
    redacted_by_label = models.CharField(max_length=80)
    sha256_before = models.CharField(max_length=64)
    sha256_after = models.CharField(max_length=64)
    transaction_id = models.BigIntegerField(default=0)
    """Written by the database itself (migration 0002)."""

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="redaction_has_a_reason_and_both_hashes",
                condition=Q(reason__gt="", sha256_before__gt="", sha256_after__gt=""),
            ),
        ]


class ReturnReason(models.Model):
    """Why the community gave a revision back, at the place that is to be mended; between community and company."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="return_reasons")
    section = models.CharField(max_length=20)
    paragraph = models.PositiveSmallIntegerField(default=0)
    """Counted from 1; 0 means the section as a whole."""
    quote = models.CharField(max_length=120, blank=True)
    """How that paragraph began then: it may have moved since."""
    reason_code = models.CharField(max_length=40)
    sentence = models.CharField(max_length=200)
    words = models.TextField(blank=True)
    given_by_label = models.CharField(max_length=80)
    given_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-given_at", "id"]
