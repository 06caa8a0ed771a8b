"""The meeting itself: phase, place and time, its estates and sittings, the floor's intervals, what was said beside."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from huiyin.domain.access import Scope
from huiyin.domain.meeting_phases import LABELS, Phase
from huiyin.domain.meeting_rules import OUTCOME_LABELS


class CommitteeTerm(models.Model):
    """One term of a community's party committee; the report meeting is its first thing (开门第一件事)."""

    area = models.ForeignKey("places.Area", verbose_name="社区", on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField("届期自")
    ends_on = models.DateField("至", null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-starts_on", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint("area", "starts_on", name="term_begins_once_in_a_community"),
            models.UniqueConstraint(
                "area", name="community_has_one_term_at_a_time", condition=Q(ends_on=None)
            ),
            models.CheckConstraint(
                name="term_ends_after_it_begins", condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on"))
            ),
        ]


class Meeting(models.Model):
    """One report meeting of a community, for one or more of its estates. Nothing on this row is private."""

    area = models.ForeignKey("places.Area", verbose_name="社区", on_delete=models.PROTECT, related_name="+")
    title = models.CharField("名称", max_length=80)
    phase = models.CharField(
        "阶段", max_length=14, choices=[(p.value, v) for p, v in LABELS.items()], default=Phase.DRAFT
    )
    term = models.ForeignKey(
        CommitteeTerm, on_delete=models.PROTECT, null=True, blank=True, related_name="meetings"
    )
    """The committee term whose first thing this meeting is."""

    planned_at = models.DateTimeField("开始时间")
    venue = models.CharField("地点", max_length=120)
    is_outside = models.BooleanField("不在小区里", default=False)
    venue_reason = models.CharField("为什么不在小区里", max_length=200, blank=True)

    chair_label = models.CharField("主持", max_length=80, blank=True)
    deputy = models.ForeignKey(
        "people.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    """The account of the deputy chair, who may run the console."""
    deputy_reason = models.CharField("代为主持的原因", max_length=200, blank=True)

    announced_at = models.DateTimeField("公告时间", null=True, blank=True)
    notice_days = models.SmallIntegerField("提前天数", null=True, blank=True)
    notice_short_reason = models.CharField("没有提前够的原因", max_length=200, blank=True)
    public_reason = models.CharField("延期或取消的原因", max_length=300, blank=True)
    policy_version = models.CharField(max_length=60)

    outcome = models.CharField(
        "结论", max_length=12, choices=[(o.value, v) for o, v in OUTCOME_LABELS.items()], blank=True
    )
    outcome_reason = models.CharField("没有达到要求的原因", max_length=300, blank=True)
    open_seconds = models.PositiveIntegerField("提问开放时间（秒）", null=True, blank=True)
    household_count = models.PositiveIntegerField("到场户数", null=True, blank=True)
    new_sitting_by = models.DateField("最迟再开日期", null=True, blank=True)
    no_sitting_reason = models.CharField("不再开的理由", max_length=300, blank=True)
    ended_at = models.DateTimeField("提问结束", null=True, blank=True)
    closed_at = models.DateTimeField("转台账时间", null=True, blank=True)
    ratings_counted_at = models.DateTimeField(null=True, blank=True)
    """When the ratings were over and told once, with their counts; nothing of them shows before."""

    current_question = models.ForeignKey(
        "meetings.Question", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    current_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-planned_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="meeting_has_a_known_phase", condition=Q(phase__in=[p.value for p in Phase])
            ),
            models.CheckConstraint(
                name="meeting_announced_has_its_notice",
                condition=Q(phase__in=["draft", "cancelled"])
                | Q(announced_at__isnull=False, notice_days__isnull=False),
            ),
            models.CheckConstraint(
                name="meeting_put_off_has_a_public_reason",
                condition=~Q(phase__in=["postponed", "cancelled"]) | Q(public_reason__gt=""),
            ),
            models.CheckConstraint(
                name="meeting_over_has_an_outcome",
                condition=~Q(phase__in=["closed", "minutes_open", "locked"])
                | Q(outcome__gt="", open_seconds__isnull=False, household_count__isnull=False),
            ),
            models.CheckConstraint(
                name="meeting_short_of_the_policy_says_why",
                condition=Q(outcome__in=["", "compliant"]) | Q(outcome_reason__gt=""),
            ),
            models.CheckConstraint(
                name="meeting_outside_says_why", condition=Q(is_outside=False) | Q(venue_reason__gt="")
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["area", "-planned_at"], name="meeting_area_newest"),
            models.Index(fields=["phase", "-planned_at"], name="meeting_phase_newest"),
        ]

    def __str__(self) -> str:
        return f"meeting/{self.pk}"

    @property
    def stream(self) -> str:
        """The audit stream that witnesses this meeting and all its questions."""
        return f"meeting/{self.pk}"

    @property
    def scope(self) -> Scope:
        """Where its secretary and workers hold their roles; load `area` with the meeting."""
        return Scope("area", self.area.path)

    @property
    def phase_look(self) -> str:
        """The name of its chip (looks.py)."""
        return f"meeting.{self.phase}"

    @property
    def outcome_look(self) -> str:
        return f"outcome.{self.outcome}"


class Pulse(models.Model):
    """What a running meeting changes at each step, on a row of its own (ADR 0014).

    `version` goes up with every change a live page shows, `last_number` is the number of the latest question. Whoever
    changes questions holds this row to the end of the transaction: numbers have no gaps, and no question slips in
    behind a closing.
    """

    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, primary_key=True, related_name="pulse")
    version = models.PositiveBigIntegerField(default=1)
    last_number = models.PositiveIntegerField(default=0)


class MeetingEstate(models.Model):
    """An estate that hears its company's report at this meeting."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="estates")
    estate = models.ForeignKey("places.Estate", on_delete=models.PROTECT, related_name="+")
    report = models.ForeignKey(
        "reports.Report", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reporter_label = models.CharField("报告人", max_length=80, blank=True)
    is_reporter_deputy = models.BooleanField("由他人代为报告", default=False)
    reporter_reason = models.CharField("代为报告的原因", max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint("meeting", "estate", name="estate_is_heard_once_at_a_meeting"),
            models.CheckConstraint(
                name="deputy_reporter_has_a_reason",
                condition=Q(is_reporter_deputy=False) | Q(reporter_reason__gt=""),
            ),
        ]


class Sitting(models.Model):
    """One coming together; a meeting whose questions were cut short or with too few households may have more."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="sittings")
    ordinal = models.PositiveSmallIntegerField()
    planned_at = models.DateTimeField()
    venue = models.CharField(max_length=120)
    announced_at = models.DateTimeField("公告时间", null=True, blank=True)
    notice_days = models.SmallIntegerField("提前天数", null=True, blank=True)
    notice_short_reason = models.CharField("没有提前够的原因", max_length=200, blank=True)
    """The notice of a further sitting; that of the first stands on the meeting."""
    opened_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    chair_label = models.CharField("主持", max_length=80, blank=True)
    """Who opened this sitting as chair, and why it was a deputy; a further sitting writes its own."""
    deputy_reason = models.CharField("代为主持的原因", max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["ordinal"]
        constraints: ClassVar = [
            models.UniqueConstraint("meeting", "ordinal", name="sitting_has_its_place_in_the_meeting"),
            models.UniqueConstraint(
                "meeting", name="meeting_sits_once_at_a_time", condition=Q(ended_at__isnull=True)
            ),
        ]


class SittingReporter(models.Model):
    """Who reported for an estate at one sitting; the estate's place at the meeting names the latest."""

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="reporters")
    estate = models.ForeignKey("places.Estate", on_delete=models.PROTECT, related_name="+")
    label = models.CharField("报告人", max_length=80)
    reason = models.CharField("代为报告的原因", max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["sitting", "estate"]
        constraints: ClassVar = [
            models.UniqueConstraint("sitting", "estate", name="estate_has_one_reporter_at_a_sitting"),
        ]


class FloorInterval(models.Model):
    """The floor was open to questions; the clock is the union of these (domain/question_clock.py)."""

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="intervals")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["opened_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "sitting", name="floor_is_open_once_at_a_time", condition=Q(closed_at__isnull=True)
            ),
        ]


class AgendaItem(models.Model):
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda")
    ordinal = models.PositiveSmallIntegerField()
    title = models.CharField("议程", max_length=80)
    minutes = models.PositiveSmallIntegerField("预计几分钟", null=True, blank=True)
    speaker = models.CharField("谁来讲", max_length=60, blank=True)

    class Meta:
        ordering: ClassVar = ["ordinal"]
        constraints: ClassVar = [
            models.UniqueConstraint("meeting", "ordinal", name="agenda_item_has_its_place")
        ]


class TeamMember(models.Model):
    """One person of the company who was to be there: who came, who did not. Staff in office, not residents."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="team")
    estate = models.ForeignKey("places.Estate", on_delete=models.PROTECT, related_name="+")
    name = models.CharField("姓名", max_length=40)
    duty = models.CharField("岗位", max_length=40)
    is_present = models.BooleanField("到场", default=True)
    is_reporter = models.BooleanField("报告人", default=False)

    class Meta:
        ordering: ClassVar = ["-is_reporter", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint("meeting", "estate", "name", name="team_member_is_named_once")
        ]


class SupervisionNote(models.Model):
    """What the street or the district observed."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="supervision_notes")
    text = models.TextField("监督意见")
    author_key = models.CharField(max_length=60)
    author_label = models.CharField(max_length=80)
    noted_at = models.DateTimeField()
    idempotency_key = models.CharField(max_length=64, null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["noted_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "meeting",
                "idempotency_key",
                name="note_is_recorded_once_a_key",
                condition=Q(idempotency_key__isnull=False),
            ),
        ]


class ConsultationResult(models.Model):
    """协商成果: what those present agreed on."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="results")
    estate = models.ForeignKey(
        "places.Estate", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    text = models.TextField("协商成果")
    owner = models.CharField("谁来落实", max_length=80, blank=True)
    due_on = models.DateField("什么时候", null=True, blank=True)
    author_label = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()
    idempotency_key = models.CharField(max_length=64, null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["recorded_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "meeting",
                "idempotency_key",
                name="result_is_recorded_once_a_key",
                condition=Q(idempotency_key__isnull=False),
            ),
        ]


class RaisedDifficulty(models.Model):
    """The company asked for help at this meeting: a ledger case of its own, led by community or street."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="difficulties")
    case = models.OneToOneField("ledger.Case", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["id"]
