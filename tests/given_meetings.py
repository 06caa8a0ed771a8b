"""Report meetings in any phase, made through the services: `a_meeting(cast, phase="questions")`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from huiyin.apps.meetings.models import CheckIn, Meeting, Question
from huiyin.apps.meetings.services import announce, ask, attend, close, minutes, moderate, plan, run
from huiyin.domain.access import ANONYMOUS, Actor
from tests.given_reports import a_cast_with_report, a_report
from tests.people import Cast
from tests.remembered import Remembered

BEIJING = ZoneInfo("Asia/Shanghai")
PLANNING = datetime(2026, 7, 2, 9, 0, tzinfo=BEIJING)
NOTICE = datetime(2026, 7, 2, 10, 0, tzinfo=BEIJING)
START = datetime(2026, 7, 11, 9, 30, tzinfo=BEIJING)
"""A Saturday, nine days after the notice."""
FLOOR = START + timedelta(minutes=30)
"""The floor is opened."""
END = FLOOR + timedelta(minutes=42)
CLOSING = END + timedelta(hours=1)
LOCKING = CLOSING + timedelta(days=4)
MINUTE = timedelta(minutes=1)

LIFT = "2号楼电梯三个月停了四次，到底是修还是换？"
CHARGING = "电动车充电桩去年就说装，什么时候能用上？"
REVENUE = "公共收益十一万花在哪儿了，能不能贴到楼门口？"
SPOKEN = "八月底前换掉两台主机，梁小禾负责，换好以后贴公告。"


def a_meeting(cast: Cast, *, phase: str = "draft", households: int = 10) -> Meeting:
    """A meeting in any phase, with its report; `households` of them have come once it is open."""
    a_report(cast, status="approved")
    return _led(cast, phase, households)


def _led(cast: Cast, phase: str, households: int) -> Meeting:
    """Planned for a report that is approved, and led to the phase."""
    meeting = plan.plan_meeting(
        area=cast.community,
        estates=[cast.estate],
        title="云杉里小区上半年工作报告会",
        planned_at=START,
        venue="云杉里小区中心花园",
        by=cast.actor("secretary"),
        now=PLANNING,
    )
    for step in _PATHS[phase]:
        if step == "open_questions":
            households_come(cast, meeting, households)
        meeting = _STEPS[step](cast, meeting)
    assert meeting.phase == phase, (meeting.phase, phase)
    return meeting


def a_cast_with_meeting(phase: str, *, households: int = 10) -> tuple[Cast, Meeting]:
    """Both made once and put back for the next test; call it instead of `a_cast`."""

    def made() -> tuple[Cast, Meeting]:
        cast, _report = a_cast_with_report("approved")
        return cast, _led(cast, phase, households)

    return _remembered.setdefault((phase, households), Remembered(made))()


def households_come(cast: Cast, meeting: Meeting, count: int, *, now: datetime = START) -> list[CheckIn]:
    """Different homes of building 5, ticked off the list."""
    return [
        attend.check_in_by_list(
            meeting,
            by=cast.actor("community_worker"),
            estate=cast.estate,
            building="5",
            unit="1",
            room=f"{number}01",
            now=now,
        )
        for number in range(1, count + 1)
    ]


def a_phone_comes(
    cast: Cast, meeting: Meeting, *, nonce: str = "a phone's own nonce", now: datetime = START, **said: object
) -> CheckIn:
    """Somebody without an account scans the wall."""
    return attend.check_in_by_code(
        meeting,
        code=attend.wall_code(meeting, now).code,
        nonce=nonce,
        estate=cast.estate,
        now=now,
        **{"building": "7", "unit": "2", "room": "402", **said},
    )


def a_question(
    cast: Cast,
    meeting: Meeting,
    *,
    text: str = LIFT,
    by: Actor | None = None,
    key: str = "",
    now: datetime = FLOOR + MINUTE,
    **said: object,
) -> Question:
    """The resident asks on the own phone."""
    return ask.ask(
        meeting,
        by=by or cast.actor("resident"),
        estate=cast.estate,
        text=text,
        building="6号楼",
        nickname="槐花",
        idempotency_key=key or text,
        now=now,
        **said,
    )


def a_held_question(
    cast: Cast, meeting: Meeting, *, nonce: str = "", now: datetime = FLOOR + MINUTE
) -> Question:
    """Somebody who only checked in asks; another `nonce` is another phone."""
    phone = {"nonce": nonce} if nonce else {}
    check_in = a_phone_comes(cast, meeting, now=now, **phone)
    return a_question(cast, meeting, text=REVENUE, by=ANONYMOUS, check_in=check_in, key=nonce, now=now)


def a_paper_question(cast: Cast, meeting: Meeting, *, now: datetime = FLOOR + MINUTE) -> Question:
    return ask.ask_for_somebody(
        meeting,
        by=cast.actor("community_worker"),
        estate=cast.estate,
        text="楼门口的台阶松了，上下不稳。",
        nickname="周大爷",
        name="周有福",
        phone="13900000000",
        now=now,
    )


def everything_is_asked(cast: Cast, meeting: Meeting) -> None:
    """Answered, merged, hidden, rejected, deferred: one of each, and one the company asks the residents."""
    by, now = cast.by_secretary, FLOOR + MINUTE

    def asked(text: str, **said: object) -> Question:
        return a_question(cast, meeting, text=text, now=now, **said)

    answered = asked(LIFT)
    ask.support(answered, by=cast.by_neighbour, now=now)
    moderate.make_current(answered, by=by, now=now)
    moderate.answer_on_the_spot(answered, by=by, text=SPOKEN, now=now)
    moderate.merge(asked("电梯老停，怎么办？"), into=answered, by=by, now=now)
    moderate.hide(asked("你们都是骗子。"), by=by, reason_code="insult", now=now)
    rejected = asked("能不能让学校早点放学？")
    moderate.reject(rejected, by=by, reason_code="not_property_service", note="请向区教委提出。", now=now)
    moderate.defer(asked(CHARGING, by=cast.by_neighbour), by=by, now=now)
    ask.company_asks(
        meeting, by=cast.by_manager, estate=cast.estate, text="夏天浇花改到早上，大家同意吗？", now=now
    )


def _by(
    name: str, command: Callable[..., Meeting], at: datetime, **said: object
) -> Callable[[Cast, Meeting], Meeting]:
    return lambda cast, meeting: command(meeting, by=cast.actor(name), now=at, **said)


def _lock(cast: Cast, meeting: Meeting) -> Meeting:
    minutes.lock_minutes(meeting.minutes, by=cast.actor("secretary"), now=LOCKING)
    return Meeting.objects.get(pk=meeting.pk)


_STEPS: dict[str, Callable[[Cast, Meeting], Meeting]] = {
    "announce": _by("secretary", announce.announce, NOTICE),
    "postpone": _by("secretary", announce.postpone, NOTICE + timedelta(days=1), reason_code="weather"),
    "cancel": _by("secretary", announce.cancel, NOTICE + timedelta(days=1), reason_code="company_changes"),
    "open_reporting": _by("secretary", run.open_reporting, START),
    "open_questions": _by("secretary", run.open_questions, FLOOR),
    "pause": _by("secretary", run.pause, FLOOR + 10 * MINUTE),
    "end_questions": _by("secretary", run.end_questions, END),
    "close": _by("secretary", close.close_meeting, CLOSING),
    "lock": _lock,
}
_HELD = ("announce", "open_reporting", "open_questions", "end_questions")
_PATHS: dict[str, tuple[str, ...]] = {
    "draft": (),
    "announced": ("announce",),
    "postponed": ("announce", "postpone"),
    "cancelled": ("announce", "cancel"),
    "reporting": _HELD[:2],
    "questions": _HELD[:3],
    "paused": (*_HELD[:3], "pause"),
    "closed": _HELD,
    "minutes_open": (*_HELD, "close"),
    "locked": (*_HELD, "close", "lock"),
}
_remembered: dict[tuple[str, int], Remembered[tuple[Cast, Meeting]]] = {}
