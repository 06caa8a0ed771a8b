"""Everything people and the clock may do to a case, each through its service, for random plays in property tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from huiyin.apps.ledger.models import Asker, Case, Extension, GiveUpProposal, LeadProposal, Objection
from huiyin.apps.ledger.services import (
    answer,
    askers,
    assign,
    escalate,
    extension,
    giving_up,
    lead,
    merge,
    reply,
)
from huiyin.apps.ledger.services.transition import askers_of
from huiyin.domain.access import Actor
from huiyin.domain.case_workflow import LABELS, Status
from huiyin.domain.errors import Refused
from huiyin.domain.ledger_rules import ANSWER_LABELS, LIST_LABELS
from tests import given
from tests.people import Cast

PASSING = (timedelta(0), timedelta(hours=5), *(timedelta(days=days) for days in (1, 2, 4, 8, 16, 35, 100)))
Command = Callable[["Play", Case], object]
COMMANDS: dict[str, tuple[Command, frozenset[Status]]] = {}


def on(statuses: str) -> Callable[[Command], Command]:
    """Worth trying from these states; from the others it is tried too, more rarely, to be refused."""

    def keep(command: Command) -> Command:
        worth = frozenset(Status(name) for name in statuses.split()) or frozenset(LABELS)
        COMMANDS[command.__name__] = (command, worth)
        return command

    return keep


@dataclass
class Play:
    """Some cases of one estate, a clock, and a source of decisions."""

    cast: Cast
    data: st.DataObject
    now: datetime = given.A_MONDAY
    numbers: list[str] = field(default_factory=list)
    plan: list[tuple[str, str]] = field(default_factory=list)
    """What is still to come of the story begun: command and case number."""

    def begin(self, count: int) -> None:
        for number in range(count):
            person = self.cast.neighbour if number % 2 else self.cast.resident
            self.numbers.append(given.a_registered_case(self.cast, now=self.now, person=person).number)

    def choose(self, values: Any) -> Any:
        return self.data.draw(st.sampled_from(list(values)))

    def cases(self) -> list[Case]:
        rows = Case.objects.defer("search").in_bulk(self.numbers, field_name="number")
        originals = {case.pk: case for case in rows.values()}
        for case in rows.values():
            if case.merged_into_id is not None:
                case.merged_into = originals[case.merged_into_id]
        return [rows[number] for number in self.numbers]

    def step(self) -> tuple[str, Case, str]:
        """One thing is tried: its name, the case before, and "" or the code of the refusal."""
        cases = self.cases()
        if not self.plan:
            case = self.choose(cases)
            worth = [story for story in STORIES if case.status in COMMANDS[story[0]][1]]
            # Mostly what the table knows, so that a play goes deep; now and then what it must refuse.
            story = self.choose(STORIES if self.data.draw(st.integers(0, 11)) == 11 else worth)
            self.plan = [(name, case.number) for name in story]
        name, number = self.plan.pop(0)
        case = next(case for case in cases if case.number == number)
        try:
            COMMANDS[name][0](self, case)
        except Refused as refusal:
            return name, case, refusal.code or "refused"
        return name, case, ""

    def let_time_pass(self) -> None:
        self.now += self.choose(PASSING)

    # --- who acts ---

    def by(self, name: str) -> Actor:
        return self.cast.actor(name)

    def lead_of(self, case: Case) -> Actor:
        return self.by("manager" if case.lead_kind == "company" else "secretary")

    def asker(self, case: Case) -> tuple[Asker, Actor]:
        asker: Asker = self.choose(askers_of(case.merged_into or case).select_related("case").order_by("pk"))
        return asker, self.by("resident" if asker.person_id == self.cast.resident.pk else "neighbour")

    def a_lead(self) -> assign.Lead:
        return self.choose(
            [assign.Lead.company(self.cast.engagement), assign.Lead.of_area(self.cast.community)]
        )

    def a_step(self) -> tuple[assign.Step, ...]:
        return (assign.Step("征求意见", (self.now + timedelta(days=1)).date()),)


@on("registered")
def assigns(play: Play, case: Case) -> object:
    return assign.assign(
        case,
        by=play.by("secretary"),
        case_list=play.choose(LIST_LABELS),
        lead=play.a_lead(),
        milestones=play.a_step(),
        now=play.now,
    )


@on("registered")
def rejects(play: Play, case: Case) -> object:
    code = given.a_rejection_code(play.now)
    return assign.reject(case, by=play.by("secretary"), reason_code=code, note="不归物业。", now=play.now)


@on("assigned reopened")
def starts(play: Play, case: Case) -> object:
    return lead.start(case, by=play.lead_of(case), now=play.now)


@on("assigned in_progress")
def transfers(play: Play, case: Case) -> object:
    open_ = LeadProposal.objects.filter(case=case, state__in=["proposed", "to_decide"]).first()
    if open_ is None:
        return lead.propose_lead(
            case, by=play.lead_of(case), lead=play.a_lead(), reason="不归我们管。", now=play.now
        )
    asked = play.by("manager" if open_.lead_kind == "company" else "secretary")
    by = play.choose([asked, play.by("secretary")])
    return lead.decide_lead(open_, by=by, accept=play.choose([True, True, False]), now=play.now)


@on("in_progress")
def asks_the_asker(play: Play, case: Case) -> object:
    return lead.ask_asker(case, by=play.lead_of(case), what_is_missing="是几层？", now=play.now)


@on("awaiting_asker")
def resumes(play: Play, case: Case) -> object:
    _asker, by = play.asker(case)
    by, addition = play.choose([(play.lead_of(case), ""), (by, "三层。")])
    return lead.resume(case, by=by, addition=addition, now=play.now)


@on("assigned in_progress reopened")
def replies(play: Play, case: Case) -> object:
    row = reply.reply(
        case, by=play.lead_of(case), text=given.GOOD_REPLY, no_evidence_reason="没有拍照。", now=play.now
    )
    for asker in askers_of(case):
        if play.choose([True, True, False]):
            reply.record_delivery(asker, reply=row, channel="sms", delivered_at=play.now, now=play.now)
    return row


@on("replied unconfirmed confirmed")
def answers(play: Play, case: Case) -> object:
    asker, by = play.asker(case)
    return answer.answer(asker, by=by, answer=play.choose(ANSWER_LABELS), comment="还差一点。", now=play.now)


@on("reopen_requested")
def decides_reopening(play: Play, case: Case) -> object:
    return answer.decide_reopening(
        case, by=play.by("secretary"), grant=play.choose([True, False]), reason="看过现场。", now=play.now
    )


@on("registered assigned in_progress awaiting_asker replied reopened reopen_requested")
def withdraws(play: Play, case: Case) -> object:
    asker = given.original_asker(case)
    by = play.by("resident" if asker.person_id == play.cast.resident.pk else "neighbour")
    return answer.withdraw(asker, by=by, now=play.now)


@on("registered assigned in_progress awaiting_asker replied reopened reopen_requested")
def merges(play: Play, case: Case) -> object:
    return merge.merge(case, into=play.choose(play.cases()), by=play.by("secretary"), now=play.now)


@on("merged")
def unmerges(play: Play, case: Case) -> object:
    return merge.unmerge(case, by=play.by("secretary"), reason="不是同一件事。", now=play.now)


@on("assigned in_progress awaiting_asker reopened")
def extends(play: Play, case: Case) -> object:
    asked = Extension.objects.filter(case=case, state="asked").first()
    if asked is None:
        due_on = (max(play.now, case.due_at) + play.choose([timedelta(days=3), timedelta(days=40)])).date()
        return extension.ask_extension(
            case, by=play.lead_of(case), due_on=due_on, reason="等配件。", now=play.now
        )
    by = play.by("secretary" if asked.ordinal == 1 else "street_officer")
    return extension.decide_extension(
        asked, by=by, approve=play.choose([True, True, False]), refusal_reason="理由不足。", now=play.now
    )


@on("assigned in_progress awaiting_asker reopened")
def changes_list(play: Play, case: Case) -> object:
    return extension.change_list(
        case,
        by=play.by("secretary"),
        case_list=play.choose(LIST_LABELS),
        reason="重新看过。",
        milestones=play.a_step(),
        now=play.now,
    )


@on("in_progress")
def gives_up(play: Play, case: Case) -> object:
    open_ = GiveUpProposal.objects.filter(case=case, state="proposed").first()
    if open_ is None:
        return giving_up.propose_giving_up(
            case,
            by=play.lead_of(case),
            reason="产权不在物业。",
            responsible_instead="供电公司",
            now=play.now,
        )
    return giving_up.decide_giving_up(
        open_, by=play.by("secretary"), agree=play.choose([True, False]), reason="再想办法。", now=play.now
    )


@on("rejected not_solvable")
def objects(play: Play, case: Case) -> object:
    raised = Objection.objects.filter(case=case, state="raised").first()
    if raised is None:
        asker, by = play.asker(case)
        return askers.object_to_outcome(asker, by=by, text="就是物业的事。", now=play.now)
    return askers.decide_objection(
        raised,
        by=play.by("street_officer"),
        uphold=play.choose([True, True, False]),
        reason="查过合同。",
        now=play.now,
    )


@on("registered assigned in_progress replied")
def joins(play: Play, case: Case) -> object:
    name = play.choose(["resident", "neighbour"])
    return askers.join_case(case, by=play.by(name), person_id=getattr(play.cast, name).pk, now=play.now)


@on("registered assigned in_progress awaiting_asker reopened")
def urges(play: Play, case: Case) -> object:
    asker, by = play.asker(case)
    return askers.urge(asker, by=by, now=play.now)


@on("")
def clock_tends(play: Play, case: Case) -> object:
    """Pauses that are over, windows that close, the ladder: what the periodic task does."""
    return escalate.tend(now=play.now)


STORIES: list[tuple[str, ...]] = [
    *((name,) for name in COMMANDS),
    ("transfers", "transfers"),
    ("extends", "extends"),
    ("gives_up", "gives_up"),
    ("rejects", "objects", "objects"),
    ("replies", "answers"),
    ("replies", "answers", "replies", "answers"),
    ("merges", "unmerges", "assigns"),
    ("asks_the_asker", "merges", "unmerges", "assigns", "starts", "asks_the_asker"),
    ("asks_the_asker", "clock_tends"),
]
"""Commands that mean most one after the other, on one case; between two of them time passes."""
