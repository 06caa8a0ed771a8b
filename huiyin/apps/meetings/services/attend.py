"""Checking in: by the code on the wall, by the list, by paper typed in later; and who of the company came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from huiyin.apps.meetings import limits
from huiyin.apps.meetings.attendance import home_key, nonce_hash
from huiyin.apps.meetings.models import CheckIn, CheckInPrivate, Meeting, Sitting, TeamMember
from huiyin.apps.meetings.permissions import check_assist
from huiyin.apps.meetings.services.outcome import put_outcome
from huiyin.apps.meetings.services.steps import beat, heard_at, held, read, sitting_of, witness
from huiyin.apps.people.selectors import verified_household
from huiyin.apps.places.models import Estate, Household
from huiyin.domain.access import ANONYMOUS, Actor, FixedActor
from huiyin.domain.check_in_codes import code_at, is_valid, seconds_left, was_shown
from huiyin.domain.errors import RuleBroken
from huiyin.domain.meeting_phases import Activity, Phase, check_open
from huiyin.domain.meeting_rules import MeetingOutcome
from huiyin.language.masking import mask, mask_place
from huiyin.web.now import now as clock

VISITOR = FixedActor(ANONYMOUS.key, "到场居民")


@dataclass(frozen=True)
class WallCode:
    """What the wall shows, and for how many seconds more."""

    code: str
    seconds_left: int


@dataclass(frozen=True)
class Member:
    """One person of the company, as recorded at the door."""

    name: str
    duty: str
    is_present: bool = True
    is_reporter: bool = False


def wall_code(meeting: Meeting, now: datetime) -> WallCode:
    sitting = sitting_of(meeting)
    window = limits.policy(now).live.code_seconds
    return WallCode(
        code_at(_key(), sitting.pk, now, window_seconds=window), seconds_left(now, window_seconds=window)
    )


def code_is_valid(meeting: Meeting, code: str, now: datetime) -> bool:
    """Whether the wall shows this code now, or showed it last."""
    window = limits.policy(now).live.code_seconds
    return is_valid(_key(), sitting_of(meeting).pk, code, now, window_seconds=window)


def code_was_shown(meeting: Meeting, code: str, now: datetime) -> bool:
    """Whether the wall showed this code within the last hour: whoever scans it now comes too late, and guesses not."""
    window = limits.policy(now).live.code_seconds
    return was_shown(_key(), sitting_of(meeting).pk, code, now, window_seconds=window, within=3600)


@transaction.atomic
def check_in_by_code(
    meeting: Meeting,
    *,
    code: str,
    nonce: str,
    estate: Estate,
    building: str = "",
    unit: str = "",
    room: str = "",
    person_id: int | None = None,
    now: datetime | None = None,
) -> CheckIn:
    """A phone scanned the wall. `nonce` is made by the phone and kept there; sent again it is the same check-in.

    A code that is over is refused, whoever passes it on. Building, unit and room say which household has come; with a
    verified household of the account they need not be typed.
    """
    now = now or clock()
    if len(nonce.strip()) < 16:
        raise RuleBroken("请重新扫墙上的二维码。", code="check_in.no_nonce")
    beat(meeting.pk)
    meeting = read(meeting.pk)
    sitting = sitting_of(meeting)
    mark = nonce_hash(nonce)
    known = sitting.check_ins.filter(nonce_hash=mark).first()
    if known is None and person_id is not None:
        known = sitting.check_ins.filter(person_id=person_id).first()
    if known is not None:
        return known
    _check_doors_open(meeting, sitting, now)
    if not is_valid(_key(), sitting.pk, code, now, window_seconds=limits.policy(now).live.code_seconds):
        raise RuleBroken("这个签到码已经换了，请扫墙上现在的二维码。", code="check_in.code_over")
    heard = heard_at(meeting, estate)
    household = None
    if person_id is not None and (home := verified_household(person_id, estate.pk)) is not None:
        household = Household.objects.get(pk=home)
    return _enter(
        sitting,
        meeting,
        estate=heard.estate,
        household=household,
        building=building,
        unit=unit,
        room=room,
        way=CheckIn.Way.CODE,
        person_id=person_id,
        nonce_mark=mark,
        by=VISITOR if person_id is None else FixedActor(f"person:{person_id}", VISITOR.label),
        came_at=now,
        now=now,
    )


@transaction.atomic
def check_in_by_list(
    meeting: Meeting,
    *,
    by: Actor,
    estate: Estate,
    name: str = "",
    building: str = "",
    unit: str = "",
    room: str = "",
    household: Household | None = None,
    way: str = CheckIn.Way.LIST,
    came_at: datetime | None = None,
    idempotency_key: str | None = None,
    now: datetime | None = None,
) -> CheckIn:
    """The community ticks somebody off its list, or types in the paper sheet later: both count like a code.

    The same key returns the line it made before: a press that was repeated counts nobody twice.
    """
    now = now or clock()
    check_assist(by, meeting)
    if way not in (CheckIn.Way.LIST, CheckIn.Way.PAPER):
        raise RuleBroken("请选名单或纸质签到。", code="check_in.way", field="way")
    meeting = held(meeting)
    lines = CheckIn.objects.filter(sitting__meeting=meeting)
    if idempotency_key and (made := lines.filter(idempotency_key=idempotency_key).first()):
        return made
    check_open(Activity.ENTER_ATTENDANCE, meeting.phase)
    if way == CheckIn.Way.LIST:
        sitting = sitting_of(meeting)
        _check_doors_open(meeting, sitting, now)
    else:
        sitting = _sitting_of_paper(meeting, now)
    heard = heard_at(meeting, estate)
    if household is not None and household.estate_id != estate.pk:
        raise RuleBroken("这户不在这个小区。", code="check_in.other_estate", field="household")
    if not (building.strip() or household is not None):
        raise RuleBroken("请填楼号。", code="check_in.no_building", field="building")
    row = _enter(
        sitting,
        meeting,
        estate=heard.estate,
        household=household,
        building=building,
        unit=unit,
        room=room,
        way=way,
        name=name,
        idempotency_key=idempotency_key or None,
        by=by,
        came_at=min(came_at or now, now),
        now=now,
    )
    if meeting.phase == Phase.CLOSED:
        _measure_again(meeting, by=by, now=now)
    return row


@transaction.atomic
def leave(check_in: CheckIn, *, now: datetime | None = None) -> CheckIn:
    """Who checked in leaves, and says so on the phone or in the account; said again it changes nothing."""
    return _leave(check_in, by=VISITOR, now=now or clock())


@transaction.atomic
def leave_by_list(check_in: CheckIn, *, by: Actor, now: datetime | None = None) -> CheckIn:
    now = now or clock()
    check_assist(by, read(check_in.sitting.meeting_id))
    return _leave(check_in, by=by, now=now)


@transaction.atomic
def record_team(
    meeting: Meeting,
    *,
    by: Actor,
    estate: Estate,
    members: Sequence[Member],
    now: datetime | None = None,
) -> list[TeamMember]:
    """Who of the company's team came; replaces what was recorded for this estate before."""
    now = now or clock()
    check_assist(by, meeting)
    beat(meeting.pk)
    meeting = read(meeting.pk)
    check_open(Activity.TEAM, meeting.phase)
    heard = heard_at(meeting, estate)
    named = {mask(each.name.strip()): each for each in members if each.name.strip()}
    if len(named) != len(members):
        raise RuleBroken("每个人写一次姓名，不能空着。", code="team.names", field="members")
    meeting.team.filter(estate=heard.estate).delete()
    rows = TeamMember.objects.bulk_create(
        TeamMember(
            meeting=meeting,
            estate=heard.estate,
            name=name[:40],
            duty=mask(each.duty.strip())[:40],
            is_present=each.is_present,
            is_reporter=each.is_reporter,
        )
        for name, each in named.items()
    )
    witness(
        meeting,
        "team_recorded",
        by=by,
        now=now,
        public={
            "estate": heard.estate.code,
            "present": sum(row.is_present for row in rows),
            "absent": sum(not row.is_present for row in rows),
            "reporter_present": any(row.is_reporter and row.is_present for row in rows),
        },
        private={"names": [row.name for row in rows]},
    )
    return rows


def _check_doors_open(meeting: Meeting, sitting: Sitting, now: datetime) -> None:
    check_open(Activity.CHECK_IN, meeting.phase)
    _check_not_too_early(sitting, now)


def _sitting_of_paper(meeting: Meeting, now: datetime) -> Sitting:
    """The sitting a sheet was signed at: the latest that was held, else the one whose doors are open."""
    held = meeting.sittings.filter(opened_at__isnull=False).order_by("-ordinal").first()
    if held is not None:
        return held
    sitting = sitting_of(meeting)
    _check_not_too_early(sitting, now)
    return sitting


def _check_not_too_early(sitting: Sitting, now: datetime) -> None:
    minutes = limits.policy(now).live.check_in_opens_minutes
    if now < sitting.planned_at - timedelta(minutes=minutes):
        raise RuleBroken("会前 %(minutes)s 分钟开始签到。", code="check_in.too_early", minutes=minutes)


def _enter(
    sitting: Sitting,
    meeting: Meeting,
    *,
    estate: Estate,
    household: Household | None,
    building: str,
    unit: str,
    room: str,
    way: str,
    by: Actor,
    came_at: datetime,
    now: datetime,
    name: str = "",
    person_id: int | None = None,
    nonce_mark: str | None = None,
    idempotency_key: str | None = None,
) -> CheckIn:
    if household is not None:
        building, unit, room = household.building, household.unit, household.room
    row = CheckIn(
        sitting=sitting,
        estate=estate,
        building=mask_place(building.strip())[:20],
        home_key=home_key(estate, building, unit, room),
        household=household,
        person_id=person_id,
        way=way,
        nonce_hash=nonce_mark,
        idempotency_key=idempotency_key,
        came_at=came_at,
        entered_by_key="" if way == CheckIn.Way.CODE else by.key,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise RuleBroken("已经签到过了。", code="check_in.twice") from None
    if household is None and (name.strip() or unit.strip() or room.strip()):
        CheckInPrivate.objects.create(
            check_in=row, name=name.strip()[:40], unit=unit.strip()[:20], room=room.strip()[:20]
        )
    elif name.strip():
        CheckInPrivate.objects.create(check_in=row, name=name.strip()[:40])
    witness(
        meeting,
        "somebody_came",
        by=by,
        now=now,
        public={"check_in": row.pk, "sitting": sitting.ordinal, "estate": estate.code, "way": str(way)},
        texts={"building": row.building},
    )
    return row


def _leave(row: CheckIn, *, by: Actor, now: datetime) -> CheckIn:
    meeting_id = row.sitting.meeting_id
    beat(meeting_id)
    row = CheckIn.objects.select_related("sitting").get(pk=row.pk)
    if row.left_at is None:
        row.left_at = max(now, row.came_at)
        row.save(update_fields=["left_at"])
        witness(read(meeting_id), "somebody_left", by=by, now=now, public={"check_in": row.pk})
    return row


def _measure_again(meeting: Meeting, *, by: Actor, now: datetime) -> None:
    """Paper typed in after the questions ended counts equally: with it there may be households enough."""
    before = meeting.outcome
    put_outcome(meeting, now)
    if meeting.outcome == MeetingOutcome.COMPLIANT:
        meeting.outcome_reason = ""
    meeting.save()
    if meeting.outcome != before:
        public = {"outcome": str(meeting.outcome), "households": meeting.household_count}
        witness(meeting, "outcome_measured_again", by=by, now=now, public=public)


def _key() -> bytes:
    return salted_hmac("huiyin.meetings.check_in", "wall", algorithm="sha256").digest()
