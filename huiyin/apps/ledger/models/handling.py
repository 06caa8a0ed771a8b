"""What happens to a case between registration and the asker's word: replies, answers, pauses, extensions, urges."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from huiyin.apps.ledger.models.askers import Asker
from huiyin.apps.ledger.models.cases import Case
from huiyin.domain.ledger_rules import ANSWER_LABELS


class Reply(models.Model):
    """One public reply; a case has one more for every reopening."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="replies")
    ordinal = models.PositiveSmallIntegerField()
    text = models.TextField()
    author_key = models.CharField(max_length=60)
    author_label = models.CharField(max_length=80)
    replied_at = models.DateTimeField()
    no_evidence_reason = models.CharField(max_length=200, blank=True)
    is_spoken = models.BooleanField(default=False)
    is_told_by_file = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["-ordinal"]
        constraints: ClassVar = [
            models.UniqueConstraint("case", "ordinal", name="reply_has_its_place_in_the_case")
        ]


class ReplyPhoto(models.Model):
    """A photo of a reply; `before` and `after` of one reply form a pair."""

    class Moment(models.TextChoices):
        BEFORE = "before", "之前"
        AFTER = "after", "之后"
        OTHER = "other", "现场"

    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, related_name="photos")
    evidence = models.ForeignKey("evidence.Evidence", on_delete=models.PROTECT, related_name="+")
    moment = models.CharField(max_length=8, choices=Moment.choices, default=Moment.OTHER)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint("reply", "evidence", name="photo_stands_once_in_a_reply")
        ]


class AnswerGiven(models.Model):
    """One asker's answer to one reply, with who typed it in when the asker did not."""

    class By(models.TextChoices):
        SELF = "self", "本人"
        CODE = "code", "本人凭验证码"
        SLIP = "slip", "纸条"
        CALL = "call", "电话"
        HOTLINE = "12345", "12345 回访"

    asker = models.ForeignKey(Asker, on_delete=models.CASCADE, related_name="answers")
    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, related_name="answers")
    answer = models.CharField(max_length=12, choices=[(a.value, v) for a, v in ANSWER_LABELS.items()])
    comment = models.TextField(blank=True)
    by = models.CharField(max_length=6, choices=By.choices, default=By.SELF)
    record_note = models.CharField(max_length=120, blank=True)
    entered_by_key = models.CharField(max_length=60)
    answered_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["answered_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="answer_on_behalf_has_a_record",
                condition=Q(by__in=["self", "code"]) | Q(record_note__gt=""),
            )
        ]


class Pause(models.Model):
    """The clock stands while the asker is asked for what is missing."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="pauses")
    what_is_missing = models.TextField()
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    resumed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "case", name="case_pauses_once_at_a_time", condition=Q(resumed_at__isnull=True)
            )
        ]


class LeadProposal(models.Model):
    """A lead proposes another one, who accepts within one working day, else the secretary decides."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "等对方接受"
        TO_DECIDE = "to_decide", "等社区决定"
        ACCEPTED = "accepted", "已接受"
        DECLINED = "declined", "未接受"
        LAPSED = "lapsed", "不用再定"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="lead_proposals")
    lead_kind = models.CharField(max_length=12)
    lead_engagement = models.ForeignKey(
        "places.Engagement", on_delete=models.PROTECT, null=True, related_name="+"
    )
    lead_area = models.ForeignKey("places.Area", on_delete=models.PROTECT, null=True, related_name="+")
    lead_label = models.CharField(max_length=80)
    lead_path = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=200)
    proposed_by_key = models.CharField(max_length=60)
    proposed_at = models.DateTimeField()
    accept_until = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "case",
                name="case_has_one_lead_proposal_at_a_time",
                condition=Q(state__in=["proposed", "to_decide"]),
            )
        ]


class GiveUpProposal(models.Model):
    """The lead says a case cannot be solved by it, why, and who is responsible; the secretary agrees or not."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "等社区决定"
        AGREED = "agreed", "社区同意"
        REFUSED = "refused", "社区不同意"
        LAPSED = "lapsed", "不用再定"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="give_up_proposals")
    reason = models.TextField()
    responsible_instead = models.CharField(max_length=80)
    proposed_by_label = models.CharField(max_length=80)
    proposed_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    decision_reason = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "case", name="case_has_one_give_up_proposal_at_a_time", condition=Q(state="proposed")
            )
        ]


class Extension(models.Model):
    """A later due date asked for with a public reason; the first due date stays on the case."""

    class State(models.TextChoices):
        ASKED = "asked", "等批准"
        APPROVED = "approved", "已批准"
        REFUSED = "refused", "未批准"
        LAPSED = "lapsed", "不用再批"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="extensions")
    ordinal = models.PositiveSmallIntegerField()
    old_due_at = models.DateTimeField()
    new_due_at = models.DateTimeField()
    new_list = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=300)
    asked_by_label = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    decided_by_label = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    refusal_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "case", name="case_asks_for_one_extension_at_a_time", condition=Q(state="asked")
            ),
            models.UniqueConstraint(
                "case", "ordinal", name="extension_has_its_ordinal", condition=Q(state="approved")
            ),
            models.CheckConstraint(name="case_is_extended_at_most_twice", condition=Q(ordinal__in=[1, 2])),
            models.CheckConstraint(name="extension_has_a_public_reason", condition=Q(reason__gt="")),
            models.CheckConstraint(
                name="extension_is_later", condition=Q(new_due_at__gt=models.F("old_due_at"))
            ),
        ]


class Objection(models.Model):
    """The asker objects to 'rejected' or 'not solvable'; the street decides in public."""

    class State(models.TextChoices):
        RAISED = "raised", "等街镇决定"
        UPHELD = "upheld", "成立，重新办理"
        DISMISSED = "dismissed", "不成立"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="objections")
    asker = models.ForeignKey(Asker, on_delete=models.CASCADE, related_name="+")
    text = models.TextField()
    raised_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.RAISED)
    outcome_reason = models.TextField(blank=True)
    decided_by_label = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "case", name="case_has_one_objection_at_a_time", condition=Q(state="raised")
            ),
            models.CheckConstraint(
                name="objection_decided_has_a_public_reason",
                condition=Q(state="raised") | Q(outcome_reason__gt=""),
            ),
        ]


class Urge(models.Model):
    """An asker presses for an answer."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="urges")
    asker = models.ForeignKey(Asker, on_delete=models.CASCADE, related_name="+")
    urged_on = models.DateField()
    urged_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("case", "asker", "urged_on", name="asker_urges_once_a_day"),
        ]


class Escalation(models.Model):
    """One public step of the ladder: who was told, why, once a round (services/escalate.py: `round_of`)."""

    class Rung(models.TextChoices):
        SECRETARY = "secretary", "社区书记"
        STREET = "street", "街镇"
        DISTRICT = "district", "区"

    class Reason(models.TextChoices):
        UNASSIGNED = "unassigned", "没有分派"
        OVERDUE = "overdue", "逾期没有答复"
        URGED = "urged", "多次催办"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="escalations")
    rung = models.CharField(max_length=10, choices=Rung.choices)
    reason = models.CharField(max_length=12, choices=Reason.choices)
    round = models.PositiveSmallIntegerField(default=0)
    escalated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "case", "rung", "reason", "round", name="ladder_step_is_taken_once_a_round"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["-escalated_at"], name="escalation_newest")]


class Milestone(models.Model):
    """One step of a long-term case, with its own first and current date."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="milestones")
    ordinal = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=80)
    first_due_on = models.DateField()
    due_on = models.DateField()
    move_reason = models.CharField(max_length=200, blank=True)
    done_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["ordinal"]
        constraints: ClassVar = [
            models.UniqueConstraint("case", "ordinal", name="milestone_has_its_place_in_the_case")
        ]
