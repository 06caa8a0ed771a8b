"""What a company writes: everything hangs on one revision and stands still once that is approved."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import MD5

from huiyin.apps.evidence.models import Evidence
from huiyin.apps.reports.models.demands import Demand
from huiyin.apps.reports.models.reports import Revision
from huiyin.domain.finding_keys import FindingKey
from huiyin.domain.report_parts import ACCOUNT_LABELS, BECAME_LABELS, EXCUSE_LABELS, SIDE_LABELS

DECIMAL_PLACES = 4
FINEST = Decimal(1).scaleb(-DECIMAL_PLACES)
"""What is kept of a number."""


class Section(models.Model):
    """One of the policy's sections; the body is a small safe Markdown subset with places for claims and photos."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="sections")
    code = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    body = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)
    """One more with each writing: an editor that saw an earlier one does not write over somebody else's words."""
    written_at = models.DateTimeField(null=True, blank=True)
    written_by_label = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint("revision", "code", name="section_stands_once_in_a_revision")
        ]


class SectionConflict(models.Model):
    """A text that came too late: somebody else had written meanwhile. Kept until the company has put both together."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="conflicts")
    body = models.TextField()
    seen_version = models.PositiveIntegerField()
    written_by_label = models.CharField(max_length=80)
    written_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-written_at", "-id"]


class Claim(models.Model):
    """A number of the report: of a metric of the catalogue or under a name of its own."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="claims")
    number = models.PositiveSmallIntegerField()
    """【数据3】 places claim 3 in the text; a correction keeps the numbers."""
    section = models.CharField(max_length=20)
    metric = models.CharField(max_length=8, blank=True)
    name = models.CharField("名称", max_length=60)
    value = models.DecimalField("数值", max_digits=16, decimal_places=DECIMAL_PLACES)
    unit = models.CharField("单位", max_length=20, blank=True)
    period_from = models.DateField("自", null=True, blank=True)
    period_to = models.DateField("至", null=True, blank=True)
    numerator = models.DecimalField(max_digits=16, decimal_places=DECIMAL_PLACES, null=True, blank=True)
    denominator = models.DecimalField(max_digits=16, decimal_places=DECIMAL_PLACES, null=True, blank=True)
    denominator_label = models.CharField("分母是什么", max_length=60, blank=True)
    unit_count = models.PositiveIntegerField(null=True, blank=True)
    """How many lifts, machines, sites the usual frequency is counted for."""
    due_count = models.PositiveIntegerField(null=True, blank=True)
    """How often it is usual for this period and service level; None where there is no usual frequency."""
    explanation = models.TextField("说明", blank=True)
    explained_claimed = models.DecimalField(max_digits=16, decimal_places=DECIMAL_PLACES, null=True)
    """What the number was when it was saved with its explanation. None: saved under a release that did not ask which
    numbers an explanation is of, so that it is of whatever deviates (verdicts.py)."""
    explained_counted = models.DecimalField(max_digits=18, decimal_places=DECIMAL_PLACES, null=True)
    """What was counted instead, as shown to whoever saved it: of these two the explanation is, of no others. None where
    they were shown no deviation."""
    idempotency_key = models.CharField(max_length=64, null=True, blank=True)
    """Of the form that added it: sent twice, it is added once."""

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint("revision", "number", name="claim_is_numbered_once"),
            models.UniqueConstraint(
                "revision",
                "idempotency_key",
                name="claim_is_added_once",
                condition=Q(idempotency_key__isnull=False),
            ),
            models.CheckConstraint(
                name="claim_period_ends_after_it_begins",
                condition=Q(period_from__isnull=True)
                | Q(period_to__isnull=True)
                | Q(period_to__gte=F("period_from")),
            ),
            models.CheckConstraint(
                name="claim_percentage_has_numerator_and_denominator",
                condition=~Q(unit="%") | Q(numerator__isnull=False, denominator__gt=0),
            ),
            models.CheckConstraint(
                name="claim_denominator_says_what_it_counts",
                condition=Q(denominator__isnull=True) | Q(denominator_label__gt=""),
            ),
        ]

    @property
    def shown_evidence(self) -> list[Evidence]:
        """What still stands for it: withdrawn evidence does not. Load `evidence__evidence` with the claim."""
        return [each.evidence for each in self.evidence.all() if each.evidence.is_shown]

    @property
    def gap(self) -> Decimal | None:
        """How many are missing to the usual frequency; 0 if none, None where there is no usual frequency."""
        return None if self.due_count is None else max(self.due_count - self.value, Decimal(0))


class ClaimEvidence(models.Model):
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="evidence")
    evidence = models.ForeignKey("evidence.Evidence", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint("claim", "evidence", name="evidence_stands_once_at_a_claim")
        ]


class ReportPhoto(models.Model):
    """A photo in the text, or a pair: `before` and `evidence`, which is then what it looks like after."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="photos")
    number = models.PositiveSmallIntegerField()
    """【图1】 places photo 1 in the text."""
    section = models.CharField(max_length=20)
    evidence = models.ForeignKey("evidence.Evidence", on_delete=models.PROTECT, related_name="+")
    before = models.ForeignKey(
        "evidence.Evidence", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    caption = models.CharField("图说", max_length=120)
    place = models.CharField("地点", max_length=60, blank=True)
    claimed_on = models.DateField("拍摄日期", null=True, blank=True)
    idempotency_key = models.CharField(max_length=64, null=True, blank=True)
    """Of the form that added it: sent twice, it is added once."""

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint("revision", "number", name="photo_is_numbered_once"),
            models.UniqueConstraint(
                "revision",
                "idempotency_key",
                name="photo_is_added_once",
                condition=Q(idempotency_key__isnull=False),
            ),
            models.CheckConstraint(
                name="photo_pair_is_of_two", condition=Q(before__isnull=True) | ~Q(before=F("evidence"))
            ),
        ]


class Account(models.Model):
    """One of the three books, in yuan: what stood there, what came and went, what stands there now."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="accounts")
    kind = models.CharField(max_length=20, choices=[(k.value, v) for k, v in ACCOUNT_LABELS.items()])
    opening = models.DecimalField("期初结余", max_digits=14, decimal_places=2)
    stated_income = models.DecimalField("收入合计", max_digits=14, decimal_places=2)
    stated_expense = models.DecimalField("支出合计", max_digits=14, decimal_places=2)
    closing = models.DecimalField("期末结余", max_digits=14, decimal_places=2)
    note = models.TextField("说明", blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint("revision", "kind", name="account_stands_once_in_a_revision"),
        ]


class AccountLine(models.Model):
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=8, choices=[(s.value, v) for s, v in SIDE_LABELS.items()])
    label = models.CharField("科目", max_length=60)
    amount = models.DecimalField("金额", max_digits=14, decimal_places=2)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint("account", "position", name="line_has_its_place_in_the_account"),
        ]


class Excuse(models.Model):
    """A written public excuse where a fact is missing: a metric by its code, evidence by the claim's number."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="excuses")
    missing = models.CharField(max_length=10, choices=[(k.value, v) for k, v in EXCUSE_LABELS.items()])
    key = models.CharField(max_length=20)
    words = models.TextField("公开说明")

    class Meta:
        ordering: ClassVar = ["missing", "key"]
        constraints: ClassVar = [
            models.UniqueConstraint("revision", "missing", "key", name="excuse_is_given_once"),
            models.CheckConstraint(name="excuse_has_words", condition=Q(words__gt="")),
        ]


class FindingExcuse(models.Model):
    """A public reason for which a sentence stands though the check would stop it.

    It belongs to the rule, the words and the sentence as a reader meets them: whoever changes the sentence needs none
    any more, or a new one.
    """

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="finding_excuses")
    section = models.CharField(max_length=20)
    place = models.CharField(max_length=40, blank=True)
    """Which text of the section: empty for its body, else like "commitment-2", "demand-7" (findings.py)."""
    rule = models.CharField(max_length=20)
    words = models.CharField(max_length=120)
    """What the finding points at."""
    sentence = models.TextField()
    reason = models.TextField("公开的理由")
    excused_at = models.DateTimeField()
    excused_by_label = models.CharField(max_length=80)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "revision",
                "section",
                "place",
                "rule",
                "words",
                MD5("sentence"),
                name="finding_is_excused_once",
            ),
            models.CheckConstraint(
                name="finding_excuse_has_words_and_reason",
                condition=Q(words__gt="", sentence__gt="", reason__gt=""),
            ),
        ]

    @property
    def key(self) -> FindingKey:
        return FindingKey(self.section, self.place, self.rule, self.words, self.sentence)


class TopicAnswer(models.Model):
    """What the report answers to one demand of the list it was written for."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="topic_answers")
    demand = models.ForeignKey(Demand, on_delete=models.PROTECT, related_name="answers")
    section = models.CharField(max_length=20)
    words = models.TextField("回应")
    case = models.ForeignKey("ledger.Case", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    commitment = models.ForeignKey(
        "reports.Commitment", on_delete=models.PROTECT, null=True, blank=True, related_name="answers"
    )

    class Meta:
        ordering: ClassVar = ["demand__rank", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint("revision", "demand", name="demand_is_answered_once_in_a_revision")
        ]


class PointedPassage(models.Model):
    """The company points at a passage as its answer to one demand; it lapses when the words of that passage change."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="pointed_passages")
    demand = models.ForeignKey(Demand, on_delete=models.PROTECT, related_name="+")
    section = models.CharField(max_length=20)
    text_sha256 = models.CharField(max_length=64)
    """Of the passage's words: it is found by them, wherever in its section it has moved to."""

    class Meta:
        ordering: ClassVar = ["demand__rank", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint("revision", "demand", name="demand_is_pointed_at_once_in_a_revision")
        ]


class CommitmentAccount(models.Model):
    """What became of a promise of the report before, in this report's words."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="commitment_accounts")
    commitment = models.ForeignKey("reports.Commitment", on_delete=models.PROTECT, related_name="accounts")
    became = models.CharField(max_length=10, choices=[(b.value, v) for b, v in BECAME_LABELS.items()])
    words = models.TextField("说明")

    class Meta:
        ordering: ClassVar = ["commitment_id"]
        constraints: ClassVar = [
            models.UniqueConstraint("revision", "commitment", name="commitment_is_accounted_for_once"),
            models.CheckConstraint(name="commitment_account_has_words", condition=Q(words__gt="")),
        ]
