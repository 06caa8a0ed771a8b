"""Holding the meetings through their services, each step at its time; what many people do at once goes in bulk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from huiyin.apps.ledger.models import Case
from huiyin.apps.meetings.models import CommitteeTerm, Meeting
from huiyin.apps.meetings.services import announce, attend, moderate, notes, plan, run
from huiyin.apps.meetings.services.ask import raise_difficulty
from huiyin.apps.meetings.services.steps import sitting_of
from huiyin.apps.meetings.services.terms import start_term
from huiyin.apps.places.models import Household
from huiyin.apps.portal.demo.ground import Ground
from huiyin.apps.portal.demo.meetings import outcomes
from huiyin.apps.portal.demo.meetings.crowd import Crowd
from huiyin.apps.portal.demo.meetings.gatherings import Gathering
from huiyin.apps.portal.demo.meetings.plans import LIVE, MINUTE, OVER, Sat, SittingPlan
from huiyin.apps.portal.demo.meetings.question_rows import QuestionRows
from huiyin.apps.portal.demo.meetings.ratings import count_if_over, letters_for, rate
from huiyin.apps.portal.demo.meetings.tape import Tape
from huiyin.apps.portal.demo.phrases import personal_name
from huiyin.apps.portal.demo.residents import Resident
from huiyin.apps.portal.demo.staff import Staff
from huiyin.domain.access import Actor

# Communities with a new committee, by how many days ago its term began; the second owes its first meeting since.
NEW_TERMS = {"松月社区": 62, "石上社区": 78, "砚台社区": 20}
_TEAM = (("工程主管", True), ("客服主管", True), ("秩序主管", True), ("保洁领班", False))
_SOON = timedelta(seconds=30)


@dataclass
class Meetings:
    """Holds the meetings of one half after the other; `cases` by the keys of their histories."""

    ground: Ground
    staff: Staff
    residents: dict[int, list[Resident]]
    cases: dict[str, Case]
    now: datetime
    terms: dict[int, CommitteeTerm] = field(default_factory=dict)
    held: dict[str, Meeting] = field(default_factory=dict)

    def team_names(self) -> Iterator[str]:
        rng = Random("teams")
        while True:
            yield personal_name(rng, self.staff.taken)

    def begin_terms(self) -> None:
        for name, days_ago in NEW_TERMS.items():
            area = self.ground.communities[name]
            starts_on = self.now.date() - timedelta(days=days_ago)
            at = self.now - timedelta(days=days_ago)
            officer = self.staff.officers[area.parent_id or 0]
            self.terms[area.pk] = start_term(area=area, starts_on=starts_on, by=officer, now=at)

    def hold(self, gathering: Gathering) -> Meeting:
        told = _Telling(self, gathering)
        self.held[gathering.plan.key] = told.meeting
        told.tell()
        return told.meeting


class _Telling:
    """One meeting from its plan to where it stands now."""

    def __init__(self, meetings: Meetings, gathering: Gathering) -> None:
        self.meetings, self.gathering = meetings, gathering
        self.plan, self.moments = gathering.plan, gathering.moments
        self.secretary: Actor = gathering.secretary
        self.tape = Tape()
        self.meeting = self._planned()
        self.rows = QuestionRows(
            self.meeting,
            gathering.asked,
            self.moments,
            secretary=self.secretary,
            worker=gathering.worker,
            managers=gathering.managers,
            companies=gathering.companies,
            keeps_contacts=not gathering.is_recorded,
        )

    def _planned(self) -> Meeting:
        area = self.gathering.estates[0].area
        return plan.plan_meeting(
            area=area,
            estates=self.gathering.estates,
            title=self.plan.title,
            planned_at=self.moments.sittings[0].planned_at,
            venue=self.plan.venue,
            by=self.secretary,
            agenda=[plan.AgendaLine(*line) for line in self.plan.agenda],
            term=self.meetings.terms.get(area.pk) if self.plan.first_thing else None,
            now=self.moments.planned_on,
        )

    def tell(self) -> None:
        stage = self.plan.stage
        if stage == "draft":
            return
        announce.announce(self.meeting, by=self.secretary, now=self.moments.announced_at)
        self.rows.write()
        self.tape.add(self.rows.drafts())
        homes = self._letters()
        if stage in LIVE | OVER:
            self._sit(self.moments.sittings[0], self.plan.first)
            if self.plan.second is not None:
                self._sit_again(self.moments.sittings[1], self.plan.second)
        if self.plan.supports or stage in OVER | LIVE:
            self.rows.support(self.meetings.residents, homes, self.meetings.now)
        if stage in ("postponed", "cancelled"):
            self._put_off()
        if self.gathering.is_recorded:
            self._record()
        self.tape.until(self.meetings.now)

    def _letters(self) -> list[Household]:
        """Letters go out with the notice: their code opens the support now and the rating later."""
        if not (self.plan.supports or self.plan.letters):
            return []
        at = self.tape.until(self.moments.announced_at + timedelta(hours=17))
        at = min(at, self.meetings.now - MINUTE)
        found = []
        for estate in self.gathering.estates:
            found += letters_for(
                self.meeting, estate, count=self.plan.letters or 40, by=self.secretary, now=at
            )
        return found

    # --- a sitting ---

    def _sit(self, sat: Sat, sitting: SittingPlan) -> None:
        gathering = self.gathering
        crowd = Crowd(
            self.meeting,
            sitting_of(self.meeting),
            sitting,
            sat,
            paper=self.plan.paper,
            estates=gathering.estates,
            residents=self.meetings.residents,
            worker=gathering.worker,
            now=self.meetings.now,
        )
        self.tape.add(crowd.enter())
        assert sat.opened_at is not None
        if self.plan.deputy:
            at = self.tape.until(sat.opened_at - timedelta(hours=3))
            plan.name_deputy(
                self.meeting,
                by=self.secretary,
                label=gathering.worker.label,
                reason_code=self.plan.deputy,
                note=self.plan.deputy_words,
                person_id=int(gathering.worker.key.partition(":")[2]),
                now=at,
            )
        run.open_reporting(self.meeting, by=self.chair, now=self.tape.until(sat.opened_at))
        self._team(min(sat.opened_at + 3 * MINUTE, self.meetings.now))
        for number, (begun, ended) in enumerate(sat.floor):
            opens = run.open_questions if number == 0 else run.resume
            opens(self.meeting, by=self.chair, now=self.tape.until(begun))
            if ended is not None and ended != sat.ended_at:
                run.pause(self.meeting, by=self.chair, now=self.tape.until(ended))
        if self.plan.stage == "questions":
            self._now_on_screen()
        if sat.ended_at is not None:
            self._end(sat, sat.ended_at)

    @property
    def chair(self) -> Actor:
        return self.gathering.worker if self.plan.deputy else self.secretary

    def _team(self, at: datetime) -> None:
        self.tape.until(at)
        names = self.meetings.team_names()
        for estate in self.gathering.estates:
            manager = self.gathering.managers[estate.pk].label.partition(" ")[2]
            members = [attend.Member(manager, "项目负责人", is_reporter=True)]
            members += [attend.Member(next(names), duty, is_present=came) for duty, came in _TEAM]
            attend.record_team(self.meeting, by=self.gathering.worker, estate=estate, members=members, now=at)

    def _now_on_screen(self) -> None:
        now = self.meetings.now
        if self.plan.help:
            estate = self.gathering.estates[0]
            raise_difficulty(
                self.meeting,
                by=self.gathering.managers[estate.pk],
                estate=estate,
                text=self.plan.help,
                now=self.tape.until(now - 9 * MINUTE),
            )
        current = next((each for each in self.gathering.asked if each.is_current), None)
        if current is not None:
            row = self.meeting.questions.get(pk=current.pk)
            moderate.make_current(row, by=self.gathering.worker, now=self.tape.until(now - _SOON))

    def _end(self, sat: Sat, ended_at: datetime) -> None:
        is_last = sat is self.moments.sittings[-1]
        if is_last:
            self._notes(ended_at - 2 * MINUTE)
        reason = "" if is_last and self.plan.second else self.plan.reason
        run.end_questions(self.meeting, by=self.chair, reason=reason, now=self.tape.until(ended_at))

    def _sit_again(self, sat: Sat, sitting: SittingPlan) -> None:
        at = self.moments.sittings[0].ended_at
        assert at is not None
        run.add_sitting(
            self.meeting,
            by=self.secretary,
            planned_at=sat.planned_at,
            venue=self.plan.venue,
            now=self.tape.until(at + 40 * MINUTE),
        )
        self._sit(sat, sitting)

    def _notes(self, at: datetime) -> None:
        self.tape.until(at)
        if self.plan.supervision:
            notes.add_supervision_note(
                self.meeting, by=self.gathering.street, text=self.plan.supervision, now=at
            )
        for text, owner, days in self.plan.results:
            due_on: date = at.date() + timedelta(days=days)
            notes.add_result(self.meeting, by=self.chair, text=text, owner=owner, due_on=due_on, now=at)

    # --- what may become of it ---

    def _put_off(self) -> None:
        does = announce.postpone if self.plan.stage == "postponed" else announce.cancel
        assert self.moments.put_off_at is not None
        at = self.tape.until(self.moments.put_off_at)
        does(self.meeting, by=self.secretary, reason_code=self.plan.put_off, note=self.plan.words, now=at)

    def _record(self) -> None:
        gathering, cases = self.gathering, self.meetings.cases
        at = self.tape.until(self.moments.closed_at)
        meeting = outcomes.close(self.meeting, gathering, cases, now=at)
        if self.plan.ratings:
            rate(meeting, gathering, self.plan.ratings)
        if self.plan.correction:
            outcomes.ask_to_correct(meeting, gathering, self.meetings.residents, at=at + timedelta(hours=15))
        if self.plan.stage == "locked":
            outcomes.lock(meeting, at=outcomes.locks_at(meeting))
        count_if_over(meeting, now=self.meetings.now)
