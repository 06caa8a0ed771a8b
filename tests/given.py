"""Cases in any state, always made through the services: `given.a_case(cast, status="replied")`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from huiyin.apps.ledger.models import Asker, Case
from huiyin.apps.ledger.services import answer, assign, giving_up, lead, merge, register, reply
from huiyin.apps.people.selectors import verified_household
from huiyin.domain.ledger_rules import Source
from tests.people import Cast

Step = Callable[["Cast", Case, datetime], None]

BEIJING = ZoneInfo("Asia/Shanghai")
A_MONDAY = datetime(2026, 6, 1, 10, 0, tzinfo=BEIJING)
TEXT = "6号楼东侧楼道灯不亮，老人晚上不敢下楼。几层的灯坏了两个多月。"
GOOD_REPLY = "6月3日，工程部更换了9盏感应灯，老化的一段线路也换了，保修一年，负责人梁师傅。"


def a_registered_case(cast: Cast, *, now: datetime = A_MONDAY, text: str = TEXT, **changes: object) -> Case:
    """The resident asks on the web."""
    person = changes.pop("person", cast.resident)
    return register.register_case(
        by=changes.pop("by", None) or cast.actor("resident" if person is cast.resident else "neighbour"),
        text=text,
        estate=cast.estate,
        area=cast.community,
        source=changes.pop("source", Source.WEB),
        asker=changes.pop("asker", None)
        or register.AskerDraft(
            person_id=person.pk, household_id=verified_household(person.pk, cast.estate.pk)
        ),
        now=now,
        **changes,
    )


def a_paper_case(cast: Cast, *, now: datetime = A_MONDAY) -> Case:
    """The community worker types in an elder's slip."""
    return register.register_case(
        by=cast.actor("community_worker"),
        text="楼门口的台阶松了，上下不稳。",
        estate=cast.estate,
        area=cast.community,
        source=Source.PAPER,
        nickname="周大爷",
        asker=register.AskerDraft(channel="call", name="周有福", phone="13900000000"),
        now=now,
    )


def original_asker(case: Case) -> Asker:
    return case.askers.get(part="original")


def a_case(cast: Cast, *, status: str = "registered", now: datetime = A_MONDAY, **changes: object) -> Case:
    """A case in any state, an hour between two steps."""
    return led_to(cast, a_registered_case(cast, now=now, **changes), status=status, now=now)


def led_to(cast: Cast, case: Case, *, status: str, now: datetime) -> Case:
    """A registered case, brought into a state."""
    for number, step in enumerate(_PATHS[status], start=1):
        _STEPS[step](cast, case, now + timedelta(hours=number))
        case = Case.objects.get(pk=case.pk)
    assert case.status == status, (case.status, status)
    return case


def _assign(cast: Cast, case: Case, now: datetime) -> None:
    assign.assign(
        case,
        by=cast.actor("secretary"),
        case_list="short_term",
        lead=assign.Lead.company(cast.engagement),
        now=now,
    )


def _reject(cast: Cast, case: Case, now: datetime) -> None:
    assign.reject(
        case, by=cast.actor("secretary"), reason_code=a_rejection_code(now), note="与物业服务无关。", now=now
    )


def a_rejection_code(now: datetime) -> str:
    from huiyin.apps.ledger.limits import reasons

    return reasons(now).rejection[0].code


def _start(cast: Cast, case: Case, now: datetime) -> None:
    lead.start(case, by=cast.actor("manager"), now=now)


def _ask_asker(cast: Cast, case: Case, now: datetime) -> None:
    lead.ask_asker(case, by=cast.actor("manager"), what_is_missing="请说明是几层的灯。", now=now)


def _reply(cast: Cast, case: Case, now: datetime) -> None:
    row = reply.reply(
        case, by=cast.actor("manager"), text=GOOD_REPLY, no_evidence_reason="现场已恢复，没有拍照。", now=now
    )
    reply.record_delivery(original_asker(case), reply=row, channel="sms", delivered_at=now, now=now)


def _say(word: str) -> Step:
    def say(cast: Cast, case: Case, now: datetime) -> None:
        answer.answer(
            original_asker(case),
            by=cast.actor("resident"),
            answer=word,
            comment="" if word in ("solved", "cannot_tell") else "灯还是不亮。",
            now=now,
        )

    return say


def _propose_giving_up(cast: Cast, case: Case, now: datetime) -> None:
    giving_up.propose_giving_up(
        case,
        by=cast.actor("manager"),
        reason="线路属供电公司产权。",
        responsible_instead="区供电公司",
        now=now,
    )


def _agree(cast: Cast, case: Case, now: datetime) -> None:
    giving_up.decide_giving_up(case.give_up_proposals.get(), by=cast.actor("secretary"), agree=True, now=now)


def _withdraw(cast: Cast, case: Case, now: datetime) -> None:
    answer.withdraw(original_asker(case), by=cast.actor("resident"), now=now)


def _merge(cast: Cast, case: Case, now: datetime) -> None:
    original = a_registered_case(cast, now=now, person=cast.neighbour)
    merge.merge(case, into=original, by=cast.actor("secretary"), now=now)


def _wait_out(cast: Cast, case: Case, now: datetime) -> None:
    answer.close_window(case, now=now + timedelta(days=9))


_STEPS = {
    "assign": _assign,
    "reject": _reject,
    "start": _start,
    "ask_asker": _ask_asker,
    "reply": _reply,
    "solved": _say("solved"),
    "not_solved": _say("not_solved"),
    "cannot_tell": _say("cannot_tell"),
    "propose": _propose_giving_up,
    "agree": _agree,
    "withdraw": _withdraw,
    "merge": _merge,
    "wait": _wait_out,
}
_AGAIN = ["reply", "not_solved"]
_PATHS: dict[str, list[str]] = {
    "registered": [],
    "assigned": ["assign"],
    "rejected": ["reject"],
    "in_progress": ["assign", "start"],
    "awaiting_asker": ["assign", "start", "ask_asker"],
    "replied": ["assign", "start", "reply"],
    "confirmed": ["assign", "start", "reply", "solved"],
    "unconfirmed": ["assign", "start", "reply", "wait"],
    "reopened": ["assign", "start", "reply", "not_solved"],
    "reopen_requested": ["assign", "start", *_AGAIN * 4],
    "not_solvable": ["assign", "start", "propose", "agree"],
    "withdrawn": ["withdraw"],
    "merged": ["merge"],
}
