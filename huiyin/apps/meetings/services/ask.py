"""Questions come in, by phone, paper or a raised hand, and from the company; neighbours say: I ask the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from huiyin.apps.ledger.models import Case
from huiyin.apps.ledger.models.askers import Channel
from huiyin.apps.ledger.origins import Origin
from huiyin.apps.ledger.permissions import as_resident
from huiyin.apps.ledger.services.register import AskerDraft, register_case
from huiyin.apps.meetings import limits
from huiyin.apps.meetings.limits import LONGEST_QUESTION
from huiyin.apps.meetings.models import (
    CheckIn,
    Meeting,
    MeetingEstate,
    Question,
    QuestionPrivate,
    RaisedDifficulty,
)
from huiyin.apps.meetings.permissions import check_assist, check_speak_for_company
from huiyin.apps.meetings.services.steps import beat, heard_at, next_number, read, witness
from huiyin.apps.meetings.tokens import household_of_token
from huiyin.apps.people.actors import person_id_of
from huiyin.apps.people.models import Contact
from huiyin.apps.people.selectors import verified_household
from huiyin.apps.places.models import Estate
from huiyin.domain.access import ANONYMOUS, Actor
from huiyin.domain.buildings import named
from huiyin.domain.errors import NotPermitted, RuleBroken
from huiyin.domain.ledger_rules import Kind, Source
from huiyin.domain.meeting_phases import Activity, Phase, check_open
from huiyin.domain.question_workflow import Direction, QuestionStatus
from huiyin.language.masking import mask, mask_nickname, mask_place, needs_a_reader
from huiyin.web.now import now as clock

P = ParamSpec("P")
SHORTEST = 4

# Nothing but this row is touched: supports come twenty a second, and none waits for another (ADR 0014). Whose own
# question it is, or was merged into it, is counted by asking.
_SUPPORT = """
INSERT INTO meetings_support (meeting_id, question_id, person_id, household_id, supported_at)
SELECT %(meeting)s::bigint, %(question)s::bigint, %(person)s::bigint, %(household)s::bigint, %(now)s::timestamptz
WHERE NOT EXISTS (
    SELECT FROM meetings_question AS own JOIN meetings_questionprivate AS author ON author.question_id = own.id
    WHERE %(question)s IN (own.id, own.merged_into_id)
        AND (author.person_id = %(person)s::bigint OR author.household_id = %(household)s::bigint)
)
ON CONFLICT DO NOTHING
"""


def once_for_each_key(
    ask: Callable[Concatenate[Meeting, P], Question],
) -> Callable[Concatenate[Meeting, P], Question]:
    """A key sent again is the question it made before: the database refuses the second, which gives its number back.

    So is one whose answer was lost on the way while the questions ended, or that was the last one a person may ask.
    """

    @wraps(ask)
    def once(meeting: Meeting, /, *args: P.args, **kwargs: P.kwargs) -> Question:
        try:
            return ask(meeting, *args, **kwargs)
        except (IntegrityError, RuleBroken):
            key = kwargs.get("idempotency_key")
            asked = meeting.questions.filter(idempotency_key=key).first() if key else None
            if asked is None:
                raise
            return asked

    return once


@once_for_each_key
@transaction.atomic
def ask(
    meeting: Meeting,
    *,
    by: Actor,
    estate: Estate,
    text: str,
    idempotency_key: str,
    building: str = "",
    nickname: str = "",
    check_in: CheckIn | None = None,
    now: datetime | None = None,
) -> Question:
    """A resident asks on a phone; the same key returns the question it made before.

    With a verified phone it is shown at once. Somebody who has only checked in may ask as well: the question is held
    until a person lets it through (domain.md §4). So is one in which something was covered, or that may name
    somebody: the rules of masking miss names, and what was on every phone for a minute cannot be taken back.
    """
    now = now or clock()
    person_id = verified_person(by)
    if person_id is None and not (check_in is not None and check_in.sitting.meeting_id == meeting.pk):
        raise NotPermitted("请先签到，或用手机号登录，再提问。", code="meetings.ask")
    private = QuestionPrivate(
        person_id=person_id,
        household_id=verified_household(person_id, estate.pk) if person_id is not None else None,
        check_in=check_in,
        channel=Channel.IN_SITE if person_id is not None else Channel.SLIP,
    )
    return _put(
        meeting,
        by=as_resident(by) if person_id is not None else ANONYMOUS,
        estate=estate,
        text=text,
        way=Question.Way.PHONE,
        direction=Direction.TO_COMPANY,
        status=QuestionStatus.HELD if person_id is None or needs_a_reader(text) else QuestionStatus.SHOWN,
        building=building,
        nickname=nickname,
        private=private,
        idempotency_key=idempotency_key,
        now=now,
    )


@once_for_each_key
@transaction.atomic
def ask_for_somebody(
    meeting: Meeting,
    *,
    by: Actor,
    estate: Estate,
    text: str,
    way: str = Question.Way.PAPER,
    building: str = "",
    nickname: str = "",
    name: str = "",
    phone: str = "",
    idempotency_key: str | None = None,
    now: datetime | None = None,
) -> Question:
    """The community types in a slip or a raised hand; name and phone say how the echo goes back, and stay private."""
    now = now or clock()
    check_assist(by, meeting)
    if way not in (Question.Way.PAPER, Question.Way.FLOOR):
        raise RuleBroken("请选纸条或举手。", code="question.way", field="way")
    private = QuestionPrivate(
        name=name.strip()[:40],
        phone=phone.strip()[:20],
        channel=Channel.CALL if phone.strip() else Channel.SLIP,
    )
    return _put(
        meeting,
        by=by,
        estate=estate,
        text=text,
        way=way,
        direction=Direction.TO_COMPANY,
        status=QuestionStatus.SHOWN,
        building=building,
        nickname=nickname,
        private=private,
        idempotency_key=idempotency_key,
        now=now,
    )


@once_for_each_key
@transaction.atomic
def company_asks(
    meeting: Meeting,
    *,
    by: Actor,
    estate: Estate,
    text: str,
    idempotency_key: str | None = None,
    now: datetime | None = None,
) -> Question:
    """The other direction: the company asks the residents. Numbered like every question, perhaps held, and no case."""
    now = now or clock()
    heard = heard_at(meeting, estate)
    check_speak_for_company(by, heard.report.engagement if heard.report else None)
    return _put(
        meeting,
        by=by,
        estate=estate,
        text=text,
        way=Question.Way.PHONE,
        direction=Direction.TO_RESIDENTS,
        status=QuestionStatus.HELD if needs_a_reader(text) else QuestionStatus.SHOWN,
        building="",
        nickname=heard.report.engagement.company.name[:20] if heard.report else "",
        private=QuestionPrivate(person_id=person_id_of(by)),
        idempotency_key=idempotency_key,
        now=now,
    )


@transaction.atomic
def raise_difficulty(
    meeting: Meeting,
    *,
    by: Actor,
    estate: Estate,
    text: str,
    idempotency_key: str | None = None,
    now: datetime | None = None,
) -> Case:
    """The company asks for help: a ledger case at once, led by the community or the street (domain.md §1)."""
    now = now or clock()
    # The key of a meeting's difficulty is its own: two meetings may be sent the same one.
    key = f"meeting:{meeting.pk}:{idempotency_key}"[:64] if idempotency_key else None
    beat(meeting.pk)
    meeting = read(meeting.pk)
    check_open(Activity.RAISE_DIFFICULTY, meeting.phase)
    heard = heard_at(meeting, estate)
    check_speak_for_company(by, heard.report.engagement if heard.report else None)
    case = register_case(
        by=by,
        text=text,
        area=heard.estate.area,
        estate=heard.estate,
        kind=Kind.DIFFICULTY,
        source=Source.MEETING,
        asker=AskerDraft(person_id=person_id_of(by)),
        origin=Origin("meetings.meeting", str(meeting.pk)),
        origin_label=meeting.title[:40],
        idempotency_key=key,
        now=now,
    )
    _row, is_new = RaisedDifficulty.objects.get_or_create(case=case, defaults={"meeting": meeting})
    if is_new:
        witness(meeting, "difficulty_raised", by=by, now=now, public={"case": case.number})
    return case


@transaction.atomic
def support(
    question: Question, *, by: Actor = ANONYMOUS, token: str = "", now: datetime | None = None
) -> bool:
    """同问, once for each person and household; needs a verified phone or the token of a household's letter.

    True if it is counted now, False if it was before. Who supports a merged question supports the one it went into;
    who asked it is counted already.
    """
    now = now or clock()
    question = Question.objects.select_related("meeting", "merged_into").get(pk=question.pk)
    check_open(Activity.SUPPORT, question.meeting.phase)
    target = question.merged_into or question
    if not target.is_public:
        raise RuleBroken("这个问题现在不能同问。", code="support.not_shown")
    if target.direction != Direction.TO_COMPANY:
        raise RuleBroken("这是物业问居民的，请举手或写纸条回答，不用同问。", code="support.not_of_a_resident")
    person_id = verified_person(by)
    if person_id is not None:
        household_id = verified_household(person_id, target.estate_id)
    else:
        household_id = household_of_token(target.meeting_id, token)
    if person_id is None and household_id is None:
        raise NotPermitted("请先用手机号登录，或用信上的二维码打开，再同问。", code="meetings.support")
    with connection.cursor() as cursor:
        cursor.execute(
            _SUPPORT,
            {
                "meeting": target.meeting_id,
                "question": target.pk,
                "person": person_id,
                "household": household_id,
                "now": now,
            },
        )
        if cursor.rowcount:
            return True
    before = target.supports.filter(Q(person=person_id) if person_id else Q(household=household_id))
    if not before.exists() and _asked_it(target, person_id, household_id):
        raise RuleBroken("这个问题就是您家提的，不用再同问。", code="support.own")
    return False


def _asked_it(question: Question, person_id: int | None, household_id: int | None) -> bool:
    by_them = Q(private__person=person_id) if person_id else Q(pk__in=[])
    if household_id:
        by_them |= Q(private__household=household_id)
    return Question.objects.filter(Q(pk=question.pk) | Q(merged_into=question), by_them).exists()


def verified_person(by: Actor) -> int | None:
    """The account behind an actor if its phone was verified."""
    person_id = person_id_of(by)
    if person_id is None:
        return None
    known = Contact.objects.filter(person_id=person_id, verified_at__isnull=False)
    return person_id if known.exists() else None


def check_question(text: str) -> str:
    text = text.replace("\x00", "").strip()
    if len(text) < SHORTEST:
        raise RuleBroken(
            "请把问题写清楚，至少 %(count)s 个字。", code="question.short", field="text", count=SHORTEST
        )
    if len(text) > LONGEST_QUESTION:
        raise RuleBroken(
            "一次问一件事，最多 %(count)s 个字。", code="question.long", field="text", count=LONGEST_QUESTION
        )
    return text


def _check_not_too_many(meeting: Meeting, private: QuestionPrivate, now: datetime) -> None:
    mine = Q(pk__in=[])
    if private.person_id is not None:
        mine |= Q(private__person_id=private.person_id)
    if private.check_in_id is not None:
        mine |= Q(private__check_in_id=private.check_in_id)
    most = limits.policy(now).live.questions_a_person
    own = meeting.questions.filter(mine, direction=Direction.TO_COMPANY)
    if own.count() >= most:
        raise RuleBroken(
            "您在这场报告会上已经提了 %(count)s 个问题。别的事可以在台账里提出。",
            code="question.too_many",
            count=most,
        )


def _put(
    meeting: Meeting,
    *,
    by: Actor,
    estate: Estate,
    text: str,
    way: str,
    direction: Direction,
    status: QuestionStatus,
    building: str,
    nickname: str,
    private: QuestionPrivate,
    idempotency_key: str | None,
    now: datetime,
) -> Question:
    """The number is taken first: from then on no other question and no closing comes between (services/steps.py)."""
    text = check_question(text)
    number = next_number(meeting.pk)
    meeting = read(meeting.pk)
    check_open(Activity.ASK, meeting.phase)
    heard: MeetingEstate = heard_at(meeting, estate)
    if direction is Direction.TO_COMPANY:
        _check_not_too_many(meeting, private, now)
    question = Question.objects.create(
        meeting=meeting,
        estate=heard.estate,
        number=number,
        direction=direction,
        way=way,
        is_in_advance=meeting.phase == Phase.ANNOUNCED,
        text=mask(text),
        building=mask_place(named(building))[:40],
        nickname=mask_nickname(nickname.strip())[:20],
        asked_at=now,
        idempotency_key=idempotency_key or None,
        status=status,
        status_since=now,
        is_let_through=status is QuestionStatus.SHOWN,
    )
    private.question = question
    private.text = text if text != question.text else ""
    private.save(force_insert=True)
    witness(
        meeting,
        "question_asked",
        by=by,
        now=now,
        public={
            "question": number,
            "estate": heard.estate.code,
            "direction": str(direction),
            "way": str(way),
            "status": str(status),
        },
        texts={"text": question.text, "building": question.building, "nickname": question.nickname},
        private={"text": text, "contact": [private.name, private.phone]},
    )
    return question
