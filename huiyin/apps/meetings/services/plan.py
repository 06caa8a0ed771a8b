"""Planning a meeting: for which estates, when, where, in which order, and who stands in for the secretary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from huiyin.apps.meetings import limits
from huiyin.apps.meetings.models import AgendaItem, CommitteeTerm, Meeting, MeetingEstate, Pulse
from huiyin.apps.meetings.permissions import check_decide, check_plan, helpers_of
from huiyin.apps.meetings.selectors import meetings_under_way
from huiyin.apps.meetings.services.steps import beat, locked, sitting_of, witness
from huiyin.apps.people.models import Person
from huiyin.apps.people.selectors import secretary_of
from huiyin.apps.places.models import Area, Estate
from huiyin.apps.places.selectors import estates_in
from huiyin.domain.access import Actor
from huiyin.domain.canonical import instant
from huiyin.domain.errors import RuleBroken
from huiyin.domain.meeting_phases import Activity, check_open, is_open
from huiyin.language.masking import mask
from huiyin.web.dates import day_words, is_english
from huiyin.web.now import now as clock


@dataclass(frozen=True)
class AgendaLine:
    title: str
    minutes: int | None = None
    speaker: str = ""


DEFAULT_AGENDA = (
    AgendaLine("主持人说明会议安排", 5, "社区书记"),
    AgendaLine("项目负责人作工作报告", 30, "项目负责人"),
    AgendaLine("居民提问，物业当场答复", 30, "居民"),
    AgendaLine("物业向居民提问，说明需要支持的困难", 10, "项目负责人"),
    AgendaLine("街镇监督意见", 5, "街镇"),
    AgendaLine("主持人小结", 5, "社区书记"),
)


@transaction.atomic
def plan_meeting(
    *,
    area: Area,
    estates: Sequence[Estate],
    title: str,
    planned_at: datetime,
    venue: str,
    by: Actor,
    agenda: Sequence[AgendaLine] = DEFAULT_AGENDA,
    is_outside: bool = False,
    venue_reason: str = "",
    term: CommitteeTerm | None = None,
    is_further: bool = False,
    now: datetime | None = None,
) -> Meeting:
    """A draft for one or more estates of the community; at the desk alone until it is announced.

    While another meeting of one of them is under way, only on purpose (`is_further`).
    """
    now = now or clock()
    check_plan(by, area)
    if not estates:
        raise RuleBroken("请至少选一个小区。", code="meeting.no_estate", field="estates")
    inside = set(estates_in(area).filter(pk__in=[each.pk for each in estates]).values_list("pk", flat=True))
    if inside != {each.pk for each in estates}:
        raise RuleBroken("一场报告会只能开给同一个社区的小区。", code="meeting.other_area", field="estates")
    if term is not None and term.area_id != area.pk:
        raise RuleBroken("这一届不是这个社区的。", code="meeting.other_term", field="term")
    if not is_further and (other := meetings_under_way(estates).first()):
        raise RuleBroken(
            "“%(title)s”（%(day)s）还没有开完，也是为这个小区排的。确实要另排一场，请勾选。",
            code="meeting.another_under_way",
            field="is_further",
            title=other.title,
            day=day_words(limits.day_of(other.planned_at), is_english(), with_year=False),
        )
    meeting = Meeting(area=area, term=term, policy_version=limits.adopted(now).version)
    _put(meeting, title, planned_at, venue, is_outside, venue_reason, now)
    chair = secretary_of(area, limits.day_of(planned_at))
    meeting.chair_label = chair.label[:80] if chair else ""
    meeting.save(force_insert=True)
    Pulse.objects.create(meeting=meeting)
    MeetingEstate.objects.bulk_create(MeetingEstate(meeting=meeting, estate=estate) for estate in estates)
    _put_agenda(meeting, agenda)
    by = check_decide(by, meeting)
    witness(
        meeting,
        "meeting_planned",
        by=by,
        now=now,
        public={**_plan_fields(meeting), "estates": [estate.code for estate in estates]},
        texts=_plan_texts(meeting),
        begins_stream=True,
    )
    return meeting


@transaction.atomic
def change_plan(
    meeting: Meeting,
    *,
    title: str,
    planned_at: datetime,
    venue: str,
    by: Actor,
    agenda: Sequence[AgendaLine] | None = None,
    is_outside: bool = False,
    venue_reason: str = "",
    now: datetime | None = None,
) -> Meeting:
    """While it is a draft or postponed; what was announced is changed by postponing it, in public."""
    now = now or clock()
    meeting = locked(meeting)
    by = check_decide(by, meeting)
    check_open(Activity.PLAN, meeting.phase)
    _put(meeting, title, planned_at, venue, is_outside, venue_reason, now)
    meeting.save()
    if agenda is not None:
        meeting.agenda.all().delete()
        _put_agenda(meeting, agenda)
    beat(meeting.pk)
    witness(meeting, "plan_changed", by=by, now=now, public=_plan_fields(meeting), texts=_plan_texts(meeting))
    return meeting


@transaction.atomic
def name_deputy(
    meeting: Meeting,
    *,
    by: Actor,
    label: str,
    reason_code: str,
    note: str = "",
    person_id: int | None = None,
    now: datetime | None = None,
) -> Meeting:
    """Somebody stands in for the secretary as chair, with a public reason.

    An account may then run the console; it must be one of the community's or the street's own staff.
    """
    now = now or clock()
    meeting = locked(meeting)
    by = check_decide(by, meeting)
    _check_deputy_may_change(meeting)
    label = mask(label.strip())[:80]
    if not label:
        raise RuleBroken("请写明由谁代为主持，如“社区副书记 某某”。", code="deputy.no_name", field="label")
    meeting.deputy = _helper(meeting, person_id, now) if person_id else None
    meeting.deputy_reason = limits.public_reason("deputy", reason_code, note, now)[:200]
    meeting.chair_label = label
    meeting.save(update_fields=["deputy", "deputy_reason", "chair_label"])
    beat(meeting.pk)
    witness(
        meeting,
        "deputy_named",
        by=by,
        now=now,
        public={"reason_code": reason_code},
        texts={"chair": label, "reason": meeting.deputy_reason},
    )
    return meeting


@transaction.atomic
def unname_deputy(meeting: Meeting, *, by: Actor, now: datetime | None = None) -> Meeting:
    """The secretary chairs after all. Who has opened a sitting already stays named as its chair; the account ends."""
    now = now or clock()
    meeting = locked(meeting)
    by = check_decide(by, meeting)
    _check_deputy_may_change(meeting)
    if not meeting.deputy_reason:
        raise RuleBroken("这场报告会没有指定代为主持的人。", code="deputy.none")
    meeting.deputy = None
    if is_open(Activity.PLAN, meeting.phase) or sitting_of(meeting).opened_at is None:
        chair = secretary_of(meeting.area, limits.day_of(meeting.planned_at))
        meeting.chair_label, meeting.deputy_reason = chair.label[:80] if chair else "", ""
    meeting.save(update_fields=["deputy", "deputy_reason", "chair_label"])
    beat(meeting.pk)
    witness(
        meeting,
        "deputy_unnamed",
        by=by,
        now=now,
        texts={"chair": meeting.chair_label, "reason": meeting.deputy_reason},
    )
    return meeting


def _check_deputy_may_change(meeting: Meeting) -> None:
    if not is_open(Activity.PLAN, meeting.phase):
        check_open(Activity.MODERATE, meeting.phase)


def _helper(meeting: Meeting, person_id: int, now: datetime) -> Person:
    helper = helpers_of(meeting.area, limits.day_of(now)).filter(pk=person_id).first()
    if helper is None:
        raise RuleBroken(
            "代为主持的人要是本社区或本街镇的工作人员。", code="deputy.not_of_the_place", field="person"
        )
    return helper


def _put(
    meeting: Meeting,
    title: str,
    planned_at: datetime,
    venue: str,
    is_outside: bool,
    venue_reason: str,
    now: datetime,
) -> None:
    if planned_at <= now:
        raise RuleBroken("开始时间要晚于现在。", code="meeting.in_the_past", field="planned_at")
    meeting.title = limits.own_words(title, field="title", sentence="请写报告会的名称。")[:80]
    meeting.venue = limits.own_words(venue, field="venue", sentence="请写开会的地点。")[:120]
    meeting.planned_at = planned_at
    meeting.is_outside = is_outside
    meeting.venue_reason = mask(venue_reason.strip())[:200] if is_outside else ""
    if is_outside and not meeting.venue_reason:
        raise RuleBroken(
            "报告会应开在小区里。开在别处要写明原因，原因会公开。",
            code="meeting.outside",
            field="venue_reason",
        )


def _put_agenda(meeting: Meeting, agenda: Iterable[AgendaLine]) -> None:
    AgendaItem.objects.bulk_create(
        AgendaItem(
            meeting=meeting,
            ordinal=ordinal,
            title=mask(line.title.strip())[:80],
            minutes=line.minutes,
            speaker=mask(line.speaker.strip())[:60],
        )
        for ordinal, line in enumerate((each for each in agenda if each.title.strip()), start=1)
    )


def _plan_fields(meeting: Meeting) -> dict[str, object]:
    return {
        "planned_at": instant(meeting.planned_at),
        "is_outside": meeting.is_outside,
        "policy": meeting.policy_version,
    }


def _plan_texts(meeting: Meeting) -> dict[str, str]:
    return {"title": meeting.title, "venue": meeting.venue, "venue_reason": meeting.venue_reason}
