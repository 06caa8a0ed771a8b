"""The life of one case as people would have led it: from the secretary's decision to the asker's last word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from huiyin.apps.ledger import limits
from huiyin.apps.ledger.bulk import history as told
from huiyin.apps.ledger.models import AnswerGiven
from huiyin.apps.ledger.models.askers import Channel
from huiyin.apps.ledger.services.assign import Lead
from huiyin.apps.ledger.services.assign import Step as Plan
from huiyin.apps.portal.demo.hours import at_time, duty_moment, office_moment
from huiyin.apps.portal.demo.lives_around import (
    DAY,
    HOUR,
    MINUTE,
    join_and_urge,
    look_at_overdue,
    look_at_unassigned,
)
from huiyin.apps.portal.demo.matters import Matter, no_evidence, reply_of
from huiyin.apps.portal.demo.phrases import Teller
from huiyin.apps.portal.demo.residents import Resident
from huiyin.domain.access import SYSTEM, Actor
from huiyin.domain.ledger_rules import CaseList

MOST_ROUNDS = 3


@dataclass
class Life:
    """What is known when a case begins; `play` fills `steps`, also those that are still to come."""

    rng: Random
    key: str
    matter: Matter
    teller: Teller
    at: datetime
    now: datetime
    care: float
    lead: Lead
    author: Actor
    """Who replies for the lead."""
    secretary: Actor
    worker: Actor
    street: Actor
    channel: str
    asker: Actor
    neighbours: list[Resident] = field(default_factory=list)
    urgency: str = ""
    is_stubborn: bool = False
    """Every answer is negative: for the few cases whose fourth reopening waits for the secretary."""
    is_shown: bool = False
    """Asked by somebody visitors of the demo sign in as: every reply reaches that telephone."""
    is_asked_back: bool = False
    """The lead asks back soon, and the asker has not written yet."""
    is_waiting: bool = False
    """Answered at once; the visitor who signs in as the asker may say whether it is solved."""
    steps: list[told.Step] = field(default_factory=list)
    first_reply_at: datetime | None = None
    confirmed_at: datetime | None = None
    is_regular: bool = False
    """Assigned and answered in the common way: others may be merged into it."""

    @property
    def is_certain(self) -> bool:
        return self.is_stubborn or self.is_asked_back or self.is_waiting

    # --- the whole ---

    def play(self) -> None:
        rng = self.rng
        assigned_at = office_moment(rng, self.at, rng.expovariate(1 / 3.2) + 0.2)
        if rng.random() < 0.045 * (1.5 - self.care):
            assigned_at = office_moment(rng, self.at, rng.uniform(30, 120))
        look_at_unassigned(self, assigned_at)
        fate = rng.random()
        if fate < 0.022 and not self.is_certain:
            self.steps.append(self.rejection(assigned_at))
            return
        if fate < 0.033 and not self.is_certain and self.channel == Channel.IN_SITE:
            self.steps.append(told.Withdrawn(at=self.at + rng.uniform(0.3, 2) * HOUR, by=self.asker))
            return
        case_list = self.chosen_list()
        if case_list == CaseList.LONG_TERM:
            self.long_term(assigned_at)
        else:
            self.short(assigned_at, case_list)

    def chosen_list(self) -> CaseList:
        if self.matter.list == "immediate" and not self.urgency and self.rng.random() < 0.14:
            return CaseList.SHORT_TERM
        return CaseList(self.matter.list)

    def rejection(self, at: datetime) -> told.Step:
        code, note = self.rng.choice(
            [
                ("private_dispute", ""),
                ("too_little_to_act", ""),
                ("in_court", ""),
                ("not_property_service", "所说的事由市政部门负责，已告知查询方式。"),
                ("other_estate", "所说的楼栋在相邻的小区，已告知对方社区。"),
            ]
        )
        return told.Rejected(at=at, by=self.secretary, reason_code=code, note=note)

    # --- immediate and short-term cases ---

    def short(self, assigned_at: datetime, case_list: CaseList) -> None:
        rng, teller = self.rng, self.teller
        due = limits.due_for(case_list, registered_at=self.at, urgency=self.urgency, on=assigned_at).at
        due_on: date | None = None
        if case_list == CaseList.SHORT_TERM and not self.urgency and rng.random() < 0.25:
            sooner = self.at.date() + timedelta(days=rng.choice([10, 14, 15, 20]))
            if limits.end_of(sooner) > assigned_at + 2 * DAY:
                due_on, due = sooner, limits.end_of(sooner)
        self.steps.append(
            told.Assigned(
                at=assigned_at, by=self.secretary, case_list=case_list, lead=self.lead, due_on=due_on
            )
        )
        start = duty_moment(rng, assigned_at, rng.uniform(0.3, 6 if self.matter.list == "immediate" else 30))
        self.steps.append(told.Started(at=start, by=self.author))
        if self.matter.can_be_given_up(teller) and case_list == CaseList.SHORT_TERM and rng.random() < 0.2:
            self.give_up(office_moment(rng, start, rng.uniform(30, 200)))
            return
        reply_at = duty_moment(rng, start, 3) if self.is_waiting else self.time_of_reply(start, due)
        current_due = due
        paused = self.pause(start, reply_at)
        if paused is not None:
            reply_at = max(reply_at, duty_moment(rng, paused, rng.uniform(3, 40)))
        elif self.matter.extension and case_list == CaseList.SHORT_TERM and rng.random() < 0.2:
            extended = self.extend(due)
            if extended is not None:
                current_due = extended
                reply_at = duty_moment(rng, extended, -rng.uniform(10, 110))
        look_at_overdue(self, due, reply_at)
        join_and_urge(self, assigned_at, reply_at)
        self.is_regular = True
        self.answer_rounds(reply_at, max(current_due, due), teller)

    def time_of_reply(self, start: datetime, due: datetime) -> datetime:
        rng = self.rng
        if rng.random() < 0.938 + 0.06 * self.care and start < due - 2 * HOUR:
            reply_at = duty_moment(rng, start, (due - start) / HOUR * rng.betavariate(1.3, 2.1))
            if reply_at <= due:
                return max(reply_at, start + 20 * MINUTE)
            return max(start + 10 * MINUTE, due - rng.uniform(0.5, 5) * HOUR)
        late_by = min(rng.expovariate(1 / 90), 800) * (1.5 - self.care) + 9
        return duty_moment(rng, max(due, start), late_by)

    def pause(self, start: datetime, reply_at: datetime) -> datetime | None:
        """The lead asks back; the asker answers within the week, or the clock goes on by itself."""
        rng = self.rng
        if not self.is_asked_back and (
            self.channel != Channel.IN_SITE or rng.random() > 0.05 or reply_at - start < 8 * HOUR
        ):
            return None
        asked_at = start + (reply_at - start) * rng.uniform(0.1, 0.5)
        if self.is_asked_back:
            asked_at = start + rng.uniform(0.5, 3) * HOUR
        missing = self.teller.voice("missing")
        self.steps.append(told.AskedAsker(at=asked_at, by=self.author, what_is_missing=missing))
        if self.is_asked_back or rng.random() < 0.25:
            days = limits.deadlines(asked_at).values.pauses.max_days
            resumed = told.Resumed(at=asked_at + timedelta(days=days, minutes=rng.randint(1, 9)), by=SYSTEM)
        else:
            addition = self.teller.voice("additions")
            resumed_at = asked_at + timedelta(hours=rng.uniform(2, 130))
            resumed = told.Resumed(at=resumed_at, by=self.asker, addition=addition)
        self.steps += [resumed, told.Escalated(at=resumed.at + 3 * MINUTE)]
        return resumed.at

    def extend(self, due: datetime) -> datetime | None:
        """Asked for a few days before the date, approved the same day; the first date stays."""
        rng, teller = self.rng, self.teller
        asked_on = limits.day_of(due) - timedelta(days=rng.randint(1, 4))
        asked_at = office_moment(rng, at_time(asked_on, 9, rng.randrange(50)), 0)
        if asked_at >= due or asked_at.hour > 14 or asked_at < self.steps[-1].at:
            return None
        teller.replied_at(asked_at, self.at)
        new_due_on = limits.day_of(due) + timedelta(days=rng.randint(8, 24))
        self.steps.append(
            told.Extended(
                at=asked_at,
                by=self.author,
                due_on=new_due_on,
                reason=teller.say(self.matter.extension),
                approved_by=self.secretary,
                approved_at=asked_at + rng.uniform(0.5, 3) * HOUR,
            )
        )
        return limits.end_of(new_due_on)

    def give_up(self, at: datetime) -> None:
        reason, responsible = self.matter.gives_up
        at = at_time(at.date(), 9, self.rng.randrange(5, 55))
        if at <= self.steps[-1].at:
            at = at_time((at + DAY).date(), 9, 30)
        agreed_at = at + self.rng.uniform(1, 6) * HOUR
        self.steps.append(
            told.GivenUp(
                at=at,
                by=self.author,
                reason=reason,
                responsible_instead=responsible.split("；")[0],
                agreed_by=self.secretary,
                agreed_at=agreed_at,
            )
        )

    # --- long-term cases ---

    def long_term(self, assigned_at: datetime) -> None:
        rng = self.rng
        count = len(self.matter.steps) or 2
        titles = self.matter.steps or ("制定方案", "实施并公示结果")
        longest = limits.due_for(CaseList.LONG_TERM, registered_at=self.at, urgency="", on=assigned_at).at
        total = rng.randint(100, 320)
        last = min(self.at.date() + timedelta(days=total), limits.day_of(longest))
        days = [self.at.date() + timedelta(days=round(total * (n + 1) / count)) for n in range(count)]
        plans = tuple(Plan(title, min(day, last)) for title, day in zip(titles, days, strict=True))
        self.steps.append(
            told.Assigned(
                at=assigned_at,
                by=self.secretary,
                case_list=CaseList.LONG_TERM,
                lead=self.lead,
                due_on=last,
                milestones=plans,
            )
        )
        start = duty_moment(rng, assigned_at, rng.uniform(5, 60))
        self.steps.append(told.Started(at=start, by=self.author))
        if self.matter.can_be_given_up(self.teller) and rng.random() < 0.4:
            self.give_up(office_moment(rng, start, rng.uniform(300, 1200)))
            return
        done_at = start
        for ordinal, plan in enumerate(plans, start=1):
            slip = rng.randint(-9, 2) if rng.random() < 0.88 else rng.randint(3, 25)
            done_at = max(done_at + DAY, at_time(plan.due_on + timedelta(days=slip), 16, rng.randrange(50)))
            self.steps.append(
                told.MilestoneDone(
                    at=done_at, by=self.author, ordinal=ordinal, note=self.milestone_note(plan, done_at)
                )
            )
        reply_at = duty_moment(rng, done_at, rng.uniform(1, 20))
        look_at_overdue(self, limits.end_of(last), reply_at)
        join_and_urge(self, assigned_at, reply_at)
        self.answer_rounds(reply_at, limits.end_of(last), self.teller)

    def milestone_note(self, plan: Plan, done_at: datetime) -> str:
        return self.teller.pick(
            [
                f"已完成：{plan.title}。{done_at.month}月{done_at.day}日在公示栏贴出。",
                f"{plan.title}已经做完，参加居民{{c:9-60}}人，记录存社区。",
                f"{done_at.month}月{done_at.day}日完成，书面材料{{n:2-9}}份，可在社区查看。",
            ]
        )

    # --- replies and the askers' words ---

    def answer_rounds(self, reply_at: datetime, due: datetime, teller: Teller) -> None:
        self.first_reply_at = reply_at
        for round_ in range(MOST_ROUNDS + 1):
            reopened_at = self.one_round(reply_at, round_)
            if reopened_at is None:
                return
            if round_ == MOST_ROUNDS:  # asked for; nobody has decided yet
                look_at_overdue(self, reopened_at, self.now)
                return
            limit = max(due, reopened_at + 7 * DAY)
            hours = self.rng.uniform(8, 120) if self.rng.random() < 0.85 else self.rng.uniform(170, 300)
            reply_at = duty_moment(self.rng, reopened_at, 12 if self.is_stubborn else hours)
            look_at_overdue(self, limit, reply_at)

    def one_round(self, reply_at: datetime, round_: int) -> datetime | None:
        """One reply, its deliveries and what the askers say; when the case was reopened by it."""
        rng, teller = self.rng, self.teller
        teller.replied_at(reply_at, self.at)
        self.steps.append(self.replied(reply_at, round_))
        delivered = self.deliver(reply_at)
        if delivered is None:
            days = limits.deadlines(reply_at).values.answers.undelivered_days
            self.steps.append(told.WindowClosed(at=reply_at + timedelta(days=days, minutes=6)))
            return None
        first, until = delivered
        said = None if self.is_waiting else self.word(round_)
        by_self = self.channel == Channel.IN_SITE
        said_at = first + timedelta(hours=min(rng.expovariate(1 / 22) + 0.2, 150))
        if not by_self:
            said_at = office_moment(rng, first, rng.uniform(2, 90))
        if said and said_at < until:
            self.say(said_at, said)
            if said in ("not_solved", "partly"):
                return said_at
        self.neighbours_say(first, until)
        self.steps.append(told.WindowClosed(at=until + timedelta(minutes=rng.randint(2, 9))))
        if said == "solved" and said_at < until:
            self.confirmed_at = said_at
            if rng.random() < 0.018 and not self.neighbours:
                again_at = said_at + timedelta(days=rng.uniform(2, 13))
                self.say(again_at, "not_solved")
                self.confirmed_at = None
                return again_at
        elif said is None and by_self and not self.neighbours and rng.random() < 0.1:
            later = until + timedelta(days=rng.uniform(1, 50))
            self.say(later, "solved")
            self.confirmed_at = later
        return None

    def replied(self, at: datetime, round_: int) -> told.Replied:
        """What the lead writes in that round."""
        is_spoken = round_ == 0 and self.matter.proof == "explained" and self.rng.random() < 0.08
        return told.Replied(
            at=at,
            by=self.author,
            text=reply_of(self.matter, self.teller, round_),
            no_evidence_reason="" if is_spoken else no_evidence(self.matter, self.teller),
            is_spoken=is_spoken,
        )

    def word(self, round_: int) -> str | None:
        if self.is_stubborn:
            return "not_solved"
        if round_ == MOST_ROUNDS:
            return "solved"
        answers = 0.7 if self.channel == Channel.IN_SITE else 0.62
        if self.rng.random() > answers:
            return None
        good = 0.54 + 0.34 * self.care + (0.05 if round_ else 0)
        roll = self.rng.random()
        if roll < good:
            return "solved"
        if roll > 0.985:
            return "cannot_tell"
        return "partly" if self.rng.random() < 0.4 else "not_solved"

    def say(self, at: datetime, word: str) -> None:
        comment = ""
        if word in ("not_solved", "partly"):
            comment = self.teller.pick(self.matter.bad)
        elif word == "solved":
            comment = self.teller.voice("thanks")
        how, by, note = AnswerGiven.By.SELF, self.asker, ""
        if self.channel == Channel.SLIP:
            how, by, note = AnswerGiven.By.SLIP, self.worker, f"纸条 {self.rng.randint(11, 480):04d}"
        elif self.channel == Channel.CALL:
            how, by = AnswerGiven.By.CALL, self.worker
            note = f"{at.month}月{at.day}日 {at:%H:%M} 通话记录"
        self.steps.append(
            told.Answered(at=at, by=by, answer=word, comment=comment, how=how, record_note=note)
        )

    def deliver(self, reply_at: datetime) -> tuple[datetime, datetime] | None:
        """To every asker; the first delivery to who asked and the end of the answering window, None if unreached."""
        rng = self.rng
        if rng.random() < 0.025 and not self.is_shown and not self.neighbours:
            return None
        by: Actor = SYSTEM
        channel, at = Channel.SMS, reply_at + timedelta(seconds=rng.randint(20, 400))
        if self.channel == Channel.SLIP:
            channel, by, at = Channel.SLIP, self.worker, office_moment(rng, reply_at, rng.uniform(20, 110))
        elif self.channel == Channel.CALL:
            channel, by, at = Channel.CALL, self.worker, office_moment(rng, reply_at, rng.uniform(10, 75))
        self.steps.append(told.Delivered(at=at, by=by, asker=0, channel=channel))
        days = 14 if channel == Channel.SLIP else 7
        until = limits.end_of(limits.day_of(at + timedelta(days=days)))
        for number in range(1, 1 + len(self.neighbours)):
            told_at = reply_at + timedelta(seconds=rng.randint(20, 900))
            self.steps.append(told.Delivered(at=told_at, asker=number))
            until = max(until, limits.end_of(limits.day_of(told_at + timedelta(days=7))))
        return at, until

    def neighbours_say(self, after: datetime, until: datetime) -> None:
        for number, neighbour in enumerate(self.neighbours, start=1):
            at = after + timedelta(hours=self.rng.uniform(1, 140))
            if self.rng.random() < 0.3 and at < until:
                self.steps.append(told.Answered(at=at, by=neighbour.actor, answer="solved", asker=number))


def happened_by(steps: Iterable[told.Step], now: datetime) -> tuple[told.Step, ...]:
    """The steps that have happened by now; one that is not over yet holds back all that follow it."""
    in_order = sorted(steps, key=lambda step: step.at)
    pending = min((step.at for step in in_order if ended_at(step) > now), default=None)
    return tuple(step for step in in_order if pending is None or step.at < pending)


def ended_at(step: told.Step) -> datetime:
    """When a step is wholly over: an extension or a giving-up with its decision."""
    if isinstance(step, told.Extended):
        return max(step.at, step.approved_at)
    if isinstance(step, told.GivenUp):
        return max(step.at, step.agreed_at)
    return step.at
